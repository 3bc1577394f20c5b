//! Scoring: every pair that the rules make, once, and those kept that weigh enough.

use crate::compare::View;
use crate::error::ModelError;
use crate::fit;
use crate::model::Model;
use crate::plan::Prepared;
use crate::weigh::Weigher;

/// Two records and the weight of the evidence that they are one entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// The smaller number.
    pub left: u32,
    pub right: u32,
    /// log2 of the odds.
    pub weight: f32,
}

/// The pairs that weigh enough, and how many were compared.
#[derive(Debug)]
pub struct Links {
    pub links: Vec<Scored>,
    pub compared: u64,
}

/// Compares the pairs of all rules, each once, and keeps those of at least `floor`.
///
/// Only the kept pairs are held in memory. The order is that of rules and blocks, whatever the number of threads.
///
/// # Errors
/// When the model is not trained.
pub fn score(model: &Model, prepared: &Prepared, floor: f64) -> Result<Links, ModelError> {
    let (table, comparer) = (prepared.table, &prepared.comparer);
    let weigher = Weigher::new(model, table, comparer)?;
    let mut result = Links { links: Vec::new(), compared: 0 };
    for (at, blocks) in prepared.blocks.iter().enumerate() {
        let earlier: Vec<Vec<usize>> =
            prepared.blocks.iter().take(at).map(|blocks| blocks.fields.clone()).collect();
        let tasks = blocks.each_task(|groups| {
            let view = View::of(table);
            let (mut kept, mut compared) = (Vec::new(), 0_u64);
            fit::pairs(prepared, model, blocks, &earlier, groups, |left, right| {
                compared += 1;
                let weight = weigher.weight(comparer, &view, table.row(left), table.row(right));
                if f64::from(weight) >= floor {
                    kept.push(Scored { left, right, weight });
                }
            });
            (kept, compared)
        });
        for (kept, compared) in tasks {
            result.links.extend(kept);
            result.compared += compared;
        }
    }
    Ok(result)
}
