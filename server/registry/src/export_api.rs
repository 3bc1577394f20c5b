//! Lists of people on the wire, and lists that are made public.

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use platform::import::{sheet_limit, sheet_of};
use platform::{
    App, AreaCode, Call, Download, Error, Json, List, Millis, Page, Path, Query, Read, Scope, Text, Thing,
    XLSX,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{sql, vals};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::community::OpenCommunities;
use crate::export::{Export, ExportId, Filter, ask, decide, take};
use crate::export_sheet::written;
use crate::look::{Asked, through};
use crate::publicity;
use crate::purpose::Purpose;
use crate::reveal::reason;
use crate::watermark::{seen, watermark};
use crate::words::{Group, Sex};

/// Rows that are read at once to fill a page.
const CHUNK: i64 = 200;

sql! {
    NEWEST: Export = "WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
}

/// A list to be taken away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportIn {
    /// The code of a street, a community or a grid.
    area: String,
    sex: Option<Sex>,
    /// Year of birth, from …
    born_from: Option<i64>,
    /// … to.
    born_to: Option<i64>,
    /// What is shown in clear; nothing when absent.
    #[serde(default)]
    clear: Vec<Group>,
    /// 5 to 200 characters.
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExportDecisionIn)]
struct DecisionIn {
    approve: bool,
    /// 5 to 200 characters.
    note: String,
}

/// A list that somebody asked for.
#[derive(Serialize, ToSchema)]
struct ExportOut {
    id: ExportId,
    version: i64,
    kind: String,
    area: String,
    area_name: Text,
    sex: Option<Sex>,
    born_from: Option<i64>,
    born_to: Option<i64>,
    /// What is shown in clear.
    clear: Vec<Group>,
    purpose: String,
    reason: String,
    asked_at: Millis,
    /// The post that asked.
    asked_by: Text,
    decided_at: Option<Millis>,
    decided_by: Option<Text>,
    /// `granted` or `refused`.
    decision: Option<String>,
    decision_note: Option<String>,
    taken_at: Option<Millis>,
    people: Option<i64>,
    /// Whether a second person must grant it.
    needs_another: bool,
    may_decide: bool,
    may_take: bool,
}

/// What rows are shown to, and who asks.
struct Showing {
    areas: std::sync::Arc<areas::Directory>,
    account: i64,
    approves: Scope,
    now: Millis,
}

impl Showing {
    async fn of(app: &App, call: &Call) -> Result<Self, Error> {
        let (caller, now) = (call.caller()?, app.clock().now());
        let approves = app.policy().scope(caller, "export:approve", now);
        Ok(Self { areas: app.snapshot().await?, account: caller.account, approves, now })
    }

    /// Whoever asked sees it, and whoever may decide on it.
    fn shows(&self, export: &Export) -> bool {
        export.asked_by == Some(self.account) || self.approves.covers(&export.thing())
    }

    fn wire(&self, (export, asked_by, decided_by): (Export, Text, Text)) -> Result<ExportOut, Error> {
        let (filter, needs_another) = (export.filter()?, export.needs_another()?);
        let is_own = export.asked_by == Some(self.account);
        let decides = needs_another && export.decision.is_none() && self.approves.covers(&export.thing());
        Ok(ExportOut {
            id: export.wire_id(),
            version: export.version,
            area: export.area.to_string(),
            area_name: self.areas.name(export.area),
            sex: filter.sex,
            born_from: filter.born_from,
            born_to: filter.born_to,
            clear: filter.clear,
            may_decide: decides && !is_own,
            may_take: is_own && export.may_be_taken(self.now)?,
            needs_another,
            kind: export.kind,
            purpose: export.purpose,
            reason: export.reason,
            asked_at: export.asked_at,
            asked_by,
            decided_at: export.decided_at,
            decided_by: export.decided_at.map(|_| decided_by),
            decision: export.decision,
            decision_note: export.decision_note,
            taken_at: export.taken_at,
            people: export.people,
        })
    }
}

async fn with_posts(r: &Read, export: Export) -> Result<(Export, Text, Text), Error> {
    let asked = seen(r, None, export.asked_post).await?.post;
    let decided = seen(r, None, export.decided_post).await?.post;
    Ok((export, asked, decided))
}

async fn shown(app: &App, call: &Call, export: Export) -> Result<ExportOut, Error> {
    let showing = Showing::of(app, call).await?;
    let row = app.read(move |r| async move { with_posts(&r, export).await }).await?;
    showing.wire(row)
}

/// Asks for a list of people; more than a hundred, or anything in clear, needs a second person.
#[utoipa::path(post, path = "/exports", tag = "registry", request_body = ExportIn, responses((status = 201, body = ExportOut)))]
async fn open(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Json(body): Json<ExportIn>,
) -> Result<(StatusCode, Json<ExportOut>), Error> {
    let Ok(area) = body.area.parse::<AreaCode>() else {
        return Err(Error::field("area", Text::new("区划编码有误", "no such area code")));
    };
    let why = reason(&body.reason)?;
    let known = app.snapshot::<OpenCommunities>().await?;
    let filter =
        Filter { sex: body.sex, born_from: body.born_from, born_to: body.born_to, clear: body.clear };
    let street = call.caller()?.post.street();
    let export =
        through(
            &app,
            &call,
            street,
            move |w| async move { ask(&w, &asked, &known, area, &filter, &why).await },
        );
    let export = export.await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &call, export).await?)))
}

