//! The rollup that boards and scorecards read: what happened on a day in a community with a unit, kept in the writing
//! transaction.
//!
//! One row per street × day × community × unit; its measures are added to, never recounted. The unit is 0 for what
//! happens before a unit has the order. `opened` is the change in the number of open orders. What an act adds falls on
//! its own day; a verdict falls on the day for which it is judged, and is taken off again when it changes.

use std::collections::BTreeMap;

use platform::{Error, Millis, Write};
use sha2::{Digest, Sha256};
use store::{Engine, Tx, Value, sql};

use crate::clock::ClockRun;
use crate::measure::{Judged, Measure, Outcome};
use crate::order::Order;
use crate::verdict::Verdict;
use crate::words::{Act, Source, State};

sql! {
    ADD = "INSERT INTO order_counts (street_id, id, day, community, organisation_id, reported, accepted, rejected, dispatched,
            returned, resolved, on_time, late, reworked, closed, self_resolved, reopened, cancelled, opened, rated, stars,
            signed, verified, reopened_later, satisfied, handling_met, handling_missed, handling_exempt, closing_met,
            closing_missed, closing_exempt, response_met, response_missed, hotline_closed, hotline_dropped, hotline_rated,
            hotline_satisfied)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)
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
            stars = order_counts.stars + excluded.stars,
            signed = order_counts.signed + excluded.signed,
            verified = order_counts.verified + excluded.verified,
            reopened_later = order_counts.reopened_later + excluded.reopened_later,
            satisfied = order_counts.satisfied + excluded.satisfied,
            handling_met = order_counts.handling_met + excluded.handling_met,
            handling_missed = order_counts.handling_missed + excluded.handling_missed,
            handling_exempt = order_counts.handling_exempt + excluded.handling_exempt,
            closing_met = order_counts.closing_met + excluded.closing_met,
            closing_missed = order_counts.closing_missed + excluded.closing_missed,
            closing_exempt = order_counts.closing_exempt + excluded.closing_exempt,
            response_met = order_counts.response_met + excluded.response_met,
            response_missed = order_counts.response_missed + excluded.response_missed,
            hotline_closed = order_counts.hotline_closed + excluded.hotline_closed,
            hotline_dropped = order_counts.hotline_dropped + excluded.hotline_dropped,
            hotline_rated = order_counts.hotline_rated + excluded.hotline_rated,
            hotline_satisfied = order_counts.hotline_satisfied + excluded.hotline_satisfied";
}

/// Declares the numbers of a row once, in the order of the statement.
macro_rules! numbers {
    ($($field:ident),+) => {
        /// What one act adds to its row.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Measures { $(pub $field: i64),+ }

        impl Measures {
            fn plus(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
            }

            fn values(&self) -> impl Iterator<Item = Value> {
                [$(self.$field),+].into_iter().map(Value::from)
            }
        }
    };
}

numbers!(
    reported,
    accepted,
    rejected,
    dispatched,
    returned,
    resolved,
    on_time,
    late,
    reworked,
    closed,
    self_resolved,
    reopened,
    cancelled,
    opened,
    rated,
    stars,
    signed,
    verified,
    reopened_later,
    satisfied,
    handling_met,
    handling_missed,
    handling_exempt,
    closing_met,
    closing_missed,
    closing_exempt,
    response_met,
    response_missed,
    hotline_closed,
    hotline_dropped,
    hotline_rated,
    hotline_satisfied
);

