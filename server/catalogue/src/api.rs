//! `/catalogue` on the wire.

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use platform::import::{Import, ImportQuery, sheet_limit, sheet_of};
use platform::{App, Call, Error, Json, List, Millis, Page, Path, Query, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::Flow;
use worktime::{Lang, Limit, Notice, Reading};

use crate::calendar::publish_calendar;
use crate::deadline::deadline;
use crate::draft_api;
use crate::duty_sheet::DutySheet;
use crate::flow::publish_flow;
use crate::import::{import_duties, import_standards, try_duties, try_standards};
use crate::out::{ClassOut, DeadlineOut, DutyOut, FlowOut, NoticeDayOut, StandardOut, YearOut, findings};
use crate::query::{self, DutyQuery};
use crate::revision::Counts;
use crate::snapshot::Catalogue;
use crate::standard_sheet::{Organisations, StandardSheet};

/// A limit to be counted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeadlineIn {
    /// As written: `3个工作日`, `2紧急工作时`, `15日`.
    limit: String,
    start: Millis,
    /// The rule set; `city-case` when absent, where bare days and hours are working time.
    rules: Option<String>,
}

/// The next version of a flow.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlowIn {
    #[schema(value_type = serde_json::Value)]
    flow: Flow,
    /// Now, when absent.
    effective_from: Option<Millis>,
}

/// A year's holiday notice; without days it is announced but not out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoticeIn {
    year: i16,
    #[schema(value_type = Vec<NoticeDayOut>)]
    days: Vec<worktime::NoticeDay>,
}

