//! Units (实有单位) on the wire.

use areas::Directory;
use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, AreaCode, Call, Error, IfMatch, Json, List, Millis, Page, Path, Query, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::business::{Unit, UnitId};
use crate::community::OpenCommunities;
use crate::days::past_day;
use crate::form::{home_area, line, line_or_nothing};
use crate::keep_unit::{UnitChange, add_unit, edit_unit, masked_phone, unit_of, units_of};
use crate::mask::MaskedPhone;
use crate::place::DwellingId;
use crate::sensitive_api::street_of;

/// Characters of a name, a kind and an address.
const NAME_CHARS: usize = 100;

#[derive(Deserialize, IntoParams)]
struct UnitsOf {
    /// Nine digits; the post's own street when absent.
    street: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitIn {
    /// Its grid, or its community when the grid is not known; that of the dwelling where one is named.
    #[schema(value_type = String)]
    area: AreaCode,
    name: String,
    /// What it does.
    #[serde(default)]
    kind: String,
    /// 统一社会信用代码.
    #[serde(default)]
    code: String,
    dwelling: Option<DwellingId>,
    #[serde(default)]
    address: String,
    #[serde(default)]
    phone: String,
    /// `YYYY-MM-DD`.
    opened_on: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitPatch {
    name: Option<String>,
    kind: Option<String>,
    code: Option<String>,
    dwelling: Option<DwellingId>,
    address: Option<String>,
    phone: Option<String>,
    opened_on: Option<String>,
    /// Whether it has closed down.
    closed: Option<bool>,
}

/// A unit.
#[derive(Serialize, ToSchema)]
struct UnitOut {
    id: UnitId,
    version: i64,
    area: String,
    area_name: Text,
    name: String,
    kind: String,
    code: Option<String>,
    dwelling: Option<DwellingId>,
    address: String,
    #[schema(value_type = Option<String>)]
    phone: Option<MaskedPhone>,
    opened_on: Option<String>,
    closed_at: Option<Millis>,
}

/// A unit after a change.
#[derive(Serialize, Deserialize, ToSchema)]
struct UnitStamp {
    id: UnitId,
    version: i64,
}

fn out(app: &App, directory: &Directory, unit: Unit) -> Result<UnitOut, Error> {
    Ok(UnitOut {
        id: unit.wire_id(),
        version: unit.version,
        area: unit.area.to_string(),
        area_name: directory.name(unit.area),
        phone: masked_phone(app, &unit)?,
        dwelling: unit.dwelling_id.map(|id| DwellingId::new(unit.street_id, id)),
        name: unit.name,
        kind: unit.kind,
        code: unit.code,
        address: unit.address,
        opened_on: unit.opened_on,
        closed_at: unit.closed_at,
    })
}

/// The units of a street that the post may see, by page.
#[utoipa::path(get, path = "/units", tag = "registry", params(UnitsOf, Page),
    responses((status = 200, body = List<UnitOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(of): Query<UnitsOf>,
    Query(page): Query<Page>,
) -> Result<Json<List<UnitOut>>, Error> {
    let now = app.clock().now();
    let scope = app.policy().scope(call.caller()?, "unit:read", now);
    if scope.is_empty {
        return Ok(Json(List::whole(Vec::new(), now)));
    }
    let street = street_of(&call, of.street.as_deref())?;
    let reaches =
        scope.street.is_none_or(|own| own == street) && scope.district.is_none_or(|own| own == street / 1000);
    if !reaches {
        return Err(Error::forbidden());
    }
    let (directory, open) = (app.snapshot::<Directory>().await?, app.snapshot::<OpenCommunities>().await?);
    let (bounds, from) =
        ((scope.low, scope.high, scope.exact), (page.after()?.unwrap_or(0), page.limit() + 1));
    let rows = app.read(move |r| async move { units_of(&r, street, bounds, from).await }).await?;
    let list = List::cut(rows, &page, now, |row| row.id, |row| row)?;
    let shown = list.items.into_iter().filter(|unit| open.is_open(unit.area));
    let items: Result<Vec<UnitOut>, Error> = shown.map(|unit| out(&app, &directory, unit)).collect();
    Ok(Json(List { items: items?, next: list.next, now }))
}

/// A unit.
#[utoipa::path(get, path = "/units/{id}", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, body = UnitOut)))]
async fn unit(State(app): State<App>, call: Call, Path(id): Path<UnitId>) -> Result<Json<UnitOut>, Error> {
    let scope = app.policy().scope(call.caller()?, "unit:read", app.clock().now());
    let found = app.read(move |r| async move { unit_of(&r, id).await }).await?;
    if !scope.covers(&found.thing()) {
        return Err(Error::Missing("unit"));
    }
    let directory = app.snapshot::<Directory>().await?;
    Ok(Json(out(&app, &directory, found)?))
}

/// Enters a unit.
#[utoipa::path(post, path = "/units", tag = "registry", request_body = UnitIn,
    responses((status = 201, body = UnitStamp)))]
async fn create(
    State(app): State<App>,
    call: Call,
    Json(body): Json<UnitIn>,
) -> Result<(StatusCode, Json<UnitStamp>), Error> {
    let directory = app.snapshot::<Directory>().await?;
    let place = home_area(&directory, body.area)?;
    app.policy().require(call.caller()?, "unit:edit", &Thing::at(place.1), app.clock().now())?;
    let opened_on =
        body.opened_on.as_deref().map(|text| past_day("opened_on", text, app.clock().now())).transpose()?;
    let address = line_or_nothing("address", &body.address, NAME_CHARS)?;
    let change = UnitChange {
        name: Some(line("name", &body.name, NAME_CHARS)?),
        kind: Some(line_or_nothing("kind", &body.kind, NAME_CHARS)?),
        code: Some(body.code.clone()),
        dwelling: body.dwelling,
        address: Some(address).filter(|text| !text.is_empty()),
        phone: Some(body.phone.clone()),
        opened_on,
        closed: None,
    };
    let done = app.once(&call, place.0, &body, move |w| async move {
        let unit = add_unit(&w, place, change).await?;
        Ok(UnitStamp { id: unit.wire_id(), version: unit.version })
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Changes a unit.
#[utoipa::path(patch, path = "/units/{id}", tag = "registry",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = UnitPatch, responses((status = 200, body = UnitStamp)))]
async fn patch(
    State(app): State<App>,
    call: Call,
    Path(id): Path<UnitId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UnitPatch>,
) -> Result<Json<UnitStamp>, Error> {
    let now = app.clock().now();
    let text = |field: &str, text: Option<&str>| {
        text.map(|text| line_or_nothing(field, text, NAME_CHARS)).transpose()
    };
    let change = UnitChange {
        name: body.name.as_deref().map(|text| line("name", text, NAME_CHARS)).transpose()?,
        kind: text("kind", body.kind.as_deref())?,
        code: body.code,
        dwelling: body.dwelling,
        address: text("address", body.address.as_deref())?,
        phone: body.phone,
        opened_on: body.opened_on.as_deref().map(|text| past_day("opened_on", text, now)).transpose()?,
        closed: body.closed,
    };
    let done = app.write(&call, id.street, move |w| async move {
        let unit = edit_unit(&w, id, version, change).await?;
        Ok(UnitStamp { id, version: unit.version })
    });
    Ok(Json(done.await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(unit, patch))
}
