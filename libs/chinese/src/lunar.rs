//! The traditional calendar (农历), 1900 to 2099: month lengths, and the day of the Gregorian calendar.
//!
//! Source: the month lengths that GB/T 33661-2017 (农历的编算和颁行) makes binding and the Purple Mountain Observatory
//! publishes. They are facts of astronomy and are kept here packed: bit `i` is set where the `i`-th month of the year
//! has 30 days instead of 29, counted with the leap month in its place; bits 13 to 16 hold the month that is repeated.

use crate::date::Day;

const FIRST_YEAR: u16 = 1900;
/// The first day of the first month of 1900 is 31 January 1900.
const FIRST_DAY: Day = Day { year: 1900, month: 1, day: 31 };

/// The day of the Gregorian calendar on which a day of the traditional calendar falls.
///
/// `None` where the table ends, where the month is not repeated in that year, or where the month has no such day.
#[must_use]
pub fn solar(year: u16, month: u8, leap: bool, day: u8) -> Option<Day> {
    let offset = usize::from(year.checked_sub(FIRST_YEAR)?);
    let packed = *YEARS.get(offset)?;
    if !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let repeated = (packed >> 13) as u8;
    if leap && repeated != month {
        return None;
    }
    let after_leap = repeated != 0 && (month > repeated || leap);
    let position = u32::from(month) - 1 + u32::from(after_leap);
    if u32::from(day) > length(packed, position) {
        return None;
    }
    let before: i64 = YEARS.iter().take(offset).map(|&packed| i64::from(days_of(packed))).sum();
    let within: u32 = (0..position).map(|at| length(packed, at)).sum();
    Some(FIRST_DAY.plus(before + i64::from(within) + i64::from(day) - 1))
}

fn length(packed: u32, position: u32) -> u32 {
    29 + (packed >> position & 1)
}

fn days_of(packed: u32) -> u32 {
    let months = if packed >> 13 == 0 { 12 } else { 13 };
    (0..months).map(|at| length(packed, at)).sum()
}

#[rustfmt::skip]
const YEARS: [u32; 200] = [
    0x116D2, 0x00752, 0x00EA5, 0x0B64A, 0x0064B, 0x00A9B, 0x09556, 0x0056A, 0x00B59, 0x05752,
    0x00752, 0x0DB25, 0x00B25, 0x00A4B, 0x0B4AB, 0x002AD, 0x0056B, 0x04B69, 0x00DA9, 0x0FD92,
    0x00E92, 0x00D25, 0x0BA4D, 0x00A56, 0x002B6, 0x095B5, 0x006D4, 0x00EA9, 0x05E92, 0x00E92,
    0x0CD26, 0x0052B, 0x00A57, 0x0B2D6, 0x00B5A, 0x006D4, 0x06EC9, 0x00749, 0x0F693, 0x00A93,
    0x0052B, 0x0CA5B, 0x00AAD, 0x0056A, 0x09B55, 0x00BA4, 0x00B49, 0x05A93, 0x00A95, 0x0F52D,
    0x00536, 0x00AAD, 0x0B5AA, 0x005B2, 0x00BA5, 0x07D4A, 0x00D4A, 0x10A95, 0x00A97, 0x00556,
    0x0CAB5, 0x00AD5, 0x006D2, 0x08EA5, 0x00EA5, 0x0064A, 0x06C97, 0x00A9B, 0x0F55A, 0x0056A,
    0x00B69, 0x0B752, 0x00B52, 0x00B25, 0x0964B, 0x00A4B, 0x114AB, 0x002AD, 0x005AD, 0x0CB69,
    0x00DA9, 0x00D92, 0x09D25, 0x00D25, 0x15A4D, 0x00A56, 0x002B6, 0x0C5B5, 0x006D5, 0x00EA9,
    0x0BE92, 0x00E92, 0x00D26, 0x06A56, 0x00A57, 0x114D6, 0x0035A, 0x006D5, 0x0B6C9, 0x00749,
    0x00693, 0x0952B, 0x0052B, 0x00A5B, 0x0555A, 0x0056A, 0x0FB55, 0x00BA4, 0x00B49, 0x0BA93,
    0x00A95, 0x0052D, 0x08AAD, 0x00AB5, 0x135AA, 0x005D2, 0x00DA5, 0x0DD4A, 0x00D4A, 0x00C95,
    0x0952E, 0x00556, 0x00AB5, 0x055B2, 0x006D2, 0x0CEA5, 0x00725, 0x0064B, 0x0AC97, 0x00CAB,
    0x0055A, 0x06AD6, 0x00B69, 0x17752, 0x00B52, 0x00B25, 0x0DA4B, 0x00A4B, 0x004AB, 0x0A55B,
    0x005AD, 0x00B6A, 0x05B52, 0x00D92, 0x0FD25, 0x00D25, 0x00A55, 0x0B4AD, 0x004B6, 0x005B5,
    0x06DAA, 0x00EC9, 0x11E92, 0x00E92, 0x00D26, 0x0CA56, 0x00A57, 0x00556, 0x086D5, 0x00755,
    0x00749, 0x06E93, 0x00693, 0x0F52B, 0x0052B, 0x00A5B, 0x0B55A, 0x0056A, 0x00B65, 0x0974A,
    0x00B4A, 0x11A95, 0x00A95, 0x0052D, 0x0CAAD, 0x00AB5, 0x005AA, 0x08BA5, 0x00DA5, 0x00D4A,
    0x07C95, 0x00C96, 0x0F94E, 0x00556, 0x00AB5, 0x0B5B2, 0x006D2, 0x00EA5, 0x08E4A, 0x0068B,
    0x10C97, 0x004AB, 0x0055B, 0x0CAD6, 0x00B6A, 0x00752, 0x09725, 0x00B45, 0x00A8B, 0x0549B,
];

#[cfg(test)]
mod tests {
    use super::solar;
    use crate::date::Day;

    #[test]
    fn new_years_fall_where_the_state_council_gave_the_holidays() {
        for (year, month, day) in
            [(1900, 1, 31), (1950, 2, 17), (2000, 2, 5), (2023, 1, 22), (2024, 2, 10), (2026, 2, 17)]
        {
            assert_eq!(solar(year, 1, false, 1), Some(Day { year, month, day }), "{year}");
        }
    }

    #[test]
    fn a_leap_month_follows_the_month_that_it_repeats() {
        assert_eq!(solar(2020, 4, false, 1), Some(Day { year: 2020, month: 4, day: 23 }));
        assert_eq!(solar(2020, 4, true, 1), Some(Day { year: 2020, month: 5, day: 23 }));
        assert_eq!(solar(2020, 5, true, 1), None);
        assert_eq!(solar(2025, 8, false, 15), Some(Day { year: 2025, month: 10, day: 6 }));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(solar(1899, 1, false, 1), None);
        assert_eq!(solar(2100, 1, false, 1), None);
        assert_eq!(solar(2024, 1, false, 30), None);
        assert_eq!(solar(2024, 13, false, 1), None);
    }
}
