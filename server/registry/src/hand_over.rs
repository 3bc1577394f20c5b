//! Moving to another street: the street that lets somebody go asks, the street where they arrive confirms. Until then they
//! belong to the first; afterwards each street has a row of its own. What one street reads of the other's is read here alone.

use chinese::address;
use platform::ids::wire_id;
use platform::{Error, Millis, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::community::must_be_open;
use crate::days::day_of;
use crate::depart::{Ending, end};
use crate::derive::{derive, records_of};
use crate::look::pseudonym;
use crate::own::put;
use crate::record::{OWN, Record, Said};
use crate::register::{is_living, reason_of};
use crate::resident::{Resident, ResidentId};
use crate::site::Site;
use crate::words::{IdentifierKind, ResidentState};
use platform::words;

wire_id!(
    /// A hand-over on the wire.
    HandOverId, "hov"
);

words! {
    /// What the street of arrival said.
    HandOverAnswer, "answer" {
        Accepted = "accepted", "已接收", "accepted";
        Refused = "refused", "已退回", "refused";
    }
}

table! {
    /// That a street lets somebody go to another.
    pub(crate) struct HandOver in "hand_overs" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub resident_id: i64,
        pub to_street: i64,
        /// Who they are in the street of arrival.
        pub arrived_id: Option<i64>,
        pub reason: String,
        /// Where they go, as they said.
        pub address: String,
        pub left_on: String,
        pub asked_at: Millis,
        pub asked_by: Option<i64>,
        pub answered_at: Option<Millis>,
        pub answered_by: Option<i64>,
        pub answer: Option<HandOverAnswer>,
        /// Why it was refused.
        pub note: Option<String>,
    }
}

table! {
    /// The same in the street of arrival, under the same id: where to look for it.
    pub(crate) struct HandOverIn in "hand_overs_in" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub from_street: i64,
        pub asked_at: Millis,
        pub answered_at: Option<Millis>,
    }
}

sql! {
    WAITING = "SELECT id FROM hand_overs WHERE street_id = $1 AND resident_id = $2 AND answered_at IS NULL LIMIT 1";
    ANSWER_IN = "UPDATE hand_overs_in SET answered_at = $3 WHERE street_id = $1 AND id = $2 AND answered_at IS NULL";
    OUT: HandOver = "WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    IN: HandOverIn = "WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// Somebody of a street who has an identity number of somebody of another.
    SAME: Resident = "WHERE street_id = $1 AND state = $2 AND id IN (SELECT i.resident_id FROM resident_identifiers i
        WHERE i.street_id = $1 AND i.known_to IS NULL AND i.value_index IN (SELECT o.value_index FROM resident_identifiers o
          WHERE o.street_id = $3 AND o.resident_id = $4 AND o.known_to IS NULL AND o.kind <> $5)) ORDER BY id LIMIT 1";
    TAKEN = "SELECT id FROM records WHERE street_id = $1 AND source = $2 AND external_id = $3 LIMIT 1";
}

impl HandOver {
    pub(crate) fn wire_id(&self) -> HandOverId {
        HandOverId::new(self.street_id, self.id)
    }
}

/// A street asks another to take somebody over.
///
/// # Errors
/// [`Error::Invalid`] for their own street; [`Error::Conflict`] while an earlier one waits.
pub(crate) async fn ask(
    w: &Write,
    resident: &Resident,
    (to_street, address): (i64, String),
    left_on: String,
    reason: &str,
) -> Result<HandOver, Error> {
    w.require("resident:hand_over", &resident.thing())?;
    must_be_open(w, resident.area).await?;
    is_living(resident)?;
    if to_street == resident.street_id {
        let own = Text::new("请选择另一个街道", "choose another street");
        return Err(Error::field("to_street", own));
    }
    let waiting: Option<(i64,)> = w.opt(&WAITING, &vals![resident.street_id, resident.id]).await?;
    if waiting.is_some() {
        return Err(Error::conflict(Text::new("已有移交等待接收", "a hand-over of this person waits")));
    }
    let row = HandOver {
        street_id: resident.street_id,
        id: w.id(),
        version: 1,
        resident_id: resident.id,
        to_street,
        arrived_id: None,
        reason: reason_of(reason)?,
        address,
        left_on,
        asked_at: w.now(),
        asked_by: w.call().account().ok(),
        answered_at: None,
        answered_by: None,
        answer: None,
        note: None,
    };
    w.insert(&row).await?;
    let there = HandOverIn {
        street_id: to_street,
        id: row.id,
        from_street: row.street_id,
        asked_at: w.now(),
        answered_at: None,
    };
    w.insert(&there).await?;
    record(w, "resident:hand_over", &row);
    Ok(row)
}

