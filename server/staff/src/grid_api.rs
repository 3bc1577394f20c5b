//! `/staff/grids` and `/staff/vacancies` on the wire.

use std::sync::Arc;

use areas::Directory as Areas;
use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, AreaCode, AreaLevel, Call, Error, Json, List, Millis, Path, Query, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::may_read;
use crate::form::{self, Form};
use crate::grid::{self, BodyKind, GridDutyId, GridRole};
use crate::query;
use crate::vacancy::{RoleCount, RoleSum, Staffing};

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DutyIn {
    #[schema(value_type = GridRole)]
    role: String,
    person_name: String,
}

#[derive(Deserialize, IntoParams)]
struct Within {
    /// A street or a community, 9 or 12 digits; the whole district when absent.
    within: Option<String>,
}

/// Who serves a grid, who is missing, and what is attached to it.
#[derive(Serialize, ToSchema)]
struct Roster {
    items: Vec<RosterItem>,
    vacancies: Vec<RoleCount>,
    organisations: Vec<BodyItem>,
}

#[derive(Serialize, ToSchema)]
struct RosterItem {
    id: GridDutyId,
    role: GridRole,
    person_name: String,
    since: Millis,
}

#[derive(Serialize, ToSchema)]
struct BodyItem {
    kind: BodyKind,
    name: Text,
    count: i64,
}

/// A person's service in a grid that just began.
#[derive(Serialize, ToSchema)]
struct DutyOpened {
    id: GridDutyId,
}

/// A grid with somebody missing.
#[derive(Serialize, ToSchema)]
struct Vacancy {
    area: String,
    area_name: Text,
    role: GridRole,
    needed: i64,
    held: i64,
}

/// What the grids of a street lack together.
#[derive(Serialize, ToSchema)]
struct StreetVacancies {
    area: String,
    area_name: Text,
    grids: i64,
    /// Grids in which somebody is missing.
    lacking: i64,
    missing: i64,
    roles: Vec<RoleSum>,
}

/// A grid named by a path; anything else is no grid.
fn grid_of(code: &str) -> Result<AreaCode, Error> {
    let code: AreaCode = code.parse().map_err(|_| Error::Missing("grid"))?;
    Some(code).filter(|code| code.level() == AreaLevel::Grid).ok_or(Error::Missing("grid"))
}

fn street_of(grid: AreaCode) -> Result<i64, Error> {
    grid.street_id().ok_or(Error::Missing("grid"))
}

/// Who serves a grid, who is missing, and what is attached to it; a grid that was given up lacks nobody.
#[utoipa::path(get, path = "/staff/grids/{code}", tag = "staff", responses((status = 200, body = Roster)))]
async fn grid_roster(
    State(app): State<App>,
    call: Call,
    Path(code): Path<String>,
) -> Result<Json<Roster>, Error> {
    may_read(&app, &call)?;
    let grid = grid_of(&code)?;
    let areas = app.snapshot::<Areas>().await?;
    let in_force = areas.area(grid).ok_or(Error::Missing("grid"))?.valid_to.is_none();
    let (street, code) = (street_of(grid)?, grid.value());
    let (duties, bodies) = app.read(move |r| async move { query::roster(&r, street, code).await }).await?;
    let property = bodies.iter().filter(|body| body.kind == BodyKind::Property).map(|_| code);
    let staffing = Staffing::of(duties.iter().map(|duty| ((code, duty.role), 1)), property);
    let vacancies = if in_force { staffing.lacking(code).collect() } else { Vec::new() };
    let items = duties.into_iter().map(|duty| RosterItem {
        id: GridDutyId::new(duty.street_id, duty.id),
        role: duty.role,
        person_name: duty.person_name,
        since: duty.valid_from,
    });
    let organisations = bodies.into_iter().map(|body| BodyItem {
        kind: body.kind,
        name: Text::owned(body.name_zh, body.name_en),
        count: body.people,
    });
    Ok(Json(Roster { items: items.collect(), vacancies, organisations: organisations.collect() }))
}

/// Lets a person serve a grid from now on.
#[utoipa::path(post, path = "/staff/grids/{code}/duties", tag = "staff", request_body = DutyIn,
    responses((status = 201, body = DutyOpened)))]
