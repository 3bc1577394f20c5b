//! What a flow's effects do to the clocks of one order.

use platform::{Error, Millis};
use workflow::{ClockEffect, Effect};
use worktime::{Limit, Pause, PauseKind};

use crate::clock::{Change, ClockPause, ClockRun, Reckoning, counts_working_time, pause_word};
use crate::order::{NO_DEADLINE, Order};
use crate::words::ClockKind;

/// The clocks of one order, as they stand.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    /// In the order in which they were started.
    pub runs: Vec<ClockRun>,
    pub pauses: Vec<ClockPause>,
}

/// What the effects of a step need to know.
pub(crate) struct Moment<'a> {
    pub now: Millis,
    pub by: Reckoning<'a>,
    /// How long a clock may run.
    pub limit: &'a dyn Fn(ClockKind) -> Option<Limit>,
    /// The unit that the order is with after the step.
    pub organisation: Option<i64>,
    /// Why a clock pauses, if it does.
    pub why: PauseKind,
    /// Makes the ids of new rows.
    pub next_id: &'a dyn Fn() -> i64,
}

impl Clocks {
    /// Carries out the effects of a step and says which rows change.
    pub(crate) fn apply(
        &mut self,
        order: &Order,
        effects: &[ClockEffect],
        at: &Moment<'_>,
    ) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::with_capacity(effects.len() + 1);
        for ClockEffect { clock, effect } in effects {
            let clock: ClockKind =
                clock.parse().map_err(|_| Error::internal(format!("no clock is called `{clock}`")))?;
            let active = self.runs.iter().rposition(|run| run.clock == clock && run.stopped_at.is_none());
            let paused = active.and_then(|nth| self.runs.get(nth)).filter(|run| run.paused_at.is_some());
            let same_unit = paused.is_some_and(|run| run.organisation_id == at.organisation);
            match (effect, active) {
                (Effect::Stop, Some(nth)) => changes.extend(self.stop(nth, at)),
                (Effect::Pause, Some(nth)) => changes.extend(self.pause(nth, at)),
                (Effect::Resume, Some(nth)) => changes.extend(self.resume(nth, at)?),
                (Effect::ResumeOrRestart, Some(nth)) if same_unit => changes.extend(self.resume(nth, at)?),
                (Effect::Start | Effect::Restart | Effect::ResumeOrRestart, active) => {
                    changes.extend(active.and_then(|nth| self.stop(nth, at)));
                    let run = start(order, clock, at)?;
                    changes.push(Change::Start(run.clone()));
                    self.runs.push(run);
                }
                (Effect::Stop | Effect::Pause | Effect::Resume, None) => {}
            }
        }
        Ok(changes)
    }

    fn stop(&mut self, nth: usize, at: &Moment<'_>) -> Option<Change> {
        let run = self.runs.get_mut(nth)?;
        note_overdue(run, at.now);
        run.stopped_at = Some(at.now);
        Some(Change::Set(run.clone()))
    }

    fn pause(&mut self, nth: usize, at: &Moment<'_>) -> Vec<Change> {
        let Some(run) = self.runs.get_mut(nth).filter(|run| run.runs()) else { return Vec::new() };
        note_overdue(run, at.now);
        run.paused_at = Some(at.now);
        let pause = ClockPause {
            street_id: run.street_id,
            id: (at.next_id)(),
            order_id: run.order_id,
            clock_id: run.id,
            kind: pause_word(at.why),
            paused_at: at.now,
            resumed_at: None,
            basis: None,
            request_id: None,
            charged: false,
        };
        self.pauses.push(pause.clone());
        vec![Change::Set(run.clone()), Change::Pause(pause)]
    }

    fn resume(&mut self, nth: usize, at: &Moment<'_>) -> Result<Vec<Change>, Error> {
        let Some(run) = self.runs.get_mut(nth).filter(|run| run.paused_at.is_some()) else {
            return Ok(Vec::new());
        };
        let open =
            self.pauses.iter_mut().rfind(|pause| pause.clock_id == run.id && pause.resumed_at.is_none());
        let mut changes = Vec::with_capacity(2);
        if let Some(pause) = open {
            pause.resumed_at = Some(at.now);
            changes.push(Change::Resume(pause.clone()));
        }
        let of_this = self.pauses.iter().filter(|pause| pause.clock_id == run.id);
        let spans = of_this.map(ClockPause::span).collect::<Result<Vec<Pause>, _>>()?;
        run.paused_at = None;
        run.reckon(at.by, &spans)?;
        changes.push(Change::Set(run.clone()));
        Ok(changes)
    }

    /// The clock that an order shows: the one that runs, else the one that stands still.
    pub fn current(&self) -> Option<&ClockRun> {
        let own = self.runs.iter().rev().filter(|run| run.clock != ClockKind::Assistance);
        let active = || own.clone().filter(|run| run.stopped_at.is_none());
        active().find(|run| run.runs()).or_else(|| active().next())
    }

    /// Copies what lists need to know of the clocks onto the order.
    pub(crate) fn show_on(&self, order: &mut Order) -> Result<(), Error> {
        let current = self.current();
        let running = current.filter(|run| run.runs());
        order.clock = current.map(|run| run.clock);
        order.due_at = running.map(|run| run.due_at);
        order.soon_at = running.map(|run| run.soon_at);
        order.counts_working_time = match current {
            Some(run) => counts_working_time(run.limit()?),
            None => false,
        };
        order.queue_at = order.ended_at.or(order.due_at).unwrap_or(NO_DEADLINE);
        Ok(())
    }
}

fn start(order: &Order, clock: ClockKind, at: &Moment<'_>) -> Result<ClockRun, Error> {
    let none = || Error::internal(format!("{clock} is timed before a standard was chosen"));
    let limit = (at.limit)(clock).ok_or_else(none)?;
    let mut run = ClockRun {
        street_id: order.street_id,
        id: (at.next_id)(),
        order_id: order.id,
        clock,
        organisation_id: at.organisation,
        started_at: at.now,
        time_limit: limit.text(worktime::Lang::Zh),
        rules: String::new(),
        calendar: String::new(),
        due_at: at.now,
        soon_at: at.now,
        provisional: false,
        paused_at: None,
        stopped_at: None,
        overdue_at: None,
        extended_by: 0,
        exempt_at: None,
    };
    run.reckon(at.by, &[])?;
    Ok(run)
}

/// A run that pauses or stops after its deadline is late, whatever becomes of it.
fn note_overdue(run: &mut ClockRun, now: Millis) {
    if run.runs() && now > run.due_at && run.overdue_at.is_none() {
        run.overdue_at = Some(now);
    }
}
