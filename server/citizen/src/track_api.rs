//! `/public/reports/{number}` on the wire: following, urging and rating a case.

use axum::extract::State;
use orders::{Order, books, find, rate};
use platform::{App, Error, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::proof::{self, ProofIn};
use crate::tracking::{Tracking, present, read};
use crate::urge::urge;
use crate::visitor::Visitor;

/// What a resident thinks of the work.
#[derive(Serialize, Deserialize, ToSchema)]
struct PublicRatingIn {
    #[serde(flatten)]
    proof: ProofIn,
    /// One to five.
    stars: i64,
    comment: Option<String>,
}

/// The case as it stands now.
async fn shown(app: &App, order: &Order) -> Result<Json<Tracking>, Error> {
    let books = books(app).await?;
    let (street, id) = (order.street_id, order.id);
    let look = app.read(move |r| async move {
        let order = find(&r, street, id).await?.ok_or(Error::Missing("report"))?;
        Ok((read(&r, order).await?, r.now()))
    });
    let (rows, now) = look.await?;
    Ok(Json(present(app, &books, rows, now)))
}

/// Shows a case to whoever reported it.
#[utoipa::path(get, path = "/public/reports/{number}", tag = "citizen", params(("number" = String, Path), ProofIn),
    responses((status = 200, body = Tracking)))]
async fn track(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(shows): Query<ProofIn>,
) -> Result<Json<Tracking>, Error> {
    let order = proof::open(&app, &visitor, &number, &shows).await?;
    shown(&app, &order).await
}

/// Reminds those who have the case, once a day.
#[utoipa::path(post, path = "/public/reports/{number}/urge", tag = "citizen", params(("number" = String, Path)),
    request_body = ProofIn, responses((status = 200, body = Tracking)))]
async fn remind(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(shows): Json<ProofIn>,
) -> Result<Json<Tracking>, Error> {
    let order = proof::open(&app, &visitor, &number, &shows).await?;
    let urged = order.clone();
    app.once(&visitor.call, order.street_id, &shows, move |w| async move {
        let goes_on = orders::main_of(&w, urged).await?;
        urge(&w, &goes_on).await
    })
    .await?;
    shown(&app, &order).await
}

/// Rates a closed case, once.
#[utoipa::path(post, path = "/public/reports/{number}/rating", tag = "citizen", params(("number" = String, Path)),
    request_body = PublicRatingIn, responses((status = 200, body = Tracking)))]
async fn rating(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<PublicRatingIn>,
) -> Result<Json<Tracking>, Error> {
    let order = proof::open(&app, &visitor, &number, &body.proof).await?;
    let (rated, stars, comment) = (order.clone(), body.stars, body.comment.clone());
    let done = app.once(&visitor.call, order.street_id, &body, move |w| async move {
        rate(&w, &rated, stars, comment.as_deref()).await.map(|_| ())
    });
    done.await?;
    shown(&app, &order).await
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(track)).routes(routes!(remind)).routes(routes!(rating))
}
