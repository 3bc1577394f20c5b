//! What a step would do: the flow decides whether it may be done, the policy whether this post may do it.
//!
//! Everything here happens before the transaction; what comes out only has to be written.

use platform::{App, Call, Error, FieldProblem, FileId, Millis, Text, Who};
use workflow::{Given, Lang, Need, Refusal, StateKind};
use worktime::PauseKind;

use crate::books::Books;
use crate::clock::Change;
use crate::counts::Measures;
use crate::dispatch::decision::{self, Desk, Past};
use crate::order::Order;
use crate::step::{Actor, Step};
use crate::timing::{Clocks, Moment};
use crate::verdict::{Revised, revised, verdicts};
use crate::words::{Act, Action, ClockKind, State};

/// The longest note or reason, in characters.
pub const NOTE_CHARS: usize = 2_000;
/// The most pictures with one step or report.
pub const STEP_FILES: usize = 9;

/// What somebody wants to do to an order.
#[derive(Clone, Debug)]
pub struct StepInput {
    pub action: Action,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub standard_id: Option<i64>,
    pub organisation_id: Option<i64>,
    /// The sub-item of the duty list under which it goes, or which a return names.
    pub duty_code: Option<String>,
    /// The clause that is cited.
    pub clause: Option<String>,
    /// The order that it is joined to.
    pub into: Option<i64>,
    /// Units that are asked to help.
    pub helpers: Vec<i64>,
    /// When it wakes; an order is parked only by an approved request, which says so.
    pub until: Option<Millis>,
    /// Pictures that were uploaded before.
    pub files: Vec<FileId>,
}

impl StepInput {
    /// An action that comes with nothing.
    pub fn of(action: Action) -> Self {
        Self {
            action,
            note: None,
            reason: None,
            standard_id: None,
            organisation_id: None,
            duty_code: None,
            clause: None,
            into: None,
            helpers: Vec::new(),
            until: None,
            files: Vec::new(),
        }
    }
}

/// A step that may be taken, ready to be written.
#[derive(Clone, Debug)]
pub struct Decided {
    pub(crate) before: Order,
    pub(crate) after: Order,
    pub(crate) clocks: Clocks,
    pub(crate) changes: Vec<Change>,
    pub(crate) step: Step,
    pub(crate) files: Vec<FileId>,
    pub(crate) adds: Measures,
    pub(crate) revised: Revised,
    pub(crate) desk: Desk,
}

/// Decides a step on `order` as it stands, with its clocks as they stand and whoever gave it back.
///
/// # Errors
/// [`Error::Forbidden`] for the wrong post, [`Error::Conflict`] in the wrong state, [`Error::Invalid`] for what is
/// missing or wrong.
pub fn decide(
    app: &App,
    books: &Books,
    call: &Call,
    now: Millis,
    order: &Order,
    past: impl Into<Past>,
    input: StepInput,
) -> Result<Decided, Error> {
    let (input, mut past) = (tidy(input)?, past.into());
    let flow = books.flow_of(order)?;
    let (state, action) = (order.state.as_str(), input.action.as_str());
    if let Some(known) = flow.flow().action(action) {
        require(app, call, &known.right, order, now)?;
    }
    let given = Given {
        note: input.note.is_some(),
        files: u32::try_from(input.files.len()).map_err(Error::internal)?,
        standard: input.standard_id.is_some(),
        assignee: input.organisation_id.is_some(),
        reason: input.reason.is_some(),
    };
    let decision = flow.decide(state, action, &given).map_err(|refusal| {
        let text = Text::owned(flow.explain(&refusal, Lang::Zh), flow.explain(&refusal, Lang::En));
        refused(&refusal, text)
    })?;
    decision::refuse(books, order, &past, &input)?;
    if input.action == Action::Park && input.until.is_none() {
        let text = Text::new(
            "挂账须由承办单位申请，经批准后生效",
            "an order is parked by an approved request of its unit",
        );
        return Err(Error::conflict(text));
    }
    let to: State = decision.to.parse().map_err(Error::internal)?;
    let actor = Actor::of(call);
    let mut after = Order { state: to, version: order.version + 1, ..order.clone() };
    change(&mut after, books, now, &input, actor, &past.clocks)?;
    let judged = verdicts(order, &past.clocks);
    let mut changes = Desk::before(&mut past, &input, now);
    let waits = flow.flow().state(decision.to).is_some_and(|state| state.kind == StateKind::Waiting);
    let moment = Moment {
        now,
        by: books.reckoning()?,
        limit: &|clock| books.limit_of(&after, clock),
        organisation: after.organisation_id,
        why: match (input.action, waits) {
            (Action::Park, _) => PauseKind::Deferral,
            (_, true) => PauseKind::Verification,
            (_, false) => PauseKind::Returned,
        },
        basis: input.clause.as_deref().filter(|_| input.action == Action::Return),
        next_id: &|| app.ids().next(now),
    };
    changes.extend(past.clocks.apply(order, decision.clocks, &moment)?);
    let at: (Millis, &dyn Fn() -> i64) = (now, &|| app.ids().next(now));
    // Before the ids of what the step brings along: history is read in the order of ids.
    let step_id = app.ids().next(now);
    let (desk, more) = Desk::after(books, actor, &mut after, &mut past, &input, at)?;
    changes.extend(more);
    let clocks = past.clocks;
    clocks.show_on(&mut after)?;
    let act = Act::from(input.action);
    let handling = clocks.runs.iter().rev().find(|run| run.clock == ClockKind::Handling);
    let step = Step {
        street_id: order.street_id,
        id: step_id,
        order_id: order.id,
        action: act,
        state_from: Some(order.state),
        state_to: to,
        at: now,
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
        organisation_id: after.organisation_id,
        standard_id: after.standard_id,
        clause: decision::clause(&after, books, &input),
        note: joined(input.reason, input.note),
        subject: None,
    };
    let adds = Measures::of(act, Some(order.state), to, handling);
    let revised = revised(&judged, &verdicts(&after, &clocks));
    Ok(Decided {
        before: order.clone(),
        after,
        clocks,
        changes,
        step,
        files: input.files,
        adds,
        revised,
        desk,
    })
}

