//! A webhook and what it is to send.

use std::collections::BTreeSet;

use store::{sql, table, vals};

use crate::app::App;
use crate::clock::Millis;
use crate::door::{Read, Write};
use crate::error::{Error, FieldProblem, Text};
use crate::feed::Cursor;
use crate::ids::wire_id;

wire_id!(
    /// A webhook on the wire.
    WebhookId, "whk"
);

/// The words of a delivery's state.
pub(super) const WAITING: &str = "waiting";
pub(super) const DELIVERED: &str = "delivered";
/// The most types that one webhook names.
const TYPES: usize = 60;

table! {
    /// Where to send what happened in a street (or, with six digits, in the district).
    pub(super) struct Webhook in "webhooks" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub url: String,
        pub secret_sealed: String,
        /// Names of event types, parted by blanks; none: all.
        pub types: String,
        /// Up to where deliveries were written down.
        pub feed_cursor: String,
        pub created_at: Millis,
        pub paused_at: Option<Millis>,
        pub paused_because: Option<String>,
        pub closed_at: Option<Millis>,
        /// Failures since the last success.
        pub tries: i64,
        /// The first of them.
        pub failing_at: Option<Millis>,
        pub next_at: Millis,
        pub delivered_at: Option<Millis>,
    }
}

table! {
    /// One event on its way.
    pub(super) struct Delivery in "webhook_deliveries" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub webhook_id: i64,
        pub state: String,
        /// The event's id, the same in every delivery of it.
        pub event: String,
        pub body: String,
        /// Replaying from here sends it again.
        pub feed_cursor: String,
        pub queued_at: Millis,
        pub tries: i64,
        pub tried_at: Option<Millis>,
        /// What the receiver answered, if it did.
        pub status: Option<i64>,
        /// Why it failed: a word for programs.
        pub problem: Option<String>,
    }
}

sql! {
    OF_STREET: Webhook = "WHERE street_id = $1 AND closed_at IS NULL ORDER BY id LIMIT 200";
    PAGE: Delivery = "WHERE street_id = $1 AND webhook_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    DROP_WAITING = "DELETE FROM webhook_deliveries WHERE street_id = $1 AND webhook_id = $2 AND state = 'waiting'";
}

impl Webhook {
    pub fn wire_id(&self) -> WebhookId {
        WebhookId::new(self.street_id, self.id)
    }

    /// Whether it asked for events of this type.
    pub fn wants(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.split(' ').any(|wanted| wanted == kind)
    }

    /// Up to where deliveries were written down.
    ///
    /// # Errors
    /// [`Error::Internal`] for a row that holds no cursor.
    pub fn cursor(&self) -> Result<Cursor, Error> {
        Cursor::parse(&self.feed_cursor).map_err(Error::internal)
    }

    /// Goes on at once, as if nothing had failed.
    pub fn resume(&mut self, now: Millis) {
        self.paused_at = None;
        self.paused_because = None;
        self.tries = 0;
        self.failing_at = None;
        self.next_at = now;
    }
}

/// The streets whose events a webhook of this street may send: the district's takes all.
///
/// # Errors
/// What the store answers.
pub(super) async fn streets(r: &Read, app: &App, street: i64) -> Result<Vec<i64>, Error> {
    match street == app.district() {
        true => crate::ledger_api::streets_between(r, street * 1000, street * 1000 + 999).await,
        false => Ok(vec![street]),
    }
}

/// The webhook of an id that is not closed.
///
/// # Errors
/// [`Error::Missing`].
pub(super) async fn get(r: &store::Tx, id: WebhookId) -> Result<Webhook, Error> {
    let found: Option<Webhook> = r.find(&vals![id.street, id.id]).await?;
    found.filter(|hook| hook.closed_at.is_none()).ok_or(Error::Missing("webhook"))
}

/// The webhooks of a street, the oldest first.
///
/// # Errors
/// What the store answers.
pub(super) async fn of_street(r: &Read, street: i64) -> Result<Vec<Webhook>, Error> {
    Ok(r.query(&OF_STREET, &vals![street]).await?)
}

/// Deliveries, the newest first, before an id.
///
/// # Errors
/// What the store answers.
pub(super) async fn deliveries(
    r: &Read,
    id: WebhookId,
    before: i64,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    Ok(r.query(&PAGE, &vals![id.street, id.id, before, limit]).await?)
}

/// Moves a webhook's cursor: what waits is forgotten and everything behind the cursor is sent anew.
///
/// # Errors
/// What the store answers.
pub(super) async fn rewind(w: &Write, mut hook: Webhook, to: &Cursor) -> Result<(), Error> {
    w.exec(&DROP_WAITING, &vals![hook.street_id, hook.id]).await?;
    hook.feed_cursor = hook.cursor()?.moved_to(to).text();
    hook.next_at = w.now();
    Ok(w.update(&hook).await?)
}

/// Types as a person wrote them, each once and in order.
pub(super) fn checked_types(given: &[String]) -> Result<String, FieldProblem> {
    let is_type = |name: &str| {
        name.strip_prefix("order:")
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    let types: BTreeSet<&str> = given.iter().map(|name| name.trim()).collect();
    if types.len() > TYPES || !types.iter().all(|name| is_type(name)) {
        let text = Text::new("事件类型形如 order:dispatch", "an event type is like `order:dispatch`");
        return Err(FieldProblem::new("types", text));
    }
    Ok(types.into_iter().collect::<Vec<_>>().join(" "))
}
