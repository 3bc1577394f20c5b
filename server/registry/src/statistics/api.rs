//! `/registry/statistics` on the wire.

use areas::{AreaLevel, Directory as Areas};
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;
use platform::{
    App, AreaCode, Call, Download, Error, Json, Lang, List, Millis, PDF, Query, Read, Text, Thing, XLSX,
};
use serde::{Deserialize, Serialize};
use store::{row, sql, vals};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::census::{BAND, BANDS, Census, Tally, lies_in};
use super::load::day;
use super::printout;
use super::rounded::Rounded;
use crate::words::Usage;

/// Month ends of a trend.
const MONTHS: i64 = 12;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct StatisticsQuery {
    /// A district, street, community or grid, 6 to 15 digits; that of the post in use when absent.
    area: Option<String>,
    /// A day, `2026-11-30`; today when absent.
    on: Option<String>,
    /// The language of a file; the caller's when absent.
    #[param(inline)]
    lang: Option<Lang>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AreaQuery {
    /// A district, street, community or grid, 6 to 15 digits; that of the post in use when absent.
    area: Option<String>,
}

/// Men and women of five years.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BandOut {
    /// In whole years.
    pub from: i64,
    /// `null`: and older.
    pub to: Option<i64>,
    pub male: Rounded,
    pub female: Rounded,
}

/// Dwellings of one usage.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsageCount {
    pub usage: Usage,
    pub count: Rounded,
}

/// An area in numbers. Each is rounded to tens; what is below ten is written `<10`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatisticsOut {
    pub area: String,
    pub area_name: Text,
    pub on: String,
    pub counted_at: Millis,
    pub people: Rounded,
    pub male: Rounded,
    pub female: Rounded,
    /// Whose sex is not stated.
    pub unstated: Rounded,
    /// Whose birth date is not known; they are in no band.
    pub unknown_age: Rounded,
    /// Dwellings in which somebody lives.
    pub households: Rounded,
    pub dwellings: Rounded,
    pub units: Rounded,
    pub bands: Vec<BandOut>,
    pub usages: Vec<UsageCount>,
}

/// A month's end.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrendPoint {
    pub on: String,
    pub people: Rounded,
    pub households: Rounded,
}

/// A grid, this minute.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GridCount {
    pub grid: String,
    pub name: Text,
    pub people: Rounded,
    pub dwellings: Rounded,
}

impl StatisticsOut {
    pub fn new(area: (i64, Text), on: &str, counted_at: Millis, tally: &Tally) -> Self {
        let [male, female, unstated] = tally.sexes();
        let band = |(nth, [men, women, _]): (usize, &[i64; 3])| {
            let from = nth as i64 * BAND;
            let to = (nth + 1 < BANDS).then_some(from + BAND - 1);
            BandOut { from, to, male: Rounded::of(*men), female: Rounded::of(*women) }
        };
        let usage = |usage: &Usage| {
            let count = tally.usages.get(usage).copied().unwrap_or_default();
            UsageCount { usage: *usage, count: Rounded::of(count) }
        };
        Self {
            area: area.0.to_string(),
            area_name: area.1,
            on: on.to_owned(),
            counted_at,
            people: Rounded::of(tally.people()),
            male: Rounded::of(male),
            female: Rounded::of(female),
            unstated: Rounded::of(unstated),
            unknown_age: Rounded::of(tally.unknown.iter().sum()),
            households: Rounded::of(tally.households),
            dwellings: Rounded::of(tally.usages.values().sum()),
            units: Rounded::of(tally.units),
            bands: tally.bands.iter().enumerate().map(band).collect(),
            usages: Usage::ALL.iter().map(usage).collect(),
        }
    }
}

/// The area that is asked for, of which the caller may see numbers.
fn asked_area(app: &App, call: &Call, areas: &Areas, text: Option<&str>) -> Result<(i64, Text), Error> {
    let caller = call.caller()?;
    let unknown = || Error::field("area", Text::new("没有这个区划", "there is no such area"));
    let area = match text {
        Some(text) => text.parse::<AreaCode>().map_err(|_| unknown())?.value(),
        None => caller.post.area,
    };
    app.policy().require(caller, "stats:read", &Thing::at(area), app.clock().now())?;
    AreaCode::try_from(area).ok().and_then(|code| areas.area(code)).ok_or_else(unknown)?;
    Ok((area, areas.name(area)))
}

fn asked_day(text: Option<&str>, now: Millis) -> Result<Date, Error> {
    let wrong = |_| Error::field("on", Text::new("日期应写作 2026-11-30", "write the date as 2026-11-30"));
    let today = now.beijing_date();
    let on = text.map_or(Ok(today), |text| text.parse().map_err(wrong))?;
    if on > today {
        let text = Text::new("不能统计以后的日期", "a day to come cannot be counted");
        return Err(Error::field("on", text));
    }
    Ok(on)
}

async fn counted(app: &App, call: &Call, query: &StatisticsQuery) -> Result<StatisticsOut, Error> {
    let areas = app.snapshot::<Areas>().await?;
    let area = asked_area(app, call, &areas, query.area.as_deref())?;
    let on = asked_day(query.on.as_deref(), app.clock().now())?.to_string();
    let census = Census::of(app).await?;
    let number = day(&on).unwrap_or_default();
    let counted_at = census.taken_at;
    let within = area.0;
    let tally = app.heavy(move |_| census.count(within, number)).await?;
    Ok(StatisticsOut::new(area, &on, counted_at, &tally))
}

