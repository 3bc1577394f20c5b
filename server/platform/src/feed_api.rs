//! `/feed` on the wire.

use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::door::Read;
use crate::error::Error;
use crate::extract::{Json, Query};
use crate::feed::{self, Cursor, FeedEvent};
use crate::ledger_api::{streets, streets_between};
use crate::policy::{Scope, Thing};
use crate::systems::{SystemCall, SystemInUse};

/// The most events that one answer holds.
const LIMIT: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// `next` of the answer before; from the beginning when absent.
    after: Option<String>,
    /// Events in the answer, 1 to 200; 100 when absent.
    limit: Option<usize>,
}

/// Some of what happened, in the order of the ledger.
#[derive(Serialize, ToSchema)]
struct Feed {
    items: Vec<FeedEvent>,
    /// Hand this back as `after`, also when nothing came.
    next: String,
    /// There may be more already: ask again at once. An answer may be empty and yet say so.
    more: bool,
    now: Millis,
}

/// Who follows: a post, or a connected system with its key.
enum Follower {
    Post(Scope),
    System(SystemInUse),
}

impl FromRequestParts<App> for Follower {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let SystemCall { system, .. } = SystemCall::from_request_parts(parts, app).await?;
            system.require("feed:read", &Thing::at(system.area))?;
            return Ok(Self::System(system));
        }
        let call = Call::from_request_parts(parts, app).await?;
        let scope = app.policy().scope(call.caller()?, "feed:read", app.clock().now());
        if scope.is_empty { Err(Error::forbidden()) } else { Ok(Self::Post(scope)) }
    }
}

impl Follower {
    async fn streets(&self, r: &Read) -> Result<Vec<i64>, Error> {
        match self {
            Self::Post(scope) => streets(r, *scope).await,
            Self::System(system) if system.area < 1_000_000 => {
                streets_between(r, system.area * 1000, system.area * 1000 + 999).await
            }
            Self::System(system) => Ok(vec![system.area]),
        }
    }
}

/// What happened to the orders of the streets in reach, gapless: whoever hands back `next` misses nothing.
#[utoipa::path(get, path = "/feed", tag = "feed", params(Asked), responses((status = 200, body = Feed)))]
async fn feed(
    State(app): State<App>,
    follower: Follower,
    Query(asked): Query<Asked>,
) -> Result<Json<Feed>, Error> {
    let after = asked.after.as_deref().map(Cursor::parse).transpose()?.unwrap_or_default();
    let limit = asked.limit.unwrap_or(100).clamp(1, LIMIT);
    let look = app.read(move |r| async move {
        let streets = follower.streets(&r).await?;
        Ok((feed::read(&r, &streets, &after, limit).await?, r.now()))
    });
    let (told, now) = look.await?;
    let items = told.events.into_iter().map(|(event, _)| event).collect();
    Ok(Json(Feed { items, next: told.next.text(), more: told.more, now }))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(feed))
}
