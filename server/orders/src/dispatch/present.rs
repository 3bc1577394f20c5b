//! The dispatch desk's rows as a caller sees them.

use platform::{Error, Thing};

use crate::dispatch::attendance::Attendance;
use crate::dispatch::obligation::Obligation;
use crate::dispatch::ruling::Ruling;
use crate::dispatch::wire::{
    AttendanceOffer, AttendanceOut, DutyRef, ObligationOffer, ObligationOut, RuledOrder, RulingOut,
};
use crate::order::{Order, OrderId};
use crate::present::{Presenter, file_out};
use crate::step::OrderFile;
use crate::timing::Clocks;
use crate::wire::Coded;

impl Presenter {
    /// An entry of the duty list by its code.
    pub fn duty(&self, code: Option<&str>) -> Option<DutyRef> {
        self.books.catalogue.duty(code?).map(DutyRef::of)
    }

    fn may(&self, right: &str, order: &Order, unit: Option<i64>) -> bool {
        let thing = order.thing();
        let thing = Thing { organisation: unit.or(thing.organisation), ..thing };
        self.app.policy().scope(&self.caller, right, self.now).covers(&thing)
    }

    /// # Errors
    /// [`Error::Internal`] for a row that holds no limit.
    pub fn obligation(
        &self,
        order: &Order,
        row: &Obligation,
        clocks: &Clocks,
        files: &[OrderFile],
    ) -> Result<ObligationOut, Error> {
        let run = clocks.runs.iter().find(|run| run.id == row.clock_id);
        let own = files.iter().filter(|file| row.done_step_id == Some(file.step_id));
        let mut actions = Vec::new();
        if row.is_open() {
            if self.may("order:assist", order, Some(row.organisation_id)) {
                let next =
                    if row.signed_at.is_none() { ObligationOffer::Sign } else { ObligationOffer::Done };
                actions.push(next);
            }
            if self.may("order:dispatch", order, None) {
                actions.push(ObligationOffer::Release);
            }
        }
        Ok(ObligationOut {
            id: row.wire_id(),
            organisation: self.organisation(row.organisation_id),
            duty: self.duty(row.duty_code.as_deref()),
            clause: row.clause.clone(),
            note: row.note.clone(),
            sent_at: row.sent_at,
            signed_at: row.signed_at,
            done_at: row.done_at,
            done_note: row.done_note.clone(),
            files: own.map(file_out).collect(),
            released_at: row.released_at,
            release_reason: row.release_reason.clone(),
            clock: run.map(|run| self.clock(order, run, clocks)).transpose()?,
            actions,
        })
    }

    pub fn attendance(&self, order: &Order, row: &Attendance) -> AttendanceOut {
        let mut actions = Vec::new();
        if row.arrived_at.is_none() && self.may("order:attend", order, Some(row.organisation_id)) {
            let next = match row.acknowledged_at {
                None => AttendanceOffer::Acknowledge,
                Some(_) => AttendanceOffer::Arrive,
            };
            actions.push(next);
        }
        AttendanceOut {
            id: row.wire_id(),
            organisation: self.organisation(row.organisation_id),
            place: row.place.clone(),
            arrive_by: row.arrive_by,
            note: row.note.clone(),
            summoned_at: row.summoned_at,
            acknowledged_at: row.acknowledged_at,
            arrived_at: row.arrived_at,
            late: row.arrived_at.unwrap_or(self.now) > row.arrive_by,
            actions,
        }
    }

    pub fn ruling(&self, row: &Ruling) -> RulingOut {
        RulingOut {
            id: row.wire_id(),
            order: RuledOrder { id: OrderId::new(row.street_id, row.order_id), number: row.number.clone() },
            class: Coded { name: self.class_name(&row.class), code: row.class.clone() },
            returned_by: row.returned_by.and_then(|id| self.organisation(id)),
            designated: self.organisation(row.designated),
            duty: self.duty(row.duty_code.as_deref()),
            clause: row.clause.clone(),
            reason: row.reason.clone(),
            charged_to: row.charged_to,
            charged_minutes: row.charged_minutes,
            at: row.at,
            by: self.by(row.post_id, row.post_organisation_id),
        }
    }
}