/// Shows an area in numbers on a day: people by age and sex, households, dwellings by usage, units.
#[utoipa::path(get, path = "/registry/statistics", tag = "registry", params(StatisticsQuery),
    responses((status = 200, body = StatisticsOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StatisticsQuery>,
) -> Result<Json<StatisticsOut>, Error> {
    counted(&app, &call, &query).await.map(Json)
}

/// Gives an area in numbers as a workbook.
#[utoipa::path(get, path = "/registry/statistics.xlsx", tag = "registry", params(StatisticsQuery),
    responses((status = 200, description = "the numbers", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StatisticsQuery>,
) -> Result<Download, Error> {
    let lang = query.lang.unwrap_or(call.lang);
    let numbers = counted(&app, &call, &query).await?;
    let name = printout::name(&numbers, lang, "xlsx");
    let bytes = app.heavy(move |_| printout::workbook(&numbers, lang)).await??;
    Ok(Download { media_type: XLSX, name, bytes })
}

/// Prints an area in numbers.
#[utoipa::path(get, path = "/registry/statistics.pdf", tag = "registry", params(StatisticsQuery),
    responses((status = 200, description = "the numbers", content_type = "application/pdf", body = Vec<u8>)))]
async fn paper(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StatisticsQuery>,
) -> Result<Download, Error> {
    let lang = query.lang.unwrap_or(call.lang);
    let numbers = counted(&app, &call, &query).await?;
    let name = printout::name(&numbers, lang, "pdf");
    let printed = printout::printed(&app, &call, lang).await?;
    let document = printout::document(&numbers, printed, lang);
    let bytes = app.heavy(move |_| paper::pdf(&document)).await??;
    Ok(Download { media_type: PDF, name, bytes })
}

/// Shows the last twelve month ends and today.
#[utoipa::path(get, path = "/registry/statistics/trend", tag = "registry", params(AreaQuery),
    responses((status = 200, body = List<TrendPoint>)))]
async fn trend(
    State(app): State<App>,
    call: Call,
    Query(query): Query<AreaQuery>,
) -> Result<Json<List<TrendPoint>>, Error> {
    let areas = app.snapshot::<Areas>().await?;
    let (area, _) = asked_area(&app, &call, &areas, query.area.as_deref())?;
    let now = app.clock().now();
    let today = now.beijing_date();
    let month_end = |back: i64| today.first_of_month().saturating_sub((back - 1).months()).yesterday().ok();
    let days: Vec<Date> = (1..=MONTHS).rev().filter_map(month_end).chain([today]).collect();
    let census = Census::of(&app).await?;
    let points = app.heavy(move |_| {
        let point = |on: &Date| {
            let on = on.to_string();
            let tally = census.count(area, day(&on).unwrap_or_default());
            TrendPoint { people: Rounded::of(tally.people()), households: Rounded::of(tally.households), on }
        };
        days.iter().map(point).collect()
    });
    Ok(Json(List::whole(points.await?, now)))
}

row! {
    struct AreaCount { area: i64, count: i64 }
}

sql! {
    PEOPLE_BY_AREA = "SELECT area, COUNT(*) FROM residents WHERE street_id = $1 AND state = 'living'
        GROUP BY area ORDER BY area LIMIT 100000";
    DWELLINGS_BY_AREA = "SELECT area, COUNT(*) FROM dwellings WHERE street_id = $1 AND closed_at IS NULL
        GROUP BY area ORDER BY area LIMIT 100000";
}

async fn live(r: &Read, street: i64) -> Result<(Vec<AreaCount>, Vec<AreaCount>), Error> {
    let key = vals![street];
    Ok((r.query(&PEOPLE_BY_AREA, &key).await?, r.query(&DWELLINGS_BY_AREA, &key).await?))
}

/// Shows how many people and dwellings each grid has this minute.
#[utoipa::path(get, path = "/registry/statistics/grids", tag = "registry", params(AreaQuery),
    responses((status = 200, body = List<GridCount>)))]
async fn grids(
    State(app): State<App>,
    call: Call,
    Query(query): Query<AreaQuery>,
) -> Result<Json<List<GridCount>>, Error> {
    let areas = app.snapshot::<Areas>().await?;
    let (area, _) = asked_area(&app, &call, &areas, query.area.as_deref())?;
    let wanted = |street: &&i64| lies_in(area, **street) || lies_in(**street, area);
    let streets: Vec<i64> = areas.streets().iter().filter(wanted).copied().collect();
    let counted = app.read(move |r| async move {
        let (mut people, mut dwellings) = (Vec::new(), Vec::new());
        for street in streets {
            let (of_people, of_dwellings) = live(&r, street).await?;
            people.extend(of_people);
            dwellings.extend(of_dwellings);
        }
        Ok((people, dwellings))
    });
    let (people, dwellings) = counted.await?;
    let of = |counts: &[AreaCount], grid: i64| {
        let found = counts.binary_search_by_key(&grid, |row| row.area).ok().and_then(|at| counts.get(at));
        Rounded::of(found.map_or(0, |row| row.count))
    };
    let row = |grid: &areas::Area| {
        let code = grid.code.value();
        GridCount {
            grid: code.to_string(),
            name: areas.name(code),
            people: of(&people, code),
            dwellings: of(&dwellings, code),
        }
    };
    let here = areas.grids().filter(|grid| grid.code.level() == AreaLevel::Grid);
    let here = here.filter(|grid| lies_in(grid.code.value(), area));
    Ok(Json(List::whole(here.map(row).collect(), app.clock().now())))
}

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(workbook))
        .routes(routes!(paper))
        .routes(routes!(trend))
        .routes(routes!(grids))
}
