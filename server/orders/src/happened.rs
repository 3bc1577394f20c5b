//! What the rollup counts, case by case: for every measure the exact list behind its number.
//!
//! A measure is either an act, taken at a moment for a unit, or a verdict, judged at a moment. What is late by time alone
//! is looked up among the open orders; the rollup of a span and these lists always agree.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::{Error, Millis, Read};
use store::{Value, row, sql, vals};

use crate::measure::{Judged, Measure, Outcome};
use crate::order::Order;
use crate::words::{Act, Source};

row! {
    /// One thing that a number counts.
    pub struct Happening {
        /// The step, the run or the order that is counted: the same order may be counted more than once.
        pub case_id: i64,
        pub order_id: i64,
        pub number: String,
        pub class: String,
        pub source: Source,
        pub area: i64,
        /// The unit that it counts for; 0 for none.
        pub organisation_id: i64,
        pub at: Millis,
    }
}

row! {
    /// How many open orders of an area and a unit passed their deadline without a verdict yet.
    pub(crate) struct Overdue { pub judged: Judged, pub area: i64, pub organisation_id: i64, pub cases: i64 }
}

sql! {
    STEPS = "SELECT s.id, s.order_id, o.number, o.class, o.source, o.area,
            COALESCE(s.organisation_id, CASE WHEN s.action = 'return' THEN s.post_organisation_id ELSE 0 END, 0), s.at
        FROM order_steps AS s JOIN orders AS o ON o.street_id = s.street_id AND o.id = s.order_id
        WHERE s.street_id = $1 AND s.action IN ($2, $3, $4) AND s.at >= $5 AND s.at < $6 AND (s.at > $7 OR (s.at = $7 AND s.id > $8))
            AND (o.area BETWEEN $9 AND $10 OR o.area = $11)
            AND (COALESCE(s.organisation_id, CASE WHEN s.action = 'return' THEN s.post_organisation_id ELSE 0 END, 0) = $12 OR $12 = 0)
            AND (o.class = $13 OR $13 = '') AND (o.source = $14 OR $14 = '') AND (o.stars >= $15 OR $15 = 0)
            AND (CAST($16 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM order_steps AS r
                WHERE r.street_id = s.street_id AND r.order_id = s.order_id AND r.action = 'reopen' AND r.id > s.id))
            AND o.words LIKE $18 ESCAPE '\\' AND o.words LIKE $19 ESCAPE '\\' AND o.words LIKE $20 ESCAPE '\\'
        ORDER BY s.at, s.id LIMIT $17";
    VERDICTS = "SELECT v.id, v.order_id, o.number, o.class, o.source, o.area, v.organisation_id, v.judged_at
        FROM order_verdicts AS v JOIN orders AS o ON o.street_id = v.street_id AND o.id = v.order_id
        WHERE v.street_id = $1 AND v.judged = $2 AND v.verdict = $3 AND v.judged_at >= $4 AND v.judged_at < $5
            AND (v.judged_at > $6 OR (v.judged_at = $6 AND v.id > $7)) AND (o.area BETWEEN $8 AND $9 OR o.area = $10)
            AND (v.organisation_id = $11 OR $11 = 0) AND (o.class = $12 OR $12 = '')
            AND o.words LIKE $14 ESCAPE '\\' AND o.words LIKE $15 ESCAPE '\\' AND o.words LIKE $16 ESCAPE '\\'
        ORDER BY v.judged_at, v.id LIMIT $13";
    /// Runs of one clock that passed their deadline and still run.
    OVERDUE_RUNS = "SELECT c.id, o.id, o.number, o.class, o.source, o.area, COALESCE(o.organisation_id, 0), o.queue_at
        FROM orders AS o JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id AND c.clock = o.clock
        WHERE o.street_id = $1 AND o.state IN ('reported', 'dispatched', 'handling') AND o.queue_at >= $2 AND o.queue_at < $3
            AND (o.queue_at > $4 OR (o.queue_at = $4 AND c.id > $5)) AND (o.area BETWEEN $6 AND $7 OR o.area = $8)
            AND (o.organisation_id = $9 OR $9 = 0) AND (o.class = $10 OR $10 = '') AND (o.source = $11 OR $11 = '')
            AND o.clock = $12 AND o.exempt = 0 AND c.stopped_at IS NULL AND c.paused_at IS NULL AND c.overdue_at IS NULL
            AND c.exempt_at IS NULL
            AND o.words LIKE $14 ESCAPE '\\' AND o.words LIKE $15 ESCAPE '\\' AND o.words LIKE $16 ESCAPE '\\'
        ORDER BY o.queue_at, c.id LIMIT $13";
    /// Orders that passed a deadline for the first time and are still open.
    OVERDUE_ORDERS = "SELECT o.id, o.id, o.number, o.class, o.source, o.area,
            CASE WHEN o.clock = 'handling' THEN COALESCE(o.organisation_id, 0) ELSE 0 END, o.queue_at
        FROM orders AS o JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id AND c.clock = o.clock
        WHERE o.street_id = $1 AND o.state IN ('reported', 'accepted', 'dispatched', 'handling', 'resolved', 'verified',
                'consulting', 'guiding', 'arbitrating')
            AND o.queue_at >= $2 AND o.queue_at < $3 AND (o.queue_at > $4 OR (o.queue_at = $4 AND o.id > $5))
            AND (o.area BETWEEN $6 AND $7 OR o.area = $8) AND ((o.organisation_id = $9 AND o.clock = 'handling') OR $9 = 0)
            AND (o.class = $10 OR $10 = '') AND o.exempt = 0 AND c.stopped_at IS NULL AND c.paused_at IS NULL
            AND c.exempt_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM order_verdicts AS v WHERE v.street_id = o.street_id AND v.id = o.id)
            AND o.words LIKE $12 ESCAPE '\\' AND o.words LIKE $13 ESCAPE '\\' AND o.words LIKE $14 ESCAPE '\\'
        ORDER BY o.queue_at, o.id LIMIT $11";
    SOME: Order = "WHERE street_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
            $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51) LIMIT 50";
    OVERDUE_COUNTS = "SELECT 'closing', o.area, CASE WHEN o.clock = 'handling' THEN COALESCE(o.organisation_id, 0) ELSE 0 END, COUNT(*)
        FROM orders AS o JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id AND c.clock = o.clock
        WHERE o.street_id = $1 AND o.state IN ('reported', 'accepted', 'dispatched', 'handling', 'resolved', 'verified',
                'consulting', 'guiding', 'arbitrating')
            AND o.queue_at >= $2 AND o.queue_at < $3 AND o.exempt = 0 AND c.stopped_at IS NULL AND c.paused_at IS NULL
            AND c.exempt_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM order_verdicts AS v WHERE v.street_id = o.street_id AND v.id = o.id)
        GROUP BY o.area, CASE WHEN o.clock = 'handling' THEN COALESCE(o.organisation_id, 0) ELSE 0 END
        UNION ALL
        SELECT CASE WHEN o.clock = 'handling' THEN 'handling' ELSE 'response' END, o.area, COALESCE(o.organisation_id, 0), COUNT(*)
        FROM orders AS o JOIN order_clocks AS c ON c.street_id = o.street_id AND c.order_id = o.id AND c.clock = o.clock
        WHERE o.street_id = $1 AND o.queue_at >= $2 AND o.queue_at < $3 AND o.exempt = 0
            AND ((o.state IN ('dispatched', 'handling') AND o.clock = 'handling')
                OR (o.state = 'reported' AND o.clock = 'acceptance' AND o.source = 'hotline'))
            AND c.stopped_at IS NULL AND c.paused_at IS NULL AND c.overdue_at IS NULL AND c.exempt_at IS NULL
        GROUP BY CASE WHEN o.clock = 'handling' THEN 'handling' ELSE 'response' END, o.area, COALESCE(o.organisation_id, 0)
        LIMIT 1000000";
}

