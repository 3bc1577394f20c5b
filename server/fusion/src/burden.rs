//! What forms cost: forms × columns × minutes for each community and month, with what the register knows filled in, and
//! without.

use std::collections::BTreeMap;

use areas::{AreaCode, AreaLevel, Directory as Areas};
use axum::extract::State;
use platform::{App, Call, Error, Json, Millis, Query, Text, Thing};
use registry::{Census, Rounded, lies_in};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::forms::answer::{FormAnswer, answers_of_month};
use crate::forms::{Column, Form, RowsOf, decided};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct BurdenQuery {
    /// A month in Beijing, `2026-11`; this one when absent.
    month: Option<String>,
}

/// What one community has to fill in during a month.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
struct BurdenRow {
    community: String,
    #[schema(value_type = Text)]
    community_name: Option<Text>,
    /// Forms to be filled in, each as often as its rhythm says.
    forms: i64,
    /// Columns of these forms.
    fields: i64,
    /// Columns that the register answers.
    known: i64,
    /// With what the register knows filled in.
    minutes: i64,
    /// By hand.
    minutes_without: i64,
    /// Handed in already.
    finished: i64,
}

/// What forms cost during a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BurdenOut {
    month: String,
    items: Vec<BurdenRow>,
    minutes: i64,
    minutes_without: i64,
    minutes_saved: i64,
    /// Forms that were refused by the end of the month, and what they would have cost in it.
    refused: i64,
    minutes_refused: i64,
    now: Millis,
}

/// A day as a number, such as 20261130.
pub(crate) fn day_number(at: Millis) -> i64 {
    let day = at.beijing_date();
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The rows that a form has in a community; where they stand for people, in whole tens.
pub(crate) fn rows_of(
    form: &Form,
    columns: &[Column],
    areas: &Areas,
    census: &Census,
    community: AreaCode,
    on: i64,
) -> i64 {
    match RowsOf::of(columns) {
        RowsOf::Community => 1,
        RowsOf::Grids => areas.children(community).count() as i64,
        RowsOf::People => in_tens(census.aged(community.value(), on, form.ages())),
    }
}

/// A meter for others shows no number of people below ten.
fn in_tens(rows: i64) -> i64 {
    if rows > 0 { Rounded::of(rows).tens().max(10) } else { 0 }
}

fn read_month(text: Option<&str>, now: Millis) -> Result<String, Error> {
    let this = now.beijing_date().strftime("%Y-%m").to_string();
    let Some(text) = text else { return Ok(this) };
    let is_month = format!("{text}-01").parse::<jiff::civil::Date>().is_ok() && text.len() == 7;
    match is_month {
        true => Ok(text.to_owned()),
        false => Err(Error::field("month", Text::new("月份应写作 2026-11", "write the month as 2026-11"))),
    }
}

/// Adds up what a form costs a community.
fn add(row: &mut BurdenRow, form: &Form, times: i64, rows: i64, answer: Option<&FormAnswer>) {
    let minutes = |cells: i64| cells * form.seconds_per_cell / 60 * times;
    row.forms += times;
    row.fields += form.column_count * times;
    row.known += form.known_count * times;
    row.minutes += minutes(rows * form.new_count());
    row.minutes_without += minutes(rows * form.column_count);
    row.finished += i64::from(answer.is_some_and(|answer| answer.finished_at.is_some()));
}

/// Shows what forms cost each community in a month, with prefilling and without.
#[utoipa::path(get, path = "/forms/burden", tag = "forms", params(BurdenQuery),
    responses((status = 200, body = BurdenOut)))]
async fn burden(
    State(app): State<App>,
    call: Call,
    Query(query): Query<BurdenQuery>,
) -> Result<Json<BurdenOut>, Error> {
    let caller = call.caller()?;
    let (now, district, own) = (app.clock().now(), app.district(), caller.post.street());
    app.policy().require(caller, "form:manage", &Thing::at(own), now)?;
    let month = read_month(query.month.as_deref(), now)?;
    let (areas, census) = (app.snapshot::<Areas>().await?, Census::of(&app).await?);
    let streets: Vec<i64> = areas.streets().iter().copied().filter(|street| lies_in(*street, own)).collect();
    let asked = month.clone();
    let (accepted, refused, answers) = app
        .read(move |r| async move {
            let (mut accepted, mut refused) = decided(&r, district).await?;
            if own != district {
                let (also, not) = decided(&r, own).await?;
                accepted.extend(also);
                refused.extend(not);
            }
            let mut answers: BTreeMap<(i64, i64), FormAnswer> = BTreeMap::new();
            for street in streets {
                let found = answers_of_month(&r, street, &asked).await?;
                answers.extend(found.into_iter().map(|answer| ((answer.form_id, answer.community), answer)));
            }
            Ok((accepted, refused, answers))
        })
        .await?;
    let meter = move |_: &App| counted(&month, own, &areas, &census, (&accepted, &refused), &answers, now);
    app.heavy(meter).await?.map(Json)
}

fn counted(
    month: &str,
    own: i64,
    areas: &Areas,
    census: &Census,
    (accepted, refused): (&[Form], &[Form]),
    answers: &BTreeMap<(i64, i64), FormAnswer>,
    now: Millis,
) -> Result<BurdenOut, Error> {
    let on = day_number(now);
    let here = areas.communities().map(|community| community.code);
    let here: Vec<AreaCode> =
        here.filter(|code| code.level() == AreaLevel::Community && lies_in(code.value(), own)).collect();
    let mut items: Vec<BurdenRow> = here
        .iter()
        .map(|code| BurdenRow {
            community: code.to_string(),
            community_name: Some(areas.name(code.value())),
            ..BurdenRow::default()
        })
        .collect();
    for form in accepted {
        let (columns, times) = (form.columns()?, form.times_in(month));
        for (code, row) in here.iter().zip(&mut items).filter(|_| times > 0) {
            if !lies_in(code.value(), form.street_id) {
                continue;
            }
            let answer = answers.get(&(form.id, code.value()));
            let rows = rows_of(form, &columns, areas, census, *code, on);
            add(row, form, times, rows, answer);
        }
    }
    let mut spared = BurdenRow::default();
    for form in refused {
        let (columns, times) = (form.columns()?, form.times_in(month));
        for code in here.iter().filter(|code| times > 0 && lies_in(code.value(), form.street_id)) {
            add(&mut spared, form, times, rows_of(form, &columns, areas, census, *code, on), None);
        }
    }
    let sum = |of: fn(&BurdenRow) -> i64| items.iter().map(of).sum::<i64>();
    let (minutes, without) = (sum(|row| row.minutes), sum(|row| row.minutes_without));
    Ok(BurdenOut {
        month: month.to_owned(),
        minutes,
        minutes_without: without,
        minutes_saved: without - minutes,
        refused: refused.iter().filter(|form| form.times_in(month) > 0).count() as i64,
        minutes_refused: spared.minutes_without,
        items,
        now,
    })
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(burden))
}
