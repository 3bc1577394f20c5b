//! What units that help owe: each its own clock, its own evidence, its own end.

use platform::{Error, FileId, Millis, Read, Text, Thing, Write};
use store::{Tx, sql, table, vals};
use worktime::PauseKind;

use crate::books::Books;
use crate::clock::Change;
use crate::dispatch::act::{Told, act, needed, pictures, standing, tidy};
use crate::dispatch::listed::{cited, duty_for};
use crate::dispatch::wire::ObligationId;
use crate::order::{Order, OrderId};
use crate::query::clocks_of;
use crate::step::Actor;
use crate::take_step::write;
use crate::timing::{Clocks, Moment};
use crate::words::{Act, ClockKind, State};

/// The most units that help with one order at a time.
pub(crate) const HELPERS: usize = 10;

table! {
    /// What one unit owes to an order that another leads.
    pub struct Obligation in "order_obligations" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub organisation_id: i64,
        pub duty_code: Option<String>,
        pub clause: Option<String>,
        pub note: Option<String>,
        pub sent_at: Millis,
        /// The post that asked.
        pub sent_by: Option<i64>,
        pub signed_at: Option<Millis>,
        pub done_at: Option<Millis>,
        pub done_note: Option<String>,
        /// The step that brought the evidence.
        pub done_step_id: Option<i64>,
        pub released_at: Option<Millis>,
        pub release_reason: Option<String>,
        pub clock_id: i64,
    }
}

sql! {
    OF_ORDER: Obligation = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
    HELPS = "SELECT id FROM order_obligations WHERE street_id = $1 AND organisation_id = $2 AND order_id = $3 LIMIT 1";
    /// Open ones, the oldest first.
    OPEN: Obligation = "WHERE street_id = $1 AND organisation_id = $2 AND id > $3 AND done_at IS NULL AND released_at IS NULL
        ORDER BY id LIMIT $4";
    /// Those that ended, the newest first.
    ENDED: Obligation = "WHERE street_id = $1 AND organisation_id = $2 AND id < $3
        AND (done_at IS NOT NULL OR released_at IS NOT NULL) ORDER BY id DESC LIMIT $4";
    OPEN_COUNT = "SELECT COUNT(*) FROM order_obligations
        WHERE street_id = $1 AND organisation_id = $2 AND done_at IS NULL AND released_at IS NULL";
    SIGN = "UPDATE order_obligations SET signed_at = $3
        WHERE street_id = $1 AND id = $2 AND signed_at IS NULL AND done_at IS NULL AND released_at IS NULL";
    DONE = "UPDATE order_obligations SET done_at = $3, done_note = $4, done_step_id = $5
        WHERE street_id = $1 AND id = $2 AND signed_at IS NOT NULL AND done_at IS NULL AND released_at IS NULL";
    RELEASE = "UPDATE order_obligations SET released_at = $3, release_reason = $4
        WHERE street_id = $1 AND id = $2 AND done_at IS NULL AND released_at IS NULL";
    RELEASE_ALL = "UPDATE order_obligations SET released_at = $3
        WHERE street_id = $1 AND order_id = $2 AND done_at IS NULL AND released_at IS NULL";
}

impl Obligation {
    pub fn is_open(&self) -> bool {
        self.done_at.is_none() && self.released_at.is_none()
    }

    pub fn wire_id(&self) -> ObligationId {
        ObligationId::new(self.street_id, self.id)
    }
}

/// A unit that helps, with the row and the clock that begin.
#[derive(Clone, Debug)]
pub(crate) struct Assisted {
    pub obligation: Obligation,
    pub run: Change,
}

