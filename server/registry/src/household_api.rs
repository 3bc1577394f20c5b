//! Households on the wire: forming one, joining and leaving it, naming its head.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, Json, Path, Text, Write};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::build::dwelling_of;
use crate::days::past_day;
use crate::household::{Household, HouseholdId};
use crate::keep_house::{form, head, join, leave};
use crate::look::{self, Asked};
use crate::place::DwellingId;
use crate::resident::{Resident, ResidentId};
use crate::stay::from_today;
use crate::words::{Group, How};

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HouseholdIn {
    dwelling: DwellingId,
    head: ResidentId,
    /// The first day, `YYYY-MM-DD`; today when absent.
    from: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberIn {
    resident: ResidentId,
    /// What they are to the head, by GB/T 4761: `10` spouse, `20` son, `30` daughter, `99` others.
    relation: String,
    /// The first day, `YYYY-MM-DD`; today when absent.
    from: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LeaveIn {
    resident: ResidentId,
    /// The day after the last, `YYYY-MM-DD`; today when absent.
    on: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HeadIn {
    resident: ResidentId,
}

/// A household after a change.
#[derive(Serialize, Deserialize, ToSchema)]
struct HouseholdStamp {
    id: HouseholdId,
    version: i64,
    head: Option<ResidentId>,
    closed: bool,
}

impl From<Household> for HouseholdStamp {
    fn from(row: Household) -> Self {
        Self {
            id: row.wire_id(),
            version: row.version,
            head: row.head_id.map(|id| ResidentId::new(row.street_id, id)),
            closed: row.closed_at.is_some(),
        }
    }
}

/// Two digits that GB/T 4761 gives to a relation.
fn relation(code: &str) -> Result<String, Error> {
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit()) && code != "00";
    let told = Text::new("关系代码为两位数字（GB/T 4761）", "a relation is a code of two digits (GB/T 4761)");
    if is_code { Ok(code.to_owned()) } else { Err(Error::field("relation", told)) }
}

/// A resident who is changed with their household, and the trace of it.
async fn of(w: &Write, asked: &Asked, id: ResidentId) -> Result<Resident, Error> {
    let resident = look::get(w, asked, "resident:edit", id).await?;
    look::leave(w, asked, &[&resident], How::Read, &[Group::Name, Group::Household]);
    Ok(resident)
}

async fn household_of(w: &Write, id: HouseholdId) -> Result<Household, Error> {
    let found: Option<Household> = w.find(&vals![id.street, id.id]).await?;
    let household = found.ok_or(Error::Missing("household"))?;
    let dwelling = dwelling_of(w, DwellingId::new(household.street_id, household.dwelling_id)).await?;
    w.require("resident:edit", &dwelling.thing())?;
    Ok(household)
}

/// Forms a household in a dwelling around its head.
#[utoipa::path(post, path = "/households", tag = "registry", request_body = HouseholdIn,
    responses((status = 201, body = HouseholdStamp)))]
async fn create(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Json(body): Json<HouseholdIn>,
) -> Result<(StatusCode, Json<HouseholdStamp>), Error> {
    let from = body.from.as_deref().map(|text| past_day("from", text, app.clock().now())).transpose()?;
    let (dwelling, who) = (body.dwelling, body.head);
    let done = app.once(&call, dwelling.street, &body, move |w| async move {
        let resident = of(&w, &asked, who).await?;
        let dwelling = dwelling_of(&w, dwelling).await?;
        let from = from_today(&w, from);
        Ok(HouseholdStamp::from(form(&w, &dwelling, &resident, &from).await?))
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Somebody joins a household.
#[utoipa::path(post, path = "/households/{id}/members", tag = "registry", params(("id" = String, Path)),
    request_body = MemberIn, responses((status = 201, body = HouseholdStamp)))]
async fn add_member(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<HouseholdId>,
    Json(body): Json<MemberIn>,
) -> Result<(StatusCode, Json<HouseholdStamp>), Error> {
    let from = body.from.as_deref().map(|text| past_day("from", text, app.clock().now())).transpose()?;
    let (who, relation) = (body.resident, relation(&body.relation)?);
    let done = app.once(&call, id.street, &body, move |w| async move {
        let resident = of(&w, &asked, who).await?;
        let household = household_of(&w, id).await?;
        let from = from_today(&w, from);
        Ok(HouseholdStamp::from(join(&w, household, &resident, &relation, &from).await?))
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Somebody leaves a household; the last one closes it.
#[utoipa::path(post, path = "/households/{id}/leave", tag = "registry", params(("id" = String, Path)),
    request_body = LeaveIn, responses((status = 200, body = HouseholdStamp)))]
async fn take_leave(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<HouseholdId>,
    Json(body): Json<LeaveIn>,
) -> Result<Json<HouseholdStamp>, Error> {
    let on = body.on.as_deref().map(|text| past_day("on", text, app.clock().now())).transpose()?;
    let who = body.resident;
    let done = app.once(&call, id.street, &body, move |w| async move {
        let resident = of(&w, &asked, who).await?;
        let household = household_of(&w, id).await?;
        let on = from_today(&w, on);
        Ok(HouseholdStamp::from(leave(&w, household, &resident, &on).await?))
    });
    Ok(Json(done.await?))
}

/// A member becomes the head.
#[utoipa::path(put, path = "/households/{id}/head", tag = "registry", params(("id" = String, Path)),
    request_body = HeadIn, responses((status = 200, body = HouseholdStamp)))]
async fn put_head(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<HouseholdId>,
    Json(body): Json<HeadIn>,
) -> Result<Json<HouseholdStamp>, Error> {
    let done = look::through(&app, &call, id.street, move |w| async move {
        let resident = of(&w, &asked, body.resident).await?;
        let household = household_of(&w, id).await?;
        head(&w, household, &resident).await
    });
    Ok(Json(done.await?.into()))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(add_member))
        .routes(routes!(take_leave))
        .routes(routes!(put_head))
}
