//! The one box and the list of purposes on the wire.

use axum::extract::State;
use platform::{App, AreaCode, Call, Error, Json, List, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::community::OpenCommunities;
use crate::find::{Ground, find};
use crate::found::Found;
use crate::kind;
use crate::look::{Asked, through};
use crate::purpose::{PURPOSES, Purpose};
use crate::words::Group;

/// A search.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FindIn {
    /// A whole number, a telephone, a unit's code, an address in any spelling, a name, its reading or its first letters.
    text: String,
    /// The code of an area to search in.
    within: Option<String>,
}

/// A purpose that the post in use works for.
#[derive(Serialize, ToSchema)]
struct PurposeOut {
    /// For the header `Wangge-Purpose`.
    word: &'static str,
    name: Text,
    /// The law that allows it.
    basis: Text,
    /// What it may ever show in clear.
    groups: Vec<Group>,
    /// Whether `Wangge-About` must name the case or the matter.
    needs_about: bool,
}

impl From<&'static Purpose> for PurposeOut {
    fn from(purpose: &'static Purpose) -> Self {
        Self {
            word: purpose.word,
            name: purpose.name(),
            basis: purpose.basis(),
            groups: purpose.groups.to_vec(),
            needs_about: purpose.needs_about,
        }
    }
}

/// Finds people, dwellings, buildings and units by exactly what they are called; masked, at most 20, within reach.
#[utoipa::path(post, path = "/registry/find", tag = "registry", request_body = FindIn, responses((status = 200, body = Found)))]
async fn search(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Json(body): Json<FindIn>,
) -> Result<Json<Found>, Error> {
    let within = match body.within.as_deref().map(str::parse::<AreaCode>) {
        None => None,
        Some(Ok(code)) => Some(code.value()),
        Some(Err(_)) => {
            let text = Text::new("区划编码有误", "no such area code");
            return Err(Error::field("within", text));
        }
    };
    let ground = Ground { areas: app.snapshot().await?, open: app.snapshot::<OpenCommunities>().await? };
    let (typed, street) = (kind::read(&body.text), call.caller()?.post.street());
    through(&app, &call, street, move |w| find(w, asked, typed, within, ground)).await.map(Json)
}

/// The purposes for which the post in use may look somebody up.
#[utoipa::path(get, path = "/registry/purposes", tag = "registry", responses((status = 200, body = List<PurposeOut>)))]
async fn purposes(State(app): State<App>, call: Call) -> Result<Json<List<PurposeOut>>, Error> {
    let kind = call.caller()?.post.kind;
    let all = PURPOSES.iter().filter(|purpose| purpose.posts.contains(&kind)).map(PurposeOut::from);
    Ok(Json(List::whole(all.collect(), app.clock().now())))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(purposes))
}
