//! Random flows against a plain computation of what can be reached, and random walks through checked ones.

use std::collections::BTreeSet;

use proptest::{prelude::*, strategy::ValueTree};
use workflow::{Action, Clock, ClockEffect, Effect, Finding, Flow, Given, Need, Refusal, State, StateKind};

fn effect() -> impl Strategy<Value = Effect> {
    use Effect::*;
    prop::sample::select(vec![Start, Pause, Resume, Restart, ResumeOrRestart, Stop])
}

fn need() -> impl Strategy<Value = Need> {
    prop::sample::select(vec![Need::Note, Need::Files, Need::Standard, Need::Assignee, Need::Reason])
}

prop_compose! {
    /// A flow of 2–7 states with well-formed names; state 0 is the start, the last one an end.
    ///
    /// Pure chance seldom makes a sound one, so that half of them are `tidy`: each state leads to the next, the
    /// clock starts with the order and stops at every end.
    fn flow()(size in 2..8_usize)(
        kinds in prop::collection::vec(prop::sample::select(vec![
            StateKind::Open, StateKind::Waiting, StateKind::Terminal
        ]), size),
        moves in prop::collection::vec(
            (prop::collection::btree_set(0..size, 1..3), 0..size, prop::option::of(effect()),
             prop::collection::btree_set(need().prop_map(|n| n as usize), 0..3)),
            1..14),
        opening in prop::option::of(effect()),
        tidy in any::<bool>(),
        size in Just(size),
    ) -> Flow {
        let all = [Need::Note, Need::Files, Need::Standard, Need::Assignee, Need::Reason];
        let on = |effect: Option<Effect>| {
            effect.map(|effect| ClockEffect { clock: "c".into(), effect }).into_iter().collect::<Vec<_>>()
        };
        let state = |at: usize| State {
            name: format!("s{at}"), zh: "状态".into(), en: "state".into(),
            kind: match at {
                0 => StateKind::Start,
                _ if at == size - 1 => StateKind::Terminal,
                _ => kinds[at],
            },
        };
        let states: Vec<State> = (0..size).map(state).collect();
        let chain = (1..size).filter(|_| tidy).map(|to| (BTreeSet::from([to - 1]), to, None, BTreeSet::new()));
        let effect_of = |to: usize, effect: Option<Effect>| match states[to].kind {
            StateKind::Terminal if tidy => Some(Effect::Stop),
            _ => effect,
        };
        let moves: Vec<_> = chain.chain(moves).map(|(f, to, e, n)| (f, to, effect_of(to, e), n)).collect();
        let opening = if tidy { Some(Effect::Start) } else { opening };
        Flow {
            id: "random".into(), version: 1, zh: "随机".into(), en: "random".into(), states,
            actions: moves.into_iter().enumerate().map(|(at, (from, to, effect, needs))| Action {
                name: format!("a{at}"), zh: "操作".into(), en: "action".into(),
                from: from.into_iter().map(|f| format!("s{f}")).collect(),
                to: format!("s{to}"), right: format!("r:{at}"),
                needs: needs.into_iter().map(|n| all[n]).collect(), clocks: on(effect),
            }).collect(),
            clocks: vec![Clock { name: "c".into(), zh: "计时".into(), en: "clock".into() }],
            opening: on(opening),
        }
    }
}

/// Warshall's closure over a matrix: `[a][b]` says whether `b` can be reached from `a`.
fn reachable(flow: &Flow) -> Vec<Vec<bool>> {
    let size = flow.states.len();
    let at = |name: &str| flow.states.iter().position(|s| s.name == name).unwrap();
    let mut can = vec![vec![false; size]; size];
    for (i, row) in can.iter_mut().enumerate() {
        row[i] = true;
    }
    for action in &flow.actions {
        for from in &action.from {
            can[at(from)][at(&action.to)] = true;
        }
    }
    for k in 0..size {
        for i in 0..size {
            for j in 0..size {
                can[i][j] |= can[i][k] && can[k][j];
            }
        }
    }
    can
}

