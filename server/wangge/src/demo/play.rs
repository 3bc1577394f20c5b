//! Ninety days in a minute: every case lives through the verbs that people use, in the order in which things happen.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use orders::{Action, Books, Order, Source, State, StepInput};
use platform::files::Kept;
use platform::uploads::Upload;
use platform::{App, Call, Caller, Error, FileId, Millis, Write};

use super::cases::{Deck, Plan};
use super::cast::Cast;
use super::day::{DAY, HOUR, MINUTE, awake, moment_of_report};
use super::draw::Draw;
use super::pictures::Album;
use super::texts::{DONE, NOT_DONE, NOT_OURS, NOT_TAKEN, RATED};

/// Beats that share one transaction.
const TOGETHER: usize = 300;

/// What happens next to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Beat {
    Report,
    Triage,
    Dispatch,
    Sign,
    Return,
    Resolve,
    Check,
    Close,
    Rate,
}

struct Case {
    plan: Plan,
    order: Option<Order>,
    returned: bool,
    reworked: bool,
}

struct Play {
    draw: Draw,
    books: Books,
    cast: Cast,
    album: Album,
    cases: Vec<Case>,
    waiting: BinaryHeap<Reverse<(i64, usize, Beat)>>,
    now: Millis,
}

/// Lives from `start` to `now` with so many cases.
///
/// # Errors
/// What the verbs answer: the demo obeys every rule, so a refusal is a fault.
pub async fn live(app: &App, cast: &Cast, start: Millis, now: Millis, cases: usize) -> Result<(), Error> {
    let books = orders::books(app).await?;
    let deck = Deck::new(books.areas.clone(), &books.catalogue);
    let album = Album::draw(app).await?;
    let mut draw = Draw::new(90);
    let mut play = Play {
        draw: Draw::new(91),
        books,
        cast: cast.clone(),
        album,
        cases: Vec::with_capacity(cases),
        waiting: BinaryHeap::new(),
        now,
    };
    for nth in 0..cases {
        let plan = deck
            .draw(&mut draw)
            .ok_or_else(|| Error::internal("no grids or no standards to make cases of"))?;
        play.cases.push(Case { plan, order: None, returned: false, reworked: false });
        let at = moment_of_report(&mut draw, start.plus(DAY), now);
        play.waiting.push(Reverse((at.0, nth, Beat::Report)));
    }
    let (all, mut told) = (play.waiting.len(), 0);
    let call = Call::program("demo");
    while let Some(Reverse((next, _, _))) = play.waiting.peek() {
        app.clock().set(Millis(*next));
        let work = app.write(&call, app.district(), move |w| async move {
            let mut play = play;
            for _ in 0..TOGETHER {
                let Some(Reverse((at, nth, beat))) = play.waiting.pop() else { break };
                play.beat(&w, Millis(at), nth, beat).await?;
            }
            Ok(play)
        });
        play = work.await?;
        let begun = play.cases.iter().filter(|case| case.order.is_some()).count();
        if begun >= told + 5_000 {
            told = begun;
            println!("  {begun} of {all}");
        }
    }
    app.clock().set(now);
    Ok(())
}

impl Play {
    /// Something happens later, unless that is still to come when the district is first served.
    fn later(&mut self, at: Millis, nth: usize, beat: Beat) {
        if at < self.now {
            self.waiting.push(Reverse((at.0, nth, beat)));
        }
    }

    fn minutes(&mut self, low: i64, high: i64) -> i64 {
        self.draw.between(low * MINUTE, high * MINUTE)
    }

    async fn beat(&mut self, w: &Write, at: Millis, nth: usize, beat: Beat) -> Result<(), Error> {
        match beat {
            Beat::Report => self.report(w, at, nth).await,
            Beat::Triage => self.triage(w, at, nth).await,
            Beat::Dispatch => self.dispatch(w, at, nth).await,
            Beat::Sign => self.sign(w, at, nth).await,
            Beat::Return => self.give_back(w, at, nth).await,
            Beat::Resolve => self.resolve(w, at, nth).await,
            Beat::Check => self.check(w, at, nth).await,
            Beat::Close => self.close(w, at, nth).await,
            Beat::Rate => self.rate(w, at, nth).await,
        }
    }

    fn case(&self, nth: usize) -> Result<&Case, Error> {
        self.cases.get(nth).ok_or_else(|| Error::internal("no such case"))
    }

    fn order(&self, nth: usize) -> Result<&Order, Error> {
        self.case(nth)?.order.as_ref().ok_or_else(|| Error::internal("a case acts before it is reported"))
    }

    fn keep(&mut self, nth: usize, order: Order) {
        if let Some(case) = self.cases.get_mut(nth) {
            case.order = Some(order);
        }
    }

    fn desk(&self, nth: usize) -> Result<Caller, Error> {
        let street = self.case(nth)?.plan.grid / 1_000_000;
        self.cast.desks.get(&street).cloned().ok_or_else(|| Error::internal(format!("{street} has no desk")))
    }

