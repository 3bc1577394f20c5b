//! Days as tables keep them: `YYYY-MM-DD`, so that letters sort as the days do.

use chinese::date::Day;
use platform::{Error, Millis, Text};

/// The day of a moment in Beijing.
pub(crate) fn day_of(moment: Millis) -> String {
    moment.beijing_date().to_string()
}

/// A day that was typed into a field.
///
/// # Errors
/// [`Error::Invalid`] for anything but a day of the calendar, written in full.
pub(crate) fn day(field: &str, text: &str) -> Result<String, Error> {
    let told = Text::new("日期应写作 2026-11-24", "write the date as 2026-11-24");
    if is_day(text) { Ok(text.to_owned()) } else { Err(Error::field(field, told)) }
}

/// A day that was typed into a field and has come.
///
/// # Errors
/// As [`day`]; [`Error::Invalid`] for a day that lies ahead.
pub(crate) fn past_day(field: &str, text: &str, now: Millis) -> Result<String, Error> {
    let day = day(field, text)?;
    let told = Text::new("日期不能晚于今天", "the date lies ahead");
    if day <= day_of(now) { Ok(day) } else { Err(Error::field(field, told)) }
}

/// The last moment of a day in Beijing.
pub(crate) fn end_of(day: &str) -> Option<Millis> {
    let midnight: Millis = format!("{day}T00:00:00+08:00").parse().ok()?;
    Some(midnight.plus(24 * 3_600_000 - 1))
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
            let read = (year.parse::<u16>(), month.parse::<u8>(), day.parse::<u8>());
            matches!(read, (Ok(year), Ok(month), Ok(day)) if year > 1800 && Day::new(year, month, day).is_some())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar_written_in_full() {
        assert!(["2026-11-24", "2024-02-29", "1956-03-09"].into_iter().all(is_day));
        for wrong in ["", "2026-1-4", "2026-02-29", "2026/11/24", "2026-11-24T00", "26-11-24", "+026-11-24"] {
            assert!(!is_day(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_day_ends_at_midnight_in_beijing() {
        let end = end_of("2026-11-24").unwrap();
        assert_eq!((day_of(end), day_of(end.plus(1))), ("2026-11-24".to_owned(), "2026-11-25".to_owned()));
    }
}
