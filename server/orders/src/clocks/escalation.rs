//! Escalation up the post tree: nearly due, late, late by half. Each is told once for a run of a clock.

use platform::policy::Caller;
use platform::{Error, Millis, PostKind, Text, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};
use worktime::Unit;

use crate::books::Books;
use crate::clock::ClockRun;
use crate::clocks::mark::{Held, Said, step_of};
use crate::clocks::wire::EscalationId;
use crate::order::{Order, OrderId};
use crate::step::Actor;
use crate::take_step::tell;
use crate::timing::counting;
use crate::words::{Act, ClockKind};

table! {
    /// One post kind that was told of one run.
    pub(crate) struct Escalation in "order_escalations" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub clock_id: i64,
        /// 1: four fifths are gone; 2: late; 3: late by half of the limit.
        pub level: i64,
        pub post_kind: PostKind,
        /// The unit whose posts are told; the street's own when absent.
        pub organisation_id: Option<i64>,
        pub at: Millis,
        /// When to look whether it is late by half.
        pub look_at: Option<Millis>,
        pub acknowledged_at: Option<Millis>,
        pub acknowledged_by: Option<i64>,
        pub acknowledged_post: Option<i64>,
    }
}

sql! {
    OF_ORDER: Escalation = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
    /// A run, a level and a kind of post are told together once.
    TELL = "INSERT INTO order_escalations (street_id, id, order_id, clock_id, level, post_kind, organisation_id, at, look_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (street_id, clock_id, level, post_kind) DO NOTHING";
    LOOK = "UPDATE order_escalations SET look_at = $3 WHERE street_id = $1 AND clock_id = $2 AND look_at IS NOT NULL";
    NOTED = "UPDATE orders SET clock_notes = clock_notes + 1 WHERE street_id = $1 AND id = $2";
    ACKNOWLEDGE = "UPDATE order_escalations SET acknowledged_at = $3, acknowledged_by = $4, acknowledged_post = $5
        WHERE street_id = $1 AND id = $2 AND acknowledged_at IS NULL";
}

impl Escalation {
    pub fn wire_id(&self) -> EscalationId {
        EscalationId::new(self.street_id, self.id)
    }

    /// Whether it is this post that was told.
    pub fn is_for(&self, caller: &Caller) -> bool {
        let own = self.organisation_id.is_none_or(|unit| caller.post.organisation == Some(unit));
        caller.post.kind == self.post_kind && own
    }
}

/// The escalations of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn escalations_of(r: &Tx, order: &Order) -> Result<Vec<Escalation>, Error> {
    Ok(r.query(&OF_ORDER, &vals![order.street_id, order.id]).await?)
}

/// Who is told at a level of a clock: the unit and its head before the street, the desk before its chief.
pub(crate) fn audience(clock: ClockKind, level: i64) -> &'static [PostKind] {
    match (clock, level) {
        (ClockKind::Handling | ClockKind::Assistance, 1) => &[PostKind::Handler],
        (ClockKind::Handling | ClockKind::Assistance, 2) => &[PostKind::DepartmentHead],
        (ClockKind::Handling | ClockKind::Assistance, _) => &[PostKind::Chief, PostKind::Leader],
        (ClockKind::Consultation | ClockKind::Guidance, 1) => &[PostKind::CommunityHead],
        (_, 1) => &[PostKind::Desk],
        (_, 2) => &[PostKind::Chief],
        (_, _) => &[PostKind::Leader],
    }
}

/// How far a run has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    /// 0: there is nothing to tell now.
    pub level: i64,
    /// When a late run may be late by half; none once nothing more is to come.
    pub look_at: Option<Millis>,
}

/// How long a run that stands still is let alone.
const ALONE_MS: i64 = 3_600_000;

