//! The deadline itself, in closed form: no step per minute, one step per pause.

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Calendar, CalendarDayEnd, Limit, Line, Pause, ReckonError, RuleSet, Unit,
    day::{HOUR_MS, MINUTE_MS, date_of, day_of, end_of, number_of},
    pause::merged,
};

/// How long something may take: a limit, and as many further limits as extensions were approved. Each begins where the
/// one before ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The limit as written.
    pub limit: Limit,
    /// How many extensions were approved.
    pub extensions: u32,
}

impl From<Limit> for Term {
    fn from(limit: Limit) -> Self {
        Self { limit, extensions: 0 }
    }
}

/// When something is due and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The last moment that is in time, UTC milliseconds; absent while a pause is open.
    pub at: Option<i64>,
    /// What is left while a pause is open.
    pub held: Option<Held>,
    /// True when a holiday notice that is not out yet may move it.
    pub provisional: bool,
    /// The rule set that counted, as `id/version`.
    pub rules: String,
    /// The calendar that counted; see [`Calendar::version`].
    pub calendar: String,
    /// The reasons, in the order they apply.
    pub derivation: Vec<Line>,
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// When the open pause began, UTC milliseconds.
    pub since: i64,
    /// What is left: working milliseconds for limits in working time, plain ones otherwise.
    pub left_ms: i64,
}

/// Computes the deadline of a term that starts at `start`, UTC milliseconds.
pub fn deadline(
    start: i64,
    term: impl Into<Term>,
    rules: &RuleSet,
    calendar: &Calendar,
    pauses: &[Pause],
) -> Result<Deadline, ReckonError> {
    let term = term.into();
    let count = Count::new(start, term, rules, calendar, pauses)?;
    let end = count.end(&count.spans)?;
    let held = match (&end, count.open()) {
        (None, Some(since)) => Some(Held { since, left_ms: count.left(since)? }),
        _ => None,
    };
    let (derivation, provisional) = count.explain(term.limit, end.as_ref(), held, pauses)?;
    Ok(Deadline {
        at: end.map(|e| e.at),
        held,
        provisional,
        rules: format!("{}/{}", rules.id, rules.version),
        calendar: calendar.version().to_owned(),
        derivation,
    })
}

/// What is left at `now`, negative when overdue: working milliseconds for limits in working time, plain ones
/// otherwise; pauses do not use it up.
pub fn remaining(
    start: i64,
    term: impl Into<Term>,
    rules: &RuleSet,
    calendar: &Calendar,
    pauses: &[Pause],
    now: i64,
) -> Result<i64, ReckonError> {
    Count::new(start, term.into(), rules, calendar, pauses)?.left(now)
}

/// Working milliseconds between two moments, negative when they are in the wrong order.
pub fn elapsed(rules: &RuleSet, calendar: &Calendar, from: i64, to: i64) -> Result<i64, ReckonError> {
    Ok(rules.hours.worked_until(calendar, to)? - rules.hours.worked_until(calendar, from)?)
}

/// One computation: the limit as the rules read it, and the pauses as separate spans in order.
pub(crate) struct Count<'a> {
    pub(crate) start: i64,
    pub(crate) start_day: i32,
    pub(crate) limit: Limit,
    pub(crate) extensions: u32,
    pub(crate) rules: &'a RuleSet,
    pub(crate) calendar: &'a Calendar,
    spans: Vec<(i64, Option<i64>)>,
}

/// Where a count ended.
pub(crate) struct End {
    pub(crate) at: i64,
    /// The day off that the last day was moved away from.
    pub(crate) rolled_from: Option<i32>,
    /// Where it would have ended before each extension.
    pub(crate) extended_from: Vec<i64>,
}

/// One limit of a term.
#[derive(Clone, Copy)]
struct Leg {
    start: i64,
    day: i32,
    /// The day of the start is not counted.
    day_excluded: bool,
}

