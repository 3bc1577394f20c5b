//! Changing areas over HTTP.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use platform::import::{Import, ImportQuery, RowProblem, sheet_limit, sheet_of};
use platform::{App, AreaCode, Call, Error, IfMatch, Json, Path, Query, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::area::{AreaKind, AreaRow};
use crate::coverage::check_boundaries;
use crate::directory::Directory;
use crate::divisions::Divisions;
use crate::geo_json::{self, BoundaryFile, GeoJsonError};
use crate::grids::{NewPart, merge, split};
use crate::import_divisions::{import_divisions, plan_import};
use crate::out::{AreaOut, Tagged, known, position, tagged};
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
    #[schema(value_type = Vec<(f64, f64)>)]
    line: Vec<[f64; 2]>,
    /// The part left of the line as it is drawn, then the part right of it.
    #[schema(value_type = (PartIn, PartIn))]
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

/// The grids that took another's place.
#[derive(Serialize, ToSchema)]
struct SuccessorsOut {
    items: Vec<AreaOut>,
}

/// The log that records the change: the street's, or the district's for a post of the whole district.
fn log(call: &Call) -> Result<i64, Error> {
    Ok(call.caller()?.post.street())
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
    let line =
        body.line.iter().map(|[lon, lat]| position("line", *lon, *lat)).collect::<Result<Vec<_>, _>>()?;
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
    let items: Result<Vec<AreaOut>, Error> =
        codes.iter().map(|code| known(&directory, *code).map(AreaOut::from)).collect();
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
        .write(&call, street, move |w| async move {
            rename(&w, code, version, patch.name.as_ref(), patch.kind).await
        })
        .await?;
    Ok(tagged((&row.area(None)?).into()))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    let boundary_limit = DefaultBodyLimit::max(geo_json::MAX_BYTES + 64 * 1024);
    OpenApiRouter::new()
        .merge(OpenApiRouter::new().routes(routes!(import)).layer(sheet_limit()))
        .merge(OpenApiRouter::new().routes(routes!(import_boundaries)).layer(boundary_limit))
        .routes(routes!(split_grid))
        .routes(routes!(merge_grids))
        .routes(routes!(edit))
}
