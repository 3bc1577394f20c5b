//! `/areas` on the wire.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::import::{Import, ImportQuery, RowProblem, sheet_limit, sheet_of};
use platform::{
    App, AreaCode, AreaLevel, Call, Error, IfMatch, Json, List, Millis, Page, Path, Query, Text,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::area::{Area, AreaKind, AreaRow};
use crate::coverage::check_boundaries;
use crate::directory::Directory;
use crate::divisions::Divisions;
use crate::geo_json::{self, BoundaryFile, GeoJsonError};
use crate::grids::{NewPart, merge, split};
use crate::import_divisions::{import_divisions, plan_import};
use crate::layer::Layer;
use crate::position::Position;
use crate::put_boundaries::put_boundaries;
use crate::rename::{check_name, rename};

/// What a part of a split grid, or the joined one, is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PartIn {
    name: Text,
    #[serde(default)]
    kind: AreaKind,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SplitIn {
    /// Longitude and latitude of each point; the ends are moved to the nearest corners of the border.
    line: Vec<[f64; 2]>,
    /// The part left of the line as it is drawn, then the part right of it.
    #[schema(value_type = Vec<PartIn>)]
    parts: [PartIn; 2],
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeIn {
    #[schema(value_type = Vec<String>)]
    grids: Vec<AreaCode>,
    name: Text,
    #[serde(default)]
    kind: AreaKind,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AreaPatch {
    name: Option<Text>,
    kind: Option<AreaKind>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AreasQuery {
    /// Only the parts of this area.
    #[param(value_type = Option<String>)]
    parent: Option<AreaCode>,
    /// `district`, `street`, `community` or `grid`.
    #[param(value_type = Option<String>)]
    level: Option<AreaLevel>,
    /// The moment at which they were in force; now when absent.
    at: Option<Millis>,
    cursor: Option<String>,
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct BoundariesQuery {
    /// `district`, `street`, `community` or `grid`.
    #[param(value_type = String)]
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

/// An area on the wire.
#[derive(Serialize, ToSchema)]
struct AreaOut {
    #[schema(value_type = String)]
    code: AreaCode,
    version: i64,
    #[schema(value_type = String)]
    level: AreaLevel,
    kind: AreaKind,
    name: Text,
    #[schema(value_type = Option<String>)]
    parent: Option<AreaCode>,
    valid_from: Millis,
    valid_to: Option<Millis>,
    /// Codes of the areas that took its place.
    #[schema(value_type = Vec<String>)]
    successors: Vec<AreaCode>,
}

impl From<&Area> for AreaOut {
    fn from(area: &Area) -> Self {
        Self {
            code: area.code,
            version: area.version,
            level: area.level,
            kind: area.kind,
            name: area.name.clone(),
            parent: area.parent,
            valid_from: area.valid_from,
            valid_to: area.valid_to,
            successors: area.successors.clone(),
        }
    }
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
    point: [f64; 2],
}

#[derive(Serialize, ToSchema)]
struct PlacesOut {
    items: Vec<PlaceOut>,
}

/// The grids that took another's place.
#[derive(Serialize, ToSchema)]
struct SuccessorsOut {
    items: Vec<AreaOut>,
}

type Tagged<T> = ([(HeaderName, String); 1], Json<T>);

fn tagged(area: AreaOut) -> Tagged<AreaOut> {
    ([(header::ETAG, format!("\"{}\"", area.version))], Json(area))
}

fn known<'a>(directory: &'a Directory, code: AreaCode) -> Result<&'a Area, Error> {
    directory.area(code).ok_or(Error::Missing("area"))
}

/// The log that records the change: the street's, or the district's for a post of the whole district.
fn log(call: &Call) -> Result<i64, Error> {
    Ok(call.caller()?.post.street())
}

/// The areas in force, or in force at a moment, in the order of their codes.
#[utoipa::path(get, path = "/areas", tag = "areas", params(AreasQuery), responses((status = 200, body = List<AreaOut>)))]
async fn list(State(app): State<App>, call: Call, Query(query): Query<AreasQuery>) -> Result<Json<List<AreaOut>>, Error> {
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
async fn find(State(app): State<App>, call: Call, Path(code): Path<AreaCode>) -> Result<Tagged<AreaOut>, Error> {
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
async fn locate(State(app): State<App>, call: Call, Query(point): Query<PointQuery>) -> Result<Json<LocatedOut>, Error> {
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

fn position(field: &str, lon: f64, lat: f64) -> Result<Position, Error> {
    Position::new(lon, lat).map_err(|error| Error::field(field, Text::owned(error.zh(), error.to_string())))
}

/// Roads, landmarks and areas by name or initials, 20 at most.
#[utoipa::path(get, path = "/areas/places", tag = "areas", params(WordsQuery), responses((status = 200, body = PlacesOut)))]
async fn places(State(app): State<App>, call: Call, Query(query): Query<WordsQuery>) -> Result<Json<PlacesOut>, Error> {
    call.caller()?;
    let found = app.snapshot::<Directory>().await?.search(&query.q);
    let items = found.into_iter().map(|place| PlaceOut {
        name: place.name.in_lang(call.lang).to_owned(),
        area: place.area,
        point: [place.point.lon(), place.point.lat()],
    });
    Ok(Json(PlacesOut { items: items.collect() }))
}

/// Takes in a table of divisions (CSV or XLSX).
#[utoipa::path(post, path = "/areas/import", tag = "areas", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV or XLSX, 10 MB"),
    responses((status = 200, body = Import)))]
async fn import(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ImportQuery>,
    form: Multipart,
) -> Result<Json<Import>, Error> {
    let (bytes, street) = (sheet_of(form).await?, log(&call)?);
    let directory = app.snapshot::<Directory>().await?;
    let plan = move |app: &App| {
        let mut divisions = Divisions::read(&bytes)?;
        let district = &app.config().district;
        let root = AreaCode::try_from(district.code).map_err(Error::internal)?;
        let name = Text::owned(&district.name_zh, &district.name_en);
        let changes = plan_import(&directory, &mut divisions, (root, &name));
        Ok::<_, Error>((divisions, changes))
    };
    let (divisions, changes) = app.heavy(plan).await??;
    let counts = (changes.added.len(), changes.renamed.len(), changes.retired.len());
    if !query.dry_run {
        app.write(&call, street, move |w| async move { import_divisions(&w, &changes).await }).await?;
    }
    let problems = divisions.problems.into_iter().map(|problem| {
        RowProblem::new(problem.row, problem.column, &problem.code, Text::owned(problem.zh, problem.en))
    });
    let mut answer = Import::new(divisions.rows.len(), problems.collect(), query.dry_run, call.lang);
    (answer.added, answer.changed, answer.retired) = (Some(counts.0), Some(counts.1), Some(counts.2));
    Ok(Json(answer))
}

/// Takes in boundaries (GeoJSON); with one bad feature nothing is changed, since the others would leave gaps.
#[utoipa::path(post, path = "/areas/boundaries", tag = "areas", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: GeoJSON, 20 MB"),
    responses((status = 200, body = Import)))]
async fn import_boundaries(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ImportQuery>,
    form: Multipart,
) -> Result<Json<Import>, Error> {
    let (bytes, street) = (sheet_of(form).await?, log(&call)?);
    let directory = app.snapshot::<Directory>().await?;
    let check = move |_: &App| Ok::<_, Error>(check_boundaries(&directory, BoundaryFile::read(&bytes)?));
    let mut checked = app.heavy(check).await??;
    let problems = std::mem::take(&mut checked.problems).into_iter().map(|problem| {
        RowProblem::new(problem.feature, "geometry", &problem.code, Text::owned(problem.zh, problem.en))
    });
    let problems: Vec<RowProblem> = problems.collect();
    let is_done = !query.dry_run && problems.is_empty() && !checked.is_empty();
    let accepted = if query.dry_run || is_done { checked.len() } else { 0 };
    if is_done {
        app.write(&call, street, move |w| async move { put_boundaries(&w, &checked).await }).await?;
    }
    Ok(Json(Import::new(accepted, problems, query.dry_run, call.lang)))
}

impl From<GeoJsonError> for Error {
    fn from(error: GeoJsonError) -> Self {
        let text = Text::owned(error.zh(), error.to_string());
        match error {
            GeoJsonError::TooLarge => Self::TooLarge(text),
            _ => Self::field("file", text),
        }
    }
}

/// Splits a grid along a line; the grid ends and names the two new ones.
#[utoipa::path(post, path = "/areas/{code}/split", tag = "areas", params(("code" = String, Path)), request_body = SplitIn,
    responses((status = 201, body = SuccessorsOut)))]
async fn split_grid(
    State(app): State<App>,
    call: Call,
    Path(code): Path<AreaCode>,
    Json(body): Json<SplitIn>,
) -> Result<(StatusCode, Json<SuccessorsOut>), Error> {
    let line = body.line.iter().map(|[lon, lat]| position("line", *lon, *lat)).collect::<Result<Vec<_>, _>>()?;
    for (field, part) in ["parts.0.name", "parts.1.name"].iter().zip(&body.parts) {
        check_name(field, &part.name)?;
    }
    let parts = body.parts.map(|part| NewPart { name: part.name, kind: part.kind });
    let street = log(&call)?;
    let codes = app.write(&call, street, move |w| async move { split(&w, code, &line, parts).await }).await?;
    created(&app, &codes).await
}

/// Joins neighbouring grids of a community; they end and name the new one.
#[utoipa::path(post, path = "/areas/merge", tag = "areas", request_body = MergeIn, responses((status = 201, body = SuccessorsOut)))]
async fn merge_grids(
    State(app): State<App>,
    call: Call,
    Json(body): Json<MergeIn>,
) -> Result<(StatusCode, Json<SuccessorsOut>), Error> {
    check_name("name", &body.name)?;
    let (grids, new) = (body.grids, NewPart { name: body.name, kind: body.kind });
    let street = log(&call)?;
    let code = app.write(&call, street, move |w| async move { merge(&w, &grids, new).await }).await?;
    created(&app, &[code]).await
}

async fn created(app: &App, codes: &[AreaCode]) -> Result<(StatusCode, Json<SuccessorsOut>), Error> {
    let directory = app.snapshot::<Directory>().await?;
    let items: Result<Vec<AreaOut>, Error> = codes.iter().map(|code| known(&directory, *code).map(AreaOut::from)).collect();
    Ok((StatusCode::CREATED, Json(SuccessorsOut { items: items? })))
}

/// Corrects an area's name, or whose grid it is.
#[utoipa::path(patch, path = "/areas/{code}", tag = "areas",
    params(("code" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = AreaPatch, responses((status = 200, body = AreaOut)))]
async fn edit(
    State(app): State<App>,
    call: Call,
    Path(code): Path<AreaCode>,
    IfMatch(version): IfMatch,
    Json(patch): Json<AreaPatch>,
) -> Result<Tagged<AreaOut>, Error> {
    let street = log(&call)?;
    let row: AreaRow = app
        .write(&call, street, move |w| async move { rename(&w, code, version, patch.name.as_ref(), patch.kind).await })
        .await?;
    Ok(tagged((&row.area(None)?).into()))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    let boundary_limit = DefaultBodyLimit::max(geo_json::MAX_BYTES + 64 * 1024);
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(find, edit))
        .merge(OpenApiRouter::new().routes(routes!(boundaries, import_boundaries)).layer(boundary_limit))
        .routes(routes!(roads))
        .routes(routes!(locate))
        .routes(routes!(places))
        .merge(OpenApiRouter::new().routes(routes!(import)).layer(sheet_limit()))
        .routes(routes!(split_grid))
        .routes(routes!(merge_grids))
}
