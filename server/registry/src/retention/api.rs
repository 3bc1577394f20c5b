//! `/retention` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, AreaCode, Call, Error, Json, Millis, Path, Query, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::schedule::{RecordClass, SCHEDULE};
use super::{Run, RunId, approve, ask, erase, latest};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct StreetQuery {
    /// A street, 9 digits; that of the post in use when absent.
    street: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunIn {
    class: RecordClass,
    /// A street, 9 digits; that of the post in use when absent.
    street: Option<String>,
}

/// A class of records, and how many of it are due.
#[derive(Serialize, ToSchema)]
struct RetentionRow {
    class: RecordClass,
    name: Text,
    months: i64,
    from: Text,
    why: Text,
    /// What ended before this moment is due.
    before: Millis,
    due: i64,
}

/// One erasing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
struct RetentionRun {
    id: String,
    version: i64,
    class: RecordClass,
    before: Millis,
    due: i64,
    erased: i64,
    asked_at: Millis,
    approved_at: Option<Millis>,
    done_at: Option<Millis>,
}

/// The schedule with what is due today, and the runs.
#[derive(Serialize, ToSchema)]
struct RetentionOut {
    street: String,
    items: Vec<RetentionRow>,
    runs: Vec<RetentionRun>,
    now: Millis,
}

impl From<Run> for RetentionRun {
    fn from(run: Run) -> Self {
        Self {
            id: run.wire_id().to_string(),
            version: run.version,
            class: run.class,
            before: run.before_at,
            due: run.due,
            erased: run.erased,
            asked_at: run.asked_at,
            approved_at: run.approved_at,
            done_at: run.done_at,
        }
    }
}

fn street_of(call: &Call, text: Option<&str>) -> Result<i64, Error> {
    let wrong = || Error::field("street", Text::new("请选择街道", "name a street"));
    let street = match text {
        Some(text) => text.parse::<AreaCode>().ok().map(AreaCode::value),
        None => Some(call.caller()?.post.street()),
    };
    street.filter(|street| (100_000_000..1_000_000_000).contains(street)).ok_or_else(wrong)
}

/// Shows how long what is kept, how much of it is due today, and what was erased.
#[utoipa::path(get, path = "/retention", tag = "registry", params(StreetQuery),
    responses((status = 200, body = RetentionOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StreetQuery>,
) -> Result<Json<RetentionOut>, Error> {
    let caller = call.caller()?;
    let street = street_of(&call, query.street.as_deref())?;
    app.policy().require(caller, "retention:read", &Thing::at(street), app.clock().now())?;
    let out = app.read(move |r| async move {
        let mut items = Vec::new();
        for kept in &SCHEDULE {
            let before = kept.before(r.now());
            items.push(RetentionRow {
                class: kept.class,
                name: kept.class.name(),
                months: kept.months,
                from: kept.from.clone(),
                why: kept.why.clone(),
                before,
                due: erase::due(&r, street, kept.class, before).await?,
            });
        }
        let runs = latest(&r, street).await?.into_iter().map(RetentionRun::from).collect();
        Ok(RetentionOut { street: street.to_string(), items, runs, now: r.now() })
    });
    out.await.map(Json)
}

/// Asks that what is due of a class be erased; somebody else must approve it.
#[utoipa::path(post, path = "/retention/runs", tag = "registry", request_body = RunIn,
    responses((status = 201, body = RetentionRun)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Json(body): Json<RunIn>,
) -> Result<(StatusCode, Json<RetentionRun>), Error> {
    let street = street_of(&call, body.street.as_deref())?;
    let class = body.class;
    let verb = move |w: platform::Write| async move { ask(&w, class).await.map(RetentionRun::from) };
    let run = app.once(&call, street, &body, verb).await?;
    Ok((StatusCode::CREATED, Json(run)))
}

/// Approves a run that somebody else asked for; it begins at once.
#[utoipa::path(post, path = "/retention/runs/{id}/approve", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, body = RetentionRun)))]
async fn allow(
    State(app): State<App>,
    call: Call,
    Path(id): Path<RunId>,
) -> Result<Json<RetentionRun>, Error> {
    call.caller()?;
    let verb = move |w: platform::Write| async move { approve(&w, id).await.map(RetentionRun::from) };
    app.write(&call, id.street, verb).await.map(Json)
}

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(open)).routes(routes!(allow))
}
