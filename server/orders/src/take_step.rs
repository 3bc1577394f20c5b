//! Taking a step: what was decided is written, all of it or nothing.

use platform::{Error, FileId, Write, uploads};
use serde_json::json;
use store::{sql, vals};

use crate::books::Books;
use crate::clock::{Change, ClockRun};
use crate::counts::Sums;
use crate::decide::{Decided, StepInput, decide};
use crate::dispatch::decision::Past;
use crate::intake::follow;
use crate::order::Order;
use crate::step::{OrderFile, Step};
use crate::timing::Clocks;
use crate::verdict;
use crate::wire::OrderEvent;
use crate::words::{Act, Role};

sql! {
    /// Writes what a step changes, if nobody else took one since.
    MOVE = "UPDATE orders SET state = $4, standard_id = $5, organisation_id = $6, handled_by = $7, returned_at = $8,
            ended_at = $9, clock = $10, due_at = $11, soon_at = $12, counts_working_time = $13, queue_at = $14,
            duty_code = $15, designated = $16, helpers_open = $17, joined_into = $18, parked_until = $19,
            version = version + 1
        WHERE street_id = $1 AND id = $2 AND version = $3";
    RECLASS = "UPDATE orders SET class = $3 WHERE street_id = $1 AND id = $2";
    SET_CLOCK = "UPDATE order_clocks SET due_at = $3, soon_at = $4, provisional = $5, paused_at = $6, stopped_at = $7,
            overdue_at = $8, rules = $9, calendar = $10, extended_by = $11
        WHERE street_id = $1 AND id = $2";
    RESUME = "UPDATE order_pauses SET resumed_at = $3, charged = $4 WHERE street_id = $1 AND id = $2";
}

/// Decides and takes a step on an order as it was read.
///
/// # Errors
/// As [`decide`]; a conflict when somebody else took a step since.
pub async fn step(w: &Write, books: &Books, order: &Order, input: StepInput) -> Result<Order, Error> {
    let past = Past::of(w, order, input.action).await?;
    let decided = decide(w.app(), books, w.call(), w.now(), order, past, input)?;
    decided.take(w).await
}

impl Decided {
    /// The order as the step leaves it, and its clocks.
    pub fn outcome(&self) -> (Order, Clocks) {
        (self.after.clone(), self.clocks.clone())
    }

    /// The id of the row that the step adds to the history.
    pub fn step_id(&self) -> i64 {
        self.step.id
    }

    /// When it was decided; the change carries the same moment.
    pub fn at(&self) -> platform::Millis {
        self.step.at
    }

    /// Writes the step.
    ///
    /// # Errors
    /// A conflict when the order changed since it was decided; [`Error::Invalid`] when a picture is gone.
    pub async fn take(self, w: &Write) -> Result<Order, Error> {
        let Self { before, after, changes, step, files, adds, revised, desk, .. } = self;
        move_to(w, &before, &after).await?;
        w.insert_later(&step);
        for change in &changes {
            write(w, change).await?;
        }
        attach(w, &step, &files, Role::After).await?;
        let mut sums = Sums::default();
        sums.act(&after, step.at, after.organisation_id.or(before.organisation_id), &adds);
        if step.action == Act::Reopen {
            sums.reopened(&before);
        }
        verdict::write(w, &revised, &mut sums).await?;
        sums.write(w, &after).await?;
        tell(w, &after, &step);
        desk.write(w, &after).await?;
        if let Some(main) = after.joined_into.filter(|_| step.action == Act::Join) {
            follow(w, &after, main).await?;
        }
        Ok(after)
    }
}

async fn move_to(w: &Write, before: &Order, after: &Order) -> Result<(), Error> {
    let values = vals![
        before.street_id,
        before.id,
        before.version,
        after.state,
        after.standard_id,
        after.organisation_id,
        after.handled_by,
        after.returned_at,
        after.ended_at,
        after.clock,
        after.due_at,
        after.soon_at,
        after.counts_working_time,
        after.queue_at,
        after.duty_code.as_deref(),
        after.designated,
        after.helpers_open,
        after.joined_into,
        after.parked_until,
    ];
    if w.exec(&MOVE, &values).await? == 0 {
        return Err(store::Error::Stale.into());
    }
    if after.class != before.class {
        w.later(&RECLASS, &vals![before.street_id, before.id, after.class.as_str()]);
    }
    Ok(())
}

/// Writes what a step did to one clock.
pub(crate) async fn write(w: &Write, change: &Change) -> Result<(), Error> {
    match change {
        Change::Start(run) => w.insert_later(run),
        Change::Set(run) => w.later(&SET_CLOCK, &clock_values(run)),
        Change::Pause(pause) => w.insert_later(pause),
        Change::Resume(pause) => {
            w.later(&RESUME, &vals![pause.street_id, pause.id, pause.resumed_at, pause.charged]);
        }
    }
    Ok(())
}

fn clock_values(run: &ClockRun) -> [store::Value; 11] {
    vals![
        run.street_id,
        run.id,
        run.due_at,
        run.soon_at,
        run.provisional,
        run.paused_at,
        run.stopped_at,
        run.overdue_at,
        run.rules.as_str(),
        run.calendar.as_str(),
        run.extended_by,
    ]
}

/// Takes uploaded pictures out of the waiting room and puts them on the step.
pub(crate) async fn attach(w: &Write, step: &Step, files: &[FileId], role: Role) -> Result<(), Error> {
    for id in files {
        let upload = uploads::take(w, *id, step.account_id).await?;
        let file = OrderFile {
            street_id: step.street_id,
            id: upload.id,
            order_id: step.order_id,
            step_id: step.id,
            role,
            sha256: upload.sha256,
            media_type: upload.media_type,
            width: upload.width,
            height: upload.height,
            bytes: upload.bytes,
            at: step.at,
        };
        w.insert_later(&file);
    }
    Ok(())
}

/// Enters the step into the ledger and tells those who watch the street.
pub(crate) fn tell(w: &Write, order: &Order, step: &Step) {
    let id = order.wire_id();
    let detail = json!({
        "number": order.number,
        "from": step.state_from,
        "to": step.state_to,
        "version": order.version,
        "unit": step.organisation_id,
        "standard": step.standard_id,
    });
    w.record(&format!("order:{}", step.action), id, detail);
    let event = OrderEvent {
        id,
        number: order.number.clone(),
        action: step.action,
        state: order.state,
        area: order.area.to_string(),
        version: order.version,
    };
    w.announce("order", id, order.area, &event);
}
