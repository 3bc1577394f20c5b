//! Objections: a department says that a case must not count against it; the street decides with a reason.
//!
//! Upheld, the case is exempted: that it was late stays a fact, it only no longer counts, and the score is computed anew
//! as a revision beside the frozen one. Refused, nothing changes but that the reason stands beside it.

use orders::{Judged, OrderId};
use platform::ids::wire_id;
use platform::{Error, Millis, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::freeze::{Basis, Freeze, Revision, add_revision, list_of, lists_of, revisions};
use crate::rate::Better;
use crate::score::{Exempted, digits};

wire_id!(
    /// An objection on the wire.
    ObjectionId, "obj"
);

/// The longest reason, in characters.
const REASON_CHARS: usize = 1_000;

table! {
    /// One objection of one unit to one case.
    pub struct Objection in "objections" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub freeze_id: i64,
        pub indicator_key: String,
        pub organisation_id: i64,
        pub order_id: i64,
        pub order_number: String,
        pub reason: String,
        pub raised_at: Millis,
        pub raised_by: i64,
        /// What was decided; nothing yet.
        pub upheld: Option<bool>,
        pub decision_reason: Option<String>,
        pub decided_at: Option<Millis>,
        pub decided_by: Option<i64>,
    }
}

sql! {
    OF_FREEZE: Objection = "WHERE street_id = $1 AND freeze_id = $2 ORDER BY id LIMIT 10000";
    OF_CASE: Objection = "WHERE street_id = $1 AND freeze_id = $2 AND indicator_key = $3 AND organisation_id = $4
        AND order_id = $5 LIMIT 1";
    DECIDE = "UPDATE objections SET upheld = $4, decision_reason = $5, decided_at = $6, decided_by = $7, version = version + 1
        WHERE street_id = $1 AND id = $2 AND version = $3 AND decided_at IS NULL";
}

impl Objection {
    pub fn wire_id(&self) -> ObjectionId {
        ObjectionId::new(self.street_id, self.id)
    }
}

/// The objections to a freeze, the oldest first.
///
/// # Errors
/// What the store answers.
pub async fn of_freeze(tx: &Tx, freeze: &Freeze) -> Result<Vec<Objection>, Error> {
    Ok(tx.query(&OF_FREEZE, &vals![freeze.street_id, freeze.id]).await?)
}

/// The cases that upheld objections take out, in the order in which they were decided, with the objection.
pub fn upheld(objections: &[Objection]) -> Vec<(i64, (String, i64, i64))> {
    let mut all: Vec<&Objection> = objections.iter().filter(|one| one.upheld == Some(true)).collect();
    all.sort_by_key(|one| (one.decided_at, one.id));
    let key = |one: &Objection| (one.indicator_key.clone(), one.organisation_id, one.order_id);
    all.into_iter().map(|one| (one.id, key(one))).collect()
}

fn reason_of(text: &str) -> Result<String, Error> {
    let text = text.trim();
    match (1..=REASON_CHARS).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(Error::field(
            "reason",
            Text::new("请填写理由，不超过 1000 字", "give a reason of 1,000 characters at most"),
        )),
    }
}

