//! Acts that change an order's clocks or who minds it, and leave its state alone.

use platform::{Error, Write};
use store::{sql, vals};

use crate::clock::Change;
use crate::order::{Order, OrderId};
use crate::query::{clocks_of, find};
use crate::step::{Actor, Step};
use crate::take_step::{tell, write};
use crate::timing::Clocks;
use crate::verdict;
use crate::words::Act;

sql! {
    MARK = "UPDATE orders SET clock = $4, due_at = $5, soon_at = $6, counts_working_time = $7, queue_at = $8,
            supervised = $9, clock_notes = clock_notes + $10, version = version + 1
        WHERE street_id = $1 AND id = $2 AND version = $3";
}

/// What an act tells.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub act: Act,
    pub note: Option<String>,
    pub clause: Option<String>,
    /// The row that it is about.
    pub subject: String,
}

impl Said {
    pub fn of(act: Act, subject: impl ToString, note: Option<&str>) -> Self {
        Self { act, note: note.map(str::to_owned), clause: None, subject: subject.to_string() }
    }

    pub fn with_clause(self, clause: Option<&str>) -> Self {
        Self { clause: clause.map(str::to_owned), ..self }
    }
}

/// An order with its clocks, as it stands in the transaction at hand.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub order: Order,
    pub clocks: Clocks,
}

impl Held {
    /// # Errors
    /// [`Error::Missing`] when there is no such order.
    pub async fn of(w: &Write, id: OrderId) -> Result<Self, Error> {
        let order = find(w, id.street, id.id).await?.ok_or(Error::Missing("order"))?;
        let clocks = clocks_of(w, id.street, id.id).await?;
        Ok(Self { order, clocks })
    }
}

/// The row of the history that an act adds.
pub(crate) fn step_of(w: &Write, order: &Order, said: &Said) -> Step {
    let actor = Actor::of(w.call());
    Step {
        street_id: order.street_id,
        id: w.id(),
        order_id: order.id,
        action: said.act,
        state_from: Some(order.state),
        state_to: order.state,
        at: w.now(),
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
        organisation_id: order.organisation_id,
        standard_id: order.standard_id,
        note: said.note.clone(),
        clause: said.clause.clone(),
        subject: Some(said.subject.clone()),
    }
}

/// Writes acts: `after` is the order with its clocks as they leave it. Answers the order and the first act's row.
///
/// # Errors
/// A conflict when somebody else acted at the same moment.
pub(crate) async fn mark(
    w: &Write,
    before: &Held,
    after: Held,
    changes: &[Change],
    said: &[Said],
) -> Result<(Order, Vec<Step>), Error> {
    let Held { mut order, clocks } = after;
    clocks.show_on(&mut order)?;
    let values = vals![
        order.street_id,
        order.id,
        before.order.version,
        order.clock,
        order.due_at,
        order.soon_at,
        order.counts_working_time,
        order.queue_at,
        order.supervised,
        order.clock_notes - before.order.clock_notes,
    ];
    if w.exec(&MARK, &values).await? == 0 {
        return Err(store::Error::Stale.into());
    }
    order.version = before.order.version + 1;
    let steps: Vec<Step> = said.iter().map(|said| step_of(w, &order, said)).collect();
    for step in &steps {
        w.insert(step).await?;
    }
    for change in changes {
        write(w, change).await?;
    }
    if !changes.is_empty() {
        verdict::judge(w, (&before.order, &before.clocks), (&order, &clocks)).await?;
    }
    steps.iter().for_each(|step| tell(w, &order, step));
    Ok((order, steps))
}