/// How many orders one statement asks for.
const AT_ONCE: usize = 50;

/// From one moment up to another, which is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Millis,
    pub to: Millis,
}

impl Span {
    /// A day in Beijing.
    pub fn of_day(day: Date) -> Self {
        Self::of_days(day, day)
    }

    /// Whole days in Beijing, both included.
    pub fn of_days(first: Date, last: Date) -> Self {
        let from = Millis::at_beijing_midnight(first);
        Self { from, to: Millis::at_beijing_midnight(last).plus(24 * 3_600_000) }
    }
}

/// Whose cases are listed.
#[derive(Clone, Debug)]
pub struct Within {
    /// Codes of areas, both ends included, or exactly one.
    pub low: i64,
    pub high: i64,
    pub exact: i64,
    /// 0: whichever unit.
    pub organisation: i64,
    /// Empty: whichever class.
    pub class: String,
    /// Patterns that number, address and description must match.
    pub words: [String; 3],
}

impl Within {
    /// All cases of a street.
    pub fn everything() -> Self {
        Self {
            low: 0,
            high: i64::MAX,
            exact: 0,
            organisation: 0,
            class: String::new(),
            words: std::array::from_fn(|_| "%".to_owned()),
        }
    }
}

/// Where the cases of a measure are found.
enum Found {
    Steps { acts: [Act; 3], hotline: bool, stars: i64, reopened: bool },
    Verdicts(Judged, Outcome),
}

