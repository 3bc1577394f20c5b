//! Sensitive groups on the wire: which a street has switched on, and with which basis.

use axum::extract::State;
use platform::{App, AreaCode, AreaLevel, Call, Error, Json, List, Millis, Query, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::sensitive::{SensitiveGroup, Standing, groups_of, set_group};

#[derive(Deserialize, IntoParams)]
struct GroupsOf {
    /// Nine digits; the post's own street when absent.
    street: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupIn {
    /// Nine digits; the post's own street when absent.
    street: Option<String>,
    group: SensitiveGroup,
    on: bool,
    /// The law with its article; needed to switch it on.
    #[serde(default)]
    basis: String,
}

/// A group, and how it stands in the street.
#[derive(Serialize, ToSchema)]
struct GroupOut {
    group: SensitiveGroup,
    name: Text,
    on: bool,
    basis: Option<String>,
    opened_at: Option<Millis>,
    closed_at: Option<Millis>,
}

impl From<Standing> for GroupOut {
    fn from(standing: Standing) -> Self {
        Self {
            group: standing.group,
            name: standing.group.name(),
            on: standing.opened_at.is_some() && standing.closed_at.is_none(),
            basis: standing.basis,
            opened_at: standing.opened_at,
            closed_at: standing.closed_at,
        }
    }
}

/// The street asked for, or the post's own.
pub(crate) fn street_of(call: &Call, asked: Option<&str>) -> Result<i64, Error> {
    let told = Text::new("请选择街道", "choose a street");
    let code = match asked {
        Some(text) => text
            .parse::<AreaCode>()
            .map_err(|error| Error::field("street", Text::owned(error.zh(), error.to_string())))?,
        None => AreaCode::try_from(call.caller()?.post.street()).map_err(Error::internal)?,
    };
    if code.level() == AreaLevel::Street { Ok(code.value()) } else { Err(Error::field("street", told)) }
}

/// The sensitive groups, all of them off until a street switches one on.
#[utoipa::path(get, path = "/registry/groups", tag = "registry", params(GroupsOf),
    responses((status = 200, body = List<GroupOut>)))]
async fn groups(
    State(app): State<App>,
    call: Call,
    Query(of): Query<GroupsOf>,
) -> Result<Json<List<GroupOut>>, Error> {
    let (caller, now) = (call.caller()?, app.clock().now());
    app.policy().require(caller, "registry:open", &Thing::at(caller.post.area), now)?;
    let street = street_of(&call, of.street.as_deref())?;
    app.policy().require(caller, "registry:open", &Thing::at(street), now)?;
    let found = app.read(move |r| async move { groups_of(&r, street).await }).await?;
    Ok(Json(List::whole(found.into_iter().map(GroupOut::from).collect(), now)))
}

/// Switches a group on, with its legal basis, or off.
#[utoipa::path(put, path = "/registry/groups", tag = "registry", request_body = GroupIn,
    responses((status = 200, body = List<GroupOut>)))]
async fn put_group(
    State(app): State<App>,
    call: Call,
    Json(body): Json<GroupIn>,
) -> Result<Json<List<GroupOut>>, Error> {
    let caller = call.caller()?;
    app.policy().require(caller, "registry:open", &Thing::at(caller.post.area), app.clock().now())?;
    let street = street_of(&call, body.street.as_deref())?;
    let found = app
        .write(&call, street, move |w| async move {
            set_group(&w, street, body.group, body.on.then_some(body.basis.as_str())).await?;
            groups_of(&w, street).await
        })
        .await?;
    Ok(Json(List::whole(found.into_iter().map(GroupOut::from).collect(), app.clock().now())))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(groups, put_group))
}
