//! Buildings and dwellings on the wire: the floor plan, and what is changed of it. Who lives in a dwelling stands beside.

use areas::Directory;
use axum::extract::State;
use axum::http::StatusCode;
use chinese::address;
use platform::{App, AreaCode, Call, Error, IfMatch, Json, Millis, Path, Text};
use serde::{Deserialize, Serialize};
use store::{row, sql, vals};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::build::{
    BuildingChange, DwellingChange, add_building, add_dwelling, building_of, edit_building, edit_dwelling,
};
use crate::days::day_of;
use crate::form::{home_area, line, point};
use crate::place::{Building, BuildingId, Dwelling, DwellingId};
use crate::site::Site;
use crate::words::Usage;

/// Characters of an address.
const ADDRESS_CHARS: usize = 100;
/// Characters of the number of a room or of a unit.
const ROOM_CHARS: usize = 12;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BuildingIn {
    /// Such as 金鹅花园3栋, in any spelling.
    address: String,
    /// Its grid, or its community when the grid is not known.
    #[schema(value_type = String)]
    area: AreaCode,
    floors: Option<i64>,
    /// Longitude and latitude.
    #[schema(value_type = Option<(f64, f64)>)]
    point: Option<[f64; 2]>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BuildingPatch {
    #[schema(value_type = Option<String>)]
    area: Option<AreaCode>,
    floors: Option<i64>,
    #[schema(value_type = Option<(f64, f64)>)]
    point: Option<[f64; 2]>,
    /// Whether it was pulled down.
    closed: Option<bool>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DwellingIn {
    building: BuildingId,
    /// Such as 2; empty where a building has none.
    #[serde(default)]
    unit: String,
    /// Such as 501.
    room: String,
    floor: Option<i64>,
    usage: Option<Usage>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DwellingPatch {
    usage: Option<Usage>,
    floor: Option<i64>,
    unit: Option<String>,
    /// Whether it is no longer there: pulled down, or joined with another.
    closed: Option<bool>,
}

/// A building with its floor plan.
#[derive(Serialize, ToSchema)]
struct BuildingOut {
    id: BuildingId,
    version: i64,
    estate: String,
    name: String,
    floors: Option<i64>,
    area: String,
    area_name: Text,
    #[schema(value_type = Option<(f64, f64)>)]
    point: Option<[f64; 2]>,
    closed_at: Option<Millis>,
    /// By unit, from the top floor down, by room.
    dwellings: Vec<PlanOut>,
}

/// A dwelling of the floor plan.
#[derive(Serialize, ToSchema)]
struct PlanOut {
    id: DwellingId,
    version: i64,
    unit: String,
    floor: Option<i64>,
    room: String,
    usage: Usage,
    usage_at: Option<Millis>,
    /// How many live or stay there today.
    people: i64,
    closed_at: Option<Millis>,
}

/// What was entered.
#[derive(Serialize, Deserialize, ToSchema)]
struct BuildingCreated {
    id: BuildingId,
    version: i64,
}

/// What was entered or changed.
#[derive(Serialize, Deserialize, ToSchema)]
struct DwellingChanged {
    id: DwellingId,
    version: i64,
    usage: Usage,
    usage_at: Option<Millis>,
}

impl From<Dwelling> for DwellingChanged {
    fn from(row: Dwelling) -> Self {
        Self { id: row.wire_id(), version: row.version, usage: row.usage, usage_at: row.usage_at }
    }
}

row! {
    struct Lived { dwelling: i64, people: i64 }
}

sql! {
    DWELLINGS: Dwelling = "WHERE street_id = $1 AND building_id = $2 ORDER BY id LIMIT 5000";
    PEOPLE = "SELECT r.dwelling_id, COUNT(DISTINCT r.resident_id) FROM residences r
        JOIN dwellings d ON d.street_id = r.street_id AND d.id = r.dwelling_id
        WHERE r.street_id = $1 AND d.street_id = $1 AND d.building_id = $2 AND r.kind IN ('living', 'staying')
          AND r.known_to IS NULL AND r.valid_from <= $3 AND r.valid_to > $3
        GROUP BY r.dwelling_id ORDER BY r.dwelling_id LIMIT 5000";
}

/// A building, and its dwellings with how they are used and how many live there.
#[utoipa::path(get, path = "/buildings/{id}", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, body = BuildingOut)))]
async fn building(
    State(app): State<App>,
    call: Call,
    Path(id): Path<BuildingId>,
) -> Result<Json<BuildingOut>, Error> {
    let (caller, now) = (call.caller()?, app.clock().now());
    let scope = app.policy().scope(caller, "dwelling:read", now);
    let found = app.read(move |r| async move {
        let building = building_of(&r, id).await?;
        if !scope.covers(&building.thing()) {
            return Err(Error::Missing("building"));
        }
        let key = vals![building.street_id, building.id, day_of(now)];
        let dwellings: Vec<Dwelling> = r.query(&DWELLINGS, &vals![building.street_id, building.id]).await?;
        let lived: Vec<Lived> = r.query(&PEOPLE, &key).await?;
        Ok((building, dwellings, lived))
    });
    let (building, dwellings, lived) = found.await?;
    let directory = app.snapshot::<Directory>().await?;
    Ok(Json(plan(&directory, building, dwellings, &lived)))
}

fn plan(
    directory: &Directory,
    building: Building,
    mut dwellings: Vec<Dwelling>,
    lived: &[Lived],
) -> BuildingOut {
    dwellings
        .sort_by_cached_key(|row| (natural(&row.unit), std::cmp::Reverse(row.floor), natural(&row.room)));
    let people = |id| lived.iter().find(|row| row.dwelling == id).map_or(0, |row| row.people);
    let out = |row: Dwelling| PlanOut {
        id: row.wire_id(),
        version: row.version,
        floor: row.floor,
        usage: row.usage,
        usage_at: row.usage_at,
        people: people(row.id),
        closed_at: row.closed_at,
        unit: row.unit,
        room: row.room,
    };
    BuildingOut {
        id: building.wire_id(),
        version: building.version,
        floors: building.floors,
        area: building.area.to_string(),
        area_name: directory.name(building.area),
        point: building.lon.zip(building.lat).map(|(lon, lat)| [lon, lat]),
        closed_at: building.closed_at,
        estate: building.estate,
        name: building.name,
        dwellings: dwellings.into_iter().map(out).collect(),
    }
}

/// Numbers in a text sort as numbers: 2单元 before 10单元.
fn natural(text: &str) -> (i64, String) {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(i64::MAX), text.to_owned())
}

/// Enters a building.
#[utoipa::path(post, path = "/buildings", tag = "registry", request_body = BuildingIn,
    responses((status = 201, body = BuildingCreated)))]