fn found(measure: Measure) -> Found {
    let plain = |act| Found::Steps { acts: [act; 3], hotline: false, stars: 0, reopened: false };
    let closed = [Act::Close, Act::SelfResolve, Act::Settle];
    let steps = |acts, hotline, stars, reopened| Found::Steps { acts, hotline, stars, reopened };
    match measure {
        Measure::Reported => plain(Act::Report),
        Measure::Accepted => plain(Act::Accept),
        Measure::Rejected => plain(Act::Reject),
        Measure::Dispatched => plain(Act::Dispatch),
        Measure::Signed => plain(Act::Sign),
        Measure::Returned => plain(Act::Return),
        Measure::Resolved => plain(Act::Resolve),
        Measure::Verified => plain(Act::Verify),
        Measure::Reworked => plain(Act::Rework),
        Measure::Closed => steps(closed, false, 0, false),
        Measure::ReopenedLater => steps(closed, false, 0, true),
        Measure::Rated => plain(Act::Rate),
        Measure::Satisfied => steps([Act::Rate; 3], false, Measure::SATISFIED_STARS, false),
        Measure::HotlineClosed => steps(closed, true, 0, false),
        Measure::HotlineDropped => steps([Act::Reject, Act::Cancel, Act::Cancel], true, 0, false),
        Measure::HotlineRated => steps([Act::Rate; 3], true, 0, false),
        Measure::HotlineSatisfied => steps([Act::Rate; 3], true, Measure::SATISFIED_STARS, false),
        Measure::HandlingMet => Found::Verdicts(Judged::Handling, Outcome::Met),
        Measure::HandlingMissed => Found::Verdicts(Judged::Handling, Outcome::Missed),
        Measure::HandlingExempt => Found::Verdicts(Judged::Handling, Outcome::Exempt),
        Measure::ClosingMet => Found::Verdicts(Judged::Closing, Outcome::Met),
        Measure::ClosingMissed => Found::Verdicts(Judged::Closing, Outcome::Missed),
        Measure::ClosingExempt => Found::Verdicts(Judged::Closing, Outcome::Exempt),
        Measure::ResponseMet => Found::Verdicts(Judged::Response, Outcome::Met),
        Measure::ResponseMissed => Found::Verdicts(Judged::Response, Outcome::Missed),
    }
}

