//! `/reviews/bulk` and `/reviews/audit` on the wire: many at once, and the sample that keeps them honest.

use areas::AreaCode;
use axum::extract::State;
use orders::books;
use platform::{App, Call, Error, IfMatch, Json, List, Page, Path, Query, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::audit::{ReviewSample, audit, sample};
use super::bulk::{ReviewAccepted, accept, checked, street_of};
use super::view::{self, Within};
use super::wire::{Directories, Names, ReviewDone, ReviewOut};
use super::{ReviewAudit, ReviewId};
use crate::batch::BatchId;

/// Which pairs to accept unseen.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkIn {
    /// The least weight, log2 of the odds: 5.62 at least, which is a chance of 0.98.
    at_least: f64,
    /// Only pairs of this batch.
    #[schema(value_type = Option<String>)]
    batch: Option<BatchId>,
    /// For a post of the district: the street.
    street: Option<String>,
}

/// Whether a decision that was looked at again was right.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AuditVerdict {
    Right,
    /// It is taken back.
    Wrong,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AuditIn {
    verdict: AuditVerdict,
}

#[derive(Deserialize, IntoParams)]
struct AuditQuery {
    /// Only pairs of this batch.
    #[param(value_type = Option<String>)]
    batch: Option<BatchId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// What is still to be looked at, and what came out so far.
#[derive(Serialize, ToSchema)]
struct AuditPage {
    #[serde(flatten)]
    page: List<ReviewOut>,
    #[serde(flatten)]
    sample: ReviewSample,
}

/// Joins every pair of the street from a weight on, 500 at most, and draws a sample of one in twenty, ten at least. Pairs
/// whose numbers contradict each other, or that were found to be two people, are left for a person.
#[utoipa::path(post, path = "/reviews/bulk", tag = "reviews", request_body = BulkIn,
    responses((status = 200, body = ReviewAccepted)))]
async fn bulk(
    State(app): State<App>,
    call: Call,
    Json(body): Json<BulkIn>,
) -> Result<Json<ReviewAccepted>, Error> {
    let within = Within::of(&app, &call, body.batch.map_or(0, |batch| batch.id))?;
    let named = body.street.as_deref().map(str::parse::<AreaCode>).transpose();
    let named = named.map_err(|error| Error::field("street", Text::owned(error.zh(), error.to_string())))?;
    let street = street_of(&app, &within, named.map(AreaCode::value))?;
    let at_least = checked(body.at_least)?;
    let accepted =
        app.once(&call, street, &body, move |w| async move { accept(&w, &within, at_least).await });
    accepted.await.map(Json)
}

/// Lists what the sample drew and nobody has looked at yet, with the share of errors found so far and its interval.
#[utoipa::path(get, path = "/reviews/audit", tag = "reviews", params(AuditQuery), responses((status = 200, body = AuditPage)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>, Error> {
    let within = Within::of(&app, &call, query.batch.map_or(0, |batch| batch.id))?;
    let page = Page { cursor: query.cursor, limit: query.limit };
    let after = page.after::<i64>()?.unwrap_or_default();
    let (limit, known) = (page.limit() + 1, Directories::of(&app).await?);
    let look = app.read(move |r| async move {
        let names = Names::of(&known, &r).await?;
        let streets = within.streets(names.areas());
        let rows = view::sampled(&r, &streets, &within, ReviewAudit::Asked, after, limit).await?;
        Ok((rows, sample(&r, &streets, &within).await?, names, r.now()))
    });
    let (rows, sample, names, now) = look.await?;
    let page = List::cut(rows, &page, now, |pair| pair.id, |pair| names.row(&pair))?;
    Ok(Json(AuditPage { page, sample }))
}

/// Says whether a pair that the sample drew was joined rightly; a wrong one is taken back.
#[utoipa::path(post, path = "/reviews/{id}/audit", tag = "reviews",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = AuditIn, responses((status = 200, body = ReviewDone)))]
async fn verdict(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ReviewId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<AuditIn>,
) -> Result<Json<ReviewDone>, Error> {
    let within = Within::of(&app, &call, 0)?;
    app.read(move |r| async move { view::get(&r, &within.scope, id).await }).await?;
    let (books, right) = (books(&app).await?, matches!(body.verdict, AuditVerdict::Right));
    let clicked = (id, seen, &body);
    let judged = app.once(&call, id.street, &clicked, move |w| async move {
        audit(&w, &books, id, seen, right).await.map(|pair| pair.wire_id())
    });
    judged.await?;
    let known = Directories::of(&app).await?;
    let done = app.read(move |r| async move {
        let pair = view::get(&r, &within.scope, id).await?;
        let names = Names::of(&known, &r).await?;
        let streets = within.streets(names.areas());
        let next = view::sampled(&r, &streets, &within, ReviewAudit::Asked, 0, 1).await?;
        Ok(names.done(&pair, next.first().map(super::ReviewPair::wire_id)))
    });
    done.await.map(Json)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(bulk)).routes(routes!(list)).routes(routes!(verdict))
}
