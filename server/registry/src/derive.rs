//! What stands of a resident is derived from the records: the values of the row, the numbers, and where they live. Whoever
//! changes the records of a resident derives the resident anew, in the same transaction.

use platform::{App, Error, Write};
use store::{Tx, sql, vals};

use crate::days::day_of;
use crate::fused::{Fused, FusedNumber, fuse};
use crate::record::{Record, Said};
use crate::resident::{Identifier, OPEN, Resident, number_index};
use crate::settle::{leave_all, settle};
use crate::sources::Sources;
use crate::survive::Voice;
use crate::words::ResidentState;

sql! {
    OF_RESIDENT: Record = "WHERE street_id = $1 AND resident_id = $2 AND gone_at IS NULL ORDER BY id LIMIT 1000";
    BELIEVED: Identifier = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 200";
    NO_LONGER = "UPDATE resident_identifiers SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
}

/// The records of a resident that their sources still hold, the oldest first.
///
/// # Errors
/// What the store answers.
pub async fn records_of(r: &Tx, street: i64, resident: i64) -> Result<Vec<Record>, Error> {
    Ok(r.query(&OF_RESIDENT, &vals![street, resident]).await?)
}

/// Opened records, from which the rules choose.
pub struct Heard<'a> {
    records: &'a [Record],
    said: Vec<Said>,
    ranks: Vec<i64>,
}

impl<'a> Heard<'a> {
    /// Opens the records.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn open(app: &App, records: &'a [Record], sources: &Sources) -> Result<Self, Error> {
        let said = records.iter().map(|record| record.open(app)).collect::<Result<_, _>>()?;
        let ranks = records.iter().map(|record| sources.rank(&record.source)).collect();
        Ok(Self { records, said, ranks })
    }

    /// Who says what.
    pub fn voices(&self) -> Vec<Voice<'_>> {
        let all = self.records.iter().zip(&self.said).zip(&self.ranks);
        all.map(|((record, said), rank)| Voice {
            record: record.id,
            source: &record.source,
            rank: *rank,
            said_on: record.said_on.as_deref(),
            said,
        })
        .collect()
    }
}

/// Derives a resident anew from the records. It leaves no entry in the ledger: whoever changed the records does.
///
/// A resident without any record is left as they are; one that was merged into another is no longer believed to live
/// anywhere or to have a number.
///
/// # Errors
/// [`Error::Conflict`] when somebody else changed the resident in between.
pub async fn derive(w: &Write, resident: Resident) -> Result<Resident, Error> {
    let sources = Sources::of(w, w.app().district()).await?;
    derive_by(w, &sources, resident).await
}

/// The same, with the sources at hand.
///
/// # Errors
/// As [`derive()`].
pub async fn derive_by(w: &Write, sources: &Sources, resident: Resident) -> Result<Resident, Error> {
    let records = records_of(w, resident.street_id, resident.id).await?;
    if records.is_empty() {
        if resident.state == ResidentState::Merged {
            identify(w, &resident, &[]).await?;
            leave_all(w, &resident).await?;
        }
        return Ok(resident);
    }
    let fused = {
        let heard = Heard::open(w.app(), &records, sources)?;
        fuse(&heard.voices())
    };
    let numbers: Vec<&FusedNumber> = fused.number.iter().chain(&fused.phone).collect();
    identify(w, &resident, &numbers).await?;
    let mut new = valued(&resident, &fused);
    if new.state == ResidentState::Living
        && let Some(home) = &fused.home
    {
        new.area = settle(w, &new, home).await?.unwrap_or(new.area);
    }
    if !same(&resident, &new) {
        w.update(&new).await?;
        new.version += 1;
    }
    Ok(new)
}

/// The row with the values that survived; a name that nobody says any more stays.
fn valued(old: &Resident, fused: &Fused) -> Resident {
    let mut new = old.clone();
    if !fused.name.is_empty() {
        new.name.clone_from(&fused.name);
        new.reading.clone_from(&fused.reading);
        new.initials.clone_from(&fused.initials);
    }
    new.sex = fused.sex;
    new.birth_date.clone_from(&fused.birth_date);
    new.birth_year = fused.birth_year;
    new.chosen.clone_from(&fused.chosen);
    new
}

fn same(one: &Resident, other: &Resident) -> bool {
    let row = |resident: &Resident| store::Table::values(resident);
    row(one) == row(other)
}

/// Believes these numbers, and no others without an end.
async fn identify(w: &Write, resident: &Resident, numbers: &[&FusedNumber]) -> Result<(), Error> {
    let believed: Vec<Identifier> = w.query(&BELIEVED, &vals![resident.street_id, resident.id]).await?;
    let index = |number: &FusedNumber| number_index(w.app(), number.kind, &number.normal);
    let is_it = |row: &Identifier, number: &FusedNumber| {
        row.kind == number.kind
            && row.source == number.source
            && row.valid_to == OPEN
            && row.value_index == index(number)
    };
    for row in believed.iter().filter(|row| row.valid_to == OPEN) {
        if !numbers.iter().any(|number| is_it(row, number)) {
            w.later(&NO_LONGER, &vals![row.street_id, row.id, w.now()]);
        }
    }
    for number in numbers.iter().filter(|number| !believed.iter().any(|row| is_it(row, number))) {
        let since = number.said_on.clone().unwrap_or_else(|| day_of(w.now()));
        let ids = (resident.street_id, w.id(), resident.id);
        let row =
            Identifier::seal(w.app(), ids, number.kind, &number.normal, (&number.source, &since, w.now()))?;
        w.insert_later(&row);
    }
    Ok(())
}
