//! Accepting many clear pairs at once, with a sample that somebody looks at again.

use platform::{App, Chance, Error, Text, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{sql, vals};

use super::decide::{Decision, is_plain, take};
use super::reasons::probability;
use super::view::{RIGHT, Within};
use super::{ReviewAudit, ReviewPair};

/// Pairs that are less likely one than this are decided one by one.
pub(super) const LEAST_PROBABILITY: f64 = 0.98;
/// Pairs that one call accepts at most.
const AT_ONCE: i64 = 500;
/// One in so many is looked at again, and never fewer than [`LEAST_SAMPLE`].
const ONE_IN: usize = 20;
const LEAST_SAMPLE: usize = 10;

sql! {
    /// What was found wrong once is never accepted unseen again.
    CLEAR: ReviewPair = "WHERE street_id = $1 AND state = 'waiting' AND weight >= $2 AND audit IS NULL
        AND (area BETWEEN $3 AND $4 OR area = $5) AND (batch_id = $6 OR $6 = 0)
        ORDER BY weight DESC, id DESC LIMIT $7";
    SAMPLE = "UPDATE review_pairs SET audit = $3 WHERE street_id = $1 AND id = $2";
}

/// What was accepted at once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReviewAccepted {
    /// Joined now.
    pub accepted: i64,
    /// Above the weight, but contradicted by a number or by a decision: to be decided one by one.
    pub skipped: i64,
    /// Drawn to be looked at again.
    pub sampled: i64,
    /// Whether there may be more; call again.
    pub more: bool,
}

/// The weight from which pairs may be accepted unseen.
pub(super) fn least_weight() -> f64 {
    (LEAST_PROBABILITY / (1.0 - LEAST_PROBABILITY)).log2()
}

/// Refuses a weight below which pairs have to be looked at.
pub(super) fn checked(at_least: f64) -> Result<f64, Error> {
    match at_least.is_finite() && probability(at_least) >= LEAST_PROBABILITY {
        true => Ok(at_least),
        false => {
            let least = least_weight();
            Err(Error::field(
                "at_least",
                Text::owned(
                    format!("批量通过的权重不得低于 {least:.2}（概率 0.98），其余须逐条审核"),
                    format!("at least {least:.2} (a chance of 0.98); what weighs less is decided one by one"),
                ),
            ))
        }
    }
}

/// Joins every plain pair of a street from a weight on, and draws the sample.
///
/// # Errors
/// [`Error::Forbidden`] without the right anywhere in the street.
pub(super) async fn accept(w: &Write, within: &Within, at_least: f64) -> Result<ReviewAccepted, Error> {
    if within.scope.is_empty {
        return Err(Error::forbidden());
    }
    let (street, scope) = (w.street(), &within.scope);
    let values = vals![street, at_least, scope.low, scope.high, scope.exact, within.batch, AT_ONCE];
    let clear: Vec<ReviewPair> = w.query(&CLEAR, &values).await?;
    let found = i64::try_from(clear.len()).map_err(Error::internal)?;
    let mut joined = Vec::new();
    for pair in clear {
        w.require(RIGHT, &pair.thing())?;
        if is_plain(w, &pair).await? {
            joined.push(take(w, pair, Decision::Same, true).await?.id);
        }
    }
    let accepted = i64::try_from(joined.len()).map_err(Error::internal)?;
    let sampled = draw(w.app().chance(), &mut joined)?;
    for id in sampled {
        w.later(&SAMPLE, &vals![street, *id, ReviewAudit::Asked]);
    }
    let sampled = i64::try_from(sampled.len()).map_err(Error::internal)?;
    let detail = json!({ "at_least": at_least, "accepted": accepted, "skipped": found - accepted, "sampled": sampled });
    w.record("review:bulk", "reviews", detail);
    Ok(ReviewAccepted {
        accepted,
        skipped: found - accepted,
        sampled,
        more: found == AT_ONCE && accepted > 0,
    })
}

/// Draws the sample: the front of the list, once it is shuffled that far.
fn draw<'a>(chance: &Chance, all: &'a mut [i64]) -> Result<&'a [i64], Error> {
    let size = all.len().div_ceil(ONE_IN).max(LEAST_SAMPLE).min(all.len());
    for at in 0..size {
        let left = u64::try_from(all.len() - at).map_err(Error::internal)?;
        // 64 bits over at most a few hundred: the odds differ from even by less than one in 10^16.
        let drawn = u64::from_be_bytes(chance.bytes()?) % left;
        all.swap(at, at + usize::try_from(drawn).map_err(Error::internal)?);
    }
    Ok(all.get(..size).unwrap_or_default())
}

/// The street that a call accepts pairs in: the post's own, or the one that a post of the district names.
pub(super) fn street_of(app: &App, within: &Within, named: Option<i64>) -> Result<i64, Error> {
    if within.scope.is_empty {
        return Err(Error::forbidden());
    }
    let street = named.or(within.scope.street);
    let street = street.ok_or_else(|| Error::field("street", Text::new("请选择街道", "name the street")))?;
    let reaches = within.scope.street.is_none_or(|own| own == street)
        && within.scope.district.is_none_or(|district| district == street / 1000)
        && street / 1000 == app.district();
    match reaches {
        true => Ok(street),
        false => Err(Error::forbidden()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_one_in_twenty_and_never_fewer_than_ten() {
        let chance = Chance::seeded(5);
        for (all, size) in [(0, 0), (3, 3), (10, 10), (150, 10), (201, 11), (500, 25)] {
            let mut ids: Vec<i64> = (0..all).collect();
            let mut drawn = draw(&chance, &mut ids).unwrap().to_vec();
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), size, "of {all}");
        }
    }

    #[test]
    fn every_pair_is_drawn_as_often_as_another() {
        let chance = Chance::seeded(7);
        let mut times = [0_u32; 40];
        for _ in 0..2_000 {
            let mut ids: Vec<i64> = (0..40).collect();
            for id in draw(&chance, &mut ids).unwrap() {
                times[usize::try_from(*id).unwrap()] += 1;
            }
        }
        // 500 times each on average, with a deviation of about 19.
        assert!(times.iter().all(|n| (400..600).contains(n)), "{times:?}");
    }

    #[test]
    fn what_weighs_less_than_98_in_100_is_not_accepted_unseen() {
        assert!(checked(5.62).is_ok() && checked(5.61).is_err());
        assert!(checked(f64::NAN).is_err() && checked(f64::INFINITY).is_err());
    }
}
