//! What hangs on an order, on the wire: remarks, watching, whom to call.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, Json, List, Page, Path, Query, Text};
use store::vals;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::books::books;
use crate::contact::reveal;
use crate::follow::{Comment, comment, watch};
use crate::order::{Order, OrderId};
use crate::present::Presenter;
use crate::query::{comments_of, get_visible};
use crate::wire::{ByOut, CommentIn, CommentOut, RevealIn, RevealOut};

/// The shortest and the longest purpose, in characters.
const PURPOSE_CHARS: std::ops::RangeInclusive<usize> = 2..=200;

async fn order_of(app: &App, call: &Call, id: OrderId) -> Result<Order, Error> {
    let (asking, caller) = (app.clone(), call.caller()?.clone());
    app.read(move |r| async move { get_visible(&asking, &r, &caller, id).await }).await
}

fn wire(with: &Presenter, row: Comment) -> CommentOut {
    let by = with.by(row.post_id, row.post_organisation_id);
    let resident = || ByOut { title: Text::new("群众", "a resident"), organisation: None };
    CommentOut {
        id: platform::ids::encode(row.street_id, row.id),
        text: row.text,
        at: row.at,
        by: by.unwrap_or_else(resident),
    }
}

async fn presenter(app: &App, call: &Call) -> Result<Presenter, Error> {
    let (books, caller) = (books(app).await?, call.caller()?.clone());
    Ok(Presenter { now: app.clock().now(), app: app.clone(), books, caller })
}

/// Lists the remarks on an order, the oldest first.
#[utoipa::path(get, path = "/orders/{id}/comments", tag = "orders", params(("id" = String, Path), Page),
    responses((status = 200, body = List<CommentOut>)))]
async fn comments(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Query(page): Query<Page>,
) -> Result<Json<List<CommentOut>>, Error> {
    let with = presenter(&app, &call).await?;
    let list = app.read(move |r| async move {
        let order = get_visible(&with.app, &r, &with.caller, id).await?;
        let rows = comments_of(&r, &order, page.after()?.unwrap_or(0), page.limit() + 1).await?;
        List::cut(rows, &page, r.now(), |row| row.id, |row| wire(&with, row))
    });
    Ok(Json(list.await?))
}

/// Adds a remark to an order.
#[utoipa::path(post, path = "/orders/{id}/comments", tag = "orders", params(("id" = String, Path)),
    request_body = CommentIn, responses((status = 201, body = CommentOut)))]
async fn add_comment(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<CommentIn>,
) -> Result<(StatusCode, Json<CommentOut>), Error> {
    let order = order_of(&app, &call, id).await?;
    let text = body.text.clone();
    let added = app.once(&call, id.street, &body, move |w| async move {
        comment(&w, &order, &text).await.map(|comment| comment.id)
    });
    let key = vals![id.street, added.await?];
    let row: Option<Comment> = app.read(move |r| async move { Ok(r.find(&key).await?) }).await?;
    let row = row.ok_or(Error::Missing("comment"))?;
    Ok((StatusCode::CREATED, Json(wire(&presenter(&app, &call).await?, row))))
}

/// Puts an order on the caller's list.
#[utoipa::path(put, path = "/orders/{id}/watch", tag = "orders", params(("id" = String, Path)),
    responses((status = 204)))]
async fn begin_watching(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
) -> Result<StatusCode, Error> {
    let order = order_of(&app, &call, id).await?;
    app.write(&call, id.street, move |w| async move { watch(&w, &order, true).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an order off the caller's list.
#[utoipa::path(delete, path = "/orders/{id}/watch", tag = "orders", params(("id" = String, Path)),
    responses((status = 204)))]
async fn end_watching(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
) -> Result<StatusCode, Error> {
    let order = order_of(&app, &call, id).await?;
    app.write(&call, id.street, move |w| async move { watch(&w, &order, false).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows whom to call; the ledger keeps who asked and what for.
#[utoipa::path(post, path = "/orders/{id}/contact", tag = "orders", params(("id" = String, Path)),
    request_body = RevealIn, responses((status = 200, body = RevealOut)))]
async fn contact(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<RevealIn>,
) -> Result<Json<RevealOut>, Error> {
    let purpose = body.purpose.trim().to_owned();
    if !PURPOSE_CHARS.contains(&purpose.chars().count()) {
        return Err(Error::field(
            "purpose",
            Text::new("请写明查看用途（2 至 200 字）", "say what for, in 2 to 200 characters"),
        ));
    }
    let order = order_of(&app, &call, id).await?;
    let call = Call { purpose: Some(purpose), ..call };
    let shown = app.write(&call, id.street, move |w| async move { reveal(&w, &order).await }).await?;
    Ok(Json(RevealOut { name: shown.name, phone: shown.phone }))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(comments, add_comment))
        .routes(routes!(begin_watching, end_watching))
        .routes(routes!(contact))
}
