//! Comparing two rows: from the tests of a model to one number for the pattern of levels.

use crate::column::{Kind, Meaning};
use crate::error::ModelError;
use crate::model::{Model, Rule, Test};
use crate::table::Table;
use crate::text::{self, Digest};

/// Numbers of this size and above are texts of a record outside the table.
pub(crate) const OUTSIDE: u32 = 0xf000_0000;

/// Patterns of levels beyond which a model is refused: their counts are held in one array.
const MOST_PATTERNS: u64 = 1 << 20;

/// The rows and what their numbers mean; `outside` holds the texts of the one record that is not in the table.
pub(crate) struct View<'a> {
    pub(crate) table: &'a Table,
    pub(crate) outside: &'a [(String, Meaning)],
}

impl<'a> View<'a> {
    pub(crate) fn of(table: &'a Table) -> Self {
        Self { table, outside: &[] }
    }

    pub(crate) fn text(&self, field: usize, number: u32) -> &str {
        if number >= OUTSIDE {
            return self.outside.get((number - OUTSIDE) as usize).map_or("", |(text, _)| text);
        }
        self.table.column(field).map_or("", |column| column.dictionary.text(number))
    }

    pub(crate) fn digest(&self, field: usize, number: u32) -> Digest {
        if number >= OUTSIDE {
            return Digest::of(self.text(field, number));
        }
        self.table.column(field).map_or_else(|| Digest::of(""), |column| column.dictionary.digest(number))
    }

    pub(crate) fn meaning(&self, field: usize, number: u32) -> Meaning {
        if number >= OUTSIDE {
            return self
                .outside
                .get((number - OUTSIDE) as usize)
                .map(|&(_, meaning)| meaning)
                .unwrap_or_default();
        }
        self.table.column(field).map(|column| column.meaning(number)).unwrap_or_default()
    }
}

/// A test with its fields found.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    Missing(Vec<usize>),
    Same(usize),
    Edits { field: usize, at_most: usize, unsound: bool },
    OneReplaced(usize, usize),
    Rearranged(usize),
    PartOf(usize, usize),
    Similar { field: usize, at_least: f64, at_least_long: usize },
    CoarseDate(usize),
    SameYear(usize),
    DaysApart(usize, f64),
    Near(usize, f64),
    CommonPairs(usize, f64),
    Shown { whole: usize, masked: usize, agree: bool },
    All(Vec<Check>),
    Any(Vec<Check>),
    Otherwise,
}

/// The checks of a comparison, in the order of its levels.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    pub(crate) checks: Vec<Check>,
    /// What a level counts in the pattern.
    pub(crate) stride: u32,
}

/// A model's comparisons, ready for the rows of one table.
#[derive(Clone, Debug)]
pub(crate) struct Comparer {
    steps: Vec<Steps>,
    patterns: usize,
}

/// In which of the first 64 fields two rows say the same, one bit for each: asked once for a pair, used by all rules and
/// comparisons.
pub(crate) fn same_fields(left: &[u32], right: &[u32]) -> u64 {
    left.iter()
        .zip(right)
        .take(64)
        .enumerate()
        .fold(0, |same, (at, (&a, &b))| same | u64::from(a == b && a != 0) << at)
}

pub(crate) fn at(row: &[u32], field: usize) -> u32 {
    row.get(field).copied().unwrap_or(0)
}

impl Comparer {
    pub(crate) fn new(model: &Model, table: &Table) -> Result<Self, ModelError> {
        let mut steps = Vec::new();
        let mut patterns = 1_u64;
        for comparison in &model.comparisons {
            let levels = comparison.levels.len();
            if !(2..=255).contains(&levels) {
                return Err(ModelError::Levels(comparison.name.clone()));
            }
            let place = format!("comparison `{}`", comparison.name);
            let mut checks = Vec::new();
            for level in &comparison.levels {
                checks.push(compile(&level.test, table, &place)?);
                if let Some(field) = &level.rarity_of {
                    field_of(field, table, &place)?;
                }
            }
            steps.push(Steps { checks, stride: u32::try_from(patterns).map_err(|_| ModelError::Patterns)? });
            patterns *= levels as u64;
            if patterns > MOST_PATTERNS {
                return Err(ModelError::Patterns);
            }
        }
        Ok(Self { steps, patterns: usize::try_from(patterns).map_err(|_| ModelError::Patterns)? })
    }

