//! Orders walked through a draft.

use proptest::prelude::*;
use workflow::{
    Change, CheckedFlow, Difference, Effect, Flow, Given, Kind, Need, Part, Status, Taken, changes, replay,
};

const CITY_CASE: &str = include_str!("../../../server/catalogue/data/flows/city-case.json");

fn flow() -> Flow {
    serde_json::from_str(CITY_CASE).unwrap()
}

fn checked(flow: &Flow) -> CheckedFlow {
    flow.check(|_| true).unwrap()
}

fn taken(action: &str, at: i64) -> Taken<'_> {
    let given = Given { note: true, files: 1, standard: true, assignee: true, reason: true };
    Taken { action, given, at, unit: Some(7) }
}

/// A plain life: accepted, dispatched, resolved, closed.
fn life() -> Vec<Taken<'static>> {
    let actions = ["accept", "dispatch", "sign", "resolve", "rate", "verify", "close"];
    actions.iter().zip(1..).map(|(action, at)| taken(action, at * 10)).collect()
}

fn differences(draft: &Flow, steps: &[Taken<'_>]) -> Vec<Difference> {
    replay(&checked(&flow()), &checked(draft), 0, steps, |_, _| false).differences
}

#[test]
fn the_same_flow_makes_no_difference() {
    let walked = replay(&checked(&flow()), &checked(&flow()), 0, &life(), |_, _| false);
    assert_eq!((walked.differences, walked.steps), (vec![], 6));
    assert_eq!(walked.before, walked.after);
    let handling = walked.before.iter().find(|run| run.clock == "handling").unwrap();
    assert_eq!((handling.started_at, handling.pauses.first()), (20, Some(&(40, None))));
}

#[test]
fn a_step_that_the_draft_refuses_ends_the_walk() {
    let mut draft = flow();
    let sign = draft.actions.iter_mut().find(|action| action.name == "sign").unwrap();
    sign.needs.push(Need::Note);
    let mut steps = life();
    steps[2].given.note = false;
    let (action, need) = ("sign".to_owned(), "note".to_owned());
    assert_eq!(differences(&draft, &steps), [Difference::Need { action, need }]);

    let mut draft = flow();
    draft.actions.iter_mut().find(|action| action.name == "accept").unwrap().right = "order:read".to_owned();
    let (action, right) = ("accept".to_owned(), "order:read".to_owned());
    assert_eq!(differences(&draft, &life()), [Difference::Right { action, right }]);
    let allowed = replay(&checked(&flow()), &checked(&draft), 0, &life(), |at, _| at == 0);
    assert_eq!((allowed.differences, allowed.steps), (vec![], 6));
}

#[test]
fn a_step_that_is_gone_or_elsewhere_is_told_apart() {
    let mut draft = flow();
    draft.actions.iter_mut().find(|action| action.name == "resolve").unwrap().to = "verified".to_owned();
    let verify = draft.actions.iter_mut().find(|action| action.name == "verify").unwrap();
    verify.from = vec!["verified".to_owned()];
    verify.to = "verified".to_owned();
    draft.states.retain(|state| state.name != "resolved");
    draft.actions.iter_mut().for_each(|action| action.from.retain(|from| from != "resolved"));
    draft.actions.retain(|action| !action.from.is_empty());
    assert_eq!(differences(&draft, &life()), [], "the states between do not count, the end does");

    let mut gone = flow();
    gone.actions.retain(|action| action.name != "self_resolve");
    let action = "self_resolve".to_owned();
    assert_eq!(differences(&gone, &[taken("self_resolve", 5)]), [Difference::Action { action }]);
}

#[test]
fn a_clock_that_does_something_else_is_told_at_its_first_step() {
    let mut draft = flow();
    let dispatch = draft.actions.iter_mut().find(|action| action.name == "dispatch").unwrap();
    dispatch.clocks.retain(|effect| effect.clock != "handling");
    let sign = draft.actions.iter_mut().find(|action| action.name == "sign").unwrap();
    sign.clocks.push(workflow::ClockEffect { clock: "handling".to_owned(), effect: Effect::ResumeOrRestart });
    let (action, clock) = ("dispatch".to_owned(), "handling".to_owned());
    let expected = Difference::Clock { action, clock, before: Status::Running, after: Status::Off };
    let walked = replay(&checked(&flow()), &checked(&draft), 0, &life(), |_, _| false);
    assert_eq!(walked.differences, [expected]);
    let starts = |runs: &[workflow::Run]| runs.iter().find(|run| run.clock == "handling").unwrap().started_at;
    assert_eq!((starts(&walked.before), starts(&walked.after)), (20, 30));
}

#[test]
fn an_order_that_ends_elsewhere_is_told() {
    let mut draft = flow();
    draft.actions.iter_mut().find(|action| action.name == "close").unwrap().to = "cancelled".to_owned();
    let (before, after) = ("closed".to_owned(), "cancelled".to_owned());
    assert_eq!(differences(&draft, &life()), [Difference::End { before, after }]);
}

#[test]
fn what_a_draft_changes_is_told_part_by_part() {
    let mut draft = flow();
    assert_eq!(changes(&flow(), &draft), []);
    draft.states[1].zh = "已立案".to_owned();
    let removed = draft.clocks.pop().unwrap().name;
    draft.actions[0].needs.clear();
    let told = changes(&flow(), &draft);
    let change = |part, name: &str, kind, fields: &[&'static str]| Change {
        part,
        name: name.to_owned(),
        kind,
        fields: fields.to_vec(),
    };
    assert_eq!(
        told,
        [
            change(Part::State, "accepted", Kind::Changed, &["zh"]),
            change(Part::Action, "accept", Kind::Changed, &["needs"]),
            change(Part::Clock, &removed, Kind::Removed, &[]),
        ]
    );
}

proptest! {
    /// Whatever was done, the flow in force walks it without a difference, and a draft never makes more steps than there were.
    #[test]
    fn random_lives_are_walked(choices in prop::collection::vec(0..40_usize, 0..30), dropped in 0..30_usize) {
        let before = checked(&flow());
        let mut state = before.start().to_owned();
        let mut names = Vec::new();
        for choice in choices {
            let allowed = before.allowed(&state);
            let Some(action) = allowed.get(choice % allowed.len().max(1)) else { break };
            names.push(action.name.clone());
            state = action.to.clone();
        }
        let steps: Vec<Taken<'_>> = names.iter().zip(1..).map(|(name, at)| taken(name, at)).collect();
        let same = replay(&before, &before, 0, &steps, |_, _| false);
        prop_assert_eq!(same.differences, vec![]);
        prop_assert_eq!(same.steps, steps.len());

        let mut draft = flow();
        let at = dropped % draft.actions.len();
        let gone = draft.actions.remove(at).name;
        if let Ok(draft) = draft.check(|_| true) {
            let walked = replay(&before, &draft, 0, &steps, |_, _| false);
            let first = names.iter().position(|name| *name == gone);
            prop_assert_eq!(walked.steps, first.unwrap_or(steps.len()));
            prop_assert_eq!(walked.differences.is_empty(), first.is_none());
        }
    }
}
