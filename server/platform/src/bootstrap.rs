//! The first administrator: a one-time code printed by the program on its own machine opens one account.

use serde_json::json;
use store::{sql, table, vals};

use crate::accounts;
use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::error::{Error, Text};
use crate::policy::PostKind;
use crate::posts::{self, Post};
use crate::sessions::hash;
use crate::sign_in::{self, Opened};

/// How long a code is good for.
const GOOD_FOR_MS: i64 = 24 * 3_600_000;

table! {
    struct Code in "bootstrap_codes" key 1 { id: i64, code_hash: Vec<u8>, made_at: Millis, used_at: Option<Millis> }
}

sql! {
    BY_HASH: Code = "WHERE code_hash = $1 AND used_at IS NULL AND made_at > $2";
    USE = "UPDATE bootstrap_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
}

/// Makes a code for the operator of this machine to hand over.
///
/// # Errors
/// What the store answers.
pub async fn make_code(app: &App) -> Result<String, Error> {
    app.write(&Call::program("admin"), app.district(), |w| async move {
        let code = w.app().chance().token()?;
        let row = Code { id: w.id(), code_hash: hash(&code).to_vec(), made_at: w.now(), used_at: None };
        w.insert(&row).await?;
        w.record("account:bootstrap-code", row.id, json!({}));
        Ok(code)
    })
    .await
}

/// Opens an administrator's account for whoever brings a code, and signs them in.
///
/// # Errors
/// [`Error::SignIn`] when the code is unknown, used or older than a day.
pub async fn use_code(
    app: &App,
    call: &Call,
    code: &str,
    username: &str,
    password: &str,
) -> Result<Opened, Error> {
    let password_hash = accounts::hash_password(app, username, password).await?;
    let (code_hash, username) = (hash(code.trim()), username.to_owned());
    app.write(call, app.district(), move |w| async move {
        let oldest = w.now().plus(-GOOD_FOR_MS);
        let code: Option<Code> = w.opt(&BY_HASH, &vals![code_hash, oldest]).await?;
        let refused = || {
            Error::SignIn(
                "invalid_code",
                Text::new("一次性代码无效或已过期", "the one-time code is wrong, used or too old"),
            )
        };
        let code = code.ok_or_else(refused)?;
        if w.exec(&USE, &vals![code.id, w.now()]).await? == 0 {
            return Err(refused());
        }
        let account = accounts::open(&w, &username, &username, password_hash).await?;
        let district = w.app().config().district.clone();
        let post = Post {
            id: w.id(),
            version: 1,
            kind: PostKind::Admin,
            area: district.code,
            organisation_id: None,
            title_zh: "系统管理员".into(),
            title_en: "Administrator".into(),
            place_zh: district.name_zh,
            place_en: district.name_en,
            valid_from: w.now(),
            valid_to: None,
        };
        w.insert(&post).await?;
        posts::appoint(&w, post.id, account, w.now()).await?;
        let held = posts::held_in(&w, account).await?;
        sign_in::open(&w, account, held.first()).await
    })
    .await
}