    pub(crate) fn steps(&self) -> &[Steps] {
        &self.steps
    }

    pub(crate) fn patterns(&self) -> usize {
        self.patterns
    }

    /// The pattern of two rows: each comparison's level times its stride.
    pub(crate) fn pattern(&self, view: &View, left: &[u32], right: &[u32]) -> u32 {
        let same = same_fields(left, right);
        self.steps.iter().map(|steps| steps.level(view, left, right, same) * steps.stride).sum()
    }

    /// The level of each comparison in a pattern.
    pub(crate) fn levels(&self, pattern: u32) -> impl Iterator<Item = usize> {
        self.steps.iter().map(move |steps| (pattern / steps.stride) as usize % steps.checks.len())
    }
}

impl Steps {
    fn level(&self, view: &View, left: &[u32], right: &[u32], same: u64) -> u32 {
        let found = self.checks.iter().position(|check| check.holds(view, left, right, same));
        found.unwrap_or(self.checks.len() - 1) as u32
    }
}

impl Check {
    pub(crate) fn holds(&self, view: &View, left: &[u32], right: &[u32], same: u64) -> bool {
        match self {
            Self::Missing(fields) => {
                fields.iter().all(|&field| at(left, field) == 0 || at(right, field) == 0)
            }
            Self::Same(field) if *field < 64 => same >> field & 1 == 1,
            Self::Same(field) => at(left, *field) != 0 && at(left, *field) == at(right, *field),
            Self::Otherwise => true,
            Self::All(checks) => checks.iter().all(|check| check.holds(view, left, right, same)),
            Self::Any(checks) => checks.iter().any(|check| check.holds(view, left, right, same)),
            Self::Edits { field, at_most, unsound } => {
                let (a, b) = (at(left, *field), at(right, *field));
                if a == 0
                    || b == 0
                    || *unsound && view.meaning(*field, a).sound && view.meaning(*field, b).sound
                {
                    return false;
                }
                a == b
                    || view.digest(*field, a).may_be_within(view.digest(*field, b), *at_most)
                        && text::within_edits(view.text(*field, a), view.text(*field, b), *at_most)
            }
            Self::OneReplaced(field, long) => texts(
                (view, *field, left, right),
                |a, b| a.is_at_least_long(*long) && a.may_be_within(b, 1),
                |a, b| text::one_replaced(a, b, *long),
            ),
            Self::Rearranged(field) => {
                texts((view, *field, left, right), Digest::may_be_rearranged, text::rearranged)
            }
            Self::PartOf(field, long) => {
                texts((view, *field, left, right), Digest::may_be_part, |a, b| text::part_of(a, b, *long))
            }
            Self::Similar { field, at_least, at_least_long } => texts(
                (view, *field, left, right),
                |a, b| a.is_at_least_long(*at_least_long) && b.is_at_least_long(*at_least_long),
                |a, b| text::jaro_winkler(a, b) >= *at_least,
            ),
            Self::CommonPairs(field, least) => {
                texts((view, *field, left, right), |_, _| true, |a, b| text::common_pairs(a, b) >= *least)
            }
            Self::Shown { whole, masked, agree } => {
                let said = |row: &[u32]| match (at(row, *masked), at(row, *whole)) {
                    (0, 0) => None,
                    (0, number) => Some((false, view.text(*whole, number))),
                    (number, _) => Some((true, view.text(*masked, number))),
                };
                let (Some((a_masked, a)), Some((b_masked, b))) = (said(left), said(right)) else {
                    return false;
                };
                (a_masked || b_masked) && text::shown_agree(a, b) == Some(*agree)
            }
            Self::CoarseDate(field) => {
                meanings(view, *field, left, right, |a, b| a.year == b.year && (a.coarse || b.coarse))
            }
            Self::SameYear(field) => meanings(view, *field, left, right, |a, b| a.year == b.year),
            Self::DaysApart(field, most) | Self::Near(field, most) => {
                meanings(view, *field, left, right, |a, b| (a.number - b.number).abs() <= *most)
            }
        }
    }
}

