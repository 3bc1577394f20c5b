//! Works out a chunk: values fused, numbers and records sealed, side by side and outside of any transaction.

use chinese::address;
use platform::Error;
use rayon::prelude::*;
use registry::fused::{Fused, FusedNumber, fuse};
use registry::survive::{Choice, Voice};
use registry::{Identifier, OPEN, Record, Residence, Resident, ResidentState, Said, Sex, Site, number_index};

use super::before::Before;
use super::ground::{Ground, NewDoors};
use super::known::Register;
use super::plan::{Of, Plan, Work, voice};
use super::stay::settle;
use crate::batch::Tally;
use crate::review::{ReviewPair, ReviewState};

/// What a chunk writes.
#[derive(Default)]
pub(crate) struct Chunk {
    pub street: i64,
    pub doors: NewDoors,
    pub residents: Vec<Resident>,
    /// Residents with other values, and whether more than the reasons changed.
    pub changed: Vec<(Resident, bool)>,
    pub numbers: Vec<Identifier>,
    pub numbers_gone: Vec<i64>,
    pub residences: Vec<Residence>,
    pub residences_gone: Vec<i64>,
    pub records: Vec<Record>,
    pub records_changed: Vec<Record>,
    pub pairs: Vec<ReviewPair>,
    /// Those who were in the register, with the version that was read.
    pub seen: Vec<(i64, i64)>,
    pub tally: Tally,
}

/// One resident, worked out but for the door.
struct Worked {
    row: Resident,
    is_new: bool,
    old: Option<Resident>,
    home: Option<(Choice, address::Address)>,
    numbers: Vec<Identifier>,
    numbers_gone: Vec<i64>,
    records: Vec<(Record, bool)>,
}

/// Works out what is to be written for these residents.
///
/// # Errors
/// What the vault answers.
pub(crate) fn build(
    of: &Of,
    (register, plan): (&Register, &Plan),
    ground: &mut Ground,
    (street, works): (i64, &[Work]),
    before: &Before,
) -> Result<Chunk, Error> {
    let today = of.now.beijing_date().to_string();
    let worked = works.par_iter().map(|work| work_out(of, (register, plan), (street, work), before, &today));
    let mut chunk = Chunk { street, ..Chunk::default() };
    for (worked, work) in worked.collect::<Result<Vec<_>, Error>>()?.into_iter().zip(works) {
        let Some(mut worked) = worked else { continue };
        if work.is_new {
            let seats = work.entries.iter().filter_map(|entry| plan.seats.get(entry.row).copied().flatten());
            let seat = seats.into_iter().find(|seat| seat.street == street);
            worked.row.area = seat.map_or(street, |seat| seat.area);
        }
        let known = before.residences.get(&worked.row.id).map_or(&[][..], Vec::as_slice);
        if worked.row.state == ResidentState::Living
            && let Some((choice, read)) = &worked.home
        {
            move_in(of, ground, (&mut worked.row, work.is_new, known), (choice, read), &today, &mut chunk);
        }
        tell(of, plan, work, worked, &mut chunk);
    }
    Ok(chunk)
}

fn work_out(
    of: &Of,
    (register, plan): (&Register, &Plan),
    (street, work): (i64, &Work),
    before: &Before,
    today: &str,
) -> Result<Option<Worked>, Error> {
    let old = before.residents.get(&work.resident);
    if old.is_none() && !work.is_new {
        // Merged or parted since the register was read: the transaction finds out and all begins anew.
        return Ok(None);
    }
    let is_replaced = |record: i64| work.entries.iter().any(|entry| entry.is_known && entry.record == record);
    let known = register.residents.get(&work.resident).map(|one| one.records.as_slice()).unwrap_or_default();
    let known: Vec<(i64, &str, Option<&str>, Said)> = known
        .iter()
        .filter_map(|at| register.records.get(*at as usize))
        .filter(|record| !is_replaced(record.id))
        .map(|record| (record.id, register.source_of(record), record.said_on.as_deref(), record.said()))
        .collect();
    let mut voices: Vec<Voice> = known
        .iter()
        .map(|(record, source, said_on, said)| Voice {
            record: *record,
            source,
            rank: of.ranks.rank(source),
            said_on: *said_on,
            said,
        })
        .collect();
    let rows = work.entries.iter().filter_map(|entry| Some((entry, plan.rows.get(entry.row)?)));
    voices.extend(rows.clone().map(|(entry, taken)| voice(of, entry.record, taken)));
    voices.sort_by_key(|voice| voice.record);
    let fused = fuse(&voices);
    let row = match old {
        Some(old) => valued(old.clone(), &fused),
        None => valued(blank(of, (street, work.resident), today), &fused),
    };
    let believed = before.numbers.get(&work.resident).map_or(&[][..], Vec::as_slice);
    let (numbers, numbers_gone) = identify(of, &row, &fused, believed, today)?;
    let mut records = Vec::with_capacity(work.entries.len());
    for (entry, taken) in rows {
        let (sealed, content) = taken.said.seal(of.app, entry.record)?;
        let record = Record {
            street_id: street,
            id: entry.record,
            source: of.source.to_owned(),
            external_id: taken.key.clone(),
            resident_id: work.resident,
            batch_id: Some(of.batch),
            sealed,
            content,
            said_on: taken.said_on.clone(),
            known_from: of.now,
            gone_at: None,
        };
        records.push((record, entry.is_known));
    }
    let home = fused.home.map(|choice| {
        let read = address::read(&choice.value);
        (choice, read)
    });
    Ok(Some(Worked { row, is_new: work.is_new, old: old.cloned(), home, numbers, numbers_gone, records }))
}

