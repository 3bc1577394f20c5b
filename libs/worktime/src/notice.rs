//! The yearly holiday notice of the State Council as a list of days.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::CalendarError;

/// One year's notice; the file form of the holiday-cn data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The year the notice is for; it may speak of days in the December before.
    pub year: i16,
    /// The days it speaks of; ordinary weekends are not listed. Empty while the notice is not out.
    pub days: Vec<NoticeDay>,
}

/// A day that a notice makes different from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDay {
    /// The day.
    pub date: Date,
    /// The holiday it belongs to.
    pub name: String,
    /// True for a day off, false for a weekend day that is worked (调休).
    #[serde(alias = "isOffDay")]
    pub off: bool,
}

impl Notice {
    /// Reads one file.
    pub fn from_json(text: &str) -> Result<Self, CalendarError> {
        Ok(serde_json::from_str(text)?)
    }
}
