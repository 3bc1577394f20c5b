//! `/sources` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, IfMatch, Json, List, Millis, Path, Text, Thing};
use registry::{Source, SourceId};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::batch_api::SourceBatchOut;
use crate::columns::Mapping;
use crate::source::{self, NewSource};
use crate::{pull, receive};

/// A contract with a source of data.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceIn {
    /// 2 to 24 small letters; the word in records.
    key: String,
    name: Text,
    /// The organisation that answers for it.
    owner: String,
    /// 1 is believed most.
    rank: i64,
    /// Fields that the contract covers: name, sex, id_no, birth_date, phone, address.
    fields: Vec<String>,
    purpose: String,
    /// The legal basis.
    basis: String,
    /// From where batches may be pulled; the host must be on the list of the configuration.
    pull_url: Option<String>,
    expires_at: Millis,
}

/// What changes; what is absent stays.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourcePatch {
    name: Option<Text>,
    owner: Option<String>,
    rank: Option<i64>,
    fields: Option<Vec<String>>,
    purpose: Option<String>,
    basis: Option<String>,
    /// Empty takes the address away.
    pull_url: Option<String>,
    expires_at: Option<Millis>,
    /// `true` ends the contract now, `false` opens it again.
    closed: Option<bool>,
}

/// A source of data with its contract.
#[derive(Serialize, ToSchema)]
struct SourceOut {
    id: SourceId,
    version: i64,
    key: String,
    name: Text,
    owner: String,
    rank: i64,
    fields: Vec<String>,
    purpose: String,
    basis: String,
    pull_url: Option<String>,
    /// Field by field the heading, as it was reviewed last.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    mapping: Mapping,
    opened_at: Millis,
    expires_at: Millis,
    closed_at: Option<Millis>,
    /// Whether batches are taken now.
    in_force: bool,
}

impl SourceOut {
    fn of(row: Source, now: Millis) -> Result<Self, Error> {
        Ok(Self {
            id: SourceId::new(row.street_id, row.id),
            version: row.version,
            fields: source::fields(&row)?,
            mapping: source::mapping(&row)?,
            in_force: source::must_be_in_force(&row, now).is_ok(),
            key: row.key,
            name: Text::owned(row.name_zh, row.name_en),
            owner: row.owner,
            rank: row.rank,
            purpose: row.purpose,
            basis: row.basis,
            pull_url: row.pull_url,
            opened_at: row.opened_at,
            expires_at: row.expires_at,
            closed_at: row.closed_at,
        })
    }
}

fn require(app: &App, call: &Call, right: &str) -> Result<(), Error> {
    app.policy().require(call.caller()?, right, &Thing::at(app.district()), app.clock().now())
}

/// Lists the sources of data, the most believed first.
#[utoipa::path(get, path = "/sources", tag = "fusion", responses((status = 200, body = List<SourceOut>)))]
async fn list(State(app): State<App>, call: Call) -> Result<Json<List<SourceOut>>, Error> {
    require(&app, &call, "batch:manage")?;
    let district = app.district();
    let look = app.read(move |r| async move { Ok((source::all(&r, district).await?, r.now())) });
    let (rows, now) = look.await?;
    let items = rows.into_iter().map(|row| SourceOut::of(row, now)).collect::<Result<_, _>>()?;
    Ok(Json(List::whole(items, now)))
}

/// Opens a source of data under a contract.
#[utoipa::path(post, path = "/sources", tag = "fusion", request_body = SourceIn, responses((status = 201, body = SourceOut)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Json(body): Json<SourceIn>,
) -> Result<(StatusCode, Json<SourceOut>), Error> {
    require(&app, &call, "source:manage")?;
    let asked = body.clone();
    let new = NewSource {
        key: body.key,
        name: body.name,
        owner: body.owner,
        rank: body.rank,
        fields: body.fields,
        purpose: body.purpose,
        basis: body.basis,
        pull_url: body.pull_url.filter(|url| !url.is_empty()),
        expires_at: body.expires_at,
    };
    let (key, district) = (new.key.clone(), app.district());
    let opened =
        app.once(&call, district, &asked, move |w| async move { source::open(&w, new).await.map(|_| ()) });
    opened.await?;
    let look = app.read(move |r| async move { Ok((source::find(&r, district, &key).await?, r.now())) });
    let (row, now) = look.await?;
    Ok((StatusCode::CREATED, Json(SourceOut::of(row.ok_or(Error::Missing("source"))?, now)?)))
}

/// Changes a contract, renews it, or ends it.
#[utoipa::path(patch, path = "/sources/{id}", tag = "fusion",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = SourcePatch, responses((status = 200, body = SourceOut)))]
async fn change(
    State(app): State<App>,
    call: Call,
    Path(id): Path<SourceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<SourcePatch>,
) -> Result<Json<SourceOut>, Error> {
    require(&app, &call, "source:manage")?;
    let changed = app.write(&call, app.district(), move |w| async move {
        let old: Option<Source> = w.find(&vals![id.street, id.id]).await?;
        let old = Source { version: seen, ..old.ok_or(Error::Missing("source"))? };
        let new = NewSource {
            key: old.key.clone(),
            name: body.name.unwrap_or_else(|| Text::owned(old.name_zh.clone(), old.name_en.clone())),
            owner: body.owner.unwrap_or_else(|| old.owner.clone()),
            rank: body.rank.unwrap_or(old.rank),
            fields: body.fields.map_or_else(|| source::fields(&old), Ok)?,
            purpose: body.purpose.unwrap_or_else(|| old.purpose.clone()),
            basis: body.basis.unwrap_or_else(|| old.basis.clone()),
            pull_url: match body.pull_url {
                Some(url) => Some(url).filter(|url| !url.is_empty()),
                None => old.pull_url.clone(),
            },
            expires_at: body.expires_at.unwrap_or(old.expires_at),
        };
        let closed = body.closed.unwrap_or(old.closed_at.is_some());
        SourceOut::of(source::change(&w, old, new, closed).await?, w.now())
    });
    changed.await.map(Json)
}

/// Fetches the next batch of a source from its address.
#[utoipa::path(post, path = "/sources/{id}/pull", tag = "fusion", params(("id" = String, Path)),
    responses((status = 201, body = SourceBatchOut)))]
async fn pull_batch(
    State(app): State<App>,
    call: Call,
    Path(id): Path<SourceId>,
) -> Result<(StatusCode, Json<SourceBatchOut>), Error> {
    require(&app, &call, "batch:manage")?;
    let look = app.read(move |r| async move {
        let found: Option<Source> = r.find(&vals![id.street, id.id]).await?;
        found.ok_or(Error::Missing("source"))
    });
    let key = look.await?.key;
    let source = receive::admitted(&app, &call, &key).await?;
    let batch = pull::pull(&app, &call, source).await?;
    Ok((StatusCode::CREATED, Json(SourceBatchOut::of(&app, batch).await?)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, open)).routes(routes!(change)).routes(routes!(pull_batch))
}
