//! In which communities the register is open: a pilot runs beside the rest.

use std::collections::HashSet;

use platform::{AreaCode, AreaLevel, Error, Millis, Read, Snapshot, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

table! {
    /// A community in which the register was opened; its code is the id.
    pub struct Community in "registry_communities" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub opened_at: Millis,
        pub opened_by: Option<i64>,
        pub closed_at: Option<Millis>,
    }
}

sql! {
    IS_OPEN = "SELECT id FROM registry_communities WHERE street_id = $1 AND id = $2 AND closed_at IS NULL LIMIT 1";
    /// Every community of the district: a read-model of the whole.
    ALL: Community | city = "WHERE id > 0 ORDER BY street_id, id LIMIT 20000";
    OPEN = "INSERT INTO registry_communities (street_id, id, opened_at, opened_by, closed_at) VALUES ($1, $2, $3, $4, NULL)
        ON CONFLICT (street_id, id) DO UPDATE SET opened_at = excluded.opened_at, opened_by = excluded.opened_by, closed_at = NULL
        WHERE registry_communities.closed_at IS NOT NULL";
    CLOSE = "UPDATE registry_communities SET closed_at = $3 WHERE street_id = $1 AND id = $2 AND closed_at IS NULL";
}

/// The communities in which the register was ever opened.
pub struct OpenCommunities {
    rows: Vec<Community>,
    open: HashSet<i64>,
}

impl Snapshot for OpenCommunities {
    const NAME: &'static str = "registry_communities";

    async fn load(r: Read) -> Result<Self, Error> {
        let rows: Vec<Community> = r.query(&ALL, &[]).await?;
        let open = rows.iter().filter(|row| row.closed_at.is_none()).map(|row| row.id).collect();
        Ok(Self { rows, open })
    }
}

impl OpenCommunities {
    /// Whether the register is open where an area lies: a community, or a grid of it.
    pub fn is_open(&self, area: i64) -> bool {
        community_of(area).is_some_and(|community| self.open.contains(&community))
    }

    /// The row of a community, if the register was ever opened there.
    pub(crate) fn row(&self, community: i64) -> Option<&Community> {
        self.rows.iter().find(|row| row.id == community)
    }
}

/// The community of an area; none above it.
pub(crate) fn community_of(area: i64) -> Option<i64> {
    let code = AreaCode::try_from(area).ok()?;
    code.at(AreaLevel::Community).map(AreaCode::value)
}

/// Whether the register is open where an area lies, asked inside a transaction.
///
/// # Errors
/// What the store answers.
pub async fn is_open(r: &Tx, area: i64) -> Result<bool, Error> {
    let Some(community) = community_of(area) else { return Ok(false) };
    let found: Option<(i64,)> = r.opt(&IS_OPEN, &vals![community / 1000, community]).await?;
    Ok(found.is_some())
}

/// Refuses what lies in a community in which the register is not open.
///
/// # Errors
/// [`Error::Conflict`] saying so.
pub(crate) async fn must_be_open(r: &Tx, area: i64) -> Result<(), Error> {
    match is_open(r, area).await? {
        true => Ok(()),
        false => Err(Error::conflict(Text::new(
            "该社区尚未启用人房登记",
            "the register is not open in this community yet",
        ))),
    }
}

/// Opens the register in a community, or closes it. What is in a closed one is kept and found by nobody.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] when it stands so already.
pub async fn set_open(w: &Write, community: AreaCode, open: bool) -> Result<(), Error> {
    w.require("registry:open", &Thing::at(community.value()))?;
    let street = community.street_id().ok_or(Error::Missing("community"))?;
    let done = match open {
        true => {
            let by = w.call().account().ok();
            w.exec(&OPEN, &vals![street, community.value(), w.now(), by]).await?
        }
        false => w.exec(&CLOSE, &vals![street, community.value(), w.now()]).await?,
    };
    if done == 0 {
        return Err(Error::conflict(Text::new("已经是这个状态", "it stands so already")));
    }
    let action = if open { "registry:open" } else { "registry:close" };
    w.record(action, community, json!({}));
    w.outdates::<OpenCommunities>().await
}
