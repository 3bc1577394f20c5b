//! Reporting: an order comes in, gets its number and its first clock.

use areas::{AreaCode, Position};
use platform::{App, Call, Error, FieldProblem, FileId, Millis, Text, Thing, Who, Write, number};
use worktime::PauseKind;

use crate::books::Books;
use crate::clock::Change;
use crate::contact::{Contact, ContactRow};
use crate::counts::{self, Measures};
use crate::decide::STEP_FILES;
use crate::order::{NO_DEADLINE, Order};
use crate::step::{Actor, Step};
use crate::take_step::{attach, tell, write};
use crate::timing::{Clocks, Moment};
use crate::words::{Act, Role, Source};

/// The longest address and description, in characters.
const ADDRESS_CHARS: usize = 200;
const DESCRIPTION_CHARS: usize = 2_000;
/// As Open311 has it.
const OPEN311_CHARS: usize = 4_000;
/// Where the counters of order numbers begin; the day is added.
const NUMBERS: i64 = 7_000_000_000;

/// What somebody reports.
#[derive(Clone, Debug)]
pub struct NewOrder {
    pub source: Source,
    /// The code of a case class.
    pub class: String,
    pub position: Option<Position>,
    /// The community or grid, for whoever cannot point at the place.
    pub area: Option<AreaCode>,
    pub address: String,
    pub description: String,
    pub urgent: bool,
    /// Pictures that were uploaded before.
    pub files: Vec<FileId>,
    pub contact: Option<Contact>,
}

/// A report that was checked, located and sealed, ready to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) order: Order,
    clocks: Vec<Change>,
    step: Step,
    files: Vec<FileId>,
    contact: Option<ContactRow>,
}

/// Takes a report in, in the transaction at hand.
///
/// # Errors
/// As [`draft`].
pub async fn report(w: &Write, books: &Books, new: NewOrder) -> Result<Order, Error> {
    draft(w.app(), books, w.call(), w.now(), new)?.file(w).await
}

/// Checks a report before the transaction: its fields, its place, the caller's right, its first clock.
///
/// # Errors
/// [`Error::Invalid`] naming every wrong field, [`Error::Forbidden`] for another area.
pub fn draft(app: &App, books: &Books, call: &Call, now: Millis, new: NewOrder) -> Result<Draft, Error> {
    let mut problems = Vec::new();
    let address = text("address", &new.address, ADDRESS_CHARS, &mut problems);
    let most = if new.source == Source::Open311 { OPEN311_CHARS } else { DESCRIPTION_CHARS };
    let description = text("description", &new.description, most, &mut problems);
    let class = books.catalogue.class(&new.class);
    // A major class is a heading, and a retired one is history: neither opens a case.
    if class.is_none_or(|class| class.parent.is_none() || class.valid_to.is_some()) {
        problems.push(FieldProblem::new(
            "class",
            Text::new("没有这个现行的案件小类", "no such case class is in force"),
        ));
    }
    if new.files.len() > STEP_FILES {
        problems.push(FieldProblem::new("files", Text::new("照片不超过 9 张", "nine pictures at most")));
    }
    let contact = new.contact.map(Contact::tidy).transpose();
    let contact = contact.map_err(|found| problems.extend(found)).ok().flatten().flatten();
    let area = locate(books, now, new.position, new.area).map_err(|problem| problems.push(problem)).ok();
    let Some(area) = area.filter(|_| problems.is_empty()) else { return Err(Error::invalid(problems)) };
    require(app, call, new.source, area, now)?;

    let flow = books.flow_at(now)?;
    let actor = Actor::of(call);
    let mut order = Order {
        street_id: area.street_id().ok_or_else(|| Error::internal("an order lies in no street"))?,
        id: app.ids().next(now),
        version: 1,
        number: String::new(),
        state: flow.start().parse().map_err(Error::internal)?,
        source: new.source,
        class: new.class,
        area: area.value(),
        lon: new.position.map(Position::lon),
        lat: new.position.map(Position::lat),
        address,
        description,
        words: String::new(),
        urgent: new.urgent,
        photos: i64::try_from(new.files.len()).map_err(Error::internal)?,
        has_contact: contact.is_some(),
        flow: flow.flow().id.clone(),
        flow_version: i64::from(flow.flow().version),
        standard_id: None,
        organisation_id: None,
        handled_by: None,
        reported_at: now,
        reported_by: actor.account,
        returned_at: None,
        ended_at: None,
        clock: None,
        due_at: None,
        soon_at: None,
        counts_working_time: false,
        queue_at: NO_DEADLINE,
        stars: None,
        rating_comment: None,
        rated_at: None,
        duty_code: None,
        designated: false,
        joined_into: None,
        supervised: false,
        exempt: false,
        parked_until: None,
        helpers_open: 0,
        clock_notes: 0,
        attendances: 0,
    };
    let moment = Moment {
        now,
        by: books.reckoning()?,
        limit: &|clock| books.limit_of(&order, clock),
        organisation: None,
        why: PauseKind::Returned,
        basis: None,
        next_id: &|| app.ids().next(now),
    };
    let mut clocks = Clocks::default();
    let changes = clocks.apply(&order, &flow.flow().opening, &moment)?;
    clocks.show_on(&mut order)?;
    let contact = contact.map(|contact| contact.seal(app, &order)).transpose()?;
    let step = opening(app, &order, actor);
    Ok(Draft { order, clocks: changes, step, files: new.files, contact })
}