/// The lists that the caller asked for, and those that they may decide on; the newest first.
#[utoipa::path(get, path = "/exports", tag = "registry", params(Page), responses((status = 200, body = List<ExportOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(page): Query<Page>,
) -> Result<Json<List<ExportOut>>, Error> {
    let showing = Showing::of(&app, &call).await?;
    let own = call.caller()?.post.street();
    let streets: Vec<i64> = match own {
        ..1_000_000 => {
            showing.areas.streets().iter().copied().filter(|street| street / 1000 == own).collect()
        }
        street => vec![street],
    };
    let (before, limit) = (page.after::<i64>()?.unwrap_or(i64::MAX), page.limit());
    let (rows, showing) = app
        .read(move |r| async move {
            let mut found: Vec<Export> = Vec::new();
            for street in streets {
                found.extend(newest(&r, &showing, street, before, limit + 1).await?);
            }
            found.sort_unstable_by_key(|export| -export.id);
            found.truncate(usize::try_from(limit + 1).unwrap_or_default());
            let mut rows = Vec::new();
            for export in found {
                rows.push(with_posts(&r, export).await?);
            }
            Ok((rows, showing))
        })
        .await?;
    let List { items, next, now } = List::cut(rows, &page, showing.now, |(export, ..)| export.id, |row| row)?;
    let items = items.into_iter().map(|row| showing.wire(row)).collect::<Result<_, _>>()?;
    Ok(Json(List { items, next, now }))
}

async fn newest(
    r: &Read,
    showing: &Showing,
    street: i64,
    mut before: i64,
    limit: i64,
) -> Result<Vec<Export>, Error> {
    let mut found = Vec::new();
    while (found.len() as i64) < limit {
        let rows: Vec<Export> = r.query(&NEWEST, &vals![street, before, CHUNK]).await?;
        let Some(last) = rows.last() else { break };
        before = last.id;
        found.extend(rows.into_iter().filter(|export| showing.shows(export)));
    }
    Ok(found)
}

/// Grants or refuses a list that somebody else asked for.
#[utoipa::path(post, path = "/exports/{id}/decision", tag = "registry", params(("id" = String, Path)), request_body = DecisionIn,
    responses((status = 200, body = ExportOut)))]
async fn judge(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ExportId>,
    Json(body): Json<DecisionIn>,
) -> Result<Json<ExportOut>, Error> {
    let (street, note) = (call.caller()?.post.street(), reason(&body.note)?);
    let decided = app.write(&call, street, move |w| async move { decide(&w, id, body.approve, &note).await });
    let decided = decided.await?;
    shown(&app, &call, decided).await.map(Json)
}

/// Takes a list, within a day of its grant and after a step-up. Everybody on it sees that they were exported.
#[utoipa::path(get, path = "/exports/{id}/list.xlsx", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, description = "the list", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(State(app): State<App>, call: Call, Path(id): Path<ExportId>) -> Result<Download, Error> {
    let (lang, street) = (call.lang, call.caller()?.post.street());
    if app.policy().scope(call.caller()?, "export:ask", app.clock().now()).is_empty {
        return Err(Error::forbidden());
    }
    call.require_step_up(app.clock().now())?;
    let taken = through(&app, &call, street, move |w| async move {
        let (export, listed) = take(&w, id).await?;
        Ok((export, listed, watermark(&w, lang).await?))
    });
    let (export, listed, mark) = taken.await?;
    let areas = app.snapshot::<areas::Directory>().await?;
    let purpose = Purpose::named(&export.purpose).map_or(Text::new("", ""), Purpose::name);
    let (filter, now) = (export.filter()?, app.clock().now());
    let bytes = app.heavy(move |_| written(&listed, &filter, &areas, lang, (&mark, &purpose, now))).await??;
    let name = Text::new("人员名单", "people");
    Ok(Download { media_type: XLSX, name: format!("{}.xlsx", name.in_lang(lang)), bytes })
}

/// Makes a list fit to be made public: names are masked, columns of numbers, telephones, accounts, birth dates and addresses
/// are left out, and a number inside a text is covered.
#[utoipa::path(post, path = "/publicity.xlsx", tag = "registry", request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 200, description = "the public list", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn public_list(State(app): State<App>, call: Call, form: Multipart) -> Result<Download, Error> {
    let (caller, lang, now) = (call.caller()?.clone(), call.lang, app.clock().now());
    app.policy().require(&caller, "export:ask", &Thing::at(caller.post.area), now)?;
    let sheet = sheet_of(form).await?;
    let made = app.heavy(move |_| publicity::made(&sheet, lang, now)).await??;
    let told = json!({ "rows": made.rows, "left_out": made.left_out });
    let street = caller.post.street();
    app.write(&call, street, move |w| async move {
        w.record("publicity:make", street, told);
        Ok(())
    })
    .await?;
    let name = Text::new("公示名单", "public list");
    Ok(Download { media_type: XLSX, name: format!("{}.xlsx", name.in_lang(lang)), bytes: made.bytes })
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open, list))
        .routes(routes!(judge))
        .routes(routes!(workbook))
        .merge(OpenApiRouter::new().routes(routes!(public_list)).layer(sheet_limit()))
}
