//! From rows to deeds: what is known already, where each row lies, whom it is, and what has to be written for whom.

use std::collections::{BTreeMap, HashMap, HashSet};

use chinese::address;
use platform::{App, Error, Millis};
use rayon::prelude::*;
use registry::Sources;
use registry::fused::fuse;
use registry::survive::Voice;

use super::ground::{Ground, Seat};
use super::known::Register;
use super::link::{Linked, Numbers, Question, Speaker, Whom, link};
use crate::sheet::{RowFault, Rows, Taken};

/// A row and the record that it becomes.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub row: usize,
    pub record: i64,
    /// Whether the record is in the register and says something else from now on.
    pub is_known: bool,
}

/// What has to be written for one resident.
pub(crate) struct Work {
    pub resident: i64,
    pub is_new: bool,
    pub entries: Vec<Entry>,
    /// Whether a person is asked who they are.
    pub is_asked: bool,
}

/// A question for a person.
pub(crate) struct Asked {
    pub own: i64,
    pub other: i64,
    pub record: i64,
    pub weight: f64,
    pub steps: String,
}

/// Everything that a batch comes to.
pub(crate) struct Plan {
    pub rows: Vec<Taken>,
    pub seats: Vec<Option<Seat>>,
    /// By street, in an order in which whoever is asked about comes after whom they may be.
    pub works: BTreeMap<i64, Vec<Work>>,
    /// By the resident with whose rows the question is written.
    pub asked: HashMap<i64, Vec<Asked>>,
    /// Lines that are not taken because of what the register or the map says.
    pub refused: Vec<(u64, RowFault)>,
    pub unchanged: i64,
}

/// Whose batch it is.
pub(crate) struct Of<'a> {
    pub app: &'a App,
    pub now: Millis,
    pub batch: i64,
    pub source: &'a str,
    pub ranks: &'a Sources,
}

/// Where each row stands with the register.
#[derive(Default)]
struct Sorted {
    fresh: Vec<Taken>,
    /// Rows whose record says something else now, with its place in the register.
    changed: Vec<(Taken, u32)>,
    unchanged: i64,
}

/// Plans a batch.
///
/// # Errors
/// [`Error::Invalid`] when the rows cannot be compared.
pub(crate) fn plan(of: &Of, register: &Register, ground: &mut Ground, rows: Rows) -> Result<Plan, Error> {
    let Sorted { fresh, changed, unchanged } = sort(of, register, rows.taken)?;
    let (mut rows, mut seats, mut refused) = seat(ground, fresh);
    let mut known: Vec<Option<Changed>> = rows.iter().map(|_| None).collect();
    for (row, at) in changed {
        match stays(register, &row, at) {
            Some(changed) => {
                rows.push(row);
                seats.push(None);
                known.push(Some(changed));
            }
            None => refused.push((row.line, RowFault::Contradicts)),
        }
    }
    let linked = match rows.is_empty() {
        true => Linked::default(),
        false => {
            let speakers = rows.iter().zip(&known).map(|(row, known)| Speaker {
                said: &row.said,
                resident: known.as_ref().map(|known| known.resident),
                replaces: known.as_ref().map(|known| known.at),
            });
            link(register, &speakers.collect::<Vec<_>>())?
        }
    };
    let entries = |list: Vec<usize>| -> Vec<Entry> {
        list.into_iter()
            .map(|row| match known.get(row).and_then(Option::as_ref) {
                Some(known) => Entry { row, record: known.record, is_known: true },
                None => Entry { row, record: of.app.ids().next(of.now), is_known: false },
            })
            .collect()
    };
    let mut works: BTreeMap<i64, Vec<Work>> = BTreeMap::new();
    for (resident, list) in linked.joined {
        let Some(somebody) = register.residents.get(&resident) else { continue };
        let work = Work { resident, is_new: false, entries: entries(list), is_asked: false };
        works.entry(somebody.street).or_default().push(work);
    }
    let streets: Vec<Option<i64>> =
        linked.opened.par_iter().map(|list| street_of(of, (&rows, &seats), list)).collect();
    let mut opened = Vec::with_capacity(streets.len());
    for (list, street) in linked.opened.into_iter().zip(streets) {
        let Some(street) = street else {
            let lines = list.iter().filter_map(|row| rows.get(*row));
            refused.extend(lines.map(|row| (row.line, RowFault::NoPlace)));
            opened.push(None);
            continue;
        };
        let resident = of.app.ids().next(of.now);
        opened.push(Some((street, resident)));
        let work = Work { resident, is_new: true, entries: entries(list), is_asked: false };
        works.entry(street).or_default().push(work);
    }
    let mut plan = Plan { rows, seats, works, asked: HashMap::new(), refused, unchanged };
    ask(&mut plan, register, linked.questions, &opened);
    Ok(plan)
}

/// A record of the register that says something else now.
struct Changed {
    /// Its place in [`Register::records`].
    at: u32,
    record: i64,
    resident: i64,
}

