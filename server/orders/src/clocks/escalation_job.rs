//! Looking for what is nearly due, late, or late by half: ranges of the queue's index, never all orders.

use std::collections::BTreeSet;

use platform::{App, Call, Error, Read};
use serde_json::json;
use store::{sql, vals};

use crate::books::{Books, books};
use crate::clocks::escalation::{gone, raise};
use crate::clocks::mark::Held;
use crate::order::{NO_DEADLINE, OrderId};
use crate::query::{clocks_of, find};
use crate::words::State;

sql! {
    /// Orders of a state whose light is yellow, and of which nobody was told yet for the run at hand.
    SOON = "SELECT o.id, c.id FROM orders AS o
            JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id AND c.clock = o.clock
        WHERE o.street_id = $1 AND o.state = $2 AND o.queue_at >= $3 AND o.queue_at < $4 AND o.soon_at <= $3
            AND (o.counts_working_time = 0 OR CAST($5 AS BIGINT) = 1) AND c.stopped_at IS NULL AND c.paused_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM order_escalations AS e WHERE e.street_id = o.street_id AND e.clock_id = c.id)
        ORDER BY o.queue_at, o.id LIMIT 500";
    /// Late ones, of which nobody was told that they are.
    LATE = "SELECT o.id, c.id FROM orders AS o
            JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id AND c.clock = o.clock
        WHERE o.street_id = $1 AND o.state = $2 AND o.queue_at < $3
            AND (o.counts_working_time = 0 OR CAST($4 AS BIGINT) = 1) AND c.stopped_at IS NULL AND c.paused_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM order_escalations AS e WHERE e.street_id = o.street_id AND e.clock_id = c.id
                AND e.level >= 2)
        ORDER BY o.queue_at, o.id LIMIT 500";
    /// Units that help and are nearly due or late.
    HELPING = "SELECT c.order_id, c.id FROM order_clocks AS c
        WHERE c.street_id = $1 AND c.clock = 'assistance' AND c.stopped_at IS NULL AND c.soon_at <= $2 AND c.paused_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM order_escalations AS e WHERE e.street_id = c.street_id AND e.clock_id = c.id
                AND (e.level >= 2 OR c.due_at >= $2))
        ORDER BY c.soon_at, c.id LIMIT 500";
    /// Late ones at which it is time to look whether it is half of the limit.
    TO_LOOK = "SELECT order_id, clock_id FROM order_escalations
        WHERE street_id = $1 AND look_at IS NOT NULL AND look_at <= $2 ORDER BY look_at, id LIMIT 500";
}

/// How many are told in one transaction.
const TOGETHER: usize = 50;

/// Tells everybody who is to be told now; answers how many were.
///
/// # Errors
/// What the store answers.
pub async fn escalate(app: &App) -> Result<i64, Error> {
    let (books, call) = (books(app).await?, Call::program("escalate"));
    let mut told = 0;
    for street in books.areas.streets() {
        let (street, known) = (*street, books.clone());
        let found = app.read(move |r| async move { Box::pin(gone_so_far(&r, &known, street)).await }).await?;
        for some in found.chunks(TOGETHER) {
            let (some, books) = (some.to_vec(), books.clone());
            let raised = app.write(&call, street, move |w| async move {
                let mut told = 0;
                for (order, run) in some {
                    // On the heap: a write to PostgreSQL is polled on the stack of whoever asks.
                    told += Box::pin(raise(&w, &books, OrderId::new(street, order), run)).await?;
                }
                w.record("order:escalate", street, json!({ "told": told }));
                Ok(told)
            });
            told += raised.await?;
        }
    }
    Ok(told)
}

/// The runs of a street of which somebody has to be told, as pairs of order and run.
async fn gone_so_far(r: &Read, books: &Books, street: i64) -> Result<Vec<(i64, i64)>, Error> {
    let mut found: BTreeSet<(i64, i64)> = BTreeSet::new();
    let (now, by) = (r.now(), books.reckoning()?);
    let is_open = by.rules.hours.open_from(by.calendar, now.0).map_err(Error::internal)? == now.0;
    for state in State::OPEN.iter().filter(|state| **state != State::Parked) {
        found.extend(r.query::<(i64, i64)>(&SOON, &vals![street, *state, now, NO_DEADLINE, is_open]).await?);
        found.extend(r.query::<(i64, i64)>(&LATE, &vals![street, *state, now, is_open]).await?);
    }
    found.extend(r.query::<(i64, i64)>(&HELPING, &vals![street, now]).await?);
    found.extend(r.query::<(i64, i64)>(&TO_LOOK, &vals![street, now]).await?);
    let mut due = Vec::with_capacity(found.len());
    for (order, run) in found {
        let Some(standing) = find(r, street, order).await? else { continue };
        let held = Held { clocks: clocks_of(r, street, order).await?, order: standing };
        if let Some(of_run) = held.clocks.runs.iter().find(|one| one.id == run) {
            let gone = gone(of_run, &held, books, now)?;
            // What stands still, or ended, is taken up once so that it is not looked at again too soon.
            if gone.level > 0 || gone.look_at.is_none_or(|at| at > now) {
                due.push((order, run));
            }
        }
    }
    Ok(due)
}
