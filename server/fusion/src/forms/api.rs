//! `/forms` on the wire.

use areas::{AreaCode, AreaLevel, Directory as Areas};
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use platform::import::{sheet_limit, sheet_of};
use platform::{App, Call, Error, IfMatch, Json, List, Millis, Path, Text};
use registry::Census;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::column::{Column, RowsOf, of_sheet};
use super::field::ARTICLE;
use super::{Every, Form, FormId, FormState, NewForm, decide_form, form_of, forms_for, receive_form};
use crate::burden::{day_number, rows_of};

/// A column as it is handed in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FormColumnIn {
    heading: String,
    /// The field that answers it, or `new`; what the heading says when absent.
    #[serde(default)]
    field: Option<String>,
}

/// A form as it comes from another level.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FormIn {
    /// The district or the street that fills it in, 6 or 9 digits; that of the post in use when absent.
    area: Option<String>,
    name: String,
    /// Who wants it.
    issuer: String,
    /// The document that it is wanted under.
    #[serde(default)]
    basis: String,
    every: Every,
    columns: Vec<FormColumnIn>,
    /// What one cell takes by hand; 15 when absent, which is an assumption.
    seconds_per_cell: Option<i64>,
    /// Only residents of these ages, in whole years.
    age_from: Option<i64>,
    age_to: Option<i64>,
}

/// Whether the street takes a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FormDecision {
    Accept,
    Refuse,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FormDecisionIn {
    decision: FormDecision,
    note: Option<String>,
}

/// A column, and what answers it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FormColumn {
    pub heading: String,
    /// The word of the field that answers it.
    pub field: Option<String>,
    pub field_name: Option<Text>,
    pub known: bool,
    /// Asks for what is never kept about anybody.
    pub never: bool,
}

/// The columns of a sheet.
#[derive(Serialize, ToSchema)]
struct FormHeading {
    columns: Vec<FormColumn>,
    column_count: i64,
    known_count: i64,
    new_count: i64,
    rows_of: RowsOf,
}

/// A form, with what it costs and what is saved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FormOut {
    pub id: String,
    pub version: i64,
    pub name: String,
    pub issuer: String,
    pub basis: String,
    pub every: Every,
    pub columns: Vec<FormColumn>,
    pub column_count: i64,
    pub known_count: i64,
    pub new_count: i64,
    pub seconds_per_cell: i64,
    pub age_from: Option<i64>,
    pub age_to: Option<i64>,
    pub state: FormState,
    /// The law by which it need not be filled in.
    pub article: Option<Text>,
    pub decided_note: Option<String>,
    pub received_at: Millis,
    pub decided_at: Option<Millis>,
    /// Rows in all communities; where they stand for people, in whole tens for each.
    pub rows: i64,
    /// To fill it in once, with what the register knows filled in.
    pub minutes: i64,
    /// To fill it in once by hand.
    pub minutes_without: i64,
    /// The difference.
    pub minutes_saved: i64,
}

impl FormColumn {
    pub fn of(column: &Column) -> Self {
        Self {
            heading: column.heading.clone(),
            field: column.field.map(|field| field.to_string()),
            field_name: column.field.map(super::field::Known::name),
            known: !column.is_new(),
            never: column.never,
        }
    }
}

impl FormColumnIn {
    fn read(self) -> Result<Column, Error> {
        let heading = self.heading.trim().to_owned();
        let guessed = Column::of(&heading);
        match self.field.as_deref() {
            None => Ok(guessed),
            Some("new") => Ok(Column { field: None, ..guessed }),
            Some(word) => {
                let unknown =
                    |_| Error::field("columns", Text::new("没有这个字段", "there is no such field"));
                Ok(Column { field: Some(word.parse().map_err(unknown)?), ..guessed })
            }
        }
    }
}

impl FormOut {
    pub fn new(form: &Form, areas: &Areas, census: &Census, on: i64) -> Result<Self, Error> {
        let columns = form.columns()?;
        let reach = areas.communities().map(|community| community.code);
        let reach = reach.filter(|code| registry::lies_in(code.value(), form.street_id));
        let rows: i64 = reach.map(|code| rows_of(form, &columns, areas, census, code, on)).sum();
        let minutes = |cells: i64| rows * cells * form.seconds_per_cell / 60;
        Ok(Self {
            id: form.wire_id().to_string(),
            version: form.version,
            name: form.name.clone(),
            issuer: form.issuer.clone(),
            basis: form.basis.clone(),
            every: form.every,
            column_count: form.column_count,
            known_count: form.known_count,
            new_count: form.new_count(),
            seconds_per_cell: form.seconds_per_cell,
            age_from: form.age_from,
            age_to: form.age_to,
            state: form.state,
            article: (form.new_count() == 0).then_some(ARTICLE),
            decided_note: form.decided_note.clone(),
            received_at: form.received_at,
            decided_at: form.decided_at,
            rows,
            minutes: minutes(form.new_count()),
            minutes_without: minutes(form.column_count),
            minutes_saved: minutes(form.column_count) - minutes(form.new_count()),
            columns: columns.iter().map(FormColumn::of).collect(),
        })
    }
}