/// The cases of a street that a measure counts in a span, by moment and case, after the pair `after`.
///
/// # Errors
/// What the store answers.
pub async fn happened(
    r: &Read,
    street: i64,
    measure: Measure,
    span: Span,
    within: &Within,
    after: (Millis, i64),
    limit: i64,
) -> Result<Vec<Happening>, Error> {
    let Within { low, high, exact, organisation, class, words: [word, other, third] } = within;
    match found(measure) {
        Found::Steps { acts: [one, two, three], hotline, stars, reopened } => {
            let source = if hotline { Source::Hotline.as_str() } else { "" };
            let values = vals![
                street,
                one,
                two,
                three,
                span.from,
                span.to,
                after.0,
                after.1,
                *low,
                *high,
                *exact,
                *organisation,
                class.as_str(),
                source,
                stars,
                i64::from(reopened),
                limit,
                word.as_str(),
                other.as_str(),
                third.as_str()
            ];
            Ok(r.query(&STEPS, &values).await?)
        }
        Found::Verdicts(judged, outcome) => {
            let values = vals![
                street,
                judged,
                outcome,
                span.from,
                span.to,
                after.0,
                after.1,
                *low,
                *high,
                *exact,
                *organisation,
                class.as_str(),
                limit,
                word.as_str(),
                other.as_str(),
                third.as_str()
            ];
            let mut all: Vec<Happening> = r.query(&VERDICTS, &values).await?;
            if outcome == Outcome::Missed {
                all.extend(overdue(r, street, judged, span, within, after, limit).await?);
                all.sort_by_key(|one| (one.at, one.case_id));
                all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            }
            Ok(all)
        }
    }
}

/// What is late by time alone.
async fn overdue(
    r: &Read,
    street: i64,
    judged: Judged,
    span: Span,
    within: &Within,
    after: (Millis, i64),
    limit: i64,
) -> Result<Vec<Happening>, Error> {
    let Within { low, high, exact, organisation, class, words: [word, other, third] } = within;
    let to = span.to.min(r.now());
    let bounds =
        vals![street, span.from, to, after.0, after.1, *low, *high, *exact, *organisation, class.as_str()];
    let mut values = bounds.to_vec();
    let sql = match judged {
        Judged::Closing => {
            values.extend(vals![limit]);
            &OVERDUE_ORDERS
        }
        Judged::Handling => {
            values.extend(vals!["", "handling", limit]);
            &OVERDUE_RUNS
        }
        Judged::Response => {
            values.extend(vals![Source::Hotline.as_str(), "acceptance", limit]);
            &OVERDUE_RUNS
        }
    };
    values.extend(vals![word.as_str(), other.as_str(), third.as_str()]);
    Ok(r.query(sql, &values).await?)
}

/// How much is late by time alone, by area and unit.
///
/// # Errors
/// What the store answers.
pub(crate) async fn overdue_counts(r: &Read, street: i64, span: Span) -> Result<Vec<Overdue>, Error> {
    Ok(r.query(&OVERDUE_COUNTS, &vals![street, span.from, span.to.min(r.now())]).await?)
}

/// The orders of a page of happenings, by id; fifty at a time.
///
/// # Errors
/// What the store answers.
pub(crate) async fn orders_of(r: &Read, street: i64, ids: &[i64]) -> Result<HashMap<i64, Order>, Error> {
    let mut all = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let mut values = vec![Value::from(street)];
        // A statement has as many places as it has: the last id fills those that are left.
        let filled = some.iter().chain(std::iter::repeat(some.last().unwrap_or(&0))).take(AT_ONCE);
        values.extend(filled.copied().map(Value::from));
        let found: Vec<Order> = r.query(&SOME, &values).await?;
        all.extend(found.into_iter().map(|order| (order.id, order)));
    }
    Ok(all)
}
