//! `/orders/{id}/requests` and `/requests` on the wire: asking the street, and deciding.

use std::collections::HashMap;

use axum::extract::State;
use platform::policy::Scope;
use platform::{App, Call, Error, Json, List, Page, Path, Query, Read};
use serde::Deserialize;
use store::{sql, vals};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Tagged;
use crate::books::books;
use crate::clocks::ask::{Asked, ask, endorse};
use crate::clocks::decision::settle;
use crate::clocks::pausing::resume;
use crate::clocks::request::Request;
use crate::clocks::wire::{DecisionIn, NoteIn, RequestId, RequestIn, RequestRowOut};
use crate::dispatch::{must_see, shown};
use crate::order::{Order, OrderId};
use crate::present::Presenter;
use crate::wire::OrderOut;

sql! {
    PENDING: Request = "WHERE street_id = $1 AND decided_at IS NULL AND id > $2 AND (area BETWEEN $3 AND $4 OR area = $5)
        AND (organisation_id = $6 OR $6 = 0) ORDER BY id LIMIT $7";
    DECIDED: Request = "WHERE street_id = $1 AND decided_at IS NOT NULL
        AND (decided_at < $8 OR (decided_at = $8 AND id < $2)) AND (area BETWEEN $3 AND $4 OR area = $5)
        AND (organisation_id = $6 OR $6 = 0) ORDER BY decided_at DESC, id DESC LIMIT $7";
    /// The orders of requests between two ids.
    ORDERS: Order = "WHERE street_id = $1 AND id IN (SELECT order_id FROM order_requests
        WHERE street_id = $1 AND id BETWEEN $2 AND $3) LIMIT 1000";
    ORDER: Order = "WHERE street_id = $1 AND id = $2 LIMIT 1";
}

/// Which requests a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RequestView {
    /// The oldest first.
    #[default]
    Pending,
    /// The newest decision first.
    Decided,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RequestQuery {
    #[serde(default)]
    #[param(inline)]
    view: RequestView,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// Asks for a pause, more time, leave to park, or an exemption.
#[utoipa::path(post, path = "/orders/{id}/requests", tag = "orders", params(("id" = String, Path)),
    request_body = RequestIn, responses((status = 200, body = OrderOut)))]
async fn make(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<RequestIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let books = books(&app).await?;
    let asked = Asked {
        kind: body.kind,
        reason: body.reason.clone(),
        basis: body.basis.clone(),
        pause_kind: body.pause_kind.clone(),
        until: body.until,
        files: body.files.clone(),
    };
    let acted = app
        .once(&call, id.street, &body, move |w| async move { ask(&w, &books, id, asked).await.map(|_| ()) });
    shown(&app, &call, id, acted.await).await
}

/// Endorses what a handler of the unit asks for.
#[utoipa::path(post, path = "/orders/{id}/requests/{request}/endorse", tag = "orders",
    params(("id" = String, Path), ("request" = String, Path)), request_body = NoteIn,
    responses((status = 200, body = OrderOut)))]
async fn back(
    State(app): State<App>,
    call: Call,
    Path((id, request)): Path<(OrderId, RequestId)>,
    Json(body): Json<NoteIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let note = body.note.clone();
    let acted =
        app.once(
            &call,
            id.street,
            &body,
            move |w| async move { endorse(&w, id, request, note.as_deref()).await },
        );
    shown(&app, &call, id, acted.await).await
}

/// Approves or refuses a request.
#[utoipa::path(post, path = "/orders/{id}/requests/{request}/decision", tag = "orders",
    params(("id" = String, Path), ("request" = String, Path)), request_body = DecisionIn,
    responses((status = 200, body = OrderOut)))]
async fn decided(
    State(app): State<App>,
    call: Call,
    Path((id, request)): Path<(OrderId, RequestId)>,
    Json(body): Json<DecisionIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let books = books(&app).await?;
    let (approve, note) = (body.approve, body.note.clone());
    let acted = app.once(&call, id.street, &body, move |w| async move {
        settle(&w, &books, id, request, (approve, note.as_deref())).await
    });
    shown(&app, &call, id, acted.await).await
}