/// The two rows and the field that is looked at.
type Cell<'a> = (&'a View<'a>, usize, &'a [u32], &'a [u32]);

/// Whether both say something, their digests allow the test, and the test holds.
fn texts(cell: Cell, may: impl Fn(Digest, Digest) -> bool, test: impl Fn(&str, &str) -> bool) -> bool {
    let (view, field, left, right) = cell;
    let (a, b) = (at(left, field), at(right, field));
    a != 0
        && b != 0
        && may(view.digest(field, a), view.digest(field, b))
        && test(view.text(field, a), view.text(field, b))
}

fn meanings(
    view: &View,
    field: usize,
    left: &[u32],
    right: &[u32],
    test: impl Fn(Meaning, Meaning) -> bool,
) -> bool {
    let (a, b) = (at(left, field), at(right, field));
    if a == 0 || b == 0 {
        return false;
    }
    let (a, b) = (view.meaning(field, a), view.meaning(field, b));
    a.understood && b.understood && test(a, b)
}

pub(crate) fn field_of(name: &str, table: &Table, place: &str) -> Result<usize, ModelError> {
    table
        .field(name)
        .ok_or_else(|| ModelError::UnknownField { place: place.to_owned(), field: name.to_owned() })
}

/// The fields of a rule, found in the table.
pub(crate) fn fields_of(rule: &Rule, table: &Table) -> Result<Vec<usize>, ModelError> {
    if rule.0.is_empty() {
        return Err(ModelError::EmptyRule(rule.name()));
    }
    let place = format!("rule `{}`", rule.name());
    rule.0.iter().map(|field| field_of(field, table, &place)).collect()
}

fn compile(test: &Test, table: &Table, place: &str) -> Result<Check, ModelError> {
    let find = |name: &String| field_of(name, table, place);
    let kind = |name: &String, kind: Kind| {
        let field = field_of(name, table, place)?;
        let fits = table.column(field).is_some_and(|column| column.kind() == kind);
        if fits {
            Ok(field)
        } else {
            Err(ModelError::WrongKind { place: place.to_owned(), field: name.clone() })
        }
    };
    Ok(match test {
        Test::Missing { fields } => Check::Missing(fields.iter().map(find).collect::<Result<_, _>>()?),
        Test::Same { field } => Check::Same(find(field)?),
        Test::Edits { field, at_most, unsound: true } => {
            Check::Edits { field: kind(field, Kind::Identifier)?, at_most: *at_most, unsound: true }
        }
        Test::Edits { field, at_most, unsound: false } => {
            Check::Edits { field: find(field)?, at_most: *at_most, unsound: false }
        }
        Test::OneReplaced { field, at_least_long } => Check::OneReplaced(find(field)?, *at_least_long),
        Test::Rearranged { field } => Check::Rearranged(find(field)?),
        Test::PartOf { field, at_least_long } => Check::PartOf(find(field)?, *at_least_long),
        Test::Similar { field, at_least, at_least_long } => {
            Check::Similar { field: find(field)?, at_least: *at_least, at_least_long: *at_least_long }
        }
        Test::CoarseDate { field } => Check::CoarseDate(kind(field, Kind::Date)?),
        Test::SameYear { field } => Check::SameYear(kind(field, Kind::Date)?),
        Test::DaysApart { field, at_most } => Check::DaysApart(kind(field, Kind::Date)?, f64::from(*at_most)),
        Test::Near { field, at_most } => Check::Near(kind(field, Kind::Number)?, *at_most),
        Test::CommonPairs { field, at_least } => Check::CommonPairs(find(field)?, *at_least),
        Test::Shown { whole, masked, agree } => {
            Check::Shown { whole: find(whole)?, masked: find(masked)?, agree: *agree }
        }
        Test::All { of } => {
            Check::All(of.iter().map(|test| compile(test, table, place)).collect::<Result<_, _>>()?)
        }
        Test::Any { of } => {
            Check::Any(of.iter().map(|test| compile(test, table, place)).collect::<Result<_, _>>()?)
        }
        Test::Otherwise => Check::Otherwise,
    })
}
