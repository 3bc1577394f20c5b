//! Opening a system, changing its key, closing it.

use serde_json::json;
use store::vals;

use super::{System, SystemId, SystemKind, key_hash};
use crate::clock::Millis;
use crate::door::Write;
use crate::error::{Error, Text};
use crate::policy::Thing;

/// What somebody connects.
#[derive(Clone, Debug)]
pub(super) struct NewSystem {
    pub name: String,
    pub kind: SystemKind,
    pub area: i64,
    pub organisation: Option<i64>,
}

/// The right to connect systems.
pub(super) const RIGHT: &str = "system:manage";

/// Connects a system whose key the caller has drawn.
///
/// # Errors
/// [`Error::Forbidden`] outside the post's area.
pub(super) async fn open(w: &Write, new: NewSystem, key: &str) -> Result<System, Error> {
    w.require(RIGHT, &Thing::at(new.area))?;
    let system = System {
        id: w.id(),
        version: 1,
        name: new.name,
        kind: new.kind,
        area: new.area,
        organisation_id: new.organisation,
        key_hash: key_hash(w.app(), key),
        opened_at: w.now(),
        opened_by: w.call().account().ok(),
        closed_at: None,
        closed_by: None,
        used_at: None,
    };
    w.insert(&system).await?;
    let detail =
        json!({ "kind": system.kind, "area": system.area.to_string(), "unit": system.organisation_id });
    w.record("system:open", SystemId::shared(system.id), detail);
    Ok(system)
}

/// Gives a system another key; the old one opens nothing from this moment.
///
/// # Errors
/// [`Error::Missing`], [`Error::Forbidden`]; [`Error::Conflict`] once it is closed.
pub(super) async fn renew(w: &Write, id: i64, key: &str) -> Result<System, Error> {
    let system = managed(w, id).await?;
    let renewed = System { key_hash: key_hash(w.app(), key), used_at: None, ..system };
    w.update(&renewed).await?;
    w.record("system:key", SystemId::shared(id), json!({}));
    Ok(System { version: renewed.version + 1, ..renewed })
}

/// Closes a system: its key opens nothing any more, and its row stays for the history.
///
/// # Errors
/// As [`renew`].
pub(super) async fn close(w: &Write, id: i64) -> Result<(), Error> {
    let system = managed(w, id).await?;
    let by = w.call().account().ok();
    w.update(&System { closed_at: Some(w.now()), closed_by: by, ..system }).await?;
    w.record("system:close", SystemId::shared(id), json!({}));
    Ok(())
}

async fn managed(w: &Write, id: i64) -> Result<System, Error> {
    let system: System = w.find(&vals![id]).await?.ok_or(Error::Missing("system"))?;
    w.require(RIGHT, &Thing::at(system.area))?;
    match system.closed_at {
        None => Ok(system),
        Some(Millis(_)) => Err(Error::conflict(Text::new("该系统已断开", "this system is closed"))),
    }
}
