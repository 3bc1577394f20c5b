//! Adding up: rows of the rollup and what stands open, by street, community or department.

use std::collections::BTreeMap;

use orders::{DayCount, Standing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By what the numbers are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[default]
    Street,
    Community,
    Department,
}

impl By {
    /// The key of a group: an area's code or an organisation's id.
    fn key(self, area: i64, organisation: i64) -> i64 {
        match self {
            Self::Street => at_most(area, 1_000_000_000),
            Self::Community => at_most(area, 1_000_000_000_000),
            Self::Department => organisation,
        }
    }
}

/// The code of the area above that is smaller than `limit`.
pub(crate) fn at_most(mut code: i64, limit: i64) -> i64 {
    while code >= limit {
        code /= 1000;
    }
    code
}

/// How many were done in time, and of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OnTime {
    pub done: i64,
    /// Nothing was due when this is 0: there is no rate then.
    pub of: i64,
}

/// The numbers of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Numbers {
    pub reported: i64,
    pub accepted: i64,
    pub dispatched: i64,
    pub resolved: i64,
    pub closed: i64,
    /// Open now.
    pub open: i64,
    /// Open and overdue now.
    pub late: i64,
    pub on_time: OnTime,
}

impl Numbers {
    fn add_day(&mut self, row: &DayCount) {
        self.reported += row.reported;
        self.accepted += row.accepted;
        self.dispatched += row.dispatched;
        self.resolved += row.resolved;
        self.closed += row.closed;
        self.on_time.done += row.on_time;
        self.on_time.of += row.on_time + row.late;
    }

    fn add_standing(&mut self, row: &Standing) {
        self.open += row.open;
        self.late += row.late;
    }
}

/// All groups by their key, and everything together.
///
/// By department, what no department has yet is only in the total.
pub fn add_up(by: By, days: &[DayCount], standing: &[Standing]) -> (BTreeMap<i64, Numbers>, Numbers) {
    let (mut groups, mut total) = (BTreeMap::<i64, Numbers>::new(), Numbers::default());
    for row in days {
        groups.entry(by.key(row.community, row.organisation_id)).or_default().add_day(row);
        total.add_day(row);
    }
    for row in standing {
        groups.entry(by.key(row.area, row.organisation_id)).or_default().add_standing(row);
        total.add_standing(row);
    }
    groups.remove(&0);
    (groups, total)
}
