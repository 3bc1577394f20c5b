//! Requests, supervisions, escalations and moved deadlines as a caller sees them.

use platform::{Error, Read, Text, Thing};
use worktime::Lang;

use crate::clocks::escalation::{Escalation, escalations_of};
use crate::clocks::pausing::granted;
use crate::clocks::recalendar::{DeadlineChange, changes_of};
use crate::clocks::request::{Request, grantable, requests_of, run_for};
use crate::clocks::supervision::{Supervision, supervisions_of};
use crate::clocks::wire::{
    ClockOffers, DeadlineChangeOut, EscalationOut, RequestOffer, RequestOut, SupervisionOffer, SupervisionOut,
};
use crate::order::Order;
use crate::present::Presenter;
use crate::timing::Clocks;
use crate::words::{ClockKind, RequestKind};

/// The rows of those who mind an order's clocks.
#[derive(Default)]
pub(crate) struct MinderRows {
    pub requests: Vec<Request>,
    pub supervisions: Vec<Supervision>,
    pub escalations: Vec<Escalation>,
    pub changes: Vec<DeadlineChange>,
}

impl MinderRows {
    /// Reads nothing where the order says that there is nothing.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(r: &Read, order: &Order) -> Result<Self, Error> {
        if order.clock_notes == 0 {
            return Ok(Self::default());
        }
        Ok(Self {
            requests: requests_of(r, order).await?,
            supervisions: supervisions_of(r, order).await?,
            escalations: escalations_of(r, order).await?,
            changes: changes_of(r, order).await?,
        })
    }
}

impl Presenter {
    fn covers(&self, right: &str, thing: &Thing) -> bool {
        self.app.policy().scope(&self.caller, right, self.now).covers(thing)
    }

    pub fn request(&self, row: &Request) -> RequestOut {
        let thing = Thing { area: row.area, organisation: Some(row.organisation_id) };
        let mut actions = Vec::new();
        if row.waits_for_endorsement()
            && row.asked_by != Some(self.caller.account)
            && self.covers("order:endorse", &thing)
        {
            actions.push(RequestOffer::Endorse);
        }
        if row.is_pending() && self.covers("order:decide", &thing) && row.may_decide(&self.caller).is_ok() {
            if !row.waits_for_endorsement() {
                actions.push(RequestOffer::Approve);
            }
            actions.push(RequestOffer::Refuse);
        }
        let unit = Some(row.organisation_id);
        let kind = row.pause_kind.as_deref().and_then(grantable);
        RequestOut {
            id: row.wire_id(),
            kind: row.kind,
            organisation: self.organisation(row.organisation_id),
            reason: row.reason.clone(),
            basis: row.basis.clone(),
            pause_kind: row.pause_kind.clone(),
            pause_name: kind.map(|kind| Text::new(kind.text(Lang::Zh), kind.text(Lang::En))),
            until: row.until,
            files: row.file_ids(),
            asked_at: row.asked_at,
            asked_by: self.by(row.asked_post, unit),
            endorsed_at: row.endorsed_at,
            endorsed_by: self.by(row.endorsed_post, unit),
            waits_for_endorsement: row.waits_for_endorsement(),
            decided_at: row.decided_at,
            decided_by: self.by(row.decided_post, None),
            decision: row.decision,
            decision_note: row.decision_note.clone(),
            actions,
        }
    }

    pub fn supervision(&self, order: &Order, row: &Supervision) -> SupervisionOut {
        let mut actions = Vec::new();
        let (right, thing) = row.answered_by(order);
        if row.replied_at.is_none() && row.lifted_at.is_none() && self.covers(right, &thing) {
            actions.push(SupervisionOffer::Reply);
        }
        if row.lifted_at.is_none() && self.covers("order:supervise", &order.thing()) {
            actions.push(SupervisionOffer::Lift);
        }
        SupervisionOut {
            id: row.wire_id(),
            organisation: row.organisation_id.and_then(|unit| self.organisation(unit)),
            text: row.text.clone(),
            opened_at: row.opened_at,
            opened_by: self.by(row.opened_post, None),
            reply_by: row.reply_by,
            overdue: row.replied_at.is_none() && row.lifted_at.is_none() && self.now > row.reply_by,
            reply: row.reply.clone(),
            replied_at: row.replied_at,
            replied_by: self.by(row.replied_post, row.organisation_id),
            lifted_at: row.lifted_at,
            lift_note: row.lift_note.clone(),
            actions,
        }
    }

    pub fn escalation(&self, clocks: &Clocks, row: &Escalation) -> EscalationOut {
        EscalationOut {
            id: row.wire_id(),
            clock: clock_of(clocks, row.clock_id),
            level: row.level,
            post_kind: row.post_kind,
            organisation: row.organisation_id.and_then(|unit| self.organisation(unit)),
            at: row.at,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: self.by(row.acknowledged_post, row.organisation_id),
            may_acknowledge: row.acknowledged_at.is_none() && row.is_for(&self.caller),
        }
    }

    pub fn deadline_change(&self, clocks: &Clocks, row: &DeadlineChange) -> DeadlineChangeOut {
        DeadlineChangeOut {
            clock: clock_of(clocks, row.clock_id),
            due_before: row.due_before,
            due_after: row.due_after,
            at: row.at,
        }
    }

    /// What the caller may ask for or begin.
    pub fn clock_offers(&self, order: &Order, clocks: &Clocks, rows: &MinderRows) -> ClockOffers {
        let asks = self.covers("order:request", &order.thing());
        let taken = |kind: &RequestKind| run_for(*kind, order, clocks, &rows.requests, self.now).is_ok();
        ClockOffers {
            requests: match asks {
                true => RequestKind::ALL.iter().copied().filter(taken).collect(),
                false => Vec::new(),
            },
            resume: asks && granted(order, clocks).is_some(),
            supervise: !order.state.is_ended() && self.covers("order:supervise", &order.thing()),
        }
    }

    /// Who approved each extension and by which document, for the derivation.
    pub fn extension_notes(&self, requests: &[Request]) -> Vec<(i64, Text)> {
        let extensions = requests.iter().filter(|row| row.kind == RequestKind::Extend && row.was_approved());
        let note = |row: &Request| {
            let by = self.by(row.decided_post, None).map(|by| by.title);
            let (zh, en) = by.map_or_else(Default::default, |title| (title.zh, title.en));
            match &row.basis {
                Some(basis) => {
                    Text::owned(format!("{zh}批准，依据：{basis}"), format!("approved by {en}: {basis}"))
                }
                None => Text::owned(format!("{zh}批准"), format!("approved by {en}")),
            }
        };
        extensions.map(|row| (row.clock_id, note(row))).collect()
    }
}

fn clock_of(clocks: &Clocks, run: i64) -> Option<ClockKind> {
    clocks.runs.iter().find(|one| one.id == run).map(|run| run.clock)
}
