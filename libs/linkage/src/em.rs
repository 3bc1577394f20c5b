//! Expectation–maximisation over counts of patterns: a few hundred numbers instead of millions of pairs.

use crate::compare::Comparer;
use crate::fit::SessionReport;
use crate::model::Model;

/// Counts patterns.
pub(crate) struct Counter(Vec<u32>);

impl Counter {
    pub(crate) fn new(patterns: usize) -> Self {
        Self(vec![0; patterns])
    }

    pub(crate) fn add(&mut self, pattern: u32) {
        if let Some(count) = self.0.get_mut(pattern as usize) {
            *count += 1;
        }
    }

    pub(crate) fn into_sparse(self) -> Vec<(u32, u64)> {
        (0..)
            .zip(self.0)
            .filter(|&(_, count)| count > 0)
            .map(|(pattern, count)| (pattern, u64::from(count)))
            .collect()
    }
}

/// Adds counts up; the order in which they come does not matter.
pub(crate) fn merged(counts: Vec<Vec<(u32, u64)>>) -> Vec<(u32, u64)> {
    let mut sums = std::collections::BTreeMap::new();
    for (pattern, count) in counts.into_iter().flatten() {
        *sums.entry(pattern).or_insert(0) += count;
    }
    sums.into_iter().collect()
}

/// How many pairs had each level of each comparison.
pub(crate) fn marginals(comparer: &Comparer, comparisons: usize, counts: &[(u32, u64)]) -> Vec<Vec<f64>> {
    let mut shares: Vec<Vec<f64>> = vec![Vec::new(); comparisons];
    for &(pattern, count) in counts {
        for (share, level) in shares.iter_mut().zip(comparer.levels(pattern)) {
            if share.len() <= level {
                share.resize(level + 1, 0.0);
            }
            if let Some(sum) = share.get_mut(level) {
                *sum += count as f64;
            }
        }
    }
    shares
}

/// What a session has found.
pub(crate) struct Session {
    pub(crate) report: SessionReport,
    /// m of the comparisons that were free; `None` for the others.
    found: Vec<Option<Vec<f64>>>,
}

const MOST_ITERATIONS: u32 = 200;
const CLOSE_ENOUGH: f64 = 1e-5;

/// Estimates m of the free comparisons and the share of matching pairs; u, and m of what is trained, are held.
pub(crate) fn run(
    model: &Model,
    comparer: &Comparer,
    rule: &str,
    counts: &[(u32, u64)],
    free: &[bool],
    start: f64,
) -> Session {
    let mut m: Vec<Vec<f64>> = model.comparisons.iter().map(first_guess).collect();
    let u: Vec<Vec<f64>> = model
        .comparisons
        .iter()
        .map(|c| c.levels.iter().map(|level| level.u.unwrap_or(1.0)).collect())
        .collect();
    // 1 where a comparison says something, so that it has a part in the likelihood.
    let told: Vec<Vec<bool>> = model
        .comparisons
        .iter()
        .zip(free)
        .map(|(c, &free)| {
            c.levels.iter().map(|level| !level.is_missing() && (free || level.m.is_some())).collect()
        })
        .collect();
    let patterns: Vec<(Vec<usize>, f64)> =
        counts.iter().map(|&(pattern, count)| (comparer.levels(pattern).collect(), count as f64)).collect();
    let total: f64 = patterns.iter().map(|(_, count)| count).sum();
    let (mut matching, mut iterations) = (start, 0);
    // Without pairs nothing is learnt, and the guesses stand.
    while total > 0.0 && iterations < MOST_ITERATIONS {
        iterations += 1;
        let mut sums: Vec<Vec<f64>> = m.iter().map(|levels| vec![0.0; levels.len()]).collect();
        let mut expected = 0.0;
        for (levels, count) in &patterns {
            let (mut same, mut different) = (matching, 1.0 - matching);
            for (at, &level) in levels.iter().enumerate() {
                if told.get(at).and_then(|told| told.get(level)) == Some(&true) {
                    same *= value(&m, at, level);
                    different *= value(&u, at, level);
                }
            }
            let share = count * same / (same + different).max(f64::MIN_POSITIVE);
            expected += share;
            for (sums, &level) in sums.iter_mut().zip(levels) {
                if let Some(sum) = sums.get_mut(level) {
                    *sum += share;
                }
            }
        }
        let mut change = (matching - expected / total).abs();
        matching = (expected / total).clamp(1e-9, 1.0 - 1e-9);
        for (at, comparison) in
            model.comparisons.iter().enumerate().filter(|(at, _)| free.get(*at) == Some(&true))
        {
            let Some((m, sums)) = m.get_mut(at).zip(sums.get(at)) else { continue };
            let told = |level: usize| comparison.levels.get(level).is_some_and(|level| !level.is_missing());
            let whole: f64 =
                sums.iter().enumerate().filter(|(level, _)| told(*level)).map(|(_, sum)| sum + 0.5).sum();
            for (_, (m, sum)) in m.iter_mut().zip(sums).enumerate().filter(|(level, _)| told(*level)) {
                // Half a pair is added, so that a level which no matching pair had is rare and not impossible.
                let next = (sum + 0.5) / whole;
                change = change.max((next - *m).abs());
                *m = next;
            }
        }
        if change < CLOSE_ENOUGH {
            break;
        }
    }
    let found = m.into_iter().zip(free).map(|(m, &free)| free.then_some(m)).collect();
    let report = SessionReport { rule: rule.to_owned(), pairs: total as u64, iterations, matching };
    Session { report, found }
}

fn value(table: &[Vec<f64>], comparison: usize, level: usize) -> f64 {
    table.get(comparison).and_then(|levels| levels.get(level)).copied().unwrap_or(1.0)
}

/// m to begin with: what is trained; else nine tenths for the first level that says something, the rest shared.
fn first_guess(comparison: &crate::model::Comparison) -> Vec<f64> {
    let told = comparison.levels.iter().filter(|level| !level.is_missing()).count().max(2) as f64;
    let mut first = true;
    let guess = comparison.levels.iter().map(|level| {
        if level.is_missing() {
            return 1.0;
        }
        let usual = if std::mem::take(&mut first) { 0.9 } else { 0.1 / (told - 1.0) };
        level.m.unwrap_or(usual)
    });
    guess.collect()
}

/// Sets m to the mean of the sessions in which the comparison was free.
pub(crate) fn average(model: &mut Model, sessions: &[Session]) {
    for (at, comparison) in model.comparisons.iter_mut().enumerate() {
        let found: Vec<&Vec<f64>> =
            sessions.iter().filter_map(|session| session.found.get(at)?.as_ref()).collect();
        if found.is_empty() {
            continue;
        }
        for (level, into) in comparison.levels.iter_mut().enumerate().filter(|(_, level)| !level.is_missing())
        {
            let sum: f64 = found.iter().filter_map(|m| m.get(level)).sum();
            into.m = Some(sum / found.len() as f64);
        }
    }
}
