//! A plan before any work: pairs of each rule, largest blocks, memory, time. It refuses what would not fit.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::block::{self, Blocks};
use crate::compare::{Comparer, fields_of};
use crate::error::{ModelError, Refusal};
use crate::model::Model;
use crate::table::Table;

/// What a plan may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Pairs that a single rule may make.
    pub pairs: u64,
    /// Records that may share one key.
    pub block: u64,
    pub bytes: u64,
}

impl Default for Limits {
    /// Three hundred million pairs, blocks of five thousand, eight gigabytes.
    fn default() -> Self {
        Self { pairs: 300_000_000, block: 5_000, bytes: 8 << 30 }
    }
}

/// What one rule makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePlan {
    pub rule: String,
    /// At most so many pairs; those that an earlier rule makes too are counted here as well.
    pub pairs: u64,
    pub blocks: u64,
    pub largest_block: u64,
    /// What the records of the largest block have in common.
    pub largest_value: String,
}

/// What the run will cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub records: u64,
    pub all_pairs: u64,
    pub rules: Vec<RulePlan>,
    /// Sum over the rules: no run compares more.
    pub pairs: u64,
    /// The most that table, blocks and links are expected to take together.
    pub bytes: u64,
    /// A guess at half a microsecond for each pair and thread.
    pub seconds: f64,
}

/// A plan with the blocks that it counted, so that nothing is sorted twice.
pub struct Prepared<'a> {
    pub plan: Plan,
    pub(crate) table: &'a Table,
    pub(crate) comparer: Comparer,
    pub(crate) blocks: Vec<Blocks>,
}

/// Checks the model against the table and counts what it would make.
///
/// # Errors
/// When the model names what the table does not have.
pub fn prepare<'a>(model: &Model, table: &'a Table) -> Result<Prepared<'a>, ModelError> {
    let comparer = Comparer::new(model, table)?;
    if model.blocking.is_empty() {
        return Err(ModelError::NoRule);
    }
    for rule in model.training.iter().chain(&model.prior.certain) {
        fields_of(rule, table)?;
    }
    let fields = model.blocking.iter().map(|rule| fields_of(rule, table)).collect::<Result<Vec<_>, _>>()?;
    let blocks: Vec<Blocks> =
        fields.into_par_iter().with_max_len(1).map(|fields| Blocks::build(table, fields)).collect();
    let mut rules = Vec::new();
    for (rule, blocks) in model.blocking.iter().zip(&blocks) {
        let largest = blocks.largest().unwrap_or_default();
        let shared = largest.first().map_or_else(String::new, |&record| {
            blocks.fields.iter().map(|&field| table.text(record, field)).collect::<Vec<_>>().join(" + ")
        });
        rules.push(RulePlan {
            rule: rule.name(),
            pairs: blocks.pairs(table, model.link),
            blocks: blocks.groups().count() as u64,
            largest_block: largest.len() as u64,
            largest_value: shared,
        });
    }
    let pairs: u64 = rules.iter().map(|rule| rule.pairs).sum();
    let sorted: usize = blocks.iter().map(Blocks::bytes).sum();
    // Links are at most the pairs of the plan; in practice a part of them, so this errs on the safe side.
    let bytes = (table.bytes() + sorted + table.len() * 40) as u64 + pairs * 12;
    let threads = rayon::current_num_threads().max(1) as f64;
    let plan = Plan {
        records: table.len() as u64,
        all_pairs: block::all_pairs(table, model.link),
        rules,
        pairs,
        bytes,
        seconds: pairs as f64 * 0.5e-6 / threads,
    };
    Ok(Prepared { plan, table, comparer, blocks })
}

impl<'a> Prepared<'a> {
    /// The table that was prepared.
    #[must_use]
    pub fn table(&self) -> &'a Table {
        self.table
    }
}

impl Plan {
    /// Holds the plan against limits.
    ///
    /// # Errors
    /// The first thing that is too much, with the rule that makes it.
    pub fn within(&self, limits: Limits) -> Result<(), Refusal> {
        for rule in &self.rules {
            if rule.largest_block > limits.block {
                return Err(Refusal::Block {
                    rule: rule.rule.clone(),
                    value: rule.largest_value.clone(),
                    records: rule.largest_block,
                    limit: limits.block,
                });
            }
            if rule.pairs > limits.pairs {
                return Err(Refusal::Pairs {
                    rule: rule.rule.clone(),
                    pairs: rule.pairs,
                    limit: limits.pairs,
                });
            }
        }
        if self.bytes > limits.bytes {
            return Err(Refusal::Memory { needed: self.bytes, limit: limits.bytes });
        }
        Ok(())
    }
}
