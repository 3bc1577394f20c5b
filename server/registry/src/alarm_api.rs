//! The measure and its alarms on the wire.

use axum::extract::State;
use platform::{App, Call, Error, Json, List, Millis, Page, Path, Query, Read, Scope, Text, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{sql, vals};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::measure::{Alarm, AlarmId, AlarmKind, Standing, Verdict};
use crate::reveal::reason;
use crate::watermark::seen;

/// Alarms that are read at once to fill a page.
const CHUNK: i64 = 200;

sql! {
    NEWEST: Alarm = "WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// What was found to be misuse may be looked at again; what was found justified is done.
    REVIEW = "UPDATE look_alarms SET reviewed_at = $3, reviewed_by = $4, verdict = $5, note = $6
        WHERE street_id = $1 AND id = $2 AND (verdict IS NULL OR verdict = 'misuse')";
}

/// What the review came to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewIn {
    verdict: Verdict,
    /// 5 to 200 characters.
    note: String,
}

/// How often, and how often it may be.
#[derive(Serialize, ToSchema)]
struct Measure {
    used: i64,
    allowed: i64,
}

/// Where the caller stands today.
#[derive(Serialize, ToSchema)]
struct Quota {
    searches: Measure,
    looks: Measure,
    reveals: Measure,
    /// An alarm stands: nothing is shown until somebody has reviewed it.
    blocked: bool,
}

/// An alarm.
#[derive(Serialize, ToSchema)]
struct AlarmOut {
    id: AlarmId,
    kind: AlarmKind,
    kind_name: Text,
    person: String,
    post: Text,
    area: String,
    area_name: Text,
    day: String,
    counted: i64,
    allowed: i64,
    raised_at: Millis,
    reviewed_at: Option<Millis>,
    reviewed_by: Option<String>,
    verdict: Option<Verdict>,
    note: Option<String>,
}

/// How often the caller has looked people up today.
#[utoipa::path(get, path = "/registry/quota", tag = "registry", responses((status = 200, body = Quota)))]
async fn quota(State(app): State<App>, call: Call) -> Result<Json<Quota>, Error> {
    let (caller, district) = (call.caller()?.clone(), app.district());
    let account = caller.account;
    let standing =
        app.read(move |r| async move { Standing::read(&r, district, account, r.now()).await }).await?;
    let of = |kind| Measure { used: standing.used(kind), allowed: standing.allowed(caller.post.kind, kind) };
    Ok(Json(Quota {
        searches: of(AlarmKind::Searches),
        looks: of(AlarmKind::Looks),
        reveals: of(AlarmKind::Reveals),
        blocked: standing.is_blocked(),
    }))
}

/// A page of the alarms that a scope covers, the newest first; `None` for whoever reviews none.
async fn newest(
    r: &Read,
    district: i64,
    scope: &Scope,
    before: i64,
    limit: i64,
) -> Result<Vec<Alarm>, Error> {
    let (mut found, mut before) = (Vec::new(), before);
    while (found.len() as i64) < limit {
        let rows: Vec<Alarm> = r.query(&NEWEST, &vals![district, before, CHUNK]).await?;
        let Some(last) = rows.last() else { break };
        before = last.id;
        found.extend(rows.into_iter().filter(|alarm| scope.covers(&platform::Thing::at(alarm.area))));
    }
    Ok(found)
}

/// The alarms about who looked too often, or at whom they live with.
#[utoipa::path(get, path = "/look-alarms", tag = "registry", params(Page), responses((status = 200, body = List<AlarmOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(page): Query<Page>,
) -> Result<Json<List<AlarmOut>>, Error> {
    let (district, now) = (app.district(), app.clock().now());
    let scope = app.policy().scope(call.caller()?, "look:review", now);
    let areas = app.snapshot::<areas::Directory>().await?;
    if scope.is_empty {
        return Ok(Json(List::whole(Vec::new(), now)));
    }
    let (before, limit) = (page.after::<i64>()?.unwrap_or(i64::MAX), page.limit());
    let rows = app
        .read(move |r| async move {
            let mut rows = Vec::new();
            for alarm in newest(&r, district, &scope, before, limit + 1).await? {
                let by = seen(&r, alarm.reviewed_by, None).await?.person;
                rows.push((seen(&r, Some(alarm.account_id), alarm.post_id).await?, by, alarm));
            }
            Ok(rows)
        })
        .await?;
    let list = List::cut(
        rows,
        &page,
        now,
        |(_, _, alarm)| alarm.id,
        |(who, by, alarm)| AlarmOut {
            id: alarm.wire_id(),
            kind: alarm.kind,
            kind_name: alarm.kind.name(),
            person: who.person,
            post: who.post,
            area: alarm.area.to_string(),
            area_name: areas.name(alarm.area),
            day: alarm.day,
            counted: alarm.counted,
            allowed: alarm.allowed,
            raised_at: alarm.raised_at,
            reviewed_at: alarm.reviewed_at,
            reviewed_by: Some(by).filter(|by| !by.is_empty()),
            verdict: alarm.verdict,
            note: alarm.note,
        },
    );
    list.map(Json)
}

async fn review(w: &Write, id: AlarmId, verdict: Verdict, note: &str) -> Result<(), Error> {
    let scope = w.app().policy().scope(w.call().caller()?, "look:review", w.now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let found: Option<Alarm> = w.find(&vals![id.street, id.id]).await?;
    let alarm = found.filter(|alarm| scope.covers(&platform::Thing::at(alarm.area)));
    let alarm = alarm.ok_or(Error::Missing("alarm"))?;
    let by = w.call().account()?;
    if alarm.account_id == by {
        return Err(Error::Forbidden(Text::new("不能审核本人的告警", "nobody reviews their own alarm")));
    }
    let values = vals![alarm.street_id, alarm.id, w.now(), by, verdict, note];
    if w.exec(&REVIEW, &values).await? == 0 {
        return Err(Error::conflict(Text::new("该告警已审核", "this alarm is reviewed already")));
    }
    w.record("look:review", id, json!({ "verdict": verdict }));
    Ok(())
}

/// Reviews an alarm: justified lets the person go on, misuse leaves them stopped.
#[utoipa::path(post, path = "/look-alarms/{id}/review", tag = "registry", params(("id" = String, Path)), request_body = ReviewIn,
    responses((status = 204)))]
async fn judge(
    State(app): State<App>,
    call: Call,
    Path(id): Path<AlarmId>,
    Json(body): Json<ReviewIn>,
) -> Result<axum::http::StatusCode, Error> {
    let (street, note) = (call.caller()?.post.street(), reason(&body.note)?);
    app.write(&call, street, move |w| async move { review(&w, id, body.verdict, &note).await }).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(quota)).routes(routes!(list)).routes(routes!(judge))
}
