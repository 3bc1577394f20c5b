//! Exemption: what was late stays late, and no longer counts against anybody.

use platform::{Error, Write};
use store::{sql, vals};

use crate::order::{Order, OrderId};
use crate::query::clocks_of;
use crate::step::{Actor, Step};
use crate::take_step::tell;
use crate::timing::Clocks;
use crate::verdict;
use crate::words::{Act, ClockKind};

sql! {
    EXEMPT = "UPDATE order_clocks SET exempt_at = $3, overdue_at = $4 WHERE street_id = $1 AND id = $2";
    RAISE = "UPDATE orders SET version = version + 1 WHERE street_id = $1 AND id = $2 AND version = $3";
}

/// Exempts runs of an order's clocks, with a reason and the id of what decided so.
///
/// # Errors
/// A conflict when the order changed since it was read.
pub async fn exempt(
    w: &Write,
    order: &Order,
    clocks: &Clocks,
    runs: &[i64],
    reason: &str,
    subject: &str,
) -> Result<Order, Error> {
    let mut after = clocks.clone();
    for run in after.runs.iter_mut().filter(|run| runs.contains(&run.id) && run.exempt_at.is_none()) {
        run.exempt_at = Some(w.now());
        if run.is_overdue(w.now()) {
            run.overdue_at = run.overdue_at.or(Some(w.now()));
        }
        w.exec(&EXEMPT, &vals![run.street_id, run.id, run.exempt_at, run.overdue_at]).await?;
    }
    if w.exec(&RAISE, &vals![order.street_id, order.id, order.version]).await? == 0 {
        return Err(store::Error::Stale.into());
    }
    let raised = Order { version: order.version + 1, ..order.clone() };
    let actor = Actor::of(w.call());
    let step = Step {
        street_id: order.street_id,
        id: w.id(),
        order_id: order.id,
        action: Act::Exempt,
        state_from: Some(order.state),
        state_to: order.state,
        at: w.now(),
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
        organisation_id: order.organisation_id,
        standard_id: order.standard_id,
        note: Some(reason.to_owned()),
        clause: None,
        subject: Some(subject.to_owned()),
    };
    w.insert(&step).await?;
    verdict::judge(w, (order, clocks), (&raised, &after)).await?;
    tell(w, &raised, &step);
    Ok(raised)
}

/// Exempts what was late of an order: the runs with these ids, or every late one when the order's own id is among them.
///
/// # Errors
/// [`Error::Missing`] when there is no such order.
pub async fn exempt_late(
    w: &Write,
    id: OrderId,
    ids: &[i64],
    reason: &str,
    subject: &str,
) -> Result<(), Error> {
    let order = crate::query::find(w, id.street, id.id).await?.ok_or(Error::Missing("order"))?;
    let clocks = clocks_of(w, id.street, id.id).await?;
    let whole = ids.contains(&order.id);
    let late = clocks.runs.iter().filter(|run| {
        let own = whole && run.clock != ClockKind::Assistance;
        run.is_overdue(w.now()) && (own || ids.contains(&run.id))
    });
    let runs: Vec<i64> = late.map(|run| run.id).collect();
    exempt(w, &order, &clocks, &runs, reason, subject).await?;
    Ok(())
}
