//! All pairs among some records, compared check by check instead of pair by pair: the cells lie side by side, and each
//! check runs over the pairs that are still open. The patterns are those of [`Comparer::pattern`].

use crate::column::Meaning;
use crate::compare::{Check, Comparer, View, at};
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
        let mut open = Vec::with_capacity(self.records.len());
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        for (left, &record) in (0..count).zip(&self.records) {
            patterns.fill(0);
            for steps in self.comparer.steps() {
                open.clear();
                open.extend(left + 1..count);
                for (level, check) in (0..).zip(&steps.checks) {
                    self.split(check, left, &mut open, &mut |right| {
                        if let Some(pattern) = patterns.get_mut(right as usize) {
                            *pattern += level * steps.stride;
                        }
                    });
                }
                // What no check takes has the last level.
                let last = steps.checks.len() as u32 - 1;
                for &right in &open {
                    if let Some(pattern) = patterns.get_mut(right as usize) {
                        *pattern += last * steps.stride;
                    }
                }
            }
            for (&other, &pattern) in self.records.iter().zip(&patterns).skip(left as usize + 1) {
                each(record, other, pattern);
            }
        }
    }

    /// Takes the records for which the check holds out of `open`.
    fn split(&self, check: &Check, left: u32, open: &mut Vec<u32>, hit: &mut dyn FnMut(u32)) {
        match check {
            Check::Same(field) => {
                let (mine, numbers) = self.numbers(*field, left);
                if mine != 0 {
                    take(open, hit, |right| number(numbers, right) == mine);
                }
            }
            Check::Missing(fields) => {
                let said: Vec<&[u32]> = fields
                    .iter()
                    .map(|&field| self.numbers(field, left))
                    .filter(|&(mine, _)| mine != 0)
                    .map(|(_, numbers)| numbers)
                    .collect();
                take(open, hit, |right| said.iter().all(|numbers| number(numbers, right) == 0));
            }
            Check::Any(checks) => checks.iter().for_each(|check| self.split(check, left, open, hit)),
            Check::All(checks) => {
                let Some((first, rest)) = checks.split_first() else {
                    take(open, hit, |_| true);
                    return;
                };
                let (mut candidates, mut found) = (open.clone(), Vec::new());
                self.split(first, left, &mut candidates, &mut |right| found.push(right));
                found.retain(|&right| self.hold(rest, left, right));
                found.iter().for_each(|&right| hit(right));
                open.retain(|right| found.binary_search(right).is_err());
            }
            Check::Edits { field, at_most, unsound } => {
                let unsound = *unsound && self.meaning(*field, left).sound;
                self.texts(
                    (*field, left),
                    (open, hit),
                    |a, b, right| {
                        a.may_be_within(b, *at_most) && !(unsound && self.meaning(*field, right).sound)
                    },
                    |a, b| text::within_edits(a, b, *at_most),
                );
            }
            Check::OneReplaced(field, long) => self.texts(
                (*field, left),
                (open, hit),
                |a, b, _| a.is_at_least_long(*long) && a.may_be_within(b, 1),
                |a, b| text::one_replaced(a, b, *long),
            ),
            Check::Rearranged(field) => {
                self.texts((*field, left), (open, hit), |a, b, _| a.may_be_rearranged(b), text::rearranged)
            }
            Check::CoarseDate(field) => {
                self.meanings(*field, left, (open, hit), |a, b| a.year == b.year && (a.coarse || b.coarse))
            }
            Check::SameYear(field) => {
                self.meanings(*field, left, (open, hit), |a, b| a.year == b.year);
            }
            Check::DaysApart(field, most) | Check::Near(field, most) => {
                self.meanings(*field, left, (open, hit), |a, b| (a.number - b.number).abs() <= *most);
            }
            Check::Otherwise => take(open, hit, |_| true),
            Check::PartOf(..) | Check::Similar { .. } | Check::CommonPairs(..) | Check::Shown { .. } => {
                take(open, hit, |right| self.hold(std::slice::from_ref(check), left, right));
            }
        }
    }

    /// Whether all of the checks hold.
    fn hold(&self, checks: &[Check], left: u32, right: u32) -> bool {
        let row =
            |at: u32| self.records.get(at as usize).map_or(&[][..], |&record| self.view.table.row(record));
        checks.iter().all(|check| check.holds(&self.view, row(left), row(right)))
    }

    fn numbers(&self, field: usize, left: u32) -> (u32, &[u32]) {
        let numbers = self.columns.get(field).map_or(&[][..], |cells| &cells.numbers);
        (number(numbers, left), numbers)
    }

    fn digest(&self, field: usize, record: u32) -> Digest {
        let digests = self.columns.get(field).map_or(&[][..], |cells| &cells.digests);
        digests.get(record as usize).copied().unwrap_or_else(|| Digest::of(""))
    }

    fn meaning(&self, field: usize, record: u32) -> Meaning {
        let meanings = self.columns.get(field).map_or(&[][..], |cells| &cells.meanings);
        meanings.get(record as usize).copied().unwrap_or_default()
    }

    fn texts(
        &self,
        (field, left): (usize, u32),
        (open, hit): (&mut Vec<u32>, &mut dyn FnMut(u32)),
        may: impl Fn(Digest, Digest, u32) -> bool,
        test: impl Fn(&str, &str) -> bool,
    ) {
        let (mine, numbers) = self.numbers(field, left);
        if mine == 0 {
            return;
        }
        let digest = self.digest(field, left);
        take(open, hit, |right| {
            may(digest, self.digest(field, right), right) && {
                let other = number(numbers, right);
                other != 0 && test(self.view.text(field, mine), self.view.text(field, other))
            }
        });
    }

    fn meanings(
        &self,
        field: usize,
        left: u32,
        (open, hit): (&mut Vec<u32>, &mut dyn FnMut(u32)),
        test: impl Fn(Meaning, Meaning) -> bool,
    ) {
        let mine = self.meaning(field, left);
        if mine.understood {
            take(open, hit, |right| {
                let other = self.meaning(field, right);
                other.understood && test(mine, other)
            });
        }
    }
}

fn number(numbers: &[u32], record: u32) -> u32 {
    numbers.get(record as usize).copied().unwrap_or(0)
}

fn take(open: &mut Vec<u32>, hit: &mut dyn FnMut(u32), holds: impl Fn(u32) -> bool) {
    open.retain(|&right| {
        let holds = holds(right);
        if holds {
            hit(right);
        }
        !holds
    });
}
