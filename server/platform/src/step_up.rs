//! Stepping up: whoever signed in a while ago shows once more who they are, before something sensitive is shown or taken.

use serde_json::json;
use store::{sql, vals};

use crate::accounts::Account;
use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::error::{Error, Text};
use crate::{secret, sessions, sign_in};

/// How long a step-up holds.
pub const HOLDS_MS: i64 = 10 * 60_000;

sql! {
    /// The token changes, as it does whenever a session comes to open more.
    RAISE = "UPDATE sessions SET token_hash = $2, stepped_up_at = $3 WHERE token_hash = $1";
}

/// What is shown: the password, or the code of the second factor.
pub enum Shown {
    Password(String),
    Code(String),
}

/// Takes the proof for the session of this token; gives its new token and until when the step-up holds.
///
/// # Errors
/// [`Error::Invalid`] when the proof is wrong, [`Error::TooMany`] while the account waits after wrong tries.
pub async fn step_up(app: &App, call: &Call, token: &str, shown: Shown) -> Result<(String, Millis), Error> {
    let (hash, id) = (sessions::hash(token), call.account()?);
    let account: Account = app
        .read(move |r| async move { Ok(r.find(&vals![id]).await?) })
        .await?
        .ok_or(Error::Unauthenticated)?;
    sign_in::wait(app, &account)?;
    let (field, step) = match (shown, account.totp_confirmed_at) {
        (Shown::Code(code), Some(_)) => ("code", sign_in::totp_step(app, &account, &code)?),
        (Shown::Code(_), None) => ("code", None),
        // Whoever has a second factor shows it: the password alone would be less than what opened the session.
        (Shown::Password(_), Some(_)) => {
            return Err(Error::field(
                "code",
                Text::new("请输入动态验证码", "enter the code of your authenticator"),
            ));
        }
        (Shown::Password(typed), None) => {
            let kept = account.password_hash.clone();
            let right = app.heavy(move |_| secret::verify_password(&typed, &kept)).await??;
            ("password", right.then_some(0))
        }
    };
    let Some(step) = step else {
        sign_in::count_failure(app, call, id).await?;
        let wrong = Text::new("密码或动态验证码不正确", "the password or the code is wrong");
        return Err(Error::field(field, wrong));
    };
    let fresh = app.chance().token()?;
    let (token, until) = (fresh.clone(), app.clock().now().plus(HOLDS_MS));
    app.write(call, app.district(), move |w| async move {
        sign_in::succeed(&w, id, step).await?;
        if w.exec(&RAISE, &vals![hash, sessions::hash(&fresh), w.now()]).await? == 0 {
            return Err(Error::Unauthenticated);
        }
        w.record("session:step_up", id, json!({ "factor": field }));
        Ok(())
    })
    .await?;
    app.recent().clear();
    Ok((token, until))
}

impl Call {
    /// Refuses what needs a step-up, when the last one is too long ago; pages know the code `step_up_required`.
    ///
    /// # Errors
    /// [`Error::Barred`].
    pub fn require_step_up(&self, now: Millis) -> Result<(), Error> {
        let holds = |at: Millis| at <= now && now < at.plus(HOLDS_MS);
        match self.stepped_up_at.is_some_and(holds) {
            true => Ok(()),
            false => Err(Error::Barred(
                "step_up_required",
                Text::new("请再次验证身份后继续", "show once more who you are to go on"),
            )),
        }
    }
}
