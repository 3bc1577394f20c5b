//! Lists of orders and their points on a map.
//!
//! A list is read street by street and state by state, each with one statement on one index, and merged by its sort
//! keys: how many statements it takes depends on the view and on the post, never on how many orders there are.

use platform::policy::Caller;
use platform::{App, Error, List, Millis, Page, PostKind, Read};
use store::{Sql, Value, sql, vals};

use crate::books::Books;
use crate::order::Order;
use crate::query::{by_number, streets_of_number};
use crate::view::{Bounds, ListQuery, Sort, View};
use crate::words::State;

sql! {
    /// What is due first, in one state of one street, from a place in the queue on.
    DUE: Order = "WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4 AND (queue_at > $3 OR +id > $5)
        AND (+area BETWEEN $6 AND $7 OR +area = $8) AND (class = $9 OR $9 = '') AND COALESCE(soon_at, 0) <= $10
        AND COALESCE(returned_at, 0) >= $11 AND words LIKE $12 ESCAPE '\\' AND words LIKE $13 ESCAPE '\\'
        AND words LIKE $14 ESCAPE '\\'
        ORDER BY queue_at, id LIMIT $15";
    /// The same of one unit; `$17` is whoever signed for it, 0 for anybody.
    DUE_OF_UNIT: Order = "WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4 AND (queue_at > $3 OR +id > $5)
        AND (+area BETWEEN $6 AND $7 OR +area = $8) AND (class = $9 OR $9 = '') AND COALESCE(soon_at, 0) <= $10
        AND COALESCE(returned_at, 0) >= $11 AND words LIKE $12 ESCAPE '\\' AND words LIKE $13 ESCAPE '\\'
        AND words LIKE $14 ESCAPE '\\' AND organisation_id = $16 AND (handled_by = $17 OR $17 = 0)
        ORDER BY queue_at, id LIMIT $15";
    /// What ended last.
    ENDED: Order = "WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4 AND (queue_at < $4 OR +id < $5)
        AND (+area BETWEEN $6 AND $7 OR +area = $8) AND (class = $9 OR $9 = '') AND COALESCE(soon_at, 0) <= $10
        AND COALESCE(returned_at, 0) >= $11 AND words LIKE $12 ESCAPE '\\' AND words LIKE $13 ESCAPE '\\'
        AND words LIKE $14 ESCAPE '\\'
        ORDER BY queue_at DESC, id DESC LIMIT $15";
    ENDED_OF_UNIT: Order = "WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4 AND (queue_at < $4 OR +id < $5)
        AND (+area BETWEEN $6 AND $7 OR +area = $8) AND (class = $9 OR $9 = '') AND COALESCE(soon_at, 0) <= $10
        AND COALESCE(returned_at, 0) >= $11 AND words LIKE $12 ESCAPE '\\' AND words LIKE $13 ESCAPE '\\'
        AND words LIKE $14 ESCAPE '\\' AND organisation_id = $16 AND (handled_by = $17 OR $17 = 0)
        ORDER BY queue_at DESC, id DESC LIMIT $15";
    /// What was reported last. `+id` keeps SQLite from walking all orders by their key in search of a rare
    /// state; `+area` and the other `+id` keep PostgreSQL from seeking by them and losing the order of the index.
    NEWEST: Order = "WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4 AND +id < $5
        AND (+area BETWEEN $6 AND $7 OR +area = $8) AND (class = $9 OR $9 = '') AND COALESCE(soon_at, 0) <= $10
        AND COALESCE(returned_at, 0) >= $11 AND words LIKE $12 ESCAPE '\\' AND words LIKE $13 ESCAPE '\\'
        AND words LIKE $14 ESCAPE '\\'
        ORDER BY +id DESC LIMIT $15";
    NEWEST_OF_UNIT: Order = "WHERE street_id = $1 AND state = $2 AND queue_at >= $3 AND queue_at <= $4 AND +id < $5
        AND (+area BETWEEN $6 AND $7 OR +area = $8) AND (class = $9 OR $9 = '') AND COALESCE(soon_at, 0) <= $10
        AND COALESCE(returned_at, 0) >= $11 AND words LIKE $12 ESCAPE '\\' AND words LIKE $13 ESCAPE '\\'
        AND words LIKE $14 ESCAPE '\\' AND organisation_id = $16 AND (handled_by = $17 OR $17 = 0)
        ORDER BY +id DESC LIMIT $15";
    REPORTED_BY: Order = "WHERE street_id = $1 AND reported_by = $2 AND id < $3 AND (area BETWEEN $4 AND $5 OR area = $6)
        AND (class = $7 OR $7 = '') AND words LIKE $8 ESCAPE '\\' AND words LIKE $9 ESCAPE '\\' AND words LIKE $10 ESCAPE '\\'
        AND (organisation_id = $11 OR $11 = 0)
        ORDER BY id DESC LIMIT $12";
    WATCHED: Order = "WHERE street_id = $1
        AND id IN (SELECT order_id FROM order_watchers WHERE street_id = $1 AND account_id = $2)
        AND id < $3 AND (area BETWEEN $4 AND $5 OR area = $6)
        AND (class = $7 OR $7 = '') AND words LIKE $8 ESCAPE '\\' AND words LIKE $9 ESCAPE '\\' AND words LIKE $10 ESCAPE '\\'
        AND (organisation_id = $11 OR $11 = 0)
        ORDER BY id DESC LIMIT $12";
}

