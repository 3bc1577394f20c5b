//! Signing in and out, switching posts: each opens a new session under a new token.

use serde_json::json;
use store::{sql, vals};

use crate::accounts::{self, Account};
use crate::app::App;
use crate::call::{Call, Who};
use crate::clock::Millis;
use crate::door::Write;
use crate::error::{Error, Text};
use crate::posts::{self, Held};
use crate::secret;
use crate::sessions;

/// Tries that cost nothing; from the next on, each doubles the wait.
const FREE_TRIES: i64 = 3;
const LONGEST_WAIT_MS: i64 = 15 * 60_000;

sql! {
    /// Counted by statement: two wrong passwords at once are two wrong passwords.
    FAILED = "UPDATE accounts SET failed_count = failed_count + 1, failed_at = $2 WHERE id = $1";
    /// A code opens the door once: the step must be newer than the last that was taken.
    SUCCEEDED = "UPDATE accounts SET failed_count = 0, totp_last_step = $2 WHERE id = $1 AND (totp_last_step < $2 OR $2 = 0)";
    OPEN = "INSERT INTO sessions (token_hash, account_id, tenure_id, created_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $4, $5)";
    END = "DELETE FROM sessions WHERE token_hash = $1";
    LAST_TENURE = "SELECT tenure_id FROM sessions WHERE account_id = $1 AND tenure_id IS NOT NULL ORDER BY created_at DESC LIMIT 1";
}

/// A session that was just opened: its token exists here and in the cookie, nowhere else.
pub struct Opened {
    pub token: String,
    pub who: Who,
}

fn refused() -> Error {
    Error::SignIn(
        "invalid_credentials",
        Text::new("用户名或密码不正确", "the username or the password is wrong"),
    )
}

/// How long after `failed_at` the next try is allowed.
fn wait_ms(failed_count: i64) -> i64 {
    match failed_count - FREE_TRIES {
        ..=0 => 0,
        over => (1000_i64 << over.min(20)).min(LONGEST_WAIT_MS),
    }
}

/// Opens a session for whoever knows the password and, where one is set, the code of the second factor.
///
/// # Errors
/// [`Error::SignIn`] when they do not, [`Error::TooMany`] while the account waits after wrong tries.
pub async fn sign_in(
    app: &App,
    call: &Call,
    username: &str,
    password: &str,
    code: Option<&str>,
) -> Result<Opened, Error> {
    let account =
        accounts::find_by_username(app, username).await?.filter(|account| account.disabled_at.is_none());
    if let Some(account) = &account {
        wait(app, account)?;
    }
    // An unknown name costs as much time as a wrong password, so that names cannot be told apart.
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let typed = password.to_owned();
    let right = app
        .heavy(move |app| match hash {
            Some(hash) => secret::verify_password(&typed, &hash),
            None => secret::hash_password(&typed, &app.config().password, app.chance()).map(|_| false),
        })
        .await??;
    let Some(account) = account.filter(|_| right) else { return fail(app, call, username, refused()).await };
    let step = match (account.totp_confirmed_at, code) {
        (None, _) => 0,
        (Some(_), None) => {
            let text = Text::new("请输入动态验证码", "enter the code of your authenticator");
            return Err(Error::SignIn("totp_required", text));
        }
        (Some(_), Some(code)) => match totp_step(app, &account, code)? {
            Some(step) => step,
            None => return fail(app, call, username, refused()).await,
        },
    };
    let mut call = call.clone();
    call.who = Who::Account(account.id);
    app.write(&call, app.district(), move |w| async move {
        succeed(&w, account.id, step).await?;
        let held = posts::held_in(&w, account.id).await?;
        let last: Option<(i64,)> = w.opt(&LAST_TENURE, &vals![account.id]).await?;
        let tenure = held.iter().find(|held| last == Some((held.tenure_id,))).or(held.first()).cloned();
        open(&w, account.id, tenure.as_ref()).await
    })
    .await
}

