//! What was reported close by lately, of whatever class.

use areas::Position;
use platform::{Error, Millis, ids};
use store::{Tx, sql, vals};

use crate::order::Order;

sql! {
    /// Ids ascend with time, so that the key finds what is recent.
    AROUND: Order = "WHERE street_id = $1 AND id >= $2 AND lon BETWEEN $3 AND $4 AND lat BETWEEN $5 AND $6
        ORDER BY id DESC LIMIT 200";
}

/// Orders of a street at most so many metres away since a moment, the newest first.
///
/// # Errors
/// What the store answers.
pub async fn around(
    r: &Tx,
    street: i64,
    position: Position,
    metres: f64,
    since: Millis,
) -> Result<Vec<Order>, Error> {
    let within = position.around(metres);
    let values = vals![street, ids::first_at(since), within.west, within.east, within.south, within.north];
    let found: Vec<Order> = r.query(&AROUND, &values).await?;
    let near = |order: &Order| order.position().is_some_and(|at| at.is_within(position, metres));
    Ok(found.into_iter().filter(near).collect())
}