/// The most points that a map is sent.
const POINTS: i64 = 10_000;

/// The place of a row in a list: its place in the queue, then its id.
type Keys = (i64, i64);

/// How a list is sorted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sorted {
    Due,
    Ended,
    Newest,
}

/// One list, ready to be read.
pub(crate) struct Inbox {
    view: View,
    sort: Sorted,
    bounds: Option<Bounds>,
    account: i64,
    /// Handlers' own are those that they signed for.
    handles: bool,
    number: Option<(String, Vec<i64>)>,
}

impl Inbox {
    /// What the caller's list covers.
    ///
    /// # Errors
    /// [`Error::Malformed`] for an area that is no code.
    pub fn of(app: &App, books: &Books, caller: &Caller, asked: &ListQuery) -> Result<Self, Error> {
        let streets = books.areas.streets();
        let handles = matches!(caller.post.kind, PostKind::Handler | PostKind::DepartmentHead);
        let newest =
            asked.sort == Sort::Newest || (matches!(asked.view, View::Mine | View::Watching) && !handles);
        let sort = match asked.view {
            View::Closed => Sorted::Ended,
            View::Watching => Sorted::Newest,
            _ if newest => Sorted::Newest,
            _ => Sorted::Due,
        };
        Ok(Self {
            view: asked.view,
            sort,
            bounds: Bounds::of(app, caller, streets, asked)?,
            account: caller.account,
            handles,
            number: asked.q.as_deref().and_then(|typed| streets_of_number(typed, streets)),
        })
    }

    /// One page.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a foreign cursor.
    pub async fn page<T>(
        self,
        r: &Read,
        page: &Page,
        wire: impl FnMut(Order) -> T,
    ) -> Result<List<T>, Error> {
        let rows = self.rows(r, page.after()?, page.limit() + 1).await?;
        List::cut(rows, page, r.now(), |order| (order.queue_at.0, order.id), wire)
    }

