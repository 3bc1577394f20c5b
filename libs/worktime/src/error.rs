//! What can go wrong, one small enum per subject.

use jiff::civil::Date;

use crate::Lang;

/// Why a set of holiday notices does not make a calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// The file is not a holiday notice.
    #[error("not a holiday notice: {0}")]
    Json(#[from] serde_json::Error),
    /// Two notices are for one year.
    #[error("two notices for the year {0}")]
    YearTwice(i16),
    /// A notice speaks of a day that is not near its year.
    #[error("the notice of {year} speaks of {date}")]
    Stray {
        /// The year of the notice.
        year: i16,
        /// The day that does not belong to it.
        date: Date,
    },
    /// Two notices disagree about a day.
    #[error("{0} is off in one notice and a workday in another")]
    Contradiction(Date),
    /// The year is outside 1970–2099.
    #[error("the year {0} is outside 1970–2099")]
    YearOutOfRange(i16),
}

/// Why a text does not state office hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No span was given.
    #[error("no office hours")]
    Empty,
    /// One span is not `HH:MM-HH:MM`.
    #[error("`{0}` is not of the form 08:30-12:00")]
    Span(String),
    /// The spans overlap or are out of order.
    #[error("`{0}` does not come after the span before it")]
    Order(String),
}

/// Why a text does not state a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Nothing was written.
    #[error("no limit is given")]
    Empty,
    /// There is no number at the front, or it cannot be read.
    #[error("`{0}` does not begin with a whole number")]
    Number(String),
    /// The number is zero or beyond 100,000.
    #[error("`{0}` is not between 1 and 100000")]
    Amount(String),
    /// The unit is unknown.
    #[error("`{0}` is not a unit of time that can be counted")]
    Unit(String),
}

/// Why no deadline can be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReckonError {
    /// A moment or the deadline lies outside 1970–2099.
    #[error("the time lies outside 1970–2099")]
    OutOfRange,
    /// A pause ends before it begins.
    #[error("a pause ends before it begins")]
    PauseBackwards,
}

impl CalendarError {
    /// The error as one sentence.
    pub fn text(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::Json(cause)) => format!("不是放假安排文件：{cause}"),
            (Lang::Zh, Self::YearTwice(year)) => format!("{year}年有两份放假安排"),
            (Lang::Zh, Self::Stray { year, date }) => format!("{year}年的放假安排涉及{date}，与该年无关"),
            (Lang::Zh, Self::Contradiction(date)) => format!("{date}在两份放假安排中一为放假、一为上班"),
            (Lang::Zh, Self::YearOutOfRange(year)) => format!("{year}年不在1970年至2099年之间"),
        }
    }
}

impl LimitError {
    /// The error as one sentence.
    pub fn text(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::Empty) => "没有填写时限".to_owned(),
            (Lang::Zh, Self::Number(text)) => format!("“{text}”不以整数开头，无法识别"),
            (Lang::Zh, Self::Amount(text)) => format!("“{text}”不在1至100000之间"),
            (Lang::Zh, Self::Unit(text)) => format!("“{text}”的时间单位无法识别"),
        }
    }
}

impl ReckonError {
    /// The error as one sentence.
    pub fn text(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::OutOfRange) => "时间超出1970年至2099年".to_owned(),
            (Lang::Zh, Self::PauseBackwards) => "暂停的结束早于开始".to_owned(),
        }
    }
}
