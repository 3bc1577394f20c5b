//! A calendar came out: open deadlines are counted anew, and each that moves keeps in the history by what and from when.

use platform::jobs::Job;
use platform::{App, Call, Error, Millis, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::books::{Books, books};
use crate::clock::Change;
use crate::clocks::mark::{Held, Said, mark};
use crate::order::{Order, OrderId};
use crate::take_step::write;
use crate::words::{Act, State};

table! {
    /// One deadline that a calendar moved.
    pub(crate) struct DeadlineChange in "deadline_changes" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub clock_id: i64,
        pub calendar_before: String,
        pub calendar_after: String,
        pub due_before: Millis,
        pub due_after: Millis,
        pub at: Millis,
    }
}

sql! {
    OF_ORDER: DeadlineChange = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
    /// Open orders with a run that another calendar counted.
    STALE = "SELECT DISTINCT o.id FROM orders AS o JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id
        WHERE o.street_id = $1 AND o.state = $2 AND c.stopped_at IS NULL AND c.calendar <> $3 ORDER BY o.id LIMIT 1000000";
}

/// How many orders are counted anew in one transaction.
const TOGETHER: usize = 100;

/// The deadlines of an order that calendars moved, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn changes_of(r: &Tx, order: &Order) -> Result<Vec<DeadlineChange>, Error> {
    Ok(r.query(&OF_ORDER, &vals![order.street_id, order.id]).await?)
}

/// Counts every open deadline anew that another calendar counted. Doing it twice changes nothing more.
///
/// # Errors
/// What the store answers; the job is tried again and goes on where it was.
pub(crate) async fn work(app: App, _: Job) -> Result<(), Error> {
    let (books, call) = (books(&app).await?, Call::program("recalendar"));
    let version = books.reckoning()?.calendar.version().to_owned();
    for street in books.areas.streets() {
        for state in State::OPEN {
            let values = vals![*street, *state, version.as_str()];
            let stale =
                app.read(move |r| async move { Ok(r.query::<(i64,)>(&STALE, &values).await?) }).await?;
            for some in stale.chunks(TOGETHER) {
                let (some, books, street) = (some.to_vec(), books.clone(), *street);
                let counted = app.write(&call, street, move |w| async move {
                    let mut moved = 0;
                    for (order,) in &some {
                        moved += Box::pin(recount(&w, &books, OrderId::new(street, *order))).await?;
                    }
                    let version = books.reckoning()?.calendar.version();
                    w.record("order:recalendar", version, json!({ "orders": some.len(), "moved": moved }));
                    Ok(())
                });
                counted.await?;
            }
        }
    }
    Ok(())
}

/// Counts one order's open runs anew; answers how many moved.
async fn recount(w: &Write, books: &Books, id: OrderId) -> Result<i64, Error> {
    let held = Held::of(w, id).await?;
    let (by, mut after) = (books.reckoning()?, held.clone());
    let version = by.calendar.version();
    let stale = held.clocks.runs.iter().filter(|run| run.stopped_at.is_none() && run.calendar != version);
    let (mut moved, mut said, mut changes) = (0, Vec::new(), Vec::new());
    for run in stale {
        let Some(Change::Set(new)) = after.clocks.recount(run.id, by)? else { continue };
        if new.due_at != run.due_at {
            let row = DeadlineChange {
                street_id: run.street_id,
                id: w.id(),
                order_id: run.order_id,
                clock_id: run.id,
                calendar_before: run.calendar.clone(),
                calendar_after: new.calendar.clone(),
                due_before: run.due_at,
                due_after: new.due_at,
                at: w.now(),
            };
            w.insert(&row).await?;
            said.push(Said::of(Act::Recalendar, platform::ids::encode(row.street_id, row.id), None));
            moved += 1;
        }
        changes.push(Change::Set(new));
    }
    if moved == 0 {
        for change in &changes {
            write(w, change).await?;
        }
        return Ok(0);
    }
    after.order.clock_notes += moved;
    mark(w, &held, after, &changes, &said).await?;
    Ok(moved)
}
