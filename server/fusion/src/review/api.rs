//! `/reviews` on the wire.

use axum::extract::State;
use orders::books;
use platform::{App, Call, Error, IfMatch, Json, List, Page, Path, Query};
use registry::look::{self, Asked};
use registry::{How, ResidentId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::decide::{Decision, decide};
use super::door::{check, door};
use super::sides::Sides;
use super::undo::undo;
use super::view::{self, Place, RIGHT, ReviewView, Within};
use super::wire::{Directories, Names, ReviewDetail, ReviewDone, ReviewOut, Shown};
use super::{ReviewId, ReviewPair, decisions};
use crate::batch::BatchId;

/// What is decided about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReviewChoice {
    /// One person: both are joined.
    Same,
    /// Two people: never asked again.
    Distinct,
    /// Somebody asks at the door.
    Field,
    /// Not now.
    Later,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewDecisionIn {
    decision: ReviewChoice,
}

#[derive(Deserialize, IntoParams)]
struct ReviewQuery {
    /// `waiting` when absent.
    #[param(inline)]
    view: Option<ReviewView>,
    /// Only pairs of this batch.
    #[param(value_type = Option<String>)]
    batch: Option<BatchId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// A page of pairs.
#[derive(Serialize, ToSchema)]
struct ReviewPage {
    #[serde(flatten)]
    page: List<ReviewOut>,
    /// How many wait, on this page or not.
    waiting: i64,
}

/// Lists pairs within the post's reach, the clearest first. It names nobody: a pair is looked at one by one.
#[utoipa::path(get, path = "/reviews", tag = "reviews", params(ReviewQuery), responses((status = 200, body = ReviewPage)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ReviewQuery>,
) -> Result<Json<ReviewPage>, Error> {
    let view = query.view.unwrap_or_default();
    let within = Within::of(&app, &call, query.batch.map_or(0, |batch| batch.id))?;
    let page = Page { cursor: query.cursor, limit: query.limit };
    let after = page.after::<Place>()?;
    let (limit, known) = (page.limit() + 1, Directories::of(&app).await?);
    let look = app.read(move |r| async move {
        let names = Names::of(&known, &r).await?;
        let streets = within.streets(names.areas());
        let rows = view::list(&r, &streets, &within, view, after, limit).await?;
        let waiting = view::count_waiting(&r, &streets, &within).await?;
        Ok((rows, waiting, names, r.now()))
    });
    let (rows, waiting, names, now) = look.await?;
    let page = List::cut(rows, &page, now, |pair| Place::of(view, pair), |pair| names.row(&pair))?;
    Ok(Json(ReviewPage { page, waiting }))
}

/// Shows a pair side by side, masked, with the reasons in words and what both would be as one.
#[utoipa::path(get, path = "/reviews/{id}", tag = "reviews",
    params(("id" = String, Path), ("Wangge-Purpose" = String, Header, description = "why: `check`")),
    responses((status = 200, body = ReviewDetail)))]
async fn show(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ReviewId>,
) -> Result<Json<ReviewDetail>, Error> {
    let within = Within::of(&app, &call, 0)?;
    let known = Directories::of(&app).await?;
    let read = app.read(move |r| async move {
        let pair = view::get(&r, &within.scope, id).await?;
        let sides = Sides::of(&r, known.district, &pair).await?;
        let decided = decisions(&r, &pair).await?;
        let names = Names::of(&known, &r).await?;
        let next = next(&r, &names, &within, &pair).await?;
        Ok((pair, sides, decided, names, next))
    });
    let (pair, sides, decided, names, next) = read.await?;
    let shown = Shown { purpose: asked.purpose, lang: call.lang };
    let seen = (sides.own.wire_id(), sides.other.wire_id());
    let compared = sides.compare(&app)?;
    leave(&app, &call, asked, seen).await?;
    names.detail(&pair, &compared, &decided, next, shown).map(Json)
}

