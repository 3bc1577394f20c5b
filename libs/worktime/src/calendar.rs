//! Which days are worked: weekdays, corrected by the notices, as a table with running counts.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    CalendarError, Notice, ReckonError,
    day::{DAYS, YEARS, date_of, number_of, weekday},
};

/// What is known about a year's holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearState {
    /// The notice is out and loaded.
    Known,
    /// The notice is announced but empty: only weekends are off.
    Provisional,
    /// There is no notice for this year: only weekends are off.
    Missing,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// An ordinary workday.
    Workday,
    /// A weekend day that is worked (调休上班).
    MakeUpWorkday,
    /// An ordinary Saturday or Sunday.
    Weekend,
    /// A day off by notice.
    Holiday,
}

/// Neighbouring days that a notice treats alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub first: i32,
    pub last: i32,
    pub name: String,
    pub off: bool,
}

/// The calendar of 1970–2099; years without a notice fall back to weekends and say so.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// `worked_before[d]` is the number of workdays before day `d`; one longer than the days.
    worked_before: Vec<u32>,
    stretches: Vec<Stretch>,
    years: Vec<(i16, YearState)>,
    version: String,
}

impl Calendar {
    /// Builds a calendar from yearly notices, in any order.
    pub fn new(notices: impl IntoIterator<Item = Notice>) -> Result<Self, CalendarError> {
        let mut notices: Vec<Notice> = notices.into_iter().collect();
        notices.sort_by_key(|n| n.year);
        let mut years: Vec<(i16, YearState)> = Vec::with_capacity(notices.len());
        let mut days: Vec<(i32, String, bool)> = Vec::new();
        for notice in notices {
            if !(YEARS.0..=YEARS.1).contains(&notice.year) {
                return Err(CalendarError::YearOutOfRange(notice.year));
            }
            if years.last().is_some_and(|(year, _)| *year == notice.year) {
                return Err(CalendarError::YearTwice(notice.year));
            }
            let state = if notice.days.is_empty() { YearState::Provisional } else { YearState::Known };
            years.push((notice.year, state));
            for day in notice.days {
                let near = day.date.year() == notice.year
                    || (day.date.year() == notice.year - 1 && day.date.month() == 12)
                    || (day.date.year() == notice.year + 1 && day.date.month() == 1);
                let number = number_of(day.date).filter(|_| near);
                let number = number.ok_or(CalendarError::Stray { year: notice.year, date: day.date })?;
                days.push((number, day.name, day.off));
            }
        }
        days.sort();
        for pair in days.windows(2) {
            if let [a, b] = pair
                && a.0 == b.0
                && a.2 != b.2
            {
                return Err(CalendarError::Contradiction(date_of(a.0)));
            }
        }
        days.dedup_by_key(|d| d.0);
        let version = version_of(&years, &days);
        Ok(Self { worked_before: running_count(&days), stretches: stretches(days), years, version })
    }