/// Refuses while an account waits after wrong tries.
pub(crate) fn wait(app: &App, account: &Account) -> Result<(), Error> {
    let (now, free_at) = (app.clock().now(), free_at(account));
    if now < free_at {
        let retry_after_seconds = u64::try_from(free_at.0 - now.0).unwrap_or(1).div_ceil(1000);
        return Err(Error::TooMany { retry_after_seconds });
    }
    Ok(())
}

/// Forgets wrong tries after a right one, whose code is taken once.
pub(crate) async fn succeed(w: &Write, account: i64, step: i64) -> Result<(), Error> {
    match w.exec(&SUCCEEDED, &vals![account, step]).await? {
        0 => Err(refused()),
        _ => Ok(()),
    }
}

/// Counts a wrong try, where there is an account to count it on.
async fn fail(app: &App, call: &Call, username: &str, error: Error) -> Result<Opened, Error> {
    if let Some(account) = accounts::find_by_username(app, username).await? {
        count_failure(app, call, account.id).await?;
    }
    Err(error)
}

/// Counts a wrong try.
pub(crate) async fn count_failure(app: &App, call: &Call, account: i64) -> Result<(), Error> {
    app.write(call, app.district(), move |w| async move {
        w.exec(&FAILED, &vals![account, w.now()]).await?;
        w.record("session:refused", account, json!({}));
        Ok(())
    })
    .await
}

/// The 30-second step whose code this is, if it is newer than the last that was taken.
pub(crate) fn totp_step(app: &App, account: &Account, code: &str) -> Result<Option<i64>, Error> {
    let Some(sealed) = &account.totp_secret else { return Ok(None) };
    let secret = accounts::open_totp(app, account.id, sealed)?;
    secret::totp_step(&secret, code, app.clock().now(), account.totp_last_step)
}

/// Opens a session of `account`, in a post when they hold one.
pub(crate) async fn open(w: &Write, account: i64, tenure: Option<&Held>) -> Result<Opened, Error> {
    let token = w.app().chance().token()?;
    let ends = w.now().plus(w.app().config().session_absolute_ms());
    let tenure_id = tenure.map(|held| held.tenure_id);
    w.exec(&OPEN, &vals![sessions::hash(&token), account, tenure_id, w.now(), ends]).await?;
    w.record("session:open", account, json!({ "tenure": tenure_id }));
    let who = tenure.map_or(Who::Account(account), |held| Who::Post(held.caller(account)));
    Ok(Opened { token, who })
}

/// Ends the session of this token.
///
/// # Errors
/// What the store answers.
pub async fn sign_out(app: &App, call: &Call, token: &str) -> Result<(), Error> {
    let (hash, account) = (sessions::hash(token), call.account()?);
    app.write(call, app.district(), move |w| async move {
        w.exec(&END, &vals![hash]).await?;
        w.record("session:end", account, json!({}));
        Ok(())
    })
    .await?;
    app.recent().clear();
    Ok(())
}

/// Goes on in another post of the same person, in a new session.
///
/// # Errors
/// [`Error::Missing`] when the person does not hold that post now.
pub async fn switch(app: &App, call: &Call, token: &str, post: i64) -> Result<Opened, Error> {
    let (hash, account) = (sessions::hash(token), call.account()?);
    let opened = app
        .write(call, app.district(), move |w| async move {
            let held = posts::held_in(&w, account).await?;
            let held = held.into_iter().find(|held| held.id == post).ok_or(Error::Missing("post"))?;
            w.exec(&END, &vals![hash]).await?;
            open(&w, account, Some(&held)).await
        })
        .await?;
    app.recent().clear();
    Ok(opened)
}

/// The first moment at which an account may be tried again; for tests and for the page of accounts.
pub fn free_at(account: &Account) -> Millis {
    account.failed_at.plus(wait_ms(account.failed_count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_try_beyond_three_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = [0, 3, 4, 5, 6, 13, 60].into_iter().map(wait_ms).collect();
        assert_eq!(waits, [0, 0, 2_000, 4_000, 8_000, 900_000, 900_000]);
    }
}
