//! Numbers on paper: the hand-over of a shift, the bulletin of a month.

use std::collections::BTreeMap;

use areas::Directory as Areas;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;
use orders::{ListQuery, View as Listed, counted, listed, printed};
use platform::{App, Call, Download, Error, Lang, PDF, Query, Text};
use serde::Deserialize;
use staff::Directory as Staff;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{number_of, rows};
use crate::bulletin::Bulletin;
use crate::day::{By, Numbers, add_up};
use crate::handover::Handover;
use crate::view::View;

/// The most rows of a list on a hand-over; more is for the screen.
const LISTED: i64 = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct HandoverQuery {
    /// A day in Beijing, `2026-11-24`; today when absent.
    day: Option<String>,
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
    /// `zh` or `en`; the caller's language when absent.
    #[param(inline)]
    lang: Option<Lang>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct BulletinQuery {
    /// A month in Beijing, `2026-11`; the one before this when absent.
    month: Option<String>,
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
    /// `zh` or `en`; the caller's language when absent.
    #[param(inline)]
    lang: Option<Lang>,
}

/// Prints what one shift hands over to the next: the numbers of its day, what waits, what is late.
#[utoipa::path(get, path = "/insight/handover.pdf", tag = "insight", params(HandoverQuery),
    responses((status = 200, description = "the hand-over", content_type = "application/pdf", body = Vec<u8>)))]
async fn handover(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<HandoverQuery>,
) -> Result<Download, Error> {
    let (areas, staff) = (app.snapshot::<Areas>().await?, app.snapshot::<Staff>().await?);
    let lang = asked.lang.unwrap_or(call.lang);
    let date = match asked.day.as_deref() {
        Some(day) => day.parse().map_err(|_| {
            Error::field("day", Text::new("日期应写作 2026-11-24", "write the day as 2026-11-24"))
        })?,
        None => app.clock().now().beijing_date(),
    };
    let view = View::of(&app, &call, &areas, asked.within.as_deref())?;
    let issuer = issuer(&call, &areas, asked.within.as_deref())?;
    let (days, open) = rows(&app, view, number_of(date), number_of(date)).await?;
    let (_, numbers) = add_up(By::Street, &days, &open);
    let of =
        |view| ListQuery { view, area: asked.within.clone(), limit: Some(LISTED), ..ListQuery::default() };
    let document = Handover {
        waiting: counted(&app, &call, &of(Listed::AllOpen)).await?,
        late: listed(&app, &call, of(Listed::Late)).await?,
        soon: listed(&app, &call, of(Listed::Soon)).await?,
        printed: printed(&app, &call, &staff, lang, Text::new("交接班", "hand-over")).await?,
        day: date.to_string(),
        issuer,
        numbers,
        lang,
    }
    .document();
    let name = format!("{}-{date}.pdf", document.title);
    let bytes = app.heavy(move |_| paper::pdf(&document)).await??;
    Ok(Download { media_type: PDF, name, bytes })
}

/// Prints the bulletin of a month: one finding on each page, the table that proves it, the definition.
#[utoipa::path(get, path = "/insight/bulletin.pdf", tag = "insight", params(BulletinQuery),
    responses((status = 200, description = "the bulletin", content_type = "application/pdf", body = Vec<u8>)))]
async fn bulletin(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<BulletinQuery>,
) -> Result<Download, Error> {
    let (areas, staff) = (app.snapshot::<Areas>().await?, app.snapshot::<Staff>().await?);
    let lang = asked.lang.unwrap_or(call.lang);
    let first = match asked.month.as_deref() {
        Some(month) => format!("{month}-01").parse().map_err(|_| {
            Error::field("month", Text::new("月份应写作 2026-11", "write the month as 2026-11"))
        })?,
        None => month_before(app.clock().now().beijing_date().first_of_month()),
    };
    let view = View::of(&app, &call, &areas, asked.within.as_deref())?;
    let communities: Vec<i64> = view.communities(&areas).collect();
    let issuer = issuer(&call, &areas, asked.within.as_deref())?;
    let before = month_before(first);
    let span = |first: Date| (number_of(first), number_of(first.last_of_month()));
    let (from, to) = span(before);
    let (earlier, _) = rows(&app, view.clone(), from, to).await?;
    let (from, to) = span(first);
    let (days, _) = rows(&app, view, from, to).await?;
    let (units, now) = add_up(By::Department, &days, &[]);
    let (mut places, _) = add_up(By::Community, &days, &[]);
    for community in communities {
        places.entry(community).or_default();
    }
    let mut by_day: BTreeMap<i64, (i64, i64, i64)> =
        (from..=number_of(first.last_of_month())).map(|day| (day, (0, 0, 0))).collect();
    for row in &days {
        let sums = by_day.entry(row.day).or_default();
        *sums = (sums.0 + row.reported, sums.1 + row.closed, sums.2 + row.late);
    }
    let unit = |(key, numbers): (i64, Numbers)| {
        let name = staff.organisation(key).map(|unit| unit.name.clone());
        (name.unwrap_or_else(|| Text::new("已撤销的单位", "a unit that is gone")), numbers)
    };
    let month = first.strftime("%Y-%m").to_string();
    let document = Bulletin {
        before: add_up(By::Street, &earlier, &[]).1,
        departments: units.into_iter().map(unit).collect(),
        communities: places.into_iter().map(|(key, numbers)| (areas.name(key), numbers)).collect(),
        printed: printed(&app, &call, &staff, lang, Text::new("月度通报", "monthly bulletin")).await?,
        days: by_day,
        month: month.clone(),
        issuer,
        now,
        lang,
    }
    .document();
    let name = format!("{}-{month}.pdf", document.title);
    let bytes = app.heavy(move |_| paper::pdf(&document)).await??;
    Ok(Download { media_type: PDF, name, bytes })
}

fn month_before(first: Date) -> Date {
    first.saturating_sub(1.month())
}

/// Whose numbers they are: the area asked for, else the one that the post serves.
fn issuer(call: &Call, areas: &Areas, within: Option<&str>) -> Result<Text, Error> {
    let asked = within.and_then(|code| code.parse().ok());
    Ok(areas.name(asked.unwrap_or(call.caller()?.post.area)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handover)).routes(routes!(bulletin))
}