impl<'a> Count<'a> {
    fn new(
        start: i64,
        term: Term,
        rules: &'a RuleSet,
        calendar: &'a Calendar,
        pauses: &[Pause],
    ) -> Result<Self, ReckonError> {
        let Term { limit, extensions } = term;
        let spans = merged(pauses, start)?;
        let limit = rules.read(limit);
        Ok(Self { start, start_day: day_of(start)?, limit, extensions, rules, calendar, spans })
    }

    fn open(&self) -> Option<i64> {
        self.spans.last().filter(|(_, to)| to.is_none()).map(|(from, _)| *from)
    }

    /// Where the count ends, or `None` if it is still running when the open pause begins.
    fn end(&self, spans: &[(i64, Option<i64>)]) -> Result<Option<End>, ReckonError> {
        let first =
            Leg { start: self.start, day: self.start_day, day_excluded: self.rules.start_day_excluded };
        let mut end = self.end_of(first, spans)?;
        for _ in 0..self.extensions {
            let Some(before) = end else { return Ok(None) };
            // The last day of the one is used up: the next begins with the day after it.
            let leg = Leg { start: before.at, day: day_of(before.at)?, day_excluded: true };
            let later = spans.iter().filter(|(_, to)| to.is_none_or(|to| to > leg.start));
            let later: Vec<_> = later.map(|(from, to)| ((*from).max(leg.start), *to)).collect();
            end = self.end_of(leg, &later)?.map(|end| {
                let mut extended_from = before.extended_from;
                extended_from.push(before.at);
                End { extended_from, ..end }
            });
        }
        Ok(end)
    }

    fn end_of(&self, leg: Leg, spans: &[(i64, Option<i64>)]) -> Result<Option<End>, ReckonError> {
        let amount = i64::from(self.limit.amount());
        let at = match self.limit.unit() {
            Unit::ContinuousMinutes => self.run(leg, spans, amount * MINUTE_MS, Ok, Ok),
            Unit::ContinuousHours => self.run(leg, spans, amount * HOUR_MS, Ok, Ok),
            Unit::WorkingHours => self.run(
                leg,
                spans,
                amount * HOUR_MS,
                |t| self.rules.hours.worked_until(self.calendar, t),
                |w| self.rules.hours.moment_at(self.calendar, w),
            ),
            Unit::WorkingDays => {
                let nth = |n: i64| u32::try_from(n).map_err(|_| ReckonError::OutOfRange);
                let rank = |day: i32| i64::from(self.calendar.worked_before(day.saturating_add(1)));
                let day = self.run_days(leg, spans, amount, rank, |n| self.calendar.nth_workday(nth(n)?))?;
                Ok(day.map(|day| self.rules.hours.close_of(day)))
            }
            Unit::CalendarDays | Unit::CalendarMonths => return self.end_of_calendar_days(leg, spans),
        }?;
        if let Some(at) = at {
            day_of(at)?;
        }
        Ok(at.map(|at| End { at, rolled_from: None, extended_from: Vec::new() }))
    }

    /// Runs a stop-watch over a measure of time: `total` reads it, `moment` finds when it reads so much.
    fn run(
        &self,
        leg: Leg,
        spans: &[(i64, Option<i64>)],
        mut need: i64,
        total: impl Fn(i64) -> Result<i64, ReckonError>,
        moment: impl Fn(i64) -> Result<i64, ReckonError>,
    ) -> Result<Option<i64>, ReckonError> {
        let mut at = leg.start;
        for (from, to) in spans {
            let ran = total(*from)? - total(at)?;
            if ran >= need {
                break;
            }
            need -= ran;
            match to {
                Some(to) => at = *to,
                None => return Ok(None),
            }
        }
        moment(total(at)?.checked_add(need).ok_or(ReckonError::OutOfRange)?).map(Some)
    }

    /// Counts whole days. A day counts if the clock is running when it ends.
    fn run_days(
        &self,
        leg: Leg,
        spans: &[(i64, Option<i64>)],
        mut need: i64,
        rank: impl Fn(i32) -> i64,
        nth: impl Fn(i64) -> Result<i32, ReckonError>,
    ) -> Result<Option<i32>, ReckonError> {
        let mut day = if leg.day_excluded { leg.day } else { leg.day - 1 };
        for (from, to) in spans {
            let (first, after) = self.days_paused(*from, *to)?;
            let counted = (rank(first - 1) - rank(day)).max(0);
            if counted >= need {
                break;
            }
            need -= counted;
            match after {
                Some(after) => day = day.max(after - 1),
                None => return Ok(None),
            }
        }
        nth(rank(day) + need).map(Some)
    }