/// The right of a flow's action, on this order. The program's own jobs and commands may do what they need.
pub(crate) fn require(app: &App, call: &Call, right: &str, order: &Order, now: Millis) -> Result<(), Error> {
    match &call.who {
        Who::Post(caller) => app.policy().require(caller, right, &order.thing(), now),
        Who::System(system) => system.require(right, &order.thing()),
        Who::Program(_) => Ok(()),
        Who::Account(_) | Who::Visitor => Err(Error::Unauthenticated),
    }
}

/// What the action changes on the order beyond its state and its clocks.
fn change(
    after: &mut Order,
    books: &Books,
    now: Millis,
    input: &StepInput,
    actor: Actor,
    clocks: &Clocks,
) -> Result<(), Error> {
    if let Some(id) = input.standard_id {
        let standard = books.catalogue.standard(id).filter(|standard| standard.is_in_force());
        let text = Text::new("没有这条现行的立结案标准", "no such standard is in force");
        let standard = standard.ok_or_else(|| Error::field("standard_id", text))?;
        after.standard_id = Some(id);
        after.class.clone_from(&standard.class);
    }
    match input.action {
        Action::Dispatch | Action::Rule => decision::send(after, books, clocks, input)?,
        Action::Sign => after.handled_by = actor.account,
        Action::Return => after.returned_at = Some(now),
        Action::Join => after.joined_into = input.into,
        _ => {}
    }
    if after.state == State::Accepted {
        // Until it is dispatched, an accepted order is with nobody.
        after.organisation_id = None;
        after.handled_by = None;
        after.duty_code = None;
    }
    after.parked_until = input.until.filter(|_| after.state == State::Parked);
    after.ended_at = after.state.is_ended().then_some(now);
    Ok(())
}

/// Trims texts, drops blank ones, and refuses what is too long or does not belong to the action.
fn tidy(input: StepInput) -> Result<StepInput, Error> {
    let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let (note, reason) = (text(input.note), text(input.reason));
    let mut problems = Vec::new();
    for (field, text) in [("note", &note), ("reason", &reason)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > NOTE_CHARS) {
            problems.push(FieldProblem::new(field, Text::new("不超过 2000 字", "2,000 characters at most")));
        }
    }
    if input.files.len() > STEP_FILES {
        problems.push(FieldProblem::new("files", Text::new("照片不超过 9 张", "nine pictures at most")));
    }
    if input.standard_id.is_some() && !matches!(input.action, Action::Accept | Action::Dispatch) {
        let text =
            Text::new("只有受理或派单时选定立结案标准", "only accepting or dispatching chooses a standard");
        problems.push(FieldProblem::new("standard_id", text));
    }
    let input = decision::tidy(StepInput { note, reason, ..input }, &mut problems);
    match problems.is_empty() {
        true => Ok(input),
        false => Err(Error::invalid(problems)),
    }
}

fn joined(reason: Option<String>, note: Option<String>) -> Option<String> {
    match (reason, note) {
        (Some(reason), Some(note)) => Some(format!("{reason}\n{note}")),
        (reason, note) => reason.or(note),
    }
}

/// A refusal of the flow as a conflict, or as fields that are missing.
fn refused(refusal: &Refusal, text: Text) -> Error {
    let Refusal::Missing { needs, .. } = refusal else { return Error::conflict(text) };
    let missing = |need: &Need| {
        let text = match need {
            Need::Note => Text::new("请填写办理说明", "say what was done"),
            Need::Files => Text::new("请至少上传一张现场照片", "add at least one picture of the place"),
            Need::Standard => Text::new("请选择立结案标准", "choose the standard"),
            Need::Assignee => Text::new("请选择承办单位", "choose the unit"),
            Need::Reason => Text::new("请填写理由", "give the reason"),
        };
        FieldProblem::new(field_of(*need), text)
    };
    Error::invalid(needs.iter().map(missing).collect())
}

/// The field of a step that meets a need.
fn field_of(need: Need) -> &'static str {
    match need {
        Need::Note => "note",
        Need::Files => "files",
        Need::Standard => "standard_id",
        Need::Assignee => "organisation_id",
        Need::Reason => "reason",
    }
}