impl Draft {
    /// The street whose command centre it comes to.
    pub fn street(&self) -> i64 {
        self.order.street_id
    }

    /// Writes the order under the next number of its street's day.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a picture is gone.
    pub async fn file(self, w: &Write) -> Result<Order, Error> {
        let Self { mut order, clocks, step, files, contact } = self;
        let w = &w.standing_in(w.call().clone(), order.street_id, order.reported_at);
        let nth = w.next_value(NUMBERS + counts::day_of(order.reported_at)).await?;
        order.number = number::order_number(order.street_id, order.reported_at.beijing_date(), nth);
        order.words = format!("{} {} {}", order.number, order.address, order.description).to_lowercase();
        w.insert_later(&order);
        w.insert_later(&step);
        for change in &clocks {
            write(w, change).await?;
        }
        if let Some(contact) = &contact {
            w.insert_later(contact);
        }
        attach(w, &step, &files, Role::Before).await?;
        counts::add(w, &order, None, &Measures::of(Act::Report, None, order.state, None)).await?;
        tell(w, &order, &step);
        Ok(order)
    }
}

fn opening(app: &App, order: &Order, actor: Actor) -> Step {
    Step {
        street_id: order.street_id,
        id: app.ids().next(order.reported_at),
        order_id: order.id,
        action: Act::Report,
        state_from: None,
        state_to: order.state,
        at: order.reported_at,
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
        organisation_id: None,
        standard_id: None,
        note: None,
        clause: None,
        subject: None,
    }
}

fn text(field: &str, given: &str, most: usize, problems: &mut Vec<FieldProblem>) -> String {
    let given = given.trim();
    if given.is_empty() {
        problems.push(FieldProblem::new(field, Text::new("此项必填", "this is needed")));
    } else if given.chars().count() > most {
        let detail = Text::owned(format!("不超过 {most} 字"), format!("{most} characters at most"));
        problems.push(FieldProblem::new(field, detail));
    }
    given.to_owned()
}

/// The grid under the point, else the community or grid that was named. Nothing is guessed.
fn locate(
    books: &Books,
    now: Millis,
    position: Option<Position>,
    area: Option<AreaCode>,
) -> Result<AreaCode, FieldProblem> {
    match (position, area) {
        (Some(position), _) => books.areas.locate(position).ok_or_else(|| {
            FieldProblem::new(
                "point",
                Text::new("标注的位置不在本区范围内", "this place is outside the district"),
            )
        }),
        (None, Some(area)) => books.place(area, now),
        (None, None) => {
            let text = Text::new(
                "请在图上标注位置，或选择所在社区",
                "mark the place on the map, or choose its community",
            );
            Err(FieldProblem::new("point", text))
        }
    }
}

/// A resident needs no post; everybody else reports in the area of theirs.
fn require(app: &App, call: &Call, source: Source, area: AreaCode, now: Millis) -> Result<(), Error> {
    match &call.who {
        Who::Post(caller) => app.policy().require(caller, "order:report", &Thing::at(area.value()), now),
        Who::Visitor if source == Source::Resident => Ok(()),
        Who::System(system) => system.require("order:report", &Thing::at(area.value())),
        Who::Program(_) => Ok(()),
        Who::Account(_) | Who::Visitor => Err(Error::Unauthenticated),
    }
}