/// Objects to a case that counts against the caller's unit.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] when the time is over or the case was objected to before;
/// [`Error::Invalid`] for a case that does not count against the unit.
pub async fn object(
    w: &Write,
    freeze: &Freeze,
    basis: &Basis,
    indicator: &str,
    order: OrderId,
    reason: &str,
) -> Result<ObjectionId, Error> {
    let caller = w.call().caller()?;
    let unit = caller.post.organisation.ok_or_else(Error::forbidden)?;
    w.require("insight:object", &Thing { area: freeze.street_id, organisation: Some(unit) })?;
    let reason = reason_of(reason)?;
    if w.now() >= freeze.objections_until {
        return Err(Error::conflict(Text::new("申诉期已过", "the time for objections is over")));
    }
    let better = basis.indicators.iter().find(|one| one.key == indicator).map(|one| one.better);
    // A unit that is not scored knows nothing of the month.
    let frozen = revisions(w, freeze).await?.first().map_or(Ok(Vec::new()), Revision::units)?;
    if !frozen.iter().any(|digits| digits.unit == unit) {
        return Err(Error::Missing("freeze"));
    }
    let cases = list_of(w, freeze, indicator, unit).await?;
    let against = |counted: bool| better.is_some_and(|better| counted == (better == Better::Lower));
    let case = cases.iter().find(|case| case.order_id == order.id && against(case.counted));
    let wrong = || {
        Error::field(
            "order",
            Text::new("该案件没有对本单位扣分", "this case does not count against your unit"),
        )
    };
    let case = case.filter(|_| order.street == freeze.street_id).ok_or_else(wrong)?;
    let known: Option<Objection> =
        w.opt(&OF_CASE, &vals![freeze.street_id, freeze.id, indicator, unit, order.id]).await?;
    if known.is_some() {
        return Err(Error::conflict(Text::new("该案件已申诉过", "this case was objected to before")));
    }
    let objection = Objection {
        street_id: freeze.street_id,
        id: w.id(),
        version: 1,
        freeze_id: freeze.id,
        indicator_key: indicator.to_owned(),
        organisation_id: unit,
        order_id: order.id,
        order_number: case.number.clone(),
        reason,
        raised_at: w.now(),
        raised_by: caller.post.id,
        upheld: None,
        decision_reason: None,
        decided_at: None,
        decided_by: None,
    };
    w.insert(&objection).await?;
    let detail = json!({ "freeze": freeze.wire_id(), "indicator": indicator, "order": order });
    w.record("insight:object", objection.wire_id(), detail);
    Ok(objection.wire_id())
}

/// Decides an objection.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Missing`]; a conflict when it was decided before.
pub async fn decide(w: &Write, id: ObjectionId, uphold: bool, reason: &str) -> Result<Freeze, Error> {
    w.require("insight:judge", &Thing::at(id.street))?;
    let reason = reason_of(reason)?;
    let found: Option<Objection> = w.find(&vals![id.street, id.id]).await?;
    let objection = found.ok_or(Error::Missing("objection"))?;
    let freeze: Option<Freeze> = w.find(&vals![id.street, objection.freeze_id]).await?;
    let freeze = freeze.ok_or(Error::Missing("freeze"))?;
    let by = w.call().caller()?.post.id;
    let values =
        vals![id.street, id.id, objection.version, Some(uphold), reason.as_str(), Some(w.now()), Some(by)];
    if w.exec(&DECIDE, &values).await? == 0 {
        return Err(Error::conflict(Text::new("该申诉已有决定", "it was decided before")));
    }
    if uphold {
        exempt(w, &freeze, &objection, &reason).await?;
        revise(w, &freeze, id.id).await?;
    }
    let detail = json!({ "freeze": freeze.wire_id(), "upheld": uphold });
    w.record("insight:judge", id, detail);
    Ok(freeze)
}

/// Computes the score without the case; the frozen digits stay.
async fn revise(w: &Write, freeze: &Freeze, objection: i64) -> Result<(), Error> {
    let basis = freeze.basis()?;
    let (lists, before) = (lists_of(w, freeze).await?, revisions(w, freeze).await?);
    let exempted: Exempted = upheld(&of_freeze(w, freeze).await?).into_iter().map(|(_, key)| key).collect();
    let digits = digits(&basis.scorecard, &basis.indicators, &lists, &exempted);
    let next = before.last().map_or(0, |last| last.revision) + 1;
    add_revision(w, freeze, next, Some(objection), &lists, &exempted, &digits).await?;
    Ok(())
}

/// Where a clock was late, exempts the runs that were; what is counted by acts is only taken off the score.
async fn exempt(w: &Write, freeze: &Freeze, objection: &Objection, reason: &str) -> Result<(), Error> {
    let basis = freeze.basis()?;
    let indicator = basis.indicators.iter().find(|one| one.key == objection.indicator_key);
    let judged: Vec<Judged> =
        indicator.into_iter().flat_map(|one| &one.denominator).filter_map(|part| part.judged()).collect();
    if judged.is_empty() {
        return Ok(());
    }
    let cases = list_of(w, freeze, &objection.indicator_key, objection.organisation_id).await?;
    let late = cases.iter().filter(|case| case.order_id == objection.order_id && !case.counted);
    let ids: Vec<i64> = late.map(|case| case.case_id).collect();
    let order = OrderId::new(freeze.street_id, objection.order_id);
    orders::exempt_late(w, order, &ids, reason, &objection.wire_id().to_string()).await
}
