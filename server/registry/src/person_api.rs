//! One resident on the wire: the card, where its values come from, a value in clear, whose record it is.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, Json, List, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::card::{self, Card};
use crate::kin;
use crate::look::{Asked, through};
use crate::provenance::{self, Origin};
use crate::resident::ResidentId;
use crate::reveal::{SHOWN_SECONDS, reason, reveal};
use crate::watermark::watermark;
use crate::words::Group;

/// What to show in clear, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShowIn)]
struct RevealIn {
    group: Group,
    /// 5 to 200 characters; the resident reads it.
    reason: String,
}

/// Whose record an account's is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkIn {
    username: String,
    /// Null when none is.
    #[schema(value_type = Option<String>)]
    resident: Option<ResidentId>,
}

/// Values in clear, for a minute.
#[derive(Serialize, ToSchema)]
struct Revealed {
    values: Vec<ValueOut>,
    /// Seconds after which a page hides them.
    expires_in: i64,
    /// To be laid under them.
    watermark: String,
    /// Reveals left today.
    remaining: i64,
}

#[derive(Serialize, ToSchema)]
struct ValueOut {
    /// `name`, `id_no`, `phone`, `birth_date`, `address` or `household`.
    field: String,
    value: String,
}

/// A resident's card, masked. The look is in the ledger before the card leaves, and the resident can see it.
#[utoipa::path(get, path = "/residents/{id}", tag = "registry", params(("id" = String, Path)), responses((status = 200, body = Card)))]
async fn read(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
) -> Result<Json<Card>, Error> {
    let areas = app.snapshot::<areas::Directory>().await?;
    let (with, street) = (asked.clone(), call.caller()?.post.street());
    let seen = through(&app, &call, street, move |w| async move { card::read(&w, &with, id).await }).await?;
    seen.card(&app, &areas, &asked, call.lang).map(Json)
}

/// Where each value of a resident comes from, with those that did not stand; masked.
#[utoipa::path(get, path = "/residents/{id}/provenance", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, body = List<Origin>)))]
async fn origins(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
) -> Result<Json<List<Origin>>, Error> {
    let street = call.caller()?.post.street();
    let said =
        through(&app, &call, street, move |w| async move { provenance::said(&w, &asked, id).await }).await?;
    Ok(Json(List::whole(said.origins(&app, call.lang)?, app.clock().now())))
}

/// Shows one group of fields in clear for a minute: after a step-up, with a reason, out of the day's measure.
#[utoipa::path(post, path = "/residents/{id}/reveal", tag = "registry", params(("id" = String, Path)), request_body = RevealIn,
    responses((status = 200, body = Revealed)))]
async fn show(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    Json(body): Json<RevealIn>,
) -> Result<Json<Revealed>, Error> {
    call.require_step_up(app.clock().now())?;
    let (lang, street, why) = (call.lang, call.caller()?.post.street(), reason(&body.reason)?);
    let shown = through(&app, &call, street, move |w| async move {
        let (values, remaining) = reveal(&w, &asked, id, body.group, &why).await?;
        Ok((values, remaining, watermark(&w, lang).await?))
    });
    let (values, remaining, watermark) = shown.await?;
    let values = values.into_iter().map(|one| ValueOut { field: one.field, value: one.value }).collect();
    Ok(Json(Revealed { values, expires_in: SHOWN_SECONDS, watermark, remaining }))
}

/// Says whose record an account's is, so that nobody looks up their own, and a look at those they live with is flagged.
#[utoipa::path(put, path = "/registry/staff-links", tag = "registry", request_body = LinkIn, responses((status = 204)))]
async fn link(State(app): State<App>, call: Call, Json(body): Json<LinkIn>) -> Result<StatusCode, Error> {
    let street = call.caller()?.post.street();
    let account = platform::find_by_username(&app, &body.username).await?.map(|account| account.id);
    app.write(&call, street, move |w| async move {
        kin::link(&w, account.ok_or(Error::Missing("account"))?, body.resident).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(origins))
        .routes(routes!(show))
        .routes(routes!(link))
}
