//! Reading the rollup, and what stands open with each unit: what boards are made of.

use platform::{Error, Millis, Read};
use store::{FromRow, row, sql, vals};

use crate::counts::day_of;
use crate::happened::{Span, overdue_counts};
use crate::measure::{Judged, Measure};

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

/// What a street's rollup holds of a community and a unit (0: none) over a span, and what is late there by time alone.
#[derive(Clone, Debug)]
pub struct Tallied {
    pub community: i64,
    pub organisation_id: i64,
    /// In the order of [`Measure::ALL`].
    counts: Vec<i64>,
}

impl Tallied {
    /// How often a measure was counted.
    pub fn get(&self, measure: Measure) -> i64 {
        let place = Measure::ALL.iter().position(|known| *known == measure);
        place.and_then(|place| self.counts.get(place)).copied().unwrap_or_default()
    }

    fn add(&mut self, measure: Measure, more: i64) {
        let place = Measure::ALL.iter().position(|known| *known == measure);
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += more;
        }
    }
}

impl FromRow for Tallied {
    fn from_row(row: &store::Row<'_>) -> Result<Self, store::Error> {
        let counts = (2..).zip(Measure::ALL).map(|(place, _)| row.get::<i64>(place));
        Ok(Self {
            community: row.get(0)?,
            organisation_id: row.get(1)?,
            counts: counts.collect::<Result<_, _>>()?,
        })
    }
}

sql! {
    /// In the order of [`Measure::ALL`].
    TALLIED = "SELECT community, organisation_id, CAST(SUM(reported) AS BIGINT), CAST(SUM(accepted) AS BIGINT),
            CAST(SUM(rejected) AS BIGINT), CAST(SUM(dispatched) AS BIGINT), CAST(SUM(signed) AS BIGINT),
            CAST(SUM(returned) AS BIGINT), CAST(SUM(resolved) AS BIGINT), CAST(SUM(verified) AS BIGINT),
            CAST(SUM(reworked) AS BIGINT), CAST(SUM(closed) AS BIGINT), CAST(SUM(reopened_later) AS BIGINT),
            CAST(SUM(rated) AS BIGINT), CAST(SUM(satisfied) AS BIGINT), CAST(SUM(handling_met) AS BIGINT),
            CAST(SUM(handling_missed) AS BIGINT), CAST(SUM(handling_exempt) AS BIGINT), CAST(SUM(closing_met) AS BIGINT),
            CAST(SUM(closing_missed) AS BIGINT), CAST(SUM(closing_exempt) AS BIGINT), CAST(SUM(response_met) AS BIGINT),
            CAST(SUM(response_missed) AS BIGINT), CAST(SUM(hotline_closed) AS BIGINT), CAST(SUM(hotline_dropped) AS BIGINT),
            CAST(SUM(hotline_rated) AS BIGINT), CAST(SUM(hotline_satisfied) AS BIGINT)
        FROM order_counts WHERE street_id = $1 AND day BETWEEN $2 AND $3
        GROUP BY community, organisation_id ORDER BY community, organisation_id LIMIT 1000000";
}

/// What happened in a street over whole days, by community and unit; agrees with [`crate::happened()`].
///
/// # Errors
/// What the store answers.
pub async fn tallied(r: &Read, street: i64, span: Span) -> Result<Vec<Tallied>, Error> {
    let (first, last) = (day_of(span.from), day_of(span.to.plus(-1)));
    let mut rows: Vec<Tallied> = r.query(&TALLIED, &vals![street, first, last]).await?;
    for late in overdue_counts(r, street, span).await? {
        let measure = match late.judged {
            Judged::Handling => Measure::HandlingMissed,
            Judged::Closing => Measure::ClosingMissed,
            Judged::Response => Measure::ResponseMissed,
        };
        let community = if late.area >= 1_000_000_000_000 { late.area / 1000 } else { late.area };
        let own =
            |row: &&mut Tallied| (row.community, row.organisation_id) == (community, late.organisation_id);
        match rows.iter_mut().find(own) {
            Some(row) => row.add(measure, late.cases),
            None => {
                let counts = vec![0; Measure::ALL.len()];
                let mut row = Tallied { community, organisation_id: late.organisation_id, counts };
                row.add(measure, late.cases);
                rows.push(row);
            }
        }
    }
    Ok(rows)
}
