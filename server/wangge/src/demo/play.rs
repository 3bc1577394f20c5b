//! Ninety days in a minute: every case lives through the verbs that people use, in the order in which things happen.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use orders::{Books, Order, StepInput};
use platform::files::Kept;
use platform::uploads::Upload;
use platform::{App, Call, Caller, Error, FileId, Millis, Write};

use super::cases::{Deck, Plan};
use super::cast::Cast;
use super::day::{DAY, MINUTE, moment_of_report};
use super::draw::Draw;
use super::pictures::Album;
use super::story::Story;

/// Beats that share one transaction.
const TOGETHER: usize = 300;

/// What happens next to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Beat {
    Report,
    Triage,
    Dispatch,
    Sign,
    Return,
    Resolve,
    Check,
    Close,
    Rate,
    /// The community settles a small or a private matter.
    Settle,
    /// The arbitration desk names the unit.
    Rule,
    /// The units that help do their part.
    Help,
    /// The head of the unit and the street look at what was asked.
    Decide,
    /// A leader keeps an eye on what is very late.
    Supervise,
}

pub(super) struct Case {
    pub plan: Plan,
    pub order: Option<Order>,
    pub returned: bool,
    /// What its unit asked the street for.
    pub asked: Option<i64>,
    pub reworked: bool,
}

pub(super) struct Play {
    pub draw: Draw,
    pub books: Books,
    pub cast: Cast,
    album: Album,
    pub cases: Vec<Case>,
    waiting: BinaryHeap<Reverse<(i64, usize, Beat)>>,
    pub now: Millis,
}

/// Lives from `start` to `now` with so many cases.
///
/// # Errors
/// What the verbs answer: the demo obeys every rule, so a refusal is a fault.
pub async fn live(
    app: &App,
    cast: &Cast,
    (start, now): (Millis, Millis),
    cases: usize,
    story: &mut Story,
) -> Result<(), Error> {
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
        play.cases.push(Case { plan, order: None, returned: false, asked: None, reworked: false });
        let at = moment_of_report(&mut draw, start.plus(DAY), now);
        play.waiting.push(Reverse((at.0, nth, Beat::Report)));
    }
    let (all, mut told) = (play.waiting.len(), 0);
    let call = Call::program("demo");
    while let Some(Reverse((next, _, _))) = play.waiting.peek() {
        story.play_until(app, Millis(*next)).await?;
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
    story.play_until(app, now).await?;
    app.clock().set(now);
    Ok(())
}

impl Play {
    /// Something happens later, unless that is still to come when the district is first served.
    pub(super) fn later(&mut self, at: Millis, nth: usize, beat: Beat) {
        if at < self.now {
            self.waiting.push(Reverse((at.0, nth, beat)));
        }
    }

    pub(super) fn minutes(&mut self, low: i64, high: i64) -> i64 {
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
            Beat::Settle => self.settle(w, at, nth).await,
            Beat::Rule => self.rule(w, at, nth).await,
            Beat::Help => self.help(w, at, nth).await,
            Beat::Decide => self.decide(w, at, nth).await,
            Beat::Supervise => self.supervise(w, at, nth).await,
        }
    }

    pub(super) fn case(&self, nth: usize) -> Result<&Case, Error> {
        self.cases.get(nth).ok_or_else(|| Error::internal("no such case"))
    }

    pub(super) fn order(&self, nth: usize) -> Result<&Order, Error> {
        self.case(nth)?.order.as_ref().ok_or_else(|| Error::internal("a case acts before it is reported"))
    }

    pub(super) fn keep(&mut self, nth: usize, order: Order) {
        if let Some(case) = self.cases.get_mut(nth) {
            case.order = Some(order);
        }
    }

    pub(super) fn desk(&self, nth: usize) -> Result<Caller, Error> {
        let street = self.case(nth)?.plan.grid / 1_000_000;
        self.cast.desks.get(&street).cloned().ok_or_else(|| Error::internal(format!("{street} has no desk")))
    }

    pub(super) fn leader(&self, nth: usize) -> Result<Caller, Error> {
        let street = self.case(nth)?.plan.grid / 1_000_000;
        let found = self.cast.leaders.get(&street).cloned();
        found.ok_or_else(|| Error::internal(format!("{street} has no leader")))
    }

    pub(super) fn chief(&self, nth: usize) -> Result<Caller, Error> {
        let street = self.case(nth)?.plan.grid / 1_000_000;
        let found = self.cast.chiefs.get(&street).cloned();
        found.ok_or_else(|| Error::internal(format!("{street} has no chief")))
    }

    /// The unit that the standard of a case names.
    pub(super) fn unit(&self, nth: usize) -> Result<i64, Error> {
        let key = &self.case(nth)?.plan.standard.organisation_key;
        let unit = self.cast.departments.get(key).copied();
        unit.ok_or_else(|| Error::internal(format!("a standard names the unknown unit `{key}`")))
    }

    pub(super) fn worker(&self, nth: usize) -> Result<Caller, Error> {
        let plan = &self.case(nth)?.plan;
        let found = self.cast.workers.get(&plan.grid).or_else(|| self.cast.heads.get(&plan.community));
        found.cloned().ok_or_else(|| Error::internal(format!("{} has no worker", plan.grid)))
    }

    pub(super) fn handler(&self, nth: usize) -> Result<Caller, Error> {
        let unit = self.order(nth)?.organisation_id.unwrap_or_default();
        self.cast
            .handlers
            .get(&unit)
            .cloned()
            .ok_or_else(|| Error::internal(format!("unit {unit} has no handler")))
    }

    /// Puts a drawn picture into the waiting room, as an upload would.
    pub(super) async fn picture(
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

    pub(super) async fn step(
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
}
