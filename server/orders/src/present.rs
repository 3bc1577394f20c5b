//! From rows to the wire: names instead of codes, lights, and what the caller may do.

use catalogue::StandardId;
use platform::policy::Caller;
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{App, Error, FileOut, Millis, Text};
use workflow::Need;
use worktime::Lang;

use crate::act_name::plain;
use crate::books::Books;
use crate::clock::ClockRun;
use crate::order::Order;
use crate::step::{OrderFile, Step};
use crate::timing::Clocks;
use crate::wire::{
    ActionOffer, ByOut, ClockOut, Coded, NeedOut, OrderFileOut, OrderRowOut, OrderStandardOut, StepOut,
};
use crate::words::{Act, Action, ClockKind, Source};

/// A moment, the books of that moment, and who looks.
#[derive(Clone)]
pub(crate) struct Presenter {
    pub app: App,
    pub books: Books,
    pub caller: Caller,
    pub now: Millis,
}

impl Presenter {
    pub fn row(&self, order: Order) -> OrderRowOut {
        let minutes = order.due_at.filter(|_| order.counts_working_time).and_then(|due| {
            let by = self.books.reckoning().ok()?;
            worktime::elapsed(by.rules, by.calendar, self.now.0, due.0).ok().map(|ms| ms / 60_000)
        });
        OrderRowOut {
            id: order.wire_id(),
            state: order.state,
            source: order.source,
            class: Coded { name: self.class_name(&order.class), code: order.class.clone() },
            summary: order.summary(),
            area: order.area.to_string(),
            area_name: self.books.areas.name(order.area),
            point: order.lon.zip(order.lat),
            reported_at: order.reported_at,
            due_at: order.due_at,
            light: order.light(self.now),
            clock: order.clock,
            working_minutes_left: minutes,
            organisation: order.organisation_id.and_then(|id| self.organisation(id)),
            urgent: order.urgent,
            photos: order.photos,
            version: order.version,
            stars: order.stars,
            number: order.number,
            address: order.address,
        }
    }

    pub fn class_name(&self, code: &str) -> Text {
        let class = self.books.catalogue.class(code);
        class.map_or_else(|| Text::owned(code, code), |class| class.name.clone())
    }

    pub fn organisation(&self, id: i64) -> Option<OrganisationOut> {
        let unit = self.books.staff.organisation(id)?;
        Some(OrganisationOut { id: OrganisationId::shared(id), name: unit.name.clone() })
    }

    pub fn standard(&self, order: &Order) -> Option<OrderStandardOut> {
        let standard = self.books.catalogue.standard(order.standard_id?)?;
        let unit = self.books.staff.by_key(&standard.organisation_key, Some(order.street_id));
        Some(OrderStandardOut {
            id: StandardId::shared(standard.id),
            open_condition: standard.open_condition.clone(),
            close_condition: standard.close_condition.clone(),
            limit: Text::owned(standard.limit.text(Lang::Zh), standard.limit.text(Lang::En)),
            organisation: unit.and_then(|unit| self.organisation(unit.id)),
            basis: standard.basis.clone(),
        })
    }

    /// What flow and policy both allow the caller now.
    pub fn actions(&self, order: &Order) -> Result<Vec<ActionOffer>, Error> {
        let mut offers = Vec::new();
        for action in self.books.flow_of(order)?.allowed(order.state.as_str()) {
            // A scope says what the policy says; the differential test of the policy proves it.
            let scope = self.app.policy().scope(&self.caller, &action.right, self.now);
            if let (true, Ok(word)) = (scope.covers(&order.thing()), action.name.parse::<Action>()) {
                if !is_open_to(order, word) {
                    continue;
                }
                let mut needs: Vec<NeedOut> = action.needs.iter().map(|need| need_out(*need)).collect();
                if matches!(word, Action::Return | Action::Rule) {
                    needs.push(NeedOut::Clause);
                }
                offers.push(ActionOffer { action: word, name: Text::owned(&action.zh, &action.en), needs });
            }
        }
        Ok(offers)
    }

    /// The order's own clocks; those of units that help stand with what they owe.
    pub fn clocks(&self, order: &Order, clocks: &Clocks) -> Result<Vec<ClockOut>, Error> {
        let own = clocks.runs.iter().filter(|run| run.clock != ClockKind::Assistance);
        own.map(|run| self.clock(order, run, clocks)).collect()
    }

