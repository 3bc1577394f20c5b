//! Clocks: what is timed on an order, for how long, and when it stood still.
//!
//! A run of a clock begins with a full limit. It may pause and resume; it is never moved and never forgotten: a new
//! start is a new row. That it was late is entered when it pauses or stops, and nothing takes it away.

use platform::{Error, Millis, Text};
use serde_json::Value;
use store::table;
use worktime::{Calendar, Lang, Limit, Pause, PauseKind, RuleSet, Unit};

use crate::words::ClockKind;

table! {
    /// One run of one clock.
    pub struct ClockRun in "order_clocks" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub clock: ClockKind,
        /// The unit whose time it is.
        pub organisation_id: Option<i64>,
        pub started_at: Millis,
        /// The limit in Chinese, as standards write it.
        pub time_limit: String,
        /// The rule set and its version.
        pub rules: String,
        /// The calendar that counted.
        pub calendar: String,
        /// The deadline; while it stands still, the one that it had before.
        pub due_at: Millis,
        pub soon_at: Millis,
        /// A holiday notice that is not out yet may move the deadline.
        pub provisional: bool,
        pub paused_at: Option<Millis>,
        pub stopped_at: Option<Millis>,
        /// When it was found late; never taken back.
        pub overdue_at: Option<Millis>,
        /// How many extensions were approved.
        pub extended_by: i64,
        /// Since when its lateness does not count in evaluations; the lateness stays.
        pub exempt_at: Option<Millis>,
    }
}

table! {
    /// A span that does not count for a run.
    pub struct ClockPause in "order_pauses" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub clock_id: i64,
        /// A kind of pause, in the words of `worktime`.
        pub kind: String,
        pub paused_at: Millis,
        pub resumed_at: Option<Millis>,
        /// The rule or document that allows it.
        pub basis: Option<String>,
        /// The request that it was approved by.
        pub request_id: Option<i64>,
        /// The unit was wrong to bring it about: it does not stop the clock.
        pub charged: bool,
    }
}

/// What a deadline is computed by.
#[derive(Clone, Copy)]
pub struct Reckoning<'a> {
    pub rules: &'a RuleSet,
    pub calendar: &'a Calendar,
}

impl Reckoning<'_> {
    /// The deadline of a limit without pauses.
    ///
    /// # Errors
    /// [`Error::Internal`] outside 1970–2099.
    pub fn due(&self, start: Millis, limit: Limit) -> Result<worktime::Deadline, Error> {
        worktime::deadline(start.0, limit, self.rules, self.calendar, &[]).map_err(Error::internal)
    }
}

/// Whether a limit counts only the time that offices work.
pub fn counts_working_time(limit: Limit) -> bool {
    matches!(limit.unit(), Unit::WorkingDays | Unit::WorkingHours)
}

impl ClockRun {
    /// # Errors
    /// [`Error::Internal`] for a row that holds no limit.
    pub fn limit(&self) -> Result<Limit, Error> {
        Limit::parse(&self.time_limit).map_err(Error::internal)
    }

    /// Neither stopped nor standing still.
    pub fn runs(&self) -> bool {
        self.stopped_at.is_none() && self.paused_at.is_none()
    }

    pub fn is_overdue(&self, now: Millis) -> bool {
        self.overdue_at.is_some() || (self.runs() && now > self.due_at)
    }

    /// Recomputes the deadline and the moment of the yellow light from the pauses that are over.
    ///
    /// # Errors
    /// [`Error::Internal`] outside 1970–2099.
    pub(crate) fn reckon(&mut self, by: Reckoning<'_>, pauses: &[Pause]) -> Result<(), Error> {
        let limit = self.limit()?;
        let start = self.started_at.0;
        let deadline =
            worktime::deadline(start, limit, by.rules, by.calendar, pauses).map_err(Error::internal)?;
        let due = deadline.at.ok_or_else(|| Error::internal("a running clock has no deadline"))?;
        self.due_at = Millis(due);
        self.soon_at = Millis(soon(start, due, limit, by, pauses)?);
        self.provisional = deadline.provisional;
        self.rules = deadline.rules;
        self.calendar = deadline.calendar;
        Ok(())
    }

    /// Why it is due when it is, line by line.
    ///
    /// # Errors
    /// [`Error::Internal`] outside 1970–2099.
    pub fn derivation(&self, by: Reckoning<'_>, pauses: &[ClockPause]) -> Result<Vec<Text>, Error> {
        let of_this = pauses.iter().filter(|pause| pause.clock_id == self.id);
        // Stopped while it stood still: what it was due by then is what counts.
        let told = of_this.filter(|pause| self.stopped_at.is_none() || pause.resumed_at.is_some());
        let pauses = told.map(ClockPause::span).collect::<Result<Vec<_>, _>>()?;
        let start = self.started_at.0;
        let deadline = worktime::deadline(start, self.limit()?, by.rules, by.calendar, &pauses);
        let lines = deadline.map_err(Error::internal)?.derivation;
        Ok(lines.iter().map(|line| Text::owned(line.text(Lang::Zh), line.text(Lang::En))).collect())
    }
}

/// The first minute at which a fifth of the limit or less is left.
fn soon(start: i64, due: i64, limit: Limit, by: Reckoning<'_>, pauses: &[Pause]) -> Result<i64, Error> {
    let left =
        |now| worktime::remaining(start, limit, by.rules, by.calendar, pauses, now).map_err(Error::internal);
    let fifth = left(start)? / 5;
    let (mut early, mut late) = (start, due);
    while late - early > 60_000 {
        let middle = early + (late - early) / 2;
        match left(middle)? <= fifth {
            true => late = middle,
            false => early = middle,
        }
    }
    Ok(late)
}

impl ClockPause {
    /// # Errors
    /// [`Error::Internal`] for a row that holds no kind of pause.
    pub(crate) fn span(&self) -> Result<Pause, Error> {
        let kind: PauseKind =
            serde_json::from_value(Value::from(self.kind.as_str())).map_err(Error::internal)?;
        Ok(Pause { from: self.paused_at.0, to: self.resumed_at.map(|at| at.0), kind })
    }
}

/// The word of a kind of pause.
pub(crate) fn pause_word(kind: PauseKind) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a step does to the rows of the clocks.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A new run.
    Start(ClockRun),
    /// A run that pauses, resumes or stops.
    Set(ClockRun),
    /// A pause that begins.
    Pause(ClockPause),
    /// A pause that ends.
    Resume(ClockPause),
}
