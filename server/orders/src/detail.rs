//! One order with all that a caller may see of it.

use platform::policy::Caller;
use platform::{App, Call, Error, Millis, Read, Text};
use store::{try_join, try_join4, vals};

use crate::books::{Books, books};
use crate::clocks::present::MinderRows;
use crate::contact::{ContactRow, masked};
use crate::dispatch::attendance::{Attendance, attendances_of};
use crate::dispatch::obligation::{Obligation, obligations_of};
use crate::dispatch::offers::offers;
use crate::dispatch::ruling::{Ruling, last_ruling, precedents};
use crate::intake::{TicketOut, followers, ticket_of};
use crate::order::{Order, OrderId};
use crate::present::{Presenter, order_file_out};
use crate::query::{clocks_of, files_of, find, get_visible, is_watched, last_step, nearby};
use crate::step::OrderFile;
use crate::suggest::{standard_for, suggest};
use crate::timing::Clocks;
use crate::wire::{ContactOut, JoinedInto, OrderOut, RatingOut};
use crate::words::{Action, ClockKind, State};

/// Perhaps the same case: so near, in metres, and so close in time.
const SIMILAR_METRES: f64 = 50.0;
const SIMILAR_MS: i64 = 24 * 3_600_000;

/// The rows behind one order's page.
struct Rows {
    order: Order,
    clocks: Clocks,
    files: Vec<OrderFile>,
    contact: Option<ContactRow>,
    watching: bool,
    similar: Vec<Order>,
    followers: i64,
    joined_into: Option<Order>,
    ticket: Option<TicketOut>,
    desk: DeskRows,
    minders: MinderRows,
}

/// The rows of the dispatch desk that hang on an order.
#[derive(Default)]
struct DeskRows {
    obligations: Vec<Obligation>,
    attendances: Vec<Attendance>,
    precedents: Vec<Ruling>,
    ruling: Option<Ruling>,
}

impl DeskRows {
    /// Reads only what the order and its clocks say is there.
    async fn of(r: &Read, order: &Order, clocks: &Clocks) -> Result<Self, Error> {
        let has = |kind| clocks.runs.iter().any(|run| run.clock == kind);
        let mut rows = Self::default();
        if has(ClockKind::Assistance) {
            rows.obligations = obligations_of(r, order).await?;
        }
        if order.attendances > 0 {
            rows.attendances = attendances_of(r, order).await?;
        }
        if has(ClockKind::Arbitration) {
            rows.ruling = last_ruling(r, order).await?;
        }
        if is_undecided(order) || order.state == State::Arbitrating {
            rows.precedents = precedents(r, order).await?;
        }
        Ok(rows)
    }
}

/// The order, for a post that may read it.
///
/// # Errors
/// [`Error::Missing`] for any other.
pub(crate) async fn order_for(app: &App, call: &Call, id: OrderId) -> Result<OrderOut, Error> {
    let (books, caller) = (books(app).await?, call.caller()?.clone());
    let (asked, who) = (app.clone(), caller.clone());
    let look = app.read(move |r| async move {
        let (order, clocks) =
            try_join(get_visible(&asked, &r, &who, id), clocks_of(&r, id.street, id.id)).await?;
        Ok((read(&r, order, clocks, who.account).await?, r.now()))
    });
    let (rows, now) = look.await?;
    present(app, books, caller, rows, now)
}

/// The order after the caller's own act, even where the act took it out of the caller's sight. What the act left is
/// `known`, unless this is the answer to a repeated click.
pub(crate) async fn order_after(
    app: &App,
    call: &Call,
    books: Books,
    id: OrderId,
    known: Option<(Order, Clocks)>,
) -> Result<OrderOut, Error> {
    let caller = call.caller()?.clone();
    let account = caller.account;
    let look = app.read(move |r| async move {
        let (order, clocks) = match known {
            Some(known) => known,
            None => {
                let order = find(&r, id.street, id.id).await?.ok_or(Error::Missing("order"))?;
                let clocks = clocks_of(&r, id.street, id.id).await?;
                (order, clocks)
            }
        };
        Ok((read(&r, order, clocks, account).await?, r.now()))
    });
    let (rows, now) = look.await?;
    present(app, books, caller, rows, now)
}

async fn read(r: &Read, order: Order, clocks: Clocks, account: i64) -> Result<Rows, Error> {
    // Whether it is the same case is asked until a unit has it.
    let position = order.position().filter(|_| is_undecided(&order));
    let similar = async {
        let Some(position) = position else { return Ok(Vec::new()) };
        let since = order.reported_at.plus(-SIMILAR_MS);
        nearby(r, order.street_id, position, &order.class, SIMILAR_METRES, since).await
    };
    let contact = async {
        match order.has_contact {
            true => Ok(r.find(&vals![order.street_id, order.id]).await?),
            false => Ok(None),
        }
    };
    let joined_into = async {
        match order.joined_into {
            Some(main) => find(r, order.street_id, main).await,
            None => Ok(None),
        }
    };
    // None waits for another: on PostgreSQL they travel together.
    let first = try_join4(similar, files_of(r, &order), contact, is_watched(r, &order, account));
    let second = try_join(DeskRows::of(r, &order, &clocks), MinderRows::of(r, &order));
    let third = try_join(joined_into, try_join(followers(r, &order), ticket_of(r, &order)));
    let ((similar, files, contact, watching), ((desk, minders), (joined_into, (followers, ticket)))) =
        try_join(first, try_join(second, third)).await?;
    let until = order.reported_at.plus(SIMILAR_MS);
    let similar =
        similar.into_iter().filter(|other| other.id != order.id && other.reported_at <= until).collect();
    Ok(Rows {
        desk,
        minders,
        clocks,
        files,
        contact,
        watching,
        followers,
        joined_into,
        ticket: ticket.map(TicketOut::from),
        similar,
        order,
    })
}

