//! Which rows of a batch are whom: compared with the register and with each other by `libs/linkage`, then put together so
//! that no resident has two different valid numbers and no two known residents become one without a person's decision.

use std::collections::{BTreeMap, HashMap, HashSet};

use chinese::identity::{self, IdNumber};
use linkage::{Cells, Explainer, Limits, Model, Scored};
use platform::{Error, Text};
use rayon::prelude::*;
use registry::Said;

use super::groups::Groups;
use super::known::{Register, pair};
use crate::people::person::{self, Row};
use crate::people::residents;
use crate::review::Reasons;

/// Below this a pair is not even for review: the odds are even at 0.
const LOWEST: f64 = 0.0;
/// Two residents whose weights for one row lie closer than this (8 to 1) are rivals, and a person decides.
const MARGIN: f32 = 3.0;
/// Residents about whom one new resident is asked at most.
const MOST_ASKED: usize = 3;
/// Records whose cells are written together.
const PIECE: usize = 8_192;

/// Whom a row was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Whom {
    /// Somebody in the register.
    Known(i64),
    /// Somebody new, in the order of [`Linked::opened`].
    New(usize),
}

/// Two who may be one.
pub(crate) struct Question {
    pub own: Whom,
    pub other: Whom,
    /// The row that raised it.
    pub row: usize,
    pub weight: f32,
    /// [`Reasons`] as JSON.
    pub steps: String,
}

/// A row as it is compared.
#[derive(Clone, Copy)]
pub(crate) struct Speaker<'a> {
    pub said: &'a Said,
    /// Whom it belongs to, where its record was in the register before.
    pub resident: Option<i64>,
    /// The record in [`Register::records`] that it replaces.
    pub replaces: Option<u32>,
}

/// What comparing came to.
#[derive(Default)]
pub(crate) struct Linked {
    /// Rows by the resident whom they are joined to.
    pub joined: BTreeMap<i64, Vec<usize>>,
    /// Rows of each new resident, the first of them in the order of the keys first.
    pub opened: Vec<Vec<usize>>,
    pub questions: Vec<Question>,
}

/// The number of a valid identity number, the same for the same; 0 for none.
#[derive(Default)]
pub(crate) struct Numbers(HashMap<String, u32>);

impl Numbers {
    pub fn of(&mut self, said: &Said) -> u32 {
        let Ok(IdNumber::Resident(holder)) = identity::read(&said.id_no) else { return 0 };
        let next = u32::try_from(self.0.len() + 1).unwrap_or(u32::MAX);
        *self.0.entry(holder.number().to_owned()).or_insert(next)
    }
}

/// Compares rows with the register.
///
/// # Errors
/// [`Error::Invalid`] when the batch cannot be compared, such as with thousands of rows that share one number.
pub(crate) fn link(register: &Register, rows: &[Speaker]) -> Result<Linked, Error> {
    let model = residents::trained().map_err(Error::internal)?;
    let replaced: HashSet<u32> = rows.iter().filter_map(|row| row.replaces).collect();
    let known: Vec<u32> = (0..)
        .zip(&register.records)
        .filter(|(at, record)| {
            !record.content.is_empty() && register.is_present(record.resident) && !replaced.contains(at)
        })
        .map(|(at, _)| at)
        .collect();
    let table = table(register, &known, rows)?;
    let prepared = linkage::prepare(&model, &table).map_err(Error::internal)?;
    prepared.plan.within(Limits::default()).map_err(|refusal| too_much(&refusal))?;
    let links = linkage::score(&model, &prepared, LOWEST).map_err(Error::internal)?.links;
    let first = u32::try_from(known.len()).map_err(Error::internal)?;
    // Between two of the register everything was decided before.
    let mut links: Vec<Scored> = links.into_iter().filter(|link| link.right >= first).collect();
    links.par_sort_unstable_by(|a, b| {
        b.weight.total_cmp(&a.weight).then(a.left.cmp(&b.left)).then(a.right.cmp(&b.right))
    });
    let explainer = Explainer::new(&model, &prepared).map_err(Error::internal)?;
    let mut sorter = Sorter::new(register, &known, rows);
    let lowest = model.constraints.no_pair_below.unwrap_or(f64::NEG_INFINITY) as f32;
    sorter.join(&links, model.threshold as f32, |left, right| explainer.weight(left, right) >= lowest);
    sorter.linked(&links, &model, &explainer)
}

