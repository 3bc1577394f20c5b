//! Calendars with make-up workdays, working hours, deadlines and pauses; every deadline explains itself.
//!
//! A deadline is a function of a start, a limit and its unit, a rule set, a calendar and the pauses; nothing
//! else is consulted, so the same inputs give the same deadline on every machine and in every year.
//! Moments are UTC milliseconds; days are days of Beijing (+08:00, no daylight saving).
//!
//! What holds:
//! - a longer limit or one more pause never gives an earlier deadline;
//! - a deadline in working days or working hours falls on a workday, and never inside a pause;
//! - a deadline that touches a year whose holiday notice is not out is marked provisional;
//! - an extension adds the whole limit once more after the deadline, as the rules count it;
//! - while a pause is open there is no deadline, but there is a remainder.

mod calendar;
mod day;
mod deadline;
mod derivation;
mod error;
mod explain;
mod hours;
mod limit;
mod notice;
mod pause;
mod rules;

pub use calendar::{Calendar, DayKind, YearState};
pub use day::{BEIJING, beijing_date, moment};
pub use deadline::{Deadline, Held, Term, deadline, elapsed, remaining};
pub use derivation::{Lang, Line, OffDays};
pub use error::{CalendarError, HoursError, LimitError, ReckonError};
pub use hours::OfficeHours;
pub use limit::{Limit, Reading, Unit};
pub use notice::{Notice, NoticeDay};
pub use pause::{Pause, PauseKind};
pub use rules::{CalendarDayEnd, DaysMean, RuleSet};
