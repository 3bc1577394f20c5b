//! Days of Beijing as numbers: 0 is 1970-01-01, so a calendar can be a table.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};

use crate::ReckonError;

/// The legal time of the country.
pub const BEIJING: Offset = Offset::constant(8);

pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;
const OFFSET_MS: i64 = 8 * HOUR_MS;

/// The first and the last year for which days are numbered.
pub(crate) const YEARS: (i16, i16) = (1970, 2099);
/// Days from 1970-01-01 to 2099-12-31, both included.
pub(crate) const DAYS: i32 = 47_482;

/// The day number of a moment in UTC milliseconds.
pub(crate) fn day_of(ms: i64) -> Result<i32, ReckonError> {
    let day = ms.checked_add(OFFSET_MS).ok_or(ReckonError::OutOfRange)?.div_euclid(DAY_MS);
    match i32::try_from(day) {
        Ok(day) if (0..DAYS).contains(&day) => Ok(day),
        _ => Err(ReckonError::OutOfRange),
    }
}

/// The moment at which a day begins, UTC milliseconds.
pub(crate) fn start_of(day: i32) -> i64 {
    i64::from(day) * DAY_MS - OFFSET_MS
}

/// The last millisecond of a day.
pub(crate) fn end_of(day: i32) -> i64 {
    start_of(day) + DAY_MS - 1
}

/// The day number of a date, if it is within 1970–2099.
pub(crate) fn number_of(date: Date) -> Option<i32> {
    if !(YEARS.0..=YEARS.1).contains(&date.year()) {
        return None;
    }
    let at = BEIJING.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()?;
    day_of(at.as_millisecond()).ok()
}

/// The date of a day number; days outside 1970–2099 are held to the nearest end.
pub(crate) fn date_of(day: i32) -> Date {
    local(start_of(day.clamp(0, DAYS - 1))).date()
}

/// Monday is 0, Sunday is 6.
pub(crate) fn weekday(day: i32) -> i32 {
    (day + 3).rem_euclid(7)
}

/// The Beijing wall clock at a moment.
pub(crate) fn local(ms: i64) -> DateTime {
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    BEIJING.to_datetime(at)
}

/// The date in Beijing at a moment given in UTC milliseconds.
pub fn beijing_date(ms: i64) -> Date {
    local(ms).date()
}

/// The moment, in UTC milliseconds, at which Beijing's clocks show the given time.
pub fn moment(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Option<i64> {
    let at = Date::new(year, month, day).ok()?;
    let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
    BEIJING.to_timestamp(at.to_datetime(time)).ok().map(|t| t.as_millisecond())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_table_ends_with_2099() {
        assert_eq!(number_of(date(1970, 1, 1)), Some(0));
        assert_eq!(number_of(date(2099, 12, 31)), Some(DAYS - 1));
        assert_eq!(number_of(date(2100, 1, 1)), None);
        assert_eq!(date_of(DAYS - 1), date(2099, 12, 31));
    }

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        let midnight = moment(2026, 10, 8, 0, 0).unwrap();
        assert_eq!(midnight.rem_euclid(DAY_MS), 16 * HOUR_MS);
        assert_eq!(day_of(midnight).unwrap(), day_of(midnight - 1).unwrap() + 1);
        assert_eq!(weekday(day_of(midnight).unwrap()), 3, "2026-10-08 is a Thursday");
    }
}