fn is_undecided(order: &Order) -> bool {
    matches!(order.state, State::Reported | State::Accepted)
}

fn present(app: &App, books: Books, caller: Caller, rows: Rows, now: Millis) -> Result<OrderOut, Error> {
    let with = Presenter { app: app.clone(), books, caller, now };
    let Rows {
        order,
        mut clocks,
        files,
        contact,
        watching,
        similar,
        desk,
        minders,
        followers,
        joined_into,
        ticket,
    } = rows;
    clocks.notes = with.extension_notes(&minders.requests);
    let actions = with.actions(&order)?;
    let places = actions.iter().any(|offer| matches!(offer.action, Action::Accept | Action::Dispatch));
    let sends = places || actions.iter().any(|offer| offer.action == Action::Rule);
    let offers = match sends {
        true => offers(&with.books, &order, standard_for(&with.books, &order), &clocks),
        false => Vec::new(),
    };
    let obligations = desk.obligations.iter().map(|row| with.obligation(&order, row, &clocks, &files));
    let obligations = obligations.collect::<Result<Vec<_>, _>>()?;
    let suggestion = match places {
        true => suggest(&with.books, &order, now)?,
        false => None,
    };
    let phone = match contact {
        Some(contact) => contact.open(app)?.phone,
        None => None,
    };
    let scope = app.policy().scope(&with.caller, "order:read", now);
    let visible = similar.into_iter().filter(|other| scope.covers(&other.thing()));
    Ok(OrderOut {
        description: order.description.clone(),
        contact: ContactOut { has: order.has_contact, phone_masked: phone.as_deref().map(masked) },
        standard: with.standard(&order),
        clocks: with.clocks(&order, &clocks)?,
        files: files.iter().map(order_file_out).collect(),
        suggestion,
        watching,
        rating: order.stars.map(|stars| RatingOut {
            stars,
            comment: order.rating_comment.clone(),
            rated_at: order.rated_at,
        }),
        similar: visible.map(|other| with.row(other)).collect(),
        followers,
        joined_into: joined_into.map(|main| JoinedInto { id: main.wire_id(), number: main.number }),
        ticket,
        duty: with.duty(order.duty_code.as_deref()),
        offers,
        obligations,
        attendances: desk.attendances.iter().map(|row| with.attendance(&order, row)).collect(),
        precedents: desk.precedents.iter().map(|row| with.ruling(row)).collect(),
        ruling: desk.ruling.as_ref().map(|row| with.ruling(row)),
        designated: order.designated,
        requests: minders.requests.iter().map(|row| with.request(row)).collect(),
        supervisions: minders.supervisions.iter().map(|row| with.supervision(&order, row)).collect(),
        escalations: minders.escalations.iter().map(|row| with.escalation(&clocks, row)).collect(),
        deadline_changes: minders.changes.iter().map(|row| with.deadline_change(&clocks, row)).collect(),
        clock_offers: with.clock_offers(&order, &clocks, &minders),
        parked_until: order.parked_until,
        actions,
        row: with.row(order),
    })
}

/// Adds to a conflict how the order stands now and, for a lost race, who did what.
pub(crate) async fn with_current(app: &App, call: &Call, id: OrderId, error: Error) -> Error {
    let Error::Conflict { detail, current: None } = error else { return error };
    let told = async {
        let current = order_for(app, call, id).await?;
        let detail = match is_lost_race(&detail) {
            true => overtaken(app, call, id).await?.unwrap_or_else(|| detail.clone()),
            false => detail.clone(),
        };
        let current = serde_json::to_value(current).map_err(Error::internal)?;
        Ok::<_, Error>(Error::Conflict { detail, current: Some(current.into()) })
    };
    // The conflict itself is the answer; a caller who may no longer see the order learns no more than that.
    told.await.unwrap_or(Error::Conflict { detail, current: None })
}

/// Whether these are the floor's words for a row that changed since it was read.
fn is_lost_race(told: &Text) -> bool {
    matches!(Error::from(store::Error::Stale), Error::Conflict { detail, .. } if detail == *told)
}

/// What the other did: `值班长已于 09:31 派单，请核对后再操作`.
async fn overtaken(app: &App, call: &Call, id: OrderId) -> Result<Option<Text>, Error> {
    let (books, caller) = (books(app).await?, call.caller()?.clone());
    let found = app.read(move |r| async move {
        let order = find(&r, id.street, id.id).await?.ok_or(Error::Missing("order"))?;
        Ok((last_step(&r, &order).await?, order, r.now()))
    });
    let (step, order, now) = found.await?;
    let Some(step) = step else { return Ok(None) };
    let with = Presenter { app: app.clone(), books, caller, now };
    let act = with.act_name(&order, step.action)?;
    let who = with.doer(&order, &step);
    let title = who.map_or_else(|| Text::new("群众", "a resident"), |who| who.title);
    let at = step.at.beijing().strftime("%H:%M").to_string();
    Ok(Some(Text::owned(
        format!("{}已于 {at} 执行“{}”，请核对后再操作", title.zh, act.zh),
        format!("{} did `{}` at {at}; look again before you act", title.en, act.en),
    )))
}
