//! `/insight/scorecards` on the wire: what a street scores by, a month as it stands, and its freeze.

use axum::extract::State;
use axum::http::StatusCode;
use orders::{Books, books};
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{App, AreaCode, Call, Error, Json, List, Millis, Path, Query, Text, Thing};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::freeze::{self, FreezeId, calendar, freeze, of_month, of_street, sheet};
use crate::freeze_api::{FreezeOut, FrozenCase, freeze_out};
use crate::indicator::Indicator;
use crate::score::{LineDigits, UnitDigits};
use crate::scorecard::{Scorecard, publish_scorecard, versions};
use crate::view::View;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct StreetQuery {
    /// The street, 9 digits; the caller's own when absent.
    street: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct SheetQuery {
    /// The street, 9 digits; the caller's own when absent.
    street: Option<String>,
    /// `2026-11`; the one that runs when absent.
    month: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// The street, 9 digits; the caller's own when absent.
    street: Option<String>,
    /// `2026-11`; the one that runs when absent.
    month: Option<String>,
    /// The key of an indicator on the scorecard.
    indicator: String,
    /// The unit.
    #[param(value_type = String)]
    organisation: OrganisationId,
}

/// Which month is frozen.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FreezeIn {
    /// `2026-11`.
    month: String,
}

/// A scorecard in its newest version, with the months that were frozen by it.
#[derive(Serialize, ToSchema)]
struct ScorecardOut {
    #[serde(flatten)]
    scorecard: Scorecard,
    freezes: Vec<FrozenMonth>,
}

/// A month that is frozen.
#[derive(Serialize, ToSchema)]
struct FrozenMonth {
    #[schema(value_type = String)]
    id: FreezeId,
    /// `2026-11`.
    month: String,
    frozen_at: Millis,
}

/// What a scorecard gives one unit.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnitRow {
    pub organisation: OrganisationOut,
    pub lines: Vec<LineDigits>,
    /// Of 100, in hundredths: the points of the lines that have data, scaled to their weights.
    pub total: Option<i64>,
    /// Equal totals share a rank.
    pub rank: Option<i64>,
}

/// A month of a scorecard as it stands.
#[derive(Serialize, ToSchema)]
struct SheetOut {
    scorecard: Scorecard,
    indicators: Vec<Indicator>,
    street: String,
    street_name: Text,
    month: String,
    /// The first and the last day of the month.
    from: String,
    to: String,
    /// Whether its last day is over, so that it can be frozen.
    is_over: bool,
    rows: Vec<UnitRow>,
    /// The freeze of this month.
    #[schema(value_type = Option<String>)]
    freeze: Option<FreezeId>,
    may_freeze: bool,
    /// What these numbers do not say.
    caution: Text,
    now: Millis,
}

/// `2026-11` from 202611.
pub(crate) fn month_text(month: i64) -> String {
    format!("{:04}-{:02}", month / 100, month % 100)
}

fn read_month(text: &str) -> Result<i64, Error> {
    let wrong = || Error::field("month", Text::new("月份应写作 2026-11", "write the month as 2026-11"));
    let digits = |part: &str, length: usize| {
        Some(part).filter(|part| part.len() == length).and_then(|part| part.parse::<i64>().ok())
    };
    let (year, month) = text.split_once('-').ok_or_else(wrong)?;
    let (year, month) = digits(year, 4).zip(digits(month, 2)).ok_or_else(wrong)?;
    Some(year * 100 + month).filter(|_| (1..=12).contains(&month) && year > 1999).ok_or_else(wrong)
}

/// The month of which a moment is part, where months end on a day.
fn running_month(card: &Scorecard, now: Millis) -> i64 {
    let date = now.beijing_date();
    let own = i64::from(date.year()) * 100 + i64::from(date.month());
    match card.closes_on {
        0 => own,
        day if date.day() <= day => own,
        _ if date.month() == 12 => own + 89,
        _ => own + 1,
    }
}

/// The street that is asked about, as far as the caller sees its numbers.
async fn street_of(app: &App, call: &Call, books: &Books, asked: Option<&str>) -> Result<(i64, View), Error> {
    let own = call.caller()?.post.street();
    let name_one = || Error::field("street", Text::new("请选择街道", "name a street"));
    let code = match asked {
        Some(text) => text.parse::<AreaCode>().map_err(|_| name_one())?.value(),
        None => own,
    };
    if !books.areas.streets().contains(&code) {
        return Err(name_one());
    }
    let view = View::of(app, call, &books.areas, Some(&code.to_string()))?;
    Ok((code, view))
}