#[derive(Debug, Deserialize, IntoParams)]
struct StandardQuery {
    /// The code of a class; all classes when absent.
    class: Option<String>,
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
struct FlowQuery {
    /// The version; the one in effect when absent.
    version: Option<u32>,
}

/// What a flow's check found.
#[derive(Debug, Serialize, ToSchema)]
struct Findings {
    /// Empty for a flow that may be published.
    findings: Vec<Text>,
}

pub(crate) fn require(app: &App, call: &Call, right: &str) -> Result<(), Error> {
    app.policy().require(call.caller()?, right, &Thing::at(app.district()), app.clock().now())
}

/// Lists duty items.
#[utoipa::path(get, path = "/catalogue/duties", tag = "catalogue", params(DutyQuery), responses((status = 200, body = List<DutyOut>)))]
async fn list_duties(
    State(app): State<App>,
    call: Call,
    Query(query): Query<DutyQuery>,
) -> Result<Json<List<DutyOut>>, Error> {
    require(&app, &call, "catalogue:read")?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let page = query.page();
    let (rows, now) = app.read(|r| async move { Ok((query::duties(&r, &query).await?, r.now())) }).await?;
    let list = List::cut(rows, &page, now, |duty| duty.code.clone(), |duty| DutyOut::of(duty, &staff))?;
    Ok(Json(list))
}

/// Lists case classes, all on one page.
#[utoipa::path(get, path = "/catalogue/classes", tag = "catalogue", responses((status = 200, body = List<ClassOut>)))]
async fn list_classes(State(app): State<App>, call: Call) -> Result<Json<List<ClassOut>>, Error> {
    require(&app, &call, "catalogue:read")?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    Ok(Json(List::whole(catalogue.classes().map(ClassOut::from).collect(), app.clock().now())))
}

/// Lists standards in force.
#[utoipa::path(get, path = "/catalogue/standards", tag = "catalogue", params(StandardQuery), responses((status = 200, body = List<StandardOut>)))]
async fn list_standards(
    State(app): State<App>,
    call: Call,
    Query(query): Query<StandardQuery>,
) -> Result<Json<List<StandardOut>>, Error> {
    require(&app, &call, "catalogue:read")?;
    let street = Some(call.caller()?.post.street()).filter(|street| *street != app.district());
    let catalogue = app.snapshot::<Catalogue>().await?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let page = Page { cursor: query.cursor, limit: query.limit };
    let after: Option<(String, usize)> = page.after()?;
    let take = usize::try_from(page.limit() + 1).map_err(Error::internal)?;
    let classes = catalogue.classes().map(|class| class.code.as_str());
    let rows: Vec<_> = classes
        .filter(|code| query.class.as_deref().is_none_or(|wanted| wanted == *code))
        .flat_map(|code| {
            catalogue
                .standards_of(code)
                .into_iter()
                .enumerate()
                .map(move |(at, one)| ((code.to_owned(), at), one))
        })
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
        .take(take)
        .collect();
    let wire = |(_, standard)| StandardOut::of(standard, &staff, street);
    Ok(Json(List::cut(rows, &page, app.clock().now(), |(key, _)| key.clone(), wire)?))
}

/// Lists flows in the versions that are in effect.
#[utoipa::path(get, path = "/catalogue/flows", tag = "catalogue", responses((status = 200, body = List<FlowOut>)))]
async fn list_flows(State(app): State<App>, call: Call) -> Result<Json<List<FlowOut>>, Error> {
    require(&app, &call, "catalogue:read")?;
    let (catalogue, now) = (app.snapshot::<Catalogue>().await?, app.clock().now());
    let current = catalogue.flow_keys().into_iter().filter_map(|key| catalogue.published_flow(key, now));
    let items = current.map(|published| FlowOut::of(published, &app)).collect::<Result<_, _>>()?;
    Ok(Json(List::whole(items, now)))
}

/// Shows one flow.
#[utoipa::path(get, path = "/catalogue/flows/{key}", tag = "catalogue", params(("key" = String, Path), FlowQuery), responses((status = 200, body = FlowOut)))]
async fn get_flow(
    State(app): State<App>,
    call: Call,
    Path(key): Path<String>,
    Query(query): Query<FlowQuery>,
) -> Result<Json<FlowOut>, Error> {
    require(&app, &call, "catalogue:read")?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    let published = match query.version {
        Some(version) => catalogue.flow_version(&key, version),
        None => catalogue.published_flow(&key, app.clock().now()),
    };
    Ok(Json(FlowOut::of(published.ok_or(Error::Missing("flow"))?, &app)?))
}

/// Checks a flow without publishing it.
#[utoipa::path(post, path = "/catalogue/flows/check", tag = "catalogue", request_body = serde_json::Value, responses((status = 200, body = Findings)))]
async fn check_flow(
    State(app): State<App>,
    call: Call,
    Json(flow): Json<Flow>,
) -> Result<Json<Findings>, Error> {
    require(&app, &call, "catalogue:read")?;
    Ok(Json(Findings { findings: findings(&flow, &app) }))
}

/// Publishes the next version of a flow; orders that are under way keep theirs.
#[utoipa::path(post, path = "/catalogue/flows", tag = "catalogue", request_body = FlowIn, responses((status = 201, body = FlowOut)))]
async fn post_flow(
    State(app): State<App>,
    call: Call,
    Json(body): Json<FlowIn>,
) -> Result<(StatusCode, Json<FlowOut>), Error> {
    require(&app, &call, "catalogue:edit")?;
    let (key, version) = (body.flow.id.clone(), body.flow.version);
    let asked = serde_json::json!(&body);
    let publish =
        move |w: platform::Write| async move { publish_flow(&w, &body.flow, body.effective_from).await };
    app.once(&call, app.district(), &asked, publish).await?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    let published = catalogue.flow_version(&key, version).ok_or(Error::Missing("flow"))?;
    Ok((StatusCode::CREATED, Json(FlowOut::of(published, &app)?)))
}

/// Lists the holidays of the years whose notice is known.
#[utoipa::path(get, path = "/catalogue/calendars", tag = "catalogue", responses((status = 200, body = List<YearOut>)))]
async fn list_calendars(State(app): State<App>, call: Call) -> Result<Json<List<YearOut>>, Error> {
    require(&app, &call, "catalogue:read")?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    Ok(Json(List::whole(catalogue.editions().iter().map(YearOut::from).collect(), app.clock().now())))
}

/// Publishes a year's holiday notice; one that replaces another is a new edition.
#[utoipa::path(post, path = "/catalogue/calendars", tag = "catalogue", request_body = NoticeIn, responses((status = 201, body = YearOut)))]
async fn post_calendar(
    State(app): State<App>,
    call: Call,
    Json(body): Json<NoticeIn>,
) -> Result<(StatusCode, Json<YearOut>), Error> {
    require(&app, &call, "catalogue:edit")?;
    let (year, asked) = (body.year, serde_json::json!(&body));
    let notice = Notice { year, days: body.days };
    app.once(&call, app.district(), &asked, move |w| async move { publish_calendar(&w, notice).await })
        .await?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    let edition = catalogue.editions().iter().find(|edition| edition.notice.year == year);
    Ok((StatusCode::CREATED, Json(YearOut::from(edition.ok_or(Error::Missing("calendar"))?))))
}

/// Counts a limit from a moment on and gives the reasons.
#[utoipa::path(post, path = "/catalogue/deadline", tag = "catalogue", request_body = DeadlineIn, responses((status = 200, body = DeadlineOut)))]
async fn count_deadline(
    State(app): State<App>,
    call: Call,
    Json(body): Json<DeadlineIn>,
) -> Result<Json<DeadlineOut>, Error> {
    require(&app, &call, "catalogue:read")?;
    let rules = body.rules.as_deref().unwrap_or("city-case");
    let reading = if rules == "city-case" { Reading::CITY } else { Reading::LAW };
    let limit = Limit::parse_as(&body.limit, reading)
        .map_err(|error| Error::field("limit", Text::owned(error.text(Lang::Zh), error.text(Lang::En))))?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    Ok(Json(DeadlineOut::of(deadline(&catalogue, rules, limit, body.start, &[])?)?))
}

/// Takes a duty list in from XLSX or CSV.
#[utoipa::path(post, path = "/catalogue/duties/import", tag = "catalogue", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: XLSX or CSV, 10 MB"),
    responses((status = 200, body = Import)))]
