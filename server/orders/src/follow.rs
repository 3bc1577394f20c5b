//! What people add to an order without moving it: comments, watching, a resident's rating.

use platform::{Error, FieldProblem, Millis, Text, Write};
use serde_json::json;
use store::{sql, table, vals};

use crate::counts::{self, Measures};
use crate::decide::NOTE_CHARS;
use crate::order::Order;
use crate::step::{Actor, Step};
use crate::take_step::tell;
use crate::words::{Act, State};

table! {
    /// A remark between those who work on an order.
    pub struct Comment in "order_comments" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub text: String,
        pub at: Millis,
        pub account_id: Option<i64>,
        pub post_id: Option<i64>,
        pub post_organisation_id: Option<i64>,
    }
}

sql! {
    WATCH = "INSERT INTO order_watchers (street_id, id, order_id, account_id, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (street_id, account_id, order_id) DO NOTHING";
    UNWATCH = "DELETE FROM order_watchers WHERE street_id = $1 AND account_id = $2 AND order_id = $3";
    RATE = "UPDATE orders SET stars = $4, rating_comment = $5, rated_at = $6, version = version + 1
        WHERE street_id = $1 AND id = $2 AND version = $3";
}

/// Adds a remark.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for an empty or overlong text.
pub async fn comment(w: &Write, order: &Order, text: &str) -> Result<Comment, Error> {
    w.require("order:comment", &order.thing())?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NOTE_CHARS {
        return Err(Error::field("text", Text::new("请填写 1 至 2000 字", "write 1 to 2,000 characters")));
    }
    let actor = Actor::of(w.call());
    let comment = Comment {
        street_id: order.street_id,
        id: w.id(),
        order_id: order.id,
        text: text.to_owned(),
        at: w.now(),
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
    };
    w.insert(&comment).await?;
    w.record("order:comment", order.wire_id(), json!({ "comment": comment.id }));
    Ok(comment)
}

/// Puts an order on the caller's list, or takes it off; doing so twice is doing so once.
///
/// # Errors
/// [`Error::Forbidden`], or [`Error::Unauthenticated`] without an account.
pub async fn watch(w: &Write, order: &Order, watching: bool) -> Result<(), Error> {
    w.require("order:watch", &order.thing())?;
    let account = w.call().account()?;
    if watching {
        w.exec(&WATCH, &vals![order.street_id, w.id(), order.id, account, w.now()]).await?;
    } else {
        w.exec(&UNWATCH, &vals![order.street_id, account, order.id]).await?;
    }
    w.record(if watching { "order:watch" } else { "order:unwatch" }, order.wire_id(), json!({}));
    Ok(())
}

/// A resident rates a closed order, once. The caller has checked that the resident may.
///
/// # Errors
/// [`Error::Invalid`] outside one to five stars, [`Error::Conflict`] before it is closed or the second time.
pub async fn rate(w: &Write, order: &Order, stars: i64, comment: Option<&str>) -> Result<Order, Error> {
    let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
    let mut problems = Vec::new();
    if !(1..=5).contains(&stars) {
        problems.push(FieldProblem::new("stars", Text::new("请评 1 至 5 星", "one to five stars")));
    }
    if comment.is_some_and(|comment| comment.chars().count() > NOTE_CHARS) {
        problems.push(FieldProblem::new("comment", Text::new("不超过 2000 字", "2,000 characters at most")));
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    if order.state != State::Closed {
        return Err(Error::conflict(Text::new("结案后方可评价", "it can be rated once it is closed")));
    }
    if order.stars.is_some() {
        return Err(Error::conflict(Text::new("已经评价过了", "it was rated before")));
    }
    let after = Order {
        version: order.version + 1,
        stars: Some(stars),
        rating_comment: comment.map(str::to_owned),
        rated_at: Some(w.now()),
        ..order.clone()
    };
    let values = vals![order.street_id, order.id, order.version, after.stars, comment, after.rated_at];
    if w.exec(&RATE, &values).await? == 0 {
        return Err(store::Error::Stale.into());
    }
    let step = Step {
        street_id: order.street_id,
        id: w.id(),
        order_id: order.id,
        action: Act::Rate,
        state_from: Some(order.state),
        state_to: order.state,
        at: w.now(),
        account_id: None,
        post_id: None,
        post_organisation_id: None,
        organisation_id: order.organisation_id,
        standard_id: order.standard_id,
        note: comment.map(str::to_owned),
        clause: None,
        subject: None,
    };
    w.insert(&step).await?;
    let adds = Measures { stars, ..Measures::of(Act::Rate, Some(order.state), order.state, None) };
    counts::add(w, order, order.organisation_id, &adds).await?;
    tell(w, &after, &step);
    Ok(after)
}
