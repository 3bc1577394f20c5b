//! `/batches` on the wire.

use std::collections::BTreeMap;

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use platform::uploads::broken_form;
use platform::{App, Call, Error, Json, List, Millis, Page, Path, Query, Text, Thing};
use registry::look::{self, Asked};
use registry::{Source, Sources};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::batch::{self, Batch, BatchId, BatchStage, BatchState};
use crate::columns::{self, COLUMNS, Mapping};
use crate::fault::FileFault;
use crate::glance::glance;
use crate::kept::{self, Keeper};
use crate::workbook::quoted;
use crate::{receive, run, source};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ReceiveQuery {
    /// The key of the source that the file comes from.
    source: String,
}

#[derive(Debug, Deserialize, IntoParams)]
struct BatchQuery {
    /// The key of a source; all sources when absent.
    source: Option<String>,
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// Which column says what.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ColumnsIn {
    /// Field to heading.
    mapping: BTreeMap<String, String>,
}

/// One thing that a column can say.
#[derive(Serialize, ToSchema)]
pub(crate) struct ColumnFieldOut {
    field: &'static str,
    name: Text,
    needed: bool,
    /// Whether the contract of the source covers it.
    covered: bool,
}

/// A batch.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourceBatchOut {
    id: BatchId,
    version: i64,
    source: String,
    source_name: Text,
    /// The name of the file.
    name: String,
    state: BatchState,
    heading: Vec<String>,
    /// Field to heading as it was reviewed; empty before that.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    mapping: Mapping,
    /// Field to heading as the headings usually mean it.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    guessed: Mapping,
    fields: Vec<ColumnFieldOut>,
    /// The first rows as shapes: letters and characters are `x`, digits are `9`.
    sample: Vec<Vec<String>>,
    /// What is wrong with the rows at the beginning of the file under the mapping, or the guess.
    checks: Vec<RowCheck>,
    stage: BatchStage,
    done: i64,
    total: i64,
    rejected: i64,
    unplaced: i64,
    unchanged: i64,
    joined: i64,
    opened: i64,
    for_review: i64,
    problem: Option<Text>,
    bytes: i64,
    received_at: Millis,
    started_at: Option<Millis>,
    finished_at: Option<Millis>,
}

/// How many of the first rows have one fault.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RowCheck {
    pub text: Text,
    pub rows: usize,
    /// Rows that were looked at.
    pub of: usize,
}

impl SourceBatchOut {
    /// A batch as its page shows it.
    pub async fn of(app: &App, batch: Batch) -> Result<Self, Error> {
        let (district, key) = (app.district(), batch.source.clone());
        let found = app.read(move |r| async move { source::find(&r, district, &key).await }).await?;
        let source = found.ok_or(Error::Missing("source"))?;
        let contract = source::fields(&source)?;
        let mut out = Self::row(batch.clone(), name_of(&source))?;
        out.guessed = columns::within(columns::guess(&out.heading), &contract);
        out.fields = COLUMNS
            .iter()
            .map(|column| ColumnFieldOut {
                field: column.word,
                name: Text::new(column.zh, column.en),
                needed: column.needed,
                covered: columns::covered(column.word, &contract),
            })
            .collect();
        if batch.state == BatchState::Received {
            let mapping = if out.mapping.is_empty() { out.guessed.clone() } else { out.mapping.clone() };
            let places = columns::places(&mapping, &out.heading, &contract).ok();
            let glanced = app.heavy(move |app| glance(app, batch.id, places.as_ref())).await??;
            (out.sample, out.checks) = (glanced.sample, glanced.checks);
        }
        Ok(out)
    }

    /// A batch as a list shows it.
    fn row(batch: Batch, source_name: Text) -> Result<Self, Error> {
        Ok(Self {
            id: batch.wire_id(),
            version: batch.version,
            heading: batch.headings()?,
            mapping: batch.columns()?,
            problem: batch.problem(),
            source: batch.source,
            source_name,
            name: batch.name,
            state: batch.state,
            guessed: Mapping::new(),
            fields: Vec::new(),
            sample: Vec::new(),
            checks: Vec::new(),
            stage: batch.stage,
            done: batch.done,
            total: batch.total,
            rejected: batch.rejected,
            unplaced: batch.unplaced,
            unchanged: batch.unchanged,
            joined: batch.joined,
            opened: batch.opened,
            for_review: batch.for_review,
            bytes: batch.bytes,
            received_at: batch.received_at,
            started_at: batch.started_at,
            finished_at: batch.finished_at,
        })
    }
}

