//! Supervision (督办): a leader asks the unit to answer by a time, and keeps an eye on the order until it is lifted.

use platform::{Error, Millis, Text, Thing, Write};
use store::{Tx, sql, table, vals};

use crate::clocks::mark::{Held, Said, mark};
use crate::clocks::request::PARKED_MS;
use crate::clocks::wire::SupervisionId;
use crate::dispatch::act::{needed, tidy};
use crate::order::{Order, OrderId};
use crate::step::Actor;
use crate::words::Act;

table! {
    /// One supervision with its answer.
    pub(crate) struct Supervision in "order_supervisions" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        /// The unit that has to answer; the desk when the order was with none.
        pub organisation_id: Option<i64>,
        pub text: String,
        pub reply_by: Millis,
        pub opened_at: Millis,
        pub opened_by: Option<i64>,
        pub opened_post: Option<i64>,
        pub reply: Option<String>,
        pub replied_at: Option<Millis>,
        pub replied_by: Option<i64>,
        pub replied_post: Option<i64>,
        pub lifted_at: Option<Millis>,
        pub lifted_by: Option<i64>,
        pub lift_note: Option<String>,
    }
}

sql! {
    OF_ORDER: Supervision = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
    REPLY = "UPDATE order_supervisions SET reply = $3, replied_at = $4, replied_by = $5, replied_post = $6
        WHERE street_id = $1 AND id = $2 AND replied_at IS NULL AND lifted_at IS NULL";
    LIFT = "UPDATE order_supervisions SET lifted_at = $3, lifted_by = $4, lift_note = $5
        WHERE street_id = $1 AND id = $2 AND lifted_at IS NULL";
}

impl Supervision {
    pub fn wire_id(&self) -> SupervisionId {
        SupervisionId::new(self.street_id, self.id)
    }

    /// The right that answering takes, and on what.
    pub fn answered_by(&self, order: &Order) -> (&'static str, Thing) {
        match self.organisation_id {
            Some(unit) => ("order:resolve", Thing { organisation: Some(unit), ..order.thing() }),
            None => ("order:dispatch", order.thing()),
        }
    }
}

/// The supervisions of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn supervisions_of(r: &Tx, order: &Order) -> Result<Vec<Supervision>, Error> {
    Ok(r.query(&OF_ORDER, &vals![order.street_id, order.id]).await?)
}

/// A leader supervises an order.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] naming the wrong field; [`Error::Conflict`] once the order ended.
pub async fn supervise(w: &Write, id: OrderId, text: &str, reply_by: Millis) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    w.require("order:supervise", &held.order.thing())?;
    if held.order.state.is_ended() {
        return Err(Error::conflict(Text::new("案件已经结束", "the order has ended")));
    }
    let text = needed("text", text, Text::new("请填写督办意见", "say what is expected"))?;
    if reply_by <= w.now() || reply_by.0 - w.now().0 > PARKED_MS {
        let problem =
            Text::new("回复期限应晚于现在，且不超过一年", "it lies in the past, or more than a year ahead");
        return Err(Error::field("reply_by", problem));
    }
    let actor = Actor::of(w.call());
    let row = Supervision {
        street_id: held.order.street_id,
        id: w.id(),
        order_id: held.order.id,
        organisation_id: held.order.organisation_id,
        text,
        reply_by,
        opened_at: w.now(),
        opened_by: actor.account,
        opened_post: actor.post,
        reply: None,
        replied_at: None,
        replied_by: None,
        replied_post: None,
        lifted_at: None,
        lifted_by: None,
        lift_note: None,
    };
    w.insert(&row).await?;
    let order = Order { supervised: true, clock_notes: held.order.clock_notes + 1, ..held.order.clone() };
    let after = Held { order, clocks: held.clocks.clone() };
    let said = Said::of(Act::Supervise, row.wire_id(), Some(&row.text));
    mark(w, &held, after, &[], &[said]).await?;
    Ok(())
}

/// The unit answers, once.
///
/// # Errors
/// [`Error::Forbidden`] for another unit; [`Error::Conflict`] the second time and after it was lifted.
pub(crate) async fn reply(w: &Write, id: OrderId, of: SupervisionId, text: &str) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    let row = of_order(w, &held.order, of).await?;
    let (right, thing) = row.answered_by(&held.order);
    w.require(right, &thing)?;
    let text = needed("text", text, Text::new("请填写办理情况", "say how it stands"))?;
    let actor = Actor::of(w.call());
    let values = vals![row.street_id, row.id, text.as_str(), w.now(), actor.account, actor.post];
    if w.exec(&REPLY, &values).await? == 0 {
        return Err(Error::conflict(Text::new("已回复或已解除", "it was answered or lifted before")));
    }
    let said = Said::of(Act::SuperviseReply, row.wire_id(), Some(&text));
    mark(w, &held, held.clone(), &[], &[said]).await?;
    Ok(())
}

/// A leader lifts the supervision.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] the second time.
pub(crate) async fn lift(w: &Write, id: OrderId, of: SupervisionId, note: Option<&str>) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    let row = of_order(w, &held.order, of).await?;
    w.require("order:supervise", &held.order.thing())?;
    let note = tidy("note", note)?;
    let by = Actor::of(w.call()).account;
    if w.exec(&LIFT, &vals![row.street_id, row.id, w.now(), by, note.as_deref()]).await? == 0 {
        return Err(Error::conflict(Text::new("已经解除", "it was lifted before")));
    }
    let others = supervisions_of(w, &held.order).await?;
    let supervised = others.iter().any(|one| one.id != row.id && one.lifted_at.is_none());
    let after = Held { order: Order { supervised, ..held.order.clone() }, clocks: held.clocks.clone() };
    let said = Said::of(Act::SuperviseLift, row.wire_id(), note.as_deref());
    mark(w, &held, after, &[], &[said]).await?;
    Ok(())
}

async fn of_order(w: &Write, order: &Order, id: SupervisionId) -> Result<Supervision, Error> {
    let row: Option<Supervision> = w.find(&vals![id.street, id.id]).await?;
    let row = row.filter(|row| row.street_id == order.street_id && row.order_id == order.id);
    row.ok_or(Error::Missing("supervision"))
}
