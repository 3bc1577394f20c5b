//! From a pattern of levels to a weight: prior odds, the levels' log2(m/u), and how rare the shared value is.

use crate::compare::{Comparer, View, at, field_of};
use crate::error::ModelError;
use crate::model::Model;
use crate::table::Table;

/// The correction of a level for the frequency of its value.
#[derive(Clone, Copy, Debug)]
struct Rarity {
    field: usize,
    /// log2 of the chance that two random records share a value of the field: Σ f².
    usual: f64,
    written: f64,
}

/// The weights of a trained model for one table.
#[derive(Debug)]
pub(crate) struct Weigher {
    pub(crate) prior: f64,
    levels: Vec<Vec<(f64, Option<Rarity>)>>,
    /// Prior and levels together, by pattern; the flag says whether a rarity is to be added.
    patterns: Vec<(f32, bool)>,
}

/// The part that one comparison has in a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) level: usize,
    pub(crate) weight: f64,
    pub(crate) rarity: f64,
}

impl Weigher {
    pub(crate) fn new(model: &Model, table: &Table, comparer: &Comparer) -> Result<Self, ModelError> {
        let probability =
            model.prior.probability.filter(|&p| p > 0.0 && p < 1.0).ok_or(ModelError::Probability)?;
        let prior = (probability / (1.0 - probability)).log2();
        let mut levels = Vec::new();
        for comparison in &model.comparisons {
            let mut row = Vec::new();
            for level in &comparison.levels {
                let weight = level.weight().ok_or_else(|| ModelError::Untrained {
                    comparison: comparison.name.clone(),
                    level: level.label.en.clone(),
                })?;
                if !weight.is_finite() {
                    return Err(ModelError::Probability);
                }
                let place = format!("comparison `{}`", comparison.name);
                let field =
                    level.rarity_of.as_ref().map(|field| field_of(field, table, &place)).transpose()?;
                row.push((weight, field.and_then(|field| Rarity::of(table, field))));
            }
            levels.push(row);
        }
        let mut weigher = Self { prior, levels, patterns: Vec::new() };
        let patterns = u32::try_from(comparer.patterns()).map_err(|_| ModelError::Patterns)?;
        weigher.patterns = (0..patterns)
            .map(|pattern| {
                let (mut weight, mut rarity) = (prior, false);
                for (row, level) in weigher.levels.iter().zip(comparer.levels(pattern)) {
                    let (more, correction) = row.get(level).copied().unwrap_or((0.0, None));
                    weight += more;
                    rarity |= correction.is_some();
                }
                (weight as f32, rarity)
            })
            .collect();
        Ok(weigher)
    }

    /// The weight of a pair: log2 of the odds that both are one entity.
    pub(crate) fn weight(&self, comparer: &Comparer, view: &View, left: &[u32], right: &[u32]) -> f32 {
        let pattern = comparer.pattern(view, left, right);
        let (base, rarity) =
            self.patterns.get(pattern as usize).copied().unwrap_or((f32::NEG_INFINITY, false));
        if !rarity {
            return base;
        }
        let parts = self.levels.iter().zip(comparer.levels(pattern));
        let more: f64 = parts
            .filter_map(|(row, level)| row.get(level)?.1)
            .map(|rarity| rarity.correction(view.table, left, right))
            .sum();
        (f64::from(base) + more) as f32
    }

    /// What each comparison gives to the weight.
    pub(crate) fn parts(&self, comparer: &Comparer, view: &View, left: &[u32], right: &[u32]) -> Vec<Part> {
        let pattern = comparer.pattern(view, left, right);
        let parts = self.levels.iter().zip(comparer.levels(pattern)).map(|(row, level)| {
            let (weight, rarity) = row.get(level).copied().unwrap_or((0.0, None));
            let rarity = rarity.map_or(0.0, |rarity| rarity.correction(view.table, left, right));
            Part { level, weight, rarity }
        });
        parts.collect()
    }
}

impl Rarity {
    fn of(table: &Table, field: usize) -> Option<Self> {
        let column = table.column(field)?;
        let written = f64::from(column.written());
        let usual = chance_of_equality(table, field)?.log2();
        Some(Self { field, usual, written })
    }

    /// Positive where the shared value is rarer than shared values usually are. Where two texts differ, as they may at
    /// an inexact level, the more frequent one counts.
    fn correction(self, table: &Table, left: &[u32], right: &[u32]) -> f64 {
        let Some(column) = table.column(self.field) else { return 0.0 };
        let count = |row: &[u32]| column.dictionary.count(at(row, self.field));
        // A value is at least one record's; a text outside the table counts as such.
        let frequency = f64::from(count(left).max(count(right)).max(1)) / self.written;
        self.usual - frequency.log2()
    }
}

/// The chance that two different records which both say something say the same: Σ c(c−1) / N(N−1), exact.
pub(crate) fn chance_of_equality(table: &Table, field: usize) -> Option<f64> {
    let column = table.column(field)?;
    let written = f64::from(column.written());
    let equal: f64 =
        column.dictionary.counts().iter().map(|&count| f64::from(count) * (f64::from(count) - 1.0)).sum();
    (written > 1.0 && equal > 0.0).then(|| equal / (written * (written - 1.0)))
}