fn name_of(source: &Source) -> Text {
    Text::owned(source.name_zh.clone(), source.name_en.clone())
}

fn require(app: &App, call: &Call) -> Result<(), Error> {
    app.policy().require(call.caller()?, "batch:manage", &Thing::at(app.district()), app.clock().now())
}

/// Takes a file in. Nothing is fused before its columns were reviewed and it is run.
#[utoipa::path(post, path = "/batches", tag = "fusion", params(ReceiveQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV or XLSX, up to `fusion.largest_mb`"),
    responses((status = 201, body = SourceBatchOut)))]
async fn post(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ReceiveQuery>,
    form: Multipart,
) -> Result<(StatusCode, Json<SourceBatchOut>), Error> {
    require(&app, &call)?;
    let source = receive::admitted(&app, &call, &query.source).await?;
    let id = app.ids().next(app.clock().now());
    let (name, bytes) = match keep(&app, id, form).await {
        Ok(kept) => kept,
        Err(Refused::Fault(fault)) => return Err(receive::refuse(&app, &call, &source, id, fault).await?),
        Err(Refused::Error(error)) => {
            app.heavy(move |app| kept::remove(app, id)).await??;
            return Err(error);
        }
    };
    let batch = receive::arrived(&app, &call, source, (id, &name, bytes)).await?;
    Ok((StatusCode::CREATED, Json(SourceBatchOut::of(&app, batch).await?)))
}

enum Refused {
    Fault(FileFault),
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Seals the file as it comes in; it is never whole in memory.
async fn keep(app: &App, id: i64, mut form: Multipart) -> Result<(String, u64), Refused> {
    let most = app.config().fusion.largest_mb;
    let broken = |error| Refused::Error(broken_form(error));
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("batch").to_owned();
        let mut keeper = app.heavy(move |app| Keeper::begin(app, id)).await??;
        let mut waiting: Vec<u8> = Vec::new();
        loop {
            let piece = field.chunk().await.map_err(broken)?;
            let is_end = piece.is_none();
            waiting.extend_from_slice(&piece.unwrap_or_default());
            if waiting.len() >= 1 << 20 || is_end {
                let some = std::mem::take(&mut waiting);
                keeper = app
                    .heavy(move |_| {
                        keeper.push(&some)?;
                        Ok::<_, Error>(keeper)
                    })
                    .await??;
            }
            if keeper.bytes() > (most.unsigned_abs() << 20) {
                return Err(Refused::Fault(FileFault::TooLarge(most)));
            }
            if is_end {
                let bytes = keeper.bytes();
                app.heavy(move |_| keeper.end()).await??;
                return Ok((name, bytes));
            }
        }
    }
    Err(Refused::Error(Error::malformed(Text::new(
        "表单里没有名为 file 的文件",
        "the form has no file under the name `file`",
    ))))
}

/// Lists batches, the newest first.
#[utoipa::path(get, path = "/batches", tag = "fusion", params(BatchQuery), responses((status = 200, body = List<SourceBatchOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(query): Query<BatchQuery>,
) -> Result<Json<List<SourceBatchOut>>, Error> {
    require(&app, &call)?;
    let page = Page { cursor: query.cursor, limit: query.limit };
    let (before, limit) = (page.after::<i64>()?.unwrap_or(i64::MAX), page.limit() + 1);
    let district = app.district();
    let look = app.read(move |r| async move {
        let rows = batch::latest(&r, district, query.source.as_deref(), (before, limit)).await?;
        Ok((rows, Sources::of(&r, district).await?, r.now()))
    });
    let (rows, sources, now) = look.await?;
    let rows: Vec<SourceBatchOut> = rows
        .into_iter()
        .map(|row| {
            let name = sources.name(&row.source);
            SourceBatchOut::row(row, name)
        })
        .collect::<Result<_, _>>()?;
    List::cut(rows, &page, now, |row| row.id.id, |row| row).map(Json)
}

