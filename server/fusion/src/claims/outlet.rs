//! How claims reach whoever owns a source: the address that takes them by push, and the system that fetches and answers them.

use platform::systems::{System, SystemId};
use platform::{App, Error, FieldProblem, Millis, SystemKind, Text, Thing, Write};
use registry::{Source, SourceId};
use serde_json::json;
use store::{Tx, sql, table, vals};

use super::query::awaited;
use super::{Claim, ClaimState};
use crate::parcels;
use crate::pull::checked_url;

/// Claims of one street that a new address is sent.
const AT_ONCE: i64 = 1_000;

table! {
    /// The outlet of a source. Outlets belong to the district; the id is the source's.
    pub(crate) struct Outlet in "source_outlets" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// The key of the source.
        pub source: String,
        pub push_url: Option<String>,
        pub system_id: Option<i64>,
        pub set_at: Millis,
        pub set_by: Option<i64>,
    }
}

sql! {
    OF_SOURCE: Outlet = "WHERE street_id = $1 AND source = $2 ORDER BY id LIMIT 1";
    OF_SYSTEM: Outlet = "WHERE street_id = $1 AND system_id = $2 ORDER BY id LIMIT 50";
    SET = "INSERT INTO source_outlets (street_id, id, version, source, push_url, system_id, set_at, set_by)
        VALUES ($1, $2, 1, $3, $4, $5, $6, $7) ON CONFLICT (street_id, id) DO UPDATE SET
        push_url = excluded.push_url, system_id = excluded.system_id, set_at = excluded.set_at, set_by = excluded.set_by,
        version = source_outlets.version + 1";
}

/// The outlet of a source, if one was set.
///
/// # Errors
/// What the store answers.
pub(crate) async fn of_source(tx: &Tx, district: i64, source: &str) -> Result<Option<Outlet>, Error> {
    Ok(tx.opt(&OF_SOURCE, &vals![district, source]).await?)
}

/// The keys of the sources that a system speaks for.
///
/// # Errors
/// What the store answers.
pub(super) async fn sources_of(tx: &Tx, district: i64, system: i64) -> Result<Vec<String>, Error> {
    let all: Vec<Outlet> = tx.query(&OF_SYSTEM, &vals![district, system]).await?;
    Ok(all.into_iter().map(|outlet| outlet.source).collect())
}

/// Refuses an address that may not be sent to.
///
/// # Errors
/// [`Error::Invalid`].
pub(super) fn checked(app: &App, push_url: Option<&str>) -> Result<Option<String>, Error> {
    let url = push_url.map(str::trim).filter(|url| !url.is_empty());
    match url.map(|url| checked_url(url, &app.config().fusion)).transpose() {
        Ok(_) => Ok(url.map(str::to_owned)),
        Err(problem) => Err(Error::invalid(vec![FieldProblem::new("push_url", problem.detail)])),
    }
}

/// Sets how claims reach the owner of a source; what waits goes to the new address.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Missing`]; [`Error::Invalid`] for a system that is not one of an owner.
pub(super) async fn set(
    w: &Write,
    id: SourceId,
    push_url: Option<String>,
    system: Option<SystemId>,
    streets: &[i64],
) -> Result<Outlet, Error> {
    let district = w.app().district();
    w.require("source:manage", &Thing::at(district))?;
    let source: Option<Source> = w.find(&vals![district, id.id]).await?;
    let source = source.filter(|_| id.street == district).ok_or(Error::Missing("source"))?;
    if let Some(system) = system {
        let found: Option<System> = w.find(&vals![system.id]).await?;
        let is_owners = |system: &System| system.kind == SystemKind::Source && system.closed_at.is_none();
        if !found.as_ref().is_some_and(is_owners) {
            let text = Text::new(
                "请选择“数据源单位”类的已接入系统",
                "choose a connected system of the kind `source`",
            );
            return Err(Error::field("system_id", text));
        }
    }
    let (system_id, by) = (system.map(|system| system.id), w.call().account().ok());
    let values = vals![district, source.id, source.key.as_str(), push_url.as_deref(), system_id, w.now(), by];
    w.exec(&SET, &values).await?;
    let detail = json!({ "push": push_url.is_some(), "system": system });
    w.record("source:outlet", &source.key, detail);
    if push_url.is_some() {
        for street in streets.iter().copied() {
            let waiting: Vec<Claim> = awaited(w, street, &source.key, 0, AT_ONCE).await?;
            for claim in waiting.iter().filter(|claim| claim.state == ClaimState::Open) {
                parcels::pack(w, claim).await?;
            }
        }
    }
    of_source(w, district, &source.key).await?.ok_or(Error::Missing("source"))
}
