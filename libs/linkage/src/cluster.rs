//! Clusters: links are taken strongest first, and a link that would break a constraint is refused and remembered.

use rayon::prelude::*;

use crate::compare::{View, at, field_of};
use crate::error::ModelError;
use crate::groups::Groups;
use crate::model::Model;
use crate::plan::Prepared;
use crate::score::Scored;
use crate::weigh::Weigher;

/// Why two groups were not joined though a link of theirs weighs enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WhyNot {
    /// The groups hold different sound values of this field of the table.
    Differ { field: usize },
    /// This pair of the two groups weighs too little.
    Pair { left: u32, right: u32, weight: f32 },
}

/// A link that was not followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refused {
    pub link: Scored,
    pub why: WhyNot,
}

/// The partition of the records.
#[derive(Debug)]
pub struct Clusters {
    /// For each record the smallest record of its cluster.
    pub of: Vec<u32>,
    /// The links that joined two groups, strongest first: a forest.
    pub joined: Vec<Scored>,
    pub refused: Vec<Refused>,
}

/// Joins records along links of at least `threshold`.
///
/// Ties go to the pair with the smaller numbers, so that the result depends on nothing but the links.
///
/// # Errors
/// When a constraint names an unknown field, or the model is not trained.
pub fn cluster(
    model: &Model,
    prepared: &Prepared,
    links: &[Scored],
    threshold: f64,
) -> Result<Clusters, ModelError> {
    let table = prepared.table;
    let fields = model
        .constraints
        .never_differ
        .iter()
        .map(|name| field_of(name, table, "a constraint"))
        .collect::<Result<Vec<_>, _>>()?;
    let mut order: Vec<Scored> =
        links.iter().copied().filter(|link| f64::from(link.weight) >= threshold).collect();
    order.par_sort_unstable_by(|a, b| {
        b.weight.total_cmp(&a.weight).then(a.left.cmp(&b.left)).then(a.right.cmp(&b.right))
    });
    let records = u32::try_from(table.len()).unwrap_or(u32::MAX);
    let sound = |record: u32, field: usize| {
        let number = at(table.row(record), field);
        let sound = table.column(field).is_some_and(|column| column.meaning(number).sound);
        if sound { number } else { 0 }
    };
    let held = fields.iter().map(|&field| (0..records).map(|record| sound(record, field)).collect());
    let mut groups = Groups::new(records, held.collect());
    let lowest = model.constraints.no_pair_below;
    let weigher = Weigher::new(model, table, &prepared.comparer)?;
    let view = View::of(table);
    let (mut joined, mut refused) = (Vec::new(), Vec::new());
    for link in order {
        let (left, right) = (groups.root(link.left), groups.root(link.right));
        if left == right {
            continue;
        }
        let differ = groups.differ(left, right).and_then(|at| fields.get(at));
        let why = match (differ, lowest) {
            (Some(&field), _) => Some(WhyNot::Differ { field }),
            (None, Some(lowest)) => groups
                .cross(left, right)
                .map(|(left, right)| {
                    (
                        left,
                        right,
                        weigher.weight(&prepared.comparer, &view, table.row(left), table.row(right)),
                    )
                })
                .find(|&(_, _, weight)| f64::from(weight) < lowest)
                .map(|(left, right, weight)| WhyNot::Pair { left, right, weight }),
            (None, None) => None,
        };
        match why {
            Some(why) => refused.push(Refused { link, why }),
            None => {
                groups.join(left, right);
                joined.push(link);
            }
        }
    }
    // The smallest record names the cluster.
    let mut smallest: Vec<u32> = (0..records).collect();
    let roots: Vec<u32> = (0..records).map(|record| groups.root(record)).collect();
    for (record, &root) in (0..).zip(&roots) {
        if let Some(least) = smallest.get_mut(root as usize) {
            *least = (*least).min(record);
        }
    }
    let of = roots.iter().map(|&root| smallest.get(root as usize).copied().unwrap_or(root)).collect();
    Ok(Clusters { of, joined, refused })
}
