//! Blocks: records with the same key of a rule, found by sorting, never by comparing all with all.

use rayon::prelude::*;

use crate::compare::at;
use crate::intern::mix;
use crate::model::Link;
use crate::table::Table;

/// Pairs that one task compares before the next is begun; small enough to share, large enough not to matter.
const PAIRS_A_TASK: u64 = 100_000;

/// The groups of one rule with two or more records. Two keys may meet in one group by a collision of hashes; so what
/// reads the groups asks [`meets`] about each pair.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) fields: Vec<usize>,
    records: Vec<u32>,
    /// Where each group begins; one more at the end.
    starts: Vec<u32>,
}

/// The hash of a row's key; `None` where a field says nothing.
pub(crate) fn key(row: &[u32], fields: &[usize]) -> Option<u32> {
    let mut state = 0;
    for &field in fields {
        let number = at(row, field);
        if number == 0 {
            return None;
        }
        state = mix(state ^ u64::from(number));
    }
    Some((state >> 32) as u32)
}

/// Whether two rows say the same in all fields.
pub(crate) fn meets(left: &[u32], right: &[u32], fields: &[usize]) -> bool {
    fields.iter().all(|&field| at(left, field) != 0 && at(left, field) == at(right, field))
}

/// The fields of a rule, to be asked of many pairs.
pub(crate) struct Meets<'a> {
    mask: u64,
    /// Fields beyond the mask.
    others: &'a [usize],
}

impl<'a> Meets<'a> {
    pub(crate) fn of(fields: &'a [usize]) -> Self {
        let mask = fields.iter().filter(|&&field| field < 64).fold(0, |mask, &field| mask | 1 << field);
        let others = if fields.iter().all(|&field| field < 64) { &[] } else { fields };
        Self { mask, others }
    }

    /// Whether two rows, which say the same in the fields of `same`, say the same in all fields of the rule.
    pub(crate) fn hold(&self, same: u64, left: &[u32], right: &[u32]) -> bool {
        same & self.mask == self.mask && (self.others.is_empty() || meets(left, right, self.others))
    }
}

/// Every record with a key, sorted by the key's hash, records of one hash in their own order.
pub(crate) fn sorted_keys(table: &Table, fields: &[usize]) -> Vec<u64> {
    let records = u32::try_from(table.len()).unwrap_or(u32::MAX);
    let mut keys: Vec<u64> = (0..records)
        .into_par_iter()
        .with_min_len(16_384)
        .filter_map(|record| Some(u64::from(key(table.row(record), fields)?) << 32 | u64::from(record)))
        .collect();
    let mut spare = vec![0; keys.len()];
    for shift in [32, 43, 54] {
        radix(&keys, &mut spare, shift);
        std::mem::swap(&mut keys, &mut spare);
    }
    keys
}

/// One stable pass over eleven bits.
fn radix(from: &[u64], to: &mut [u64], shift: u32) {
    let digit = |key: u64| (key >> shift & 0x7ff) as usize;
    let mut places = [0_usize; 2048];
    for &key in from {
        if let Some(count) = places.get_mut(digit(key)) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for place in &mut places {
        sum += std::mem::replace(place, sum);
    }
    for &key in from {
        if let Some(place) = places.get_mut(digit(key)) {
            if let Some(slot) = to.get_mut(*place) {
                *slot = key;
            }
            *place += 1;
        }
    }
}

impl Blocks {
    pub(crate) fn build(table: &Table, fields: Vec<usize>) -> Self {
        let keys = sorted_keys(table, &fields);
        let (mut records, mut starts) = (Vec::new(), vec![0]);
        for group in keys.chunk_by(|a, b| a >> 32 == b >> 32).filter(|group| group.len() > 1) {
            records.extend(group.iter().map(|&key| key as u32));
            starts.push(records.len() as u32);
        }
        records.shrink_to_fit();
        starts.shrink_to_fit();
        Self { fields, records, starts }
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &[u32]> {
        self.range(0, self.starts.len().saturating_sub(1))
    }

    fn range(&self, from: usize, to: usize) -> impl Iterator<Item = &[u32]> {
        let starts = self.starts.get(from..=to).unwrap_or_default();
        starts.windows(2).map(|ends| match ends {
            [from, to] => self.records.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        4 * (self.records.capacity() + self.starts.capacity())
    }

    /// Pairs of the groups that the kind of link allows: never fewer than are compared.
    pub(crate) fn pairs(&self, table: &Table, link: Link) -> u64 {
        self.groups().map(|group| pairs_in(table, link, group)).sum()
    }

    pub(crate) fn largest(&self) -> Option<&[u32]> {
        self.groups().max_by_key(|group| group.len())
    }

    /// Runs `each` over the pairs of the blocks, in parallel; the results come in the order of the groups, so that they
    /// do not depend on the number of threads.
    pub(crate) fn each_task<T: Send>(
        &self,
        each: impl Fn(&mut dyn Iterator<Item = &[u32]>) -> T + Sync,
    ) -> Vec<T> {
        let mut cuts = vec![0];
        let mut load = 0;
        for (at, group) in (1..).zip(self.groups()) {
            load += (group.len() as u64 * (group.len() as u64 - 1)) / 2 + 1;
            if load >= PAIRS_A_TASK {
                cuts.push(at);
                load = 0;
            }
        }
        cuts.push(self.starts.len().saturating_sub(1));
        let tasks: Vec<(usize, usize)> = cuts.iter().copied().zip(cuts.iter().copied().skip(1)).collect();
        tasks.into_par_iter().with_max_len(1).map(|(from, to)| each(&mut self.range(from, to))).collect()
    }
}

/// Whether the kind of link allows the pair.
pub(crate) fn allowed(table: &Table, link: Link, left: u32, right: u32) -> bool {
    match link {
        Link::Both => true,
        Link::Across => table.source_of(left) != table.source_of(right),
        Link::Within => table.source_of(left) == table.source_of(right),
    }
}

fn pairs_in(table: &Table, link: Link, group: &[u32]) -> u64 {
    let all = |count: u64| count * count.saturating_sub(1) / 2;
    let total = all(group.len() as u64);
    if link == Link::Both {
        return total;
    }
    let mut counts = [0_u64; 256];
    for &record in group {
        if let Some(count) = counts.get_mut(usize::from(table.source_of(record))) {
            *count += 1;
        }
    }
    let within: u64 = counts.iter().map(|&count| all(count)).sum();
    if link == Link::Within { within } else { total - within }
}

/// All pairs of records that the kind of link allows.
pub(crate) fn all_pairs(table: &Table, link: Link) -> u64 {
    let mut counts = [0_u64; 256];
    let records = u32::try_from(table.len()).unwrap_or(u32::MAX);
    for record in 0..records {
        if let Some(count) = counts.get_mut(usize::from(table.source_of(record))) {
            *count += 1;
        }
    }
    let all = |count: u64| count * count.saturating_sub(1) / 2;
    let within: u64 = counts.iter().map(|&count| all(count)).sum();
    match link {
        Link::Both => all(u64::from(records)),
        Link::Within => within,
        Link::Across => all(u64::from(records)) - within,
    }
}
