//! What lies under everything that is shown in clear or taken away: who saw it, in which post, when.

use platform::posts::Post;
use platform::{Account, Error, Lang, Text, Write};
use store::{Tx, vals};

/// Who is behind an account and a post, as the watermark names them.
pub(crate) struct Seen {
    pub person: String,
    pub post: Text,
}

/// Reads who it is.
///
/// # Errors
/// What the store answers.
pub(crate) async fn seen(r: &Tx, account: Option<i64>, post: Option<i64>) -> Result<Seen, store::Error> {
    let (mut person, mut title) = (String::new(), Text::new("", ""));
    if let Some(account) = account {
        let found: Option<Account> = r.find(&vals![account]).await?;
        person = found.map(|account| account.person_name).unwrap_or_default();
    }
    if let Some(post) = post {
        let found: Option<Post> = r.find(&vals![post]).await?;
        title = found.map(|post| Text::owned(post.title_zh, post.title_en)).unwrap_or(title);
    }
    Ok(Seen { person, post: title })
}

/// The watermark of the caller at a moment: `网格员 韦小明 2026-11-23 09:00`.
///
/// # Errors
/// [`Error::Unauthenticated`] without a post.
pub(crate) async fn watermark(w: &Write, lang: Lang) -> Result<String, Error> {
    let caller = w.call().caller()?;
    let seen = seen(w, Some(caller.account), Some(caller.post.id)).await?;
    let at = w.now().beijing().strftime("%Y-%m-%d %H:%M").to_string();
    Ok(format!("{} {} {at}", seen.post.in_lang(lang), seen.person))
}
