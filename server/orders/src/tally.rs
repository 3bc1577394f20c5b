//! How many orders each view holds.

use std::collections::BTreeMap;

use platform::policy::Caller;
use platform::{Error, Read};
use store::{Value, row, sql, vals};

use crate::clocks::views::count_minded;
use crate::dispatch::obligation::open_count;
use crate::view::Bounds;
use crate::words::State;

sql! {
    COUNTS = "SELECT state, COUNT(*), CAST(SUM(CASE WHEN queue_at < $2 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN queue_at >= $2 AND soon_at <= $2 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN returned_at > 0 THEN 1 ELSE 0 END) AS BIGINT)
        FROM orders WHERE street_id = $1
            AND state IN ('reported', 'accepted', 'dispatched', 'handling', 'resolved', 'verified', 'consulting', 'guiding',
                'arbitrating', 'parked')
            AND (+area BETWEEN $3 AND $4 OR +area = $5)
        GROUP BY state LIMIT 20";
    COUNTS_OF_UNIT = "SELECT state, COUNT(*), CAST(SUM(CASE WHEN queue_at < $2 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN queue_at >= $2 AND soon_at <= $2 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN returned_at > 0 THEN 1 ELSE 0 END) AS BIGINT)
        FROM orders WHERE street_id = $1 AND organisation_id = $6
            AND state IN ('reported', 'accepted', 'dispatched', 'handling', 'resolved', 'verified', 'consulting', 'guiding',
                'arbitrating', 'parked')
            AND (+area BETWEEN $3 AND $4 OR +area = $5)
        GROUP BY state LIMIT 20";
    WATCHED_COUNT = "SELECT COUNT(*) FROM order_watchers WHERE street_id = $1 AND account_id = $2";
}

row! {
    struct StateCount { state: State, open: i64, late: i64, soon: i64, returned: i64 }
}

/// How many orders each view holds; `closed` and `mine` are histories and are not counted.
///
/// # Errors
/// What the store answers.
pub(crate) async fn counts(
    r: &Read,
    bounds: Option<Bounds>,
    caller: &Caller,
) -> Result<BTreeMap<&'static str, i64>, Error> {
    let names = [
        "to_accept",
        "to_dispatch",
        "to_handle",
        "to_verify",
        "to_close",
        "to_settle",
        "to_rule",
        "parked",
        "supervised",
        "escalated",
        "returned",
        "late",
        "soon",
        "all_open",
        "watching",
        "helping",
    ];
    let mut counts: BTreeMap<&'static str, i64> = names.into_iter().map(|name| (name, 0)).collect();
    let Some(bounds) = bounds else { return Ok(counts) };
    let mut add = |name, more| *counts.entry(name).or_default() += more;
    for street in bounds.streets.clone() {
        let mut values = vals![street, r.now(), bounds.low, bounds.high, bounds.exact].to_vec();
        let sql = if bounds.organisation == 0 { &COUNTS } else { &COUNTS_OF_UNIT };
        if bounds.organisation != 0 {
            values.push(Value::from(bounds.organisation));
        }
        for found in r.query::<StateCount>(sql, &values).await? {
            add(view_of(found.state), found.open);
            add("late", found.late);
            add("soon", found.soon);
            add("all_open", found.open);
            if found.state == State::Accepted {
                add("returned", found.returned);
            }
        }
        let (watched,): (i64,) = r.one(&WATCHED_COUNT, &vals![street, caller.account]).await?;
        add("watching", watched);
        let (supervised, escalated) = count_minded(r, &bounds, caller, street).await?;
        add("supervised", supervised);
        add("escalated", escalated);
        if bounds.organisation != 0 {
            add("helping", open_count(r, street, bounds.organisation).await?);
        }
    }
    Ok(counts)
}

/// The view that waits for an open order in this state.
fn view_of(state: State) -> &'static str {
    match state {
        State::Reported => "to_accept",
        State::Accepted => "to_dispatch",
        State::Dispatched | State::Handling => "to_handle",
        State::Resolved => "to_verify",
        State::Consulting | State::Guiding => "to_settle",
        State::Arbitrating => "to_rule",
        State::Parked => "parked",
        State::Verified | State::Closed | State::Rejected | State::Cancelled | State::Joined => "to_close",
    }
}