/// Asks a unit to help with an order as `after` stands.
///
/// # Errors
/// [`Error::Invalid`] for a unit that cannot help: none of the street's, the lead itself, one that helps already, a
/// community outside its list.
pub(crate) fn ask(
    books: &Books,
    actor: Actor,
    order: &Order,
    clocks: &mut Clocks,
    at: (Millis, &dyn Fn() -> i64),
    (unit, duty, note): (i64, Option<&str>, Option<String>),
) -> Result<Assisted, Error> {
    let refuse = |zh: &'static str, en: &'static str| Err(Error::field("helpers", Text::new(zh, en)));
    let Some(unit) = books.unit(unit, order.street_id) else {
        return refuse(
            "协办单位不存在，或不承办本街道的案件",
            "no such unit, or it takes no orders of this street",
        );
    };
    if order.organisation_id == Some(unit.id) {
        return refuse("主办单位不能同时协办", "the unit that leads cannot help as well");
    }
    if clocks.helping().any(|run| run.organisation_id == Some(unit.id)) {
        return refuse("该单位已在协办", "this unit helps already");
    }
    if clocks.helping().count() >= HELPERS {
        return refuse("同时协办的单位不超过 10 个", "ten units at most help at a time");
    }
    let duty = duty_for(books, order, unit, duty)?;
    let (now, next_id) = at;
    let moment = Moment {
        now,
        by: books.reckoning()?,
        limit: &|clock| books.limit_of(order, clock),
        organisation: Some(unit.id),
        why: PauseKind::Returned,
        basis: None,
        next_id,
    };
    let run = clocks.begin(order, ClockKind::Assistance, &moment)?;
    let obligation = Obligation {
        street_id: order.street_id,
        id: next_id(),
        order_id: order.id,
        organisation_id: unit.id,
        duty_code: duty.map(|duty| duty.code.clone()),
        clause: duty.map(|duty| cited(duty).zh.into_owned()),
        note,
        sent_at: now,
        sent_by: actor.post,
        signed_at: None,
        done_at: None,
        done_note: None,
        done_step_id: None,
        released_at: None,
        release_reason: None,
        clock_id: run.id,
    };
    Ok(Assisted { obligation, run: Change::Start(run) })
}

/// What asking a unit tells.
pub(crate) fn asked(obligation: &Obligation) -> Told<'_> {
    Told {
        act: Act::Assist,
        organisation: obligation.organisation_id,
        note: obligation.note.as_deref(),
        clause: obligation.clause.as_deref(),
        subject: obligation.wire_id().to_string(),
        files: &[],
    }
}

/// The desk asks one more unit to help.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] while nobody leads; as [`ask`].
pub(crate) async fn assist(
    w: &Write,
    books: &Books,
    id: OrderId,
    (unit, duty, note): (i64, Option<&str>, Option<&str>),
) -> Result<i64, Error> {
    let order = standing(w, id).await?;
    w.require("order:dispatch", &order.thing())?;
    if !matches!(order.state, State::Dispatched | State::Handling) {
        let text = Text::new("派单后、办结前方可增加协办单位", "a unit helps only while another one leads");
        return Err(Error::conflict(text));
    }
    let mut clocks = clocks_of(w, id.street, id.id).await?;
    let actor = Actor::of(w.call());
    let wanted = (unit, duty, tidy("note", note)?);
    let assisted = ask(books, actor, &order, &mut clocks, (w.now(), &|| w.id()), wanted)?;
    w.insert(&assisted.obligation).await?;
    write(w, &assisted.run).await?;
    let after = Order { helpers_open: order.helpers_open + 1, ..order };
    act(w, after, asked(&assisted.obligation)).await?;
    Ok(assisted.obligation.id)
}

/// The unit takes it on.
///
/// # Errors
/// [`Error::Forbidden`] for another unit; [`Error::Conflict`] when it signed before or it is over.
pub async fn sign(w: &Write, id: OrderId, obligation: ObligationId) -> Result<(), Error> {
    let (order, row) = own(w, id, obligation, "order:assist").await?;
    if w.exec(&SIGN, &vals![row.street_id, row.id, w.now()]).await? == 0 {
        return Err(Error::conflict(Text::new("已签收或已结束", "it was signed for, or it is over")));
    }
    act(w, order, told(&row, Act::AssistSign, None, &[])).await?;
    Ok(())
}

/// The unit has done its part.
///
/// # Errors
/// As [`sign`]; [`Error::Invalid`] without a note or a picture.
pub async fn finish(
    w: &Write,
    id: OrderId,
    obligation: ObligationId,
    note: &str,
    files: &[FileId],
) -> Result<(), Error> {
    let (order, row) = own(w, id, obligation, "order:assist").await?;
    let note = needed("note", note, Text::new("请填写办理说明", "say what was done"))?;
    pictures(files)?;
    if row.signed_at.is_none() {
        return Err(Error::conflict(Text::new("请先签收", "sign for it first")));
    }
    let after = Order { helpers_open: order.helpers_open - 1, ..order };
    let (_, step) = act(w, after, told(&row, Act::AssistDone, Some(&note), files)).await?;
    if w.exec(&DONE, &vals![row.street_id, row.id, w.now(), note.as_str(), step]).await? == 0 {
        return Err(over());
    }
    stop(w, &row).await
}

