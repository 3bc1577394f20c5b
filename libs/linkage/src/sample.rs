//! All pairs among some records, compared check by check instead of pair by pair: the cells lie side by side, and each
//! check runs over the pairs that are still open. The patterns are those of [`Comparer::pattern`].

use crate::column::Meaning;
use crate::compare::{Check, Comparer, View, at, same_fields};
use crate::text::{self, Digest};

/// The cells of the records in one field.
#[derive(Default)]
struct Cells {
    numbers: Vec<u32>,
    digests: Vec<Digest>,
    meanings: Vec<Meaning>,
}

/// Some records of a table, column by column.
pub(crate) struct Sample<'a> {
    view: View<'a>,
    comparer: &'a Comparer,
    records: Vec<u32>,
    columns: Vec<Cells>,
}

impl<'a> Sample<'a> {
    pub(crate) fn new(view: View<'a>, comparer: &'a Comparer, records: Vec<u32>) -> Self {
        let fields = 0..view.table.fields().len();
        let columns = fields.map(|field| {
            let numbers: Vec<u32> = records.iter().map(|&record| at(view.table.row(record), field)).collect();
            let digests = numbers.iter().map(|&number| view.digest(field, number)).collect();
            let meanings = numbers.iter().map(|&number| view.meaning(field, number)).collect();
            Cells { numbers, digests, meanings }
        });
        Self { columns: columns.collect(), view, comparer, records }
    }

    /// Calls `each` with every pair of records and its pattern.
    pub(crate) fn patterns(&self, mut each: impl FnMut(u32, u32, u32)) {
        let mut patterns = vec![0; self.records.len()];
        let mut levels = vec![OPEN; self.records.len()];
        for (left, &record) in self.records.iter().enumerate() {
            patterns.fill(0);
            for steps in self.comparer.steps() {
                levels.fill(OPEN);
                for (level, check) in (0..).zip(&steps.checks) {
                    self.mark(check, left, level, &mut levels);
                }
                // What no check takes has the last level.
                let last = steps.checks.len() as u32 - 1;
                for (pattern, &level) in patterns.iter_mut().zip(&levels).skip(left + 1) {
                    *pattern += u32::from(level).min(last) * steps.stride;
                }
            }
            for (&other, &pattern) in self.records.iter().zip(&patterns).skip(left + 1) {
                each(record, other, pattern);
            }
        }
    }

