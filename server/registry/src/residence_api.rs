//! Residences on the wire: adding one, and correcting one that was told wrongly.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, Json, Path};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::days::{day, past_day};
use crate::look::{self, Asked};
use crate::place::DwellingId;
use crate::register::reason_of;
use crate::residence::{Residence, ResidenceId};
use crate::resident::{OPEN, ResidentId};
use crate::resident_api::ResidentStamp;
use crate::stay::{Corrected, NewResidence, correct_residence, from_today, reside};
use crate::words::{Group, How, ResidenceKind};

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResidenceIn {
    dwelling: DwellingId,
    kind: ResidenceKind,
    /// The first day, `YYYY-MM-DD`; today when absent.
    from: Option<String>,
    /// The day after the last; absent while it lasts.
    to: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResidenceCorrection {
    dwelling: Option<DwellingId>,
    kind: Option<ResidenceKind>,
    /// The first day, `YYYY-MM-DD`.
    from: Option<String>,
    /// The day after the last, `9999-12-31` while it lasts; the day of `from` where it never was so.
    to: Option<String>,
    reason: String,
}

/// Adds a residence. Whoever from now on lives in a dwelling has moved there.
#[utoipa::path(post, path = "/residents/{id}/residences", tag = "registry", params(("id" = String, Path)),
    request_body = ResidenceIn, responses((status = 201, body = ResidentStamp)))]
async fn add(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    Json(body): Json<ResidenceIn>,
) -> Result<(StatusCode, Json<ResidentStamp>), Error> {
    let now = app.clock().now();
    let from = body.from.as_deref().map(|text| past_day("from", text, now)).transpose()?;
    let to = body.to.as_deref().map(|text| day("to", text)).transpose()?;
    let (dwelling, kind) = (body.dwelling, body.kind);
    let done = app.once(&call, id.street, &body, move |w| async move {
        let resident = look::get(&w, &asked, "resident:edit", id).await?;
        look::leave(&w, &asked, &[&resident], How::Read, &[Group::Name, Group::Address]);
        let new = NewResidence { dwelling, kind, from: from_today(&w, from), to };
        Ok(ResidentStamp::from(reside(&w, resident, new).await?))
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Corrects a residence: what was believed is kept as what was believed until now.
#[utoipa::path(post, path = "/residences/{id}/correct", tag = "registry", params(("id" = String, Path)),
    request_body = ResidenceCorrection, responses((status = 200, body = ResidentStamp)))]
async fn correct(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidenceId>,
    Json(body): Json<ResidenceCorrection>,
) -> Result<Json<ResidentStamp>, Error> {
    let now = app.clock().now();
    let from = body.from.as_deref().map(|text| past_day("from", text, now)).transpose()?;
    let to = match body.to.as_deref() {
        Some(OPEN) => Some(OPEN.to_owned()),
        other => other.map(|text| day("to", text)).transpose()?,
    };
    let change = Corrected { dwelling: body.dwelling, kind: body.kind, from, to };
    let reason = reason_of(&body.reason)?;
    let done = app.once(&call, id.street, &body, move |w| async move {
        let old: Option<Residence> = w.find(&vals![id.street, id.id]).await?;
        let whose = ResidentId::new(id.street, old.as_ref().map_or(0, |row| row.resident_id));
        // Whether there is such a residence is told to nobody who may not see whose it is.
        let resident = look::get(&w, &asked, "resident:edit", whose).await?;
        let old = old.ok_or(Error::Missing("residence"))?;
        look::leave(&w, &asked, &[&resident], How::Read, &[Group::Name, Group::Address]);
        Ok(ResidentStamp::from(correct_residence(&w, resident, old, change, &reason).await?))
    });
    Ok(Json(done.await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add)).routes(routes!(correct))
}