async fn written(app: &App, form: Form) -> Result<FormOut, Error> {
    let (areas, census) = (app.snapshot::<Areas>().await?, Census::of(app).await?);
    let on = day_number(app.clock().now());
    app.heavy(move |_| FormOut::new(&form, &areas, &census, on)).await?
}

/// Who fills a form in: the district or a street.
fn owner(call: &Call, areas: &Areas, text: Option<&str>) -> Result<i64, Error> {
    let Some(text) = text else { return Ok(call.caller()?.post.street()) };
    let code: Option<AreaCode> = text.parse().ok();
    let is_whole = |code: &AreaCode| {
        matches!(code.level(), AreaLevel::District | AreaLevel::Street) && areas.area(*code).is_some()
    };
    code.filter(is_whole)
        .map(AreaCode::value)
        .ok_or_else(|| Error::field("area", Text::new("请选择区县或街道", "name the district or a street")))
}

/// Lists the forms of the district and of the street, the newest first.
#[utoipa::path(get, path = "/forms", tag = "forms", responses((status = 200, body = List<FormOut>)))]
async fn list(State(app): State<App>, call: Call) -> Result<Json<List<FormOut>>, Error> {
    let caller = call.caller()?.clone();
    let district = app.district();
    let forms = app.read(move |r| async move { forms_for(&r, &caller, district).await }).await?;
    let (areas, census) = (app.snapshot::<Areas>().await?, Census::of(&app).await?);
    let now = app.clock().now();
    let rows = app.heavy(move |_| {
        forms
            .iter()
            .map(|form| FormOut::new(form, &areas, &census, day_number(now)))
            .collect::<Result<_, _>>()
    });
    Ok(Json(List::whole(rows.await??, now)))
}

/// Shows a form with its columns.
#[utoipa::path(get, path = "/forms/{id}", tag = "forms", params(("id" = String, Path)),
    responses((status = 200, body = FormOut)))]
async fn show(State(app): State<App>, call: Call, Path(id): Path<FormId>) -> Result<Json<FormOut>, Error> {
    let caller = call.caller()?.clone();
    let form = app.read(move |r| async move { form_of(&r, &caller, id).await }).await?;
    written(&app, form).await.map(Json)
}

/// Reads the heading of a sheet that another level sends, and keeps nothing of it.
#[utoipa::path(post, path = "/forms/heading", tag = "forms",
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV or XLSX, 10 MB"),
    responses((status = 200, body = FormHeading)))]
async fn heading(State(app): State<App>, call: Call, form: Multipart) -> Result<Json<FormHeading>, Error> {
    call.caller()?;
    let bytes = sheet_of(form).await?;
    let columns = app.heavy(move |_| of_sheet(&bytes)).await??;
    let known = columns.iter().filter(|column| !column.is_new()).count() as i64;
    Ok(Json(FormHeading {
        rows_of: RowsOf::of(&columns),
        column_count: columns.len() as i64,
        known_count: known,
        new_count: columns.len() as i64 - known,
        columns: columns.iter().map(FormColumn::of).collect(),
    }))
}

/// Enters a form into the register of forms; one that asks for nothing new is refused at once.
#[utoipa::path(post, path = "/forms", tag = "forms", request_body = FormIn,
    responses((status = 201, body = FormOut)))]
async fn receive(
    State(app): State<App>,
    call: Call,
    Json(body): Json<FormIn>,
) -> Result<(StatusCode, Json<FormOut>), Error> {
    let asked = body.clone();
    let columns = body.columns.into_iter().map(FormColumnIn::read).collect::<Result<_, _>>()?;
    let new = NewForm {
        name: body.name,
        issuer: body.issuer,
        basis: body.basis,
        every: body.every,
        columns,
        seconds_per_cell: body.seconds_per_cell,
        age_from: body.age_from,
        age_to: body.age_to,
    }
    .tidy()?;
    let (areas, census) = (app.snapshot::<Areas>().await?, Census::of(&app).await?);
    let owner = owner(&call, &areas, asked.area.as_deref())?;
    let verb = move |w: platform::Write| async move {
        let form = receive_form(&w, new).await?;
        FormOut::new(&form, &areas, &census, day_number(w.now()))
    };
    let form = app.once(&call, owner, &asked, verb).await?;
    Ok((StatusCode::CREATED, Json(form)))
}

/// Accepts or refuses a form.
#[utoipa::path(post, path = "/forms/{id}/decision", tag = "forms",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")), request_body = FormDecisionIn,
    responses((status = 200, body = FormOut)))]
async fn decide(
    State(app): State<App>,
    call: Call,
    Path(id): Path<FormId>,
    IfMatch(version): IfMatch,
    Json(body): Json<FormDecisionIn>,
) -> Result<Json<FormOut>, Error> {
    let caller = call.caller()?.clone();
    let form = app.read(move |r| async move { form_of(&r, &caller, id).await }).await?;
    let form = Form { version, ..form };
    let owner = form.street_id;
    let verb = move |w: platform::Write| async move {
        decide_form(&w, form, body.decision == FormDecision::Accept, body.note.as_deref()).await
    };
    let form = app.write(&call, owner, verb).await?;
    written(&app, form).await.map(Json)
}

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, receive))
        .merge(OpenApiRouter::new().routes(routes!(heading)).layer(sheet_limit()))
        .routes(routes!(show))
        .routes(routes!(decide))
}