    /// Builds a calendar from the texts of holiday files.
    pub fn from_json<'a>(files: impl IntoIterator<Item = &'a str>) -> Result<Self, CalendarError> {
        Self::new(files.into_iter().map(Notice::from_json).collect::<Result<Vec<_>, _>>()?)
    }

    /// Names the content: the known years and a fingerprint of every day in the notices.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What is known about a year.
    pub fn year_state(&self, year: i16) -> YearState {
        match self.years.binary_search_by_key(&year, |(y, _)| *y) {
            Ok(at) => self.years.get(at).map_or(YearState::Missing, |(_, state)| *state),
            Err(_) => YearState::Missing,
        }
    }

    /// The years that were loaded, in order, each with its state.
    pub fn years(&self) -> &[(i16, YearState)] {
        &self.years
    }

    /// What a day is; `None` outside 1970–2099.
    pub fn day_kind(&self, date: Date) -> Option<DayKind> {
        let day = number_of(date)?;
        let named = self.stretch_at(day);
        Some(match (named, self.is_worked(day)) {
            (Some(_), true) if weekday(day) >= 5 => DayKind::MakeUpWorkday,
            (_, true) => DayKind::Workday,
            (Some(_), false) => DayKind::Holiday,
            (None, false) => DayKind::Weekend,
        })
    }

    /// The holiday or make-up name of a day, where a notice gives one.
    pub fn day_name(&self, date: Date) -> Option<&str> {
        number_of(date).and_then(|day| self.stretch_at(day)).map(|s| s.name.as_str())
    }

    /// True for workdays, make-up days included; days outside 1970–2099 are not workdays.
    pub fn is_workday(&self, date: Date) -> bool {
        number_of(date).is_some_and(|day| self.is_worked(day))
    }

    pub(crate) fn is_worked(&self, day: i32) -> bool {
        self.worked_before(day + 1) > self.worked_before(day)
    }

    /// Workdays before a day; held to the ends of the table.
    pub(crate) fn worked_before(&self, day: i32) -> u32 {
        let at = usize::try_from(day.clamp(0, DAYS)).unwrap_or(0);
        self.worked_before.get(at).copied().unwrap_or(0)
    }

    /// The day of the `nth` workday since 1970, counted from 1.
    pub(crate) fn nth_workday(&self, nth: u32) -> Result<i32, ReckonError> {
        let after = self.worked_before.partition_point(|&worked| worked < nth);
        match i32::try_from(after) {
            Ok(after) if nth > 0 && after <= DAYS => Ok(after - 1),
            _ => Err(ReckonError::OutOfRange),
        }
    }

    /// The first workday on or after a day.
    pub(crate) fn workday_from(&self, day: i32) -> Result<i32, ReckonError> {
        self.nth_workday(self.worked_before(day) + 1)
    }

    /// The stretches that touch the days from `first` to `last`.
    pub(crate) fn stretches_within(&self, first: i32, last: i32) -> impl Iterator<Item = &Stretch> {
        let from = self.stretches.partition_point(|s| s.last < first);
        self.stretches.get(from..).unwrap_or_default().iter().take_while(move |s| s.first <= last)
    }

    /// The first year between two days whose notice may still change one of them.
    pub(crate) fn unsettled_year(&self, first: i32, last: i32) -> Option<(i16, YearState)> {
        let (from, to) = (date_of(first), date_of(last));
        for year in from.year()..=to.year() {
            let state = self.year_state(year);
            if state != YearState::Known {
                return Some((year, state));
            }
        }
        // New Year's holiday can reach back into the last week of December, by the next year's notice.
        let next = to.year().saturating_add(1);
        let state = self.year_state(next);
        (to.month() == 12 && to.day() >= 25 && state != YearState::Known).then_some((next, state))
    }

    fn stretch_at(&self, day: i32) -> Option<&Stretch> {
        self.stretches_within(day, day).next()
    }
}

fn running_count(days: &[(i32, String, bool)]) -> Vec<u32> {
    let mut named = days.iter().peekable();
    let mut count = 0;
    let mut table = Vec::with_capacity(usize::try_from(DAYS + 1).unwrap_or(0));
    table.push(0);
    for day in 0..DAYS {
        let off = match named.next_if(|n| n.0 == day) {
            Some(n) => n.2,
            None => weekday(day) >= 5,
        };
        count += u32::from(!off);
        table.push(count);
    }
    table
}

fn stretches(days: Vec<(i32, String, bool)>) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    for (day, name, off) in days {
        match out.last_mut() {
            Some(s) if s.last + 1 == day && s.off == off && s.name == name => s.last = day,
            _ => out.push(Stretch { first: day, last: day, name, off }),
        }
    }
    out
}

/// FNV-1a over years, days and kinds: equal content gives an equal version wherever it is loaded.
fn version_of(years: &[(i16, YearState)], days: &[(i32, String, bool)]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for (year, state) in years {
        eat(&year.to_be_bytes());
        eat(&[u8::from(*state == YearState::Known)]);
    }
    for (day, name, off) in days {
        eat(&day.to_be_bytes());
        eat(name.as_bytes());
        eat(&[0, u8::from(*off)]);
    }
    let known = || years.iter().filter(|(_, state)| *state == YearState::Known).map(|(year, _)| *year);
    match (known().next(), known().next_back()) {
        (Some(first), Some(last)) => format!("{first}-{last}.{hash:016x}"),
        _ => format!("weekends.{hash:016x}"),
    }
}
