//! `/tracker/v2`: who looked, for a portal that has signed residents in, in the shape of Estonia's data tracker
//! (Andmejälgija: findUsage, usagePeriod, heartbeat), with more in each row.
//!
//! - **A key of a system of the kind `tracker`**, which shows this and nothing else, in its own area.
//! - **Asked for by header where possible.** The protocol names the person in the query; `X-Road-UserId` alone does too,
//!   and leaves no number in an address.
//! - **What is delayed for the resident is delayed here**, and every question of the portal is in the ledger.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use chinese::identity;
use platform::posts::OrganisationId;
use platform::{App, Call, Error, Lang, LedgerId, Millis, Query, Read, SystemCall, SystemInUse, Text, Thing};
use registry::delay::TOLD_FROM;
use registry::look::{LookId, LookRow, pseudonym};
use registry::myself::{Own, first_look, hidden, looks, selves};
use registry::purpose::Purpose;
use registry::{Group, How, with_number};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::str::FromStr;
use store::vals;

/// The most rows of one answer, and how many it has when nothing else is asked for.
const ROWS: usize = 1000;
/// The most rows that are counted.
const COUNTED: usize = 100_000;
/// What the system calls itself.
const SYSTEM: &str = "wangge";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FindUsage {
    user_code: Option<String>,
    period_start: Option<String>,
    period_end: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

/// One look. The first five fields are the protocol's; the others say what it leaves out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Usage {
    logtime: Millis,
    /// In words: for what, and how.
    action: String,
    receiver_code: String,
    receiver_name: String,
    receiver_system: &'static str,
    id: LookId,
    post: Option<String>,
    purpose: Option<&'static str>,
    legal_basis: Option<String>,
    about: Option<String>,
    how: How,
    fields: Vec<Group>,
    /// Its entry in the ledger; the resident gets the proof on their own page.
    ledger_entry: LedgerId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindUsageResponse {
    total_usages: usize,
    usages: Vec<Usage>,
    /// Looks that the law hides for a time, once there are at least three.
    #[serde(skip_serializing_if = "Option::is_none")]
    delayed_usages: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UsagePeriod {
    period_start: Millis,
    period_end: Millis,
}

#[derive(Serialize)]
struct Heartbeat {
    status: &'static str,
    message: &'static str,
}

/// A moment as the protocol writes it: with an offset, or the local time of the district.
fn moment(name: &'static str, text: Option<&str>) -> Result<Option<Millis>, Error> {
    let Some(text) = text else { return Ok(None) };
    let read = text.parse::<Millis>().or_else(|_| format!("{text}+08:00").parse());
    let wrong = || {
        Error::malformed(Text::owned(format!("{name} 不是时间"), format!("{name} is no moment of RFC 3339")))
    };
    read.map(Some).map_err(|_| wrong())
}

fn who(headers: &HeaderMap, query: &FindUsage) -> Result<String, Error> {
    let header = headers.get("x-road-userid").and_then(|value| value.to_str().ok());
    let code = query.user_code.as_deref().or(header).map(str::trim).filter(|code| !code.is_empty());
    let code = code.ok_or_else(|| {
        Error::malformed(Text::new(
            "缺少 userCode 或 X-Road-UserId",
            "neither userCode nor X-Road-UserId says whose usage is asked for",
        ))
    })?;
    Ok(identity::read(code).map_or_else(|_| identity::cleaned(code), |read| read.text().to_owned()))
}

async fn streets(app: &App, system: SystemInUse) -> Result<Vec<i64>, Error> {
    system.require("look:track", &Thing::at(system.area))?;
    let areas = app.snapshot::<areas::Directory>().await?;
    Ok(areas.streets().iter().copied().filter(|street| system.covers(*street)).collect())
}

/// Every row of the person with this number in these streets.
async fn person(app: &App, r: &Read, streets: &[i64], number: &str) -> Result<Vec<Own>, Error> {
    let mut found: Vec<Own> = Vec::new();
    for street in streets {
        for resident in with_number(app, r, *street, number).await? {
            for own in selves(r, &resident, streets).await? {
                if !found.contains(&own) {
                    found.push(own);
                }
            }
        }
    }
    Ok(found)
}

async fn find_usage(
    State(app): State<App>,
    SystemCall { call, system }: SystemCall,
    headers: HeaderMap,
    Query(query): Query<FindUsage>,
) -> Result<Json<FindUsageResponse>, Error> {
    let streets = streets(&app, system).await?;
    let number = who(&headers, &query)?;
    let since = moment("periodStart", query.period_start.as_deref())?.unwrap_or(Millis(i64::MIN));
    let until = moment("periodEnd", query.period_end.as_deref())?.unwrap_or(Millis(i64::MAX));
    let (offset, limit) = (query.offset.unwrap_or(0), query.limit.unwrap_or(ROWS).min(ROWS));
    let (asking, areas, staff) = (app.clone(), app.snapshot().await?, app.snapshot().await?);
    let teller = Teller { areas, staff, lang: call.lang };
    let look = app.read(move |r| async move {
        let own = person(&asking, &r, &streets, &number).await?;
        let mut rows = looks(&r, &own, i64::MAX, COUNTED, r.now()).await?.shown;
        rows.retain(|row| since <= row.at && row.at <= until);
        let mut usages = Vec::new();
        for row in rows.iter().skip(offset).take(limit) {
            usages.push(teller.usage(&r, row).await?);
        }
        let delayed_usages = Some(hidden(&r, &own, r.now()).await?).filter(|count| *count >= TOLD_FROM);
        Ok((own, FindUsageResponse { total_usages: rows.len(), usages, delayed_usages }))
    });
    let (own, answer) = look.await?;
    record(&app, &call, system, own.first().copied()).await?;
    Ok(Json(answer))
}

/// Writes down that the portal asked, in the street of the person, or else where the system belongs.
async fn record(app: &App, call: &Call, system: SystemInUse, own: Option<Own>) -> Result<(), Error> {
    let subject = own.map_or_else(|| "nobody".to_owned(), |(street, id)| pseudonym(app, street, id));
    let street = own.map_or(system.area, |(street, _)| street);
    let asked = app.write(call, street, move |w| async move {
        w.record("tracker:find", subject, json!({}));
        Ok(())
    });
    asked.await
}

struct Teller {
    areas: std::sync::Arc<areas::Directory>,
    staff: std::sync::Arc<staff::Directory>,
    lang: Lang,
}

impl Teller {
    async fn usage(&self, r: &Read, look: &LookRow) -> Result<Usage, Error> {
        let post = match look.post_id {
            Some(post) => r.find::<platform::posts::Post>(&vals![post]).await?,
            None => None,
        };
        let says = |text: &Text| text.in_lang(self.lang).to_owned();
        let is_mine = look.how != How::Household;
        let purpose = Purpose::named(&look.purpose).filter(|_| is_mine);
        let name = match &post {
            Some(post) => says(&Text::owned(post.place_zh.clone(), post.place_en.clone())),
            None => says(&self.areas.name(look.street_id)),
        };
        let unit = post.as_ref().and_then(|post| post.organisation_id);
        let code = unit.map(|unit| match self.staff.organisation(unit) {
            Some(known) => known.key.clone(),
            None => OrganisationId::shared(unit).to_string(),
        });
        let action = [purpose.map(|purpose| says(&purpose.name())), Some(says(&look.how.name()))];
        Ok(Usage {
            logtime: look.at,
            action: action.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            receiver_code: code.unwrap_or_else(|| look.street_id.to_string()),
            receiver_name: name,
            receiver_system: SYSTEM,
            id: LookId::new(look.street_id, look.id),
            post: post.map(|post| says(&Text::owned(post.title_zh, post.title_en))),
            purpose: purpose.map(|purpose| purpose.word),
            legal_basis: purpose.map(|purpose| says(&purpose.basis())),
            about: look.about.clone().filter(|_| is_mine),
            how: look.how,
            fields: look.fields.split(' ').filter_map(|word| Group::from_str(word).ok()).collect(),
            ledger_entry: LedgerId::new(look.street_id, look.entry_id),
        })
    }
}

async fn usage_period(
    State(app): State<App>,
    SystemCall { system, .. }: SystemCall,
) -> Result<Json<UsagePeriod>, Error> {
    let streets = streets(&app, system).await?;
    let look = app.read(move |r| async move {
        let mut first = r.now();
        for street in streets {
            first = first_look(&r, street).await?.map_or(first, |at| first.min(at));
        }
        Ok(UsagePeriod { period_start: first, period_end: r.now() })
    });
    look.await.map(Json)
}

async fn heartbeat(
    State(app): State<App>,
    SystemCall { system, .. }: SystemCall,
) -> Result<Json<Heartbeat>, Error> {
    streets(&app, system).await?;
    Ok(Json(Heartbeat { status: "OK", message: "the tracker answers" }))
}

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/tracker/v2/findUsage", get(find_usage))
        .route("/tracker/v2/usagePeriod", get(usage_period))
        .route("/tracker/v2/heartbeat", get(heartbeat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_without_an_offset_is_the_districts() {
        let read = |text| moment("periodStart", Some(text));
        let beijing = read("2026-11-23T09:00:00").unwrap();
        assert_eq!(beijing, read("2026-11-23T01:00:00Z").unwrap());
        assert!(read("yesterday").is_err() && moment("periodEnd", None).unwrap().is_none());
    }
}