/// Shows a batch with its progress, and before it runs what its columns are thought to say.
#[utoipa::path(get, path = "/batches/{id}", tag = "fusion", params(("id" = String, Path)), responses((status = 200, body = SourceBatchOut)))]
async fn get(
    State(app): State<App>,
    call: Call,
    Path(id): Path<BatchId>,
) -> Result<Json<SourceBatchOut>, Error> {
    require(&app, &call)?;
    let batch = app.read(move |r| async move { batch::get(&r, id).await }).await?;
    SourceBatchOut::of(&app, batch).await.map(Json)
}

/// Sets which column says what; the source keeps it for its next file.
#[utoipa::path(put, path = "/batches/{id}/mapping", tag = "fusion", params(("id" = String, Path)),
    request_body = ColumnsIn, responses((status = 200, body = SourceBatchOut)))]
async fn put_mapping(
    State(app): State<App>,
    call: Call,
    Path(id): Path<BatchId>,
    Json(body): Json<ColumnsIn>,
) -> Result<Json<SourceBatchOut>, Error> {
    require(&app, &call)?;
    let set =
        app.write(&call, id.street, move |w| async move { receive::set_mapping(&w, id, body.mapping).await });
    let batch = set.await?;
    SourceBatchOut::of(&app, batch).await.map(Json)
}

/// Runs a batch; its page and the events tell how far it has come.
#[utoipa::path(post, path = "/batches/{id}/run", tag = "fusion", params(("id" = String, Path)), responses((status = 202, body = SourceBatchOut)))]
async fn post_run(
    State(app): State<App>,
    call: Call,
    Path(id): Path<BatchId>,
) -> Result<(StatusCode, Json<SourceBatchOut>), Error> {
    require(&app, &call)?;
    let started = app.write(&call, id.street, move |w| async move { run::start(&w, id).await }).await?;
    Ok((StatusCode::ACCEPTED, Json(SourceBatchOut::of(&app, started).await?)))
}

/// Rows that are fetched at once.
const PAGE: i64 = 2_000;

/// Gives back the rows that were not taken: the same columns, and one that says why.
#[utoipa::path(get, path = "/batches/{id}/rejects.csv", tag = "fusion",
    params(("id" = String, Path), ("Wangge-Purpose" = String, Header, description = "`check`")),
    responses((status = 200, description = "the rows", content_type = "text/csv")))]
async fn rejects(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<BatchId>,
) -> Result<impl IntoResponse, Error> {
    require(&app, &call)?;
    let entered = app.write(&call, id.street, move |w| async move {
        let batch = batch::get(&w, id).await?;
        look::admit(&w, &asked, "batch:manage", &Thing::at(batch.street_id)).await?;
        w.record("batch:rejects", id, json!({ "rows": batch.rejected + batch.unplaced }));
        Ok(batch)
    });
    let batch = entered.await?;
    let reason = Text::new("未收原因", "reason");
    let mut text = String::from("\u{feff}");
    let heading = batch.headings()?;
    line(heading.iter().map(String::as_str).chain([reason.in_lang(call.lang)]), &mut text);
    let mut after = 0;
    loop {
        let rows = app.read(move |r| async move { batch::rejects(&r, id, after, PAGE).await }).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        let lang = call.lang;
        let opened = app.heavy(move |app| {
            let mut text = String::new();
            for row in &rows {
                let cells = run::cells(app, row)?;
                let why = Text::owned(row.reason_zh.clone(), row.reason_en.clone());
                line(cells.iter().map(String::as_str).chain([why.in_lang(lang)]), &mut text);
            }
            Ok::<_, Error>(text)
        });
        text.push_str(&opened.await??);
    }
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"rejects.csv\"; filename*=UTF-8''rejects.csv");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text))
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, out: &mut String) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        // A spreadsheet would run what begins like this.
        if cell.starts_with(['=', '@']) {
            quoted(&format!("'{cell}"), out);
        } else {
            quoted(cell, out);
        }
    }
    out.push_str("\r\n");
}

pub(crate) fn router() -> OpenApiRouter<App> {
    // The limit is the configuration's, and held while the file comes in.
    let files = OpenApiRouter::new().routes(routes!(list, post)).layer(DefaultBodyLimit::disable());
    files
        .merge(OpenApiRouter::new().routes(routes!(get)))
        .routes(routes!(put_mapping))
        .routes(routes!(post_run))
        .routes(routes!(rejects))
}
