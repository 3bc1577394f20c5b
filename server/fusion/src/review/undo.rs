//! Undoing the last decision about a pair: everything stands as it stood before.

use orders::{Action, Books, Order, State, StepInput};
use platform::{Error, Text, Write};
use serde_json::json;
use store::{sql, vals};

use super::decide::tell;
use super::view::RIGHT;
use super::{ReviewAudit, ReviewId, ReviewPair, standing};
use crate::apart::lift;
use crate::merge::unmerge;

sql! {
    UNDONE = "UPDATE review_decisions SET undone_at = $3, undone_by = $4
        WHERE street_id = $1 AND id = $2 AND undone_at IS NULL";
}

/// Takes the last decision back: parts who was joined, lifts what kept two apart, and calls off the check at the door unless
/// somebody has taken it on.
///
/// # Errors
/// [`Error::Missing`], [`Error::Forbidden`]; [`Error::Conflict`] when somebody else acted since, when nothing was decided, and
/// when the one who was kept has been joined to another since.
pub(crate) async fn undo(w: &Write, books: &Books, id: ReviewId, seen: i64) -> Result<ReviewPair, Error> {
    let pair: ReviewPair = w.find(&vals![id.street, id.id]).await?.ok_or(Error::Missing("review"))?;
    w.require(RIGHT, &pair.thing())?;
    if pair.version != seen {
        return Err(pair.lost_race());
    }
    take_back(w, books, pair).await
}

pub(super) async fn take_back(w: &Write, books: &Books, mut pair: ReviewPair) -> Result<ReviewPair, Error> {
    let decisions = standing(w, &pair).await?;
    let Some((last, before)) = decisions.split_first() else {
        let text = Text::new("该对比尚未处理，无可撤销", "nothing was decided about this pair");
        return Err(Error::conflict(text));
    };
    if let Some(merge) = last.merge_id {
        unmerge(w, pair.street_id, merge).await?;
    }
    if let Some(apart) = last.apart_id {
        lift(w, pair.street_id, apart);
    }
    if let Some(order) = last.order_id {
        call_off(w, books, pair.street_id, order).await?;
    }
    pair.put(before.first());
    // Whoever takes back what the sample drew has found it wrong.
    if pair.audit == Some(ReviewAudit::Asked) {
        pair.audit = Some(ReviewAudit::Wrong);
        pair.audited_at = Some(w.now());
    }
    w.update(&pair).await?;
    pair.version += 1;
    w.later(&UNDONE, &vals![pair.street_id, last.id, w.now(), w.call().account().ok()]);
    let detail = json!({ "undone": last.decision, "state": pair.state, "version": pair.version });
    w.record("review:undo", pair.wire_id(), detail);
    tell(w, &pair);
    Ok(pair)
}

/// Once somebody has taken it on, the check goes its way.
async fn call_off(w: &Write, books: &Books, street: i64, order: i64) -> Result<(), Error> {
    let Some(order): Option<Order> = orders::find(w, street, order).await? else { return Ok(()) };
    if order.state == State::Reported {
        let why = Some("数据审核已撤销该核实要求".to_owned());
        let input = StepInput { reason: why, ..StepInput::of(Action::Cancel) };
        orders::step(&super::door::program(w), books, &order, input).await?;
    }
    Ok(())
}
