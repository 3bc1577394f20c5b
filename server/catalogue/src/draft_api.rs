//! `/catalogue/flows/drafts` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, IfMatch, Json, List, Millis, Path, PostKind, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workflow::{Flow, Kind, Lang, Part, changes};

use crate::api::require;
use crate::draft::{self, Draft, DraftId, get_draft};
use crate::out::{FlowOut, holders};
use crate::snapshot::Catalogue;
use crate::vocabulary;

/// Which flow to work on.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DraftIn {
    /// The name of a published flow, such as `city-case`.
    key: String,
}

/// The flow, anew.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DraftPut {
    #[schema(value_type = serde_json::Value)]
    flow: Flow,
}

/// When it takes effect.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DraftPublishIn {
    /// Now, when absent.
    effective_from: Option<Millis>,
}

/// Something wrong with a part of a draft.
#[derive(Serialize, ToSchema)]
struct FlowFindingOut {
    /// `flow`, `state`, `action` or `clock`.
    #[schema(value_type = String)]
    part: Part,
    /// The name of the part; empty for the flow itself.
    name: String,
    text: Text,
}

/// A part that differs from the version that the draft was made from.
#[derive(Serialize, ToSchema)]
struct FlowChangeOut {
    #[schema(value_type = String)]
    part: Part,
    name: String,
    /// `added`, `removed` or `changed`.
    #[schema(value_type = String)]
    kind: Kind,
    /// What of it changed: `zh`, `en`, `kind`, `from`, `to`, `right`, `needs`, `clocks`, `opening`.
    fields: Vec<String>,
}

/// A right and the kinds of post that carry it.
#[derive(Serialize, ToSchema)]
struct FlowRightOut {
    right: String,
    who: Vec<PostKind>,
}

/// The names that the program has a meaning for.
#[derive(Serialize, ToSchema)]
struct FlowNamesOut {
    states: Vec<String>,
    actions: Vec<String>,
    clocks: Vec<String>,
}

/// A draft with all that is known about it.
#[derive(Serialize, ToSchema)]
struct DraftOut {
    id: DraftId,
    version: i64,
    key: String,
    name: Text,
    /// The version that it was made from.
    base_version: i64,
    /// The newest version that was published; when it is not the base, the draft is too old to be published.
    newest_version: u32,
    #[schema(value_type = serde_json::Value)]
    flow: Flow,
    /// Empty for a draft that may be published.
    findings: Vec<FlowFindingOut>,
    changes: Vec<FlowChangeOut>,
    rights: Vec<FlowRightOut>,
    names: FlowNamesOut,
    created_at: Millis,
    changed_at: Millis,
}

/// A draft as a line of a list.
#[derive(Serialize, ToSchema)]
struct DraftRowOut {
    id: DraftId,
    key: String,
    name: Text,
    base_version: i64,
    changed_at: Millis,
}

impl DraftOut {
    fn of(draft: &Draft, app: &App, catalogue: &Catalogue) -> Result<Self, Error> {
        let flow = draft.flow()?;
        let base = u32::try_from(draft.base_version).map_err(Error::internal)?;
        let base = catalogue.flow(&draft.flow_key, base).ok_or(Error::Missing("flow"))?;
        let newest = catalogue.newest_flow(&draft.flow_key).ok_or(Error::Missing("flow"))?;
        let change = |change: workflow::Change| FlowChangeOut {
            part: change.part,
            name: change.name,
            kind: change.kind,
            fields: change.fields.into_iter().map(str::to_owned).collect(),
        };
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self {
            id: draft.wire_id(),
            version: draft.version,
            key: draft.flow_key.clone(),
            name: Text::owned(&flow.zh, &flow.en),
            base_version: draft.base_version,
            newest_version: newest.flow().version,
            findings: findings(&flow, app),
            changes: changes(base.flow(), &flow).into_iter().map(change).collect(),
            rights: rights(app),
            names: FlowNamesOut {
                states: named(vocabulary::STATES),
                actions: named(vocabulary::ACTIONS),
                clocks: named(vocabulary::CLOCKS),
            },
            created_at: draft.created_at,
            changed_at: draft.changed_at,
            flow,
        })
    }
}

/// What the check finds, each with the part that it is about.
fn findings(flow: &Flow, app: &App) -> Vec<FlowFindingOut> {
    let found = flow.check(|right| app.policy().is_held(right)).err().unwrap_or_default();
    let checked = found.into_iter().map(|finding| {
        let (part, name) = finding.place();
        FlowFindingOut {
            part,
            name: name.to_owned(),
            text: Text::owned(finding.text(Lang::Zh), finding.text(Lang::En)),
        }
    });
    let unknown =
        vocabulary::unknown(flow).into_iter().map(|(part, name, text)| FlowFindingOut { part, name, text });
    unknown.chain(checked).collect()
}

