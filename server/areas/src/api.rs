//! Looking at areas over HTTP.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::{App, AreaCode, AreaLevel, Call, Error, Json, List, Millis, Page, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::area::Area;
use crate::directory::Directory;
use crate::edit_api;
use crate::layer::Layer;
use crate::out::{AreaOut, Tagged, known, position, tagged};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AreasQuery {
    /// Only the parts of this area.
    #[param(value_type = Option<String>)]
    parent: Option<AreaCode>,
    level: Option<AreaLevel>,
    /// The moment at which they were in force; now when absent.
    at: Option<Millis>,
    cursor: Option<String>,
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct BoundariesQuery {
    level: AreaLevel,
    /// Only what lies in this area.
    #[param(value_type = Option<String>)]
    within: Option<AreaCode>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct PointQuery {
    lon: f64,
    lat: f64,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct WordsQuery {
    /// A part of the name, or first letters of its reading.
    q: String,
}

/// Where a point lies.
#[derive(Serialize, ToSchema)]
struct LocatedOut {
    grid: AreaOut,
    community: AreaOut,
    street: AreaOut,
}

/// A named spot on the wire.
#[derive(Serialize, ToSchema)]
struct PlaceOut {
    name: String,
    /// The smallest area that holds it.
    #[schema(value_type = String)]
    area: AreaCode,
    /// Longitude and latitude.
    #[schema(value_type = (f64, f64))]
    point: [f64; 2],
}

#[derive(Serialize, ToSchema)]
struct PlacesOut {
    items: Vec<PlaceOut>,
}

/// The areas in force, or in force at a moment, in the order of their codes.
#[utoipa::path(get, path = "/areas", tag = "areas", params(AreasQuery), responses((status = 200, body = List<AreaOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(query): Query<AreasQuery>,
) -> Result<Json<List<AreaOut>>, Error> {
    call.caller()?;
    let (directory, now) = (app.snapshot::<Directory>().await?, app.clock().now());
    let page = Page { cursor: query.cursor, limit: query.limit };
    let after = page.after::<i64>()?.unwrap_or(0);
    let at = query.at.unwrap_or(now);
    let limit = usize::try_from(page.limit()).map_err(Error::internal)?;
    let wanted = directory.areas().filter(|area| {
        area.code.value() > after
            && query.level.is_none_or(|level| area.level == level)
            && query.parent.is_none_or(|parent| area.parent == Some(parent))
            && area.is_in_force(at)
    });
    let rows: Vec<&Area> = wanted.take(limit + 1).collect();
    Ok(Json(List::cut(rows, &page, now, |area| area.code.value(), AreaOut::from)?))
}

/// One area, retired or in force.
#[utoipa::path(get, path = "/areas/{code}", tag = "areas", params(("code" = String, Path)), responses((status = 200, body = AreaOut)))]
async fn find(
    State(app): State<App>,
    call: Call,
    Path(code): Path<AreaCode>,
) -> Result<Tagged<AreaOut>, Error> {
    call.caller()?;
    let directory = app.snapshot::<Directory>().await?;
    Ok(tagged(known(&directory, code)?.into()))
}

/// The boundaries of a level as GeoJSON; kept by browsers and asked again by entity tag.
#[utoipa::path(get, path = "/areas/boundaries", tag = "areas", params(BoundariesQuery),
    responses((status = 200, description = "GeoJSON", content_type = "application/geo+json"), (status = 304)))]
async fn boundaries(
    State(app): State<App>,
    call: Call,
    Query(query): Query<BoundariesQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    call.caller()?;
    let directory = app.snapshot::<Directory>().await?;
    let layer = directory.layer(query.level);
    Ok(match query.within {
        Some(area) => layer.within(area).answer(&headers),
        None => layer.answer(&headers),
    })
}

/// The named roads as GeoJSON lines.
#[utoipa::path(get, path = "/areas/roads", tag = "areas",
    responses((status = 200, description = "GeoJSON", content_type = "application/geo+json"), (status = 304)))]
async fn roads(State(app): State<App>, call: Call, headers: HeaderMap) -> Result<Response, Error> {
    call.caller()?;
    Ok(app.snapshot::<Directory>().await?.roads().answer(&headers))
}

impl Layer {
    /// The layer, or 304 for a caller who holds it.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let held = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
        let is_held = held.split(',').any(|tag| tag.trim().trim_start_matches("W/") == self.etag);
        let mut response = if is_held {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, "application/geo+json")], self.json.clone()).into_response()
        };
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        // A split shows on the next look, so a kept layer is asked about each time.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response
    }
}

/// The grid, community and street that a point lies in.
#[utoipa::path(get, path = "/areas/locate", tag = "areas", params(PointQuery), responses((status = 200, body = LocatedOut)))]
async fn locate(
    State(app): State<App>,
    call: Call,
    Query(point): Query<PointQuery>,
) -> Result<Json<LocatedOut>, Error> {
    call.caller()?;
    let directory = app.snapshot::<Directory>().await?;
    let position = position("lon", point.lon, point.lat)?;
    let grid = directory.locate(position).ok_or(Error::Missing("grid"))?;
    let above = |level| known(&directory, grid.at(level).ok_or(Error::Missing("area"))?).map(AreaOut::from);
    Ok(Json(LocatedOut {
        grid: above(AreaLevel::Grid)?,
        community: above(AreaLevel::Community)?,
        street: above(AreaLevel::Street)?,
    }))
}

/// Roads, landmarks and areas by name or initials, 20 at most.
#[utoipa::path(get, path = "/areas/places", tag = "areas", params(WordsQuery), responses((status = 200, body = PlacesOut)))]
async fn places(
    State(app): State<App>,
    call: Call,
    Query(query): Query<WordsQuery>,
) -> Result<Json<PlacesOut>, Error> {
    call.caller()?;
    let found = app.snapshot::<Directory>().await?.search(&query.q);
    let items = found.into_iter().map(|place| PlaceOut {
        name: place.name.in_lang(call.lang).to_owned(),
        area: place.area,
        point: [place.point.lon(), place.point.lat()],
    });
    Ok(Json(PlacesOut { items: items.collect() }))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(find))
        .routes(routes!(boundaries))
        .routes(routes!(roads))
        .routes(routes!(locate))
        .routes(routes!(places))
        .merge(edit_api::router())
}
