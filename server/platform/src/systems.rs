//! Connected systems: other programs that bring reports in or read what happened, each with a key of its own.
//!
//! - The key is shown once. Only a keyed hash of it is kept, so that a copy of the database opens nothing.
//! - What a system may do follows from its kind, and only in the area that it was opened for; no kind reads a person's fields,
//!   but an owner of data those of its own records that a claim disputes.
//! - What it does stands in the ledger under its id, and it calls no more often than the configuration allows.

mod api;
mod open;

use std::fmt;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use store::{sql, table, vals};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Who};
use crate::clock::Millis;
use crate::error::Error;
use crate::ids::wire_id;
use crate::policy::Thing;

pub(crate) use api::router;

/// How stale `used_at` may grow before it is written again.
const TOUCH_MS: i64 = 60_000;
/// The name of the keyed hash in the vault.
const INDEX: &str = "systems.key";

wire_id!(
    /// A connected system on the wire.
    SystemId, "sys"
);

/// What a connected system is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    /// Reports by Open311 GeoReport v2, and updates of a unit's own program.
    Open311,
    /// Tickets of the 12345 hotline.
    Hotline,
    /// Events about a place: a sensor, a platform of another office.
    PlaceEvent,
    /// The feed of what happened.
    Feed,
    /// Shows residents who looked at them: a portal that has signed them in.
    Tracker,
    /// The system of whoever owns a source: takes claims about its records, and answers them.
    Source,
}

impl SystemKind {
    pub const ALL: [Self; 6] =
        [Self::Open311, Self::Hotline, Self::PlaceEvent, Self::Feed, Self::Tracker, Self::Source];

    /// The word in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open311 => "open311",
            Self::Hotline => "hotline",
            Self::PlaceEvent => "place_event",
            Self::Feed => "feed",
            Self::Tracker => "tracker",
            Self::Source => "source",
        }
    }
}

impl fmt::Display for SystemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SystemKind {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or("no such kind of system")
    }
}

store::word_column!(SystemKind);

table! {
    /// One connected system, open or closed.
    pub struct System in "systems" key 1 {
        pub id: i64,
        pub version: i64,
        pub name: String,
        pub kind: SystemKind,
        /// The street that it works for, or the whole district.
        pub area: i64,
        /// The unit that it speaks for, if it is a unit's own program.
        pub organisation_id: Option<i64>,
        pub key_hash: Vec<u8>,
        pub opened_at: Millis,
        pub opened_by: Option<i64>,
        pub closed_at: Option<Millis>,
        pub closed_by: Option<i64>,
        /// When its key was last seen, to the minute.
        pub used_at: Option<Millis>,
    }
}

sql! {
    BY_KEY: System = "WHERE key_hash = $1 LIMIT 1";
    TOUCH = "UPDATE systems SET used_at = $2 WHERE id = $1";
}

/// A connected system as whoever stands behind a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemInUse {
    pub id: i64,
    pub kind: SystemKind,
    pub area: i64,
    pub organisation: Option<i64>,
}

impl SystemInUse {
    /// Its id on the wire and in the ledger.
    pub fn wire_id(&self) -> SystemId {
        SystemId::shared(self.id)
    }

    /// Whether it may do this to that: what its kind is for, in its area; what a unit does, only where the unit has it.
    pub fn allows(&self, action: &str, thing: &Thing) -> bool {
        let own = self.organisation.is_some() && self.organisation == thing.organisation;
        let may = match (self.kind, action) {
            (SystemKind::Open311, "order:report" | "order:comment") => true,
            (SystemKind::Open311, "order:sign" | "order:resolve") => own,
            (SystemKind::Hotline | SystemKind::PlaceEvent, "order:report") => true,
            (SystemKind::Feed, "feed:read") => true,
            (SystemKind::Tracker, "look:track") => true,
            (SystemKind::Source, "claim:answer") => true,
            _ => false,
        };
        may && self.covers(thing.area)
    }

    /// Whether an area lies in its own.
    pub fn covers(&self, area: i64) -> bool {
        std::iter::successors(Some(area), |code| Some(code / 1000).filter(|code| *code >= 100_000))
            .any(|code| code == self.area)
    }

    /// Refuses what it may not do.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, action: &str, thing: &Thing) -> Result<(), Error> {
        if self.allows(action, thing) { Ok(()) } else { Err(Error::forbidden()) }
    }
}

/// What is kept of a key.
fn key_hash(app: &App, key: &str) -> Vec<u8> {
    app.vault().index(INDEX, key).to_vec()
}

/// The open system with this key, counted as one call of it.
///
/// # Errors
/// [`Error::Unauthenticated`] for a key that opens nothing, [`Error::TooMany`] beyond its rate.
pub async fn by_key(app: &App, key: &str) -> Result<SystemInUse, Error> {
    let hash = key_hash(app, key);
    let found: Option<System> =
        app.read(move |r| async move { Ok(r.opt(&BY_KEY, &vals![hash]).await?) }).await?;
    let system = found.filter(|system| system.closed_at.is_none()).ok_or(Error::Unauthenticated)?;
    app.limiters().count_system(system.id)?;
    let (id, now) = (system.id, app.clock().now());
    if system.used_at.is_none_or(|used| now.0 - used.0 > TOUCH_MS) {
        app.store()
            .write(move |tx| async move { tx.exec(&TOUCH, &vals![id, now]).await })
            .await
            .map_err(Error::from)?;
    }
    Ok(SystemInUse { id, kind: system.kind, area: system.area, organisation: system.organisation_id })
}

/// A call of a connected system, which shows its key as `Authorization: Bearer …`.
#[derive(Clone, Debug)]
pub struct SystemCall {
    pub call: Call,
    pub system: SystemInUse,
}

impl FromRequestParts<App> for SystemCall {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = shown.and_then(|shown| shown.strip_prefix("Bearer ")).ok_or(Error::Unauthenticated)?;
        let system = by_key(app, key.trim()).await?;
        Ok(Self { call: Call::of(parts, Who::System(system))?, system })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(kind: SystemKind, area: i64) -> SystemInUse {
        SystemInUse { id: 1, kind, area, organisation: Some(7) }
    }

    #[test]
    fn a_system_does_what_its_kind_is_for_in_its_own_area() {
        let here = Thing { area: 450_204_006_003_012, organisation: Some(7) };
        let elsewhere = Thing { area: 450_204_007_001, organisation: Some(7) };
        let hotline = system(SystemKind::Hotline, 450_204_006);
        assert!(hotline.allows("order:report", &here) && !hotline.allows("order:report", &elsewhere));
        assert!(!hotline.allows("order:resolve", &here) && !hotline.allows("order:read", &here));
        let district = system(SystemKind::Open311, 450_204);
        assert!(district.allows("order:report", &elsewhere) && district.allows("order:resolve", &here));
        assert!(!district.allows("order:resolve", &Thing { organisation: Some(8), ..here }));
        assert!(!district.allows("order:resolve", &Thing { organisation: None, ..here }));
        assert!(!district.allows("order:contact", &here) && !district.allows("feed:read", &here));
    }
}
