//! What the public page needs to ask where and what: kinds of problem, places, outlines, and what is close by.

use std::collections::BTreeSet;

use areas::Position;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use orders::{Order, State as Stage, around, books};
use platform::limits::Limited;
use platform::{App, AreaCode, Error, Json, Millis, Query, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::near;
use crate::outline::Outlines;
use crate::tiles::{PublicClass, tiles};
use crate::visitor::Visitor;

/// Perhaps the same case: so near, in metres, and so close in time.
const NEAR_METRES: f64 = 50.0;
const NEAR_MS: i64 = 24 * 3_600_000;
const MOST_NEAR: usize = 20;
/// The longest name that is looked for, in characters.
const WORDS_CHARS: usize = 60;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct NearbyQuery {
    lon: f64,
    lat: f64,
    /// The code of a case class; any class when absent.
    class: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct WordsQuery {
    /// A part of the name, or first letters of its reading.
    q: String,
}

#[derive(Serialize, ToSchema)]
struct Classes {
    items: Vec<PublicClass>,
}

/// A named spot.
#[derive(Serialize, ToSchema)]
struct Place {
    name: String,
    /// The smallest area that holds it.
    #[schema(value_type = String)]
    area: AreaCode,
    /// Longitude and latitude.
    #[schema(value_type = (f64, f64))]
    point: [f64; 2],
}

#[derive(Serialize, ToSchema)]
struct Places {
    items: Vec<Place>,
}

/// What somebody reported close by, without any word of theirs.
#[derive(Serialize, ToSchema)]
struct Nearby {
    number_masked: String,
    class: Text,
    state: Stage,
    reported_at: Millis,
    metres: i64,
    /// Others with the same trouble.
    followers: i64,
    /// Names it for an hour, to whoever has the same trouble; none once it has ended.
    mark: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct AllNearby {
    items: Vec<Nearby>,
}

/// Which case close by somebody has the trouble of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FollowIn {
    /// From the list of what is close by.
    mark: String,
}

/// How many have that trouble now.
#[derive(Serialize, ToSchema)]
struct Followed {
    followers: i64,
}

/// The twelve kinds of problem that most people report.
#[utoipa::path(get, path = "/public/classes", tag = "citizen", responses((status = 200, body = Classes)))]
async fn classes(State(app): State<App>, _visitor: Visitor) -> Result<Json<Classes>, Error> {
    let books = books(&app).await?;
    Ok(Json(Classes { items: tiles(&books.catalogue) }))
}

/// Roads, landmarks and areas by name or initials, 20 at most.
#[utoipa::path(get, path = "/public/places", tag = "citizen", params(WordsQuery), responses((status = 200, body = Places)))]
async fn places(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<WordsQuery>,
) -> Result<Json<Places>, Error> {
    if asked.q.chars().count() > WORDS_CHARS {
        return Err(Error::field("q", Text::new("不超过 60 字", "60 characters at most")));
    }
    let found = books(&app).await?.areas.search(&asked.q);
    let items = found.into_iter().map(|place| Place {
        name: place.name.in_lang(visitor.call.lang).to_owned(),
        area: place.area,
        point: [place.point.lon(), place.point.lat()],
    });
    Ok(Json(Places { items: items.collect() }))
}

/// What was reported within 50 metres in 24 hours, the nearest first, 20 at most.
#[utoipa::path(get, path = "/public/nearby", tag = "citizen", params(NearbyQuery), responses((status = 200, body = AllNearby)))]
async fn nearby(
    State(app): State<App>,
    _visitor: Visitor,
    Query(asked): Query<NearbyQuery>,
) -> Result<Json<AllNearby>, Error> {
    let here = Position::new(asked.lon, asked.lat)
        .map_err(|error| Error::field("lon", Text::owned(error.zh(), error.to_string())))?;
    let books = books(&app).await?;
    let grids = books.areas.grids_within(here, NEAR_METRES);
    let streets: BTreeSet<i64> = grids.iter().filter_map(|(grid, _)| grid.street_id()).collect();
    // What is private, or goes on as another case, is nothing to point at.
    let live = |order: &Order| {
        !matches!(order.state, Stage::Rejected | Stage::Cancelled | Stage::Guiding | Stage::Joined)
    };
    let class = asked.class.clone();
    let found = app.read(move |r| async move {
        let mut all = Vec::new();
        for street in streets {
            for order in around(&r, street, here, NEAR_METRES, r.now().plus(-NEAR_MS)).await? {
                if live(&order) && class.as_ref().is_none_or(|class| *class == order.class) {
                    all.push((orders::followers(&r, &order).await?, order));
                }
            }
        }
        Ok((all, r.now()))
    });
    let (found, now) = found.await?;
    let mut items: Vec<Nearby> = found
        .iter()
        .filter_map(|(followers, order)| {
            let class = books.catalogue.class(&order.class).map(|class| class.name.clone());
            Some(Nearby {
                number_masked: masked(&order.number),
                class: class.unwrap_or_else(|| Text::owned(order.class.as_str(), order.class.as_str())),
                state: order.state,
                reported_at: order.reported_at,
                metres: order.position()?.distance_metres(here).round() as i64,
                followers: *followers,
                mark: (!order.state.is_ended()).then(|| near::issue(&app, order, now)),
            })
        })
        .collect();
    items.sort_by_key(|near| (near.metres, std::cmp::Reverse(near.reported_at)));
    items.truncate(MOST_NEAR);
    Ok(Json(AllNearby { items }))
}

/// Says that somebody has the same trouble; from one address it counts once.
#[utoipa::path(post, path = "/public/nearby/follow", tag = "citizen", request_body = FollowIn,
    responses((status = 200, body = Followed)))]
async fn follow(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<FollowIn>,
) -> Result<Json<Followed>, Error> {
    let (street, id) = near::opens(&app, &body.mark, app.clock().now()).ok_or(Error::Missing("report"))?;
    let who = app.vault().index("citizen.follower", &format!("{street}:{id}:{}", visitor.peer.0));
    let done = app.write(&visitor.call, street, move |w| async move {
        w.app().limiters().count(Limited::Report, visitor.peer)?;
        let order = orders::find(&w, street, id).await?.ok_or(Error::Missing("report"))?;
        let order = orders::main_of(&w, order).await?;
        orders::add_follower(&w, &order, who).await?;
        orders::followers(&w, &order).await
    });
    Ok(Json(Followed { followers: done.await? }))
}

/// A number of which street, day and the last two digits remain: `006-20261123-***17-*`.
fn masked(number: &str) -> String {
    let mut parts = number.split('-');
    let (street, day) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let nth = parts.next().unwrap_or_default();
    let tail = nth.get(nth.len().saturating_sub(2)..).unwrap_or_default();
    format!("{street}-{day}-***{tail}-*")
}

/// The outlines of the streets and the named roads as GeoJSON, simplified for a small map.
#[utoipa::path(get, path = "/public/boundaries", tag = "citizen",
    responses((status = 200, description = "GeoJSON", content_type = "application/geo+json"), (status = 304)))]
async fn boundaries(
    State(app): State<App>,
    _visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Error> {
    Ok(app.snapshot::<Outlines>().await?.answer(&headers))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(classes))
        .routes(routes!(places))
        .routes(routes!(nearby))
        .routes(routes!(follow))
        .routes(routes!(boundaries))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_number_does_not_open_anything() {
        assert_eq!(masked("006-20261123-00017-K"), "006-20261123-***17-*");
        assert_eq!(platform::number::normalize(&masked("006-20261123-00017-K")), None);
    }
}