    /// Gives the level to the records behind `left` that are still open and for which the check holds.
    fn mark(&self, check: &Check, left: usize, level: u8, levels: &mut [u8]) {
        match check {
            Check::Same(field) => {
                let numbers = self.column(*field, |cells| &cells.numbers);
                let mine = numbers.get(left).copied().unwrap_or(0);
                if mine != 0 {
                    take(numbers, left, level, levels, |number| number == mine);
                }
            }
            Check::Missing(fields) => {
                let columns = fields.iter().map(|&field| self.column(field, |cells| &cells.numbers));
                let said: Vec<&[u32]> =
                    columns.filter(|numbers| numbers.get(left).is_some_and(|&mine| mine != 0)).collect();
                for (right, slot) in levels.iter_mut().enumerate().skip(left + 1) {
                    let missing =
                        said.iter().all(|numbers| numbers.get(right).is_none_or(|&other| other == 0));
                    *slot = if missing && *slot == OPEN { level } else { *slot };
                }
            }
            Check::Similar { field, at_least, at_least_long } => {
                let long = |a: Digest| a.is_at_least_long(*at_least_long);
                self.texts(
                    (*field, left, level),
                    levels,
                    |a, b| long(a) && long(b),
                    |a, b, _| text::jaro_winkler(a, b) >= *at_least,
                );
            }
            Check::CommonPairs(field, least) => {
                self.texts(
                    (*field, left, level),
                    levels,
                    |_, _| true,
                    |a, b, _| text::common_pairs(a, b) >= *least,
                );
            }
            Check::Shown { masked, .. } => {
                let numbers = self.column(*masked, |cells| &cells.numbers);
                let mine = numbers.get(left).is_some_and(|&mine| mine != 0);
                for (right, (slot, &other)) in levels.iter_mut().zip(numbers).enumerate().skip(left + 1) {
                    let masked = mine || other != 0;
                    if masked && *slot == OPEN && self.hold(std::slice::from_ref(check), left, right) {
                        *slot = level;
                    }
                }
            }
            Check::Any(checks) => checks.iter().for_each(|check| self.mark(check, left, level, levels)),
            Check::Edits { field, at_most, unsound } => {
                let meanings = self.column(*field, |cells| &cells.meanings);
                let sound = |at: usize| *unsound && meanings.get(at).is_some_and(|meaning| meaning.sound);
                let mine = sound(left);
                self.texts(
                    (*field, left, level),
                    levels,
                    |a, b| a.may_be_within(b, *at_most),
                    |a, b, right| !(mine && sound(right)) && text::within_edits(a, b, *at_most),
                );
            }
            Check::OneReplaced(field, long) => self.texts(
                (*field, left, level),
                levels,
                |a, b| a.is_at_least_long(*long) && a.may_be_within(b, 1),
                |a, b, _| text::one_replaced(a, b, *long),
            ),
            Check::Rearranged(field) => {
                self.texts((*field, left, level), levels, Digest::may_be_rearranged, |a, b, _| {
                    text::rearranged(a, b)
                });
            }
            Check::PartOf(field, long) => {
                self.texts((*field, left, level), levels, Digest::may_be_part, |a, b, _| {
                    text::part_of(a, b, *long)
                });
            }
            Check::CoarseDate(field) => self
                .meanings((*field, left, level), levels, |a, b| a.year == b.year && (a.coarse || b.coarse)),
            Check::SameYear(field) => {
                self.meanings((*field, left, level), levels, |a, b| a.year == b.year);
            }
            Check::DaysApart(field, most) | Check::Near(field, most) => {
                self.meanings((*field, left, level), levels, |a, b| (a.number - b.number).abs() <= *most);
            }
            Check::All(checks) => {
                // The first check leaves few; the others are asked pair by pair.
                let mut first = vec![OPEN; levels.len()];
                checks.iter().take(1).for_each(|check| self.mark(check, left, 0, &mut first));
                let rest = checks.get(1..).unwrap_or_default();
                for (right, (slot, &first)) in levels.iter_mut().zip(&first).enumerate().skip(left + 1) {
                    if first == 0 && *slot == OPEN && self.hold(rest, left, right) {
                        *slot = level;
                    }
                }
            }
            Check::Otherwise => {
                levels.iter_mut().skip(left + 1).filter(|slot| **slot == OPEN).for_each(|slot| *slot = level);
            }
        }
    }

    /// Whether all of the checks hold.
    fn hold(&self, checks: &[Check], left: usize, right: usize) -> bool {
        let row = |at: usize| self.records.get(at).map_or(&[][..], |&record| self.view.table.row(record));
        let (left, right) = (row(left), row(right));
        let same = same_fields(left, right);
        checks.iter().all(|check| check.holds(&self.view, left, right, same))
    }

    fn column<T>(&self, field: usize, of: impl Fn(&Cells) -> &Vec<T>) -> &[T] {
        self.columns.get(field).map_or(&[][..], |cells| of(cells))
    }

    fn texts(
        &self,
        (field, left, level): (usize, usize, u8),
        levels: &mut [u8],
        may: impl Fn(Digest, Digest) -> bool,
        test: impl Fn(&str, &str, usize) -> bool,
    ) {
        let numbers = self.column(field, |cells| &cells.numbers);
        let digests = self.column(field, |cells| &cells.digests);
        let (Some(&mine), Some(&digest)) = (numbers.get(left), digests.get(left)) else { return };
        if mine == 0 {
            return;
        }
        let text = self.view.text(field, mine);
        for (right, ((slot, &other), &number)) in
            levels.iter_mut().zip(digests).zip(numbers).enumerate().skip(left + 1)
        {
            if may(digest, other)
                && *slot == OPEN
                && number != 0
                && test(text, self.view.text(field, number), right)
            {
                *slot = level;
            }
        }
    }

    fn meanings(
        &self,
        (field, left, level): (usize, usize, u8),
        levels: &mut [u8],
        test: impl Fn(Meaning, Meaning) -> bool,
    ) {
        let meanings = self.column(field, |cells| &cells.meanings);
        let mine = meanings.get(left).copied().unwrap_or_default();
        if mine.understood {
            take(meanings, left, level, levels, |other| other.understood && test(mine, other));
        }
    }
}

/// A level that no check has given yet; a comparison has fewer levels.
const OPEN: u8 = u8::MAX;

fn take<T: Copy>(cells: &[T], left: usize, level: u8, levels: &mut [u8], holds: impl Fn(T) -> bool) {
    for (slot, &cell) in levels.iter_mut().zip(cells).skip(left + 1) {
        let taken = holds(cell) & (*slot == OPEN);
        *slot = if taken { level } else { *slot };
    }
}