fn blank(of: &Of, (street, id): (i64, i64), today: &str) -> Resident {
    Resident {
        street_id: street,
        id,
        version: 1,
        area: street,
        state: ResidentState::Living,
        name: String::new(),
        reading: String::new(),
        initials: String::new(),
        sex: Sex::Unknown,
        birth_date: None,
        birth_year: None,
        since: today.to_owned(),
        ended_on: None,
        moved_to: None,
        merged_into: None,
        chosen: "{}".to_owned(),
        created_at: of.now,
    }
}

/// The row with the values that survived; a name that nobody says any more stays.
fn valued(old: Resident, fused: &Fused) -> Resident {
    let named = |new: &str, old: String| if fused.name.is_empty() { old } else { new.to_owned() };
    Resident {
        name: named(&fused.name, old.name),
        reading: named(&fused.reading, old.reading),
        initials: named(&fused.initials, old.initials),
        sex: fused.sex,
        birth_date: fused.birth_date.clone(),
        birth_year: fused.birth_year,
        chosen: fused.chosen.clone(),
        ..old
    }
}

/// Numbers that are believed from now on, and those that are no longer.
fn identify(
    of: &Of,
    resident: &Resident,
    fused: &Fused,
    believed: &[Identifier],
    today: &str,
) -> Result<(Vec<Identifier>, Vec<i64>), Error> {
    let wanted: Vec<(&FusedNumber, Vec<u8>)> = fused
        .number
        .iter()
        .chain(&fused.phone)
        .map(|number| (number, number_index(of.app, number.kind, &number.normal)))
        .collect();
    let is_it = |row: &Identifier, (number, index): &(&FusedNumber, Vec<u8>)| {
        row.kind == number.kind
            && row.source == number.source
            && row.valid_to == OPEN
            && row.value_index == *index
    };
    let gone = believed
        .iter()
        .filter(|row| row.valid_to == OPEN && !wanted.iter().any(|number| is_it(row, number)))
        .map(|row| row.id)
        .collect();
    let mut new = Vec::new();
    for number in wanted.iter().filter(|number| !believed.iter().any(|row| is_it(row, number))) {
        let (number, _) = number;
        let since = number.said_on.as_deref().unwrap_or(today);
        let ids = (resident.street_id, of.app.ids().next(of.now), resident.id);
        let told = (number.source.as_str(), since, of.now);
        new.push(Identifier::seal(of.app, ids, number.kind, &number.normal, told)?);
    }
    Ok((new, gone))
}

/// Settles a resident where the surviving address says, if it lies in their street.
fn move_in(
    of: &Of,
    ground: &mut Ground,
    (resident, is_new, known): (&mut Resident, bool, &[Residence]),
    (choice, read): (&Choice, &address::Address),
    today: &str,
    chunk: &mut Chunk,
) {
    let now_at = super::stay::home_now(known);
    let place = ground.place(read).ok().filter(|seat| seat.street == resident.street_id);
    if is_new && let Some(seat) = place {
        resident.area = seat.area;
    }
    let door = Site::of(read).and_then(|site| match place {
        Some(seat) => ground.door((of.app, of.now), seat, &site, now_at, &mut chunk.doors),
        None => ground.known_door(resident.street_id, read, &site, now_at),
    });
    let Some(door) = door else { return };
    let settled = settle(of, resident, known, &door, choice, today);
    resident.area = settled.area.unwrap_or(resident.area);
    chunk.residences.extend(settled.new);
    chunk.residences_gone.extend(settled.gone);
}

/// Lays one resident's rows into the chunk.
fn tell(of: &Of, plan: &Plan, work: &Work, worked: Worked, chunk: &mut Chunk) {
    let Worked { row, is_new, old, numbers, numbers_gone, records, .. } = worked;
    let count = i64::try_from(work.entries.len()).unwrap_or(i64::MAX);
    chunk.tally.rows += count;
    match (is_new, work.is_asked) {
        (false, _) => chunk.tally.joined += count,
        (true, false) => chunk.tally.opened += count,
        (true, true) => chunk.tally.for_review += count,
    }
    for asked in plan.asked.get(&row.id).into_iter().flatten() {
        chunk.pairs.push(ReviewPair {
            street_id: chunk.street,
            id: of.app.ids().next(of.now),
            version: 1,
            batch_id: of.batch,
            area: row.area,
            record_id: asked.record,
            own_id: asked.own,
            other_id: asked.other,
            weight: asked.weight,
            steps: asked.steps.clone(),
            state: ReviewState::Waiting,
            order_id: None,
            merge_id: None,
            decided_at: None,
            decided_by: None,
            decided_post: None,
            bulk: false,
            audited_at: None,
            audit: None,
        });
    }
    match old {
        None => chunk.residents.push(row),
        Some(old) => {
            chunk.seen.push((old.id, old.version));
            let plain = |row: &Resident| Resident { chosen: String::new(), ..row.clone() };
            let values = |row: &Resident| store::Table::values(row);
            let is_other = values(&plain(&old)) != values(&plain(&row));
            if is_other || old.chosen != row.chosen {
                chunk.changed.push((row, is_other));
            }
        }
    }
    chunk.numbers.extend(numbers);
    chunk.numbers_gone.extend(numbers_gone);
    for (record, is_known) in records {
        if is_known { chunk.records_changed.push(record) } else { chunk.records.push(record) }
    }
}
