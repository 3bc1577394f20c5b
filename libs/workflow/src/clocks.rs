//! Follows each clock through the flow: what it may be doing in each state.

use std::collections::BTreeSet;

use crate::{ClockEffect, Effect, Finding, Flow, StateKind};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Off,
    Running,
    Paused,
}

/// Reports clocks that never start, that outlive an end, or that are paused where they cannot run.
pub(crate) fn check(flow: &Flow, findings: &mut BTreeSet<Finding>) {
    let Some(start) = flow.states.iter().find(|s| s.kind == StateKind::Start) else { return };
    for clock in &flow.clocks {
        let first = apply(&flow.opening, &clock.name, Status::Off);
        let mut seen = BTreeSet::from([(start.name.as_str(), first)]);
        let mut next = vec![(start.name.as_str(), first)];
        while let Some((state, status)) = next.pop() {
            for action in flow.actions.iter().filter(|a| a.from.iter().any(|from| from == state)) {
                let after = (action.to.as_str(), apply(&action.clocks, &clock.name, status));
                if seen.insert(after) {
                    next.push(after);
                }
            }
        }
        if seen.iter().all(|(_, status)| *status == Status::Off) {
            findings.insert(Finding::ClockNeverStarts { clock: clock.name.clone() });
        }
        for state in flow.states.iter().filter(|s| s.kind == StateKind::Terminal) {
            if seen.iter().any(|(name, status)| *name == state.name && *status != Status::Off) {
                let (clock, state) = (clock.name.clone(), state.name.clone());
                findings.insert(Finding::ClockLeftRunning { clock, state });
            }
        }
        for action in &flow.actions {
            let stalls =
                |e: &ClockEffect| e.clock == clock.name && matches!(e.effect, Effect::Pause | Effect::Resume);
            let can_be_on =
                || seen.iter().any(|(at, s)| *s != Status::Off && action.from.iter().any(|f| f == at));
            if action.clocks.iter().any(stalls) && !can_be_on() {
                let (clock, action) = (clock.name.clone(), action.name.clone());
                findings.insert(Finding::ClockNotRunning { clock, action });
            }
        }
    }
}

fn apply(effects: &[ClockEffect], clock: &str, status: Status) -> Status {
    let Some(effect) = effects.iter().find(|e| e.clock == clock) else { return status };
    match (effect.effect, status) {
        (Effect::Start | Effect::Restart | Effect::ResumeOrRestart, _) => Status::Running,
        (Effect::Stop, _) | (Effect::Pause | Effect::Resume, Status::Off) => Status::Off,
        (Effect::Pause, _) => Status::Paused,
        (Effect::Resume, _) => Status::Running,
    }
}
