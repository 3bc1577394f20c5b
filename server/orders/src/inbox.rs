//! Lists of orders and their points on a map.
//!
//! A list is read street by street and state by state, each with one statement on one index, and merged by its sort
//! keys: how many statements it takes depends on the view and on the post, never on how many orders there are.

mod keys;
mod stream;

use std::collections::{HashMap, HashSet};

use platform::policy::Caller;
use platform::{App, Error, List, Millis, Page, PostKind, Read};
use store::{Sql, Value, sql, vals};

use crate::books::Books;
use crate::happened::{Happening, Span, happened, orders_of};
use crate::measure::Measure;
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
    HELPED: Order = "WHERE street_id = $1
        AND id IN (SELECT order_id FROM order_obligations
            WHERE street_id = $1 AND organisation_id = $2 AND done_at IS NULL AND released_at IS NULL)
        AND id < $3 AND (area BETWEEN $4 AND $5 OR area = $6)
        AND (class = $7 OR $7 = '') AND words LIKE $8 ESCAPE '\\' AND words LIKE $9 ESCAPE '\\' AND words LIKE $10 ESCAPE '\\'
        ORDER BY id DESC LIMIT $11";
    WATCHED: Order = "WHERE street_id = $1
        AND id IN (SELECT order_id FROM order_watchers WHERE street_id = $1 AND account_id = $2)
        AND id < $3 AND (area BETWEEN $4 AND $5 OR area = $6)
        AND (class = $7 OR $7 = '') AND words LIKE $8 ESCAPE '\\' AND words LIKE $9 ESCAPE '\\' AND words LIKE $10 ESCAPE '\\'
        AND (organisation_id = $11 OR $11 = 0)
        ORDER BY id DESC LIMIT $12";
}

/// The most points that a map is sent.
const POINTS: i64 = 10_000;

/// Before everything that happened.
const BEGINNING: (Millis, i64) = (Millis(i64::MIN), 0);

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
    caller: Caller,
    /// Handlers' own are those that they signed for.
    handles: bool,
    number: Option<(String, Vec<i64>)>,
    /// What is listed by what happened on a day instead of how it stands.
    happening: Option<(Measure, Span)>,
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
            View::Supervised | View::Escalated => Sorted::Due,
            View::Watching | View::Helping => Sorted::Newest,
            _ if newest => Sorted::Newest,
            _ => Sorted::Due,
        };
        Ok(Self {
            view: asked.view,
            sort,
            bounds: Bounds::of(app, caller, streets, asked)?,
            account: caller.account,
            caller: caller.clone(),
            handles,
            number: asked.q.as_deref().and_then(|typed| streets_of_number(typed, streets)),
            happening: asked.happening(app.clock().now())?,
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
        mut wire: impl FnMut(Order) -> T,
    ) -> Result<List<T>, Error> {
        if let (Some((measure, span)), None) = (self.happening, &self.number) {
            let after = page.after()?.unwrap_or(BEGINNING);
            let rows = self.events(r, measure, span, after, page.limit() + 1).await?;
            return List::cut(rows, page, r.now(), |(keys, _)| *keys, |(_, order)| wire(order));
        }
        let rows = self.rows(r, page.after()?, page.limit() + 1).await?;
        List::cut(rows, page, r.now(), |order| (order.queue_at.0, order.id), wire)
    }

    /// Everything on the list that a map can show.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn points(self, r: &Read) -> Result<Vec<Order>, Error> {
        if let (Some((measure, span)), None) = (self.happening, &self.number) {
            let rows = self.events(r, measure, span, BEGINNING, POINTS).await?;
            let mut seen = HashSet::new();
            return Ok(rows
                .into_iter()
                .map(|(_, order)| order)
                .filter(|order| seen.insert(order.id))
                .collect());
        }
        self.rows(r, None, POINTS).await
    }

    /// What happened, with its place: each act with its order as it stands now.
    async fn events(
        &self,
        r: &Read,
        measure: Measure,
        span: Span,
        after: (Millis, i64),
        limit: i64,
    ) -> Result<Vec<((Millis, i64), Order)>, Error> {
        let Some(bounds) = &self.bounds else { return Ok(Vec::new()) };
        let within = bounds.within();
        let mut found = Vec::new();
        for street in &bounds.streets {
            let more = happened(r, *street, measure, span, &within, after, limit).await?;
            found.extend(more.into_iter().map(|one| (*street, one)));
        }
        found.sort_by_key(|(_, one)| (one.at, one.case_id));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut orders = HashMap::new();
        for street in &bounds.streets {
            let of_street = found.iter().filter(|(own, _)| own == street);
            let ids: Vec<i64> = of_street.map(|(_, one)| one.order_id).collect();
            orders.extend(orders_of(r, *street, &ids).await?);
        }
        let with = |(_, one): (i64, Happening)| {
            orders.get(&one.order_id).map(|order| ((one.at, one.case_id), order.clone()))
        };
        Ok(found.into_iter().filter_map(with).collect())
    }

    async fn rows(&self, r: &Read, after: Option<Keys>, limit: i64) -> Result<Vec<Order>, Error> {
        let Some(bounds) = &self.bounds else { return Ok(Vec::new()) };
        if let Some((number, streets)) = &self.number {
            return by_its_number(r, bounds, number, streets).await;
        }
        if let Some(states) = self.queues(bounds, limit) {
            return self.by_keys(r, bounds, &states, after, limit).await;
        }
        let mut rows = Vec::new();
        for street in &bounds.streets {
            for part in self.parts() {
                rows.extend(self.of_part(r, bounds, *street, part, after, limit).await?);
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

    /// The part of a queue that a page may show: from, to, and the id of the row before it.
    fn range(&self, after: Option<Keys>, now: Millis) -> (i64, i64, i64) {
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
        (from, to, id)
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
        let (window, (from, to, id)) = (self.view.window(now), self.range(after, now));
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

/// What the caller's unit is asked to help with; nothing for a post without a unit.
async fn helped(
    r: &Read,
    bounds: &Bounds,
    street: i64,
    after: Option<Keys>,
    limit: i64,
) -> Result<Vec<Order>, Error> {
    let before = after.map_or(i64::MAX, |(_, id)| id);
    let [one, two, three] = &bounds.words;
    let values = vals![
        street,
        bounds.organisation,
        before,
        bounds.low,
        bounds.high,
        bounds.exact,
        bounds.class.as_str(),
        one.as_str(),
        two.as_str(),
        three.as_str(),
        limit,
    ];
    Ok(r.query(&HELPED, &values).await?)
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
