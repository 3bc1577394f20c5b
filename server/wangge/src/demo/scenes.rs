//! What people do to a case of the demo, beat by beat.

use orders::{Action, Source, State, StepInput};
use platform::{Call, Error, Millis, Write};

use super::day::{DAY, HOUR, MINUTE, awake};
use super::play::{Beat, Play};
use super::texts::{CONSULTED, DISPUTED, DONE, GUIDED, NOT_DONE, NOT_OURS, NOT_TAKEN, RATED, RULED, SETTLED};

impl Play {
    pub(super) async fn report(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let mut new = self.case(nth)?.plan.new.clone();
        let street = self.case(nth)?.plan.grid / 1_000_000;
        let call = match new.source {
            Source::Grid => w.call().on_behalf_of(self.worker(nth)?),
            Source::Resident => Call { who: platform::Who::Visitor, ..w.call().clone() },
            _ => w.call().on_behalf_of(self.desk(nth)?),
        };
        let w = w.standing_in(call, street, at);
        if self.draw.percent(if new.source == Source::Import { 0.0 } else { 72.0 }) {
            let account = w.call().account().ok();
            new.files.push(self.picture(&w, false, account, street).await?);
        }
        let order = orders::report(&w, &self.books, new).await?;
        self.keep(nth, order);
        // The last hours are still on the desk's list.
        let fresh = self.now.0 - at.0 < 6 * HOUR;
        if !(fresh && self.draw.percent(45.0)) {
            let wait = self.minutes(3, 50);
            self.later(awake(at.plus(wait)), nth, Beat::Triage);
        }
        Ok(())
    }

    pub(super) async fn triage(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let (source, standard) = (self.case(nth)?.plan.new.source, self.case(nth)?.plan.standard.id);
        if source == Source::Grid && self.draw.percent(12.0) {
            let worker = self.worker(nth)?;
            let street = self.order(nth)?.street_id;
            let file = self.picture(w, true, Some(worker.account), street).await?;
            let note = Some("现场劝导并清理，已恢复。".to_owned());
            return self
                .step(
                    w,
                    at,
                    nth,
                    worker,
                    StepInput { files: vec![file], note, ..StepInput::of(Action::SelfResolve) },
                )
                .await;
        }
        let desk = self.desk(nth)?;
        if self.draw.percent(4.0) {
            let reason = Some(self.draw.word(NOT_TAKEN).to_owned());
            return self.step(w, at, nth, desk, StepInput { reason, ..StepInput::of(Action::Reject) }).await;
        }
        if source == Source::Resident && self.draw.percent(9.0) {
            let (action, words) = match self.draw.percent(65.0) {
                true => (Action::Consult, CONSULTED),
                false => (Action::Guide, GUIDED),
            };
            let reason = Some(self.draw.word(words).to_owned());
            self.step(w, at, nth, desk, StepInput { reason, ..StepInput::of(action) }).await?;
            let wait = self.minutes(600, 5_000);
            self.later(awake(at.plus(wait)), nth, Beat::Settle);
            return Ok(());
        }
        self.step(
            w,
            at,
            nth,
            desk,
            StepInput { standard_id: Some(standard), ..StepInput::of(Action::Accept) },
        )
        .await?;
        let fresh = self.now.0 - at.0 < 4 * HOUR;
        if !(fresh && self.draw.percent(40.0)) {
            let wait = self.minutes(1, 14);
            self.later(at.plus(wait), nth, Beat::Dispatch);
        }
        Ok(())
    }

    pub(super) async fn dispatch(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let unit = self.unit(nth)?;
        let desk = self.desk(nth)?;
        let helpers = self.helpers(nth, unit)?;
        self.step(
            w,
            at,
            nth,
            desk,
            StepInput { organisation_id: Some(unit), helpers, ..StepInput::of(Action::Dispatch) },
        )
        .await?;
        let wait = self.minutes(8, 150);
        self.later(awake(at.plus(wait)), nth, Beat::Sign);
        Ok(())
    }

    pub(super) async fn sign(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let handler = self.handler(nth)?;
        self.step(w, at, nth, handler, StepInput::of(Action::Sign)).await?;
        if self.order(nth)?.helpers_open > 0 {
            let wait = self.minutes(30, 240);
            self.later(awake(at.plus(wait)), nth, Beat::Help);
            return Ok(());
        }
        if !self.case(nth)?.returned && self.draw.percent(4.0) {
            let wait = self.minutes(20, 120);
            self.later(awake(at.plus(wait)), nth, Beat::Return);
            return Ok(());
        }
        if self.draw.percent(2.5) && self.ask(w, at, nth).await? {
            return Ok(());
        }
        self.work(at, nth)
    }

    /// How long the unit works on it.
    pub(super) fn work(&mut self, at: Millis, nth: usize) -> Result<(), Error> {
        // Most are done well before they are due, a few late, and very few lie for long.
        let left = self.order(nth)?.due_at.map_or(DAY, |due| (due.0 - at.0).max(20 * MINUTE)) as f64;
        let share = match self.draw.between(1, 100) {
            ..=90 => 0.1 + self.draw.share() * 0.8,
            91..=97 => 1.02 + self.draw.share() * 0.6,
            _ => 2.0 + self.draw.share() * 8.0,
        };
        if share > 4.0 {
            self.later(awake(at.plus((left * 2.0) as i64)), nth, Beat::Supervise);
        }
        self.later(at.plus((left * share) as i64), nth, Beat::Resolve);
        Ok(())
    }

