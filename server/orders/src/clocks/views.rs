//! The lists of what somebody minds: supervised orders, and those of which the caller's post was told.

use platform::policy::Caller;
use platform::{Error, Read};
use store::{sql, vals};

use crate::order::Order;
use crate::view::{Bounds, View};

sql! {
    SUPERVISED: Order = "WHERE street_id = $1 AND supervised = 1 AND (queue_at > $2 OR (queue_at = $2 AND id > $3))
        AND (area BETWEEN $4 AND $5 OR area = $6) AND (class = $7 OR $7 = '') AND words LIKE $8 ESCAPE '\\'
        AND words LIKE $9 ESCAPE '\\' AND words LIKE $10 ESCAPE '\\' AND (organisation_id = $11 OR $11 = 0)
        ORDER BY queue_at, id LIMIT $12";
    ESCALATED: Order = "WHERE street_id = $1 AND id IN (SELECT e.order_id FROM order_escalations AS e
            JOIN order_clocks AS c ON c.street_id = e.street_id AND c.id = e.clock_id
            WHERE e.street_id = $1 AND e.post_kind = $13 AND (e.organisation_id = $14 OR e.organisation_id IS NULL)
                AND e.acknowledged_at IS NULL AND c.stopped_at IS NULL AND c.paused_at IS NULL)
        AND (queue_at > $2 OR (queue_at = $2 AND id > $3))
        AND (area BETWEEN $4 AND $5 OR area = $6) AND (class = $7 OR $7 = '') AND words LIKE $8 ESCAPE '\\'
        AND words LIKE $9 ESCAPE '\\' AND words LIKE $10 ESCAPE '\\' AND (organisation_id = $11 OR $11 = 0)
        ORDER BY queue_at, id LIMIT $12";
    SUPERVISED_COUNT = "SELECT COUNT(*) FROM orders WHERE street_id = $1 AND supervised = 1
        AND (area BETWEEN $2 AND $3 OR area = $4) AND (organisation_id = $5 OR $5 = 0)";
    ESCALATED_COUNT = "SELECT COUNT(DISTINCT e.order_id) FROM order_escalations AS e
            JOIN order_clocks AS c ON c.street_id = e.street_id AND c.id = e.clock_id
            JOIN orders AS o ON o.street_id = e.street_id AND o.id = e.order_id
        WHERE e.street_id = $1 AND e.post_kind = $6 AND (e.organisation_id = $7 OR e.organisation_id IS NULL)
            AND e.acknowledged_at IS NULL AND c.stopped_at IS NULL AND c.paused_at IS NULL
            AND (o.area BETWEEN $2 AND $3 OR o.area = $4) AND (o.organisation_id = $5 OR $5 = 0)";
}

/// One street's part of such a list, in the order of the queue.
///
/// # Errors
/// What the store answers.
pub(crate) async fn minded(
    r: &Read,
    view: View,
    bounds: &Bounds,
    caller: &Caller,
    street: i64,
    (after, limit): ((i64, i64), i64),
) -> Result<Vec<Order>, Error> {
    let [one, two, three] = &bounds.words;
    let mut values = vals![
        street,
        after.0,
        after.1,
        bounds.low,
        bounds.high,
        bounds.exact,
        bounds.class.as_str(),
        one.as_str(),
        two.as_str(),
        three.as_str(),
        bounds.organisation,
        limit,
    ]
    .to_vec();
    if view == View::Supervised {
        return Ok(r.query(&SUPERVISED, &values).await?);
    }
    values.extend(vals![caller.post.kind, caller.post.organisation.unwrap_or(0)]);
    Ok(r.query(&ESCALATED, &values).await?)
}

/// How many orders of a street each of the two holds: supervised, escalated.
///
/// # Errors
/// What the store answers.
pub(crate) async fn count_minded(
    r: &Read,
    bounds: &Bounds,
    caller: &Caller,
    street: i64,
) -> Result<(i64, i64), Error> {
    let mut values = vals![street, bounds.low, bounds.high, bounds.exact, bounds.organisation].to_vec();
    let (supervised,): (i64,) = r.one(&SUPERVISED_COUNT, &values).await?;
    values.extend(vals![caller.post.kind, caller.post.organisation.unwrap_or(0)]);
    let (escalated,): (i64,) = r.one(&ESCALATED_COUNT, &values).await?;
    Ok((supervised, escalated))
}