    /// Everything on the list that a map can show.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn points(self, r: &Read) -> Result<Vec<Order>, Error> {
        self.rows(r, None, POINTS).await
    }

    async fn rows(&self, r: &Read, after: Option<Keys>, limit: i64) -> Result<Vec<Order>, Error> {
        let Some(bounds) = &self.bounds else { return Ok(Vec::new()) };
        if let Some((number, streets)) = &self.number {
            return by_its_number(r, bounds, number, streets).await;
        }
        let mut rows = Vec::new();
        for street in &bounds.streets {
            if self.view == View::Watching || (self.view == View::Mine && !self.handles) {
                rows.extend(self.own(r, bounds, *street, after, limit).await?);
                continue;
            }
            for state in self.view.states() {
                let (sql, values) = self.statement(bounds, *street, *state, after, limit, r.now());
                rows.extend(r.query::<Order>(sql, &values).await?);
            }
        }
        match self.sort {
            Sorted::Due => rows.sort_by_key(|order| (order.queue_at, order.id)),
            Sorted::Ended => rows.sort_by_key(|order| std::cmp::Reverse((order.queue_at, order.id))),
            Sorted::Newest => rows.sort_by_key(|order| std::cmp::Reverse(order.id)),
        }
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    fn statement(
        &self,
        bounds: &Bounds,
        street: i64,
        state: State,
        after: Option<Keys>,
        limit: i64,
        now: Millis,
    ) -> (&'static Sql, Vec<Value>) {
        let window = self.view.window(now);
        let (mut from, mut to) = (window.from.0, window.to.0);
        let mut id = if self.sort == Sorted::Due { 0 } else { i64::MAX };
        if let Some((queue, last)) = after {
            id = last;
            match self.sort {
                Sorted::Due if queue >= from => from = queue,
                // The window moved past the last row since.
                Sorted::Due => id = 0,
                Sorted::Ended => to = queue.min(to),
                Sorted::Newest => {}
            }
        }
        let [one, two, three] = &bounds.words;
        let mut values = vals![
            street,
            state,
            from,
            to,
            id,
            bounds.low,
            bounds.high,
            bounds.exact,
            bounds.class.as_str(),
            window.soon_by,
            window.returned_from,
            one.as_str(),
            two.as_str(),
            three.as_str(),
            limit,
        ]
        .to_vec();
        if bounds.organisation == 0 {
            return match self.sort {
                Sorted::Due => (&DUE, values),
                Sorted::Ended => (&ENDED, values),
                Sorted::Newest => (&NEWEST, values),
            };
        }
        let handled_by = if self.view == View::Mine { self.account } else { 0 };
        values.extend(vals![bounds.organisation, handled_by]);
        match self.sort {
            Sorted::Due => (&DUE_OF_UNIT, values),
            Sorted::Ended => (&ENDED_OF_UNIT, values),
            Sorted::Newest => (&NEWEST_OF_UNIT, values),
        }
    }

    async fn own(
        &self,
        r: &Read,
        bounds: &Bounds,
        street: i64,
        after: Option<Keys>,
        limit: i64,
    ) -> Result<Vec<Order>, Error> {
        let sql = if self.view == View::Watching { &WATCHED } else { &REPORTED_BY };
        let before = after.map_or(i64::MAX, |(_, id)| id);
        let [one, two, three] = &bounds.words;
        let values = vals![
            street,
            self.account,
            before,
            bounds.low,
            bounds.high,
            bounds.exact,
            bounds.class.as_str(),
            one.as_str(),
            two.as_str(),
            three.as_str(),
            bounds.organisation,
            limit,
        ];
        Ok(r.query(sql, &values).await?)
    }
}

/// A whole number finds its order in whatever view it was typed.
async fn by_its_number(
    r: &Read,
    bounds: &Bounds,
    number: &str,
    streets: &[i64],
) -> Result<Vec<Order>, Error> {
    for street in streets.iter().filter(|street| bounds.streets.contains(street)) {
        let found = by_number(r, *street, number).await?.filter(|order| {
            let within = (bounds.low..=bounds.high).contains(&order.area) || order.area == bounds.exact;
            within && (bounds.organisation == 0 || order.organisation_id == Some(bounds.organisation))
        });
        if let Some(order) = found {
            return Ok(vec![order]);
        }
    }
    Ok(Vec::new())
}
