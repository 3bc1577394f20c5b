//! `/orders/{id}/steps` on the wire: the history, and the next step.

use axum::extract::State;
use platform::{App, Call, Error, IfMatch, Json, List, Page, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Tagged, tagged};
use crate::books::{Books, books};
use crate::decide::{Decided, StepInput, decide};
use crate::detail::{order_after, with_current};
use crate::dispatch::decision::Past;
use crate::intake::check_join;
use crate::order::{Order, OrderId};
use crate::present::Presenter;
use crate::query::{files_of, get_visible, steps_of};
use crate::timing::Clocks;
use crate::wire::{OrderOut, StepIn, StepOut};

/// What a step remembers of itself for a second click.
#[derive(Serialize, Deserialize)]
struct Taken {
    step: i64,
}

/// Takes a step on an order that still stands as it was read.
#[utoipa::path(post, path = "/orders/{id}/steps", tag = "orders",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = StepIn, responses((status = 200, body = OrderOut)))]
async fn take(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<StepIn>,
) -> Result<Tagged, Error> {
    let books = books(&app).await?;
    match advance(&app, &books, &call, id, seen, &body).await {
        Ok(known) => Ok(tagged(order_after(&app, &call, books, id, known).await?)),
        Err(error) => Err(with_current(&app, &call, id, error).await),
    }
}

/// Decides and takes a step; what it left is not known when this answers a repeated click.
///
/// # Errors
/// As [`decide`]; a conflict when somebody else took a step since.
pub(crate) async fn advance(
    app: &App,
    books: &Books,
    call: &Call,
    id: OrderId,
    seen: i64,
    body: &StepIn,
) -> Result<Option<(Order, Clocks)>, Error> {
    let decided = prepare(app, books, call, id, seen, body).await;
    let outcome = decided.as_ref().ok().map(|decided| (decided.step_id(), decided.outcome()));
    let taken = match decided {
        // Without a key there is no first answer to look for.
        Err(error) if call.key.is_none() => return Err(error),
        decided => app.once(call, id.street, body, move |w| async move {
            let decided = decided?;
            // The change carries the moment at which it was decided.
            let w = w.standing_in(w.call().clone(), w.street(), decided.at());
            let step = decided.step_id();
            decided.take(&w).await.map(|_| Taken { step })
        }),
    };
    let Taken { step } = taken.await?;
    Ok(outcome.filter(|(own, _)| *own == step).map(|(_, left)| left))
}

/// Reads the order and decides the step, all before the transaction.
async fn prepare(
    app: &App,
    books: &Books,
    call: &Call,
    id: OrderId,
    seen: i64,
    body: &StepIn,
) -> Result<Decided, Error> {
    let (asking, caller) = (app.clone(), call.caller()?.clone());
    let (action, into) = (body.action, body.into);
    let look = app.read(move |r| async move {
        let order = get_visible(&asking, &r, &caller, id).await?;
        check_join(&asking, &r, &caller, &order, (action, into)).await?;
        Ok((Past::of(&r, &order, action).await?, order))
    });
    let (past, order) = look.await?;
    if order.version != seen {
        return Err(store::Error::Stale.into());
    }
    let input = StepInput {
        action: body.action,
        note: body.note.clone(),
        reason: body.reason.clone(),
        standard_id: body.standard_id.map(|id| id.id),
        organisation_id: body.organisation_id.map(|id| id.id),
        duty_code: body.duty_code.clone(),
        clause: body.clause.clone(),
        into: body.into.map(|into| into.id),
        helpers: body.helpers.iter().map(|unit| unit.id).collect(),
        until: None,
        files: body.files.clone(),
    };
    decide(app, books, call, app.clock().now(), &order, past, input)
}

/// Lists the steps of an order, the oldest first.
#[utoipa::path(get, path = "/orders/{id}/steps", tag = "orders", params(("id" = String, Path), Page),
    responses((status = 200, body = List<StepOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Query(page): Query<Page>,
) -> Result<Json<List<StepOut>>, Error> {
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    let list = app.read(move |r| async move {
        let order = get_visible(&with.app, &r, &with.caller, id).await?;
        let steps = steps_of(&r, &order, page.after()?.unwrap_or(0), page.limit() + 1).await?;
        let files = files_of(&r, &order).await?;
        let list = List::cut(steps, &page, r.now(), |step| step.id, |step| with.step(&order, step, &files))?;
        let items = list.items.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(List { items, next: list.next, now: list.now })
    });
    Ok(Json(list.await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, take))
}
