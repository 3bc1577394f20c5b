//! `/orders/flow-replay` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use catalogue::{DraftId, get_draft};
use platform::{App, Call, Error, Json, Millis, Path, Text, Thing};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::group::ReplayGroup;
use super::run::{AT_ONCE, KIND, Outcome, Replay, ReplayId, checked, how_many, run};
use crate::books::books;

/// The longest span.
const SPAN_MS: i64 = 400 * 24 * 3_600_000;

/// Which orders go through which draft.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlowReplayIn {
    #[schema(value_type = String)]
    draft: DraftId,
    /// Reported from here …
    from: Millis,
    /// … and before here.
    to: Millis,
}

/// What a draft would have made of orders.
#[derive(Serialize, ToSchema)]
struct FlowReplayOut {
    id: ReplayId,
    #[schema(value_type = String)]
    draft: DraftId,
    /// The version of the draft that was walked through.
    draft_version: i64,
    from: Millis,
    to: Millis,
    total: i64,
    /// How many were walked so far.
    walked: i64,
    /// None while it is under way.
    done_at: Option<Millis>,
    /// Orders with any difference.
    differing: usize,
    /// The differences, the most frequent first.
    groups: Vec<ReplayGroup>,
}

impl FlowReplayOut {
    fn of(replay: Replay) -> Result<Self, Error> {
        let outcome: Option<Outcome> =
            replay.body.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        let (differing, groups) =
            outcome.map(|outcome| (outcome.differing, outcome.groups)).unwrap_or_default();
        Ok(Self {
            id: ReplayId::shared(replay.id),
            draft: DraftId::shared(replay.draft_id),
            draft_version: replay.draft_version,
            from: replay.from_at,
            to: replay.to_at,
            total: replay.total,
            walked: replay.walked,
            done_at: replay.done_at,
            differing,
            groups,
        })
    }
}

fn require(app: &App, call: &Call) -> Result<(), Error> {
    app.policy().require(call.caller()?, "catalogue:edit", &Thing::at(app.district()), app.clock().now())
}

async fn found(app: &App, id: i64) -> Result<FlowReplayOut, Error> {
    let row: Option<Replay> = app.read(move |r| async move { Ok(r.find(&vals![id]).await?) }).await?;
    FlowReplayOut::of(row.ok_or(Error::Missing("replay"))?)
}

/// Walks the orders of a span through a draft: at once up to 2,000 of them, else as a job whose progress can be asked for.
#[utoipa::path(post, path = "/orders/flow-replay", tag = "orders", request_body = FlowReplayIn, responses((status = 201, body = FlowReplayOut)))]
async fn begin(
    State(app): State<App>,
    call: Call,
    Json(body): Json<FlowReplayIn>,
) -> Result<(StatusCode, Json<FlowReplayOut>), Error> {
    require(&app, &call)?;
    if body.to <= body.from || body.to.0 - body.from.0 > SPAN_MS {
        let text =
            Text::new("时间范围须在 400 天以内", "the span is 400 days at most, and ends after it begins");
        return Err(Error::field("to", text));
    }
    let (draft_id, from, to) = (body.draft, body.from, body.to);
    let draft = app.read(move |r| async move { get_draft(&r, draft_id).await }).await?;
    checked(&app, &draft)?;
    let (streets, flow) = (books(&app).await?.areas.streets().to_vec(), draft.flow_key.clone());
    let total = app.read(move |r| async move { how_many(&r, &streets, &flow, from, to).await }).await?;
    let row = Replay {
        id: app.ids().next(app.clock().now()),
        draft_id: draft.id,
        draft_version: draft.version,
        from_at: from,
        to_at: to,
        total,
        walked: 0,
        body: None,
        asked_at: app.clock().now(),
        asked_by: call.account().ok(),
        done_at: None,
    };
    let (id, kept) = (row.id, row.clone());
    app.write(&call, app.district(), move |w| async move {
        w.insert(&kept).await?;
        if kept.total > AT_ONCE {
            w.enqueue(KIND, &kept.id, w.now()).await?;
        }
        w.record("catalogue:replay-flow", draft_id, json!({ "orders": kept.total }));
        Ok(())
    })
    .await?;
    if total <= AT_ONCE {
        run(&app, &row).await?;
    }
    Ok((StatusCode::CREATED, Json(found(&app, id).await?)))
}

/// How far a replay is, and what came out.
#[utoipa::path(get, path = "/orders/flow-replay/{id}", tag = "orders", params(("id" = String, Path)), responses((status = 200, body = FlowReplayOut)))]
async fn show_replay(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ReplayId>,
) -> Result<Json<FlowReplayOut>, Error> {
    require(&app, &call)?;
    found(&app, id.id).await.map(Json)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(begin)).routes(routes!(show_replay))
}
