//! Posts and who holds them.

use platform::posts::{self, OrganisationId, Post, PostId};
use platform::{Error, Millis, PostKind, Text, Thing, Write};
use store::{sql, vals};

use crate::directory::Directory;

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
    AREA_OF = "SELECT p.area FROM tenures t JOIN posts p ON p.id = t.post_id WHERE t.id = $1";
}

/// Opens a post from now on.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn open_post(w: &Write, new: NewPost) -> Result<i64, Error> {
    w.require("staff:edit", &Thing::at(new.area))?;
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
/// [`Error::Missing`] when there is no such post, [`Error::Forbidden`].
pub async fn appoint(w: &Write, post: i64, account: i64, from: Millis) -> Result<i64, Error> {
    let row: Post = w.find(&vals![post]).await?.ok_or(Error::Missing("post"))?;
    w.require("staff:edit", &Thing::at(row.area))?;
    posts::appoint(w, post, account, from).await
}

/// Ends a tenure now.
///
/// # Errors
/// [`Error::Missing`] when there is none in force, [`Error::Forbidden`].
pub async fn relieve(w: &Write, tenure: i64) -> Result<(), Error> {
    let (area,): (i64,) = w.opt(&AREA_OF, &vals![tenure]).await?.ok_or(Error::Missing("tenure"))?;
    w.require("staff:edit", &Thing::at(area))?;
    posts::relieve(w, tenure, w.now()).await
}
