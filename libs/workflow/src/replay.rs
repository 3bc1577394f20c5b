//! What a draft would have made of an order that was worked by the flow in force: before a draft is published, last quarter's
//! orders walk through it.
//!
//! Both flows are walked with the same steps at the same moments. The walk ends at the first step that the draft refuses,
//! since nobody knows what would have been done instead; until then the clocks of both are kept side by side.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{CheckedFlow, ClockEffect, Effect, Given, Refusal};

/// A step that was taken on an order, as its history tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<'a> {
    pub action: &'a str,
    pub given: Given,
    /// UTC milliseconds.
    pub at: i64,
    /// The unit that it was with afterwards.
    pub unit: Option<i64>,
}

/// What a clock does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Off,
    Running,
    Paused,
}

/// One run of a clock with its full limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub clock: String,
    pub started_at: i64,
    /// When it stood still; the last pause may be open.
    pub pauses: Vec<(i64, Option<i64>)>,
    pub stopped_at: Option<i64>,
    unit: Option<i64>,
}

impl Run {
    fn status(&self) -> Status {
        match (self.stopped_at, self.pauses.last()) {
            (Some(_), _) => Status::Off,
            (None, Some((_, None))) => Status::Paused,
            (None, _) => Status::Running,
        }
    }
}

/// Where a draft parts from what happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// The draft does not have the step there.
    State { action: String, state: String },
    /// The draft does not have the step at all.
    Action { action: String },
    /// The draft asks for something that did not come with the step.
    Need { action: String, need: String },
    /// The post that took the step does not carry the right that the draft asks for.
    Right { action: String, right: String },
    /// All steps may be taken, and lead elsewhere.
    End { before: String, after: String },
    /// After a step a clock does something else.
    Clock { action: String, clock: String, before: Status, after: Status },
}

/// An order walked through a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    pub differences: Vec<Difference>,
    /// The runs of the clocks by the flow in force and by the draft, as far as the walk went.
    pub before: Vec<Run>,
    pub after: Vec<Run>,
    /// How many steps the draft took.
    pub steps: usize,
}

/// The clocks of one order by one flow.
#[derive(Default)]
struct Clocks(Vec<Run>);

impl Clocks {
    fn status(&self, clock: &str) -> Status {
        self.0.iter().rev().find(|run| run.clock == clock).map(Run::status).unwrap_or_default()
    }

    fn apply(&mut self, effects: &[ClockEffect], at: i64, unit: Option<i64>) {
        for ClockEffect { clock, effect } in effects {
            let last = self.0.iter_mut().rev().find(|run| run.clock == *clock && run.stopped_at.is_none());
            let fresh =
                || Run { clock: clock.clone(), started_at: at, pauses: Vec::new(), stopped_at: None, unit };
            match (effect, last) {
                (Effect::Start | Effect::Restart | Effect::ResumeOrRestart, None) => self.0.push(fresh()),
                (Effect::ResumeOrRestart, Some(run))
                    if run.status() == Status::Paused && run.unit == unit =>
                {
                    resume(run, at);
                }
                (Effect::Start | Effect::Restart | Effect::ResumeOrRestart, Some(run)) => {
                    run.stopped_at = Some(at);
                    self.0.push(fresh());
                }
                (Effect::Pause, Some(run)) if run.status() == Status::Running => run.pauses.push((at, None)),
                (Effect::Resume, Some(run)) => resume(run, at),
                (Effect::Stop, Some(run)) => run.stopped_at = Some(at),
                (Effect::Pause, Some(_)) | (Effect::Pause | Effect::Resume | Effect::Stop, None) => {}
            }
        }
    }
}

fn resume(run: &mut Run, at: i64) {
    if let Some((_, end @ None)) = run.pauses.last_mut() {
        *end = Some(at);
    }
}

/// Walks an order that was opened at a moment through the flow that it had and through a draft. `carries` says whether the
/// post that took a step, by its place, carries a right.
pub fn replay(
    before: &CheckedFlow,
    draft: &CheckedFlow,
    opened_at: i64,
    steps: &[Taken<'_>],
    carries: impl Fn(usize, &str) -> bool,
) -> Walked {
    let mut walked = Walked::default();
    let (mut old, mut new) = (Clocks::default(), Clocks::default());
    old.apply(&before.flow().opening, opened_at, None);
    new.apply(&draft.flow().opening, opened_at, None);
    let mut told: BTreeSet<String> = BTreeSet::new();
    parted("opening", &old, &new, before, draft, &mut told, &mut walked.differences);
    let (mut was, mut is) = (before.start(), draft.start());
    for (at, step) in steps.iter().enumerate() {
        // What the flow in force does not have either (a rating, a request) leaves the state alone in both.
        let Some(done) = before.flow().action(step.action) else { continue };
        let decision = match draft.decide(is, step.action, &step.given) {
            Ok(decision) => decision,
            Err(refusal) => {
                walked.differences.push(refused(refusal));
                break;
            }
        };
        if decision.right != done.right && !carries(at, decision.right) {
            let (action, right) = (step.action.to_owned(), decision.right.to_owned());
            walked.differences.push(Difference::Right { action, right });
            break;
        }
        (was, is) = (&done.to, decision.to);
        old.apply(&done.clocks, step.at, step.unit);
        new.apply(decision.clocks, step.at, step.unit);
        parted(step.action, &old, &new, before, draft, &mut told, &mut walked.differences);
        walked.steps += 1;
    }
    let went_through =
        walked.steps == steps.iter().filter(|step| before.flow().action(step.action).is_some()).count();
    if went_through && was != is {
        walked.differences.push(Difference::End { before: was.to_owned(), after: is.to_owned() });
    }
    (walked.before, walked.after) = (old.0, new.0);
    walked
}

fn refused(refusal: Refusal) -> Difference {
    match refusal {
        Refusal::UnknownAction { action } => Difference::Action { action },
        Refusal::NotHere { action, state } => Difference::State { action, state },
        Refusal::UnknownState { state } => Difference::State { action: String::new(), state },
        Refusal::Missing { action, needs } => {
            let need = needs.first().map(|need| format!("{need:?}").to_lowercase()).unwrap_or_default();
            Difference::Need { action, need }
        }
    }
}

/// Tells of each clock the first step after which it does something else.
fn parted(
    action: &str,
    old: &Clocks,
    new: &Clocks,
    before: &CheckedFlow,
    draft: &CheckedFlow,
    told: &mut BTreeSet<String>,
    differences: &mut Vec<Difference>,
) {
    for clock in before.flow().clocks.iter().chain(&draft.flow().clocks) {
        let (was, is) = (old.status(&clock.name), new.status(&clock.name));
        if was != is && told.insert(clock.name.clone()) {
            let (action, clock) = (action.to_owned(), clock.name.clone());
            differences.push(Difference::Clock { action, clock, before: was, after: is });
        }
    }
}
