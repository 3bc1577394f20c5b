//! Office hours, and working time as a running total that can be read both ways.

use serde::{Deserialize, Serialize};

use crate::{
    Calendar, HoursError, ReckonError,
    day::{MINUTE_MS, day_of, start_of},
};

/// When an office is open on a workday; written `08:30-12:00,14:30-17:30`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OfficeHours {
    /// Milliseconds after midnight, (open, close), in order and apart.
    spans: Vec<(i64, i64)>,
    per_day: i64,
}

impl Default for OfficeHours {
    /// 08:30–12:00 and 14:30–17:30.
    fn default() -> Self {
        let spans = vec![(510 * MINUTE_MS, 720 * MINUTE_MS), (870 * MINUTE_MS, 1050 * MINUTE_MS)];
        Self { per_day: spans.iter().map(|(open, close)| close - open).sum(), spans }
    }
}

impl OfficeHours {
    /// Reads hours such as `08:30-12:00,14:30-17:30`; `24:00` may close a day.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for part in text.split([',', '，', '、']).map(str::trim).filter(|p| !p.is_empty()) {
            let bad = || HoursError::Span(part.to_owned());
            let (open, close) = part.split_once(['-', '–', '—', '~', '～']).ok_or_else(bad)?;
            let (open, close) = (minute(open).ok_or_else(bad)?, minute(close).ok_or_else(bad)?);
            if open >= close {
                return Err(bad());
            }
            if spans.last().is_some_and(|(_, before)| open * MINUTE_MS <= *before) {
                return Err(HoursError::Order(part.to_owned()));
            }
            spans.push((open * MINUTE_MS, close * MINUTE_MS));
        }
        if spans.is_empty() {
            return Err(HoursError::Empty);
        }
        Ok(Self { per_day: spans.iter().map(|(open, close)| close - open).sum(), spans })
    }

    /// Working milliseconds in one workday.
    pub fn per_day(&self) -> i64 {
        self.per_day
    }

    /// The moment the office closes on a day.
    pub(crate) fn close_of(&self, day: i32) -> i64 {
        start_of(day) + self.spans.last().map_or(0, |(_, close)| *close)
    }

    /// Working milliseconds from 1970 to a moment.
    pub(crate) fn worked_until(&self, calendar: &Calendar, ms: i64) -> Result<i64, ReckonError> {
        let day = day_of(ms)?;
        let whole = i64::from(calendar.worked_before(day)) * self.per_day;
        if !calendar.is_worked(day) {
            return Ok(whole);
        }
        let into = ms - start_of(day);
        let part: i64 = self.spans.iter().map(|(open, close)| into.clamp(*open, *close) - open).sum();
        Ok(whole + part)
    }

    /// The earliest moment at which the working time since 1970 reaches `worked`, which must be positive.
    pub(crate) fn moment_at(&self, calendar: &Calendar, worked: i64) -> Result<i64, ReckonError> {
        let before = (worked - 1).div_euclid(self.per_day);
        let nth = u32::try_from(before + 1).map_err(|_| ReckonError::OutOfRange)?;
        let start = start_of(calendar.nth_workday(nth)?);
        let mut left = worked - before * self.per_day;
        for (open, close) in &self.spans {
            if left <= close - open {
                return Ok(start + open + left);
            }
            left -= close - open;
        }
        Err(ReckonError::OutOfRange)
    }

    /// The first moment on or after `ms` at which the office is open.
    pub fn open_from(&self, calendar: &Calendar, ms: i64) -> Result<i64, ReckonError> {
        Ok(self.moment_at(calendar, self.worked_until(calendar, ms)? + 1)? - 1)
    }
}

impl TryFrom<String> for OfficeHours {
    type Error = HoursError;
    fn try_from(text: String) -> Result<Self, HoursError> {
        Self::parse(&text)
    }
}

impl From<OfficeHours> for String {
    fn from(hours: OfficeHours) -> Self {
        hours.to_string()
    }
}

impl std::fmt::Display for OfficeHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (open, close)) in self.spans.iter().enumerate() {
            let (open, close) = (open / MINUTE_MS, close / MINUTE_MS);
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)?;
        }
        Ok(())
    }
}

fn minute(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let digits = |s: &str| s.len() <= 2 && !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || minute.len() != 2 || !digits(minute) {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}
