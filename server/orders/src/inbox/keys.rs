//! A page of a queue by its places: they are read from the index of each state, and only the rows that the page shows are
//! read whole. Reading a page from each state and throwing most of it away costs as much as there are states.

use platform::{Error, Read};
use store::{sql, try_join_all, vals};

use super::{Inbox, Keys, Sorted};
use crate::order::Order;
use crate::view::Bounds;
use crate::words::State;

sql! {
    DUE_KEYS = "SELECT queue_at, id FROM orders WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4
        AND (queue_at > $3 OR +id > $5) AND (+area BETWEEN $6 AND $7 OR +area = $8) AND COALESCE(soon_at, 0) <= $9
        AND COALESCE(returned_at, 0) >= $10
        ORDER BY queue_at, id LIMIT $11";
    /// The rows of some ids, which come as one text with commas.
    THESE: Order = "WHERE street_id = $1 AND id IN (SELECT value FROM json_each('[' || $2 || ']')) LIMIT 1000"
        | "WHERE street_id = $1 AND id = ANY(string_to_array($2, ',')::bigint[]) LIMIT 1000";
}

/// The longest page that is read so.
const LONGEST: i64 = 201;

impl Inbox {
    /// The states whose places decide alone what the page shows; none when class, words or a unit have a say.
    pub(super) fn queues(&self, bounds: &Bounds, limit: i64) -> Option<Vec<State>> {
        let plain = self.sort == Sorted::Due && bounds.is_plain() && limit <= LONGEST;
        self.parts().into_iter().collect::<Option<Vec<_>>>().filter(|_| plain)
    }

    /// Merges the places in all queues and reads the rows of the first.
    pub(super) async fn by_keys(
        &self,
        r: &Read,
        bounds: &Bounds,
        states: &[State],
        after: Option<Keys>,
        limit: i64,
    ) -> Result<Vec<Order>, Error> {
        let (window, (from, to, id)) = (self.view.window(r.now()), self.range(after, r.now()));
        let queues = bounds.streets.iter().flat_map(|street| states.iter().map(|state| (*street, *state)));
        let places = queues.map(|(street, state)| async move {
            let values = vals![
                street,
                state,
                from,
                to,
                id,
                bounds.low,
                bounds.high,
                bounds.exact,
                window.soon_by,
                window.returned_from,
                limit,
            ];
            let places: Vec<Keys> = r.query(&DUE_KEYS, &values).await?;
            Ok::<_, Error>(places.into_iter().map(|(queue, id)| (queue, id, street)).collect::<Vec<_>>())
        });
        let mut places = try_join_all(places).await?.concat();
        places.sort_unstable();
        places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let rows = bounds.streets.iter().map(|street| {
            let ids = places.iter().filter(|(_, _, of)| of == street).map(|(_, id, _)| id.to_string());
            let ids = ids.collect::<Vec<_>>().join(",");
            async move {
                match ids.is_empty() {
                    true => Ok(Vec::new()),
                    false => r.query::<Order>(&THESE, &vals![*street, ids]).await,
                }
            }
        });
        let mut rows = try_join_all(rows).await?.concat();
        rows.sort_by_key(|order| (order.queue_at, order.id));
        Ok(rows)
    }
}
