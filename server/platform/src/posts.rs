//! Posts and tenures: the principals of every right. A person acts only through a post they hold now.

use serde::Serialize;
use store::{row, sql, table, vals};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::door::{Read, Write};
use crate::error::{Error, Text};
use crate::ids::wire_id;
use crate::policy::{Caller, PostInUse, PostKind};

wire_id!(
    /// A post on the wire.
    PostId, "pst"
);
wire_id!(
    /// An organisation on the wire.
    OrganisationId, "org"
);

table! {
    /// A place in an organisation that rights hang on, whoever holds it.
    pub struct Post in "posts" key 1 {
        pub id: i64,
        pub version: i64,
        pub kind: PostKind,
        pub area: i64,
        pub organisation_id: Option<i64>,
        pub title_zh: String,
        pub title_en: String,
        /// Where it serves, as on its door: the street's or the department's name.
        pub place_zh: String,
        pub place_en: String,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

table! {
    /// One person in one post for a time.
    pub struct Tenure in "tenures" key 1 {
        pub id: i64,
        pub version: i64,
        pub post_id: i64,
        pub account_id: i64,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

row! {
    /// A post that somebody holds now.
    pub struct Held {
        pub tenure_id: i64,
        pub not_after: Option<Millis>,
        pub id: i64,
        pub kind: PostKind,
        pub area: i64,
        pub organisation_id: Option<i64>,
        pub title_zh: String,
        pub title_en: String,
        pub place_zh: String,
        pub place_en: String,
    }
}

sql! {
    HELD = "SELECT t.id, t.valid_to, p.id, p.kind, p.area, p.organisation_id, p.title_zh, p.title_en, p.place_zh, p.place_en
        FROM tenures t JOIN posts p ON p.id = t.post_id
        WHERE t.account_id = $1 AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
          AND p.valid_from <= $2 AND (p.valid_to IS NULL OR p.valid_to > $2)
        ORDER BY t.valid_from, t.id LIMIT 50";
    /// Whoever holds a tenure works on until its session is next looked up; then it is refused.
    TENURE_ENDS = "UPDATE tenures SET valid_to = $2, version = version + 1 WHERE id = $1 AND (valid_to IS NULL OR valid_to > $2)";
}

impl Held {
    /// This post as the principal of `account`.
    pub fn caller(&self, account: i64) -> Caller {
        let not_after = self.not_after;
        let organisation = self.organisation_id;
        Caller {
            account,
            post: PostInUse { id: self.id, kind: self.kind, area: self.area, organisation, not_after },
        }
    }
}

/// The posts that `account` holds at `now`, the oldest tenure first.
///
/// # Errors
/// What the store answers.
pub async fn held(r: &Read, account: i64) -> Result<Vec<Held>, Error> {
    Ok(r.query(&HELD, &vals![account, r.now()]).await?)
}

/// As [`held`], inside a change.
///
/// # Errors
/// What the store answers.
pub async fn held_in(w: &Write, account: i64) -> Result<Vec<Held>, Error> {
    Ok(w.query(&HELD, &vals![account, w.now()]).await?)
}

/// Puts somebody into a post from `from` on.
///
/// # Errors
/// What the store answers.
pub async fn appoint(w: &Write, post: i64, account: i64, from: Millis) -> Result<i64, Error> {
    let tenure = Tenure {
        id: w.id(),
        version: 1,
        post_id: post,
        account_id: account,
        valid_from: from,
        valid_to: None,
    };
    w.insert(&tenure).await?;
    w.record(
        "staff:appoint",
        PostId::shared(post),
        serde_json::json!({ "tenure": tenure.id, "account": account }),
    );
    Ok(tenure.id)
}

/// Ends a tenure; rights that hang on it end with it.
///
/// # Errors
/// [`Error::Missing`] when there is no such tenure in force.
pub async fn relieve(w: &Write, tenure: i64, at: Millis) -> Result<(), Error> {
    match w.exec(&TENURE_ENDS, &vals![tenure, at]).await? {
        0 => Err(Error::Missing("tenure")),
        _ => {
            w.record("staff:relieve", tenure, serde_json::json!({ "at": at.0 }));
            Ok(())
        }
    }
}

/// A post on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PostOut {
    pub id: PostId,
    pub kind: PostKind,
    pub title: Text,
    /// Division code, 6 to 15 digits.
    pub area: String,
    pub area_name: Text,
    pub organisation: Option<OrganisationOut>,
    pub valid_to: Option<Millis>,
}

/// An organisation as other things mention it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrganisationOut {
    pub id: OrganisationId,
    pub name: Text,
}

impl From<&Held> for PostOut {
    fn from(held: &Held) -> Self {
        let place = Text::owned(&held.place_zh, &held.place_en);
        Self {
            id: PostId::shared(held.id),
            kind: held.kind,
            title: Text::owned(&held.title_zh, &held.title_en),
            area: held.area.to_string(),
            area_name: place.clone(),
            organisation: held
                .organisation_id
                .map(|id| OrganisationOut { id: OrganisationId::shared(id), name: place }),
            valid_to: held.not_after,
        }
    }
}