async fn assign(
    State(app): State<App>,
    call: Call,
    Path(code): Path<String>,
    Json(body): Json<DutyIn>,
) -> Result<(StatusCode, Json<DutyOpened>), Error> {
    let grid = grid_of(&code)?;
    let mut form = Form::default();
    let role = form.kept("role", form::word::<GridRole>(&body.role));
    let name = form.kept("person_name", form::line(&body.person_name, form::NAME));
    let (Some(role), Some(name)) = (role, name) else { return Err(form.refused()) };
    let areas = app.snapshot::<Areas>().await?;
    areas.area(grid).filter(|area| area.valid_to.is_none()).ok_or(Error::Missing("grid"))?;
    let street = street_of(grid)?;
    let verb = move |w| async move { grid::assign_grid_role(&w, grid, role, &name, None).await };
    let id = app.once(&call, street, &body, verb).await?;
    Ok((StatusCode::CREATED, Json(DutyOpened { id: GridDutyId::new(street, id) })))
}

/// Ends a person's service in a grid.
#[utoipa::path(delete, path = "/staff/grids/{code}/duties/{id}", tag = "staff", responses((status = 204)))]
async fn end_duty(
    State(app): State<App>,
    call: Call,
    Path((code, id)): Path<(String, GridDutyId)>,
) -> Result<StatusCode, Error> {
    let grid = grid_of(&code)?;
    let street = street_of(grid)?;
    if id.street != street {
        return Err(Error::Missing("grid duty"));
    }
    app.write(&call, street, move |w| async move { grid::end_grid_role(&w, grid, id.id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The streets asked for, the grids in force in them, and who serves these.
async fn staffing(app: &App, within: Option<AreaCode>) -> Result<(Arc<Areas>, Vec<i64>, Staffing), Error> {
    let areas = app.snapshot::<Areas>().await?;
    let of_street = within.and_then(AreaCode::street_id);
    let streets: Vec<i64> = areas
        .streets()
        .iter()
        .copied()
        .filter(|street| of_street.is_none_or(|only| only == *street))
        .collect();
    let asked = streets.clone();
    let (served, property) = app.read(move |r| async move { query::served(&r, &asked).await }).await?;
    let held = served.into_iter().map(|row| ((row.grid, row.role), row.people));
    Ok((areas, streets, Staffing::of(held, property)))
}

fn within_of(query: &Within) -> Result<Option<AreaCode>, Error> {
    let mut form = Form::default();
    match &query.within {
        None => Ok(None),
        Some(text) => form.kept("within", form::area(text)).map(Some).ok_or_else(|| form.refused()),
    }
}

/// Grids in which somebody is missing.
#[utoipa::path(get, path = "/staff/vacancies", tag = "staff", params(Within),
    responses((status = 200, body = List<Vacancy>)))]
async fn vacancies(
    State(app): State<App>,
    call: Call,
    Query(query): Query<Within>,
) -> Result<Json<List<Vacancy>>, Error> {
    may_read(&app, &call)?;
    let within = within_of(&query)?;
    let (areas, _, staffing) = staffing(&app, within).await?;
    let grids = areas.grids().filter(|grid| within.is_none_or(|within| within.contains(grid.code)));
    let found = grids.flat_map(|grid| {
        let code = grid.code.value();
        let name = areas.name(code);
        staffing.lacking(code).map(move |lack| Vacancy {
            area: code.to_string(),
            area_name: name.clone(),
            role: lack.role,
            needed: lack.needed,
            held: lack.held,
        })
    });
    Ok(Json(List::whole(found.collect(), app.clock().now())))
}

/// What the grids of each street lack together.
#[utoipa::path(get, path = "/staff/vacancies/streets", tag = "staff",
    responses((status = 200, body = List<StreetVacancies>)))]
async fn vacancies_by_street(
    State(app): State<App>,
    call: Call,
) -> Result<Json<List<StreetVacancies>>, Error> {
    may_read(&app, &call)?;
    let (areas, streets, staffing) = staffing(&app, None).await?;
    let found = streets.into_iter().map(|street| {
        let grids: Vec<i64> = areas
            .grids()
            .filter(|grid| grid.code.street_id() == Some(street))
            .map(|grid| grid.code.value())
            .collect();
        let (roles, lacking) = staffing.sums(grids.iter().copied());
        StreetVacancies {
            area: street.to_string(),
            area_name: areas.name(street),
            grids: grids.len() as i64,
            lacking,
            missing: roles.iter().map(|sum| sum.missing).sum(),
            roles,
        }
    });
    Ok(Json(List::whole(found.collect(), app.clock().now())))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(grid_roster))
        .routes(routes!(assign))
        .routes(routes!(end_duty))
        .routes(routes!(vacancies))
        .routes(routes!(vacancies_by_street))
}
