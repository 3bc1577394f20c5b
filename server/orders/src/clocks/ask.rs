//! Asking: a unit's handler or head writes the request, the head endorses what a handler asked.

use platform::{Error, FileId, Millis, PostKind, Text, Write};
use serde_json::json;
use store::{sql, vals};

use crate::books::Books;
use crate::clocks::mark::{Held, Said, mark};
use crate::clocks::request::{PARKED_MS, Request, grantable, requests_of, run_for};
use crate::clocks::wire::RequestId;
use crate::decide::STEP_FILES;
use crate::dispatch::act::{needed, tidy};
use crate::order::{Order, OrderId};
use crate::step::Actor;
use crate::take_step::attach;
use crate::words::{Act, RequestKind, Role};

sql! {
    ENDORSE = "UPDATE order_requests SET endorsed_at = $3, endorsed_by = $4, endorsed_post = $5
        WHERE street_id = $1 AND id = $2 AND endorsed_at IS NULL AND decided_at IS NULL";
}

/// What a unit asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub kind: RequestKind,
    pub reason: String,
    pub basis: Option<String>,
    pub pause_kind: Option<String>,
    pub until: Option<Millis>,
    pub files: Vec<FileId>,
}

/// Asks the street.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] naming the wrong field; [`Error::Conflict`] naming the rule against it.
pub async fn ask(w: &Write, books: &Books, id: OrderId, asked: Asked) -> Result<i64, Error> {
    let held = Held::of(w, id).await?;
    w.require("order:request", &held.order.thing())?;
    let earlier = requests_of(w, &held.order).await?;
    let run = run_for(asked.kind, &held.order, &held.clocks, &earlier, w.now())?.id;
    let asked = checked(books, asked, w.now())?;
    let actor = Actor::of(w.call());
    let is_head = w.call().caller()?.post.kind == PostKind::DepartmentHead;
    let row = Request {
        street_id: held.order.street_id,
        id: w.id(),
        order_id: held.order.id,
        kind: asked.kind,
        clock_id: run,
        organisation_id: held.order.organisation_id.unwrap_or(0),
        area: held.order.area,
        reason: asked.reason,
        basis: asked.basis,
        pause_kind: asked.pause_kind,
        until: asked.until,
        files: json!(asked.files).to_string(),
        // An exemption is looked at twice whoever asks for it.
        needs_endorsement: !is_head || asked.kind == RequestKind::Exempt,
        asked_at: w.now(),
        asked_by: actor.account,
        asked_post: actor.post,
        endorsed_at: None,
        endorsed_by: None,
        endorsed_post: None,
        decided_at: None,
        decided_by: None,
        decided_post: None,
        decision: None,
        decision_note: None,
    };
    w.insert(&row).await?;
    let said = Said::of(Act::Request, row.wire_id(), Some(&row.reason)).with_clause(row.basis.as_deref());
    let noted = Order { clock_notes: held.order.clock_notes + 1, ..held.order.clone() };
    let after = Held { order: noted, clocks: held.clocks.clone() };
    let (_, steps) = mark(w, &held, after, &[], &[said]).await?;
    if let Some(step) = steps.first() {
        attach(w, step, &asked.files, Role::Document).await?;
    }
    Ok(row.id)
}

/// What belongs to each kind, with texts trimmed and a day of waking at which the office opens.
fn checked(books: &Books, asked: Asked, now: Millis) -> Result<Asked, Error> {
    let field = |name: &str, zh: &'static str, en: &'static str| Error::field(name, Text::new(zh, en));
    let reason = needed("reason", &asked.reason, Text::new("请填写理由", "give the reason"))?;
    let basis = tidy("basis", asked.basis.as_deref())?;
    if asked.files.len() > STEP_FILES {
        return Err(field("files", "照片不超过 9 张", "nine pictures at most"));
    }
    let pauses = asked.kind == RequestKind::Pause;
    if asked.pause_kind.as_deref().and_then(grantable).is_none() && pauses {
        return Err(field("pause_kind", "请选择暂停的种类", "choose the kind of pause"));
    }
    if asked.pause_kind.is_some() && !pauses {
        return Err(field("pause_kind", "只有暂停计时才有种类", "only a pause has a kind"));
    }
    if pauses && basis.is_none() {
        return Err(field(
            "basis",
            "请写明依据的条款或文号",
            "name the clause or the document that it rests on",
        ));
    }
    let until = match (asked.kind, asked.until) {
        (RequestKind::Park, None) => {
            return Err(field("until", "请选择恢复办理的日期", "choose the day on which it wakes"));
        }
        (RequestKind::Extend | RequestKind::Exempt, Some(_)) => {
            return Err(field("until", "此类申请不设日期", "this kind of request has no day"));
        }
        (_, Some(until)) if until <= now => {
            return Err(field("until", "日期应晚于今天", "the day lies in the past"));
        }
        (_, Some(until)) if until.0 - now.0 > PARKED_MS => {
            return Err(field("until", "最长不超过一年", "one year at most"));
        }
        (_, until) => until.map(|until| opening(books, until)).transpose()?,
    };
    Ok(Asked { reason, basis, until, ..asked })
}

/// The first moment from `at` on at which the office is open.
pub(crate) fn opening(books: &Books, at: Millis) -> Result<Millis, Error> {
    let by = books.reckoning()?;
    by.rules.hours.open_from(by.calendar, at.0).map(Millis).map_err(Error::internal)
}

/// The unit's head endorses what was asked.
///
/// # Errors
/// [`Error::Forbidden`] for another unit's head and for whoever asked; [`Error::Conflict`] the second time.
pub async fn endorse(w: &Write, id: OrderId, request: RequestId, note: Option<&str>) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    let row = of_order(w, &held.order, request).await?;
    w.require("order:endorse", &held.order.thing())?;
    let actor = Actor::of(w.call());
    if row.asked_by == actor.account {
        return Err(Error::Forbidden(Text::new(
            "不能审核本人提出的申请",
            "nobody endorses their own request",
        )));
    }
    let values = vals![row.street_id, row.id, w.now(), actor.account, actor.post];
    if !row.needs_endorsement || w.exec(&ENDORSE, &values).await? == 0 {
        return Err(Error::conflict(Text::new("申请已审核或已决定", "it was endorsed or decided before")));
    }
    let note = tidy("note", note)?;
    let said = Said::of(Act::Endorse, row.wire_id(), note.as_deref());
    mark(w, &held, held.clone(), &[], &[said]).await?;
    Ok(())
}

/// A request of this order.
///
/// # Errors
/// [`Error::Missing`] when there is none.
pub(crate) async fn of_order(w: &Write, order: &Order, id: RequestId) -> Result<Request, Error> {
    let row: Option<Request> = w.find(&vals![id.street, id.id]).await?;
    row.filter(|row| row.street_id == order.street_id && row.order_id == order.id)
        .ok_or(Error::Missing("request"))
}