    fn worker(&self, nth: usize) -> Result<Caller, Error> {
        let plan = &self.case(nth)?.plan;
        let found = self.cast.workers.get(&plan.grid).or_else(|| self.cast.heads.get(&plan.community));
        found.cloned().ok_or_else(|| Error::internal(format!("{} has no worker", plan.grid)))
    }

    fn handler(&self, nth: usize) -> Result<Caller, Error> {
        let unit = self.order(nth)?.organisation_id.unwrap_or_default();
        self.cast
            .handlers
            .get(&unit)
            .cloned()
            .ok_or_else(|| Error::internal(format!("unit {unit} has no handler")))
    }

    /// Puts a drawn picture into the waiting room, as an upload would.
    async fn picture(
        &mut self,
        w: &Write,
        is_after: bool,
        account: Option<i64>,
        street: i64,
    ) -> Result<FileId, Error> {
        let pictures: &[Kept] = if is_after { &self.album.after } else { &self.album.before };
        let kept = self.draw.of(pictures).ok_or_else(|| Error::internal("the album is empty"))?;
        let upload = Upload {
            street_id: street,
            id: w.id(),
            account_id: account,
            sha256: kept.sha256.clone(),
            media_type: kept.media_type.to_owned(),
            width: i64::from(kept.width),
            height: i64::from(kept.height),
            bytes: i64::try_from(kept.bytes).map_err(Error::internal)?,
            at: w.now(),
        };
        w.insert(&upload).await?;
        Ok(FileId::new(upload.street_id, upload.id))
    }

    async fn step(
        &mut self,
        w: &Write,
        at: Millis,
        nth: usize,
        caller: Caller,
        input: StepInput,
    ) -> Result<(), Error> {
        let order = self.order(nth)?.clone();
        let w = w.standing_in(w.call().on_behalf_of(caller), order.street_id, at);
        let after = orders::step(&w, &self.books, &order, input).await?;
        self.keep(nth, after);
        Ok(())
    }

    async fn report(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let mut new = self.case(nth)?.plan.new.clone();
        let street = self.case(nth)?.plan.grid / 1_000_000;
        let call = match new.source {
            Source::Grid => w.call().on_behalf_of(self.worker(nth)?),
            Source::Desk | Source::Import => w.call().on_behalf_of(self.desk(nth)?),
            Source::Resident => Call { who: platform::Who::Visitor, ..w.call().clone() },
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

    async fn triage(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
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

    async fn dispatch(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let case = self.case(nth)?;
        let key = &case.plan.standard.organisation_key;
        let unit = self.cast.departments.get(key).copied();
        let unit =
            unit.ok_or_else(|| Error::internal(format!("a standard names the unknown unit `{key}`")))?;
        let desk = self.desk(nth)?;
        self.step(
            w,
            at,
            nth,
            desk,
            StepInput { organisation_id: Some(unit), ..StepInput::of(Action::Dispatch) },
        )
        .await?;
        let wait = self.minutes(8, 150);
        self.later(awake(at.plus(wait)), nth, Beat::Sign);
        Ok(())
    }

    async fn sign(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let handler = self.handler(nth)?;
        self.step(w, at, nth, handler, StepInput::of(Action::Sign)).await?;
        if !self.case(nth)?.returned && self.draw.percent(4.0) {
            let wait = self.minutes(20, 120);
            self.later(awake(at.plus(wait)), nth, Beat::Return);
            return Ok(());
        }
        // Most are done well before they are due, a few late, and very few lie for long.
        let left = self.order(nth)?.due_at.map_or(DAY, |due| (due.0 - at.0).max(20 * MINUTE)) as f64;
        let share = match self.draw.between(1, 100) {
            ..=90 => 0.1 + self.draw.share() * 0.8,
            91..=97 => 1.02 + self.draw.share() * 0.6,
            _ => 2.0 + self.draw.share() * 8.0,
        };
        self.later(at.plus((left * share) as i64), nth, Beat::Resolve);
        Ok(())
    }

    async fn give_back(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let handler = self.handler(nth)?;
        let reason = Some(self.draw.word(NOT_OURS).to_owned());
        self.step(w, at, nth, handler, StepInput { reason, ..StepInput::of(Action::Return) }).await?;
        if let Some(case) = self.cases.get_mut(nth) {
            case.returned = true;
        }
        let wait = self.minutes(5, 40);
        self.later(awake(at.plus(wait)), nth, Beat::Dispatch);
        Ok(())
    }

    async fn resolve(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
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

    async fn check(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
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

    async fn close(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let desk = self.desk(nth)?;
        self.step(w, at, nth, desk, StepInput::of(Action::Close)).await?;
        if self.case(nth)?.plan.new.source == Source::Resident && self.draw.percent(45.0) {
            let wait = self.minutes(90, 4_000);
            self.later(awake(at.plus(wait)), nth, Beat::Rate);
        }
        Ok(())
    }

    async fn rate(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
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
