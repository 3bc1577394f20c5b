//! Calls of stationed officers to a place: acknowledged, and answered by arriving.

use platform::{Error, Millis, Text, Thing, Write};
use store::{Tx, sql, table, vals};

use crate::books::Books;
use crate::dispatch::act::{Told, act, needed, standing, tidy};
use crate::dispatch::wire::AttendanceId;
use crate::order::{Order, OrderId};
use crate::step::Actor;
use crate::words::Act;

/// The most characters of a place.
const PLACE_CHARS: usize = 200;

table! {
    /// One call of one unit's officers.
    pub struct Attendance in "order_attendances" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub organisation_id: i64,
        pub place: String,
        pub arrive_by: Millis,
        pub note: Option<String>,
        pub summoned_at: Millis,
        /// The post that called.
        pub summoned_by: Option<i64>,
        pub acknowledged_at: Option<Millis>,
        pub acknowledged_by: Option<i64>,
        pub arrived_at: Option<Millis>,
    }
}

sql! {
    OF_ORDER: Attendance = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
    CALLED = "SELECT id FROM order_attendances WHERE street_id = $1 AND organisation_id = $2 AND order_id = $3 LIMIT 1";
    ACKNOWLEDGE = "UPDATE order_attendances SET acknowledged_at = $3, acknowledged_by = $4
        WHERE street_id = $1 AND id = $2 AND acknowledged_at IS NULL";
    ARRIVE = "UPDATE order_attendances SET arrived_at = $3
        WHERE street_id = $1 AND id = $2 AND acknowledged_at IS NOT NULL AND arrived_at IS NULL";
}

impl Attendance {
    pub(crate) fn wire_id(&self) -> AttendanceId {
        AttendanceId::new(self.street_id, self.id)
    }
}

/// Whom the street calls, where to, until when.
#[derive(Clone, Debug)]
pub(crate) struct NewAttendance {
    pub organisation: i64,
    pub place: String,
    pub arrive_by: Millis,
    pub note: Option<String>,
}

/// The street calls a unit's officers to a place.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] naming the wrong field; [`Error::Conflict`] once the order ended.
pub(crate) async fn summon(w: &Write, books: &Books, id: OrderId, new: NewAttendance) -> Result<i64, Error> {
    let order = standing(w, id).await?;
    w.require("order:summon", &order.thing())?;
    if order.state.is_ended() {
        return Err(Error::conflict(Text::new("案件已经结束", "the order has ended")));
    }
    let unit = books.unit(new.organisation, order.street_id);
    let none = Text::new("没有这个单位", "no such unit");
    let unit = unit.ok_or_else(|| Error::field("organisation_id", none))?;
    let place = needed("place", &new.place, Text::new("请填写到场地点", "say where to"))?;
    if place.chars().count() > PLACE_CHARS {
        return Err(Error::field("place", Text::new("不超过 200 字", "200 characters at most")));
    }
    if new.arrive_by <= w.now() {
        let text = Text::new("到场时间应晚于现在", "the time of arrival lies in the past");
        return Err(Error::field("arrive_by", text));
    }
    let actor = Actor::of(w.call());
    let row = Attendance {
        street_id: order.street_id,
        id: w.id(),
        order_id: order.id,
        organisation_id: unit.id,
        place,
        arrive_by: new.arrive_by,
        note: tidy("note", new.note.as_deref())?,
        summoned_at: w.now(),
        summoned_by: actor.post,
        acknowledged_at: None,
        acknowledged_by: None,
        arrived_at: None,
    };
    w.insert(&row).await?;
    let after = Order { attendances: order.attendances + 1, ..order };
    act(w, after, told(&row, Act::Summon, Some(&row.place))).await?;
    Ok(row.id)
}

/// The officers have read the call.
///
/// # Errors
/// [`Error::Forbidden`] for another unit, [`Error::Conflict`] the second time.
pub(crate) async fn acknowledge(w: &Write, id: OrderId, attendance: AttendanceId) -> Result<(), Error> {
    let (order, row) = own(w, id, attendance).await?;
    let by = Actor::of(w.call()).account;
    if w.exec(&ACKNOWLEDGE, &vals![row.street_id, row.id, w.now(), by]).await? == 0 {
        return Err(Error::conflict(Text::new("已经确认过了", "it was acknowledged before")));
    }
    act(w, order, told(&row, Act::SummonAck, None)).await?;
    Ok(())
}

/// The officers are there.
///
/// # Errors
/// [`Error::Forbidden`] for another unit, [`Error::Conflict`] before it was acknowledged or the second time.
pub(crate) async fn arrive(w: &Write, id: OrderId, attendance: AttendanceId) -> Result<(), Error> {
    let (order, row) = own(w, id, attendance).await?;
    if w.exec(&ARRIVE, &vals![row.street_id, row.id, w.now()]).await? == 0 {
        let text =
            Text::new("请先确认，且到场只登记一次", "acknowledge it first; an arrival is entered once");
        return Err(Error::conflict(text));
    }
    act(w, order, told(&row, Act::Arrive, None)).await?;
    Ok(())
}

fn told<'a>(row: &Attendance, act: Act, note: Option<&'a str>) -> Told<'a> {
    let subject = row.wire_id().to_string();
    Told { act, organisation: row.organisation_id, note, clause: None, subject, files: &[] }
}

async fn own(w: &Write, id: OrderId, attendance: AttendanceId) -> Result<(Order, Attendance), Error> {
    let order = standing(w, id).await?;
    let row: Option<Attendance> = w.find(&vals![attendance.street, attendance.id]).await?;
    let row = row.filter(|row| row.street_id == order.street_id && row.order_id == order.id);
    let row = row.ok_or(Error::Missing("attendance"))?;
    w.require("order:attend", &Thing { organisation: Some(row.organisation_id), ..order.thing() })?;
    Ok((order, row))
}

/// The calls of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn attendances_of(r: &Tx, order: &Order) -> Result<Vec<Attendance>, Error> {
    Ok(r.query(&OF_ORDER, &vals![order.street_id, order.id]).await?)
}

/// Whether a unit's officers were called for an order.
///
/// # Errors
/// What the store answers.
pub(crate) async fn is_called(r: &Tx, order: &Order, unit: i64) -> Result<bool, Error> {
    let found: Option<(i64,)> = r.opt(&CALLED, &vals![order.street_id, unit, order.id]).await?;
    Ok(found.is_some())
}
