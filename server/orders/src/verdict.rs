//! Verdicts: whether what should have been done by a time was.
//!
//! A verdict follows from an order and its clocks as they stand, and is written anew in the transaction that changes
//! them. What still runs after its deadline has no row yet: it becomes late by time alone, not by an act, and is looked
//! up among the open orders ([`crate::happened()`]).
//!
//! - `handling`: one for each run of a unit's handling clock. Met when the unit says that it is done before the
//!   deadline; missed once the deadline has passed; a run that stands still, or was taken back in time, has none.
//! - `closing`: one for each order. Missed with the first clock that was late; otherwise met when it is closed.
//! - `response`: the acceptance of an order that came by the hotline.
//!
//! What is parked is left out while it is; what is exempted keeps its overdue fact and is counted apart.

use std::collections::BTreeMap;

use platform::{Error, Millis, Write};
use store::{Table, sql, table, vals};

use crate::clock::ClockRun;
use crate::counts::Sums;
use crate::measure::{Judged, Outcome};
use crate::order::Order;
use crate::timing::Clocks;
use crate::words::{ClockKind, Source, State};

table! {
    /// One verdict; its id is that of the run, or of the order where the whole case is judged.
    pub struct Verdict in "order_verdicts" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub judged: Judged,
        /// Whose it is; 0 for what no unit had.
        pub organisation_id: i64,
        pub verdict: Outcome,
        pub judged_at: Millis,
    }
}

sql! {
    PUT = "INSERT INTO order_verdicts (street_id, id, order_id, judged, organisation_id, verdict, judged_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (street_id, id) DO UPDATE SET organisation_id = excluded.organisation_id, verdict = excluded.verdict,
            judged_at = excluded.judged_at";
    DROP = "DELETE FROM order_verdicts WHERE street_id = $1 AND id = $2";
}

/// The word of the pause that begins when a unit says that it is done.
const DONE: &str = "verification";

/// The verdicts on an order as it stands, by id.
pub(crate) fn verdicts(order: &Order, clocks: &Clocks) -> BTreeMap<i64, Verdict> {
    if order.state == State::Parked {
        return BTreeMap::new();
    }
    let of_runs = clocks.runs.iter().filter_map(|run| match run.clock {
        ClockKind::Handling => handling(order, clocks, run),
        ClockKind::Acceptance if order.source == Source::Hotline => response(order, run),
        _ => None,
    });
    of_runs.chain(closing(order, clocks)).map(|verdict| (verdict.id, verdict)).collect()
}

fn handling(order: &Order, clocks: &Clocks, run: &ClockRun) -> Option<Verdict> {
    let done = || {
        let open = clocks.pauses.iter().rfind(|pause| pause.clock_id == run.id && pause.resumed_at.is_none());
        open.filter(|pause| pause.kind == DONE).map(|pause| pause.paused_at)
    };
    let (outcome, at) = outcome(order, run, done)?;
    Some(verdict(order, run.id, Judged::Handling, run.organisation_id, outcome, at))
}

fn response(order: &Order, run: &ClockRun) -> Option<Verdict> {
    let (outcome, at) = outcome(order, run, || run.stopped_at)?;
    // Before a unit has it, it is nobody's but the desk's.
    let outcome = if outcome == Outcome::Exempt { return None } else { outcome };
    Some(verdict(order, run.id, Judged::Response, None, outcome, at))
}

fn outcome(
    order: &Order,
    run: &ClockRun,
    done: impl FnOnce() -> Option<Millis>,
) -> Option<(Outcome, Millis)> {
    let done = done();
    let fell = run.overdue_at.is_some() || run.exempt_at.is_some();
    match (order.exempt || run.exempt_at.is_some(), run.overdue_at) {
        (true, _) if fell || done.is_some() => Some((Outcome::Exempt, if fell { run.due_at } else { done? })),
        (true, _) => None,
        (false, Some(_)) => Some((Outcome::Missed, run.due_at)),
        (false, None) => done.map(|at| (Outcome::Met, at)),
    }
}

/// The whole case: late with its first late clock, in time when it is closed without one.
fn closing(order: &Order, clocks: &Clocks) -> Option<Verdict> {
    let own = || clocks.runs.iter().filter(|run| run.clock != ClockKind::Assistance);
    let late = own().filter(|run| run.overdue_at.is_some() && run.exempt_at.is_none());
    let of = |organisation, outcome, at| {
        Some(verdict(order, order.id, Judged::Closing, organisation, outcome, at))
    };
    if let Some(first) = late.min_by_key(|run| (run.due_at, run.id)).filter(|_| !order.exempt) {
        // The desk's and the grid's own clocks are no unit's fault.
        let unit = first.organisation_id.filter(|_| first.clock == ClockKind::Handling);
        return of(unit, Outcome::Missed, first.due_at);
    }
    let at = order.ended_at.filter(|_| order.state == State::Closed)?;
    let exempt = order.exempt || own().any(|run| run.exempt_at.is_some());
    of(order.organisation_id, if exempt { Outcome::Exempt } else { Outcome::Met }, at)
}

fn verdict(
    order: &Order,
    id: i64,
    judged: Judged,
    organisation: Option<i64>,
    verdict: Outcome,
    at: Millis,
) -> Verdict {
    Verdict {
        street_id: order.street_id,
        id,
        order_id: order.id,
        judged,
        organisation_id: organisation.unwrap_or(0),
        verdict,
        judged_at: at,
    }
}

/// What changed between two looks at the same order.
pub(crate) type Revised = Vec<(Option<Verdict>, Option<Verdict>)>;

/// The verdicts that differ.
pub(crate) fn revised(before: &BTreeMap<i64, Verdict>, after: &BTreeMap<i64, Verdict>) -> Revised {
    let same = |one: &Verdict, other: &Verdict| {
        (one.organisation_id, one.verdict, one.judged_at)
            == (other.organisation_id, other.verdict, other.judged_at)
    };
    let gone =
        before.values().filter(|one| !after.contains_key(&one.id)).map(|one| (Some(one.clone()), None));
    let new = after.values().filter_map(|one| {
        let old = before.get(&one.id);
        (!old.is_some_and(|old| same(old, one))).then(|| (old.cloned(), Some(one.clone())))
    });
    gone.chain(new).collect()
}

/// Writes what changed, and adds it to the sums of the change.
///
/// # Errors
/// What the store answers.
pub(crate) async fn write(w: &Write, revised: &Revised, sums: &mut Sums) -> Result<(), Error> {
    for (old, new) in revised {
        if let Some(old) = old {
            sums.judge(old, -1);
        }
        if let Some(new) = new {
            sums.judge(new, 1);
            w.later(&PUT, &new.values());
        } else if let Some(old) = old {
            w.later(&DROP, &vals![old.street_id, old.id]);
        }
    }
    Ok(())
}

/// Judges an order anew after its clocks or its exemption changed by something that is no step of its flow.
///
/// # Errors
/// What the store answers.
pub(crate) async fn judge(
    w: &Write,
    before: (&Order, &Clocks),
    after: (&Order, &Clocks),
) -> Result<(), Error> {
    let revised = revised(&verdicts(before.0, before.1), &verdicts(after.0, after.1));
    let mut sums = Sums::default();
    write(w, &revised, &mut sums).await?;
    sums.write(w, after.0).await
}
