//! Urging: once a day a resident may remind those who have the case.

use orders::{Comment, Order, day_of};
use platform::{Error, Millis, Text, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

table! {
    /// One reminder. There is one a day of an order.
    pub(crate) struct Urge in "order_urges" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        /// The day in Beijing as a number such as 20261123.
        pub day: i64,
        pub at: Millis,
    }
}

sql! {
    URGES: Urge = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 400";
    OF_DAY: Urge = "WHERE street_id = $1 AND order_id = $2 AND day = $3 LIMIT 1";
}

/// The reminders of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn urges_of(r: &Tx, order: &Order) -> Result<Vec<Urge>, Error> {
    Ok(r.query(&URGES, &vals![order.street_id, order.id]).await?)
}

/// Reminds those who have the order; they read it among its remarks. The caller has checked that the resident may.
///
/// # Errors
/// [`Error::Conflict`] once it has ended, or a second time on one day.
pub async fn urge(w: &Write, order: &Order) -> Result<(), Error> {
    if order.state.is_ended() {
        return Err(Error::conflict(Text::new(
            "这件事已经办结，不用再催",
            "it has ended; there is nobody to remind",
        )));
    }
    let day = day_of(w.now());
    let known: Option<Urge> = w.opt(&OF_DAY, &vals![order.street_id, order.id, day]).await?;
    if known.is_some() {
        return Err(Error::conflict(Text::new(
            "今天已经催过了，明天可以再催",
            "they were reminded today; you can do so again tomorrow",
        )));
    }
    let urge = Urge { street_id: order.street_id, id: w.id(), order_id: order.id, day, at: w.now() };
    w.insert(&urge).await?;
    let comment = Comment {
        street_id: order.street_id,
        id: w.id(),
        order_id: order.id,
        text: "群众催办，请抓紧办理。（The resident asks for speed.）".to_owned(),
        at: w.now(),
        account_id: None,
        post_id: None,
        post_organisation_id: None,
    };
    w.insert(&comment).await?;
    let id = order.wire_id();
    w.record("order:urge", id, json!({ "urge": urge.id, "comment": comment.id }));
    let news = json!({
        "id": id,
        "number": order.number,
        "action": "urge",
        "state": order.state,
        "area": order.area.to_string(),
        "version": order.version,
    });
    w.announce("order", id, order.area, &news);
    Ok(())
}