/// What a hand-over is about, as the street of arrival may see it.
///
/// # Errors
/// [`Error::Missing`] for another street than that of arrival.
pub(crate) async fn incoming(r: &Tx, street: i64, id: HandOverId) -> Result<(HandOver, Resident), Error> {
    let known: Option<HandOverIn> = r.find(&vals![street, id.id]).await?;
    let known = known.filter(|row| row.from_street == id.street).ok_or(Error::Missing("hand-over"))?;
    let row: Option<HandOver> = r.find(&vals![known.from_street, known.id]).await?;
    let row = row.filter(|row| row.to_street == street).ok_or(Error::Missing("hand-over"))?;
    let resident: Option<Resident> = r.find(&vals![row.street_id, row.resident_id]).await?;
    Ok((row, resident.ok_or(Error::Missing("resident"))?))
}

/// Which street a hand-over is asked of.
///
/// # Errors
/// [`Error::Missing`].
pub(crate) async fn destination(r: &Tx, id: HandOverId) -> Result<i64, Error> {
    let row: Option<HandOver> = r.find(&vals![id.street, id.id]).await?;
    Ok(row.ok_or(Error::Missing("hand-over"))?.to_street)
}

/// The hand-overs that a street asked for, or that are asked of it, the newest first; each with the resident.
///
/// # Errors
/// What the store answers.
pub(crate) async fn listed(
    r: &Tx,
    street: i64,
    inward: bool,
    (before, limit): (i64, i64),
) -> Result<Vec<(HandOver, Resident)>, Error> {
    if inward {
        let rows: Vec<HandOverIn> = r.query(&IN, &vals![street, before, limit]).await?;
        let each = rows.iter().map(|row| incoming(r, street, HandOverId::new(row.from_street, row.id)));
        let mut all = Vec::with_capacity(rows.len());
        for one in each {
            all.push(one.await?);
        }
        return Ok(all);
    }
    let rows: Vec<HandOver> = r.query(&OUT, &vals![street, before, limit]).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let resident: Option<Resident> = r.find(&vals![row.street_id, row.resident_id]).await?;
        all.push((row, resident.ok_or(Error::Missing("resident"))?));
    }
    Ok(all)
}

/// The street of arrival takes somebody over: with their records they begin anew in `area`, or join who is known there by
/// the same number, and the old row points to them.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] where it was answered, or the register is not open.
pub(crate) async fn accept(
    w: &Write,
    (row, old): (HandOver, Resident),
    area: i64,
    home: &str,
) -> Result<Resident, Error> {
    w.require("resident:hand_over", &Thing::at(area))?;
    must_be_open(w, area).await?;
    let place = Some(home).filter(|home| !home.trim().is_empty());
    if place.is_some_and(|home| Site::of(&address::read(home)).is_none()) {
        return Err(Error::field("address", Text::new("住址须写到楼栋", "an address names its building")));
    }
    let there = w.standing_in(w.call().clone(), row.street_id, w.now());
    let records = records_of(w, old.street_id, old.id).await?;
    let new = arrive(w, &row, &old, area).await?;
    for record in &records {
        copy(w, record, &old, &new).await?;
    }
    if let Some(home) = place {
        let said = Said { address: home.to_owned(), ..Said::default() };
        put(w, &new, &format!("own:{}:address", new.id), &said, Some(&row.left_on)).await?;
    }
    end(&there, old, Ending::HandOver { to: row.to_street }, &row.left_on).await?;
    let row = HandOver { arrived_id: Some(new.id), ..row };
    let row = answer(w, row, HandOverAnswer::Accepted, None).await?;
    record(w, "resident:hand_over_accept", &row);
    record(&there, "resident:hand_over_accepted", &row);
    derive(w, new).await
}