/// The rows of the units whose numbers the caller sees.
pub(crate) fn unit_rows(books: &Books, view: &View, street: i64, digits: Vec<UnitDigits>) -> Vec<UnitRow> {
    let seen = digits.into_iter().filter(|unit| view.covers(street, unit.unit));
    let row = |unit: UnitDigits| {
        let organisation = crate::indicator_api::unit_out(books, unit.unit)?;
        Some(UnitRow { organisation, lines: unit.lines, total: unit.total, rank: unit.rank })
    };
    let mut rows: Vec<UnitRow> = seen.filter_map(row).collect();
    rows.sort_by_key(|row| (row.rank.unwrap_or(i64::MAX), row.organisation.id));
    rows
}

/// Lists the scorecards of a street in their newest versions.
#[utoipa::path(get, path = "/insight/scorecards", tag = "insight", params(StreetQuery),
    responses((status = 200, body = List<ScorecardOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StreetQuery>,
) -> Result<Json<List<ScorecardOut>>, Error> {
    let books = books(&app).await?;
    let (street, _) = street_of(&app, &call, &books, query.street.as_deref()).await?;
    let look =
        app.read(
            move |r| async move { Ok((versions(&r, street).await?, of_street(&r, street).await?, r.now())) },
        );
    let (all, frozen, now) = look.await?;
    let newest = all
        .iter()
        .filter(|card| !all.iter().any(|other| other.key == card.key && other.version > card.version));
    let items = newest.map(|card| ScorecardOut {
        scorecard: card.clone(),
        freezes: frozen
            .iter()
            .filter(|one| one.scorecard_key == card.key)
            .map(|one| FrozenMonth {
                id: one.wire_id(),
                month: month_text(one.month),
                frozen_at: one.frozen_at,
            })
            .collect(),
    });
    Ok(Json(List::whole(items.collect(), now)))
}

/// Publishes the next version of a scorecard of a street.
#[utoipa::path(post, path = "/insight/scorecards", tag = "insight", params(StreetQuery), request_body = Scorecard,
    responses((status = 201, body = Scorecard)))]
async fn publish(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StreetQuery>,
    Json(body): Json<Scorecard>,
) -> Result<(StatusCode, Json<Scorecard>), Error> {
    let books = books(&app).await?;
    let (street, _) = street_of(&app, &call, &books, query.street.as_deref()).await?;
    let (card, asked) = (body.clone(), json!(&body));
    let verb = move |w: platform::Write| async move { publish_scorecard(&w, street, &card).await };
    app.once(&call, street, &asked, verb).await?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// Shows a month of a scorecard as its cases stand now.
#[utoipa::path(get, path = "/insight/scorecards/{key}", tag = "insight", params(("key" = String, Path), SheetQuery),
    responses((status = 200, body = SheetOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    Path(key): Path<String>,
    Query(query): Query<SheetQuery>,
) -> Result<Json<SheetOut>, Error> {
    let books = books(&app).await?;
    let (street, view) = street_of(&app, &call, &books, query.street.as_deref()).await?;
    let month = asked_month(&app, street, &key, query.month.as_deref()).await?;
    let calendar = calendar(&app).await?;
    let look = app.read(move |r| async move {
        let sheet = sheet(&r, street, &key, month, &calendar).await?;
        let frozen = of_month(&r, street, &key, month).await?;
        Ok((sheet, frozen, r.now()))
    });
    let (sheet, frozen, now) = look.await?;
    let card = sheet.basis.scorecard;
    let period = card.period(month)?;
    let may = app.policy().allows(call.caller()?, "insight:freeze", &Thing::at(street), now)?;
    Ok(Json(SheetOut {
        street: street.to_string(),
        street_name: books.areas.name(street),
        month: month_text(month),
        from: period.first.to_string(),
        to: period.last.to_string(),
        is_over: now >= period.span.to,
        rows: unit_rows(&books, &view, street, sheet.digits),
        may_freeze: may && now >= period.span.to && frozen.is_none(),
        freeze: frozen.map(|one| one.wire_id()),
        indicators: sheet.basis.indicators,
        scorecard: card,
        caution: crate::indicator_api::CAUTION,
        now,
    }))
}

/// The month in its number; the one that runs when none is named.
async fn asked_month(app: &App, street: i64, key: &str, asked: Option<&str>) -> Result<i64, Error> {
    if let Some(text) = asked {
        return read_month(text);
    }
    let key = key.to_owned();
    let all = app.read(move |r| async move { versions(&r, street).await }).await?;
    let newest = all.iter().rfind(|card| card.key == key).ok_or(Error::Missing("scorecard"))?;
    Ok(running_month(newest, app.clock().now()))
}

/// Lists the cases behind one number of a month as it stands, what the scorecard leaves out left out.
#[utoipa::path(get, path = "/insight/scorecards/{key}/orders", tag = "insight", params(("key" = String, Path), ListQuery),
    responses((status = 200, body = List<FrozenCase>)))]
