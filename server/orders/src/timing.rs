//! What a flow's effects do to the clocks of one order.

use platform::{Error, Millis, Text};
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
    /// For each approved extension, oldest first, its run and who approved it by which document; only where the
    /// derivation is told.
    pub(crate) notes: Vec<(i64, Text)>,
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
    /// What allows the pause, or the clause that was named for it.
    pub basis: Option<&'a str>,
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
                (Effect::Pause, Some(nth)) => changes.extend(self.pause(nth, at)?),
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

    /// A pause that was granted ends where the flow's own begins.
    fn pause(&mut self, nth: usize, at: &Moment<'_>) -> Result<Vec<Change>, Error> {
        let granted = self.runs.get(nth).and_then(|run| self.granted(run.id)).is_some();
        let mut changes = if granted { self.resume(nth, at)? } else { Vec::new() };
        let Some(run) = self.runs.get_mut(nth).filter(|run| run.runs()) else { return Ok(changes) };
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
            basis: at.basis.map(str::to_owned),
            request_id: None,
            charged: false,
        };
        changes.extend([Change::Set(run.clone()), Change::Pause(pause.clone())]);
        self.pauses.push(pause);
        Ok(changes)
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
        let spans = counting(&self.pauses, run.id)?;
        run.paused_at = None;
        run.reckon(at.by.as_counted(run), &spans)?;
        changes.push(Change::Set(run.clone()));
        Ok(changes)
    }

    /// The pause that stands open by a granted request.
    pub(crate) fn granted(&self, run: i64) -> Option<&ClockPause> {
        let mut open = self.pauses.iter().filter(|pause| pause.clock_id == run && pause.resumed_at.is_none());
        open.find(|pause| pause.request_id.is_some())
    }

    /// Makes the run with this id stand still by a granted request.
    pub(crate) fn hold(&mut self, run: i64, request: i64, at: &Moment<'_>) -> Result<Vec<Change>, Error> {
        let Some(nth) = self.runs.iter().position(|one| one.id == run) else { return Ok(Vec::new()) };
        let mut changes = self.pause(nth, at)?;
        for change in &mut changes {
            if let Change::Pause(pause) = change {
                pause.request_id = Some(request);
            }
        }
        if let Some(pause) = self.pauses.iter_mut().rfind(|pause| pause.clock_id == run) {
            pause.request_id = Some(request);
        }
        Ok(changes)
    }

    /// Ends a granted pause: the run goes on where it stood, or a new one begins where the kind of pause says so.
    pub(crate) fn let_go(&mut self, order: &Order, run: i64, at: &Moment<'_>) -> Result<Vec<Change>, Error> {
        let Some(nth) = self.runs.iter().position(|one| one.id == run) else { return Ok(Vec::new()) };
        let restarts =
            self.granted(run).map(ClockPause::span).transpose()?.is_some_and(|span| span.kind.restarts());
        let mut changes = self.resume(nth, at)?;
        if let (true, Some(clock)) = (restarts, self.runs.get(nth).map(|run| run.clock)) {
            changes.extend(self.stop(nth, at));
            changes.push(Change::Start(self.begin(order, clock, at)?));
        }
        Ok(changes)
    }

    /// Gives a run its limit once more.
    pub(crate) fn extend(&mut self, run: i64, by: Reckoning<'_>) -> Result<Option<Change>, Error> {
        let spans = counting(&self.pauses, run)?;
        let Some(run) = self.runs.iter_mut().find(|one| one.id == run) else { return Ok(None) };
        run.extended_by += 1;
        run.reckon(by.as_counted(run), &spans)?;
        Ok(Some(Change::Set(run.clone())))
    }

    /// Counts a run anew by the calendar in force.
    pub(crate) fn recount(&mut self, run: i64, by: Reckoning<'_>) -> Result<Option<Change>, Error> {
        let mut spans = counting(&self.pauses, run)?;
        // While it stands still, the deadline that it had before is what moves.
        spans.retain(|span| span.to.is_some());
        let Some(run) = self.runs.iter_mut().find(|one| one.id == run) else { return Ok(None) };
        run.reckon(by, &spans)?;
        Ok(Some(Change::Set(run.clone())))
    }

    /// What is told of the extensions of a run.
    pub(crate) fn notes_of(&self, run: i64) -> Vec<&Text> {
        self.notes.iter().filter(|(of, _)| *of == run).map(|(_, text)| text).collect()
    }

    /// Starts a run beside the order's own clocks: that of a unit which helps.
    pub(crate) fn begin(
        &mut self,
        order: &Order,
        clock: ClockKind,
        at: &Moment<'_>,
    ) -> Result<ClockRun, Error> {
        let run = start(order, clock, at)?;
        self.runs.push(run.clone());
        Ok(run)
    }

    /// Ends one run, wherever the order stands.
    pub(crate) fn end(&mut self, run: i64, now: Millis) -> Option<Change> {
        let run = self.runs.iter_mut().find(|one| one.id == run && one.stopped_at.is_none())?;
        note_overdue(run, now);
        run.stopped_at = Some(now);
        Some(Change::Set(run.clone()))
    }

    /// The runs of units that help and have not finished.
    pub(crate) fn helping(&self) -> impl Iterator<Item = &ClockRun> {
        self.runs.iter().filter(|run| run.clock == ClockKind::Assistance && run.stopped_at.is_none())
    }

    /// Whether a unit gave the order back: a clock of its own stood still under a clause that it named.
    pub(crate) fn was_returned_by(&self, unit: i64) -> bool {
        let why = pause_word(PauseKind::Returned);
        let of_unit =
            |run: i64| self.runs.iter().any(|one| one.id == run && one.organisation_id == Some(unit));
        let mut returned = self.pauses.iter().filter(|pause| pause.kind == why && pause.basis.is_some());
        returned.any(|pause| of_unit(pause.clock_id))
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
    // What was settled or resolved on the spot, and is opened again, has none yet.
    let none = || Error::field("standard_id", Text::new("请选择立结案标准", "choose the standard"));
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

/// The pauses of a run that stop its clock.
pub(crate) fn counting(pauses: &[ClockPause], run: i64) -> Result<Vec<Pause>, Error> {
    let of_this = pauses.iter().filter(|pause| pause.clock_id == run && !pause.charged);
    of_this.map(ClockPause::span).collect()
}

/// A run that pauses or stops after its deadline is late, whatever becomes of it.
fn note_overdue(run: &mut ClockRun, now: Millis) {
    if run.runs() && now > run.due_at && run.overdue_at.is_none() {
        run.overdue_at = Some(now);
    }
}
