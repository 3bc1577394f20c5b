//! `/forms/{id}/answers` on the wire: what is known stands there, only what is new is asked for.

use std::sync::Arc;

use areas::{AreaCode, AreaLevel, Directory as Areas};
use axum::extract::State;
use platform::{App, Call, Error, IfMatch, Json, Lang, List, Millis, Page, Path, Query, Text, Thing, Write};
use registry::look::{self, Asked};
use registry::{Census, Group, How, Resident, ResidentId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{self, Filled, Rows, answers_to, save_answers};
use super::api::FormColumn;
use super::column::{Column, RowsOf};
use super::count;
use super::roster::{self, Whom};
use super::values::{Person, Writing, groups};
use super::{Form, FormId, FormState, form_of};
use crate::burden::day_number;

/// A row of a form: what is known, and what somebody typed.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AnswerRow {
    /// A resident's id, or the code of a grid or of the community.
    row: String,
    /// By column; `null` where the community is asked. Masked where it is personal.
    known: Vec<Option<String>>,
    /// The values of the new columns, in their order.
    asked: Vec<String>,
}

/// The answers of a community to a form.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AnswersOut {
    form: String,
    form_name: String,
    community: String,
    community_name: Text,
    month: String,
    /// 0 before anything was saved.
    version: i64,
    columns: Vec<FormColumn>,
    rows_of: RowsOf,
    /// All rows of the form here.
    people: i64,
    rows: Vec<AnswerRow>,
    /// Hand this back as `cursor`; `null` on the last page.
    next: Option<String>,
    /// Cells that somebody typed.
    typed: i64,
    /// Cells that the register filled.
    filled: i64,
    minutes: i64,
    minutes_without: i64,
    minutes_saved: i64,
    finished_at: Option<Millis>,
}

/// What was typed into a row.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TypedRow {
    row: String,
    /// The values of the new columns, in their order.
    values: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswersIn {
    rows: Vec<TypedRow>,
    /// Hands it in: nothing is changed after that.
    #[serde(default)]
    finish: bool,
}

/// What was saved.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AnswersSaved {
    version: i64,
    typed: i64,
    filled: i64,
    people: i64,
    minutes_saved: i64,
    finished_at: Option<Millis>,
}

/// A form, where it is filled in, and by whom.
struct Place {
    form: Form,
    columns: Vec<Column>,
    community: AreaCode,
    /// The community, or the caller's grid in it.
    area: AreaCode,
}

async fn place(app: &App, call: &Call, id: FormId, community: &str) -> Result<Place, Error> {
    let caller = call.caller()?.clone();
    let areas = app.snapshot::<Areas>().await?;
    let code: Option<AreaCode> = community.parse().ok();
    let code = code.filter(|code| code.level() == AreaLevel::Community && areas.area(*code).is_some());
    let community = code.ok_or(Error::Missing("community"))?;
    let own = AreaCode::try_from(caller.post.area).ok().filter(|own| community.contains(*own));
    let area = own.unwrap_or(community);
    app.policy().require(&caller, "form:fill", &Thing::at(area.value()), app.clock().now())?;
    let form = app.read(move |r| async move { form_of(&r, &caller, id).await }).await?;
    if form.state != FormState::Accepted {
        let text = Text::new("该表未被接收，不需填报", "this form was not accepted; it is not filled in");
        return Err(Error::conflict(text));
    }
    Ok(Place { columns: form.columns()?, form, community, area })
}

impl Place {
    fn street(&self) -> i64 {
        self.community.street_id().unwrap_or_default()
    }

    fn minutes(&self, cells: i64) -> i64 {
        cells * self.form.seconds_per_cell / 60
    }

    fn fields(&self) -> Vec<super::field::Known> {
        self.columns.iter().filter_map(|column| column.field).collect()
    }

    /// The places that a form of numbers has rows for.
    fn places(&self, areas: &Areas) -> Vec<i64> {
        match RowsOf::of(&self.columns) {
            RowsOf::Grids if self.area == self.community => {
                areas.children(self.community).map(|grid| grid.code.value()).collect()
            }
            _ => vec![self.area.value()],
        }
    }