fn step(effects: &[ClockEffect], on: bool) -> bool {
    match effects.first().map(|e| e.effect) {
        None | Some(Effect::Pause | Effect::Resume) => on,
        Some(Effect::Start | Effect::Restart | Effect::ResumeOrRestart) => true,
        Some(Effect::Stop) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn dead_ends_and_unreachable_states_are_found_exactly(flow in flow()) {
        let can = reachable(&flow);
        let mut expected = BTreeSet::new();
        for (i, state) in flow.states.iter().enumerate() {
            if !can[0][i] {
                expected.insert(Finding::Unreachable { state: state.name.clone() });
            }
            let ends = (0..flow.states.len())
                .any(|j| can[i][j] && flow.states[j].kind == StateKind::Terminal);
            if !ends {
                expected.insert(Finding::DeadEnd { state: state.name.clone() });
            }
        }
        let found: BTreeSet<Finding> = flow
            .check(|_| true)
            .err()
            .unwrap_or_default()
            .into_iter()
            .filter(|f| matches!(f, Finding::Unreachable { .. } | Finding::DeadEnd { .. }))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_walk_through_a_checked_flow_never_ends_with_a_running_clock(
        flow in flow(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..60)
    ) {
        let Err(findings) = flow.check(|_| true) else {
            let checked = flow.check(|_| true).unwrap();
            let given = Given { note: true, files: 1, standard: true, assignee: true, reason: true };
            let (mut state, mut on) = (checked.start().to_owned(), step(&flow.opening, false));
            for pick in picks {
                let kind = flow.state(&state).unwrap().kind;
                prop_assert!(kind != StateKind::Terminal || !on, "`{state}` with a running clock");
                let allowed = checked.allowed(&state);
                if allowed.is_empty() {
                    prop_assert_eq!(kind, StateKind::Terminal, "stuck in `{}`", state);
                    break;
                }
                let action = pick.get(allowed);
                let decision = checked.decide(&state, &action.name, &given).unwrap();
                on = step(decision.clocks, on);
                state = decision.to.to_owned();
            }
            return Ok(());
        };
        // A clock finding must be shown by some walk: search all (state, on) pairs.
        let mut seen = BTreeSet::from([("s0".to_owned(), step(&flow.opening, false))]);
        let mut next: Vec<(String, bool)> = seen.iter().cloned().collect();
        while let Some((state, on)) = next.pop() {
            for action in flow.actions.iter().filter(|a| a.from.contains(&state)) {
                let after = (action.to.clone(), step(&action.clocks, on));
                if seen.insert(after.clone()) {
                    next.push(after);
                }
            }
        }
        for finding in findings {
            if let Finding::ClockLeftRunning { state, .. } = finding {
                prop_assert!(seen.contains(&(state, true)));
            }
        }
    }

    #[test]
    fn an_action_is_decided_exactly_when_it_starts_here_and_its_needs_are_met(
        flow in flow(), note: bool, files in 0..2_u32, standard: bool, assignee: bool, reason: bool
    ) {
        let Ok(checked) = flow.check(|_| true) else { return Ok(()) };
        let given = Given { note, files, standard, assignee, reason };
        for state in &flow.states {
            for action in &flow.actions {
                let here = action.from.contains(&state.name);
                let met = action.needs.iter().all(|n| given.has(*n));
                match checked.decide(&state.name, &action.name, &given) {
                    Ok(decision) => prop_assert!(here && met && decision.to == action.to),
                    Err(Refusal::NotHere { .. }) => prop_assert!(!here),
                    Err(Refusal::Missing { needs, .. }) => prop_assert!(here && !met && !needs.is_empty()),
                    Err(other) => prop_assert!(false, "{other}"),
                }
            }
        }
    }

    #[test]
    fn a_right_that_no_one_carries_is_always_found(flow in flow(), missing in any::<prop::sample::Index>()) {
        let action = missing.get(&flow.actions).clone();
        let findings = flow.check(|right| right != action.right).unwrap_err();
        let finding = Finding::NoHolder { action: action.name, right: action.right };
        prop_assert!(findings.contains(&finding));
    }
}

#[test]
fn the_random_flows_are_of_both_kinds() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let sound = (0..2_000)
        .filter(|_| flow().new_tree(&mut runner).unwrap().current().check(|_| true).is_ok())
        .count();
    assert!((40..1_960).contains(&sound), "{sound} of 2000 random flows pass the checks");
}
