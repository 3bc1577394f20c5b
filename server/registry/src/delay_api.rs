//! `/look-delays` on the wire: asked for by one person, approved by another.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, FieldProblem, Json, List, Millis, Page, Path, Query, Scope, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::delay::{APPROVE, Delay, DelayId, NewDelay, approve, ask, latest};
use crate::resident::ResidentId;

/// The longest clause, and the longest name of a matter, in characters.
const BASIS_CHARS: usize = 200;
const ABOUT_CHARS: usize = 80;

/// What is to be hidden, why, and until when.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DelayIn {
    #[schema(value_type = String)]
    resident: ResidentId,
    /// The clause that allows it.
    basis: String,
    /// The case or the matter, exactly as the looks name it.
    about: String,
    /// Within a year.
    until: Millis,
}

/// A delay as those see it who decide.
#[derive(Serialize, Deserialize, ToSchema)]
struct DelayOut {
    #[schema(value_type = String)]
    id: DelayId,
    #[schema(value_type = String)]
    resident: ResidentId,
    basis: String,
    about: String,
    asked_at: Millis,
    asked_by: Option<Text>,
    approved_at: Option<Millis>,
    approved_by: Option<Text>,
    until: Millis,
    /// Approved and not over.
    running: bool,
}

impl DelayOut {
    fn of(delay: &Delay, staff: &staff::Directory, now: Millis) -> Self {
        let title = |post: Option<i64>| post.and_then(|post| staff.post_title(post));
        Self {
            id: delay.wire_id(),
            resident: ResidentId::new(delay.street_id, delay.resident_id),
            basis: delay.basis.clone(),
            about: delay.about.clone(),
            asked_at: delay.asked_at,
            asked_by: title(delay.asked_post),
            approved_at: delay.approved_at,
            approved_by: title(delay.approved_post),
            until: delay.until,
            running: delay.approved_at.is_some() && now < delay.until,
        }
    }
}

/// The streets that a scope reaches.
pub(crate) async fn streets_in(app: &App, scope: &Scope) -> Result<Vec<i64>, Error> {
    let areas = app.snapshot::<areas::Directory>().await?;
    Ok(areas.streets().iter().copied().filter(|street| scope.covers(&Thing::at(*street))).collect())
}

/// Lists the delays that were asked for, the newest first, to those who approve them.
#[utoipa::path(get, path = "/look-delays", tag = "registry", params(Page), responses((status = 200, body = List<DelayOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(page): Query<Page>,
) -> Result<Json<List<DelayOut>>, Error> {
    let scope = app.policy().scope(call.caller()?, APPROVE, app.clock().now());
    let streets = streets_in(&app, &scope).await?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let (before, limit) = (page.after::<i64>()?.unwrap_or(i64::MAX), page.limit() + 1);
    let look = app.read(move |r| async move {
        let mut delays = Vec::new();
        for street in streets {
            delays.extend(latest(&r, street, before, limit).await?);
        }
        delays.sort_unstable_by_key(|delay: &Delay| std::cmp::Reverse(delay.id));
        Ok((delays, r.now()))
    });
    let (delays, now) = look.await?;
    List::cut(delays, &page, now, |delay| delay.id, |delay| DelayOut::of(&delay, &staff, now)).map(Json)
}

/// Asks that the looks of one's own unit about one matter be hidden for a time; somebody else must approve it.
#[utoipa::path(post, path = "/look-delays", tag = "registry", request_body = DelayIn,
    responses((status = 201, body = DelayOut)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Json(body): Json<DelayIn>,
) -> Result<(StatusCode, Json<DelayOut>), Error> {
    call.caller()?;
    let new = checked(&body)?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let now = app.clock().now();
    let asked = app.once(&call, new.resident.street, &body, move |w| async move {
        Ok(DelayOut::of(&ask(&w, new).await?, &staff, now))
    });
    Ok((StatusCode::CREATED, Json(asked.await?)))
}

fn checked(body: &DelayIn) -> Result<NewDelay, Error> {
    let mut problems = Vec::new();
    let mut text = |field: &str, text: &str, most: usize| {
        let text = text.trim().to_owned();
        if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
            let words =
                Text::owned(format!("请填写 1 至 {most} 字"), format!("write 1 to {most} characters"));
            problems.push(FieldProblem::new(field, words));
        }
        text
    };
    let new = NewDelay {
        resident: body.resident,
        basis: text("basis", &body.basis, BASIS_CHARS),
        about: text("about", &body.about, ABOUT_CHARS),
        until: body.until,
    };
    if problems.is_empty() { Ok(new) } else { Err(Error::invalid(problems)) }
}

/// Approves a delay that somebody else asked for.
#[utoipa::path(post, path = "/look-delays/{id}/approve", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, body = DelayOut)))]
async fn allow(State(app): State<App>, call: Call, Path(id): Path<DelayId>) -> Result<Json<DelayOut>, Error> {
    call.caller()?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let now = app.clock().now();
    let approved = app.once(&call, id.street, &id, move |w| async move {
        Ok(DelayOut::of(&approve(&w, id).await?, &staff, now))
    });
    Ok(Json(approved.await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, open)).routes(routes!(allow))
}