    async fn all_rows(&self, r: &store::Tx, areas: &Areas, now: Millis) -> Result<i64, Error> {
        match RowsOf::of(&self.columns) {
            RowsOf::People => Whom::of(&self.form, self.area, now).count(r).await,
            RowsOf::Grids | RowsOf::Community => Ok(self.places(areas).len() as i64),
        }
    }
}

/// What is read of a form's rows.
struct Seen {
    listed: List<Person>,
    /// How many stand on the pages before.
    before: i64,
    workers: std::collections::HashMap<i64, String>,
    answer: Option<answer::FormAnswer>,
    all: i64,
}

/// The rows of a page, and the trace that each resident on it can see.
async fn look_at(w: &Write, place: &Place, asked: &Asked, areas: &Areas, page: &Page) -> Result<Seen, Error> {
    let whom = Whom::of(&place.form, place.area, w.now());
    let is_list = RowsOf::of(&place.columns) == RowsOf::People;
    // The last resident of the page before, and how many stand on the pages before.
    let (last, before) = page.after::<(i64, i64)>()?.unwrap_or_default();
    look::admit(w, asked, "form:fill", &Thing::at(place.area.value())).await?;
    let people = match is_list && registry::is_open(w, place.area.value()).await? {
        true => whom.people(w, last, page.limit() + 1).await?,
        false => Vec::new(),
    };
    let further = before + page.limit();
    let listed = List::cut(people, page, w.now(), |person| (person.resident.id, further), |person| person)?;
    let residents: Vec<&Resident> = listed.items.iter().map(|person| &person.resident).collect();
    let groups: Vec<Group> = groups(&place.fields());
    look::leave(w, asked, &residents, How::Listed, &groups);
    w.record("form:read", place.form.wire_id(), serde_json::json!({ "community": place.community.value() }));
    let month = place.form.month(w.now());
    let at = (place.street(), place.community.value());
    Ok(Seen {
        workers: roster::workers(w, place.street()).await?,
        answer: answers_to(w, &place.form, at, &month).await?,
        all: place.all_rows(w, areas, w.now()).await?,
        listed,
        before,
    })
}

/// Shows a form as far as the register fills it in, and what a community has typed; each resident on it sees the look.
#[utoipa::path(get, path = "/forms/{id}/answers/{community}", tag = "forms",
    params(("id" = String, Path), ("community" = String, Path), Page,
        ("Wangge-Purpose" = String, Header), ("Wangge-About" = Option<String>, Header)),
    responses((status = 200, body = AnswersOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path((id, community)): Path<(FormId, String)>,
    Query(page): Query<Page>,
) -> Result<Json<AnswersOut>, Error> {
    let place = Arc::new(place(&app, &call, id, &community).await?);
    let (areas, census) = (app.snapshot::<Areas>().await?, Census::of(&app).await?);
    let shows_doors = asked.purpose.groups.contains(&Group::Address);
    let work = (place.clone(), areas.clone(), page.clone());
    let seen = look::through(&app, &call, place.street(), move |w| async move {
        let (place, areas, page) = work;
        look_at(&w, &place, &asked, &areas, &page).await
    })
    .await?;
    let typed = seen.answer.as_ref().map(|answer| answer.rows(&app)).transpose()?.unwrap_or_default();
    let (now, lang) = (app.clock().now(), call.lang);
    let rows = written(&place, &seen, &typed, (&areas, &census), (lang, shows_doors), now);
    let (cells, new) = (seen.all * place.form.column_count, seen.all * place.form.new_count());
    Ok(Json(AnswersOut {
        form: place.form.wire_id().to_string(),
        form_name: place.form.name.clone(),
        community: place.community.to_string(),
        community_name: areas.name(place.community.value()),
        month: place.form.month(now),
        version: seen.answer.as_ref().map_or(0, |answer| answer.version),
        columns: place.columns.iter().map(FormColumn::of).collect(),
        rows_of: RowsOf::of(&place.columns),
        people: seen.all,
        rows,
        next: seen.listed.next,
        typed: seen.answer.as_ref().map_or(0, |answer| answer.typed),
        filled: seen.all * place.form.known_count,
        minutes: place.minutes(new),
        minutes_without: place.minutes(cells),
        minutes_saved: place.minutes(cells) - place.minutes(new),
        finished_at: seen.answer.as_ref().and_then(|answer| answer.finished_at),
    }))
}

/// The rows of a page as they may be shown.
fn written(
    place: &Place,
    seen: &Seen,
    typed: &Rows,
    (areas, census): (&Areas, &Census),
    (lang, shows_doors): (Lang, bool),
    now: Millis,
) -> Vec<AnswerRow> {
    let today = now.beijing_date().to_string();
    let workers = |grid: i64| seen.workers.get(&grid).cloned();
    let community = place.community.value();
    let writing = Writing { areas, lang, today: &today, community, shows_doors, workers: &workers };
    let none = || vec![String::new(); place.columns.iter().filter(|column| column.is_new()).count()];
    let row = |row: String, value: &dyn Fn(super::field::Known) -> String| AnswerRow {
        known: place.columns.iter().map(|column| column.field.map(value)).collect(),
        asked: typed.get(&row).cloned().unwrap_or_else(none),
        row,
    };
    if RowsOf::of(&place.columns) == RowsOf::People {
        let shown = (usize::try_from(seen.before).unwrap_or(0)..).zip(&seen.listed.items);
        return shown
            .map(|(nth, person)| {
                let value = |field| writing.of_person(field, nth, person);
                row(person.resident.wire_id().to_string(), &value)
            })
            .collect();
    }
    let on = day_number(now);
    let places = place.places(areas).into_iter().enumerate();
    places
        .map(|(nth, area)| {
            let value = |field| count::value(&writing, census, count::Place { area, on }, nth, field);
            row(area.to_string(), &value)
        })
        .collect()
}

/// Saves what a community typed into the new columns; with `finish` it is handed in.
#[utoipa::path(put, path = "/forms/{id}/answers/{community}", tag = "forms",
    params(("id" = String, Path), ("community" = String, Path),
        ("If-Match" = String, Header, description = "the version that was read, 0 before anything was saved")),
    request_body = AnswersIn, responses((status = 200, body = AnswersSaved)))]
