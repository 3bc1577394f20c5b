//! Hand-overs between streets on the wire.

use areas::Directory;
use axum::extract::State;
use axum::http::StatusCode;
use chinese::address;
use platform::{
    App, AreaCode, AreaLevel, Call, Error, Json, List, Millis, Page, Path, Query, Text, Thing, Write,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::days::past_day;
use crate::form::{home_area, line_or_nothing};
use crate::hand_over::{
    HandOver, HandOverAnswer, HandOverId, accept, arrived, ask, destination, incoming, left_today, listed,
    refuse,
};
use crate::look::{self, Asked};
use crate::mask::{MaskedAddress, MaskedName};
use crate::measure;
use crate::resident::{Resident, ResidentId};
use crate::resident_api::ResidentStamp;
use crate::sensitive_api::street_of;
use crate::site::Site;
use crate::words::{Group, How};

/// Characters of an address.
const ADDRESS_CHARS: usize = 100;
const RIGHT: &str = "resident:hand_over";

/// Which side of the hand-overs is asked for.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Tray {
    /// Asked of this street.
    In,
    /// Asked by this street.
    Out,
}

#[derive(Deserialize, IntoParams)]
struct TrayOf {
    #[serde(rename = "box")]
    #[param(inline)]
    tray: Tray,
    /// Nine digits; the post's own street when absent.
    street: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOverIn {
    #[schema(value_type = String)]
    to_street: AreaCode,
    /// Where they go, as they said.
    #[serde(default)]
    address: String,
    /// The day on which they left, `YYYY-MM-DD`; today when absent.
    left_on: Option<String>,
    reason: String,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptIn {
    /// Their grid in the street of arrival, or their community.
    #[schema(value_type = String)]
    area: AreaCode,
    /// Where they live now; what the other street was told when absent.
    address: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefuseIn {
    reason: String,
}

/// A hand-over in a list.
#[derive(Serialize, ToSchema)]
struct HandOverOut {
    id: HandOverId,
    version: i64,
    resident: ResidentId,
    #[schema(value_type = String)]
    name: MaskedName,
    from: Text,
    to: Text,
    reason: String,
    /// As far as the building.
    #[schema(value_type = Option<String>)]
    address: Option<MaskedAddress>,
    left_on: String,
    asked_at: Millis,
    answered_at: Option<Millis>,
    answer: Option<HandOverAnswer>,
    note: Option<String>,
    arrived: Option<ResidentId>,
}

/// A hand-over after a change.
#[derive(Serialize, Deserialize, ToSchema)]
struct HandOverStamp {
    id: HandOverId,
    version: i64,
    answer: Option<HandOverAnswer>,
}

impl From<HandOver> for HandOverStamp {
    fn from(row: HandOver) -> Self {
        Self { id: row.wire_id(), version: row.version, answer: row.answer }
    }
}

fn out(directory: &Directory, row: HandOver, resident: &Resident) -> HandOverOut {
    let site = Site::of(&address::read(&row.address));
    let address = site.map(|site| MaskedAddress::building(&site.estate, &site.building));
    HandOverOut {
        id: row.wire_id(),
        version: row.version,
        resident: resident.wire_id(),
        name: MaskedName::of(&resident.name),
        from: directory.name(row.street_id),
        to: directory.name(row.to_street),
        address,
        arrived: arrived(&row),
        reason: row.reason,
        left_on: row.left_on,
        asked_at: row.asked_at,
        answered_at: row.answered_at,
        answer: row.answer,
        note: row.note,
    }
}

/// Refuses whoever has nothing to do with the hand-overs of a street. The community of arrival is not known before somebody
/// takes it, so that all heads of the street may see what is asked of it.
fn works_in(app: &App, call: &Call, street: i64) -> Result<(), Error> {
    let caller = call.caller()?;
    let scope = app.policy().scope(caller, RIGHT, app.clock().now());
    let reaches = scope.covers(&Thing::at(street)) || caller.post.street() == street;
    if !scope.is_empty && reaches { Ok(()) } else { Err(Error::forbidden()) }
}

/// A street asks another to take somebody over who has moved there.
#[utoipa::path(post, path = "/residents/{id}/hand-over", tag = "registry", params(("id" = String, Path)),
    request_body = HandOverIn, responses((status = 201, body = HandOverStamp)))]
async fn create(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    Json(body): Json<HandOverIn>,
) -> Result<(StatusCode, Json<HandOverStamp>), Error> {
    let directory = app.snapshot::<Directory>().await?;
    let known = directory
        .area(body.to_street)
        .filter(|area| area.level == AreaLevel::Street && area.valid_to.is_none());
    let unknown = Text::new("没有这个街道", "there is no such street");
    let to = known.ok_or_else(|| Error::field("to_street", unknown))?.code.value();
    let left_on =
        body.left_on.as_deref().map(|text| past_day("left_on", text, app.clock().now())).transpose()?;
    let address = line_or_nothing("address", &body.address, ADDRESS_CHARS)?;
    let reason = body.reason.clone();
    let done = app.once(&call, id.street, &body, move |w| async move {
        let resident = look::get(&w, &asked, RIGHT, id).await?;
        look::leave(&w, &asked, &[&resident], How::Read, &[Group::Name, Group::Address]);
        let left_on = left_today(&w, left_on);
        Ok(HandOverStamp::from(ask(&w, &resident, (to, address), left_on, &reason).await?))
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// The hand-overs asked of a street, or by it, the newest first; names masked.
#[utoipa::path(get, path = "/hand-overs", tag = "registry", params(TrayOf, Page),
    responses((status = 200, body = List<HandOverOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Query(of): Query<TrayOf>,
    Query(page): Query<Page>,
) -> Result<Json<List<HandOverOut>>, Error> {
    let scope = app.policy().scope(call.caller()?, RIGHT, app.clock().now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let street = street_of(&call, of.street.as_deref())?;
    works_in(&app, &call, street)?;
    let inward = of.tray == Tray::In;
    let from = (page.after::<i64>()?.unwrap_or(i64::MAX), page.limit() + 1);
    let rows = look::through(&app, &call, street, move |w| async move {
        look::enter(&w, &asked, RIGHT).await?;
        let mut rows = listed(&w, street, inward, from).await?;
        if !inward {
            rows.retain(|(_, resident)| scope.covers(&resident.thing()));
        }
        trace(&w, &asked, &rows);
        w.record("resident:hand_overs", street, json!({ "in": inward, "shown": rows.len() }));
        Ok(rows)
    });
    let (rows, directory) = (rows.await?, app.snapshot::<Directory>().await?);
    let item = |(row, resident): (HandOver, Resident)| out(&directory, row, &resident);
    Ok(Json(List::cut(rows, &page, app.clock().now(), |(row, _)| row.id, item)?))
}

/// Every resident of a list is told in their own street's ledger; it was one search.
fn trace(w: &Write, asked: &Asked, rows: &[(HandOver, Resident)]) {
    for (_, resident) in rows {
        let there = w.standing_in(w.call().clone(), resident.street_id, w.now());
        look::trace(&there, asked, &[resident], How::Listed, &[Group::Name], None);
    }
    if let Ok(account) = w.call().account() {
        measure::count(w, account, How::Listed, rows.len() as i64);
    }
}

/// The street of arrival takes somebody over; the street that they left keeps what was, and points there.
#[utoipa::path(post, path = "/hand-overs/{id}/accept", tag = "registry", params(("id" = String, Path)),
    request_body = AcceptIn, responses((status = 201, body = ResidentStamp)))]
async fn take(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<HandOverId>,
    Json(body): Json<AcceptIn>,
) -> Result<(StatusCode, Json<ResidentStamp>), Error> {
    let directory = app.snapshot::<Directory>().await?;
    let (street, area) = home_area(&directory, body.area)?;
    works_in(&app, &call, street)?;
    let home =
        body.address.as_deref().map(|text| line_or_nothing("address", text, ADDRESS_CHARS)).transpose()?;
    let done = app.once(&call, street, &body, move |w| async move {
        look::admit(&w, &asked, RIGHT, &Thing::at(area)).await?;
        let (row, old) = seen(&w, &asked, street, id).await?;
        let home = home.unwrap_or_else(|| row.address.clone());
        Ok(ResidentStamp::from(accept(&w, (row, old), area, &home).await?))
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// The street of arrival does not take somebody over; all stays as it was.
#[utoipa::path(post, path = "/hand-overs/{id}/refuse", tag = "registry", params(("id" = String, Path)),
    request_body = RefuseIn, responses((status = 200, body = HandOverStamp)))]
async fn give_back(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<HandOverId>,
    Json(body): Json<RefuseIn>,
) -> Result<Json<HandOverStamp>, Error> {
    let street = app.read(move |r| async move { destination(&r, id).await }).await?;
    works_in(&app, &call, street)?;
    let done = look::through(&app, &call, street, move |w| async move {
        look::enter(&w, &asked, RIGHT).await?;
        let (row, _) = seen(&w, &asked, street, id).await?;
        refuse(&w, row, &body.reason).await
    });
    Ok(Json(done.await?.into()))
}

/// What is asked of a street, and the trace that it was read there.
async fn seen(w: &Write, asked: &Asked, street: i64, id: HandOverId) -> Result<(HandOver, Resident), Error> {
    let (row, resident) = incoming(w, street, id).await?;
    let there = w.standing_in(w.call().clone(), resident.street_id, w.now());
    look::leave(&there, asked, &[&resident], How::Read, &[Group::Name, Group::Address]);
    Ok((row, resident))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(list))
        .routes(routes!(take))
        .routes(routes!(give_back))
}