/// Who somebody is in the street of arrival: whoever is known there by the same number, or somebody new.
async fn arrive(w: &Write, row: &HandOver, old: &Resident, area: i64) -> Result<Resident, Error> {
    let same = vals![row.to_street, ResidentState::Living, old.street_id, old.id, IdentifierKind::Phone];
    let known: Option<Resident> = w.opt(&SAME, &same).await?;
    if let Some(known) = known {
        w.require("resident:hand_over", &known.thing())?;
        return Ok(known);
    }
    let new = Resident {
        street_id: row.to_street,
        id: w.id(),
        version: 1,
        area,
        since: row.left_on.clone(),
        created_at: w.now(),
        ..old.clone()
    };
    w.insert(&new).await?;
    Ok(new)
}

/// The street of arrival refuses; all stays as it was.
///
/// # Errors
/// [`Error::Conflict`] where it was answered.
pub(crate) async fn refuse(w: &Write, row: HandOver, reason: &str) -> Result<HandOver, Error> {
    let there = w.standing_in(w.call().clone(), row.street_id, w.now());
    let row = answer(w, row, HandOverAnswer::Refused, Some(reason_of(reason)?)).await?;
    record(w, "resident:hand_over_refuse", &row);
    record(&there, "resident:hand_over_refused", &row);
    Ok(row)
}

async fn answer(
    w: &Write,
    row: HandOver,
    answer: HandOverAnswer,
    note: Option<String>,
) -> Result<HandOver, Error> {
    if w.exec(&ANSWER_IN, &vals![row.to_street, row.id, w.now()]).await? == 0 {
        return Err(Error::conflict(Text::new("这次移交已经处理", "this hand-over was answered before")));
    }
    let mut new = HandOver {
        answered_at: Some(w.now()),
        answered_by: w.call().account().ok(),
        answer: Some(answer),
        note,
        ..row
    };
    w.update(&new).await?;
    new.version += 1;
    Ok(new)
}

/// A record goes along, sealed for its new row, without the address that they left. What a source told the new street
/// already stays where it is.
async fn copy(w: &Write, record: &Record, old: &Resident, new: &Resident) -> Result<(), Error> {
    let name = match record.source.as_str() {
        OWN => record.external_id.replacen(&old.id.to_string(), &new.id.to_string(), 1),
        _ => record.external_id.clone(),
    };
    let taken: Option<(i64,)> =
        w.opt(&TAKEN, &vals![new.street_id, record.source.as_str(), name.as_str()]).await?;
    let said = Said { address: String::new(), ..record.open(w.app())? };
    if taken.is_some() || said == Said::default() {
        return Ok(());
    }
    let id = w.id();
    let (sealed, content) = said.seal(w.app(), id)?;
    let copied = Record {
        street_id: new.street_id,
        id,
        external_id: name,
        resident_id: new.id,
        batch_id: None,
        sealed,
        content,
        known_from: w.now(),
        ..record.clone()
    };
    Ok(w.insert(&copied).await?)
}

fn record(w: &Write, action: &str, row: &HandOver) {
    let arrived = row.arrived_id.map(|id| pseudonym(w.app(), row.to_street, id));
    let detail = json!({
        "resident": pseudonym(w.app(), row.street_id, row.resident_id),
        "to_street": row.to_street,
        "arrived": arrived,
    });
    w.record(action, row.wire_id(), detail);
}

/// Who they are in the street of arrival.
pub(crate) fn arrived(row: &HandOver) -> Option<ResidentId> {
    row.arrived_id.map(|id| ResidentId::new(row.to_street, id))
}

/// The day that a hand-over counts from, when nobody says another.
pub(crate) fn left_today(w: &Write, left_on: Option<String>) -> String {
    left_on.unwrap_or_else(|| day_of(w.now()))
}
