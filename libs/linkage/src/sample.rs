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

#[cfg(test)]
mod tests {
    use super::Sample;
    use crate::column::{Cells, Field, Kind};
    use crate::compare::{Comparer, View};
    use crate::model::Model;
    use crate::table::Table;
    use proptest::prelude::*;

    /// A model with every kind of test.
    const MODEL: &str = r#"{
        "link": "both", "blocking": [["text"]], "training": [], "threshold": 0,
        "prior": {"certain": [], "recall": 0.8}, "constraints": {"never_differ": []},
        "comparisons": [
            {"name": "text", "label": {"zh": "", "en": ""}, "levels": [
                {"label": {"zh": "", "en": ""}, "test": "missing", "fields": ["text", "date"]},
                {"label": {"zh": "", "en": ""}, "test": "same", "field": "text"},
                {"label": {"zh": "", "en": ""}, "test": "rearranged", "field": "text"},
                {"label": {"zh": "", "en": ""}, "test": "one_replaced", "field": "text", "at_least_long": 2},
                {"label": {"zh": "", "en": ""}, "test": "part_of", "field": "text", "at_least_long": 1},
                {"label": {"zh": "", "en": ""}, "test": "similar", "field": "text", "at_least": 0.7, "at_least_long": 3},
                {"label": {"zh": "", "en": ""}, "test": "common_pairs", "field": "text", "at_least": 0.4},
                {"label": {"zh": "", "en": ""}, "test": "otherwise"}]},
            {"name": "number", "label": {"zh": "", "en": ""}, "levels": [
                {"label": {"zh": "", "en": ""}, "test": "shown", "whole": "number", "masked": "masked", "agree": true},
                {"label": {"zh": "", "en": ""}, "test": "shown", "whole": "number", "masked": "masked", "agree": false},
                {"label": {"zh": "", "en": ""}, "test": "missing", "fields": ["number"]},
                {"label": {"zh": "", "en": ""}, "test": "edits", "field": "number", "at_most": 1, "unsound": true},
                {"label": {"zh": "", "en": ""}, "test": "all", "of": [
                    {"test": "same", "field": "text"},
                    {"test": "any", "of": [{"test": "same", "field": "date"}, {"test": "missing", "fields": ["date"]}]}]},
                {"label": {"zh": "", "en": ""}, "test": "otherwise"}]},
            {"name": "date", "label": {"zh": "", "en": ""}, "levels": [
                {"label": {"zh": "", "en": ""}, "test": "coarse_date", "field": "date"},
                {"label": {"zh": "", "en": ""}, "test": "days_apart", "field": "date", "at_most": 40},
                {"label": {"zh": "", "en": ""}, "test": "same_year", "field": "date"},
                {"label": {"zh": "", "en": ""}, "test": "otherwise"}]}]}"#;

    proptest! {
        #[test]
        fn column_by_column_and_pair_by_pair_are_the_same(
            records in prop::collection::vec(("[ab韦]{0,4}", "[12]{0,5}", "([12*]{5})?", "(19[56]0(-0[1-3](-0[12])?)?)?", any::<bool>()), 2..30)
        ) {
            let field = Field::new;
            let mut table = Table::new(vec![
                field("text", Kind::Text), field("number", Kind::Identifier), field("masked", Kind::Text), field("date", Kind::Date),
            ]);
            let mut cells = vec![Cells::default(); 4];
            for (text, number, masked, date, sound) in &records {
                for (cells, text) in cells.iter_mut().zip([text, number, masked, date]) {
                    cells.push(text, *sound);
                }
            }
            let source = table.source("one").unwrap();
            table.append(source, &[cells]).unwrap();
            let comparer = Comparer::new(&Model::from_json(MODEL).unwrap(), &table).unwrap();
            let view = View::of(&table);
            let count = records.len() as u32;
            let mut seen = 0;
            Sample::new(View::of(&table), &comparer, (0..count).collect()).patterns(|left, right, pattern| {
                seen += 1;
                assert_eq!(pattern, comparer.pattern(&view, table.row(left), table.row(right)), "{left} {right}");
                assert_eq!(pattern, comparer.pattern(&view, table.row(right), table.row(left)), "{right} {left}");
            });
            prop_assert_eq!(seen, count * (count - 1) / 2);
        }
    }
}