/// The desk lets the unit go.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] without a reason; [`Error::Conflict`] when it is over.
pub(crate) async fn release(
    w: &Write,
    id: OrderId,
    obligation: ObligationId,
    reason: &str,
) -> Result<(), Error> {
    let (order, row) = own(w, id, obligation, "order:dispatch").await?;
    let reason = needed("reason", reason, Text::new("请填写理由", "give the reason"))?;
    if w.exec(&RELEASE, &vals![row.street_id, row.id, w.now(), reason.as_str()]).await? == 0 {
        return Err(over());
    }
    let after = Order { helpers_open: order.helpers_open - 1, ..order };
    act(w, after, told(&row, Act::AssistRelease, Some(&reason), &[])).await?;
    stop(w, &row).await
}

/// Lets every unit go that has not finished, because the order goes another way.
///
/// # Errors
/// What the store answers.
pub(crate) async fn release_all(w: &Write, order: &Order) -> Result<(), Error> {
    w.exec(&RELEASE_ALL, &vals![order.street_id, order.id, w.now()]).await?;
    Ok(())
}

fn over() -> Error {
    Error::conflict(Text::new("协办已经结束", "this help is over"))
}

fn told<'a>(row: &Obligation, act: Act, note: Option<&'a str>, files: &'a [FileId]) -> Told<'a> {
    let subject = row.wire_id().to_string();
    Told { act, organisation: row.organisation_id, note, clause: None, subject, files }
}

/// The order and an open obligation of it, for whoever has a right: the desk on the order, the unit on its own part.
async fn own(
    w: &Write,
    id: OrderId,
    obligation: ObligationId,
    right: &str,
) -> Result<(Order, Obligation), Error> {
    let order = standing(w, id).await?;
    let row: Option<Obligation> = w.find(&vals![obligation.street, obligation.id]).await?;
    let row = row.filter(|row| row.street_id == order.street_id && row.order_id == order.id);
    let row = row.ok_or(Error::Missing("obligation"))?;
    let thing = match right {
        "order:assist" => Thing { organisation: Some(row.organisation_id), ..order.thing() },
        _ => order.thing(),
    };
    w.require(right, &thing)?;
    match row.is_open() {
        true => Ok((order, row)),
        false => Err(over()),
    }
}

async fn stop(w: &Write, row: &Obligation) -> Result<(), Error> {
    let mut clocks = clocks_of(w, row.street_id, row.order_id).await?;
    match clocks.end(row.clock_id, w.now()) {
        Some(change) => write(w, &change).await,
        None => Ok(()),
    }
}

/// The obligations of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub async fn obligations_of(r: &Tx, order: &Order) -> Result<Vec<Obligation>, Error> {
    Ok(r.query(&OF_ORDER, &vals![order.street_id, order.id]).await?)
}

/// Whether a unit helps, or helped, with an order.
///
/// # Errors
/// What the store answers.
pub(crate) async fn helps(r: &Tx, order: &Order, unit: i64) -> Result<bool, Error> {
    let found: Option<(i64,)> = r.opt(&HELPS, &vals![order.street_id, unit, order.id]).await?;
    Ok(found.is_some())
}

/// Up to `limit` obligations of a unit in one street after (open) or before (ended) an id.
///
/// # Errors
/// What the store answers.
pub(crate) async fn of_unit(
    r: &Read,
    street: i64,
    unit: i64,
    is_open: bool,
    from: Option<i64>,
    limit: i64,
) -> Result<Vec<Obligation>, Error> {
    let (sql, from) = match is_open {
        true => (&OPEN, from.unwrap_or(0)),
        false => (&ENDED, from.unwrap_or(i64::MAX)),
    };
    Ok(r.query(sql, &vals![street, unit, from, limit]).await?)
}

/// How many obligations of a unit are open in one street.
///
/// # Errors
/// What the store answers.
pub(crate) async fn open_count(r: &Tx, street: i64, unit: i64) -> Result<i64, Error> {
    let (count,): (i64,) = r.one(&OPEN_COUNT, &vals![street, unit]).await?;
    Ok(count)
}
