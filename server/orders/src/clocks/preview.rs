//! `/orders/calendar-preview` on the wire: which open deadlines a notice would move, before it is published.

use std::collections::HashMap;

use axum::extract::State;
use platform::{App, Call, Error, Json, Millis, Read, Text, Thing};
use serde::{Deserialize, Serialize};
use store::{row, sql, vals};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use worktime::{Notice, NoticeDay};

use crate::books::{Books, books};
use crate::clock::{ClockPause, ClockRun, Reckoning};
use crate::order::OrderId;
use crate::timing::Clocks;
use crate::words::{ClockKind, State as Standing};

sql! {
    PAGE = "SELECT id, number, queue_at FROM orders WHERE street_id = $1 AND state = $2
            AND (queue_at > $3 OR (queue_at = $3 AND id > $4)) ORDER BY queue_at, id LIMIT 500";
    RUNS: ClockRun = "WHERE street_id = $1 AND stopped_at IS NULL AND order_id IN (SELECT id FROM orders
        WHERE street_id = $1 AND state = $2 AND (queue_at > $3 OR (queue_at = $3 AND id > $4)) ORDER BY queue_at, id LIMIT 500)
        ORDER BY id LIMIT 100000";
    PAUSES: ClockPause = "WHERE street_id = $1 AND order_id IN (SELECT id FROM orders
        WHERE street_id = $1 AND state = $2 AND (queue_at > $3 OR (queue_at = $3 AND id > $4)) ORDER BY queue_at, id LIMIT 500)
        ORDER BY id LIMIT 100000";
}

/// The most moved deadlines that are listed; all are counted.
const LISTED: usize = 500;

row! {
    struct Open { id: i64, number: String, queue_at: Millis }
}

/// A year's holiday notice, as it would be published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewIn {
    year: i16,
    #[schema(value_type = Vec<serde_json::Value>)]
    days: Vec<NoticeDay>,
}

/// A deadline that would move.
#[derive(Debug, Serialize, ToSchema)]
struct MovedOut {
    order: OrderId,
    number: String,
    clock: ClockKind,
    due_before: Millis,
    due_after: Millis,
}

/// What a notice would do to open deadlines.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewOut {
    /// Up to 500 that would move, those due first before the others.
    moved: Vec<MovedOut>,
    moved_total: usize,
    unchanged: usize,
    total: usize,
}

/// Shows which open deadlines a holiday notice would move, and keeps nothing.
#[utoipa::path(post, path = "/orders/calendar-preview", tag = "orders", request_body = PreviewIn,
    responses((status = 200, body = PreviewOut)))]
async fn preview(
    State(app): State<App>,
    call: Call,
    Json(body): Json<PreviewIn>,
) -> Result<Json<PreviewOut>, Error> {
    let now = app.clock().now();
    app.policy().require(call.caller()?, "catalogue:edit", &Thing::at(app.district()), now)?;
    let books = books(&app).await?;
    let calendar = books.catalogue.calendar_with(Notice { year: body.year, days: body.days })?;
    if calendar.version() == books.catalogue.calendar().version() {
        return Err(Error::conflict(Text::new("与现行放假安排相同", "this is the arrangement in force")));
    }
    let streets = books.areas.streets().to_vec();
    let open = app.read(move |r| async move { open_runs(&r, &streets).await }).await?;
    let out = app.heavy(move |_| compare(&books, &calendar, open)).await??;
    Ok(Json(out))
}

/// Every open run of the district with its pauses and the number of its order.
async fn open_runs(r: &Read, streets: &[i64]) -> Result<(Clocks, HashMap<i64, String>), Error> {
    let (mut clocks, mut numbers) = (Clocks::default(), HashMap::new());
    for street in streets {
        for state in Standing::OPEN {
            let mut after = (Millis(i64::MIN), 0);
            loop {
                let values = vals![*street, *state, after.0, after.1];
                let page: Vec<Open> = r.query(&PAGE, &values).await?;
                let Some(last) = page.last() else { break };
                clocks.runs.extend(r.query::<ClockRun>(&RUNS, &values).await?);
                clocks.pauses.extend(r.query::<ClockPause>(&PAUSES, &values).await?);
                after = (last.queue_at, last.id);
                numbers.extend(page.into_iter().map(|open| (open.id, open.number)));
            }
        }
    }
    Ok((clocks, numbers))
}

fn compare(
    books: &Books,
    calendar: &worktime::Calendar,
    (mut clocks, numbers): (Clocks, HashMap<i64, String>),
) -> Result<PreviewOut, Error> {
    let by = Reckoning { calendar, ..books.reckoning()? };
    let mut pauses: HashMap<i64, Vec<ClockPause>> = HashMap::new();
    for pause in clocks.pauses.drain(..) {
        pauses.entry(pause.clock_id).or_default().push(pause);
    }
    let (total, mut moved) = (clocks.runs.len(), Vec::new());
    for run in clocks.runs {
        let own = pauses.remove(&run.id).unwrap_or_default();
        let mut one = Clocks { runs: vec![run.clone()], pauses: own, ..Clocks::default() };
        one.recount(run.id, by)?;
        let due_after = one.runs.first().map_or(run.due_at, |run| run.due_at);
        if due_after != run.due_at {
            moved.push(MovedOut {
                order: OrderId::new(run.street_id, run.order_id),
                number: numbers.get(&run.order_id).cloned().unwrap_or_default(),
                clock: run.clock,
                due_before: run.due_at,
                due_after,
            });
        }
    }
    moved.sort_by_key(|one| (one.due_before, one.order.id));
    let moved_total = moved.len();
    moved.truncate(LISTED);
    Ok(PreviewOut { moved, moved_total, unchanged: total - moved_total, total })
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview))
}
