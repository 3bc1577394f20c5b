//! Dates in every style: ISO, dots, slashes, 年月日, eight digits, two-digit years, characters, 农历, 民国; or only a year.

use crate::numeral;

/// A day of the Gregorian calendar that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl Day {
    /// `None` where there is no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let longest = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400) => 29,
            2 => 28,
            _ => return None,
        };
        (year > 0 && (1..=longest).contains(&day)).then_some(Self { year, month, day })
    }

    /// Days since 1 March of the year 0, so that differences are differences of days.
    #[must_use]
    pub fn number(self) -> i64 {
        let (year, month) = if self.month > 2 {
            (i64::from(self.year), i64::from(self.month) - 3)
        } else {
            (i64::from(self.year) - 1, i64::from(self.month) + 9)
        };
        year * 365 + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + i64::from(self.day)
            - 1
    }

    /// The day so many days later; held at the ends of what a year of 16 bits can say.
    pub(crate) fn plus(self, days: i64) -> Self {
        let number = self.number() + days;
        let era = number.div_euclid(146_097);
        let of_era = number.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: u16::try_from(year).unwrap_or(1),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day_of_year - (153 * shifted + 2) / 5 + 1).unwrap_or(1),
        }
    }
}

/// `YYYY-MM-DD`.
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What a date says, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    Day(Day),
    Month {
        year: u16,
        month: u8,
    },
    Year(u16),
    /// A day of the traditional calendar that the text names as such; `solar` is `None` outside 1900 to 2099.
    Lunar {
        year: u16,
        month: u8,
        leap: bool,
        day: u8,
        solar: Option<Day>,
    },
}

impl Date {
    /// The Gregorian day, where the text gives one.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        match self {
            Self::Day(day) => Some(day),
            Self::Lunar { solar, .. } => solar,
            Self::Month { .. } | Self::Year(_) => None,
        }
    }

    #[must_use]
    pub fn year(self) -> u16 {
        match self {
            Self::Day(day) => day.year,
            Self::Lunar { year, solar, .. } => solar.map_or(year, |day| day.year),
            Self::Month { year, .. } | Self::Year(year) => year,
        }
    }
}

/// Reads a date. A year of two digits is refused: whether 05 is 1905 or 2005 is not in the text.
///
/// ```
/// use chinese::date::{Date, Day, read};
/// assert_eq!(read("一九五六年三月初九日"), None);
/// assert_eq!(read("1956年3月9日"), Day::new(1956, 3, 9).map(Date::Day));
/// assert_eq!(read("农历一九八五年正月十五").and_then(Date::day), Day::new(1985, 3, 6));
/// ```
#[must_use]
pub fn read(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_ascii() {
        return numeric(text);
    }
    let folded: String = text
        .chars()
        .map(crate::fold::half_width)
        .map(crate::fold::simplified)
        .filter(|c| *c != ' ')
        .collect();
    if folded.is_ascii() {
        return numeric(&folded);
    }
    characters(&folded)
}

/// `1956-03-09`, `1956/3/9`, `1956.03.09`, `19560309`, `195603`, `1956-03`, `1956`, also with a time of day behind it.
fn numeric(text: &str) -> Option<Date> {
    let text = text.split(['T', ' ']).next().unwrap_or(text);
    let mut parts = [0_u32; 3];
    let mut count = 0;
    for part in text.split(['-', '/', '.']) {
        let slot = parts.get_mut(count)?;
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *slot = part.parse().ok()?;
        if count == 0 && !matches!(part.len(), 4 | 6 | 8) || count > 0 && part.len() > 2 {
            return day_first(text);
        }
        count += 1;
    }
    let [first, month, day] = parts;
    match count {
        1 if text.len() == 8 && first % 10_000 == 0 => year(first / 10_000),
        1 if text.len() == 8 && first % 100 == 0 => of_month(first / 10_000, first / 100 % 100),
        1 if text.len() == 8 => of_day(first / 10_000, first / 100 % 100, first % 100),
        1 if text.len() == 6 => of_month(first / 100, first % 100),
        1 if text.len() == 4 => year(first),
        2 if first < 10_000 => of_month(first, month),
        3 if first < 10_000 => of_day(first, month, day),
        _ => None,
    }
}

/// `9/3/1956` as day, month, year; only where the middle cannot be anything else is month and day order told apart.
fn day_first(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.']).map(|part| part.parse::<u32>().ok());
    let (first, second, last) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1000..10_000).contains(&last) {
        return None;
    }
    if second > 12 { of_day(last, first, second) } else { of_day(last, second, first) }
}