/// Ends a pause that was granted.
#[utoipa::path(post, path = "/orders/{id}/resume", tag = "orders", params(("id" = String, Path)),
    request_body = NoteIn, responses((status = 200, body = OrderOut)))]
async fn go_on(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<NoteIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let (books, note) = (books(&app).await?, body.note.clone());
    let acted = app
        .once(&call, id.street, &body, move |w| async move { resume(&w, &books, id, note.as_deref()).await });
    shown(&app, &call, id, acted.await).await
}

/// Lists requests: all of the street's for whoever decides, the own unit's for its head.
#[utoipa::path(get, path = "/requests", tag = "orders", params(RequestQuery),
    responses((status = 200, body = List<RequestRowOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<RequestQuery>,
) -> Result<Json<List<RequestRowOut>>, Error> {
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let page = Page { cursor: asked.cursor, limit: asked.limit };
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    let is_pending = asked.view == RequestView::Pending;
    let list = app.read(move |r| async move {
        let decides = with.app.policy().scope(&with.caller, "order:decide", with.now);
        let scope = match decides.is_empty {
            true => with.app.policy().scope(&with.caller, "order:endorse", with.now),
            false => decides,
        };
        let streets = with.books.areas.streets().to_vec();
        let after: Option<(i64, i64)> = page.after()?;
        let rows = rows(&r, &streets, &scope, (is_pending, after), page.limit() + 1).await?;
        let wire = |(row, order): (Request, Order)| RequestRowOut {
            request: with.request(&row),
            order: with.row(order),
        };
        List::cut(rows, &page, r.now(), |(row, _)| (row.decided_at.map_or(0, |at| at.0), row.id), wire)
    });
    Ok(Json(list.await?))
}

async fn rows(
    r: &Read,
    streets: &[i64],
    scope: &Scope,
    (is_pending, after): (bool, Option<(i64, i64)>),
    limit: i64,
) -> Result<Vec<(Request, Order)>, Error> {
    if scope.is_empty {
        return Ok(Vec::new());
    }
    let within = |street: &&i64| {
        scope.street.is_none_or(|own| own == **street)
            && scope.district.is_none_or(|own| own == **street / 1000)
    };
    let mut rows: Vec<Request> = Vec::new();
    for street in streets.iter().filter(within) {
        let (at, id) = after.unwrap_or(if is_pending { (0, 0) } else { (i64::MAX, i64::MAX) });
        let unit = scope.organisation.unwrap_or(0);
        let mut values = vals![*street, id, scope.low, scope.high, scope.exact, unit, limit].to_vec();
        if !is_pending {
            values.extend(vals![at]);
        }
        rows.extend(r.query::<Request>(if is_pending { &PENDING } else { &DECIDED }, &values).await?);
    }
    match is_pending {
        true => rows.sort_by_key(|row| row.id),
        false => rows.sort_by_key(|row| std::cmp::Reverse((row.decided_at, row.id))),
    }
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut orders: HashMap<(i64, i64), Order> = HashMap::new();
    for street in streets {
        let ids = || rows.iter().filter(|row| row.street_id == *street).map(|row| row.id);
        let (Some(first), Some(last)) = (ids().min(), ids().max()) else { continue };
        // A page of pending ones spans few; one of decided ones may not.
        for order in r.query::<Order>(&ORDERS, &vals![*street, first, last]).await? {
            orders.insert((order.street_id, order.id), order);
        }
    }
    let mut paired = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.street_id, row.order_id);
        let order = match orders.get(&key) {
            Some(order) => Some(order.clone()),
            None => r.opt(&ORDER, &vals![key.0, key.1]).await?,
        };
        paired.extend(order.map(|order| (row, order)));
    }
    Ok(paired)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(make))
        .routes(routes!(back))
        .routes(routes!(decided))
        .routes(routes!(go_on))
        .routes(routes!(list))
}
