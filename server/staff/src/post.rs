//! Posts and who holds them.

use platform::posts::{self, OrganisationId, Post, PostId, Tenure};
use platform::{AreaCode, Error, Millis, PostKind, Text, Thing, Who, Write, wire_id};
use store::{sql, vals};

use crate::directory::Directory;
use crate::organisation::OrganisationRow;

wire_id!(
    /// One person's time in a post on the wire.
    TenureId, "ten"
);

/// How far ahead a tenure may begin; a later date is a slip of the pen.
const AHEAD_MS: i64 = 366 * 86_400_000;

/// What opening a post needs.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub kind: PostKind,
    /// The area that it serves: 6 to 15 digits.
    pub area: i64,
    pub organisation: Option<i64>,
    pub title: Text,
    /// The organisation's or the area's name, as on the door.
    pub place: Text,
}

sql! {
    CLOSE = "UPDATE posts SET valid_to = $2, version = version + 1 WHERE id = $1 AND (valid_to IS NULL OR valid_to > $2)";
    END_ALL = "UPDATE tenures SET valid_to = $2, version = version + 1 WHERE post_id = $1 AND (valid_to IS NULL OR valid_to > $2)";
}

/// The right to open, fill, empty and close posts of a kind: who keeps the lists does not choose who opens accounts
/// and who reads the ledger.
pub(crate) fn right_over(kind: PostKind) -> &'static str {
    match kind {
        PostKind::Admin | PostKind::Auditor => "account:manage",
        _ => "staff:edit",
    }
}

/// The log that records what happens to a post: its street's, or the district's.
pub(crate) fn log_of(area: i64, district: i64) -> i64 {
    AreaCode::try_from(area).ok().and_then(AreaCode::street_id).unwrap_or(district)
}

/// Opens a post from now on.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] when its organisation is missing, unknown or of another street.
pub async fn open_post(w: &Write, new: NewPost) -> Result<i64, Error> {
    may_change(w, new.kind, new.area, new.organisation).await?;
    fits(w, &new).await?;
    let post = Post {
        id: w.id(),
        version: 1,
        kind: new.kind,
        area: new.area,
        organisation_id: new.organisation,
        title_zh: new.title.zh.into_owned(),
        title_en: new.title.en.into_owned(),
        place_zh: new.place.zh.into_owned(),
        place_en: new.place.en.into_owned(),
        valid_from: w.now(),
        valid_to: None,
    };
    w.insert(&post).await?;
    let detail = serde_json::json!({
        "kind": post.kind, "area": post.area, "organisation": post.organisation_id.map(OrganisationId::shared),
    });
    w.record("staff:open-post", PostId::shared(post.id), detail);
    w.outdates::<Directory>().await?;
    Ok(post.id)
}

/// Puts an account into a post from `from` on.
///
/// # Errors
/// [`Error::Missing`] when there is no such post in force, [`Error::Forbidden`] also for a post of one's own,
/// [`Error::Invalid`] when `from` has passed or is far off, a conflict when the account holds the post already.
pub async fn appoint(w: &Write, post: i64, account: i64, from: Millis) -> Result<i64, Error> {
    let row: Post = w.find(&vals![post]).await?.ok_or(Error::Missing("post"))?;
    may_change(w, row.kind, row.area, row.organisation_id).await?;
    not_oneself(w, account)?;
    if row.valid_to.is_some_and(|end| end <= w.now()) {
        return Err(Error::Missing("post"));
    }
    if from < w.now() || from > w.now().plus(AHEAD_MS) {
        let text = Text::new("任职须从现在起一年之内开始", "a tenure begins now or within a year");
        return Err(Error::field("from", text));
    }
    posts::appoint(w, post, account, from).await.map_err(|error| match error {
        // The only key that an appointment can meet is that of the same person in the same post.
        Error::Conflict { .. } => {
            Error::conflict(Text::new("此人已任此岗", "this person holds the post already"))
        }
        other => other,
    })
}

/// Ends a tenure now; one that has not begun never will.
///
/// # Errors
/// [`Error::Missing`] when there is none in force, [`Error::Forbidden`] also for a tenure of one's own.
pub async fn relieve(w: &Write, tenure: i64) -> Result<(), Error> {
    let row: Tenure = w.find(&vals![tenure]).await?.ok_or(Error::Missing("tenure"))?;
    let post: Post = w.find(&vals![row.post_id]).await?.ok_or(Error::Missing("post"))?;
    may_change(w, post.kind, post.area, post.organisation_id).await?;
    not_oneself(w, row.account_id)?;
    posts::relieve(w, tenure, w.now()).await
}

/// Closes a post now and ends every tenure in it.
///
/// # Errors
/// [`Error::Missing`] when there is none in force, [`Error::Forbidden`], a conflict for the post in use.
pub async fn close_post(w: &Write, post: i64) -> Result<(), Error> {
    let row: Post = w.find(&vals![post]).await?.ok_or(Error::Missing("post"))?;
    may_change(w, row.kind, row.area, row.organisation_id).await?;
    if matches!(&w.call().who, Who::Post(caller) if caller.post.id == post) {
        return Err(Error::conflict(Text::new("不能撤销正在使用的岗位", "the post in use cannot be closed")));
    }
    if w.exec(&CLOSE, &vals![post, w.now()]).await? == 0 {
        return Err(Error::Missing("post"));
    }
    let ended = w.exec(&END_ALL, &vals![post, w.now()]).await?;
    w.record("staff:close-post", PostId::shared(post), serde_json::json!({ "tenures": ended }));
    Ok(())
}

/// Checks the right where the post serves and where its organisation stands: a department's handler sees the
/// department's cases everywhere, whatever area the post names.
async fn may_change(w: &Write, kind: PostKind, area: i64, organisation: Option<i64>) -> Result<(), Error> {
    w.require(right_over(kind), &Thing::at(area))?;
    let Some(id) = organisation else { return Ok(()) };
    let street = w.find::<OrganisationRow>(&vals![id]).await?.map_or(0, |row| row.street);
    let place = if street == 0 { w.app().district() } else { street };
    w.require(right_over(kind), &Thing::at(place))
}

/// Nobody decides on their own posts: rights are given by others.
fn not_oneself(w: &Write, account: i64) -> Result<(), Error> {
    match &w.call().who {
        Who::Post(caller) if caller.account == account => Err(Error::Forbidden(Text::new(
            "本人的任职须由他人办理",
            "one's own posts are given and taken by others",
        ))),
        _ => Ok(()),
    }
}

/// Whether the post and its organisation belong together.
async fn fits(w: &Write, new: &NewPost) -> Result<(), Error> {
    let refused = |zh, en| Err(Error::field("organisation", Text::new(zh, en)));
    let Some(id) = new.organisation else {
        let needs_one = matches!(new.kind, PostKind::Handler | PostKind::DepartmentHead);
        return match needs_one {
            true => refused("此类岗位须属于一个机构", "a post of this kind belongs to an organisation"),
            false => Ok(()),
        };
    };
    match w.find::<OrganisationRow>(&vals![id]).await? {
        None => refused("没有这个机构", "there is no such organisation"),
        Some(row) if row.street != 0 && row.street != log_of(new.area, 0) => {
            refused("机构与岗位不在同一街道（镇）", "the organisation is of another street than the post")
        }
        Some(_) => Ok(()),
    }
}