/// Never with the value: it may be somebody's number.
fn too_much(refusal: &linkage::Refusal) -> Error {
    let text = match refusal {
        linkage::Refusal::Block { rule, records, .. } => Text::owned(
            format!("有 {records} 行在“{rule}”上填了同一个值，像是占位内容，请清理后再上传"),
            format!("{records} rows hold one value in `{rule}`; it looks like a placeholder: clean it first"),
        ),
        linkage::Refusal::Pairs { rule, pairs, .. } => Text::owned(
            format!("按“{rule}”需要比对 {pairs} 对，超出上限，请分批上传"),
            format!("`{rule}` makes {pairs} pairs, too many; send the file in parts"),
        ),
        linkage::Refusal::Memory { .. } => Text::new(
            "比对所需内存超出上限，请分批上传",
            "comparing needs too much memory; send the file in parts",
        ),
    };
    Error::field("file", text)
}

fn table(register: &Register, known: &[u32], rows: &[Speaker]) -> Result<linkage::Table, Error> {
    let mut table = person::table();
    let write = |said: &Said, cells: &mut [Cells]| {
        let row = Row {
            record_id: "",
            name: &said.name,
            sex: &said.sex,
            id_no: &said.id_no,
            birth_date: &said.birth_date,
            phone: &said.phone,
            address: &said.address,
        };
        person::write(&row, cells);
    };
    let pieces = |count: usize| count.div_ceil(PIECE);
    let source = table.source("register").map_err(Error::internal)?;
    let piece = |at: usize| at * PIECE..(at + 1) * PIECE;
    for at in 0..pieces(known.len()).div_ceil(16) {
        let range = at * 16..((at + 1) * 16).min(pieces(known.len()));
        let cells: Vec<Vec<Cells>> = range
            .into_par_iter()
            .map(|at| {
                let mut cells = vec![Cells::default(); person::inputs()];
                let end = piece(at).end.min(known.len());
                let records = known.get(piece(at).start..end).unwrap_or_default();
                for record in records.iter().filter_map(|at| register.records.get(*at as usize)) {
                    write(&record.said(), &mut cells);
                }
                cells
            })
            .collect();
        table.append(source, &cells).map_err(Error::internal)?;
    }
    let source = table.source("batch").map_err(Error::internal)?;
    for some in rows.chunks(PIECE * 16) {
        let cells: Vec<Vec<Cells>> = some
            .par_chunks(PIECE)
            .map(|piece| {
                let mut cells = vec![Cells::default(); person::inputs()];
                piece.iter().for_each(|row| write(row.said, &mut cells));
                cells
            })
            .collect();
        table.append(source, &cells).map_err(Error::internal)?;
    }
    Ok(table)
}

/// Sorts rows into residents.
struct Sorter<'a> {
    register: &'a Register,
    groups: Groups,
    /// Rows of the table that are records of the register come first.
    first: u32,
    rows: usize,
}

impl<'a> Sorter<'a> {
    fn new(register: &'a Register, known: &[u32], rows: &[Speaker]) -> Self {
        let mut numbers = Numbers::default();
        let record = |at: &u32| register.records.get(*at as usize);
        let mut held: Vec<u32> =
            known.iter().map(|at| record(at).map_or(0, |record| numbers.of(&record.said()))).collect();
        held.extend(rows.iter().map(|row| numbers.of(row.said)));
        let residents = known.iter().map(|at| record(at).map_or(0, |record| record.resident));
        let residents: Vec<i64> = residents.chain(rows.iter().map(|row| row.resident.unwrap_or(0))).collect();
        let first = u32::try_from(known.len()).unwrap_or(u32::MAX);
        Self { register, groups: Groups::new(held, residents), first, rows: rows.len() }
    }

    /// Follows links of at least the threshold, strongest first.
    fn join(&mut self, links: &[Scored], threshold: f32, fits: impl Fn(u32, u32) -> bool) {
        let strong = links.partition_point(|link| link.weight >= threshold);
        let strong = links.get(..strong).unwrap_or_default();
        let torn = self.torn(strong);
        for link in strong {
            let row = (link.right - self.first) as usize;
            if link.left < self.first && torn.get(row) == Some(&true) {
                continue;
            }
            self.groups.join(link.left, link.right, &fits);
        }
    }