async fn list_cases(
    State(app): State<App>,
    call: Call,
    Path(key): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<FrozenCase>>, Error> {
    let books = books(&app).await?;
    let (street, view) = street_of(&app, &call, &books, query.street.as_deref()).await?;
    let unit = query.organisation.id;
    if !view.covers(street, unit) {
        return Err(Error::forbidden());
    }
    let month = asked_month(&app, street, &key, query.month.as_deref()).await?;
    let calendar = calendar(&app).await?;
    let look = app.read(move |r| async move {
        let mut sheet = sheet(&r, street, &key, month, &calendar).await?;
        Ok((sheet.lists.remove(&(query.indicator, unit)).unwrap_or_default(), r.now()))
    });
    let (cases, now) = look.await?;
    let items = cases.into_iter().map(|case| FrozenCase::of(&books, street, case, false)).collect();
    Ok(Json(List::whole(items, now)))
}

/// Freezes a month that is over: formulas, calendar, cases and digits.
#[utoipa::path(post, path = "/insight/scorecards/{key}/freeze", tag = "insight", params(("key" = String, Path), StreetQuery),
    request_body = FreezeIn, responses((status = 201, body = FreezeOut)))]
async fn freeze_month(
    State(app): State<App>,
    call: Call,
    Path(key): Path<String>,
    Query(query): Query<StreetQuery>,
    Json(body): Json<FreezeIn>,
) -> Result<(StatusCode, Json<FreezeOut>), Error> {
    let books = books(&app).await?;
    let (street, _) = street_of(&app, &call, &books, query.street.as_deref()).await?;
    app.policy().require(call.caller()?, "insight:freeze", &Thing::at(street), app.clock().now())?;
    let month = read_month(&body.month)?;
    let calendar = calendar(&app).await?;
    let sheet = app.read(move |r| async move { sheet(&r, street, &key, month, &calendar).await }).await?;
    let verb = move |w: platform::Write| async move { freeze(&w, street, month, sheet).await };
    let id: FreezeId = app.once(&call, street, &body, verb).await?;
    let found = app.read(move |r| async move { freeze::get(&r, id).await }).await?;
    Ok((StatusCode::CREATED, Json(freeze_out(&app, &call, &books, found).await?)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, publish))
        .routes(routes!(show))
        .routes(routes!(list_cases))
        .routes(routes!(freeze_month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::built_in;

    #[test]
    fn a_month_is_written_with_a_dash_and_read_strictly() {
        assert_eq!((read_month("2026-11").unwrap(), month_text(202_611)), (202_611, "2026-11".to_owned()));
        for wrong in ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "x026-11"] {
            assert!(read_month(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn after_its_last_day_the_next_month_runs() {
        let card = built_in().unwrap();
        let on = |text: &str| running_month(&card, text.parse().unwrap());
        assert_eq!(on("2026-11-24T15:59:59Z"), 202_611);
        assert_eq!(on("2026-11-24T16:00:00Z"), 202_612);
        assert_eq!(on("2026-12-30T00:00:00Z"), 202_701);
        let whole = Scorecard { closes_on: 0, ..card.clone() };
        assert_eq!(running_month(&whole, "2026-12-30T00:00:00Z".parse().unwrap()), 202_612);
    }
}
