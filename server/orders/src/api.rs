//! `/orders` on the wire: lists, one order, what hangs on it.

use std::collections::BTreeMap;

use areas::Position;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use platform::files::Size;
use platform::{
    App, AreaCode, Call, Error, FieldProblem, FileId, Json, List, Millis, Path, PostKind, Query, Text,
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::books::books;
use crate::contact::Contact;
use crate::detail::{order_after, order_for};
use crate::inbox::Inbox;
use crate::lists::{counted, listed};
use crate::order::{Order, OrderId};
use crate::query::{file_of, get_visible};
use crate::report::{NewOrder, draft};
use crate::view::ListQuery;
use crate::wire::{OrderIn, OrderOut, OrderPoint, OrderRowOut, Points};
use crate::words::Source;
use crate::{clocks, dispatch, follow_api, guess, intake, paper_api, replay, step_api};

/// What a report remembers of itself for a second click.
#[derive(Serialize, Deserialize)]
struct Filed {
    id: OrderId,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct FileQuery {
    /// `thumb` or `full`.
    #[serde(default)]
    size: Option<String>,
}

pub(crate) type Tagged = ([(header::HeaderName, String); 1], Json<OrderOut>);

/// An order with its version as its tag.
pub(crate) fn tagged(order: OrderOut) -> Tagged {
    ([(header::ETAG, format!("\"{}\"", order.row.version))], Json(order))
}

/// Lists orders that the post in use may read.
#[utoipa::path(get, path = "/orders", tag = "orders", params(ListQuery),
    responses((status = 200, body = List<OrderRowOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<ListQuery>,
) -> Result<Json<List<OrderRowOut>>, Error> {
    Ok(Json(listed(&app, &call, asked).await?))
}

/// Counts what each view holds.
#[utoipa::path(get, path = "/orders/counts", tag = "orders", params(ListQuery),
    responses((status = 200, body = BTreeMap<String, i64>)))]
async fn counts(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<ListQuery>,
) -> Result<Json<BTreeMap<&'static str, i64>>, Error> {
    Ok(Json(counted(&app, &call, &asked).await?))
}

/// Lists orders as points of a map, at most 10,000.
#[utoipa::path(get, path = "/orders/points", tag = "orders", params(ListQuery),
    responses((status = 200, body = Points)))]
async fn points(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<ListQuery>,
) -> Result<Json<Points>, Error> {
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let inbox = Inbox::of(&app, &books, &caller, &asked)?;
    let (orders, now) = app.read(move |r| async move { Ok((inbox.points(&r).await?, r.now())) }).await?;
    let items = orders.iter().filter_map(|order| point(order, now)).collect();
    Ok(Json(Points { items }))
}

fn point(order: &Order, now: Millis) -> Option<OrderPoint> {
    let (lon, lat) = order.lon.zip(order.lat)?;
    Some(OrderPoint { id: order.wire_id(), lon, lat, state: order.state, light: order.light(now) })
}

/// Shows one order, and what the post in use may do to it.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = String, Path)),
    responses((status = 200, body = OrderOut)))]
async fn show(State(app): State<App>, call: Call, Path(id): Path<OrderId>) -> Result<Tagged, Error> {
    Ok(tagged(order_for(&app, &call, id).await?))
}

/// Takes a report in.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = OrderIn,
    responses((status = 201, body = OrderOut)))]
async fn report(
    State(app): State<App>,
    call: Call,
    Json(body): Json<OrderIn>,
) -> Result<(StatusCode, Tagged), Error> {
    let books = books(&app).await?;
    let street = call.caller()?.post.street();
    let drafted = new_order(&call, &body).and_then(|new| draft(&app, &books, &call, app.clock().now(), new));
    let street = drafted.as_ref().map_or(street, crate::report::Draft::street);
    let filed = app.once(&call, street, &body, move |w| async move {
        let order = drafted?.file(&w).await?;
        Ok(Filed { id: order.wire_id() })
    });
    let Filed { id } = filed.await?;
    Ok((StatusCode::CREATED, tagged(order_after(&app, &call, books, id, None).await?)))
}

