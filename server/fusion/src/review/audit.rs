//! The sample: somebody looks again at what was accepted unseen, and the share of errors says how far that may be trusted.

use orders::Books;
use platform::{Error, Text, Write};
use serde::Serialize;
use serde_json::json;
use store::{Tx, sql, vals};
use utoipa::ToSchema;

use super::undo::take_back;
use super::view::{RIGHT, Within};
use super::{ReviewAudit, ReviewId, ReviewPair};

sql! {
    COUNTED = "SELECT COALESCE(SUM(CASE WHEN audit = 'right' THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN audit = 'wrong' THEN 1 ELSE 0 END), 0), COUNT(*)
        FROM review_pairs WHERE street_id = $1 AND audit IS NOT NULL
        AND (area BETWEEN $2 AND $3 OR area = $4) AND (batch_id = $5 OR $5 = 0)";
    IN_BULK = "SELECT COUNT(*) FROM review_decisions d
        JOIN review_pairs p ON p.street_id = d.street_id AND p.id = d.pair_id
        WHERE d.street_id = $1 AND d.bulk = 1
        AND (p.area BETWEEN $2 AND $3 OR p.area = $4) AND (p.batch_id = $5 OR $5 = 0)";
}

/// How the sample came out. Shares are in hundredths of a percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ReviewSample {
    /// Accepted unseen, those taken back among them.
    pub accepted: i64,
    /// Drawn.
    pub sampled: i64,
    /// Looked at again.
    pub audited: i64,
    pub wrong: i64,
    /// The share of errors among those looked at; none before the first.
    pub error_share: Option<i64>,
    /// The interval in which the share among all accepted lies, at 95 % (Wilson).
    pub error_from: Option<i64>,
    pub error_to: Option<i64>,
}

impl ReviewSample {
    fn shares(mut self) -> Self {
        if self.audited > 0 {
            let (from, to) = wilson(self.wrong as f64, self.audited as f64);
            let hundredths = |share: f64| Some((share * 10_000.0).round() as i64);
            self.error_share = hundredths(self.wrong as f64 / self.audited as f64);
            self.error_from = hundredths(from);
            self.error_to = hundredths(to);
        }
        self
    }
}

/// The score interval of Wilson (1927) at 95 %: unlike the usual one it holds for few and for none.
fn wilson(wrong: f64, all: f64) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    let share = wrong / all;
    let width = 1.0 + Z * Z / all;
    let middle = (share + Z * Z / (2.0 * all)) / width;
    let half = Z / width * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// How the sample stands within reach.
pub(super) async fn sample(tx: &Tx, streets: &[i64], within: &Within) -> Result<ReviewSample, Error> {
    let (scope, mut all) = (&within.scope, ReviewSample::default());
    for street in streets.iter().copied() {
        let values = vals![street, scope.low, scope.high, scope.exact, within.batch];
        let (right, wrong, sampled): (i64, i64, i64) = tx.one(&COUNTED, &values).await?;
        let (accepted,): (i64,) = tx.one(&IN_BULK, &values).await?;
        all.accepted += accepted;
        all.sampled += sampled;
        all.audited += right + wrong;
        all.wrong += wrong;
    }
    Ok(all.shares())
}

/// Says of a sampled pair whether it was right; a wrong one is taken back.
///
/// # Errors
/// [`Error::Missing`], [`Error::Forbidden`]; [`Error::Conflict`] for a pair that the sample did not draw or that somebody has
/// looked at, and as [`take_back`].
pub(super) async fn audit(
    w: &Write,
    books: &Books,
    id: ReviewId,
    seen: i64,
    right: bool,
) -> Result<ReviewPair, Error> {
    let mut pair: ReviewPair = w.find(&vals![id.street, id.id]).await?.ok_or(Error::Missing("review"))?;
    w.require(RIGHT, &pair.thing())?;
    if pair.version != seen {
        return Err(pair.lost_race());
    }
    if pair.audit != Some(ReviewAudit::Asked) {
        let text =
            Text::new("该对比未被抽中或已抽检", "the sample did not draw this pair, or it was looked at");
        return Err(Error::conflict(text));
    }
    let verdict = if right { ReviewAudit::Right } else { ReviewAudit::Wrong };
    w.record("review:audit", id, json!({ "verdict": verdict }));
    if !right {
        return take_back(w, books, pair).await;
    }
    pair.audit = Some(verdict);
    pair.audited_at = Some(w.now());
    w.update(&pair).await?;
    pair.version += 1;
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_wilson() {
        // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (wrong, all, from, to) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let (low, high) = wilson(wrong, all);
            assert!((low - from).abs() < 0.0001 && (high - to).abs() < 0.0001, "{wrong}/{all}: {low} {high}");
        }
    }

    #[test]
    fn nothing_is_said_before_anything_was_looked_at() {
        let sample = ReviewSample { accepted: 200, sampled: 10, ..ReviewSample::default() }.shares();
        assert_eq!(sample.error_share, None);
        let sample = ReviewSample { audited: 10, wrong: 1, ..sample }.shares();
        assert_eq!(
            (sample.error_share, sample.error_from, sample.error_to),
            (Some(1000), Some(179), Some(4042))
        );
    }
}
