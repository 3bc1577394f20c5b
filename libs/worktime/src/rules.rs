//! How a body of law counts days: data, versioned, so that a past deadline can be explained later.

use serde::{Deserialize, Serialize};

use crate::{Limit, OfficeHours, Unit};

/// What a calendar-day limit means in a body of law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DaysMean {
    /// Days as they come.
    Calendar,
    /// Every limit in days is in workdays (行政许可法 art 82).
    Working,
    /// Limits of exactly these amounts are in workdays (行政处罚法 art 85: 2, 3, 5, 7).
    WorkingWhen(Vec<u32>),
}

/// When a calendar day ends for the purpose of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarDayEnd {
    /// At 24:00.
    Midnight,
    /// When the office closes (民法典 art 203).
    OfficeClose,
}

/// A regime of counting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// A stable name such as `city-case`.
    pub id: String,
    /// Raised with every change; stored beside each deadline.
    pub version: u32,
    /// When the office is open.
    pub hours: OfficeHours,
    /// The day of the event is not counted.
    pub start_day_excluded: bool,
    /// A calendar limit that ends on a day off ends on the next workday.
    pub roll_off_day: bool,
    /// How limits in days are read.
    pub days_mean: DaysMean,
    /// When the last day of a calendar limit ends.
    pub calendar_day_end: CalendarDayEnd,
}

impl RuleSet {
    /// 民法典 arts 200–204.
    pub fn civil_code() -> Self {
        Self {
            id: "civil-code".into(),
            version: 1,
            hours: OfficeHours::default(),
            start_day_excluded: true,
            roll_off_day: true,
            days_mean: DaysMean::Calendar,
            calendar_day_end: CalendarDayEnd::Midnight,
        }
    }

    /// 行政许可法 art 82: every limit in days is in workdays.
    pub fn licensing() -> Self {
        Self { id: "licensing".into(), days_mean: DaysMean::Working, ..Self::civil_code() }
    }

    /// 行政处罚法 art 85: 2, 3, 5 and 7 days are workdays, others calendar days.
    pub fn penalty() -> Self {
        let days_mean = DaysMean::WorkingWhen(vec![2, 3, 5, 7]);
        Self { id: "penalty".into(), days_mean, ..Self::civil_code() }
    }

    /// 信访工作条例: calendar days; it names no rolling, so the earlier day is taken.
    pub fn petition() -> Self {
        Self { id: "petition".into(), roll_off_day: false, ..Self::civil_code() }
    }

    /// City management cases: counted from the moment of dispatch, in the unit of the standard.
    pub fn city_case() -> Self {
        Self { id: "city-case".into(), ..Self::civil_code() }
    }

    /// The limit as this regime reads it.
    pub fn read(&self, limit: Limit) -> Limit {
        let working = match &self.days_mean {
            DaysMean::Calendar => false,
            DaysMean::Working => true,
            DaysMean::WorkingWhen(amounts) => amounts.contains(&limit.amount()),
        };
        if working && limit.unit() == Unit::CalendarDays {
            Limit::new(limit.amount(), Unit::WorkingDays).unwrap_or(limit)
        } else {
            limit
        }
    }
}