    /// Rows that fit two known residents nearly as well: nobody but a person can tell.
    fn torn(&mut self, strong: &[Scored]) -> Vec<bool> {
        let mut best: Vec<Option<(f32, u32)>> = vec![None; self.rows];
        let mut torn = vec![false; self.rows];
        for link in strong.iter().filter(|link| link.left < self.first && link.right >= self.first) {
            let row = (link.right - self.first) as usize;
            let (root, own) = (self.groups.root(link.left), self.groups.root(link.right));
            if self.groups.resident(own) != 0 || self.groups.differ(root, own) {
                continue;
            }
            match best.get(row).copied().flatten() {
                None => {
                    if let Some(slot) = best.get_mut(row) {
                        *slot = Some((link.weight, root));
                    }
                }
                Some((weight, known)) if known != root && weight - link.weight < MARGIN => {
                    let own = self.groups.number(link.right);
                    let is_told =
                        own != 0 && self.groups.number(known) == own && self.groups.number(root) != own;
                    if let Some(slot) = torn.get_mut(row).filter(|_| !is_told) {
                        *slot = true;
                    }
                }
                Some(_) => {}
            }
        }
        torn
    }

    fn linked(mut self, links: &[Scored], model: &Model, explainer: &Explainer) -> Result<Linked, Error> {
        let mut linked = Linked::default();
        let mut whom: HashMap<u32, Whom> = HashMap::new();
        for row in 0..self.rows {
            let record = self.first + u32::try_from(row).map_err(Error::internal)?;
            let root = self.groups.root(record);
            match self.groups.resident(root) {
                0 => match whom.get(&root) {
                    Some(Whom::New(at)) => {
                        if let Some(rows) = linked.opened.get_mut(*at) {
                            rows.push(row);
                        }
                    }
                    _ => {
                        whom.insert(root, Whom::New(linked.opened.len()));
                        linked.opened.push(vec![row]);
                    }
                },
                resident => {
                    whom.insert(root, Whom::Known(resident));
                    linked.joined.entry(resident).or_default().push(row);
                }
            }
        }
        let asked = self.questions(links, &whom, model.threshold as f32);
        linked.questions = asked
            .into_par_iter()
            .map(|(own, other, row, link)| {
                let reasons = Reasons::from(&explainer.pair(link.left, link.right));
                Ok(Question { own, other, row, weight: link.weight, steps: reasons.text()? })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(linked)
    }

    /// Pairs of residents that may be one, the strongest link of each.
    fn questions(
        &mut self,
        links: &[Scored],
        whom: &HashMap<u32, Whom>,
        threshold: f32,
    ) -> Vec<(Whom, Whom, usize, Scored)> {
        let mut seen: HashSet<(Whom, Whom)> = HashSet::new();
        let mut times: HashMap<Whom, usize> = HashMap::new();
        let mut asked = Vec::new();
        for link in links {
            let (left, right) = (self.groups.root(link.left), self.groups.root(link.right));
            if left == right || self.groups.differ(left, right) {
                continue;
            }
            let of = |root: u32, resident: i64| match resident {
                0 => whom.get(&root).copied(),
                resident => Some(Whom::Known(resident)),
            };
            let one = of(left, self.groups.resident(left));
            let other = of(right, self.groups.resident(right));
            let (Some(one), Some(other)) = (one, other) else { continue };
            // Who came later is asked about; of two that are known, the younger.
            let (own, other) = if one > other { (one, other) } else { (other, one) };
            if let (Whom::Known(a), Whom::Known(b)) = (own, other) {
                let street = |id: i64| self.register.residents.get(&id).map(|somebody| somebody.street);
                if link.weight < threshold
                    || self.register.asked.contains(&pair(a, b))
                    || street(a) != street(b)
                {
                    continue;
                }
            }
            let count = times.entry(own).or_default();
            if *count < MOST_ASKED && seen.insert((own, other)) {
                *count += 1;
                let end = if own == one { link.left } else { link.right };
                let row = if end >= self.first { end } else { link.right } - self.first;
                asked.push((own, other, row as usize, *link));
            }
        }
        asked
    }
}
