//! A case as the resident who reported it sees it.

use orders::{Act, Books, ClockKind, Light, Order, OrderFile, Role, State, Step};
use platform::{App, Error, FileOut, Millis, Read, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::steps::{state_text, step_text, urged};
use crate::urge::{Urge, urges_of};

/// More steps than a case ever has.
const STEPS: i64 = 500;

/// One thing that happened.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct TrackedStep {
    text: Text,
    at: Millis,
}

/// What the resident thought of it.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct TrackedRating {
    stars: i64,
    comment: Option<String>,
}

/// A case on the public page.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Tracking {
    number: String,
    class: Text,
    address: String,
    state: State,
    state_text: Text,
    /// Why nothing more is done to it by an office, or by whom instead: owed to whoever reported.
    explanation: Option<Text>,
    /// The oldest first.
    steps: Vec<TrackedStep>,
    /// By when the office in charge has promised to deal with it, while it is with one.
    due_at: Option<Millis>,
    light: Light,
    /// The office in charge.
    responsible: Option<Text>,
    before: Vec<FileOut>,
    after: Vec<FileOut>,
    /// Still open and not urged today.
    can_urge: bool,
    can_rate: bool,
    rating: Option<TrackedRating>,
    closed_at: Option<Millis>,
    /// Opens the pictures for an hour.
    token: String,
}

/// The rows behind a case's public page.
pub(crate) struct Rows {
    order: Order,
    steps: Vec<Step>,
    files: Vec<OrderFile>,
    urges: Vec<Urge>,
    /// The order that it was joined to, which goes on with its matter.
    main: Option<Main>,
}

struct Main {
    order: Order,
    steps: Vec<Step>,
    files: Vec<OrderFile>,
}

/// # Errors
/// What the store answers.
pub(crate) async fn read(r: &Read, order: Order) -> Result<Rows, Error> {
    let goes_on = orders::main_of(r, order.clone()).await?;
    let urges = urges_of(r, &goes_on).await?;
    let main = match goes_on.id == order.id {
        true => None,
        false => Some(Main {
            steps: orders::steps_of(r, &goes_on, 0, STEPS).await?,
            files: orders::files_of(r, &goes_on).await?,
            order: goes_on,
        }),
    };
    Ok(Rows {
        steps: orders::steps_of(r, &order, 0, STEPS).await?,
        files: orders::files_of(r, &order).await?,
        urges,
        main,
        order,
    })
}

/// Whether a resident may see a picture: those of the report, and those that show what was done.
pub(crate) fn is_public(file: &OrderFile, steps: &[Step]) -> bool {
    let shows_work =
        |step: &Step| step.id == file.step_id && matches!(step.action, Act::Resolve | Act::SelfResolve);
    file.role == Role::Before || steps.iter().any(shows_work)
}

pub(crate) fn present(app: &App, books: &Books, rows: Rows, now: Millis) -> Tracking {
    let Rows { order, steps, files, urges, main } = rows;
    // What was joined goes on as another order; its own words and pictures stay its own.
    let goes_on = main.as_ref().map_or(&order, |main| &main.order);
    let class = books.catalogue.class(&order.class).map(|class| class.name.clone());
    let promised = goes_on.due_at.filter(|_| goes_on.clock == Some(ClockKind::Handling));
    let unit =
        goes_on.organisation_id.and_then(|id| books.staff.organisation(id)).map(|unit| unit.name.clone());
    let of = |role| {
        let shown = files.iter().filter(move |file| file.role == role);
        shown.filter(|file| is_public(file, &steps)).map(file_out).collect::<Vec<_>>()
    };
    let (before, mut after) = (of(Role::Before), of(Role::After));
    if let Some(main) = &main {
        let shown = main.files.iter().filter(|file| file.role == Role::After && is_public(file, &main.steps));
        after.extend(shown.map(file_out));
    }
    let later = main.iter().flat_map(|main| &main.steps).filter(|step| step.at >= order.reported_at);
    let later = later.filter(|step| step.action != Act::Report);
    let told = steps
        .iter()
        .chain(later)
        .filter_map(|step| Some(TrackedStep { text: step_text(books, step)?, at: step.at }));
    let reminded = urges.iter().map(|urge| TrackedStep { text: urged(), at: urge.at });
    let mut told: Vec<TrackedStep> = told.chain(reminded).collect();
    told.sort_by_key(|step| step.at);
    let today = orders::day_of(now);
    Tracking {
        class: class.unwrap_or_else(|| Text::owned(order.class.as_str(), order.class.as_str())),
        state: goes_on.state,
        state_text: state_text(goes_on.state),
        explanation: main
            .as_ref()
            .and_then(|main| explained(books, &main.order, &main.steps))
            .or_else(|| explained(books, &order, &steps)),
        steps: told,
        due_at: promised,
        light: if promised.is_some() { goes_on.light(now) } else { Light::None },
        responsible: Some(unit.unwrap_or_else(|| books.areas.name(order.street_id))),
        before,
        after,
        can_urge: !goes_on.state.is_ended() && urges.iter().all(|urge| urge.day != today),
        can_rate: order.state == State::Closed && order.stars.is_none(),
        rating: order.stars.map(|stars| TrackedRating { stars, comment: order.rating_comment.clone() }),
        closed_at: goes_on.ended_at.filter(|_| goes_on.state == State::Closed),
        token: crate::pass::issue(app, &order, now),
        number: order.number,
        address: order.address,
    }
}

/// What left a report undone, with the reason that was given.
fn explained(books: &Books, order: &Order, steps: &[Step]) -> Option<Text> {
    let left = |step: &&Step| match step.action {
        Act::Reject | Act::Cancel | Act::Consult | Act::Guide | Act::Settle | Act::Park | Act::Join => {
            step.state_to == order.state
        }
        _ => false,
    };
    steps.iter().rev().find(left).and_then(|step| step_text(books, step))
}

fn file_out(file: &OrderFile) -> FileOut {
    FileOut {
        id: file.wire_id(),
        media_type: file.media_type.clone(),
        width: file.width,
        height: file.height,
        bytes: file.bytes,
    }
}
