//! `/orders/{id}/obligations` and `/obligations` on the wire: who helps, and what the caller's unit owes.

use std::collections::HashMap;

use axum::extract::State;
use platform::{App, Call, Error, Json, List, Page, Path, Query, Read};
use serde::Deserialize;
use store::{sql, vals};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Tagged, tagged};
use crate::books::books;
use crate::clock::ClockRun;
use crate::detail::{order_after, with_current};
use crate::dispatch::obligation::{Obligation, assist, finish, of_unit, release, sign};
use crate::dispatch::wire::{DoneIn, ObligationId, ObligationIn, ObligationRowOut, ReleaseIn};
use crate::order::{Order, OrderId};
use crate::present::Presenter;
use crate::query::get_visible;
use crate::timing::Clocks;
use crate::view::{Bounds, ListQuery};
use crate::wire::OrderOut;

sql! {
    /// The orders and the clocks of a unit's obligations between two ids.
    ORDERS: Order = "WHERE street_id = $1 AND id IN (SELECT order_id FROM order_obligations
        WHERE street_id = $1 AND organisation_id = $2 AND id BETWEEN $3 AND $4) LIMIT 1000";
    RUNS: ClockRun = "WHERE street_id = $1 AND id IN (SELECT clock_id FROM order_obligations
        WHERE street_id = $1 AND organisation_id = $2 AND id BETWEEN $3 AND $4) LIMIT 1000";
}

/// Which obligations a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ObligationView {
    #[default]
    Open,
    /// Finished or released, the newest first.
    Done,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ObligationQuery {
    #[serde(default)]
    #[param(inline)]
    view: ObligationView,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// Whoever may not see the order learns nothing of what hangs on it.
pub(crate) async fn must_see(app: &App, call: &Call, id: OrderId) -> Result<(), Error> {
    let (asking, caller) = (app.clone(), call.caller()?.clone());
    app.read(move |r| async move { get_visible(&asking, &r, &caller, id).await }).await?;
    Ok(())
}

/// The order after an act on what hangs on it.
pub(crate) async fn shown(
    app: &App,
    call: &Call,
    id: OrderId,
    acted: Result<(), Error>,
) -> Result<Tagged, Error> {
    match acted {
        Ok(()) => Ok(tagged(order_after(app, call, books(app).await?, id, None).await?)),
        Err(error) => Err(with_current(app, call, id, error).await),
    }
}

/// Asks a unit to help.
#[utoipa::path(post, path = "/orders/{id}/obligations", tag = "orders", params(("id" = String, Path)),
    request_body = ObligationIn, responses((status = 200, body = OrderOut)))]
async fn ask(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<ObligationIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let books = books(&app).await?;
    let (unit, duty, note) = (body.organisation_id.id, body.duty_code.clone(), body.note.clone());
    let acted = app.once(&call, id.street, &body, move |w| async move {
        assist(&w, &books, id, (unit, duty.as_deref(), note.as_deref())).await.map(|_| ())
    });
    shown(&app, &call, id, acted.await).await
}

/// Signs for what the caller's unit is asked to help with.
#[utoipa::path(post, path = "/orders/{id}/obligations/{obligation}/sign", tag = "orders",
    params(("id" = String, Path), ("obligation" = String, Path)), responses((status = 200, body = OrderOut)))]
async fn take_on(
    State(app): State<App>,
    call: Call,
    Path((id, obligation)): Path<(OrderId, ObligationId)>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let acted = app.once(&call, id.street, &(), move |w| async move { sign(&w, id, obligation).await }).await;
    shown(&app, &call, id, acted).await
}

/// Reports that the caller's unit has done its part, with evidence.
#[utoipa::path(post, path = "/orders/{id}/obligations/{obligation}/done", tag = "orders",
    params(("id" = String, Path), ("obligation" = String, Path)), request_body = DoneIn,
    responses((status = 200, body = OrderOut)))]
