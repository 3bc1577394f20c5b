//! `/public/mine/corrections` on the wire, and questions about looks.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Error, Json, Millis, Path};
use registry::correction::{Matter, wish};
use registry::look::LookId;
use registry::myself::look;
use registry::survive::Field;
use registry::{Correction, Resident, Wish};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asks::{MineCorrection, all, correction, due, question};
use super::me::Me;

/// A value that is wrong.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MineCorrectionIn {
    field: Field,
    /// The value that would be right.
    value: String,
    /// Why, and what proves it.
    reason: String,
}

/// What a resident does not understand about a look.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MineQuestionIn {
    text: String,
}

/// Everything that was asked, the newest first.
#[derive(Serialize, ToSchema)]
struct MineCorrections {
    items: Vec<MineCorrection>,
    now: Millis,
}

/// Shows residents what they asked and what was answered.
#[utoipa::path(get, path = "/public/mine/corrections", tag = "mine",
    params(("Wangge-Resident" = String, Header, description = "the pass")),
    responses((status = 200, body = MineCorrections)))]
async fn list(State(app): State<App>, me: Me) -> Result<Json<MineCorrections>, Error> {
    Ok(Json(MineCorrections { items: all(&app, &me).await?, now: app.clock().now() }))
}

/// Asks that a value be corrected; it is answered within fifteen working days.
#[utoipa::path(post, path = "/public/mine/corrections", tag = "mine", request_body = MineCorrectionIn,
    params(("Wangge-Resident" = String, Header, description = "the pass")),
    responses((status = 201, body = MineCorrection)))]
async fn correct(
    State(app): State<App>,
    me: Me,
    Json(body): Json<MineCorrectionIn>,
) -> Result<(StatusCode, Json<MineCorrection>), Error> {
    let wish = correction(body.field, &body.value, &body.reason)?;
    let resident = me.resident.clone();
    taken(&app, &me, resident, Matter::Value(body.field), wish, &body).await
}

/// Asks the steward about a look; it is answered within fifteen working days.
#[utoipa::path(post, path = "/public/mine/looks/{id}/question", tag = "mine", request_body = MineQuestionIn,
    params(("id" = String, Path), ("Wangge-Resident" = String, Header, description = "the pass")),
    responses((status = 201, body = MineCorrection)))]
async fn ask(
    State(app): State<App>,
    me: Me,
    Path(id): Path<LookId>,
    Json(body): Json<MineQuestionIn>,
) -> Result<(StatusCode, Json<MineCorrection>), Error> {
    let wish = question(&body.text)?;
    let selves = me.selves.clone();
    // Whoever looked answers, in the street where it was: there the resident may be another row.
    let found = app.read(move |r| async move {
        let row = look(&r, &selves, (id.street, id.id), r.now()).await?;
        let resident: Option<Resident> = r.find(&vals![row.street_id, row.resident_id]).await?;
        Ok((row, resident.ok_or(Error::Missing("look"))?))
    });
    let (row, resident) = found.await?;
    taken(&app, &me, resident, Matter::Look(Box::new(row)), wish, &body).await
}

async fn taken(
    app: &App,
    me: &Me,
    resident: Resident,
    matter: Matter,
    wished: Wish,
    body: &impl Serialize,
) -> Result<(StatusCode, Json<MineCorrection>), Error> {
    let due_at = due(&app.snapshot().await?, app.clock().now())?;
    let street = resident.street_id;
    // Whose it is belongs to what was asked: no visitor has a name of their own in the key.
    let whose = (resident.wire_id(), body);
    let asked = app.once(&me.call, street, &whose, move |w| async move {
        wish(&w, &resident, matter, &wished, due_at).await.map(|asked| asked.id)
    });
    let id = asked.await?;
    let found =
        app.read(move |r| async move { Ok((r.find::<Correction>(&vals![street, id]).await?, r.now())) });
    let (asked, now) = found.await?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let out = MineCorrection::of(app, &staff, &asked.ok_or(Error::Missing("correction"))?, now)?;
    Ok((StatusCode::CREATED, Json(out)))
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, correct)).routes(routes!(ask))
}