async fn create_building(
    State(app): State<App>,
    call: Call,
    Json(body): Json<BuildingIn>,
) -> Result<(StatusCode, Json<BuildingCreated>), Error> {
    let directory = app.snapshot::<Directory>().await?;
    let place = home_area(&directory, body.area)?;
    let text = line("address", &body.address, ADDRESS_CHARS)?;
    let site = Site::of(&address::read(&text)).ok_or_else(|| {
        Error::field(
            "address",
            Text::new("请写到楼栋，如“金鹅花园3栋”", "name the building, such as 金鹅花园3栋"),
        )
    })?;
    let change =
        BuildingChange { floors: body.floors, point: point(body.point)?, ..BuildingChange::default() };
    let done = app.once(&call, place.0, &body, move |w| async move {
        let building = add_building(&w, place, &site, change).await?;
        Ok(BuildingCreated { id: building.wire_id(), version: building.version })
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Changes a building; with its grid, its dwellings and who lives there go along.
#[utoipa::path(patch, path = "/buildings/{id}", tag = "registry",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = BuildingPatch, responses((status = 200, body = BuildingCreated)))]
async fn patch_building(
    State(app): State<App>,
    call: Call,
    Path(id): Path<BuildingId>,
    IfMatch(version): IfMatch,
    Json(body): Json<BuildingPatch>,
) -> Result<Json<BuildingCreated>, Error> {
    let directory = app.snapshot::<Directory>().await?;
    let area = body.area.map(|code| home_area(&directory, code)).transpose()?.map(|(_, area)| area);
    let change = BuildingChange { area, floors: body.floors, point: point(body.point)?, closed: body.closed };
    let done = app.write(&call, id.street, move |w| async move {
        let building = edit_building(&w, id, version, change).await?;
        Ok(BuildingCreated { id, version: building.version })
    });
    Ok(Json(done.await?))
}

/// Enters a dwelling.
#[utoipa::path(post, path = "/dwellings", tag = "registry", request_body = DwellingIn,
    responses((status = 201, body = DwellingChanged)))]
async fn create_dwelling(
    State(app): State<App>,
    call: Call,
    Json(body): Json<DwellingIn>,
) -> Result<(StatusCode, Json<DwellingChanged>), Error> {
    let room = line("room", &body.room, ROOM_CHARS)?;
    let unit: String = body.unit.chars().take(ROOM_CHARS).collect();
    let change = DwellingChange { usage: body.usage, floor: body.floor, ..DwellingChange::default() };
    let id = body.building;
    let done = app.once(&call, id.street, &body, move |w| async move {
        add_dwelling(&w, id, (&unit, &room), change).await.map(DwellingChanged::from)
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Says how a dwelling is used, on which floor it lies, in which unit, or that it is gone.
#[utoipa::path(patch, path = "/dwellings/{id}", tag = "registry",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = DwellingPatch, responses((status = 200, body = DwellingChanged)))]
async fn patch_dwelling(
    State(app): State<App>,
    call: Call,
    Path(id): Path<DwellingId>,
    IfMatch(version): IfMatch,
    Json(body): Json<DwellingPatch>,
) -> Result<Json<DwellingChanged>, Error> {
    let unit = body.unit.map(|unit| unit.chars().take(ROOM_CHARS).collect());
    let change = DwellingChange { usage: body.usage, floor: body.floor, unit, closed: body.closed };
    let done = app.write(&call, id.street, move |w| async move {
        edit_dwelling(&w, id, version, change).await.map(DwellingChanged::from)
    });
    Ok(Json(done.await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_building))
        .routes(routes!(building, patch_building))
        .routes(routes!(create_dwelling))
        .routes(routes!(patch_dwelling))
}