impl Measures {
    /// What an act that led from one state to another adds; `handling` is the run that it ended or paused.
    pub(crate) fn of(act: Act, from: Option<State>, to: State, handling: Option<&ClockRun>) -> Self {
        let mut adds = Self::default();
        match act {
            Act::Report => adds.reported = 1,
            Act::Accept => adds.accepted = 1,
            Act::Reject => adds.rejected = 1,
            Act::Dispatch => adds.dispatched = 1,
            Act::Sign => adds.signed = 1,
            Act::Return => adds.returned = 1,
            Act::Resolve => {
                adds.resolved = 1;
                // The overdue fact is judged when the unit says that it is done.
                match handling.is_some_and(|run| run.overdue_at.is_some()) {
                    true => adds.late = 1,
                    false => adds.on_time = 1,
                }
            }
            Act::Verify => adds.verified = 1,
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

    /// What a verdict adds, once or minus once.
    fn judged(verdict: &Verdict, by: i64) -> Self {
        let mut adds = Self::default();
        let number = match (verdict.judged, verdict.verdict) {
            (Judged::Handling, Outcome::Met) => &mut adds.handling_met,
            (Judged::Handling, Outcome::Missed) => &mut adds.handling_missed,
            (Judged::Handling, Outcome::Exempt) => &mut adds.handling_exempt,
            (Judged::Closing, Outcome::Met) => &mut adds.closing_met,
            (Judged::Closing, Outcome::Missed) => &mut adds.closing_missed,
            (Judged::Closing, Outcome::Exempt) => &mut adds.closing_exempt,
            (Judged::Response, Outcome::Met) => &mut adds.response_met,
            (Judged::Response, Outcome::Missed) => &mut adds.response_missed,
            (Judged::Response, Outcome::Exempt) => return adds,
        };
        *number = by;
        adds
    }

    /// The same, with what is counted apart: good ratings, and the orders of the hotline.
    fn apart(&self, source: Source) -> Self {
        let mut adds = self.clone();
        adds.satisfied = if self.stars >= Measure::SATISFIED_STARS { self.rated } else { 0 };
        if source == Source::Hotline {
            adds.hotline_closed = self.closed;
            adds.hotline_dropped = self.rejected + self.cancelled;
            adds.hotline_rated = self.rated;
            adds.hotline_satisfied = adds.satisfied;
        }
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
fn row_id(day: i64, community: i64, organisation: i64, slot: i64) -> i64 {
    let digest = [day, community, organisation].into_iter().chain((slot != 0).then_some(slot));
    let digest =
        digest.fold(Sha256::new(), |digest, part| digest.chain_update(part.to_be_bytes())).finalize();
    i64::from_be_bytes(digest.first_chunk::<8>().copied().unwrap_or_default()) & i64::MAX
}

/// Which of the rows of one community and unit an order adds to. On PostgreSQL a row is locked until whoever adds to it
/// has committed, so there are some rows of each, which readers add up; SQLite writes one change after another.
fn slot(w: &Write, order: &Order) -> i64 {
    const SLOTS: i64 = 16;
    match w.engine() {
        Engine::Sqlite => 0,
        // The time and the sequence of the id: orders that come together go apart.
        Engine::Postgres => ((order.id >> 21) + (order.id & 0xffff)).rem_euclid(SLOTS),
    }
}

/// What one change adds to the rollup, gathered so that each row is written once.
#[derive(Default)]
pub(crate) struct Sums(BTreeMap<(i64, i64), Measures>);

impl Sums {
    /// Adds what happened at a moment with a unit.
    pub fn add(&mut self, at: Millis, organisation: Option<i64>, adds: &Measures) {
        self.0.entry((day_of(at), organisation.unwrap_or(0))).or_default().plus(adds);
    }

    /// Adds what happened to the order itself.
    pub fn act(&mut self, order: &Order, at: Millis, organisation: Option<i64>, adds: &Measures) {
        self.add(at, organisation, &adds.apart(order.source));
    }

    /// Adds a verdict, or takes one off.
    pub fn judge(&mut self, verdict: &Verdict, by: i64) {
        let unit = Some(verdict.organisation_id).filter(|id| *id != 0);
        self.add(verdict.judged_at, unit, &Measures::judged(verdict, by));
    }

    /// A closing that turned out not to be the end.
    pub fn reopened(&mut self, before: &Order) {
        if let Some(closed_at) = before.ended_at {
            let adds = Measures { reopened_later: 1, ..Measures::default() };
            self.add(closed_at, before.organisation_id, &adds);
        }
    }

    /// Writes the rows of the order's community.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn write(self, w: &Write, order: &Order) -> Result<(), Error> {
        let community = order.community();
        for ((day, organisation), adds) in self.0.into_iter().filter(|(_, adds)| !adds.is_nothing()) {
            let id = row_id(day, community, organisation, slot(w, order));
            let key = [order.street_id, id, day, community, organisation].map(Value::from);
            let values: Vec<Value> = key.into_iter().chain(adds.values()).collect();
            w.later(&ADD, &values);
        }
        Ok(())
    }
}

/// The rollup of orders that were laid in closed and in time, without their steps: how a district of a million orders is made
/// to be measured.
pub fn count_laid_in(tx: &Tx, orders: &[Order]) {
    let mut sums: BTreeMap<(i64, i64, i64, i64), Measures> = BTreeMap::new();
    for order in orders {
        let unit = order.organisation_id.unwrap_or(0);
        let mut add = |at: Millis, adds: Measures| {
            sums.entry((order.street_id, day_of(at), order.community(), unit)).or_default().plus(&adds);
        };
        add(
            order.reported_at,
            Measures { reported: 1, accepted: 1, dispatched: 1, signed: 1, opened: 1, ..Measures::default() },
        );
        let done =
            Measures { resolved: 1, on_time: 1, verified: 1, closed: 1, opened: -1, ..Measures::default() };
        add(
            order.ended_at.unwrap_or(order.reported_at),
            Measures { handling_met: 1, closing_met: 1, ..done },
        );
    }
    for ((street, day, community, unit), adds) in sums {
        let key = [street, row_id(day, community, unit, 0), day, community, unit].map(Value::from);
        let values: Vec<Value> = key.into_iter().chain(adds.values()).collect();
        tx.later(&ADD, &values);
    }
}

/// Adds one act to the row of this day, the order's community and a unit.
///
/// # Errors
/// What the store answers.
pub(crate) async fn add(
    w: &Write,
    order: &Order,
    organisation: Option<i64>,
    adds: &Measures,
) -> Result<(), Error> {
    let mut sums = Sums::default();
    sums.act(order, w.now(), organisation, adds);
    sums.write(w, order).await
}
