//! Walking all orders of a span, as a job when there are many.

use std::collections::HashMap;

use catalogue::Draft;
use platform::ids::first_at;
use platform::jobs::Job;
use platform::{App, Error, Millis, PostKind, Read, wire_id};
use store::{sql, table, vals};
use workflow::CheckedFlow;

use super::group::{Groups, ReplayGroup};
use super::walk::Guide;
use crate::books::books;
use crate::order::Order;
use crate::step::Step;

wire_id!(
    /// A replay on the wire.
    ReplayId, "rpl"
);

/// The job that walks many orders.
pub(crate) const KIND: &str = "orders:flow-replay";
/// Orders that are walked while the caller waits.
pub(super) const AT_ONCE: i64 = 2_000;
/// Orders that are read together.
const PAGE: i64 = 200;
/// Steps, and pictures' counts, that the orders of a page have at most.
const STEPS: i64 = 40_000;

table! {
    /// One replay of a span of orders through a draft.
    pub(super) struct Replay in "flow_replays" key 1 {
        pub id: i64,
        pub draft_id: i64,
        /// The version of the draft that was walked through.
        pub draft_version: i64,
        pub from_at: Millis,
        pub to_at: Millis,
        pub total: i64,
        pub walked: i64,
        /// The result, once it is there.
        pub body: Option<String>,
        pub asked_at: Millis,
        pub asked_by: Option<i64>,
        pub done_at: Option<Millis>,
    }
}

sql! {
    HOW_MANY = "SELECT COUNT(*) FROM orders WHERE street_id = $1 AND id >= $2 AND id < $3 AND flow = $4";
    ORDERS_BETWEEN: Order = "WHERE street_id = $1 AND id >= $2 AND id < $3 AND flow = $4 ORDER BY id LIMIT $5";
    STEPS_BETWEEN: Step = "WHERE street_id = $1 AND order_id >= $2 AND order_id <= $3 ORDER BY order_id, id LIMIT $4";
    FILES_BETWEEN = "SELECT step_id, COUNT(*) FROM order_files
        WHERE street_id = $1 AND order_id >= $2 AND order_id <= $3 GROUP BY step_id LIMIT $4";
    POST_KINDS = "SELECT id, kind FROM posts ORDER BY id LIMIT 1000000";
    WALKED = "UPDATE flow_replays SET walked = $2 WHERE id = $1";
    DONE = "UPDATE flow_replays SET walked = $2, body = $3, done_at = $4 WHERE id = $1";
}

/// What came out of a replay.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Outcome {
    pub differing: usize,
    pub groups: Vec<ReplayGroup>,
}

/// The orders of one page with what belongs to them.
struct PageOf {
    orders: Vec<Order>,
    steps: HashMap<i64, Vec<Step>>,
    files: HashMap<i64, i64>,
}

/// How many orders of a flow were reported in a span.
///
/// # Errors
/// What the store answers.
pub(super) async fn how_many(
    r: &Read,
    streets: &[i64],
    flow: &str,
    from: Millis,
    to: Millis,
) -> Result<i64, Error> {
    let mut all = 0;
    for street in streets {
        let values = vals![*street, first_at(from), first_at(to), flow];
        let (found,): (i64,) = r.one(&HOW_MANY, &values).await?;
        all += found;
    }
    Ok(all)
}

