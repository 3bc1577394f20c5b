//! `/orders/{id}/attendances` on the wire: calls of stationed officers to a place.

use axum::extract::State;
use platform::{App, Call, Error, Json, Path};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Tagged;
use crate::books::books;
use crate::dispatch::attendance::{NewAttendance, acknowledge, arrive, summon};
use crate::dispatch::obligation_api::{must_see, shown};
use crate::dispatch::wire::{AttendanceId, AttendanceIn};
use crate::order::OrderId;
use crate::wire::OrderOut;

/// Calls a unit's officers to a place.
#[utoipa::path(post, path = "/orders/{id}/attendances", tag = "orders", params(("id" = String, Path)),
    request_body = AttendanceIn, responses((status = 200, body = OrderOut)))]
async fn call_in(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Json(body): Json<AttendanceIn>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let books = books(&app).await?;
    let new = NewAttendance {
        organisation: body.organisation_id.id,
        place: body.place.clone(),
        arrive_by: body.arrive_by,
        note: body.note.clone(),
    };
    let acted = app
        .once(&call, id.street, &body, move |w| async move { summon(&w, &books, id, new).await.map(|_| ()) });
    shown(&app, &call, id, acted.await).await
}

/// Says that the officers have read the call.
#[utoipa::path(post, path = "/orders/{id}/attendances/{attendance}/acknowledge", tag = "orders",
    params(("id" = String, Path), ("attendance" = String, Path)), responses((status = 200, body = OrderOut)))]
async fn acknowledged(
    State(app): State<App>,
    call: Call,
    Path((id, attendance)): Path<(OrderId, AttendanceId)>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let acted =
        app.once(&call, id.street, &(), move |w| async move { acknowledge(&w, id, attendance).await });
    shown(&app, &call, id, acted.await).await
}

/// Says that the officers are there.
#[utoipa::path(post, path = "/orders/{id}/attendances/{attendance}/arrive", tag = "orders",
    params(("id" = String, Path), ("attendance" = String, Path)), responses((status = 200, body = OrderOut)))]
async fn arrived(
    State(app): State<App>,
    call: Call,
    Path((id, attendance)): Path<(OrderId, AttendanceId)>,
) -> Result<Tagged, Error> {
    must_see(&app, &call, id).await?;
    let acted = app.once(&call, id.street, &(), move |w| async move { arrive(&w, id, attendance).await });
    shown(&app, &call, id, acted.await).await
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(call_in)).routes(routes!(acknowledged)).routes(routes!(arrived))
}
