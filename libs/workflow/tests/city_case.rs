//! The flow of city cases, as the product ships it.

use serde_json::json;
use workflow::{CheckedFlow, Effect, Finding, Flow, Given, Lang, Need, Part, Refusal};

const CITY_CASE: &str = include_str!("../../../server/catalogue/data/flows/city-case.json");

fn flow() -> Flow {
    serde_json::from_str(CITY_CASE).unwrap()
}

fn checked() -> CheckedFlow {
    flow().check(|_| true).unwrap()
}

fn all() -> Given {
    Given { note: true, files: 1, standard: true, assignee: true, reason: true }
}

fn findings(change: impl Fn(&mut Flow)) -> Vec<Finding> {
    let mut flow = flow();
    change(&mut flow);
    flow.check(|_| true).unwrap_err()
}

#[test]
fn a_case_goes_from_report_to_closed_and_can_be_reopened() {
    let flow = checked();
    let mut state = flow.start().to_owned();
    for (action, to) in [
        ("accept", "accepted"),
        ("dispatch", "dispatched"),
        ("return", "accepted"),
        ("dispatch", "dispatched"),
        ("sign", "handling"),
        ("resolve", "resolved"),
        ("rework", "handling"),
        ("resolve", "resolved"),
        ("verify", "verified"),
        ("close", "closed"),
        ("reopen", "accepted"),
        ("cancel", "cancelled"),
    ] {
        state = flow.decide(&state, action, &all()).unwrap().to.to_owned();
        assert_eq!(state, to, "{action}");
    }
    assert!(flow.allowed(&state).is_empty());
}

#[test]
fn what_must_come_with_an_action_is_named_all_at_once() {
    let flow = checked();
    let refusal = flow.decide("handling", "resolve", &Given::default()).unwrap_err();
    let needs = vec![Need::Note, Need::Files];
    assert_eq!(refusal, Refusal::Missing { action: "resolve".into(), needs });
    assert_eq!(flow.explain(&refusal, Lang::Zh), "执行“办结反馈”还需提供：说明、照片或附件");
    assert_eq!(flow.explain(&refusal, Lang::En), "`resolve` still needs a note, a photo or file");
}

#[test]
fn an_action_out_of_place_is_not_an_unknown_action() {
    let flow = checked();
    let late = flow.decide("closed", "close", &all()).unwrap_err();
    assert_eq!(flow.explain(&late, Lang::Zh), "当前状态为“已结案”，不能执行“结案”");
    assert!(matches!(late, Refusal::NotHere { .. }));
    assert!(matches!(flow.decide("closed", "burn", &all()), Err(Refusal::UnknownAction { .. })));
    assert!(matches!(flow.decide("burnt", "close", &all()), Err(Refusal::UnknownState { .. })));
}

#[test]
fn a_return_pauses_the_handling_and_the_next_dispatch_resumes_or_restarts_it() {
    let flow = checked();
    let effect = |state: &str, action: &str, clock: &str| {
        let decision = flow.decide(state, action, &all()).unwrap();
        decision.clocks.iter().find(|e| e.clock == clock).map(|e| e.effect)
    };
    assert_eq!(effect("handling", "return", "handling"), Some(Effect::Pause));
    assert_eq!(effect("handling", "return", "dispatch"), Some(Effect::Restart));
    assert_eq!(effect("accepted", "dispatch", "handling"), Some(Effect::ResumeOrRestart));
}

#[test]
fn each_action_has_a_right_of_its_own_but_triage_is_one() {
    let flow = checked();
    for action in &flow.flow().actions {
        let right =
            if ["consult", "guide"].contains(&action.name.as_str()) { "triage" } else { &action.name };
        assert_eq!(action.right, format!("order:{right}"));
    }
    assert_eq!(flow.decide("reported", "accept", &all()).unwrap().right, "order:accept");
}

#[test]
fn an_action_that_no_post_may_do_is_found() {
    let findings = flow().check(|right| right != "order:close").unwrap_err();
    let close = Finding::NoHolder { action: "close".into(), right: "order:close".into() };
    assert_eq!(findings, [close]);
    assert_eq!(findings[0].text(Lang::Zh), "操作“close”无人可以执行：没有岗位拥有权限“order:close”");
}

#[test]
fn a_dead_end_and_an_unreachable_state_are_found() {
    let found = findings(|f| f.actions.retain(|a| a.name != "verify"));
    assert!(found.contains(&Finding::Unreachable { state: "verified".into() }));
    let found = findings(|f| f.actions.retain(|a| a.from != ["verified"]));
    assert!(found.contains(&Finding::DeadEnd { state: "verified".into() }));
}

#[test]
fn a_clock_that_outlives_the_end_is_found() {
    let found = findings(|f| {
        let close = f.actions.iter_mut().find(|a| a.name == "close").unwrap();
        close.clocks.retain(|e| e.clock != "handling");
    });
    assert_eq!(found, [Finding::ClockLeftRunning { clock: "handling".into(), state: "closed".into() }]);
    let found = findings(|f| {
        f.opening.clear();
        let anew = f.actions.iter_mut().find(|a| a.name == "reclassify").unwrap();
        anew.clocks.retain(|e| e.clock != "acceptance");
    });
    assert_eq!(found, [Finding::ClockNeverStarts { clock: "acceptance".into() }]);
    let found = findings(|f| {
        let accept = f.actions.iter_mut().find(|a| a.name == "accept").unwrap();
        accept.clocks.push(serde_json::from_value(json!({"clock": "handling", "effect": "pause"})).unwrap());
    });
    assert_eq!(found, [Finding::ClockNotRunning { clock: "handling".into(), action: "accept".into() }]);
}

#[test]
fn names_that_clash_or_lead_nowhere_are_found() {
    let found = findings(|f| f.actions[0].to = "nowhere".into());
    let (name, at) = ("nowhere".into(), "accept".into());
    assert_eq!(found, [Finding::Unknown { part: Part::State, name, at }]);
    let found = findings(|f| f.states[1].name = "reported".into());
    assert!(found.contains(&Finding::Duplicate { part: Part::State, name: "reported".into() }));
    let found = findings(|f| f.actions[0].zh = " ".into());
    assert_eq!(found, [Finding::Blank { part: Part::Action, name: "accept".into() }]);
    let found = findings(|f| f.opening.push(f.opening[0].clone()));
    assert_eq!(found, [Finding::Repeated { at: "opening".into(), name: "acceptance".into() }]);
    let found = findings(|f| f.states[0].kind = workflow::StateKind::Open);
    assert_eq!(found, [Finding::Starts { count: 0 }]);
}

#[test]
fn a_flow_reads_back_as_it_was_written_and_refuses_words_it_does_not_know() {
    let flow = flow();
    let text = serde_json::to_string(&flow).unwrap();
    assert_eq!(serde_json::from_str::<Flow>(&text).unwrap(), flow);
    assert_eq!(serde_json::to_string(&checked()).unwrap(), text);
    assert!(serde_json::from_str::<Flow>(&text.replacen("\"needs\"", "\"neds\"", 1)).is_err());
}
