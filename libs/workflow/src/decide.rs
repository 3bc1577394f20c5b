//! What an action leads to, or why it is refused.

use serde::{Deserialize, Serialize};

use crate::{CheckedFlow, ClockEffect, Lang, Need};

/// What comes with an action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    /// A note that is not blank.
    pub note: bool,
    /// How many files.
    pub files: u32,
    /// A standard was chosen.
    pub standard: bool,
    /// An organisation or post was chosen.
    pub assignee: bool,
    /// A reason that is not blank.
    pub reason: bool,
}

/// What an action leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision<'a> {
    /// The state after it.
    pub to: &'a str,
    /// The right that the actor must carry.
    pub right: &'a str,
    /// What happens to the clocks.
    pub clocks: &'a [ClockEffect],
}

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// The flow has no such state.
    #[error("the flow has no state `{state}`")]
    UnknownState {
        /// The name.
        state: String,
    },
    /// The flow has no such action.
    #[error("the flow has no action `{action}`")]
    UnknownAction {
        /// The name.
        action: String,
    },
    /// The action cannot be done in this state: often a lost race.
    #[error("`{action}` cannot be done in the state `{state}`")]
    NotHere {
        /// The action.
        action: String,
        /// Where the order stands.
        state: String,
    },
    /// Something that must come with the action is missing.
    #[error("`{action}` needs more than was given")]
    Missing {
        /// The action.
        action: String,
        /// All that is missing.
        needs: Vec<Need>,
    },
}

impl CheckedFlow {
    /// Decides an action on an order in `state`; nothing is changed by asking.
    pub fn decide(&self, state: &str, action: &str, given: &Given) -> Result<Decision<'_>, Refusal> {
        if self.flow().state(state).is_none() {
            return Err(Refusal::UnknownState { state: state.to_owned() });
        }
        let Some(found) = self.allowed(state).iter().find(|a| a.name == action) else {
            let action = action.to_owned();
            return Err(match self.flow().action(&action) {
                Some(_) => Refusal::NotHere { action, state: state.to_owned() },
                None => Refusal::UnknownAction { action },
            });
        };
        let needs: Vec<Need> = found.needs.iter().copied().filter(|need| !given.has(*need)).collect();
        if !needs.is_empty() {
            return Err(Refusal::Missing { action: action.to_owned(), needs });
        }
        Ok(Decision { to: &found.to, right: &found.right, clocks: &found.clocks })
    }

    /// The refusal as one sentence, with the flow's own names for states and actions.
    pub fn explain(&self, refusal: &Refusal, lang: Lang) -> String {
        let pick = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
        let state = |name: &str| self.flow().state(name).map_or(name.to_owned(), |s| pick(&s.zh, &s.en));
        let action = |name: &str| self.flow().action(name).map_or(name.to_owned(), |a| pick(&a.zh, &a.en));
        match (refusal, lang) {
            (Refusal::UnknownState { state }, Lang::Zh) => format!("流程中没有状态“{state}”"),
            (Refusal::UnknownState { state }, Lang::En) => format!("the flow has no state `{state}`"),
            (Refusal::UnknownAction { action }, Lang::Zh) => format!("流程中没有操作“{action}”"),
            (Refusal::UnknownAction { action }, Lang::En) => format!("the flow has no action `{action}`"),
            (Refusal::NotHere { action: a, state: s }, Lang::Zh) => {
                format!("当前状态为“{}”，不能执行“{}”", state(s), action(a))
            }
            (Refusal::NotHere { action: a, state: s }, Lang::En) => {
                format!("`{}` cannot be done while the order is `{}`", action(a), state(s))
            }
            (Refusal::Missing { action: a, needs }, _) => {
                let needs: Vec<&str> = needs.iter().map(|n| n.text(lang)).collect();
                match lang {
                    Lang::Zh => format!("执行“{}”还需提供：{}", action(a), needs.join("、")),
                    Lang::En => format!("`{}` still needs {}", action(a), needs.join(", ")),
                }
            }
        }
    }
}

impl Given {
    /// True if a need is met.
    pub fn has(&self, need: Need) -> bool {
        match need {
            Need::Note => self.note,
            Need::Files => self.files > 0,
            Need::Standard => self.standard,
            Need::Assignee => self.assignee,
            Need::Reason => self.reason,
        }
    }
}

impl Need {
    /// The name of the need.
    pub fn text(self, lang: Lang) -> &'static str {
        match (lang, self) {
            (Lang::Zh, Self::Note) => "说明",
            (Lang::Zh, Self::Files) => "照片或附件",
            (Lang::Zh, Self::Standard) => "立结案标准",
            (Lang::Zh, Self::Assignee) => "承办单位",
            (Lang::Zh, Self::Reason) => "理由",
            (Lang::En, Self::Note) => "a note",
            (Lang::En, Self::Files) => "a photo or file",
            (Lang::En, Self::Standard) => "a standard",
            (Lang::En, Self::Assignee) => "a unit to handle it",
            (Lang::En, Self::Reason) => "a reason",
        }
    }
}
