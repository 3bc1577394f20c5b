//! The checks that turn a flow into one that decides.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{Action, ClockEffect, Finding, Flow, Part, State, StateKind, clocks};

/// A flow that passed every check; only this decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CheckedFlow {
    flow: Flow,
    #[serde(skip)]
    by_state: BTreeMap<String, Vec<Action>>,
}

impl Flow {
    /// Checks the flow; `held` says whether any post carries a right.
    ///
    /// The findings come sorted and each once. Reachability and clocks are judged only when all names are in
    /// order, since before that they would report the same slip twice.
    pub fn check(&self, held: impl Fn(&str) -> bool) -> Result<CheckedFlow, Vec<Finding>> {
        let mut findings = BTreeSet::new();
        self.check_names(&mut findings);
        self.check_actions(&held, &mut findings);
        let names_in_order = findings.iter().all(|f| matches!(f, Finding::NoHolder { .. }));
        if names_in_order {
            self.check_paths(&mut findings);
            clocks::check(self, &mut findings);
        }
        if !findings.is_empty() {
            return Err(findings.into_iter().collect());
        }
        let mut by_state: BTreeMap<String, Vec<Action>> =
            self.states.iter().map(|s| (s.name.clone(), Vec::new())).collect();
        for action in &self.actions {
            for from in &action.from {
                by_state.entry(from.clone()).or_default().push(action.clone());
            }
        }
        Ok(CheckedFlow { flow: self.clone(), by_state })
    }

    fn check_names(&self, findings: &mut BTreeSet<Finding>) {
        let own = [(self.id.as_str(), [self.zh.as_str(), self.en.as_str()])];
        name_check(Part::Flow, own, findings);
        let states = self.states.iter().map(|s| (s.name.as_str(), [s.zh.as_str(), s.en.as_str()]));
        name_check(Part::State, states, findings);
        let clocks = self.clocks.iter().map(|c| (c.name.as_str(), [c.zh.as_str(), c.en.as_str()]));
        name_check(Part::Clock, clocks, findings);
        let actions =
            self.actions.iter().map(|a| (a.name.as_str(), [a.zh.as_str(), a.en.as_str(), a.right.as_str()]));
        name_check(Part::Action, actions, findings);
        let count = self.states.iter().filter(|s| s.kind == StateKind::Start).count();
        if count != 1 {
            findings.insert(Finding::Starts { count });
        }
        if !self.states.iter().any(|s| s.kind == StateKind::Terminal) {
            findings.insert(Finding::NoTerminal);
        }
        self.check_effects("opening", &self.opening, findings);
    }

    fn check_actions(&self, held: &impl Fn(&str) -> bool, findings: &mut BTreeSet<Finding>) {
        for action in &self.actions {
            let at = || action.name.clone();
            if action.from.is_empty() {
                findings.insert(Finding::NoOrigin { action: at() });
            }
            for name in action.from.iter().chain([&action.to]) {
                if self.state(name).is_none() {
                    let name = name.clone();
                    findings.insert(Finding::Unknown { part: Part::State, name, at: at() });
                }
            }
            for name in repeated(action.from.iter()) {
                findings.insert(Finding::Repeated { at: at(), name: name.clone() });
            }
            for need in repeated(action.needs.iter()) {
                findings.insert(Finding::Repeated { at: at(), name: format!("{need:?}").to_lowercase() });
            }
            self.check_effects(&action.name, &action.clocks, findings);
            if !action.right.is_empty() && !held(&action.right) {
                findings.insert(Finding::NoHolder { action: at(), right: action.right.clone() });
            }
        }
    }

    fn check_effects(&self, at: &str, effects: &[ClockEffect], findings: &mut BTreeSet<Finding>) {
        for effect in effects {
            if self.clock(&effect.clock).is_none() {
                let (name, at) = (effect.clock.clone(), at.to_owned());
                findings.insert(Finding::Unknown { part: Part::Clock, name, at });
            }
        }
        for name in repeated(effects.iter().map(|e| &e.clock)) {
            findings.insert(Finding::Repeated { at: at.to_owned(), name: name.clone() });
        }
    }

    fn check_paths(&self, findings: &mut BTreeSet<Finding>) {
        let of_kind = |kind| self.states.iter().filter(move |s| s.kind == kind).map(|s| s.name.as_str());
        let moves: Vec<(&str, &str)> = self
            .actions
            .iter()
            .flat_map(|a| a.from.iter().map(|from| (from.as_str(), a.to.as_str())))
            .collect();
        let reached = closure(of_kind(StateKind::Start), &moves);
        let back: Vec<(&str, &str)> = moves.iter().map(|(from, to)| (*to, *from)).collect();
        let ending = closure(of_kind(StateKind::Terminal), &back);
        for State { name, .. } in &self.states {
            if !reached.contains(name.as_str()) {
                findings.insert(Finding::Unreachable { state: name.clone() });
            }
            if !ending.contains(name.as_str()) {
                findings.insert(Finding::DeadEnd { state: name.clone() });
            }
        }
    }
}

impl CheckedFlow {
    /// The flow as written.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// Where every order begins.
    pub fn start(&self) -> &str {
        self.flow.states.iter().find(|s| s.kind == StateKind::Start).map_or("", |s| s.name.as_str())
    }

    /// What can be done in a state, in the order written; nothing in a state the flow does not have.
    pub fn allowed(&self, state: &str) -> &[Action] {
        self.by_state.get(state).map_or(&[], Vec::as_slice)
    }
}

fn name_check<'a, const N: usize>(
    part: Part,
    names: impl IntoIterator<Item = (&'a str, [&'a str; N])>,
    findings: &mut BTreeSet<Finding>,
) {
    let mut seen = BTreeSet::new();
    for (name, texts) in names {
        if name.trim().is_empty() || texts.iter().any(|t| t.trim().is_empty()) {
            findings.insert(Finding::Blank { part, name: name.to_owned() });
        }
        if !seen.insert(name) {
            findings.insert(Finding::Duplicate { part, name: name.to_owned() });
        }
    }
}

fn repeated<T: PartialEq>(items: impl Iterator<Item = T> + Clone) -> impl Iterator<Item = T> {
    let all = items.clone();
    items.enumerate().filter(move |(at, item)| all.clone().take(*at).any(|i| i == *item)).map(|(_, i)| i)
}

/// Every name that can be reached along `moves`, the first ones included.
fn closure<'a>(first: impl Iterator<Item = &'a str>, moves: &[(&'a str, &'a str)]) -> BTreeSet<&'a str> {
    let mut reached: BTreeSet<&str> = first.collect();
    let mut next: Vec<&str> = reached.iter().copied().collect();
    while let Some(at) = next.pop() {
        for (from, to) in moves {
            if *from == at && reached.insert(to) {
                next.push(to);
            }
        }
    }
    reached
}
