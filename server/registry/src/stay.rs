//! Where somebody lives, owns, rents or works, as it was told to us; and what was told wrongly before.

use platform::{Error, Text, Write};
use serde_json::json;
use store::vals;

use crate::community::must_be_open;
use crate::days::day_of;
use crate::derive::derive;
use crate::look::pseudonym;
use crate::own::say;
use crate::place::{Dwelling, DwellingId};
use crate::record::OWN;
use crate::register::is_living;
use crate::residence::{Residence, ResidenceId};
use crate::resident::{OPEN, Resident};
use crate::settle::{add, believed, forget, move_in};
use crate::survive::Field;
use crate::words::ResidenceKind;

/// What ties somebody to a dwelling, from the first day to the day after the last.
#[derive(Clone, Debug)]
pub(crate) struct NewResidence {
    pub dwelling: DwellingId,
    pub kind: ResidenceKind,
    pub from: String,
    pub to: Option<String>,
}

/// What is believed instead of a residence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corrected {
    pub dwelling: Option<DwellingId>,
    pub kind: Option<ResidenceKind>,
    pub from: Option<String>,
    /// [`OPEN`] while it lasts; the day of `from` when it never was so.
    pub to: Option<String>,
}

/// Adds a residence. Somebody who from now on lives in a dwelling has moved there.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Missing`] for a dwelling of another street; [`Error::Conflict`] where the time overlaps
/// with what is known.
pub(crate) async fn reside(w: &Write, resident: Resident, new: NewResidence) -> Result<Resident, Error> {
    w.require("resident:edit", &resident.thing())?;
    must_be_open(w, resident.area).await?;
    is_living(&resident)?;
    let dwelling = dwelling_of(w, &resident, new.dwelling).await?;
    let to = new.to.as_deref().unwrap_or(OPEN);
    if to <= new.from.as_str() {
        return Err(Error::field("to", Text::new("结束日期应晚于开始日期", "it ends before it begins")));
    }
    let rows = believed(w, &resident).await?;
    if new.kind == ResidenceKind::Living && new.to.is_none() {
        let lives =
            |row: &Residence| row.kind == new.kind && row.valid_to == OPEN && row.dwelling_id == dwelling.id;
        if rows.iter().any(lives) {
            return Err(overlap());
        }
        move_in(w, &resident, dwelling.id, &new.from, OWN).await?;
        say(w, &resident, Field::Address, &dwelling.address, Some(&new.from)).await?;
    } else {
        apart(&rows, None, new.kind, dwelling.id, (&new.from, to))?;
        add(w, &resident, dwelling.id, new.kind, (&new.from, to), OWN);
    }
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    w.record("resident:reside", subject, json!({ "kind": new.kind, "dwelling": dwelling.wire_id() }));
    derive(w, resident).await
}

/// Corrects a residence: the old belief is no longer held, another is. Where `to` is `from`, it never was so.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] for a belief that was corrected before, and where the time overlaps with what
/// is known.
pub(crate) async fn correct_residence(
    w: &Write,
    resident: Resident,
    old: Residence,
    change: Corrected,
    reason: &str,
) -> Result<Resident, Error> {
    w.require("resident:edit", &resident.thing())?;
    must_be_open(w, resident.area).await?;
    is_living(&resident)?;
    if old.known_to.is_some() {
        return Err(Error::conflict(Text::new("这条记录已被更正", "this was corrected before")));
    }
    let dwelling = DwellingId::new(old.street_id, old.dwelling_id);
    let dwelling = dwelling_of(w, &resident, change.dwelling.unwrap_or(dwelling)).await?;
    let new = Residence {
        id: w.id(),
        dwelling_id: dwelling.id,
        kind: change.kind.unwrap_or(old.kind),
        valid_from: change.from.unwrap_or_else(|| old.valid_from.clone()),
        valid_to: change.to.unwrap_or_else(|| old.valid_to.clone()),
        known_from: w.now(),
        known_to: None,
        source: OWN.to_owned(),
        ..old.clone()
    };
    if new.valid_to < new.valid_from {
        return Err(Error::field("to", Text::new("结束日期不能早于开始日期", "it ends before it begins")));
    }
    let rows = believed(w, &resident).await?;
    let span = (new.valid_from.as_str(), new.valid_to.as_str());
    apart(&rows, Some(old.id), new.kind, new.dwelling_id, span)?;
    forget(w, &old);
    w.insert_later(&new);
    if old.kind == ResidenceKind::Living {
        if new.kind != old.kind {
            // Said so that no source says it again: they never lived there.
            add(w, &resident, old.dwelling_id, old.kind, (&old.valid_from, &old.valid_from), OWN);
        } else if new.dwelling_id != old.dwelling_id && new.valid_to == OPEN {
            say(w, &resident, Field::Address, &dwelling.address, Some(&new.valid_from)).await?;
        }
    }
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    let belief = ResidenceId::new(old.street_id, old.id);
    w.record("resident:correct_residence", subject, json!({ "residence": belief, "reason": reason }));
    derive(w, resident).await
}

async fn dwelling_of(w: &Write, resident: &Resident, id: DwellingId) -> Result<Dwelling, Error> {
    let found: Option<Dwelling> = w.find(&vals![id.street, id.id]).await?;
    let found = found.filter(|row| row.street_id == resident.street_id && row.closed_at.is_none());
    let none = Text::new("本街道没有这套房屋", "this street has no such dwelling");
    let dwelling = found.ok_or_else(|| Error::field("dwelling", none))?;
    must_be_open(w, dwelling.area).await?;
    Ok(dwelling)
}

/// Somebody lives in one dwelling at a time, and owns one once.
fn apart(
    rows: &[Residence],
    but: Option<i64>,
    kind: ResidenceKind,
    dwelling: i64,
    (from, to): (&str, &str),
) -> Result<(), Error> {
    let clash = |row: &&Residence| {
        Some(row.id) != but
            && row.kind == kind
            && (kind == ResidenceKind::Living || row.dwelling_id == dwelling)
            && row.valid_from.as_str() < to
            && from < row.valid_to.as_str()
            // What holds on no day overlaps with nothing.
            && from < to
            && row.valid_from < row.valid_to
    };
    if rows.iter().any(|row| clash(&row)) { Err(overlap()) } else { Ok(()) }
}

fn overlap() -> Error {
    Error::conflict(Text::new(
        "与已登记的时间段重叠，请先更正原记录",
        "the time overlaps with what is known; correct that first",
    ))
}

/// Today, for a residence that begins without a day.
pub(crate) fn from_today(w: &Write, from: Option<String>) -> String {
    from.unwrap_or_else(|| day_of(w.now()))
}
