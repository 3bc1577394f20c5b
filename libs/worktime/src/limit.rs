//! How long something may take, and the Chinese ways of writing it.

use serde::{Deserialize, Serialize};

use crate::{Lang, LimitError};

/// What an amount of time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days as they come (自然日).
    CalendarDays,
    /// Months by the corresponding day of the later month (民法典 art 202).
    CalendarMonths,
    /// Days on which offices work, make-up days included (工作日).
    WorkingDays,
    /// Hours in which the office is open (工作时).
    WorkingHours,
    /// Hours round the clock, holidays included (紧急工作时).
    ContinuousHours,
    /// Minutes round the clock.
    ContinuousMinutes,
}

/// A limit: between 1 and 100,000 of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Limit {
    amount: u32,
    unit: Unit,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    amount: u32,
    unit: Unit,
}

/// What a bare 日/天 and a bare 小时/时 mean in the text at hand; sheets of city management mean working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The unit of 日 and 天.
    pub day: Unit,
    /// The unit of 小时 and 时.
    pub hour: Unit,
}

impl Reading {
    /// As laws write: 日 is a calendar day, 小时 runs round the clock.
    pub const LAW: Self = Self { day: Unit::CalendarDays, hour: Unit::ContinuousHours };
    /// As the sheets of city management write: 日 is a workday, 小时 is an office hour.
    pub const CITY: Self = Self { day: Unit::WorkingDays, hour: Unit::WorkingHours };
}

impl Limit {
    /// The largest amount that is taken.
    pub const MAX: u32 = 100_000;

    /// A limit, if the amount is between 1 and 100,000.
    pub fn new(amount: u32, unit: Unit) -> Result<Self, LimitError> {
        if (1..=Self::MAX).contains(&amount) {
            Ok(Self { amount, unit })
        } else {
            Err(LimitError::Amount(amount.to_string()))
        }
    }

    /// How many units.
    pub fn amount(self) -> u32 {
        self.amount
    }

    /// What is counted.
    pub fn unit(self) -> Unit {
        self.unit
    }

    /// Reads a limit as laws write it; see [`Reading::LAW`].
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        Self::parse_as(text, Reading::LAW)
    }

    /// Reads `2紧急工作时`, `4工作时`, `3个工作日`, `30日`, `十五天`, `1个月`, `30分钟`; anything more is refused.
    ///
    /// An emergency day (紧急工作日) is 24 emergency hours, a year is 12 months.
    pub fn parse_as(text: &str, reading: Reading) -> Result<Self, LimitError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
        if text.is_empty() {
            return Err(LimitError::Empty);
        }
        let at = text.find(|c: char| !c.is_ascii_digit() && numeral(c).is_none()).unwrap_or(text.len());
        let (number, unit) = text.split_at(at);
        let amount = whole_number(number).ok_or_else(|| LimitError::Number(text.clone()))?;
        let (each, unit) = match unit.strip_prefix('个').unwrap_or(unit) {
            "紧急工作时" | "紧急工作小时" => (1, Unit::ContinuousHours),
            "紧急工作日" => (24, Unit::ContinuousHours),
            "工作时" | "工作小时" => (1, Unit::WorkingHours),
            "小时" | "时" => (1, reading.hour),
            "分钟" => (1, Unit::ContinuousMinutes),
            "工作日" | "工作天" => (1, Unit::WorkingDays),
            "自然日" | "日历日" | "自然天" => (1, Unit::CalendarDays),
            "日" | "天" => (1, reading.day),
            // `3月` may be March; only 个月 is a length.
            "月" if unit.starts_with('个') => (1, Unit::CalendarMonths),
            "年" => (12, Unit::CalendarMonths),
            _ => return Err(LimitError::Unit(text.clone())),
        };
        let amount = amount.checked_mul(each).ok_or_else(|| LimitError::Amount(text.clone()))?;
        Self::new(amount, unit).map_err(|_| LimitError::Amount(text.clone()))
    }

    /// The limit in words; the Chinese text reads back as the same limit.
    pub fn text(self, lang: Lang) -> String {
        let n = self.amount;
        let s = if n == 1 { "" } else { "s" };
        match (lang, self.unit) {
            (Lang::Zh, Unit::CalendarDays) => format!("{n}个自然日"),
            (Lang::Zh, Unit::CalendarMonths) => format!("{n}个月"),
            (Lang::Zh, Unit::WorkingDays) => format!("{n}个工作日"),
            (Lang::Zh, Unit::WorkingHours) => format!("{n}工作时"),
            (Lang::Zh, Unit::ContinuousHours) => format!("{n}紧急工作时"),
            (Lang::Zh, Unit::ContinuousMinutes) => format!("{n}分钟"),
            (Lang::En, Unit::CalendarDays) => format!("{n} calendar day{s}"),
            (Lang::En, Unit::CalendarMonths) => format!("{n} month{s}"),
            (Lang::En, Unit::WorkingDays) => format!("{n} working day{s}"),
            (Lang::En, Unit::WorkingHours) => format!("{n} working hour{s}"),
            (Lang::En, Unit::ContinuousHours) => format!("{n} hour{s} round the clock"),
            (Lang::En, Unit::ContinuousMinutes) => format!("{n} minute{s}"),
        }
    }
}

impl TryFrom<Written> for Limit {
    type Error = LimitError;
    fn try_from(w: Written) -> Result<Self, LimitError> {
        Self::new(w.amount, w.unit)
    }
}

impl From<Limit> for Written {
    fn from(l: Limit) -> Self {
        Self { amount: l.amount, unit: l.unit }
    }
}

/// Full-width digits become plain ones.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        _ => return None,
    })
}

/// Reads digits, or Chinese numerals up to 九十九.
fn whole_number(text: &str) -> Option<u32> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let parts: Vec<u32> = text.chars().map(numeral).collect::<Option<_>>()?;
    match *parts.as_slice() {
        [n] => Some(n),
        [10, ones] if ones < 10 => Some(10 + ones),
        [tens, 10] if tens < 10 => Some(tens * 10),
        [tens, 10, ones] if tens < 10 && ones < 10 => Some(tens * 10 + ones),
        _ => None,
    }
}
