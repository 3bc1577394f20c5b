//! Looks at single orders and what hangs on them.

use areas::Position;
use platform::policy::{Caller, Scope};
use platform::{App, Error, FileId, Millis, Read, Thing, number};
use store::{Tx, sql, try_join, vals};

use crate::clock::{ClockPause, ClockRun};
use crate::dispatch::attendance::is_called;
use crate::dispatch::obligation::helps;
use crate::follow::Comment;
use crate::order::{Order, OrderId};
use crate::step::{OrderFile, Step};
use crate::timing::Clocks;

sql! {
    BY_NUMBER: Order = "WHERE street_id = $1 AND number = $2 LIMIT 1";
    RUNS: ClockRun = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 500";
    PAUSES: ClockPause = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 500";
    STEPS: Step = "WHERE street_id = $1 AND order_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    LAST_STEP: Step = "WHERE street_id = $1 AND order_id = $2 ORDER BY id DESC LIMIT 1";
    FILES: OrderFile = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
    COMMENTS: Comment = "WHERE street_id = $1 AND order_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    WATCHES = "SELECT id FROM order_watchers WHERE street_id = $1 AND account_id = $2 AND order_id = $3";
    /// Orders of a class since a moment in a box: west, east, south, north.
    NEAR: Order = "WHERE street_id = $1 AND class = $2 AND reported_at >= $3
        AND lon BETWEEN $4 AND $5 AND lat BETWEEN $6 AND $7 ORDER BY reported_at DESC LIMIT 10";
}

/// The order with this id, whoever asks.
///
/// # Errors
/// What the store answers.
pub async fn find(r: &Tx, street: i64, id: i64) -> Result<Option<Order>, Error> {
    Ok(r.find(&vals![street, id]).await?)
}

/// The order with this id, for a post that may read it.
///
/// # Errors
/// [`Error::Missing`] when there is none, or none that the caller may know of.
pub async fn get_visible(app: &App, r: &Read, caller: &Caller, id: OrderId) -> Result<Order, Error> {
    let scope = app.policy().scope(caller, "order:read", r.now());
    let order = find(r, id.street, id.id).await?.ok_or(Error::Missing("order"))?;
    match scope.covers(&order.thing()) || has_part(r, &scope, caller, &order).await? {
        true => Ok(order),
        false => Err(Error::Missing("order")),
    }
}

/// Whether the caller's unit helps with an order that another leads, or was called to its place.
async fn has_part(r: &Read, scope: &Scope, caller: &Caller, order: &Order) -> Result<bool, Error> {
    let Some(unit) = caller.post.organisation else { return Ok(false) };
    if !scope.covers(&Thing { organisation: Some(unit), ..order.thing() }) {
        return Ok(false);
    }
    Ok(helps(r, order, unit).await? || (order.attendances > 0 && is_called(r, order, unit).await?))
}

/// The order under a number in its written form.
///
/// # Errors
/// What the store answers.
pub async fn by_number(r: &Tx, street: i64, number: &str) -> Result<Option<Order>, Error> {
    Ok(r.opt(&BY_NUMBER, &vals![street, number]).await?)
}

/// The streets of a district that a number can belong to, and its written form; `None` when it is no number.
pub fn streets_of_number(typed: &str, streets: &[i64]) -> Option<(String, Vec<i64>)> {
    let number = number::normalize(typed)?;
    let street: i64 = number.get(..3)?.parse().ok()?;
    let streets = streets.iter().copied().filter(|code| code % 1000 == street).collect();
    Some((number, streets))
}

/// The clocks of an order with their pauses.
///
/// # Errors
/// What the store answers.
pub async fn clocks_of(r: &Tx, street: i64, order: i64) -> Result<Clocks, Error> {
    let key = vals![street, order];
    let (runs, pauses): (Vec<ClockRun>, Vec<ClockPause>) =
        try_join(r.query(&RUNS, &key), r.query(&PAUSES, &key)).await?;
    Ok(Clocks { runs, pauses, notes: Vec::new() })
}

/// Up to `limit` steps after the one with the id `after`, the oldest first; 0 begins at the report.
///
/// # Errors
/// What the store answers.
pub async fn steps_of(r: &Tx, order: &Order, after: i64, limit: i64) -> Result<Vec<Step>, Error> {
    Ok(r.query(&STEPS, &vals![order.street_id, order.id, after, limit]).await?)
}

/// The newest step of an order.
///
/// # Errors
/// What the store answers.
pub async fn last_step(r: &Tx, order: &Order) -> Result<Option<Step>, Error> {
    Ok(r.opt(&LAST_STEP, &vals![order.street_id, order.id]).await?)
}

/// The pictures of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub async fn files_of(r: &Tx, order: &Order) -> Result<Vec<OrderFile>, Error> {
    Ok(r.query(&FILES, &vals![order.street_id, order.id]).await?)
}

/// One picture of an order.
///
/// # Errors
/// [`Error::Missing`] when the order has no such picture.
pub async fn file_of(r: &Tx, order: &Order, id: FileId) -> Result<OrderFile, Error> {
    let file: Option<OrderFile> = r.find(&vals![id.street, id.id]).await?;
    let own = file.filter(|file| file.street_id == order.street_id && file.order_id == order.id);
    own.ok_or(Error::Missing("file"))
}

/// Up to `limit` remarks after the one with the id `after`, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn comments_of(
    r: &Tx,
    order: &Order,
    after: i64,
    limit: i64,
) -> Result<Vec<Comment>, Error> {
    Ok(r.query(&COMMENTS, &vals![order.street_id, order.id, after, limit]).await?)
}

/// Whether an account has the order on its list.
///
/// # Errors
/// What the store answers.
pub(crate) async fn is_watched(r: &Tx, order: &Order, account: i64) -> Result<bool, Error> {
    let found: Option<(i64,)> = r.opt(&WATCHES, &vals![order.street_id, account, order.id]).await?;
    Ok(found.is_some())
}

/// Orders of a class at most so many metres away since a moment, the newest first; ten at most.
///
/// # Errors
/// What the store answers.
pub async fn nearby(
    r: &Tx,
    street: i64,
    position: Position,
    class: &str,
    metres: f64,
    since: Millis,
) -> Result<Vec<Order>, Error> {
    let around = position.around(metres);
    let values = vals![street, class, since, around.west, around.east, around.south, around.north];
    let found: Vec<Order> = r.query(&NEAR, &values).await?;
    let within = |order: &Order| order.position().is_some_and(|at| at.is_within(position, metres));
    Ok(found.into_iter().filter(within).collect())
}
