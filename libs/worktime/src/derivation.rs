//! The reasons behind a deadline, line by line, as data that can be read in two languages.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::{
    Limit, PauseKind, YearState,
    day::{HOUR_MS, MINUTE_MS, local},
};

/// The language of a rendered text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// Chinese, as in zh-CN.
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// Neighbouring days under one name of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffDays {
    /// The first day that falls into the count.
    pub first: Date,
    /// The last day that falls into the count.
    pub last: Date,
    /// The holiday.
    pub name: String,
}

/// One reason; moments are UTC milliseconds, dates are Beijing's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// The clock was started.
    Started {
        /// When.
        at: i64,
    },
    /// The limit as written.
    Limited {
        /// The limit.
        limit: Limit,
    },
    /// The rules read the limit in another unit than it was written in.
    ReadAs {
        /// The limit as counted.
        limit: Limit,
    },
    /// The day of the event is not counted.
    StartDayExcluded {
        /// The day after it.
        first: Date,
    },
    /// Only office hours count.
    OfficeHours {
        /// Such as `08:30-12:00,14:30-17:30`.
        hours: String,
    },
    /// The clock was started while the office was closed.
    WaitsForOffice {
        /// When the office next opened.
        opens: i64,
    },
    /// A holiday that is not counted.
    DaysOff(OffDays),
    /// Weekend days that are worked and counted.
    MakeUp(OffDays),
    /// Ordinary Saturdays and Sundays that are not counted.
    Weekends {
        /// How many days.
        days: u32,
    },
    /// A span that is not counted.
    Paused {
        /// When it began.
        from: i64,
        /// When it ended; open when absent.
        to: Option<i64>,
        /// Why.
        reason: PauseKind,
    },
    /// More time was approved.
    Extended {
        /// Which extension, counted from 1.
        nth: u32,
        /// How much more.
        limit: Limit,
        /// The deadline before it; absent while the clock stands still.
        from: Option<i64>,
    },
    /// The last day fell on a day off and moved.
    Rolled {
        /// The day off.
        from: Date,
        /// The first workday after it.
        to: Date,
    },
    /// The result.
    Due {
        /// The last moment that is in time.
        at: i64,
    },
    /// No result while the clock stands still.
    Held {
        /// Since when.
        since: i64,
        /// What is left, milliseconds of the counted kind of time.
        left_ms: i64,
    },
    /// The holiday notice of a year that matters is not out.
    Provisional {
        /// The year.
        year: i16,
        /// What is known about it.
        state: YearState,
    },
}

