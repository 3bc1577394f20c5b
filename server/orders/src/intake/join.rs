//! Joining: two reports of one case go on as one, and whoever reported the other follows along.

use platform::policy::Caller;
use platform::{App, Error, Millis, Read, Text, Write};
use store::{Tx, sql, table, vals};

use crate::order::{Order, OrderId};
use crate::query::{find, get_visible};
use crate::step::{Actor, Step};
use crate::take_step::tell;
use crate::words::{Act, Action, State};

/// More orders than any chain of joined ones has.
const CHAIN: usize = 20;

table! {
    /// Somebody who follows an order that another reported.
    struct Follower in "order_followers" key 2 {
        street_id: i64,
        id: i64,
        order_id: i64,
        /// The order that was joined.
        joined_id: Option<i64>,
        /// A keyed hash of whoever has the same trouble and reported nothing: each is counted once.
        mark: Option<Vec<u8>>,
        at: Millis,
    }
}

sql! {
    COUNT = "SELECT COUNT(*) FROM order_followers WHERE street_id = $1 AND order_id = $2";
    MARK = "INSERT INTO order_followers (street_id, id, order_id, joined_id, mark, at) VALUES ($1, $2, $3, NULL, $4, $5)
        ON CONFLICT (street_id, order_id, mark) DO NOTHING";
}

/// Checks where an order is to be joined to, before the step is decided.
///
/// # Errors
/// [`Error::Forbidden`] for the wrong post, [`Error::Invalid`] without another order of the same street that the caller
/// may see, [`Error::Conflict`] when that one has ended.
pub(crate) async fn check(
    app: &App,
    r: &Read,
    caller: &Caller,
    order: &Order,
    (action, into): (Action, Option<OrderId>),
) -> Result<(), Error> {
    let wrong = |text| Err(Error::field("into", text));
    if action == Action::Join {
        app.policy().require(caller, "order:join", &order.thing(), r.now())?;
    }
    let Some(into) = into else {
        return match action {
            Action::Join => wrong(Text::new("请选择要并入的案件", "choose the order that it is joined to")),
            _ => Ok(()),
        };
    };
    if action != Action::Join {
        return wrong(Text::new("只有并入时指定另一案件", "only joining names another order"));
    }
    if into == order.wire_id() {
        return wrong(Text::new("不能并入自身", "an order is not joined to itself"));
    }
    let main = match get_visible(app, r, caller, into).await {
        Err(Error::Missing(_)) => {
            return wrong(Text::new(
                "没有这个案件，或当前岗位不可查看",
                "no such order, or not visible to the post in use",
            ));
        }
        found => found?,
    };
    if main.street_id != order.street_id {
        return wrong(Text::new("只能并入本街道的案件", "it can be joined only within its street"));
    }
    if main.state.is_ended() {
        return Err(ended());
    }
    Ok(())
}

fn ended() -> Error {
    Error::conflict(Text::new("要并入的案件已经办结", "the order that it would be joined to has ended"))
}

/// Enters into the main order's history that another was joined; whoever followed that one follows this one.
///
/// # Errors
/// [`Error::Conflict`] when the main order has ended since.
pub(crate) async fn follow(w: &Write, joined: &Order, main: i64) -> Result<(), Error> {
    let main = find(w, joined.street_id, main).await?.ok_or(Error::Missing("order"))?;
    if main.state.is_ended() {
        return Err(ended());
    }
    let follower = Follower {
        street_id: main.street_id,
        id: w.id(),
        order_id: main.id,
        joined_id: Some(joined.id),
        mark: None,
        at: w.now(),
    };
    w.insert(&follower).await?;
    let actor = Actor::of(w.call());
    let step = Step {
        street_id: main.street_id,
        id: w.id(),
        order_id: main.id,
        action: Act::Follow,
        state_from: Some(main.state),
        state_to: main.state,
        at: w.now(),
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
        organisation_id: main.organisation_id,
        standard_id: main.standard_id,
        note: Some(joined.number.clone()),
        clause: None,
        subject: Some(joined.wire_id().to_string()),
    };
    w.insert(&step).await?;
    tell(w, &main, &step);
    Ok(())
}

/// How many others have the trouble of an order: reports joined to it and residents who said so.
///
/// # Errors
/// What the store answers.
pub async fn followers(r: &Tx, order: &Order) -> Result<i64, Error> {
    let (count,): (i64,) = r.one(&COUNT, &vals![order.street_id, order.id]).await?;
    Ok(count)
}

/// Counts a resident who has the same trouble; doing so twice is doing so once.
///
/// # Errors
/// [`Error::Conflict`] once the order has ended.
pub async fn add_follower(w: &Write, order: &Order, mark: [u8; 16]) -> Result<(), Error> {
    if order.state.is_ended() {
        return Err(Error::conflict(Text::new("这件事已经办结", "it has ended")));
    }
    w.exec(&MARK, &vals![order.street_id, w.id(), order.id, mark, w.now()]).await?;
    w.record("order:follow", order.wire_id(), serde_json::json!({ "resident": true }));
    Ok(())
}

/// The order that an order was joined to in the end; itself when it was not.
///
/// # Errors
/// What the store answers.
pub async fn main_of(r: &Tx, mut order: Order) -> Result<Order, Error> {
    for _ in 0..CHAIN {
        let Some(main) = order.joined_into.filter(|_| order.state == State::Joined) else { break };
        match find(r, order.street_id, main).await? {
            Some(main) => order = main,
            None => break,
        }
    }
    Ok(order)
}