async fn done(
    State(app): State<App>,
    call: Call,
    Path((id, obligation)): Path<(OrderId, ObligationId)>,
    Json(body): Json<DoneIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let (note, files) = (body.note.clone(), body.files.clone());
    let acted =
        app.once(
            &call,
            id.street,
            &body,
            move |w| async move { finish(&w, id, obligation, &note, &files).await },
        );
    shown(&app, &call, id, acted.await).await
}

/// Lets a unit go that need not help any more.
#[utoipa::path(post, path = "/orders/{id}/obligations/{obligation}/release", tag = "orders",
    params(("id" = String, Path), ("obligation" = String, Path)), request_body = ReleaseIn,
    responses((status = 200, body = OrderOut)))]
async fn let_go(
    State(app): State<App>,
    call: Call,
    Path((id, obligation)): Path<(OrderId, ObligationId)>,
    Json(body): Json<ReleaseIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let reason = body.reason.clone();
    let acted =
        app.once(&call, id.street, &body, move |w| async move { release(&w, id, obligation, &reason).await });
    shown(&app, &call, id, acted.await).await
}

/// Lists what the caller's unit is asked to help with.
#[utoipa::path(get, path = "/obligations", tag = "orders", params(ObligationQuery),
    responses((status = 200, body = List<ObligationRowOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<ObligationQuery>,
) -> Result<Json<List<ObligationRowOut>>, Error> {
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let bounds = Bounds::of(&app, &caller, books.areas.streets(), &ListQuery::default())?;
    let page = Page { cursor: asked.cursor, limit: asked.limit };
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    let is_open = asked.view == ObligationView::Open;
    let list = app.read(move |r| async move {
        let rows = rows(&r, bounds, is_open, page.after()?, page.limit() + 1).await?;
        let wire = |(row, order, run): (Obligation, Order, Option<ClockRun>)| {
            let clocks = Clocks { runs: run.into_iter().collect(), ..Clocks::default() };
            let obligation = with.obligation(&order, &row, &clocks, &[])?;
            Ok(ObligationRowOut { obligation, order: with.row(order) })
        };
        let list = List::cut(rows, &page, r.now(), |(row, ..)| row.id, wire)?;
        let items = list.items.into_iter().collect::<Result<Vec<_>, Error>>()?;
        Ok(List { items, next: list.next, now: list.now })
    });
    Ok(Json(list.await?))
}

/// A unit's obligations with their orders and clocks: three statements for each street, however many there are.
async fn rows(
    r: &Read,
    bounds: Option<Bounds>,
    is_open: bool,
    from: Option<i64>,
    limit: i64,
) -> Result<Vec<(Obligation, Order, Option<ClockRun>)>, Error> {
    let Some(bounds) = bounds.filter(|bounds| bounds.organisation != 0) else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for street in bounds.streets {
        let found = of_unit(r, street, bounds.organisation, is_open, from, limit).await?;
        let ids = found.iter().map(|row| row.id);
        let Some((least, most)) = ids.clone().min().zip(ids.max()) else { continue };
        let values = vals![street, bounds.organisation, least, most];
        let orders: Vec<Order> = r.query(&ORDERS, &values).await?;
        let orders: HashMap<i64, Order> = orders.into_iter().map(|order| (order.id, order)).collect();
        let runs: Vec<ClockRun> = r.query(&RUNS, &values).await?;
        let runs: HashMap<i64, ClockRun> = runs.into_iter().map(|run| (run.id, run)).collect();
        all.extend(found.into_iter().filter_map(|row| {
            let (order, run) = (orders.get(&row.order_id)?.clone(), runs.get(&row.clock_id).cloned());
            Some((row, order, run))
        }));
    }
    all.sort_by_key(|(row, ..)| if is_open { row.id } else { -row.id });
    all.truncate(usize::try_from(limit).map_err(Error::internal)?);
    Ok(all)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask))
        .routes(routes!(take_on))
        .routes(routes!(done))
        .routes(routes!(let_go))
        .routes(routes!(list))
}
