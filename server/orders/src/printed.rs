//! Who prints, for the foot of every page.

use paper::Printed;
use platform::{Account, App, Call, Error, Lang, Text};
use store::vals;

/// The line at the foot: the person and the post in use, now, and what for.
///
/// # Errors
/// [`Error::Unauthenticated`] without a post.
pub async fn printed(
    app: &App,
    call: &Call,
    staff: &staff::Directory,
    lang: Lang,
    purpose: Text,
) -> Result<Printed, Error> {
    let caller = call.caller()?;
    let key = vals![caller.account];
    let account: Option<Account> = app.read(move |r| async move { Ok(r.find(&key).await?) }).await?;
    let name = account.map(|account| account.person_name).unwrap_or_default();
    let title = staff.post_title(caller.post.id);
    let title = title.unwrap_or_else(|| Text::new("已撤销的岗位", "a post of the past"));
    let by = match lang {
        Lang::Zh => format!("{name}（{}）", title.zh),
        Lang::En => format!("{name} ({})", title.en),
    };
    Ok(Printed { by, at: app.clock().now(), purpose: purpose.in_lang(lang).to_owned() })
}
