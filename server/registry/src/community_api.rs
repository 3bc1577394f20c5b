//! Where the register is open, on the wire.

use areas::Directory;
use axum::extract::State;
use platform::{App, AreaCode, AreaLevel, Call, Error, Json, List, Millis, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::community::{OpenCommunities, set_open};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CommunityIn {
    /// Twelve digits.
    #[schema(value_type = String)]
    code: AreaCode,
    open: bool,
}

/// A community, and since when the register is open in it.
#[derive(Serialize, ToSchema)]
struct CommunityOut {
    #[schema(value_type = String)]
    code: AreaCode,
    name: Text,
    street_name: Text,
    opened_at: Option<Millis>,
    closed_at: Option<Millis>,
}

fn out(directory: &Directory, open: &OpenCommunities, code: AreaCode) -> CommunityOut {
    let row = open.row(code.value());
    CommunityOut {
        code,
        name: directory.name(code.value()),
        street_name: directory.name(code.value() / 1000),
        opened_at: row.map(|row| row.opened_at),
        closed_at: row.and_then(|row| row.closed_at),
    }
}

/// The communities of the post's area, and whether the register is open in each.
#[utoipa::path(get, path = "/registry/communities", tag = "registry",
    responses((status = 200, body = List<CommunityOut>)))]
async fn communities(State(app): State<App>, call: Call) -> Result<Json<List<CommunityOut>>, Error> {
    let (caller, now) = (call.caller()?, app.clock().now());
    let scope = app.policy().scope(caller, "registry:open", now);
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let (directory, open) = (app.snapshot::<Directory>().await?, app.snapshot::<OpenCommunities>().await?);
    let all = directory.communities().map(|area| area.code);
    let covered = all.filter(|code| scope.covers(&Thing::at(code.value())));
    let items = covered.map(|code| out(&directory, &open, code)).collect();
    Ok(Json(List::whole(items, now)))
}

/// Opens the register in a community, or closes it.
#[utoipa::path(put, path = "/registry/communities", tag = "registry", request_body = CommunityIn,
    responses((status = 200, body = CommunityOut)))]
async fn put_community(
    State(app): State<App>,
    call: Call,
    Json(body): Json<CommunityIn>,
) -> Result<Json<CommunityOut>, Error> {
    let directory = app.snapshot::<Directory>().await?;
    let known = directory.area(body.code).filter(|area| area.level == AreaLevel::Community);
    let code = known.ok_or(Error::Missing("community"))?.code;
    let street = code.street_id().ok_or(Error::Missing("community"))?;
    app.write(&call, street, move |w| async move { set_open(&w, code, body.open).await }).await?;
    let open = app.snapshot::<OpenCommunities>().await?;
    Ok(Json(out(&directory, &open, code)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(communities, put_community))
}