/// What is new, what says something else, what the register has.
fn sort(of: &Of, register: &Register, rows: Vec<Taken>) -> Result<Sorted, Error> {
    let mut by_key: HashMap<&str, u32> = HashMap::new();
    for (at, record) in (0..).zip(&register.records) {
        if register.source_of(record) == of.source {
            let slot = by_key.entry(&record.key).or_insert(at);
            // Somebody who was handed over has their records in two streets: the present one counts.
            if register.is_present(record.resident) {
                *slot = at;
            }
        }
    }
    let found = rows.into_par_iter().map(|row| {
        let Some(at) = by_key.get(row.key.as_str()).copied() else { return Ok((row, None, false)) };
        let is_same = match register.records.get(at as usize) {
            Some(record) if register.is_present(record.resident) => {
                row.said.content(of.app)?.as_slice() == &*record.content
            }
            _ => true,
        };
        Ok((row, Some(at), is_same))
    });
    let mut sorted = Sorted::default();
    for (row, known, is_same) in found.collect::<Result<Vec<_>, Error>>()? {
        match known {
            None => sorted.fresh.push(row),
            Some(at) if !is_same => sorted.changed.push((row, at)),
            Some(at) => {
                // What this batch wrote before it was interrupted was counted then.
                let wrote =
                    register.records.get(at as usize).is_some_and(|known| known.batch == Some(of.batch));
                sorted.unchanged += i64::from(!wrote);
            }
        }
    }
    Ok(sorted)
}

/// Rows that lie in the register's ground with where each lies, and those that do not.
type Seated = (Vec<Taken>, Vec<Option<Seat>>, Vec<(u64, RowFault)>);

/// Rows that can be compared, with their places where they have one; and lines that lie where nothing is taken.
fn seat(ground: &mut Ground, rows: Vec<Taken>) -> Seated {
    let read: Vec<address::Address> = rows.par_iter().map(|row| address::read(&row.said.address)).collect();
    let first: Vec<Result<Seat, RowFault>> = read.par_iter().map(|address| ground.place(address)).collect();
    for (address, place) in read.iter().zip(&first) {
        if let Ok(seat) = place {
            ground.learn(address, *seat);
        }
    }
    let (mut taken, mut seats, mut refused) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
    for ((row, address), place) in rows.into_iter().zip(&read).zip(first) {
        // Others may have told where the building stands.
        let place = if place == Err(RowFault::NoPlace) { ground.place(address) } else { place };
        match place {
            Err(why @ (RowFault::Closed | RowFault::Elsewhere)) => refused.push((row.line, why)),
            place => {
                seats.push(place.ok());
                taken.push(row);
            }
        }
    }
    (taken, seats, refused)
}

/// A record that says something else stays with its resident, unless it brings a second valid number.
fn stays(register: &Register, row: &Taken, at: u32) -> Option<Changed> {
    let record = register.records.get(at as usize)?;
    let mut numbers = Numbers::default();
    let own = numbers.of(&row.said);
    let others = register.residents.get(&record.resident).map(|one| one.records.as_slice());
    let contradicts = others.unwrap_or_default().iter().filter(|other| **other != at).any(|other| {
        let said = register.records.get(*other as usize).map(|other| numbers.of(&other.said()));
        said.is_some_and(|number| own != 0 && number != 0 && number != own)
    });
    (!contradicts).then_some(Changed { at, record: record.id, resident: record.resident })
}

/// The street of the address that survives; none where nobody can say where they live.
fn street_of(of: &Of, (rows, seats): (&[Taken], &[Option<Seat>]), list: &[usize]) -> Option<i64> {
    let seat = |row: usize| seats.get(row).copied().flatten();
    if let [row] = list {
        return seat(*row).map(|seat| seat.street);
    }
    let said: Vec<(i64, &Taken)> =
        list.iter().filter_map(|row| Some((i64::try_from(*row).ok()?, rows.get(*row)?))).collect();
    let voices: Vec<Voice> = said.iter().map(|(row, taken)| voice(of, *row, taken)).collect();
    let home = fuse(&voices).home.and_then(|home| usize::try_from(home.record).ok());
    home.and_then(seat).or_else(|| list.iter().find_map(|row| seat(*row))).map(|seat| seat.street)
}

/// A row as it speaks.
pub(crate) fn voice<'a>(of: &'a Of, record: i64, taken: &'a Taken) -> Voice<'a> {
    Voice {
        record,
        source: of.source,
        rank: of.ranks.rank(of.source),
        said_on: taken.said_on.as_deref(),
        said: &taken.said,
    }
}

/// Questions about those who are in one street; of others a hand-over has to tell.
fn ask(plan: &mut Plan, register: &Register, questions: Vec<Question>, opened: &[Option<(i64, i64)>]) {
    let who = |whom: Whom| match whom {
        Whom::Known(resident) => register.residents.get(&resident).map(|one| (one.street, resident)),
        Whom::New(at) => *opened.get(at)?,
    };
    let mut records: HashMap<usize, i64> = HashMap::new();
    let mut at_work: HashSet<i64> = HashSet::new();
    for work in plan.works.values().flatten() {
        at_work.insert(work.resident);
        records.extend(work.entries.iter().map(|entry| (entry.row, entry.record)));
    }
    let mut about: HashSet<i64> = HashSet::new();
    for question in questions {
        let (Some((own_street, own)), Some((street, other))) = (who(question.own), who(question.other))
        else {
            continue;
        };
        let Some(record) = records.get(&question.row).copied().filter(|_| own_street == street) else {
            continue;
        };
        about.insert(own);
        let writer = if at_work.contains(&own) { own } else { other };
        let (weight, steps) = (f64::from(question.weight), question.steps);
        plan.asked.entry(writer).or_default().push(Asked { own, other, record, weight, steps });
    }
    for work in plan.works.values_mut().flatten() {
        work.is_asked = work.is_new && about.contains(&work.resident);
    }
}