/// No look without its trace: both sides read that somebody compared them.
async fn leave(
    app: &App,
    call: &Call,
    asked: Asked,
    (own, other): (ResidentId, ResidentId),
) -> Result<(), Error> {
    look::through(app, call, own.street, move |w| async move {
        let one = look::get(&w, &asked, RIGHT, own).await?;
        let two;
        let mut seen = vec![&one];
        if other != own {
            two = look::get(&w, &asked, RIGHT, other).await?;
            seen.push(&two);
        }
        look::leave_dealt(&w, &asked, &seen, How::Read, Shown::GROUPS);
        Ok(())
    })
    .await
}

/// The pair that waits behind this one, or the first of all.
async fn next(
    tx: &store::Tx,
    names: &Names,
    within: &Within,
    pair: &ReviewPair,
) -> Result<Option<ReviewId>, Error> {
    let streets = within.streets(names.areas());
    for after in [Some(Place::Weight(pair.weight, pair.id)), None] {
        let found = view::list(tx, &streets, within, ReviewView::Waiting, after, 2).await?;
        if let Some(other) = found.iter().find(|other| other.id != pair.id) {
            return Ok(Some(other.wire_id()));
        }
    }
    Ok(None)
}

/// Decides a pair: one person, two, to be checked at the door, or later.
#[utoipa::path(post, path = "/reviews/{id}/decision", tag = "reviews",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = ReviewDecisionIn, responses((status = 200, body = ReviewDone)))]
async fn decision(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ReviewId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ReviewDecisionIn>,
) -> Result<Json<ReviewDone>, Error> {
    let within = Within::of(&app, &call, 0)?;
    let pair = app.read(move |r| async move { view::get(&r, &within.scope, id).await }).await?;
    let choice = match body.decision {
        ReviewChoice::Same => Decision::Same,
        ReviewChoice::Distinct => Decision::Distinct,
        ReviewChoice::Later => Decision::Later,
        ReviewChoice::Field => {
            let today = app.clock().now().beijing_date().to_string();
            let asked = pair.clone();
            let door = app.read(move |r| async move { door(&r, &asked, &today).await }).await?;
            Decision::Field(Box::new(check(&app, &books(&app).await?, &pair, door)?))
        }
    };
    let clicked = (id, seen, &body);
    let decided = app.once(&call, id.street, &clicked, move |w| async move {
        decide(&w, id, seen, choice).await.map(|pair| pair.wire_id())
    });
    if let Err(error) = decided.await {
        return Err(explained(&app, within, id, seen, error).await);
    }
    done(&app, within, id).await.map(Json)
}

/// Takes the last decision about a pair back.
#[utoipa::path(post, path = "/reviews/{id}/undo", tag = "reviews",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    responses((status = 200, body = ReviewDone)))]
async fn take_back(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ReviewId>,
    IfMatch(seen): IfMatch,
) -> Result<Json<ReviewDone>, Error> {
    let within = Within::of(&app, &call, 0)?;
    app.read(move |r| async move { view::get(&r, &within.scope, id).await }).await?;
    let books = books(&app).await?;
    let clicked = (id, seen);
    let undone = app.once(&call, id.street, &clicked, move |w| async move {
        undo(&w, &books, id, seen).await.map(|pair| pair.wire_id())
    });
    if let Err(error) = undone.await {
        return Err(explained(&app, within, id, seen, error).await);
    }
    done(&app, within, id).await.map(Json)
}

/// The database itself may find that somebody was faster; its refusal does not say what they did.
async fn explained(app: &App, within: Within, id: ReviewId, seen: i64, error: Error) -> Error {
    let Error::Conflict { current: None, .. } = error else { return error };
    match app.read(move |r| async move { view::get(&r, &within.scope, id).await }).await {
        Ok(pair) if pair.version != seen => pair.lost_race(),
        _ => error,
    }
}

async fn done(app: &App, within: Within, id: ReviewId) -> Result<ReviewDone, Error> {
    let known = Directories::of(app).await?;
    app.read(move |r| async move {
        let pair = view::get(&r, &within.scope, id).await?;
        let names = Names::of(&known, &r).await?;
        let next = next(&r, &names, &within, &pair).await?;
        Ok(names.done(&pair, next))
    })
    .await
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(decision))
        .routes(routes!(take_back))
}