async fn save(
    State(app): State<App>,
    call: Call,
    Path((id, community)): Path<(FormId, String)>,
    IfMatch(version): IfMatch,
    Json(body): Json<AnswersIn>,
) -> Result<Json<AnswersSaved>, Error> {
    let place = place(&app, &call, id, &community).await?;
    let areas = app.snapshot::<Areas>().await?;
    let trim = |row: TypedRow| (row.row, row.values.iter().map(|value| value.trim().to_owned()).collect());
    let rows: Rows = body.rows.into_iter().map(trim).collect();
    answer::check(&place.form, &rows)?;
    let (street, saved) = (place.street(), body.finish);
    let verb = move |w: Write| async move {
        check_rows(&w, &place, &rows, &areas).await?;
        let new = Filled {
            community: place.community.value(),
            month: place.form.month(w.now()),
            all: place.all_rows(&w, &areas, w.now()).await?,
            finish: saved,
            rows,
            version,
        };
        let answer = save_answers(&w, &place.form, new).await?;
        let cells = answer.people * place.form.known_count;
        Ok((answer, place.minutes(cells)))
    };
    let (answer, minutes_saved) = app.write(&call, street, verb).await?;
    Ok(Json(AnswersSaved {
        version: answer.version,
        typed: answer.typed,
        filled: answer.filled,
        people: answer.people,
        finished_at: answer.finished_at,
        minutes_saved,
    }))
}

/// Refuses a row that the form does not have here.
async fn check_rows(w: &Write, place: &Place, rows: &Rows, areas: &Areas) -> Result<(), Error> {
    let unknown = || Error::field("rows", Text::new("表中没有这一行", "the form has no such row"));
    if RowsOf::of(&place.columns) != RowsOf::People {
        let here: Vec<String> = place.places(areas).iter().map(i64::to_string).collect();
        return rows.keys().all(|row| here.contains(row)).then_some(()).ok_or_else(unknown);
    }
    let ids = Whom::of(&place.form, place.area, w.now()).ids(w).await?;
    let is_here = |row: &String| {
        let id = row.parse::<ResidentId>();
        id.is_ok_and(|id| id.street == w.street() && ids.binary_search(&id.id).is_ok())
    };
    rows.keys().all(is_here).then_some(()).ok_or_else(unknown)
}

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, save))
}
