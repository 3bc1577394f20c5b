//! Where a resident lives, as beliefs in two times: what is no longer believed is closed, what was true until then is kept
//! with its end, and nothing else is ever written again.

use chinese::address;
use platform::{Error, Millis, Write};
use store::{Tx, sql, vals};

use crate::days::day_of;
use crate::dwell::door_of;
use crate::record::OWN;
use crate::residence::Residence;
use crate::resident::{OPEN, Resident};
use crate::survive::Choice;
use crate::words::ResidenceKind;

sql! {
    BELIEVED: Residence = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 500";
    NO_LONGER = "UPDATE residences SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
    LIVED: Residence = "WHERE street_id = $1 AND dwelling_id = $2 AND valid_from <= $3 AND valid_to > $3
        AND known_from <= $4 AND (known_to IS NULL OR known_to > $4) ORDER BY id LIMIT 500";
}

/// What is believed of where a resident lives, owns and works.
///
/// # Errors
/// What the store answers.
pub(crate) async fn believed(r: &Tx, resident: &Resident) -> Result<Vec<Residence>, Error> {
    Ok(r.query(&BELIEVED, &vals![resident.street_id, resident.id]).await?)
}

/// What was true of a dwelling on a day, as known at a moment.
///
/// # Errors
/// What the store answers.
pub async fn lived_in(
    r: &Tx,
    (street, dwelling): (i64, i64),
    on: &str,
    as_known: Millis,
) -> Result<Vec<Residence>, Error> {
    Ok(r.query(&LIVED, &vals![street, dwelling, on, as_known]).await?)
}

/// Settles a resident where the surviving address says; gives the area of the dwelling. What was seen at the door stands
/// until a source speaks of a later day.
///
/// # Errors
/// What the store answers.
pub(crate) async fn settle(w: &Write, resident: &Resident, home: &Choice) -> Result<Option<i64>, Error> {
    let rows = believed(w, resident).await?;
    let living: Vec<&Residence> = rows.iter().filter(|row| row.kind == ResidenceKind::Living).collect();
    let now_at = living.iter().find(|row| row.valid_to == OPEN);
    let read = address::read(&home.value);
    // Whoever speaks at the door knows where it is; a source that leaves out the community does not.
    let hint = (home.source == OWN).then_some(resident.area);
    let known = (hint, now_at.map(|row| row.dwelling_id));
    let Some(dwelling) = door_of(w, resident.street_id, &read, known).await? else {
        return Ok(None);
    };
    if now_at.is_some_and(|row| row.dwelling_id == dwelling.id) {
        return Ok(Some(dwelling.area));
    }
    if now_at.is_some_and(|row| row.source == OWN) && home.source != OWN {
        return Ok(None);
    }
    let today = day_of(w.now());
    let since = home.said_on.as_deref().unwrap_or(&today);
    let is_over = |row: &&Residence| {
        row.dwelling_id == dwelling.id && row.source == OWN && since <= row.valid_to.as_str()
    };
    if living.iter().any(is_over) {
        return Ok(None);
    }
    move_in(w, resident, dwelling.id, since, &home.source).await?;
    Ok(Some(dwelling.area))
}

/// From a day on a resident lives in a dwelling, and until then where they lived before.
///
/// # Errors
/// What the store answers.
pub(crate) async fn move_in(
    w: &Write,
    resident: &Resident,
    dwelling: i64,
    since: &str,
    source: &str,
) -> Result<(), Error> {
    let mut from = since.to_owned();
    let rows = believed(w, resident).await?;
    let over = |row: &&Residence| row.kind == ResidenceKind::Living && row.valid_to.as_str() > since;
    for row in rows.iter().filter(over) {
        if row.dwelling_id == dwelling {
            // They never left.
            from = from.min(row.valid_from.clone());
            forget(w, row);
        } else {
            cut(w, row, since);
        }
    }
    add(w, resident, dwelling, ResidenceKind::Living, (&from, OPEN), source);
    Ok(())
}

/// Ends a belief's validity on a day: what was true before it stays believed.
pub(crate) fn cut(w: &Write, row: &Residence, day: &str) {
    forget(w, row);
    if row.valid_from.as_str() < day {
        let kept = Residence {
            id: w.id(),
            valid_to: day.to_owned(),
            known_from: w.now(),
            known_to: None,
            ..row.clone()
        };
        w.insert_later(&kept);
    }
}

/// What is believed until now and no longer.
pub(crate) fn forget(w: &Write, row: &Residence) {
    w.later(&NO_LONGER, &vals![row.street_id, row.id, w.now()]);
}

/// What is believed from now on.
pub(crate) fn add(
    w: &Write,
    resident: &Resident,
    dwelling: i64,
    kind: ResidenceKind,
    (from, to): (&str, &str),
    source: &str,
) -> i64 {
    let row = Residence {
        street_id: resident.street_id,
        id: w.id(),
        resident_id: resident.id,
        dwelling_id: dwelling,
        kind,
        valid_from: from.to_owned(),
        valid_to: to.to_owned(),
        known_from: w.now(),
        known_to: None,
        source: source.to_owned(),
    };
    w.insert_later(&row);
    row.id
}

/// A resident is no longer believed to live anywhere.
///
/// # Errors
/// What the store answers.
pub(crate) async fn leave_all(w: &Write, resident: &Resident) -> Result<(), Error> {
    believed(w, resident).await?.iter().for_each(|row| forget(w, row));
    Ok(())
}