/// The rights that an action may ask for: those over orders that somebody carries.
fn rights(app: &App) -> Vec<FlowRightOut> {
    let mut rights: Vec<FlowRightOut> = app
        .policy()
        .actions()
        .filter(|right| right.starts_with("order:"))
        .map(|right| FlowRightOut { right: right.to_owned(), who: holders(app, right) })
        .filter(|right| !right.who.is_empty())
        .collect();
    rights.sort_by(|one, other| one.right.cmp(&other.right));
    rights
}

type Tagged = ([(axum::http::HeaderName, String); 1], Json<DraftOut>);

async fn told(app: &App, draft: &Draft) -> Result<Tagged, Error> {
    let catalogue = app.snapshot::<Catalogue>().await?;
    let out = DraftOut::of(draft, app, &catalogue)?;
    Ok(([(axum::http::header::ETAG, format!("\"{}\"", out.version))], Json(out)))
}

/// The drafts that are worked on.
#[utoipa::path(get, path = "/catalogue/flows/drafts", tag = "catalogue", responses((status = 200, body = List<DraftRowOut>)))]
async fn list_drafts(State(app): State<App>, call: Call) -> Result<Json<List<DraftRowOut>>, Error> {
    require(&app, &call, "catalogue:edit")?;
    let (rows, now) = app.read(|r| async move { Ok((draft::open_drafts(&r).await?, r.now())) }).await?;
    let row = |draft: Draft| {
        let flow = draft.flow()?;
        Ok(DraftRowOut {
            id: draft.wire_id(),
            name: Text::owned(flow.zh, flow.en),
            key: draft.flow_key,
            base_version: draft.base_version,
            changed_at: draft.changed_at,
        })
    };
    Ok(Json(List::whole(rows.into_iter().map(row).collect::<Result<_, Error>>()?, now)))
}

/// Begins a draft with the newest version of a flow.
#[utoipa::path(post, path = "/catalogue/flows/drafts", tag = "catalogue", request_body = DraftIn, responses((status = 201, body = DraftOut)))]
async fn post_draft(
    State(app): State<App>,
    call: Call,
    Json(body): Json<DraftIn>,
) -> Result<(StatusCode, Tagged), Error> {
    require(&app, &call, "catalogue:edit")?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    let begun = app
        .write(&call, app.district(), move |w| async move { draft::begin(&w, &catalogue, &body.key).await });
    Ok((StatusCode::CREATED, told(&app, &begun.await?).await?))
}

/// Shows a draft: what is wrong with which part, and what it changes.
#[utoipa::path(get, path = "/catalogue/flows/drafts/{id}", tag = "catalogue", params(("id" = String, Path)), responses((status = 200, body = DraftOut)))]
async fn get_one(State(app): State<App>, call: Call, Path(id): Path<DraftId>) -> Result<Tagged, Error> {
    require(&app, &call, "catalogue:edit")?;
    let draft = app.read(move |r| async move { get_draft(&r, id).await }).await?;
    told(&app, &draft).await
}

/// Writes a draft anew; what is wrong with it is told, not refused.
#[utoipa::path(put, path = "/catalogue/flows/drafts/{id}", tag = "catalogue",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = DraftPut, responses((status = 200, body = DraftOut)))]
async fn put_draft(
    State(app): State<App>,
    call: Call,
    Path(id): Path<DraftId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<DraftPut>,
) -> Result<Tagged, Error> {
    require(&app, &call, "catalogue:edit")?;
    let put = app
        .write(&call, app.district(), move |w| async move { draft::rewrite(&w, id, seen, body.flow).await });
    told(&app, &put.await?).await
}

/// Drops a draft.
#[utoipa::path(delete, path = "/catalogue/flows/drafts/{id}", tag = "catalogue", params(("id" = String, Path)), responses((status = 204)))]
async fn delete_draft(
    State(app): State<App>,
    call: Call,
    Path(id): Path<DraftId>,
) -> Result<StatusCode, Error> {
    require(&app, &call, "catalogue:edit")?;
    app.write(&call, app.district(), move |w| async move { draft::drop_draft(&w, id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publishes a draft as the next version; orders that are under way keep theirs.
#[utoipa::path(post, path = "/catalogue/flows/drafts/{id}/publish", tag = "catalogue",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = DraftPublishIn, responses((status = 201, body = FlowOut)))]
async fn publish_draft(
    State(app): State<App>,
    call: Call,
    Path(id): Path<DraftId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<DraftPublishIn>,
) -> Result<(StatusCode, Json<FlowOut>), Error> {
    require(&app, &call, "catalogue:edit")?;
    let key = app.read(move |r| async move { draft::key_of(&r, id).await }).await?;
    let asked = json!(&body);
    let published = app.once(&call, app.district(), &asked, move |w| async move {
        draft::publish(&w, id, seen, body.effective_from).await
    });
    let version = published.await?;
    let catalogue = app.snapshot::<Catalogue>().await?;
    let published = catalogue.flow_version(&key, version).ok_or(Error::Missing("flow"))?;
    Ok((StatusCode::CREATED, Json(FlowOut::of(published, &app)?)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_drafts, post_draft))
        .routes(routes!(get_one, put_draft, delete_draft))
        .routes(routes!(publish_draft))
}
