//! Reading the rollup, and what stands open with each unit: what boards are made of.

use platform::{Error, Millis, Read};
use store::{row, sql, vals};

row! {
    /// What happened on a day in a community with a unit (0: before a unit had it).
    pub struct DayCount {
        pub day: i64,
        pub community: i64,
        pub organisation_id: i64,
        pub reported: i64,
        pub accepted: i64,
        pub dispatched: i64,
        pub resolved: i64,
        pub on_time: i64,
        pub late: i64,
        pub closed: i64,
        pub opened: i64,
    }
}

row! {
    /// The open orders of a community with a unit (0: with nobody yet), and how many of them are late now.
    pub struct Standing { pub area: i64, pub organisation_id: i64, pub open: i64, pub late: i64 }
}

sql! {
    DAY_COUNTS = "SELECT day, community, organisation_id, reported, accepted, dispatched, resolved, on_time, late, closed, opened
        FROM order_counts WHERE street_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, id LIMIT 1000000";
    STANDING = "SELECT area, COALESCE(organisation_id, 0), COUNT(*), CAST(SUM(CASE WHEN queue_at < $2 THEN 1 ELSE 0 END) AS BIGINT)
        FROM orders WHERE street_id = $1
            AND state IN ('reported', 'accepted', 'dispatched', 'handling', 'resolved', 'verified', 'consulting', 'guiding',
                'arbitrating', 'parked')
        GROUP BY area, COALESCE(organisation_id, 0) ORDER BY area, COALESCE(organisation_id, 0) LIMIT 1000000";
}

/// The rollup of a street from one day to another, both included, as [`crate::day_of`] writes days.
///
/// # Errors
/// What the store answers.
pub async fn day_counts(r: &Read, street: i64, from: i64, to: i64) -> Result<Vec<DayCount>, Error> {
    Ok(r.query(&DAY_COUNTS, &vals![street, from, to]).await?)
}

/// What stands open in a street by area and unit.
///
/// # Errors
/// What the store answers.
pub async fn standing(r: &Read, street: i64, now: Millis) -> Result<Vec<Standing>, Error> {
    Ok(r.query(&STANDING, &vals![street, now]).await?)
}
