//! The names that the program has a meaning for: a flow puts them together, it does not invent them.

use platform::Text;
use workflow::{Flow, Part};

/// The flow of orders that somebody reports.
const CITY_CASE: &str = "city-case";

/// Where such an order can stand.
pub const STATES: &[&str] = &[
    "reported",
    "accepted",
    "rejected",
    "dispatched",
    "handling",
    "resolved",
    "verified",
    "closed",
    "cancelled",
    "consulting",
    "guiding",
    "arbitrating",
    "parked",
    "joined",
];
/// What can be done to it.
pub const ACTIONS: &[&str] = &[
    "accept",
    "reject",
    "dispatch",
    "recall",
    "sign",
    "return",
    "resolve",
    "verify",
    "rework",
    "close",
    "reopen",
    "cancel",
    "self_resolve",
    "consult",
    "guide",
    "reclassify",
    "settle",
    "refer",
    "rule",
    "park",
    "wake",
    "join",
];
/// What is timed of it.
pub const CLOCKS: &[&str] =
    &["acceptance", "dispatch", "handling", "verification", "consultation", "guidance", "arbitration"];

/// The parts of a flow whose names mean nothing to the program, each with a sentence.
pub(crate) fn unknown(flow: &Flow) -> Vec<(Part, String, Text)> {
    if flow.id != CITY_CASE {
        return Vec::new();
    }
    let states = flow.states.iter().map(|state| (Part::State, &state.name, STATES));
    let actions = flow.actions.iter().map(|action| (Part::Action, &action.name, ACTIONS));
    let clocks = flow.clocks.iter().map(|clock| (Part::Clock, &clock.name, CLOCKS));
    let all = states.chain(actions).chain(clocks).filter(|(_, name, known)| !known.contains(&name.as_str()));
    all.map(|(part, name, _)| {
        let text = Text::owned(
            format!("程序中没有名称“{name}”，请从已有名称中选择"),
            format!("the program has no meaning for the name `{name}`; choose one that it knows"),
        );
        (part, name.clone(), text)
    })
    .collect()
}
