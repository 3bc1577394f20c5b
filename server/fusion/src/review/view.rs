//! Lists of pairs: what waits, the clearest first, and what was decided, the latest first. They name nobody.

use areas::Directory;
use platform::policy::Scope;
use platform::{App, Call, Error};
use serde::{Deserialize, Serialize};
use store::{Tx, sql, vals};
use utoipa::ToSchema;

use super::{ReviewAudit, ReviewId, ReviewPair, ReviewState};

/// The right to see and decide pairs.
pub(crate) const RIGHT: &str = "review:decide";

sql! {
    WAITING: ReviewPair = "WHERE street_id = $1 AND state = 'waiting' AND (weight < $2 OR (weight = $2 AND id < $3))
        AND (area BETWEEN $4 AND $5 OR area = $6) AND (batch_id = $7 OR $7 = 0)
        ORDER BY weight DESC, id DESC LIMIT $8";
    DECIDED: ReviewPair = "WHERE street_id = $1 AND decided_at IS NOT NULL AND state IN ($2, $3)
        AND (decided_at < $4 OR (decided_at = $4 AND id < $5))
        AND (area BETWEEN $6 AND $7 OR area = $8) AND (batch_id = $9 OR $9 = 0)
        ORDER BY decided_at DESC, id DESC LIMIT $10";
    WAITING_COUNT = "SELECT COUNT(*) FROM review_pairs WHERE street_id = $1 AND state = 'waiting'
        AND (area BETWEEN $2 AND $3 OR area = $4) AND (batch_id = $5 OR $5 = 0)";
    SAMPLED: ReviewPair = "WHERE street_id = $1 AND audit = $2 AND id > $3
        AND (area BETWEEN $4 AND $5 OR area = $6) AND (batch_id = $7 OR $7 = 0) ORDER BY id LIMIT $8";
}

/// Which pairs to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewView {
    /// The clearest first.
    #[default]
    Waiting,
    /// Found to be one or two, the latest first.
    Decided,
    /// Being checked at the door.
    Field,
    /// Put off.
    Later,
}

impl ReviewView {
    fn states(self) -> (ReviewState, ReviewState) {
        match self {
            Self::Waiting => (ReviewState::Waiting, ReviewState::Waiting),
            Self::Decided => (ReviewState::Same, ReviewState::Distinct),
            Self::Field => (ReviewState::Field, ReviewState::Field),
            Self::Later => (ReviewState::Later, ReviewState::Later),
        }
    }
}

/// Whose pairs to list: the scope of the right, and one batch if one was named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    pub scope: Scope,
    /// 0 for all.
    pub batch: i64,
}

impl Within {
    pub(crate) fn of(app: &App, call: &Call, batch: i64) -> Result<Self, Error> {
        Ok(Self { scope: app.policy().scope(call.caller()?, RIGHT, app.clock().now()), batch })
    }

    /// The streets that it reaches; rows are read street by street.
    pub(crate) fn streets(&self, areas: &Directory) -> Vec<i64> {
        let own = |street: &i64| {
            self.scope.street.is_none_or(|only| only == *street)
                && self.scope.district.is_none_or(|district| district == street / 1000)
        };
        match self.scope.is_empty {
            true => Vec::new(),
            false => areas.streets().iter().copied().filter(own).collect(),
        }
    }
}

/// Where a list goes on: the sort key of the last row, and its id.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Place {
    Weight(f64, i64),
    Moment(i64, i64),
}

impl Place {
    pub(crate) fn of(view: ReviewView, pair: &ReviewPair) -> Self {
        match view {
            ReviewView::Waiting => Self::Weight(pair.weight, pair.id),
            _ => Self::Moment(pair.decided_at.map_or(0, |at| at.0), pair.id),
        }
    }
}

/// Up to `limit` pairs after a place, in the order of the view, of all streets within reach.
pub(crate) async fn list(
    tx: &Tx,
    streets: &[i64],
    within: &Within,
    view: ReviewView,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<ReviewPair>, Error> {
    let (scope, batch) = (&within.scope, within.batch);
    let mut all: Vec<ReviewPair> = Vec::new();
    for street in streets.iter().copied() {
        let found: Vec<ReviewPair> = match view {
            ReviewView::Waiting => {
                let (weight, id) = match after {
                    Some(Place::Weight(weight, id)) => (weight, id),
                    _ => (f64::MAX, i64::MAX),
                };
                let values = vals![street, weight, id, scope.low, scope.high, scope.exact, batch, limit];
                tx.query(&WAITING, &values).await?
            }
            _ => {
                let (at, id) = match after {
                    Some(Place::Moment(at, id)) => (at, id),
                    _ => (i64::MAX, i64::MAX),
                };
                let (one, other) = view.states();
                let values =
                    vals![street, one, other, at, id, scope.low, scope.high, scope.exact, batch, limit];
                tx.query(&DECIDED, &values).await?
            }
        };
        all.extend(found);
    }
    if streets.len() > 1 {
        match view {
            ReviewView::Waiting => all.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(b.id.cmp(&a.id))),
            _ => all.sort_by_key(|pair| std::cmp::Reverse((pair.decided_at, pair.id))),
        }
        all.truncate(usize::try_from(limit).map_err(Error::internal)?);
    }
    Ok(all)
}

/// How many wait.
pub(crate) async fn count_waiting(tx: &Tx, streets: &[i64], within: &Within) -> Result<i64, Error> {
    let (scope, mut all) = (&within.scope, 0);
    for street in streets.iter().copied() {
        let values = vals![street, scope.low, scope.high, scope.exact, within.batch];
        all += tx.one::<(i64,)>(&WAITING_COUNT, &values).await?.0;
    }
    Ok(all)
}

/// Pairs of the sample that stand so, the oldest first.
pub(crate) async fn sampled(
    tx: &Tx,
    streets: &[i64],
    within: &Within,
    audit: ReviewAudit,
    after: i64,
    limit: i64,
) -> Result<Vec<ReviewPair>, Error> {
    let (scope, mut all) = (&within.scope, Vec::new());
    for street in streets.iter().copied() {
        let values = vals![street, audit, after, scope.low, scope.high, scope.exact, within.batch, limit];
        all.extend(tx.query::<ReviewPair>(&SAMPLED, &values).await?);
    }
    all.sort_by_key(|pair| pair.id);
    all.truncate(usize::try_from(limit).map_err(Error::internal)?);
    Ok(all)
}

/// The pair with this id, if the post may decide about it.
///
/// # Errors
/// [`Error::Missing`] when there is none, or none that it may know of.
pub(crate) async fn get(tx: &Tx, scope: &Scope, id: ReviewId) -> Result<ReviewPair, Error> {
    let found: Option<ReviewPair> = tx.find(&vals![id.street, id.id]).await?;
    found.filter(|pair| scope.covers(&pair.thing())).ok_or(Error::Missing("review"))
}
