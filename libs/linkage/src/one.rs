//! One record against a loaded table: the rules' blocks are looked up, not built again.

use crate::block;
use crate::column::Cells;
use crate::compare::{Comparer, OUTSIDE, View, fields_of};
use crate::error::{ModelError, TableError};
use crate::model::Model;
use crate::table::Table;
use crate::weigh::Weigher;

/// A table with sorted keys for each rule.
pub struct Loaded<'a> {
    table: &'a Table,
    comparer: Comparer,
    weigher: Weigher,
    rules: Vec<(Vec<usize>, Vec<u64>)>,
}

/// A record of the table and the weight of the evidence that it is the one asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub record: u32,
    pub weight: f32,
}

impl<'a> Loaded<'a> {
    /// Sorts the keys of every rule.
    ///
    /// # Errors
    /// When the model does not fit the table or is not trained.
    pub fn new(model: &Model, table: &'a Table) -> Result<Self, ModelError> {
        let comparer = Comparer::new(model, table)?;
        let weigher = Weigher::new(model, table, &comparer)?;
        let mut rules = Vec::new();
        for rule in &model.blocking {
            let fields = fields_of(rule, table)?;
            let mut keys = block::sorted_keys(table, &fields);
            keys.shrink_to_fit();
            rules.push((fields, keys));
        }
        Ok(Self { table, comparer, weigher, rules })
    }

    /// The records that share a block with the one asked about and weigh at least `floor`, strongest first.
    /// `record` has one cell for each input of the table.
    ///
    /// # Errors
    /// When the cells do not fit the inputs.
    pub fn candidates(&self, record: &[Cells], floor: f64) -> Result<Vec<Candidate>, TableError> {
        let mut outside = Vec::new();
        let row = self.table.row_outside(record, |text, meaning| {
            outside.push((text.to_owned(), meaning));
            OUTSIDE + outside.len() as u32 - 1
        })?;
        let view = View { table: self.table, outside: &outside };
        let mut found = Vec::new();
        for (fields, keys) in &self.rules {
            let Some(key) = block::key(&row, fields) else { continue };
            let from = keys.partition_point(|&entry| ((entry >> 32) as u32) < key);
            let same =
                keys.get(from..).unwrap_or_default().iter().take_while(|&&entry| (entry >> 32) as u32 == key);
            found.extend(
                same.map(|&entry| entry as u32)
                    .filter(|&other| block::meets(&row, self.table.row(other), fields)),
            );
        }
        found.sort_unstable();
        found.dedup();
        let mut candidates: Vec<Candidate> = found
            .into_iter()
            .map(|other| Candidate {
                record: other,
                weight: self.weigher.weight(&self.comparer, &view, &row, self.table.row(other)),
            })
            .filter(|candidate| f64::from(candidate.weight) >= floor)
            .collect();
        candidates.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.record.cmp(&b.record)));
        Ok(candidates)
    }
}
