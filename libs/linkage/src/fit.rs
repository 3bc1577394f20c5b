//! Training: the prior from near-certain rules, u from random pairs, m by expectation–maximisation on pattern counts.
//!
//! Sources: Fellegi and Sunter 1969 (the model); Winkler 1988 and Jaro 1989 (m by EM, u held fixed); Enamorado, Fifield
//! and Imai 2019 (EM on counts of patterns; a missing answer is left out of the likelihood).

use serde::{Deserialize, Serialize};

use crate::block::{self, Blocks, Meets};
use crate::compare::{View, fields_of, same_fields};
use crate::em::{self, Session};
use crate::error::ModelError;
use crate::intern::mix;
use crate::model::{Comparison, Model, Rule, Test};
use crate::plan::Prepared;
use crate::sample::Sample;
use crate::weigh;

/// How a model is trained.
#[derive(Clone, Copy, Debug)]
pub struct Training {
    pub seed: u64,
    /// Random pairs from which u is estimated. Equality has a closed form, so only inexact levels depend on them.
    pub random_pairs: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self { seed: 1, random_pairs: 4_000_000 }
    }
}

/// What the training saw, for the reviewer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Random pairs that were compared.
    pub random_pairs: u64,
    /// Pairs that the near-certain rules found.
    pub certain_pairs: u64,
    pub sessions: Vec<SessionReport>,
}

/// One run of EM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionReport {
    pub rule: String,
    pub pairs: u64,
    pub iterations: u32,
    /// Share of the pairs that the session takes for pairs of one entity.
    pub matching: f64,
}

/// Records of one sample of random pairs: all pairs among so many, so that their rows stay in the cache.
const SAMPLE: u64 = 1_000;
/// Groups whose rows are fetched together, before their pairs are compared.
const AHEAD: usize = 128;
/// A session with fewer pairs says nothing about m.
const FEWEST_PAIRS: u64 = 50;

/// Fills in the prior, every u and every m of `model`.
///
/// The result depends on the table, the model and the seed alone, not on the number of threads.
///
/// # Errors
/// When a rule does not fit the table.
pub fn fit(model: &mut Model, prepared: &Prepared, training: Training) -> Result<Fit, ModelError> {
    let mut report = Fit::default();
    let all_pairs = prepared.plan.all_pairs.max(1) as f64;
    report.certain_pairs = certain_pairs(model, prepared)?;
    let found = (report.certain_pairs as f64).max(1.0) / model.prior.recall.clamp(0.01, 1.0);
    model.prior.probability = Some((found / all_pairs).clamp(1e-12, 0.5));
    let counts = random_patterns(model, prepared, training);
    report.random_pairs = counts.iter().map(|&(_, count)| count).sum();
    set_u(model, prepared, &counts);
    train(model, prepared, &mut report)?;
    Ok(report)
}

/// The blocks of a rule: those of the plan where it has them.
fn with_blocks<T>(rule: &Rule, prepared: &Prepared, run: impl FnOnce(&Blocks) -> T) -> Result<T, ModelError> {
    let fields = fields_of(rule, prepared.table)?;
    Ok(match prepared.blocks.iter().find(|blocks| blocks.fields == fields) {
        Some(blocks) => run(blocks),
        None => run(&Blocks::build(prepared.table, fields)),
    })
}

fn certain_pairs(model: &Model, prepared: &Prepared) -> Result<u64, ModelError> {
    let table = prepared.table;
    let rules =
        model.prior.certain.iter().map(|rule| fields_of(rule, table)).collect::<Result<Vec<_>, _>>()?;
    let mut total = 0;
    for (at, rule) in model.prior.certain.iter().enumerate() {
        let earlier = rules.get(..at).unwrap_or_default();
        total += with_blocks(rule, prepared, |blocks| {
            let counts = blocks.each_task(|groups| {
                let mut count = 0_u64;
                pairs(prepared, model, blocks, earlier, groups, |_, _| count += 1);
                count
            });
            counts.iter().sum::<u64>()
        })?;
    }
    Ok(total)
}

/// Calls `each` with the pairs of groups that the rule makes and no earlier one has made.
pub(crate) fn pairs(
    prepared: &Prepared,
    model: &Model,
    blocks: &Blocks,
    earlier: &[Vec<usize>],
    groups: &mut dyn Iterator<Item = &[u32]>,
    mut each: impl FnMut(u32, u32),
) {
    let table = prepared.table;
    let this = Meets::of(&blocks.fields);
    let earlier: Vec<Meets> = earlier.iter().map(|fields| Meets::of(fields)).collect();
    let mut ahead: Vec<&[u32]> = Vec::with_capacity(AHEAD);
    loop {
        ahead.clear();
        ahead.extend((0..AHEAD).map_while(|_| groups.next()));
        if ahead.is_empty() {
            return;
        }
        table.warm(ahead.iter().copied().flatten().copied());
        for group in &ahead {
            for (at, &left) in group.iter().enumerate() {
                let left_row = table.row(left);
                for &right in group.get(at + 1..).unwrap_or_default() {
                    let right_row = table.row(right);
                    let same = same_fields(left_row, right_row);
                    let new = this.hold(same, left_row, right_row)
                        && !earlier.iter().any(|rule| rule.hold(same, left_row, right_row))
                        && block::allowed(table, model.link, left, right);
                    if new {
                        each(left, right);
                    }
                }
            }
        }
    }
}