    fn end_of_calendar_days(
        &self,
        leg: Leg,
        spans: &[(i64, Option<i64>)],
    ) -> Result<Option<End>, ReckonError> {
        let amount = match self.limit.unit() {
            Unit::CalendarMonths => self.days_in_months(leg)?,
            _ => i64::from(self.limit.amount()),
        };
        let nth = |n: i64| i32::try_from(n).map_err(|_| ReckonError::OutOfRange);
        let Some(last) = self.run_days(leg, spans, amount, i64::from, nth)? else { return Ok(None) };
        let mut day = last;
        if self.rules.roll_off_day {
            day = self.calendar.workday_from(day)?;
            for (from, to) in spans {
                let (first, after) = self.days_paused(*from, *to)?;
                if day < first || after.is_some_and(|after| after <= day) {
                    continue;
                }
                match after {
                    Some(after) => day = self.calendar.workday_from(after)?,
                    None => return Ok(None),
                }
            }
        }
        let at = self.day_end(day);
        day_of(at)?;
        Ok(Some(End { at, rolled_from: (day != last).then_some(last), extended_from: Vec::new() }))
    }

    /// Days from the start day to the corresponding day of the last month, or to its end if it has none.
    fn days_in_months(&self, leg: Leg) -> Result<i64, ReckonError> {
        let start: Date = date_of(leg.day);
        let months = Span::new().try_months(self.limit.amount()).map_err(|_| ReckonError::OutOfRange)?;
        let last = start.checked_add(months).map_err(|_| ReckonError::OutOfRange)?;
        let last = number_of(last).ok_or(ReckonError::OutOfRange)?;
        Ok(i64::from(last - leg.day))
    }

    /// The days whose end falls into a pause: the first, and the first one after.
    fn days_paused(&self, from: i64, to: Option<i64>) -> Result<(i32, Option<i32>), ReckonError> {
        let ending_from = |ms: i64| {
            let day = day_of(ms)?;
            Ok(if self.day_end(day) >= ms { day } else { day + 1 })
        };
        Ok((ending_from(from)?, to.map(ending_from).transpose()?))
    }

    fn day_end(&self, day: i32) -> i64 {
        match (self.limit.unit(), self.rules.calendar_day_end) {
            (Unit::WorkingDays, _) | (_, CalendarDayEnd::OfficeClose) => self.rules.hours.close_of(day),
            (_, CalendarDayEnd::Midnight) => end_of(day),
        }
    }

    /// What is left at a moment, with an open pause stopping the watch where it began.
    fn left(&self, now: i64) -> Result<i64, ReckonError> {
        let closed: Vec<_> = self.spans.iter().copied().filter(|(_, to)| to.is_some()).collect();
        let now = self.open().map_or(now, |since| now.min(since));
        let Some(end) = self.end(&closed)? else { return Err(ReckonError::OutOfRange) };
        if end.at < now {
            return Ok(-self.running(end.at, now, &closed)?);
        }
        self.running(now, end.at, &closed)
    }

    /// The counted kind of time between two moments, without the pauses.
    fn running(&self, from: i64, to: i64, spans: &[(i64, Option<i64>)]) -> Result<i64, ReckonError> {
        let between = |a: i64, b: i64| match self.limit.unit() {
            Unit::WorkingDays | Unit::WorkingHours => elapsed(self.rules, self.calendar, a, b),
            _ => Ok(b - a),
        };
        let mut running = between(from, to)?;
        for (paused, resumed) in spans {
            let (a, b) = ((*paused).max(from), resumed.unwrap_or(to).min(to));
            if a < b {
                running -= between(a, b)?;
            }
        }
        Ok(running)
    }
}
