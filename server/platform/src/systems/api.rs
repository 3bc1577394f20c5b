//! `/systems` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::sql;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::open::{self, NewSystem, RIGHT};
use super::{System, SystemId, SystemKind};
use crate::app::App;
use crate::area_code::AreaCode;
use crate::call::Call;
use crate::clock::Millis;
use crate::error::{Error, FieldProblem, Text};
use crate::extract::{Json, Path};
use crate::posts::OrganisationId;

/// The longest name of a system, in characters.
const NAME_CHARS: usize = 60;

sql! {
    SYSTEMS: System = "WHERE id > 0 ORDER BY id DESC LIMIT 500";
}

/// A system to connect.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SystemIn {
    name: String,
    kind: SystemKind,
    /// The street that it works for; the whole district when absent.
    area: Option<String>,
    /// The unit that it speaks for, for a unit's own program.
    #[schema(value_type = Option<String>)]
    organisation_id: Option<OrganisationId>,
}

/// A connected system.
#[derive(Serialize, ToSchema)]
struct SystemOut {
    id: SystemId,
    name: String,
    kind: SystemKind,
    area: String,
    #[schema(value_type = Option<String>)]
    organisation_id: Option<OrganisationId>,
    opened_at: Millis,
    closed_at: Option<Millis>,
    /// When its key was last seen, to the minute.
    used_at: Option<Millis>,
}

/// A system with its key, which exists only in this answer.
#[derive(Serialize, ToSchema)]
struct SystemKeyOut {
    #[serde(flatten)]
    system: SystemOut,
    key: String,
}

/// The connected systems, the newest first, closed ones included.
#[derive(Serialize, ToSchema)]
struct Systems {
    items: Vec<SystemOut>,
}

/// What the repetition of the same call is answered from: a key is never kept in clear.
#[derive(Serialize, Deserialize)]
struct Keyed {
    id: i64,
    at: i64,
    key_sealed: String,
}

impl From<&System> for SystemOut {
    fn from(system: &System) -> Self {
        Self {
            id: SystemId::shared(system.id),
            name: system.name.clone(),
            kind: system.kind,
            area: system.area.to_string(),
            organisation_id: system.organisation_id.map(OrganisationId::shared),
            opened_at: system.opened_at,
            closed_at: system.closed_at,
            used_at: system.used_at,
        }
    }
}

/// Lists the systems that are or were connected.
#[utoipa::path(get, path = "/systems", tag = "systems", responses((status = 200, body = Systems)))]
async fn list(State(app): State<App>, call: Call) -> Result<Json<Systems>, Error> {
    let scope = app.policy().scope(call.caller()?, RIGHT, app.clock().now());
    let all: Vec<System> = app.read(|r| async move { Ok(r.query(&SYSTEMS, &[]).await?) }).await?;
    let seen = all.iter().filter(|system| scope.covers(&crate::policy::Thing::at(system.area)));
    Ok(Json(Systems { items: seen.map(SystemOut::from).collect() }))
}

/// Connects a system; its key is shown this once.
#[utoipa::path(post, path = "/systems", tag = "systems", request_body = SystemIn,
    responses((status = 201, body = SystemKeyOut)))]
async fn connect(
    State(app): State<App>,
    call: Call,
    Json(body): Json<SystemIn>,
) -> Result<(StatusCode, Json<SystemKeyOut>), Error> {
    let new = checked(&app, &call, &body)?;
    let key = app.chance().token()?;
    let keyed = app.once(&call, app.district(), &body, move |w| async move {
        let system = open::open(&w, new, &key).await?;
        keyed(&w, &system, &key)
    });
    Ok((StatusCode::CREATED, Json(shown(&app, keyed.await?).await?)))
}

/// Gives a system a new key, shown this once; the old one opens nothing from now on.
#[utoipa::path(post, path = "/systems/{id}/key", tag = "systems", params(("id" = String, Path)),
    responses((status = 200, body = SystemKeyOut)))]
async fn renew(
    State(app): State<App>,
    call: Call,
    Path(id): Path<SystemId>,
) -> Result<Json<SystemKeyOut>, Error> {
    call.caller()?;
    let key = app.chance().token()?;
    let keyed = app.once(&call, app.district(), &id, move |w| async move {
        let system = open::renew(&w, id.id, &key).await?;
        keyed(&w, &system, &key)
    });
    Ok(Json(shown(&app, keyed.await?).await?))
}

/// Closes a system: its key opens nothing any more.
#[utoipa::path(delete, path = "/systems/{id}", tag = "systems", params(("id" = String, Path)),
    responses((status = 204)))]
async fn close(State(app): State<App>, call: Call, Path(id): Path<SystemId>) -> Result<StatusCode, Error> {
    call.caller()?;
    app.write(&call, app.district(), move |w| async move { open::close(&w, id.id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(app: &App, call: &Call, body: &SystemIn) -> Result<NewSystem, Error> {
    let mut problems = Vec::new();
    let name = body.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        problems.push(FieldProblem::new("name", Text::new("请填写 1 至 60 字", "write 1 to 60 characters")));
    }
    let own = |code: &str| code.parse::<AreaCode>().ok().map(AreaCode::value);
    let district = app.district();
    let area = match &body.area {
        None => Some(district),
        Some(code) => own(code).filter(|code| *code == district || code / 1000 == district),
    };
    if area.is_none() {
        problems.push(FieldProblem::new(
            "area",
            Text::new("请选择本区或本区的街道", "choose the district or a street of it"),
        ));
    }
    match (area, problems.is_empty()) {
        (Some(area), true) => {
            app.policy().require(
                call.caller()?,
                RIGHT,
                &crate::policy::Thing::at(area),
                app.clock().now(),
            )?;
            Ok(NewSystem { name, kind: body.kind, area, organisation: body.organisation_id.map(|id| id.id) })
        }
        _ => Err(Error::invalid(problems)),
    }
}

fn keyed(w: &crate::door::Write, system: &System, key: &str) -> Result<Keyed, Error> {
    let sealed = w.app().vault().seal("answers", "system_key", system.id, key.as_bytes());
    Ok(Keyed { id: system.id, at: w.now().0, key_sealed: sealed.map_err(Error::internal)? })
}

async fn shown(app: &App, keyed: Keyed) -> Result<SystemKeyOut, Error> {
    let key =
        app.vault().open("answers", "system_key", keyed.id, &keyed.key_sealed).map_err(Error::internal)?;
    let id = keyed.id;
    let system: Option<System> =
        app.read(move |r| async move { Ok(r.find(&store::vals![id]).await?) }).await?;
    let system = system.ok_or(Error::Missing("system"))?;
    Ok(SystemKeyOut {
        system: SystemOut::from(&system),
        key: String::from_utf8(key).map_err(Error::internal)?,
    })
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, connect)).routes(routes!(renew)).routes(routes!(close))
}
