//! `/insight/indicators` on the wire.

use std::collections::BTreeMap;

use areas::Directory as Areas;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use orders::{Books, Measure, Span, Tallied, Within, books, tallied};
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{App, Call, Error, Json, List, Millis, Path, Query, Read, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::day::at_most;
use crate::indicator::{Indicator, in_force, publish_indicator};
use crate::rate::{Interval, Rate};
use crate::score::cases;
use crate::view::View;

/// The longest span, in days, and the longest by class, which is counted from the cases themselves.
pub(crate) const LONGEST: i64 = 366;
const LONGEST_BY_CLASS: i64 = 92;
const DAY_MS: i64 = 86_400_000;

/// By what an indicator is parted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Parted {
    Unit,
    Community,
    #[default]
    Street,
    Class,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct IndicatorQuery {
    /// The first day in Beijing, `2026-11-01`; the first of this month when absent.
    from: Option<String>,
    /// The last day; today when absent.
    to: Option<String>,
    #[serde(default)]
    #[param(inline)]
    by: Parted,
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
}

/// An indicator of one street, community, unit or class.
#[derive(Serialize, ToSchema)]
struct RateRow {
    /// An area's code, an organisation's id or the code of a class; empty for the total.
    key: String,
    name: Text,
    #[serde(flatten)]
    rate: Rate,
    /// In ten thousandths; none where nothing was due.
    value: Option<i64>,
    /// Where the true rate lies with 95 % confidence.
    interval: Option<Interval>,
}

/// An indicator over a span of days.
#[derive(Serialize, ToSchema)]
struct IndicatorOut {
    indicator: Indicator,
    from: String,
    to: String,
    items: Vec<RateRow>,
    total: RateRow,
    /// What these numbers do not say.
    caution: Text,
    now: Millis,
}

/// Places and kinds of cases differ, so their counts say nothing about who works better.
pub(crate) const CAUTION: Text = Text::new(
    "各地案件构成不同，上报数量的多少不能用来比较优劣；样本小的，以区间为准",
    "areas have different cases, so counts of reports do not compare them; where cases are few, go by the interval",
);

impl RateRow {
    fn new(key: String, name: Text, rate: Rate) -> Self {
        Self { key, name, value: rate.value(), interval: rate.interval(), rate }
    }
}

pub(crate) fn class_name(books: &Books, code: &str) -> Text {
    books.catalogue.class(code).map_or_else(|| Text::owned(code, code), |class| class.name.clone())
}

pub(crate) fn unit_out(books: &Books, id: i64) -> Option<OrganisationOut> {
    let gone = || Text::new("已撤销的单位", "a unit that is gone");
    let name = || books.staff.organisation(id).map_or_else(gone, |unit| unit.name.clone());
    (id != 0).then(|| OrganisationOut { id: OrganisationId::shared(id), name: name() })
}

/// The days that are asked for.
pub(crate) struct Days {
    pub first: Date,
    pub last: Date,
    pub span: Span,
}

impl Days {
    pub fn of(from: Option<&str>, to: Option<&str>, now: Millis, longest: i64) -> Result<Self, Error> {
        let read = |field: &'static str, text: &str| {
            let wrong = Text::new("日期应写作 2026-11-24", "write the date as 2026-11-24");
            text.parse::<Date>().map_err(|_| Error::field(field, wrong))
        };
        let today = now.beijing_date();
        let last = to.map_or(Ok(today), |text| read("to", text))?;
        let first = from.map_or(Ok(last.first_of_month()), |text| read("from", text))?;
        let span = Span::of_days(first, last);
        if first > last || span.to.0 - span.from.0 > longest * DAY_MS {
            let text = Text::owned(
                format!("起止日期须相连，不超过 {longest} 天"),
                format!("the first day, then the last, {longest} days at most"),
            );
            return Err(Error::field("from", text));
        }
        Ok(Self { first, last, span })
    }
}

pub(crate) async fn named(r: &Read, key: &str) -> Result<Indicator, Error> {
    in_force(r).await?.into_iter().find(|one| one.key == key).ok_or(Error::Missing("indicator"))
}

/// Lists the indicators in force, with their formulas.
#[utoipa::path(get, path = "/insight/indicators", tag = "insight", responses((status = 200, body = List<Indicator>)))]
async fn list(State(app): State<App>, call: Call) -> Result<Json<List<Indicator>>, Error> {
    View::of(&app, &call, &*app.snapshot::<Areas>().await?, None)?;
    let found = app.read(|r| async move { Ok(List::whole(in_force(&r).await?, r.now())) });
    Ok(Json(found.await?))
}