/// How far a run has gone. Reminders of clocks that count days or office hours wait until the office is open.
///
/// # Errors
/// [`Error::Internal`] outside 1970–2099.
pub(crate) fn gone(run: &ClockRun, held: &Held, books: &Books, now: Millis) -> Result<Gone, Error> {
    let by = books.reckoning()?.as_counted(run);
    if run.stopped_at.is_some() || held.order.state.is_ended() {
        return Ok(Gone { level: 0, look_at: None });
    }
    if run.paused_at.is_some() {
        return Ok(Gone { level: 0, look_at: Some(now.plus(ALONE_MS)) });
    }
    let is_emergency = matches!(run.limit()?.unit(), Unit::ContinuousHours | Unit::ContinuousMinutes);
    let opens = Millis(by.rules.hours.open_from(by.calendar, now.0).map_err(Error::internal)?);
    if !is_emergency && opens > now {
        return Ok(Gone { level: 0, look_at: Some(opens) });
    }
    if now <= run.due_at {
        return Ok(Gone { level: i64::from(now >= run.soon_at), look_at: Some(run.due_at.plus(1)) });
    }
    // Counted time goes by no faster than the clock on the wall: half is never missed by looking then.
    let more = run.until_half_late(by, &counting(&held.clocks.pauses, run.id)?, now)?;
    Ok(match more <= 0 {
        true => Gone { level: 3, look_at: None },
        false => Gone { level: 2, look_at: Some(now.plus(more)) },
    })
}

/// Tells whoever is next, if that run has gone so far and they were not told; answers how many were.
///
/// # Errors
/// What the store answers.
pub(crate) async fn raise(w: &Write, books: &Books, id: OrderId, run: i64) -> Result<i64, Error> {
    let held = Held::of(w, id).await?;
    let Some(run) = held.clocks.runs.iter().find(|one| one.id == run) else { return Ok(0) };
    let Gone { level, look_at } = gone(run, &held, books, w.now())?;
    let mut told = 0;
    w.exec(&LOOK, &vals![run.street_id, run.id, look_at]).await?;
    let kinds = if level == 0 { &[] } else { audience(run.clock, level) };
    for kind in kinds {
        let of_unit = matches!(kind, PostKind::Handler | PostKind::DepartmentHead);
        let unit = run.organisation_id.filter(|_| of_unit);
        let escalation = EscalationId::new(run.street_id, w.id());
        let values = vals![
            run.street_id,
            escalation.id,
            run.order_id,
            run.id,
            level,
            *kind,
            unit,
            w.now(),
            look_at.filter(|_| level == 2)
        ];
        if w.exec(&TELL, &values).await? == 0 {
            continue;
        }
        w.exec(&NOTED, &vals![run.street_id, run.order_id]).await?;
        // No new version of the order: whoever is at work on it is not interrupted by a reminder.
        let step = step_of(w, &held.order, &Said::of(Act::Escalate, escalation, None));
        w.insert(&step).await?;
        tell(w, &held.order, &step);
        let news = json!({ "id": held.order.wire_id(), "number": held.order.number, "level": level, "post_kind": kind });
        w.announce("escalation", held.order.wire_id(), held.order.area, &news);
        told += 1;
    }
    Ok(told)
}

/// Whoever was told says that they know.
///
/// # Errors
/// [`Error::Forbidden`] for anybody else; [`Error::Conflict`] the second time.
pub(crate) async fn acknowledge(w: &Write, id: OrderId, of: EscalationId) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    let row: Option<Escalation> = w.find(&vals![of.street, of.id]).await?;
    let row = row.filter(|row| row.street_id == held.order.street_id && row.order_id == held.order.id);
    let row = row.ok_or(Error::Missing("escalation"))?;
    if !row.is_for(w.call().caller()?) {
        return Err(Error::forbidden());
    }
    let actor = Actor::of(w.call());
    let values = vals![row.street_id, row.id, w.now(), actor.account, actor.post];
    if w.exec(&ACKNOWLEDGE, &values).await? == 0 {
        return Err(Error::conflict(Text::new("已经确认过了", "it was acknowledged before")));
    }
    let step = step_of(w, &held.order, &Said::of(Act::EscalateAck, row.wire_id(), None));
    w.insert(&step).await?;
    tell(w, &held.order, &step);
    Ok(())
}