    pub(super) async fn give_back(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let handler = self.handler(nth)?;
        let (reason, clause) = (Some(self.draw.word(NOT_OURS).to_owned()), Some(self.clause(nth)?));
        self.step(w, at, nth, handler, StepInput { reason, clause, ..StepInput::of(Action::Return) }).await?;
        if let Some(case) = self.cases.get_mut(nth) {
            case.returned = true;
        }
        let wait = self.minutes(5, 40);
        // The list names this unit all the same: every third return is argued out.
        if self.draw.percent(35.0) {
            let desk = self.desk(nth)?;
            let reason = Some(self.draw.word(DISPUTED).to_owned());
            let at = awake(at.plus(wait));
            if at < self.now {
                self.step(w, at, nth, desk, StepInput { reason, ..StepInput::of(Action::Refer) }).await?;
                let wait = self.minutes(20, 200);
                self.later(awake(at.plus(wait)), nth, Beat::Rule);
            }
            return Ok(());
        }
        self.later(awake(at.plus(wait)), nth, Beat::Dispatch);
        Ok(())
    }

    /// The sub-item under which the case falls, else the standard's basis.
    fn clause(&self, nth: usize) -> Result<String, Error> {
        let standard = &self.case(nth)?.plan.standard;
        let listed = self.books.catalogue.duties_of(&standard.class);
        let duty = listed.first().map(|duty| format!("{} {}", duty.code, duty.name_zh));
        Ok(duty.or_else(|| standard.basis.clone()).unwrap_or_else(|| standard.open_condition.clone()))
    }

    pub(super) async fn rule(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let chief = self.chief(nth)?;
        let unit = self.unit(nth)?;
        let (reason, clause) = (Some(self.draw.word(RULED).to_owned()), Some(self.clause(nth)?));
        let input = StepInput { reason, clause, organisation_id: Some(unit), ..StepInput::of(Action::Rule) };
        self.step(w, at, nth, chief, input).await?;
        let wait = self.minutes(8, 90);
        self.later(awake(at.plus(wait)), nth, Beat::Sign);
        Ok(())
    }

    pub(super) async fn settle(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let worker = self.worker(nth)?;
        let note = Some(self.draw.word(SETTLED).to_owned());
        self.step(w, at, nth, worker, StepInput { note, ..StepInput::of(Action::Settle) }).await?;
        if self.draw.percent(45.0) {
            let wait = self.minutes(90, 4_000);
            self.later(awake(at.plus(wait)), nth, Beat::Rate);
        }
        Ok(())
    }

    pub(super) async fn resolve(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let handler = self.handler(nth)?;
        // A handler of the district uploads under the district's code.
        let street = handler.post.street();
        let file = self.picture(w, true, Some(handler.account), street).await?;
        let note = Some(self.draw.word(DONE).to_owned());
        self.step(
            w,
            at,
            nth,
            handler,
            StepInput { note, files: vec![file], ..StepInput::of(Action::Resolve) },
        )
        .await?;
        let wait = self.minutes(30, 900);
        self.later(awake(at.plus(wait)), nth, Beat::Check);
        Ok(())
    }

    pub(super) async fn check(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let worker = self.worker(nth)?;
        if !self.case(nth)?.reworked && self.draw.percent(3.0) {
            let reason = Some(self.draw.word(NOT_DONE).to_owned());
            self.step(w, at, nth, worker, StepInput { reason, ..StepInput::of(Action::Rework) }).await?;
            if let Some(case) = self.cases.get_mut(nth) {
                case.reworked = true;
            }
            let wait = self.minutes(60, 600);
            self.later(awake(at.plus(wait)), nth, Beat::Resolve);
            return Ok(());
        }
        self.step(w, at, nth, worker, StepInput::of(Action::Verify)).await?;
        let wait = self.minutes(5, 120);
        self.later(awake(at.plus(wait)), nth, Beat::Close);
        Ok(())
    }

    pub(super) async fn close(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let desk = self.desk(nth)?;
        self.step(w, at, nth, desk, StepInput::of(Action::Close)).await?;
        if self.case(nth)?.plan.new.source == Source::Resident && self.draw.percent(45.0) {
            let wait = self.minutes(90, 4_000);
            self.later(awake(at.plus(wait)), nth, Beat::Rate);
        }
        Ok(())
    }

    pub(super) async fn rate(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let order = self.order(nth)?.clone();
        if order.state != State::Closed {
            return Ok(());
        }
        let stars = match self.draw.between(1, 100) {
            ..=3 => 1,
            4..=6 => 2,
            7..=15 => 3,
            16..=42 => 4,
            _ => 5,
        };
        let words = RATED.get(usize::try_from(stars - 1).unwrap_or(0)).copied().unwrap_or_default();
        let comment = Some(self.draw.word(words)).filter(|words| !words.is_empty()).map(str::to_owned);
        let visitor = Call { who: platform::Who::Visitor, ..w.call().clone() };
        let w = w.standing_in(visitor, order.street_id, at);
        let after = orders::rate(&w, &order, stars, comment.as_deref()).await?;
        self.keep(nth, after);
        Ok(())
    }
}
