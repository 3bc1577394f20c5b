//! The rollup that boards read: what happened on a day in a community with a unit, kept in the writing transaction.
//!
//! One row per street × day × community × unit; its measures are added to, never recounted. The unit is 0 for what
//! happens before a unit has the order. `opened` is the change in the number of open orders.

use platform::{Error, Millis, Write};
use sha2::{Digest, Sha256};
use store::{sql, vals};

use crate::clock::ClockRun;
use crate::order::Order;
use crate::words::{Act, State};

sql! {
    ADD = "INSERT INTO order_counts (street_id, id, day, community, organisation_id, reported, accepted, rejected, dispatched,
            returned, resolved, on_time, late, reworked, closed, self_resolved, reopened, cancelled, opened, rated, stars)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        ON CONFLICT (street_id, id) DO UPDATE SET
            reported = order_counts.reported + excluded.reported,
            accepted = order_counts.accepted + excluded.accepted,
            rejected = order_counts.rejected + excluded.rejected,
            dispatched = order_counts.dispatched + excluded.dispatched,
            returned = order_counts.returned + excluded.returned,
            resolved = order_counts.resolved + excluded.resolved,
            on_time = order_counts.on_time + excluded.on_time,
            late = order_counts.late + excluded.late,
            reworked = order_counts.reworked + excluded.reworked,
            closed = order_counts.closed + excluded.closed,
            self_resolved = order_counts.self_resolved + excluded.self_resolved,
            reopened = order_counts.reopened + excluded.reopened,
            cancelled = order_counts.cancelled + excluded.cancelled,
            opened = order_counts.opened + excluded.opened,
            rated = order_counts.rated + excluded.rated,
            stars = order_counts.stars + excluded.stars";
}

/// What one act adds to its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measures {
    pub reported: i64,
    pub accepted: i64,
    pub rejected: i64,
    pub dispatched: i64,
    pub returned: i64,
    pub resolved: i64,
    pub on_time: i64,
    pub late: i64,
    pub reworked: i64,
    pub closed: i64,
    pub self_resolved: i64,
    pub reopened: i64,
    pub cancelled: i64,
    pub opened: i64,
    pub rated: i64,
    pub stars: i64,
}

impl Measures {
    /// What an act that led from one state to another adds; `handling` is the run that it ended or paused.
    pub(crate) fn of(act: Act, from: Option<State>, to: State, handling: Option<&ClockRun>) -> Self {
        let mut adds = Self::default();
        match act {
            Act::Report => adds.reported = 1,
            Act::Accept => adds.accepted = 1,
            Act::Reject => adds.rejected = 1,
            Act::Dispatch => adds.dispatched = 1,
            Act::Return => adds.returned = 1,
            Act::Resolve => {
                adds.resolved = 1;
                // The overdue fact is judged when the unit says that it is done.
                match handling.is_some_and(|run| run.overdue_at.is_some()) {
                    true => adds.late = 1,
                    false => adds.on_time = 1,
                }
            }
            Act::Rework => adds.reworked = 1,
            Act::Close => adds.closed = 1,
            Act::SelfResolve => {
                adds.self_resolved = 1;
                adds.closed = 1;
            }
            Act::Reopen => adds.reopened = 1,
            Act::Cancel => adds.cancelled = 1,
            Act::Rate => adds.rated = 1,
            Act::Settle => adds.closed = 1,
            _ => {}
        }
        let was_open = from.is_some_and(|state| !state.is_ended());
        adds.opened = i64::from(!to.is_ended()) - i64::from(was_open);
        adds
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// The day of a moment in Beijing as a number such as 20261123.
pub fn day_of(at: Millis) -> i64 {
    let date = at.beijing_date();
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The row's id: 63 bits of a digest of what it counts, so that adding needs no look first.
fn row_id(day: i64, community: i64, organisation: i64) -> i64 {
    let digest = Sha256::new()
        .chain_update(day.to_be_bytes())
        .chain_update(community.to_be_bytes())
        .chain_update(organisation.to_be_bytes())
        .finalize();
    i64::from_be_bytes(digest.first_chunk::<8>().copied().unwrap_or_default()) & i64::MAX
}

/// Adds to the row of this day, the order's community and a unit.
pub(crate) async fn add(
    w: &Write,
    order: &Order,
    organisation: Option<i64>,
    adds: &Measures,
) -> Result<(), Error> {
    if adds.is_nothing() {
        return Ok(());
    }
    let (day, community, organisation) = (day_of(w.now()), order.community(), organisation.unwrap_or(0));
    let values = vals![
        order.street_id,
        row_id(day, community, organisation),
        day,
        community,
        organisation,
        adds.reported,
        adds.accepted,
        adds.rejected,
        adds.dispatched,
        adds.returned,
        adds.resolved,
        adds.on_time,
        adds.late,
        adds.reworked,
        adds.closed,
        adds.self_resolved,
        adds.reopened,
        adds.cancelled,
        adds.opened,
        adds.rated,
        adds.stars,
    ];
    w.exec(&ADD, &values).await?;
    Ok(())
}
