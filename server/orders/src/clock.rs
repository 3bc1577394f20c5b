//! Clocks: what is timed on an order, for how long, and when it stood still.
//!
//! A run of a clock begins with a full limit. It may pause and resume; it is never moved and never forgotten: a new
//! start is a new row. That it was late is entered when it pauses or stops, and nothing takes it away.

use catalogue::Catalogue;
use platform::{Error, Millis, Text};
use serde_json::Value;
use store::table;
use worktime::{Calendar, Lang, Limit, Line, Pause, PauseKind, RuleSet, Term, Unit};

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
    /// The calendar in force: by it new runs are counted.
    pub calendar: &'a Calendar,
    /// Knows the calendars that were in force before.
    pub(crate) catalogue: &'a Catalogue,
}

impl<'a> Reckoning<'a> {
    /// The same with the calendar that a run was counted by: an agreed deadline never moves because a notice came out;
    /// only the recomputation that is entered in the history moves it.
    pub(crate) fn as_counted(self, run: &ClockRun) -> Self {
        let calendar: Option<&'a Calendar> = self.catalogue.calendar_of(&run.calendar).map(|found| &**found);
        Self { calendar: calendar.unwrap_or(self.calendar), ..self }
    }

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

    /// The limit with the extensions that were approved.
    ///
    /// # Errors
    /// [`Error::Internal`] for a row that holds no limit.
    pub fn term(&self) -> Result<Term, Error> {
        let extensions = u32::try_from(self.extended_by).map_err(Error::internal)?;
        Ok(Term { limit: self.limit()?, extensions })
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
        let term = self.term()?;
        let start = self.started_at.0;
        let deadline =
            worktime::deadline(start, term, by.rules, by.calendar, pauses).map_err(Error::internal)?;
        let due = deadline.at.ok_or_else(|| Error::internal("a running clock has no deadline"))?;
        self.due_at = Millis(due);
        self.soon_at = Millis(soon(start, due, term, by, pauses)?);
        self.provisional = deadline.provisional;
        self.rules = deadline.rules;
        self.calendar = deadline.calendar;
        Ok(())
    }

    /// How much counted time goes by until half of the limit went by after the deadline; none or less once it did.
    ///
    /// # Errors
    /// [`Error::Internal`] outside 1970–2099.
    pub(crate) fn until_half_late(
        &self,
        by: Reckoning<'_>,
        pauses: &[Pause],
        now: Millis,
    ) -> Result<i64, Error> {
        let left = |term, at| {
            worktime::remaining(self.started_at.0, term, by.rules, by.calendar, pauses, at)
                .map_err(Error::internal)
        };
        let whole = left(Term::from(self.limit()?), self.started_at.0)?;
        Ok(whole / 2 + left(self.term()?, now.0)?)
    }

    /// Why it is due when it is, line by line; `extensions` says of each in turn who approved it and by which document.
    ///
    /// # Errors
    /// [`Error::Internal`] outside 1970–2099.
    pub fn derivation(
        &self,
        by: Reckoning<'_>,
        pauses: &[ClockPause],
        extensions: &[&Text],
    ) -> Result<Vec<Text>, Error> {
        let by = by.as_counted(self);
        let of_this = pauses.iter().filter(|pause| pause.clock_id == self.id);
        // Stopped while it stood still: what it was due by then is what counts.
        let told = of_this.filter(|pause| self.stopped_at.is_none() || pause.resumed_at.is_some());
        let (charged, told): (Vec<_>, Vec<_>) = told.partition(|pause| pause.charged);
        let spans = told.iter().map(|pause| pause.span()).collect::<Result<Vec<_>, _>>()?;
        let deadline = worktime::deadline(self.started_at.0, self.term()?, by.rules, by.calendar, &spans);
        let lines = deadline.map_err(Error::internal)?.derivation;
        let result = lines.iter().position(|line| matches!(line, Line::Due { .. } | Line::Held { .. }));
        let mut texts: Vec<Text> = lines.iter().map(|line| told_of(line, &told, extensions)).collect();
        let result = result.unwrap_or(texts.len());
        texts.splice(result..result, charged.into_iter().map(ClockPause::held_against));
        Ok(texts)
    }
}

/// One line, with the rule or the approval behind it.
fn told_of(line: &Line, pauses: &[&ClockPause], extensions: &[&Text]) -> Text {
    let (zh, en) = (line.text(Lang::Zh), line.text(Lang::En));
    let basis = match line {
        Line::Paused { from, .. } => {
            let asked = pauses.iter().find(|pause| pause.paused_at.0 == *from && pause.request_id.is_some());
            asked.and_then(|pause| pause.basis.as_deref()).map(|basis| Text::owned(basis, basis))
        }
        Line::Extended { nth, .. } => {
            let nth = usize::try_from(nth.saturating_sub(1)).ok();
            nth.and_then(|nth| extensions.get(nth)).map(|text| (*text).clone())
        }
        _ => None,
    };
    match basis {
        Some(basis) => Text::owned(format!("{zh}（{}）", basis.zh), format!("{en} ({})", basis.en)),
        None => Text::owned(zh, en),
    }
}

/// The first minute at which a fifth of the limit or less is left.
fn soon(start: i64, due: i64, term: Term, by: Reckoning<'_>, pauses: &[Pause]) -> Result<i64, Error> {
    let left =
        |now| worktime::remaining(start, term, by.rules, by.calendar, pauses, now).map_err(Error::internal);
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
    /// The line of a span that counts although the clock stood still: the unit was wrong to give the order back.
    fn held_against(&self) -> Text {
        let moment = |at: Millis, form: &str| at.beijing().strftime(form).to_string();
        let to = self.resumed_at.unwrap_or(self.paused_at);
        let zh = |at| moment(at, "%Y年%-m月%-d日%H:%M");
        let en = |at| moment(at, "%Y-%m-%d %H:%M");
        Text::owned(
            format!("{}至{}退回不成立，裁定仍由本单位承办，这段时间不予扣除", zh(self.paused_at), zh(to)),
            format!(
                "not counted in its favour: returned from {} to {}, and the ruling named this unit",
                en(self.paused_at),
                en(to)
            ),
        )
    }

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
