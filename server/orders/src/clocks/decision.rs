//! Deciding a request, and what an approval does.

use platform::{Error, Text, Write};
use store::{sql, vals};

use crate::books::Books;
use crate::clock::{Change, ClockRun};
use crate::clocks::ask::of_order;
use crate::clocks::mark::{Held, Said, mark};
use crate::clocks::pausing::{RESUME, WAKE, Waking};
use crate::clocks::request::{Request, grantable, requests_of, run_for};
use crate::clocks::wire::RequestId;
use crate::decide::{StepInput, decide};
use crate::dispatch::act::tidy;
use crate::order::OrderId;
use crate::step::Actor;
use crate::timing::Moment;
use crate::words::{Act, Action, Decision, RequestKind};

sql! {
    DECIDE = "UPDATE order_requests SET decided_at = $3, decided_by = $4, decided_post = $5, decision = $6, decision_note = $7
        WHERE street_id = $1 AND id = $2 AND decided_at IS NULL";
}

/// Approves or refuses a request.
///
/// # Errors
/// [`Error::Forbidden`] for the wrong post and for whoever asked or endorsed; [`Error::Conflict`] when it was decided
/// before, waits for its head, or no longer fits how the order stands; [`Error::Invalid`] for a refusal without a reason.
pub async fn settle(
    w: &Write,
    books: &Books,
    id: OrderId,
    request: RequestId,
    (approve, note): (bool, Option<&str>),
) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    w.require("order:decide", &held.order.thing())?;
    let row = of_order(w, &held.order, request).await?;
    row.may_decide(w.call().caller()?)?;
    let note = tidy("note", note)?;
    if !approve && note.is_none() {
        return Err(Error::field("note", Text::new("请填写不予批准的理由", "say why it is refused")));
    }
    if approve && row.waits_for_endorsement() {
        let text = Text::new("请先由部门负责人审核", "the unit's head endorses it first");
        return Err(Error::conflict(text));
    }
    if !row.is_pending() {
        return Err(Error::conflict(Text::new("申请已经决定过了", "it was decided before")));
    }
    let run = if approve { Some(still_fits(w, &held, &row).await?) } else { None };
    let decision = if approve { Decision::Approved } else { Decision::Refused };
    let actor = Actor::of(w.call());
    let values = vals![row.street_id, row.id, w.now(), actor.account, actor.post, decision, note.as_deref()];
    if w.exec(&DECIDE, &values).await? == 0 {
        return Err(store::Error::Stale.into());
    }
    match run {
        Some(run) => Box::pin(grant(w, books, held, &row, &run, note.as_deref())).await,
        None => {
            let said = Said::of(Act::Refuse, row.wire_id(), note.as_deref());
            mark(w, &held, held.clone(), &[], &[said]).await.map(|_| ())
        }
    }
}

/// The run that the request is about: between asking and deciding the order may have moved on.
async fn still_fits(w: &Write, held: &Held, row: &Request) -> Result<ClockRun, Error> {
    let mut earlier = requests_of(w, &held.order).await?;
    earlier.retain(|one| one.id != row.id);
    let run = run_for(row.kind, &held.order, &held.clocks, &earlier, w.now())?;
    if run.id != row.clock_id {
        let text = Text::new(
            "案件情况已变化，请退回后重新申请",
            "the order has moved on; refuse it and let it be asked anew",
        );
        return Err(Error::conflict(text));
    }
    Ok(run.clone())
}

async fn grant(
    w: &Write,
    books: &Books,
    held: Held,
    row: &Request,
    run: &ClockRun,
    note: Option<&str>,
) -> Result<(), Error> {
    let said = Said::of(Act::Approve, row.wire_id(), note);
    match row.kind {
        RequestKind::Pause => pause(w, books, held, row, said).await,
        RequestKind::Extend => {
            let mut after = held.clone();
            let changes: Vec<Change> = after.clocks.extend(run.id, books.reckoning()?)?.into_iter().collect();
            let extended = Said::of(Act::Extend, row.wire_id(), None).with_clause(row.basis.as_deref());
            mark(w, &held, after, &changes, &[said, extended]).await.map(|_| ())
        }
        RequestKind::Park => Box::pin(park(w, books, held, row, said)).await,
        RequestKind::Exempt => {
            let (order, _) = mark(w, &held, held.clone(), &[], &[said]).await?;
            let subject = row.wire_id().to_string();
            crate::exempt::exempt(w, &order, &held.clocks, &[run.id], &row.reason, &subject).await.map(|_| ())
        }
    }
}

async fn pause(w: &Write, books: &Books, held: Held, row: &Request, said: Said) -> Result<(), Error> {
    let (after, changes) = hold(w, books, &held, row)?;
    let paused = Said::of(Act::Pause, row.wire_id(), None).with_clause(row.basis.as_deref());
    mark(w, &held, after, &changes, &[said, paused]).await?;
    if let Some(until) = row.until {
        w.enqueue(RESUME, &Waking::of(row), until).await?;
    }
    Ok(())
}

fn hold(w: &Write, books: &Books, held: &Held, row: &Request) -> Result<(Held, Vec<Change>), Error> {
    let kind = row.pause_kind.as_deref().and_then(grantable);
    let moment = Moment {
        now: w.now(),
        by: books.reckoning()?,
        limit: &|_| None,
        organisation: held.order.organisation_id,
        why: kind.ok_or_else(|| Error::internal("a request for a pause has no kind"))?,
        basis: row.basis.as_deref(),
        next_id: &|| w.id(),
    };
    let mut after = held.clone();
    let changes = after.clocks.hold(row.clock_id, row.id, &moment)?;
    Ok((after, changes))
}

async fn park(w: &Write, books: &Books, held: Held, row: &Request, said: Said) -> Result<(), Error> {
    let until = row.until.ok_or_else(|| Error::internal("a request to park has no day"))?;
    let (order, _) = mark(w, &held, held.clone(), &[], &[said]).await?;
    let input = StepInput {
        reason: Some(row.reason.clone()),
        clause: row.basis.clone(),
        until: Some(until),
        ..StepInput::of(Action::Park)
    };
    let mut decided = decide(w.app(), books, w.call(), w.now(), &order, held.clocks, input)?;
    decided.step.subject = Some(row.wire_id().to_string());
    let granted = decided.changes.iter_mut().filter_map(|change| match change {
        Change::Pause(pause) => Some(pause),
        _ => None,
    });
    granted.chain(decided.clocks.pauses.last_mut()).for_each(|pause| {
        pause.basis.clone_from(&row.basis);
        pause.request_id = Some(row.id);
    });
    decided.take(w).await?;
    w.enqueue(WAKE, &Waking::of(row), until).await
}