fn characters(text: &str) -> Option<Date> {
    let mut rest = text;
    let mut lunar = false;
    for mark in ["农历", "阴历", "旧历", "夏历"] {
        if let Some(after) = rest.strip_prefix(mark) {
            (rest, lunar) = (after, true);
        }
    }
    for mark in ["公历", "阳历", "新历", "公元", "西元"] {
        rest = rest.strip_prefix(mark).unwrap_or(rest);
    }
    let republic = rest.strip_prefix("民国");
    rest = republic.unwrap_or(rest);
    let (before, after) = rest.split_once('年').map_or((rest, ""), |(year, after)| (year, after));
    let mut number = u32::try_from(if before == "元" { 1 } else { numeral::read(before)? }).ok()?;
    if republic.is_some() {
        number = number.checked_add(1911)?;
    }
    if !(1000..10_000).contains(&number) {
        return None;
    }
    let mut after = after;
    for mark in ["农历", "阴历", "旧历"] {
        if let Some(behind) = after.strip_prefix(mark) {
            (after, lunar) = (behind, true);
        }
    }
    if after.is_empty() {
        return year(number);
    }
    let (month_text, day_text) = after.split_once('月')?;
    let leap = month_text.starts_with('闰');
    let month_text = month_text.trim_start_matches('闰');
    let (month, traditional) = match month_text {
        "正" => (1, true),
        "冬" => (11, true),
        "腊" => (12, true),
        other => (u32::try_from(numeral::read(other)?).ok()?, false),
    };
    let day_text = day_text.strip_suffix(['日', '号']).unwrap_or(day_text);
    let first_decade = day_text.strip_prefix('初');
    lunar = lunar || leap || traditional || first_decade.is_some();
    if day_text.is_empty() {
        return if lunar { None } else { of_month(number, month) };
    }
    if first_decade.is_some() && text.ends_with('日') {
        return None;
    }
    let day = u32::try_from(numeral::read(first_decade.unwrap_or(day_text))?).ok()?;
    if !lunar {
        return of_day(number, month, day);
    }
    let (year, month, day) =
        (u16::try_from(number).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    if !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    Some(Date::Lunar { year, month, leap, day, solar: crate::lunar::solar(year, month, leap, day) })
}

fn year(number: u32) -> Option<Date> {
    (1000..10_000).contains(&number).then(|| u16::try_from(number).ok().map(Date::Year))?
}

fn of_month(number: u32, month: u32) -> Option<Date> {
    let (year, month) = (u16::try_from(number).ok()?, u8::try_from(month).ok()?);
    (year >= 1000 && (1..=12).contains(&month)).then_some(Date::Month { year, month })
}

fn of_day(year: u32, month: u32, day: u32) -> Option<Date> {
    Day::new(
        u16::try_from(year).ok().filter(|&y| y >= 1000)?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    )
    .map(Date::Day)
}

#[cfg(test)]
mod tests {
    use super::{Date, Day, read};
    use proptest::prelude::*;

    #[test]
    fn every_style_says_the_same_day() {
        let expected = Day::new(1956, 3, 9).map(Date::Day);
        for text in [
            "1956-03-09",
            "19560309",
            "1956/3/9",
            "1956.03.09",
            "1956年3月9日",
            "一九五六年三月九日",
            "1956年3月9号",
            "１９５６年３月９日",
            "公元1956年3月9日",
            "1956-03-09 00:00:00",
            "1956-03-09T08:00:00",
            "民国四十五年三月九日",
            "9/3/1956",
            " 1956-3-9 ",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_year_or_a_month_alone_stays_what_it_is() {
        assert_eq!(read("1956"), Some(Date::Year(1956)));
        assert_eq!(read("1956年"), Some(Date::Year(1956)));
        assert_eq!(read("19560000"), Some(Date::Year(1956)));
        assert_eq!(read("1956-03"), Some(Date::Month { year: 1956, month: 3 }));
        assert_eq!(read("一九五六年三月"), Some(Date::Month { year: 1956, month: 3 }));
    }

    #[test]
    fn traditional_dates_are_recognised_by_their_words() {
        for text in ["农历1985年正月十五", "1985年正月十五", "一九八五年农历一月十五"]
        {
            assert_eq!(read(text).and_then(Date::day), Day::new(1985, 3, 6), "{text}");
        }
        assert_eq!(read("农历二〇二〇年闰四月初一").and_then(Date::day), Day::new(2020, 5, 23));
        assert_eq!(read("1956年腊月廿三").and_then(Date::day), Day::new(1957, 1, 23));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "不详",
            "56-03-09",
            "1956-13-01",
            "1957-02-29",
            "1956年2月30日",
            "3月9日",
            "1956-3-9-1",
            "农历1985年13月1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_plus_days_is_counted_back(year in 1000_u16..9000, month in 1_u8..=12, day in 1_u8..=28, days in 0_i64..100_000) {
            let start = Day { year, month, day };
            let later = start.plus(days);
            prop_assert_eq!(later.number() - start.number(), days);
            prop_assert_eq!(Day::new(later.year, later.month, later.day), Some(later));
        }
    }
}
