//! `/orders/steps/batch` on the wire: one action on many orders, each in a transaction of its own.

use axum::extract::State;
use platform::posts::OrganisationId;
use platform::{App, Call, Error, Json, Problem, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::books::{Books, books};
use crate::order::OrderId;
use crate::step_api::advance;
use crate::wire::StepIn;
use crate::words::{Action, State as OrderState};

/// The most orders at a time.
const ORDERS: usize = 100;

/// An order and the version that was read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BatchOrder {
    id: OrderId,
    version: i64,
}

/// One step for many orders.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BatchIn {
    orders: Vec<BatchOrder>,
    action: Action,
    standard_id: Option<catalogue::StandardId>,
    #[schema(value_type = Option<String>)]
    organisation_id: Option<OrganisationId>,
    duty_code: Option<String>,
    note: Option<String>,
    reason: Option<String>,
}

/// What became of one order.
#[derive(Debug, Serialize, ToSchema)]
struct BatchOrderOut {
    id: OrderId,
    /// The step was taken.
    ok: bool,
    /// How it stands then; absent when the batch was sent before.
    state: Option<OrderState>,
    version: Option<i64>,
    /// Why it was not.
    problem: Option<Problem>,
}

/// What became of each order, in the order in which they were named.
#[derive(Debug, Serialize, ToSchema)]
struct BatchOut {
    items: Vec<BatchOrderOut>,
}

/// Takes the same step on up to 100 orders; what one of them refuses does not hold up the others.
#[utoipa::path(post, path = "/orders/steps/batch", tag = "orders", request_body = BatchIn,
    responses((status = 200, body = BatchOut)))]
async fn take(
    State(app): State<App>,
    call: Call,
    Json(body): Json<BatchIn>,
) -> Result<Json<BatchOut>, Error> {
    call.caller()?;
    if body.orders.is_empty() || body.orders.len() > ORDERS {
        return Err(Error::field("orders", Text::new("请选择 1 至 100 件", "choose 1 to 100 orders")));
    }
    let books = books(&app).await?;
    let mut items = Vec::with_capacity(body.orders.len());
    for order in &body.orders {
        items.push(one(&app, &books, &call, order, &body).await);
    }
    Ok(Json(BatchOut { items }))
}

async fn one(app: &App, books: &Books, call: &Call, order: &BatchOrder, body: &BatchIn) -> BatchOrderOut {
    let step = StepIn {
        action: body.action,
        note: body.note.clone(),
        reason: body.reason.clone(),
        standard_id: body.standard_id,
        organisation_id: body.organisation_id,
        duty_code: body.duty_code.clone(),
        into: None,
        clause: None,
        helpers: Vec::new(),
        files: Vec::new(),
    };
    // One key for the batch, another for each of its orders.
    let call = Call { key: call.key.map(|key| key.wrapping_add(order.id.id) & i64::MAX), ..call.clone() };
    let id = order.id;
    match advance(app, books, &call, id, order.version, &step).await {
        Ok(left) => {
            let (state, version) = left.map(|(order, _)| (order.state, order.version)).unzip();
            BatchOrderOut { id, ok: true, state, version, problem: None }
        }
        Err(error) => {
            let problem = Some(error.problem(call.lang, &call.request));
            BatchOrderOut { id, ok: false, state: None, version: None, problem }
        }
    }
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take))
}