/// Publishes the next version of an indicator; none may count fines.
#[utoipa::path(post, path = "/insight/indicators", tag = "insight", request_body = Indicator,
    responses((status = 201, body = Indicator)))]
async fn publish(
    State(app): State<App>,
    call: Call,
    Json(body): Json<Indicator>,
) -> Result<(StatusCode, Json<Indicator>), Error> {
    let (indicator, asked) = (body.clone(), serde_json::json!(&body));
    let verb = move |w: platform::Write| async move { publish_indicator(&w, &indicator).await };
    app.once(&call, app.district(), &asked, verb).await?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// Shows an indicator by street, community, unit or class, this minute included.
#[utoipa::path(get, path = "/insight/indicators/{key}", tag = "insight", params(("key" = String, Path), IndicatorQuery),
    responses((status = 200, body = IndicatorOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    Path(key): Path<String>,
    Query(query): Query<IndicatorQuery>,
) -> Result<Json<IndicatorOut>, Error> {
    let (books, now) = (books(&app).await?, app.clock().now());
    let view = View::of(&app, &call, &books.areas, query.within.as_deref())?;
    let longest = if query.by == Parted::Class { LONGEST_BY_CLASS } else { LONGEST };
    let days = Days::of(query.from.as_deref(), query.to.as_deref(), now, longest)?;
    let (by, span) = (query.by, days.span);
    let (indicator, groups, total) = app
        .read(move |r| async move {
            let indicator = named(&r, &key).await?;
            let (groups, total) = match by {
                Parted::Class => by_class(&r, &view, &indicator, span).await?,
                _ => from_rollup(&r, &view, &indicator, span, by).await?,
            };
            Ok((indicator, groups, total))
        })
        .await?;
    let row = |(key, rate): (String, Rate)| {
        let name = name_of(&books, by, &key);
        let key = if by == Parted::Unit { unit_key(&key) } else { key };
        RateRow::new(key, name, rate)
    };
    Ok(Json(IndicatorOut {
        indicator,
        from: days.first.to_string(),
        to: days.last.to_string(),
        items: groups.into_iter().map(row).collect(),
        total: RateRow::new(String::new(), Text::new("合计", "Total"), total),
        caution: CAUTION,
        now,
    }))
}

fn unit_key(number: &str) -> String {
    OrganisationId::shared(number.parse().unwrap_or_default()).to_string()
}

fn name_of(books: &Books, by: Parted, key: &str) -> Text {
    let number: i64 = key.parse().unwrap_or_default();
    match by {
        Parted::Unit => unit_out(books, number).map_or_else(|| Text::new("", ""), |unit| unit.name),
        Parted::Class => class_name(books, key),
        Parted::Community | Parted::Street => books.areas.name(number),
    }
}

type Groups = (BTreeMap<String, Rate>, Rate);

/// Adds the rollup up; what no unit has is only in the total of units.
async fn from_rollup(
    r: &Read,
    view: &View,
    indicator: &Indicator,
    span: Span,
    by: Parted,
) -> Result<Groups, Error> {
    let (mut groups, mut total) = (BTreeMap::<i64, Rate>::new(), Rate::default());
    for street in view.streets.iter().copied() {
        for row in tallied(r, street, span).await? {
            if !view.covers(row.community, row.organisation_id) {
                continue;
            }
            let sum = |parts: &[Measure]| parts.iter().map(|part| Tallied::get(&row, *part)).sum::<i64>();
            let (above, below) = (sum(&indicator.numerator), sum(&indicator.denominator));
            let key = match by {
                Parted::Unit => row.organisation_id,
                Parted::Street => at_most(row.community, 1_000_000_000),
                Parted::Community | Parted::Class => row.community,
            };
            for rate in [groups.entry(key).or_default(), &mut total] {
                rate.numerator += above;
                rate.denominator += below;
            }
        }
    }
    groups.remove(&0);
    Ok((groups.into_iter().map(|(key, rate)| (key.to_string(), rate)).collect(), total))
}

/// Counts the cases themselves: a case may change its class after it was counted.
async fn by_class(r: &Read, view: &View, indicator: &Indicator, span: Span) -> Result<Groups, Error> {
    let (mut groups, mut total) = (BTreeMap::<String, Rate>::new(), Rate::default());
    for street in view.streets.iter().copied() {
        for (one, counted) in cases(r, street, indicator, span, &Within::everything()).await? {
            if view.covers(one.area, one.organisation_id) {
                for rate in [groups.entry(one.class).or_default(), &mut total] {
                    rate.numerator += i64::from(counted);
                    rate.denominator += 1;
                }
            }
        }
    }
    Ok((groups, total))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, publish)).routes(routes!(show))
}
