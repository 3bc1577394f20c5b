//! The ends of what was granted until a day: by hand, or by a job on that day.

use platform::jobs::Job;
use platform::{App, Call, Error, Text, Write};
use serde::{Deserialize, Serialize};
use worktime::PauseKind;

use crate::books::{Books, books};
use crate::clock::Change;
use crate::clocks::mark::{Held, Said, mark};
use crate::clocks::request::Request;
use crate::clocks::wire::RequestId;
use crate::decide::StepInput;
use crate::dispatch::act::tidy;
use crate::order::{Order, OrderId};
use crate::query::{clocks_of, find};
use crate::take_step::step;
use crate::timing::{Clocks, Moment};
use crate::words::{Act, Action, State};

/// The job that wakes a parked order.
pub(crate) const WAKE: &str = "wake-order";
/// The job that ends a pause which was granted until a day.
pub(crate) const RESUME: &str = "resume-clock";

/// Which order wakes, and by which request it slept.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Waking {
    order: OrderId,
    request: RequestId,
}

impl Waking {
    pub fn of(row: &Request) -> Self {
        Self { order: OrderId::new(row.street_id, row.order_id), request: row.wire_id() }
    }

    fn read(job: &Job) -> Result<Self, Error> {
        serde_json::from_str(&job.body).map_err(Error::internal)
    }
}

/// The unit ends a pause that was granted.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] when none stands open.
pub async fn resume(w: &Write, books: &Books, id: OrderId, note: Option<&str>) -> Result<(), Error> {
    let held = Held::of(w, id).await?;
    w.require("order:request", &held.order.thing())?;
    let note = tidy("note", note)?;
    let none = || Error::conflict(Text::new("没有经批准的暂停", "no pause was granted that stands open"));
    let (run, request) = granted(&held.order, &held.clocks).ok_or_else(none)?;
    lift(w, books, held, (run, request), note.as_deref()).await
}

/// The run that stands still by a granted request, and that request; a parked order is woken, not resumed.
pub(crate) fn granted(order: &Order, clocks: &Clocks) -> Option<(i64, i64)> {
    let open = clocks.runs.iter().filter(|run| run.stopped_at.is_none() && order.state == State::Handling);
    open.filter_map(|run| Some((run.id, clocks.granted(run.id)?.request_id?))).next()
}

async fn lift(
    w: &Write,
    books: &Books,
    held: Held,
    (run, request): (i64, i64),
    note: Option<&str>,
) -> Result<(), Error> {
    let (after, changes) = let_go(w, books, &held, run)?;
    let said = Said::of(Act::Resume, RequestId::new(held.order.street_id, request), note);
    mark(w, &held, after, &changes, &[said]).await?;
    Ok(())
}

fn let_go(w: &Write, books: &Books, held: &Held, run: i64) -> Result<(Held, Vec<Change>), Error> {
    let moment = Moment {
        now: w.now(),
        by: books.reckoning()?,
        limit: &|clock| books.limit_of(&held.order, clock),
        organisation: held.order.organisation_id,
        why: PauseKind::SiteCheck,
        basis: None,
        next_id: &|| w.id(),
    };
    let mut after = held.clone();
    let changes = after.clocks.let_go(&held.order, run, &moment)?;
    Ok((after, changes))
}

/// Wakes a parked order whose day has come.
///
/// # Errors
/// What the store answers; the job is tried again.
pub(crate) async fn wake_at_last(app: App, job: Job) -> Result<(), Error> {
    let Waking { order: id, .. } = Waking::read(&job)?;
    let books = books(&app).await?;
    let order = app.read(move |r| async move { find(&r, id.street, id.id).await }).await?;
    let sleeps = order.is_some_and(|order| {
        order.state == State::Parked && order.parked_until.is_some_and(|until| until <= app.clock().now())
    });
    if !sleeps {
        return Ok(());
    }
    let call = Call::program("wake-order");
    let woken = app.write(&call, id.street, move |w| async move {
        let order = find(&w, id.street, id.id).await?.ok_or(Error::Missing("order"))?;
        step(&w, &books, &order, StepInput::of(Action::Wake)).await.map(|_| ())
    });
    woken.await
}

/// Ends a pause whose day has come.
///
/// # Errors
/// What the store answers; the job is tried again.
pub(crate) async fn resume_at_last(app: App, job: Job) -> Result<(), Error> {
    let Waking { order: id, request } = Waking::read(&job)?;
    let books = books(&app).await?;
    let look = app.read(move |r| async move {
        let Some(order) = find(&r, id.street, id.id).await? else { return Ok(None) };
        Ok(granted(&order, &clocks_of(&r, id.street, id.id).await?))
    });
    if look.await?.is_none_or(|(_, by)| by != request.id) {
        return Ok(());
    }
    let call = Call::program("resume-clock");
    let lifted = app.write(&call, id.street, move |w| async move {
        let held = Held::of(&w, id).await?;
        let open = granted(&held.order, &held.clocks).filter(|(_, by)| *by == request.id);
        let open = open.ok_or_else(|| Error::from(store::Error::Stale))?;
        lift(&w, &books, held, open, None).await
    });
    lifted.await
}
