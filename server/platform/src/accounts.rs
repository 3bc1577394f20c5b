//! Accounts: a person's way to sign in, and nothing more. Rights hang on posts.

use store::{sql, table, vals};

use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::door::Write;
use crate::error::{Error, FieldProblem, Text};
use crate::secret;

table! {
    /// One account. The password is kept as argon2id, the second factor sealed by the vault.
    pub struct Account in "accounts" key 1 {
        pub id: i64,
        pub version: i64,
        pub username: String,
        pub person_name: String,
        pub password_hash: String,
        pub totp_secret: Option<String>,
        pub totp_confirmed_at: Option<Millis>,
        /// The last 30-second step whose code was taken; a code opens the door once.
        pub totp_last_step: i64,
        pub failed_count: i64,
        pub failed_at: Millis,
        pub created_at: Millis,
        pub disabled_at: Option<Millis>,
    }
}

sql! {
    BY_USERNAME: Account = "WHERE username = $1";
    END_OTHERS = "DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2";
}

/// The account with this name, however it is written: names are kept in lower case.
///
/// # Errors
/// What the store answers.
pub async fn find_by_username(app: &App, username: &str) -> Result<Option<Account>, Error> {
    let username = username.trim().to_lowercase();
    app.read(move |r| async move { Ok(r.opt(&BY_USERNAME, &vals![username]).await?) }).await
}

/// Checks and hashes a new password, outside of any transaction: it takes tens of milliseconds on purpose.
///
/// # Errors
/// [`Error::Invalid`] when the password breaks a rule, naming the rule.
pub async fn hash_password(app: &App, username: &str, password: &str) -> Result<String, Error> {
    let (username, password) = (username.to_owned(), password.to_owned());
    app.heavy(move |app| {
        secret::check_password(&password, &username).map_err(|problems| {
            Error::invalid(problems.into_iter().map(|detail| FieldProblem::new("password", detail)).collect())
        })?;
        secret::hash_password(&password, &app.config().password, app.chance())
    })
    .await?
}

/// The secret of the second factor, out of the vault.
pub(crate) fn open_totp(app: &App, account: i64, sealed: &str) -> Result<Vec<u8>, Error> {
    app.vault().open("accounts", "totp_secret", account, sealed).map_err(Error::internal)
}

/// Opens an account.
///
/// # Errors
/// [`Error::Conflict`] when the username is taken.
pub async fn open(w: &Write, username: &str, person_name: &str, password_hash: String) -> Result<i64, Error> {
    let account = Account {
        id: w.id(),
        version: 1,
        username: username.trim().to_lowercase(),
        person_name: person_name.to_owned(),
        password_hash,
        totp_secret: None,
        totp_confirmed_at: None,
        totp_last_step: 0,
        failed_count: 0,
        failed_at: Millis(0),
        created_at: w.now(),
        disabled_at: None,
    };
    w.insert(&account).await.map_err(|error| match error {
        store::Error::Duplicate(_) => {
            Error::conflict(Text::new("这个用户名已有人使用", "this username is taken"))
        }
        other => other.into(),
    })?;
    w.record("account:open", account.id, serde_json::json!({}));
    Ok(account.id)
}

/// Changes the password of the caller and ends all their other sessions.
///
/// # Errors
/// [`Error::Invalid`] when the current password is wrong or the new one breaks a rule.
pub async fn change_password(
    app: &App,
    call: &Call,
    session: [u8; 32],
    current: &str,
    new: &str,
) -> Result<(), Error> {
    let id = call.account()?;
    let account: Account = app
        .read(move |r| async move { Ok(r.find(&vals![id]).await?) })
        .await?
        .ok_or(Error::Unauthenticated)?;
    let (typed, hash) = (current.to_owned(), account.password_hash.clone());
    if !app.heavy(move |_| secret::verify_password(&typed, &hash)).await?? {
        return Err(Error::field("current", Text::new("当前密码不正确", "the current password is wrong")));
    }
    let password_hash = hash_password(app, &account.username, new).await.map_err(|error| match error {
        Error::Invalid(rules) => Error::invalid(
            rules.into_iter().map(|rule| FieldProblem { field: "new".to_owned(), ..rule }).collect(),
        ),
        other => other,
    })?;
    app.write(call, app.district(), move |w| async move {
        w.update(&Account { password_hash, ..account }).await?;
        w.exec(&END_OTHERS, &vals![id, session]).await?;
        w.record("account:password", id, serde_json::json!({}));
        Ok(())
    })
    .await?;
    app.recent().clear();
    Ok(())
}

/// Sets a second factor that still has to be confirmed with a first code; answers its secret.
///
/// # Errors
/// [`Error::Conflict`] when one is confirmed already.
pub async fn propose_totp(app: &App, call: &Call) -> Result<Vec<u8>, Error> {
    let id = call.account()?;
    let secret = app.chance().bytes::<20>()?.to_vec();
    let sealed = app.vault().seal("accounts", "totp_secret", id, &secret).map_err(Error::internal)?;
    app.write(call, app.district(), move |w| async move {
        let account: Account = w.find(&vals![id]).await?.ok_or(Error::Unauthenticated)?;
        if account.totp_confirmed_at.is_some() {
            return Err(Error::conflict(Text::new("动态验证码已启用", "a second factor is in use already")));
        }
        w.update(&Account { totp_secret: Some(sealed), ..account }).await?;
        w.record("account:totp", id, serde_json::json!({ "confirmed": false }));
        Ok(())
    })
    .await?;
    Ok(secret)
}

/// Confirms the second factor with its first code; from now on signing in asks for one.
///
/// # Errors
/// [`Error::Invalid`] when the code is wrong.
pub async fn confirm_totp(app: &App, call: &Call, code: &str) -> Result<(), Error> {
    let id = call.account()?;
    let account: Account = app
        .read(move |r| async move { Ok(r.find(&vals![id]).await?) })
        .await?
        .ok_or(Error::Unauthenticated)?;
    let Some(step) = crate::sign_in::totp_step(app, &account, code)? else {
        return Err(Error::field("code", Text::new("验证码不正确", "the code is wrong")));
    };
    app.write(call, app.district(), move |w| async move {
        let confirmed = Account { totp_confirmed_at: Some(w.now()), totp_last_step: step, ..account };
        w.update(&confirmed).await?;
        w.record("account:totp", id, serde_json::json!({ "confirmed": true }));
        Ok(())
    })
    .await
}
