//! `/insight` on the wire.

use std::collections::BTreeMap;

use areas::Directory as Areas;
use axum::extract::State;
use jiff::civil::Date;
use orders::{DayCount, Standing, day_counts, day_of, standing};
use platform::posts::OrganisationId;
use platform::{App, Call, Error, Json, List, Millis, Query, Text};
use serde::{Deserialize, Serialize};
use staff::Directory as Staff;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::day::{By, Numbers, add_up};
use crate::view::View;

/// The longest trend, in days.
const LONGEST: i64 = 366;
const DAY_MS: i64 = 86_400_000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct DayQuery {
    #[serde(default)]
    #[param(inline)]
    by: By,
    /// A day in Beijing, `2026-11-24`; today when absent.
    date: Option<String>,
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Within {
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TrendQuery {
    /// 1 to 366; 30 when absent.
    days: Option<i64>,
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
}

/// The numbers of one street, community or department.
#[derive(Serialize, ToSchema)]
struct DayRow {
    /// An area's code or an organisation's id; empty for the total.
    key: String,
    name: Text,
    #[serde(flatten)]
    numbers: Numbers,
}

/// The numbers of a day.
#[derive(Serialize, ToSchema)]
struct DayOut {
    date: String,
    items: Vec<DayRow>,
    totals: DayRow,
    now: Millis,
}

/// What stands open in one grid.
#[derive(Serialize, ToSchema)]
struct GridLoad {
    code: String,
    open: i64,
    late: i64,
}

/// What happened on one day.
#[derive(Serialize, ToSchema)]
struct TrendDay {
    date: String,
    reported: i64,
    closed: i64,
    /// Resolved after their time on that day.
    late: i64,
}

pub(crate) fn number_of(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn read_date(text: Option<&str>, now: Millis) -> Result<Date, Error> {
    let wrong = |_| Error::field("date", Text::new("日期应写作 2026-11-24", "write the date as 2026-11-24"));
    text.map_or(Ok(now.beijing_date()), |text| text.parse().map_err(wrong))
}

/// The rollup between two days and what stands open, cut to the view.
pub(crate) async fn rows(
    app: &App,
    view: View,
    from: i64,
    to: i64,
) -> Result<(Vec<DayCount>, Vec<Standing>), Error> {
    app.read(move |r| async move {
        let (mut days, mut open) = (Vec::new(), Vec::new());
        for street in view.streets.iter().copied() {
            let counted = day_counts(&r, street, from, to).await?;
            days.extend(counted.into_iter().filter(|row| view.counts(row)));
            let standing = standing(&r, street, r.now()).await?;
            open.extend(standing.into_iter().filter(|row| view.stands(row)));
        }
        Ok((days, open))
    })
    .await
}

/// The numbers of a day by street, community or department, this minute included.
#[utoipa::path(get, path = "/insight/day", tag = "insight", params(DayQuery), responses((status = 200, body = DayOut)))]
async fn day(
    State(app): State<App>,
    call: Call,
    Query(query): Query<DayQuery>,
) -> Result<Json<DayOut>, Error> {
    let (areas, staff) = (app.snapshot::<Areas>().await?, app.snapshot::<Staff>().await?);
    let now = app.clock().now();
    let date = read_date(query.date.as_deref(), now)?;
    let view = View::of(&app, &call, &areas, query.within.as_deref())?;
    // Where nothing happened, that is a number too.
    let quiet: Vec<i64> = match query.by {
        By::Street => view.streets.clone(),
        By::Community => view.communities(&areas).collect(),
        By::Department => Vec::new(),
    };
    let (days, open) = rows(&app, view, number_of(date), number_of(date)).await?;
    let (mut groups, total) = add_up(query.by, &days, &open);
    for key in quiet {
        groups.entry(key).or_default();
    }
    let row = |(key, numbers): (i64, Numbers)| match query.by {
        By::Department => DayRow {
            key: OrganisationId::shared(key).to_string(),
            name: staff
                .organisation(key)
                .map_or_else(|| Text::new("已撤销的单位", "a unit that is gone"), |unit| unit.name.clone()),
            numbers,
        },
        By::Street | By::Community => DayRow { key: key.to_string(), name: areas.name(key), numbers },
    };
    let totals = DayRow { key: String::new(), name: Text::new("合计", "Total"), numbers: total };
    Ok(Json(DayOut { date: date.to_string(), items: groups.into_iter().map(row).collect(), totals, now }))
}

/// What stands open in each grid.
#[utoipa::path(get, path = "/insight/grids", tag = "insight", params(Within), responses((status = 200, body = List<GridLoad>)))]
async fn grids(
    State(app): State<App>,
    call: Call,
    Query(query): Query<Within>,
) -> Result<Json<List<GridLoad>>, Error> {
    let areas = app.snapshot::<Areas>().await?;
    let view = View::of(&app, &call, &areas, query.within.as_deref())?;
    let (_, open) = rows(&app, view, 1, 0).await?;
    let mut loads: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for row in open {
        let load = loads.entry(row.area).or_default();
        *load = (load.0 + row.open, load.1 + row.late);
    }
    let items = loads.into_iter().map(|(code, (open, late))| GridLoad { code: code.to_string(), open, late });
    Ok(Json(List::whole(items.collect(), app.clock().now())))
}

/// Reports, closings and late resolutions day by day; a day without any is there with zeros.
#[utoipa::path(get, path = "/insight/trend", tag = "insight", params(TrendQuery), responses((status = 200, body = List<TrendDay>)))]
async fn trend(
    State(app): State<App>,
    call: Call,
    Query(query): Query<TrendQuery>,
) -> Result<Json<List<TrendDay>>, Error> {
    let areas = app.snapshot::<Areas>().await?;
    let now = app.clock().now();
    let view = View::of(&app, &call, &areas, query.within.as_deref())?;
    let count = query.days.unwrap_or(30).clamp(1, LONGEST);
    let dates: Vec<Date> = (0..count).rev().map(|back| now.plus(-back * DAY_MS).beijing_date()).collect();
    let first = dates.first().copied().map_or(0, number_of);
    let (days, _) = rows(&app, view, first, day_of(now)).await?;
    let mut by_day: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
    for row in &days {
        let sums = by_day.entry(row.day).or_default();
        *sums = (sums.0 + row.reported, sums.1 + row.closed, sums.2 + row.late);
    }
    let item = |date: Date| {
        let (reported, closed, late) = by_day.get(&number_of(date)).copied().unwrap_or_default();
        TrendDay { date: date.to_string(), reported, closed, late }
    };
    Ok(Json(List::whole(dates.into_iter().map(item).collect(), now)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(day)).routes(routes!(grids)).routes(routes!(trend))
}