/// Walks the orders of a replay and writes down what came out.
///
/// # Errors
/// What the store answers; [`Error::Missing`] when the draft is no longer worked on, [`Error::Conflict`] when it does not
/// pass its check any more.
pub(super) async fn run(app: &App, replay: &Replay) -> Result<(), Error> {
    let draft_id = catalogue::DraftId::shared(replay.draft_id);
    let draft: Draft = app.read(move |r| async move { catalogue::get_draft(&r, draft_id).await }).await?;
    let checked = checked(app, &draft)?;
    let books = books(app).await?;
    let kinds: Vec<(i64, PostKind)> =
        app.read(|r| async move { Ok(r.query(&POST_KINDS, &[]).await?) }).await?;
    let streets = books.areas.streets().to_vec();
    let flow = draft.flow_key.clone();
    let before = books.catalogue.newest_flow(&flow).ok_or(Error::Missing("flow"))?.clone();
    let guide = std::sync::Arc::new(Guide::new(app, books, checked, kinds.into_iter().collect()));
    let (mut groups, mut walked) = (Groups::default(), 0);
    let last = first_at(replay.to_at);
    for street in streets {
        let mut next = first_at(replay.from_at);
        loop {
            let key = flow.clone();
            let page = app.read(move |r| async move { page(&r, street, next, last, &key).await }).await?;
            let Some(end) = page.orders.last().map(|order| order.id) else { break };
            next = end + 1;
            walked += i64::try_from(page.orders.len()).map_err(Error::internal)?;
            let (with, so_far) = (guide.clone(), groups);
            groups = app.heavy(move |_| walk(&with, page, so_far)).await??;
            tell(app, replay.id, walked).await?;
        }
    }
    let differing = groups.differing;
    let outcome = Outcome { differing, groups: groups.told(before.flow(), guide.draft.flow()) };
    let body = serde_json::to_string(&outcome).map_err(Error::internal)?;
    let (id, now) = (replay.id, app.clock().now());
    let done =
        app.store().write(move |tx| async move { tx.exec(&DONE, &vals![id, walked, body, now]).await });
    done.await.map(drop).map_err(Error::from)
}

/// The draft as a flow that decides.
///
/// # Errors
/// [`Error::Conflict`] while something is wrong with it.
pub(super) fn checked(app: &App, draft: &Draft) -> Result<CheckedFlow, Error> {
    let wrong = |_| {
        Error::conflict(platform::Text::new(
            "草稿尚未通过检查，不能重演",
            "something is wrong with the draft; it cannot be walked through",
        ))
    };
    draft.flow()?.check(|right| app.policy().is_held(right)).map_err(wrong)
}

async fn page(r: &Read, street: i64, from: i64, to: i64, flow: &str) -> Result<PageOf, Error> {
    let orders: Vec<Order> = r.query(&ORDERS_BETWEEN, &vals![street, from, to, flow, PAGE]).await?;
    let (Some(first), Some(last)) = (orders.first(), orders.last()) else {
        return Ok(PageOf { orders, steps: HashMap::new(), files: HashMap::new() });
    };
    let bounds = vals![street, first.id, last.id, STEPS];
    let found: Vec<Step> = r.query(&STEPS_BETWEEN, &bounds).await?;
    let files: Vec<(i64, i64)> = r.query(&FILES_BETWEEN, &bounds).await?;
    if [found.len(), files.len()].into_iter().any(|rows| i64::try_from(rows).is_ok_and(|rows| rows >= STEPS))
    {
        return Err(Error::internal("the orders of a page have more steps than are read"));
    }
    let mut steps: HashMap<i64, Vec<Step>> = HashMap::new();
    for step in found {
        steps.entry(step.order_id).or_default().push(step);
    }
    Ok(PageOf { orders, steps, files: files.into_iter().collect() })
}

fn walk(guide: &Guide, page: PageOf, mut groups: Groups) -> Result<Groups, Error> {
    for order in &page.orders {
        let steps = page.steps.get(&order.id).map_or(&[][..], Vec::as_slice);
        groups.add(order, guide.walk(order, steps, &page.files)?);
    }
    Ok(groups)
}

async fn tell(app: &App, id: i64, walked: i64) -> Result<(), Error> {
    let told = app.store().write(move |tx| async move { tx.exec(&WALKED, &vals![id, walked]).await });
    told.await.map(drop).map_err(Error::from)
}

/// The job: walks a replay that was left for later.
///
/// # Errors
/// As [`run`].
pub(crate) async fn work(app: App, job: Job) -> Result<(), Error> {
    let id: i64 = serde_json::from_str(&job.body).map_err(Error::internal)?;
    let replay: Option<Replay> = app.read(move |r| async move { Ok(r.find(&vals![id]).await?) }).await?;
    match replay.filter(|replay| replay.done_at.is_none()) {
        // The draft may have been dropped meanwhile: then nobody waits for the answer.
        Some(replay) => match run(&app, &replay).await {
            Err(Error::Missing(_) | Error::Conflict { .. }) => Ok(()),
            other => other,
        },
        None => Ok(()),
    }
}