/// Pattern counts of random pairs: all pairs among records drawn by the seed, sample after sample.
fn random_patterns(model: &Model, prepared: &Prepared, training: Training) -> Vec<(u32, u64)> {
    use rayon::prelude::*;
    let table = prepared.table;
    let records = table.len() as u64;
    let each = SAMPLE.min(records);
    let samples = if records <= 2 * SAMPLE {
        1
    } else {
        training.random_pairs.div_ceil(SAMPLE * (SAMPLE - 1) / 2).max(1)
    };
    let counted = (0..samples).collect::<Vec<u64>>().into_par_iter().with_max_len(1).map(|sample| {
        let mut drawn: Vec<u32> = if samples == 1 && records <= 2 * SAMPLE {
            (0..records as u32).collect()
        } else {
            let draw =
                |at: u64| (mix(mix(training.seed).wrapping_add(sample * SAMPLE + at + 1)) % records) as u32;
            (0..each).map(draw).collect()
        };
        drawn.sort_unstable();
        drawn.dedup();
        let mut counts = em::Counter::new(prepared.comparer.patterns());
        Sample::new(View::of(table), &prepared.comparer, drawn).patterns(|left, right, pattern| {
            if block::allowed(table, model.link, left, right) {
                counts.add(pattern);
            }
        });
        counts.into_sparse()
    });
    em::merged(counted.collect::<Vec<_>>())
}

/// u of every level: its share among random pairs that are not missing, with half a pair added so that a level which
/// no random pair had is rare and not impossible. Plain equality at the first level has a closed form and needs no
/// sample.
fn set_u(model: &mut Model, prepared: &Prepared, counts: &[(u32, u64)]) {
    let shares = em::marginals(&prepared.comparer, model.comparisons.len(), counts);
    for (comparison, shares) in model.comparisons.iter_mut().zip(&shares) {
        let missing: Vec<bool> = comparison.levels.iter().map(|level| level.is_missing()).collect();
        let told: f64 =
            shares.iter().zip(&missing).filter(|(_, missing)| !**missing).map(|(&count, _)| count).sum();
        let levels = missing.iter().filter(|missing| !**missing).count() as f64;
        let mut first = true;
        for (at, level) in comparison.levels.iter_mut().enumerate() {
            if level.is_missing() {
                continue;
            }
            let seen = shares.get(at).copied().unwrap_or(0.0);
            let exact = match &level.test {
                Test::Same { field } if first => prepared
                    .table
                    .field(field)
                    .and_then(|field| weigh::chance_of_equality(prepared.table, field)),
                _ => None,
            };
            level.u = Some(exact.unwrap_or((seen + 0.5) / (told + 0.5 * levels)));
            // What a masked number shows never overlaps with equality, so equality behind it is still plain.
            first &= matches!(level.test, Test::Shown { .. });
        }
    }
}

fn train(model: &mut Model, prepared: &Prepared, report: &mut Fit) -> Result<(), ModelError> {
    for comparison in &mut model.comparisons {
        comparison.levels.iter_mut().for_each(|level| level.m = None);
    }
    let mut sessions = Vec::new();
    for rule in &model.training.clone() {
        let counts = with_blocks(rule, prepared, |blocks| patterns_of(model, prepared, blocks, &[]))?;
        let free: Vec<bool> = model
            .comparisons
            .iter()
            .map(|comparison| {
                !comparison
                    .levels
                    .iter()
                    .flat_map(|level| level.test.fields())
                    .any(|field| rule.0.iter().any(|f| f == field))
            })
            .collect();
        if counts.iter().map(|&(_, count)| count).sum::<u64>() >= FEWEST_PAIRS {
            sessions.push(em::run(model, &prepared.comparer, &rule.name(), &counts, &free, 0.5));
        }
    }
    em::average(model, &sessions);
    report.sessions.extend(sessions.into_iter().map(|session| session.report));
    let known = report.certain_pairs >= FEWEST_PAIRS;
    if known && model.is_trained() {
        return Ok(());
    }
    // What no session could train is trained on the pairs of all rules, held by what is trained already. Where the
    // near-certain rules found next to nothing, because a column is missing, these pairs give the prior as well.
    let mut counts = Vec::new();
    for (at, blocks) in prepared.blocks.iter().enumerate() {
        let earlier: Vec<Vec<usize>> =
            prepared.blocks.iter().take(at).map(|blocks| blocks.fields.clone()).collect();
        counts.push(patterns_of(model, prepared, blocks, &earlier));
    }
    let untrained = |comparison: &Comparison| {
        comparison.levels.iter().any(|level| !level.is_missing() && level.m.is_none())
    };
    let free: Vec<bool> = model.comparisons.iter().map(untrained).collect();
    let session: Session = em::run(model, &prepared.comparer, "all rules", &em::merged(counts), &free, 0.3);
    em::average(model, std::slice::from_ref(&session));
    if !known {
        let expected = (session.report.matching * session.report.pairs as f64).max(1.0);
        model.prior.probability = Some((expected / prepared.plan.all_pairs.max(1) as f64).clamp(1e-12, 0.5));
    }
    report.sessions.push(session.report);
    Ok(())
}

fn patterns_of(
    model: &Model,
    prepared: &Prepared,
    blocks: &Blocks,
    earlier: &[Vec<usize>],
) -> Vec<(u32, u64)> {
    let (table, comparer) = (prepared.table, &prepared.comparer);
    em::merged(blocks.each_task(|groups| {
        let view = View::of(table);
        let mut counts = em::Counter::new(comparer.patterns());
        pairs(prepared, model, blocks, earlier, groups, |left, right| {
            counts.add(comparer.pattern(&view, table.row(left), table.row(right)));
        });
        counts.into_sparse()
    }))
}