    pub fn clock(&self, order: &Order, run: &ClockRun, clocks: &Clocks) -> Result<ClockOut, Error> {
        let by = self.books.reckoning()?;
        let word = run.clock.as_str();
        let name = match run.clock {
            ClockKind::Assistance => Some(Text::new("协办计时", "assistance")),
            _ => self.books.flow_of(order)?.flow().clock(word).map(|clock| Text::owned(&clock.zh, &clock.en)),
        };
        let paused = run.paused_at.is_some() && run.stopped_at.is_none();
        Ok(ClockOut {
            clock: run.clock,
            name: name.unwrap_or_else(|| Text::owned(word, word)),
            started_at: run.started_at,
            due_at: (!paused).then_some(run.due_at),
            stopped_at: run.stopped_at,
            paused,
            overdue: run.is_overdue(self.now),
            provisional: run.provisional,
            derivation: run.derivation(by, &clocks.pauses, &clocks.notes_of(run.id))?,
        })
    }

    pub fn step(&self, order: &Order, step: Step, files: &[OrderFile]) -> Result<StepOut, Error> {
        let own = files.iter().filter(|file| file.step_id == step.id);
        Ok(StepOut {
            id: platform::ids::encode(step.street_id, step.id),
            action: step.action,
            name: self.act_name(order, step.action)?,
            from: step.state_from,
            to: step.state_to,
            at: step.at,
            by: self.doer(order, &step),
            note: step.note,
            clause: step.clause,
            organisation: step.organisation_id.and_then(|id| self.organisation(id)),
            files: own.map(file_out).collect(),
        })
    }

    /// Who took a step: a post, the program, another system, or nobody for a resident.
    pub fn doer(&self, order: &Order, step: &Step) -> Option<ByOut> {
        let title = match (step.action, order.source) {
            _ if step.post_id.is_some() => return self.by(step.post_id, step.post_organisation_id),
            (Act::Rate | Act::Follow, _) | (Act::Report, Source::Resident) => return None,
            (Act::Report, _) => Text::new("接入系统", "a connected system"),
            _ => Text::new("系统自动", "by itself"),
        };
        Some(ByOut { title, organisation: None })
    }

    /// A post; nobody where none is known.
    pub fn by(&self, post: Option<i64>, organisation: Option<i64>) -> Option<ByOut> {
        let title = self.books.staff.post_title(post?);
        let title = title.unwrap_or_else(|| Text::new("已撤销的岗位", "a post of the past"));
        let organisation = organisation.and_then(|id| self.organisation(id)).map(|unit| unit.name);
        Some(ByOut { title, organisation })
    }

    /// Where an order stands, in the words of its flow.
    pub fn state_name(&self, order: &Order) -> Result<Text, Error> {
        let word = order.state.as_str();
        let state = self.books.flow_of(order)?.flow().state(word);
        Ok(state.map_or_else(|| Text::owned(word, word), |state| Text::owned(&state.zh, &state.en)))
    }

    /// An act in the words of the order's flow.
    pub fn act_name(&self, order: &Order, act: Act) -> Result<Text, Error> {
        let action = self.books.flow_of(order)?.flow().action(act.as_str());
        Ok(action.map_or_else(|| plain(act), |action| Text::owned(&action.zh, &action.en)))
    }
}

/// A picture as others mention it.
pub(crate) fn file_out(file: &OrderFile) -> FileOut {
    FileOut {
        id: file.wire_id(),
        media_type: file.media_type.clone(),
        width: file.width,
        height: file.height,
        bytes: file.bytes,
    }
}

/// A picture with its part in the story.
pub(crate) fn order_file_out(file: &OrderFile) -> OrderFileOut {
    OrderFileOut { file: file_out(file), role: file.role }
}

/// Whether the rules of the dispatch desk leave an action open that the flow allows.
fn is_open_to(order: &Order, action: Action) -> bool {
    match action {
        Action::Return => !order.designated,
        Action::Refer => order.returned_at.is_some(),
        // Only an approved request parks.
        Action::Park => false,
        _ => true,
    }
}

/// A flow speaks of whom it goes to; for an order that is a unit.
fn need_out(need: Need) -> NeedOut {
    match need {
        Need::Note => NeedOut::Note,
        Need::Files => NeedOut::Files,
        Need::Standard => NeedOut::Standard,
        Need::Assignee => NeedOut::Organisation,
        Need::Reason => NeedOut::Reason,
    }
}
