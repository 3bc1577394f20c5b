//! An order as everybody may see it: which orders are public at all, and what of them.
//!
//! What came in through Open311 is shown as it was written, since whoever wrote it chose a public channel. Of what
//! came in another way class, state and times are shown, the community instead of the address, and a point with three
//! decimals. What is private is not shown at all: matters that were ever guided to a settlement between the parties,
//! confidential tickets of the hotline, what is joined to another order, and what was refused or withdrawn.

use std::collections::HashMap;

use areas::Position;
use orders::{Books, ClockKind, Order, OrderFile, Role, Source, State};
use platform::{Error, Lang, Millis, Read};
use store::{row, sql, vals};

use super::form::written;
use super::status::status;
use super::tree::Node;
use crate::steps::state_text;

row! {
    /// What the history of an order says about showing it.
    pub(crate) struct Past {
        pub order_id: i64,
        pub updated_at: Millis,
        /// One when it was ever guided to a settlement.
        pub guided: i64,
    }
}

sql! {
    PASTS = "SELECT order_id, MAX(at), MAX(CASE WHEN action = 'guide' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END)
        FROM order_steps WHERE street_id = $1 AND order_id >= $2 AND order_id <= $3 GROUP BY order_id LIMIT 5000";
}

/// An order that may be shown, with what is shown of it beyond its row.
pub(crate) struct Shown {
    pub order: Order,
    pub updated_at: Millis,
    /// The picture of the report.
    pub picture: Option<OrderFile>,
}

/// Whether somebody wrote it for everybody to read.
pub(crate) fn is_open(order: &Order) -> bool {
    order.source == Source::Open311
}

/// Of the orders of one street, whose ids are next to each other, those that may be shown.
///
/// # Errors
/// What the store answers.
pub(crate) async fn public(r: &Read, orders: Vec<Order>) -> Result<Vec<Shown>, Error> {
    let ids = orders.iter().map(|order| order.id);
    let (Some(first), Some(last), Some(street)) =
        (ids.clone().min(), ids.max(), orders.first().map(|order| order.street_id))
    else {
        return Ok(Vec::new());
    };
    let pasts: Vec<Past> = r.query(&PASTS, &vals![street, first, last]).await?;
    let pasts: HashMap<i64, Past> = pasts.into_iter().map(|past| (past.order_id, past)).collect();
    let confidential = orders::confidential(r, street, first, last).await?;
    let mut shown = Vec::with_capacity(orders.len());
    for order in orders {
        let Some(past) = pasts.get(&order.id).filter(|past| past.guided == 0) else { continue };
        if is_hidden(&order) || confidential.contains(&order.id) {
            continue;
        }
        let picture = match is_open(&order) && order.photos > 0 {
            true => orders::files_of(r, &order).await?.into_iter().find(|file| file.role == Role::Before),
            false => None,
        };
        shown.push(Shown { updated_at: past.updated_at, order, picture });
    }
    Ok(shown)
}

fn is_hidden(order: &Order) -> bool {
    match order.state {
        State::Guiding | State::Joined => true,
        State::Rejected | State::Cancelled => !is_open(order),
        _ => false,
    }
}

/// The point that is shown: exact where it was given for everybody, else to about a hundred metres.
pub(crate) fn point(order: &Order) -> Option<Position> {
    let exact = order.position()?;
    if is_open(order) {
        return Some(exact.rounded());
    }
    let coarse = |degrees: f64| (degrees * 1e3).round() / 1e3;
    Position::new(coarse(exact.lon()), coarse(exact.lat())).ok()
}

/// Names, language and address by which an order is told.
pub(crate) struct Teller<'a> {
    pub books: &'a Books,
    pub lang: Lang,
    /// Where pictures are, without a slash at the end.
    pub home: String,
}

impl Teller<'_> {
    pub fn service_name(&self, order: &Order) -> String {
        let class = self.books.catalogue.class(&order.class);
        class.map_or_else(|| order.class.clone(), |class| class.name.in_lang(self.lang).to_owned())
    }

    pub fn tell(&self, shown: &Shown) -> Node {
        let order = &shown.order;
        let open = is_open(order);
        let unit = order.organisation_id.and_then(|id| self.books.staff.organisation(id));
        let agency = unit.map_or_else(|| self.books.areas.name(order.street_id), |unit| unit.name.clone());
        let community = self.books.areas.name(order.community());
        let address = if open { order.address.clone() } else { community.in_lang(self.lang).to_owned() };
        let due = order.due_at.filter(|_| order.clock == Some(ClockKind::Handling));
        let at = point(order);
        let degrees = |degrees: Option<f64>| degrees.map_or(Node::Null, Node::Number);
        let picture = shown
            .picture
            .as_ref()
            .map(|file| format!("{}/media/{}/{}.jpg", self.home, order.number, file.wire_id()));
        let updated = order.ended_at.unwrap_or(shown.updated_at);
        Node::Record(vec![
            ("service_request_id", Node::text(&order.number)),
            ("status", Node::text(status(order.state))),
            ("status_notes", Node::text(state_text(order.state).in_lang(self.lang))),
            ("service_name", Node::text(self.service_name(order))),
            ("service_code", Node::text(&order.class)),
            ("description", Node::maybe(open.then_some(&order.description))),
            ("agency_responsible", Node::text(agency.in_lang(self.lang))),
            ("service_notice", Node::Null),
            ("requested_datetime", Node::text(written(order.reported_at))),
            ("updated_datetime", Node::text(written(updated))),
            ("expected_datetime", Node::maybe(due.map(written))),
            ("address", Node::text(address)),
            ("address_id", Node::text(order.community().to_string())),
            ("zipcode", Node::Null),
            ("lat", degrees(at.map(Position::lat))),
            ("long", degrees(at.map(Position::lon))),
            ("media_url", Node::maybe(picture)),
        ])
    }
}