impl Line {
    /// The line as one sentence.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Started { at } => format!("自{}开始计时", zh_moment(*at)),
            Self::Limited { limit } => format!("时限为{}", limit.text(Lang::Zh)),
            Self::ReadAs { limit } => format!("按计算规则折为{}", limit.text(Lang::Zh)),
            Self::StartDayExcluded { first } => format!("开始当日不计入，从{}起算", zh_date(*first)),
            Self::OfficeHours { hours } => {
                format!("只计办公时间（{}）", hours.replace('-', "至").replace(',', "、"))
            }
            Self::WaitsForOffice { opens } => format!("开始时不在办公时间，从{}起计", zh_moment(*opens)),
            Self::DaysOff(days) => format!("{}放假，不计入", zh_days(days)),
            Self::MakeUp(days) => format!("{}调休上班，计入", zh_days(days)),
            Self::Weekends { days } => format!("期间周末{days}天，不计入"),
            Self::Paused { from, to: Some(to), reason } => {
                format!("{}至{}因{}暂停计时", zh_moment(*from), zh_moment(*to), reason.text(Lang::Zh))
            }
            Self::Paused { from, to: None, reason } => {
                format!("自{}起因{}暂停计时，尚未恢复", zh_moment(*from), reason.text(Lang::Zh))
            }
            Self::Extended { nth, limit, from: Some(from) } => {
                let limit = limit.text(Lang::Zh);
                format!("经批准第{nth}次延期：在{}截止的基础上再加{limit}", zh_moment(*from))
            }
            Self::Extended { nth, limit, from: None } => {
                format!("经批准第{nth}次延期：再加{}", limit.text(Lang::Zh))
            }
            Self::Rolled { from, to } => {
                format!("最后一日{}为休假日，顺延至{}", zh_date(*from), zh_date(*to))
            }
            Self::Due { at } => format!("截止时间为{}", zh_moment(*at)),
            Self::Held { left_ms, .. } if *left_ms < 0 => {
                format!("暂停期间不设截止时间，暂停前已超时{}", length(-left_ms, Lang::Zh))
            }
            Self::Held { left_ms, .. } => {
                format!("暂停期间不设截止时间，剩余{}", length(*left_ms, Lang::Zh))
            }
            Self::Provisional { year, .. } => {
                format!("{year}年放假安排尚未公布，暂按周末计算，公布后重算")
            }
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Started { at } => format!("The clock started at {}", en_moment(*at)),
            Self::Limited { limit } => format!("The limit is {}", limit.text(Lang::En)),
            Self::ReadAs { limit } => format!("By the rules this means {}", limit.text(Lang::En)),
            Self::StartDayExcluded { first } => {
                format!("The day of the start is not counted; {first} is the first day")
            }
            Self::OfficeHours { hours } => {
                format!("Only office hours count ({})", hours.replace(',', ", "))
            }
            Self::WaitsForOffice { opens } => {
                format!("The office was closed; time counts from {}", en_moment(*opens))
            }
            Self::DaysOff(days) => format!("{} is a holiday and is not counted", en_days(days)),
            Self::MakeUp(days) => format!("{} is a make-up workday and is counted", en_days(days)),
            Self::Weekends { days: 1 } => "1 weekend day is not counted".to_owned(),
            Self::Weekends { days } => format!("{days} weekend days are not counted"),
            Self::Paused { from, to: Some(to), reason } => {
                format!("Paused from {} to {}: {}", en_moment(*from), en_moment(*to), reason.text(Lang::En))
            }
            Self::Paused { from, to: None, reason } => {
                format!("Paused since {}: {}", en_moment(*from), reason.text(Lang::En))
            }
            Self::Extended { nth, limit, from: Some(from) } => {
                let limit = limit.text(Lang::En);
                format!("Extension {nth} was approved: {limit} more after {}", en_moment(*from))
            }
            Self::Extended { nth, limit, from: None } => {
                format!("Extension {nth} was approved: {} more", limit.text(Lang::En))
            }
            Self::Rolled { from, to } => {
                format!("The last day, {from}, is a day off; it moves to {to}")
            }
            Self::Due { at } => format!("Due at {}", en_moment(*at)),
            Self::Held { left_ms, .. } if *left_ms < 0 => {
                format!("No deadline while paused; already {} late before", length(-left_ms, Lang::En))
            }
            Self::Held { left_ms, .. } => {
                format!("No deadline while paused; {} left", length(*left_ms, Lang::En))
            }
            Self::Provisional { year, .. } => format!(
                "The holidays of {year} are not published yet; only weekends were taken off, to be recomputed"
            ),
        }
    }
}

fn zh_date(d: Date) -> String {
    format!("{}年{}月{}日", d.year(), d.month(), d.day())
}

fn zh_moment(ms: i64) -> String {
    format!("{}{}", zh_date(local(ms).date()), clock(ms))
}

fn en_moment(ms: i64) -> String {
    format!("{} {}", local(ms).date(), clock(ms))
}

/// The last millisecond of a day is written as its end.
fn clock(ms: i64) -> String {
    let time = local(ms).time();
    if time >= Time::constant(23, 59, 59, 999_000_000) {
        "24:00".to_owned()
    } else {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}

fn zh_days(days: &OffDays) -> String {
    let name = &days.name;
    if days.first == days.last {
        format!("{}（{name}）", zh_date(days.first))
    } else {
        format!("{}至{}（{name}）", zh_date(days.first), zh_date(days.last))
    }
}

fn en_days(days: &OffDays) -> String {
    if days.first == days.last {
        format!("{} ({})", days.first, days.name)
    } else {
        format!("{} to {} ({})", days.first, days.last, days.name)
    }
}

fn length(ms: i64, lang: Lang) -> String {
    let (hours, minutes) = (ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS);
    match lang {
        Lang::Zh => format!("{hours}小时{minutes}分钟"),
        Lang::En => format!("{hours} h {minutes} min"),
    }
}