async fn post_duties(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ImportQuery>,
    form: Multipart,
) -> Result<Json<Import>, Error> {
    require(&app, &call, "catalogue:edit")?;
    let bytes = sheet_of(form).await?;
    let sheet = app.heavy(move |_| DutySheet::read(&bytes)).await??;
    let answer = Import::new(sheet.accepted, sheet.problems.clone(), query.dry_run, call.lang);
    let counts = if query.dry_run {
        app.read(|r| async move { try_duties(&r, sheet).await }).await?
    } else {
        app.write(&call, app.district(), |w| async move { import_duties(&w, sheet).await }).await?
    };
    Ok(Json(counted(answer, counts)))
}

/// Takes standards in from XLSX or CSV.
#[utoipa::path(post, path = "/catalogue/standards/import", tag = "catalogue", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: XLSX or CSV, 10 MB"),
    responses((status = 200, body = Import)))]
async fn post_standards(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ImportQuery>,
    form: Multipart,
) -> Result<Json<Import>, Error> {
    require(&app, &call, "catalogue:edit")?;
    let bytes = sheet_of(form).await?;
    let classes = app.snapshot::<Catalogue>().await?.minor_codes();
    let organisations = Organisations::of(&*app.snapshot::<staff::Directory>().await?);
    let sheet = app.heavy(move |_| StandardSheet::read(&bytes, &classes, &organisations)).await??;
    let answer = Import::new(sheet.rows.len(), sheet.problems.clone(), query.dry_run, call.lang);
    let counts = if query.dry_run {
        app.read(|r| async move { try_standards(&r, sheet).await }).await?
    } else {
        app.write(&call, app.district(), |w| async move { import_standards(&w, sheet).await }).await?
    };
    Ok(Json(counted(answer, counts)))
}

fn counted(answer: Import, counts: Counts) -> Import {
    Import {
        added: Some(counts.added),
        changed: Some(counts.changed),
        retired: Some(counts.retired),
        ..answer
    }
}

pub(crate) fn router() -> OpenApiRouter<App> {
    let imports = OpenApiRouter::new()
        .routes(routes!(post_duties))
        .routes(routes!(post_standards))
        .layer(sheet_limit());
    OpenApiRouter::new()
        .routes(routes!(list_duties))
        .routes(routes!(list_classes))
        .routes(routes!(list_standards))
        .routes(routes!(list_flows, post_flow))
        .routes(routes!(get_flow))
        .routes(routes!(check_flow))
        .routes(routes!(list_calendars, post_calendar))
        .routes(routes!(count_deadline))
        .merge(draft_api::router())
        .merge(imports)
}