fn new_order(call: &Call, body: &OrderIn) -> Result<NewOrder, Error> {
    let mut problems = Vec::new();
    let position = body.point.map(|(lon, lat)| Position::new(lon, lat)).transpose();
    let position = position.map_err(|error| {
        problems.push(FieldProblem::new("point", Text::owned(error.zh(), error.to_string())));
    });
    let area = body.area.as_deref().map(str::parse::<AreaCode>).transpose();
    let area = area.map_err(|error| {
        problems.push(FieldProblem::new("area", Text::owned(error.zh(), error.to_string())));
    });
    let (Ok(position), Ok(area)) = (position, area) else { return Err(Error::invalid(problems)) };
    let source = match call.caller()?.post.kind {
        PostKind::GridWorker | PostKind::CommunityHead => Source::Grid,
        PostKind::Leader => Source::Leader,
        _ => Source::Desk,
    };
    let contact = body.contact.as_ref();
    Ok(NewOrder {
        source,
        class: body.class.clone(),
        position,
        area,
        address: body.address.clone(),
        description: body.description.clone(),
        urgent: body.urgent,
        files: body.files.clone(),
        contact: contact.map(|contact| Contact { name: contact.name.clone(), phone: contact.phone.clone() }),
    })
}

/// Sends a picture of an order, small or whole.
#[utoipa::path(get, path = "/orders/{id}/files/{file}", tag = "orders",
    params(("id" = String, Path), ("file" = String, Path), FileQuery),
    responses((status = 200, description = "the picture", content_type = "image/jpeg")))]
async fn file(
    State(app): State<App>,
    call: Call,
    Path((id, file)): Path<(OrderId, FileId)>,
    Query(asked): Query<FileQuery>,
) -> Result<impl IntoResponse, Error> {
    let size = match asked.size.as_deref() {
        None | Some("full") => Size::Full,
        Some("thumb") => Size::Thumb,
        Some(_) => {
            return Err(Error::malformed(Text::new("size 须为 thumb 或 full", "size is thumb or full")));
        }
    };
    let (asking, caller) = (app.clone(), call.caller()?.clone());
    let found = app.read(move |r| async move {
        let order = get_visible(&asking, &r, &caller, id).await?;
        file_of(&r, &order, file).await
    });
    let found = found.await?;
    let media_type = HeaderValue::from_str(&found.media_type).map_err(Error::internal)?;
    let bytes = app.heavy(move |app| app.files().read(&found.sha256, size)).await??;
    let bytes = bytes.ok_or(Error::Missing("file"))?;
    // What an id names never changes; only whoever may see it keeps it.
    let kept = HeaderValue::from_static("private, max-age=31536000, immutable");
    Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, kept)], bytes))
}

/// The address of an order's own page as a QR code, for the slip. Drawing it costs more than reading the order.
#[utoipa::path(get, path = "/orders/{id}/qr", tag = "orders", params(("id" = String, Path)),
    responses((status = 200, description = "the code", content_type = "image/svg+xml", body = String)))]
async fn code(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
) -> Result<impl IntoResponse, Error> {
    let caller = call.caller()?.clone();
    let asked = app.clone();
    let order = app.read(move |r| async move { get_visible(&asked, &r, &caller, id).await }).await?;
    let page = app.config().server.public_url.trim_end_matches('/').to_owned();
    let drawn = platform::code::qr_svg(&format!("{page}/orders/{}", order.wire_id()))?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "private, max-age=86400")], drawn))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, report))
        .routes(routes!(counts))
        .routes(routes!(points))
        .routes(routes!(show))
        .routes(routes!(code))
        .routes(routes!(file))
        .merge(step_api::router())
        .merge(follow_api::router())
        .merge(intake::router())
        .merge(paper_api::router())
        .merge(dispatch::router())
        .merge(clocks::router())
        .merge(guess::router())
        .merge(replay::router())
}
