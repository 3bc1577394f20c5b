//! `/orders/{id}/supervisions` and `/orders/{id}/escalations` on the wire.

use axum::extract::State;
use platform::{App, Call, Error, Json, Path};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Tagged;
use crate::clocks::escalation::acknowledge;
use crate::clocks::supervision::{lift, reply, supervise};
use crate::clocks::wire::{EscalationId, NoteIn, ReplyIn, SupervisionId, SupervisionIn};
use crate::dispatch::{must_see, shown};
use crate::order::OrderId;
use crate::wire::OrderOut;

/// Supervises an order: the unit answers by a time.
#[utoipa::path(post, path = "/orders/{id}/supervisions", tag = "orders", params(("id" = String, Path)),
    request_body = SupervisionIn, responses((status = 200, body = OrderOut)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<SupervisionIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let (text, by) = (body.text.clone(), body.reply_by);
    let acted = app.once(&call, id.street, &body, move |w| async move { supervise(&w, id, &text, by).await });
    shown(&app, &call, id, acted.await).await
}

/// Answers a supervision.
#[utoipa::path(post, path = "/orders/{id}/supervisions/{supervision}/reply", tag = "orders",
    params(("id" = String, Path), ("supervision" = String, Path)), request_body = ReplyIn,
    responses((status = 200, body = OrderOut)))]
async fn answer(
    State(app): State<App>,
    call: Call,
    Path((id, supervision)): Path<(OrderId, SupervisionId)>,
    Json(body): Json<ReplyIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let text = body.text.clone();
    let acted =
        app.once(&call, id.street, &body, move |w| async move { reply(&w, id, supervision, &text).await });
    shown(&app, &call, id, acted.await).await
}

/// Ends a supervision.
#[utoipa::path(post, path = "/orders/{id}/supervisions/{supervision}/lift", tag = "orders",
    params(("id" = String, Path), ("supervision" = String, Path)), request_body = NoteIn,
    responses((status = 200, body = OrderOut)))]
async fn end(
    State(app): State<App>,
    call: Call,
    Path((id, supervision)): Path<(OrderId, SupervisionId)>,
    Json(body): Json<NoteIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let note = body.note.clone();
    let acted = app.once(&call, id.street, &body, move |w| async move {
        lift(&w, id, supervision, note.as_deref()).await
    });
    shown(&app, &call, id, acted.await).await
}

/// Says that whoever was told of a late order knows.
#[utoipa::path(post, path = "/orders/{id}/escalations/{escalation}/acknowledge", tag = "orders",
    params(("id" = String, Path), ("escalation" = String, Path)), responses((status = 200, body = OrderOut)))]
async fn known(
    State(app): State<App>,
    call: Call,
    Path((id, escalation)): Path<(OrderId, EscalationId)>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let acted =
        app.once(&call, id.street, &(), move |w| async move { acknowledge(&w, id, escalation).await });
    shown(&app, &call, id, acted.await).await
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(answer))
        .routes(routes!(end))
        .routes(routes!(known))
}
