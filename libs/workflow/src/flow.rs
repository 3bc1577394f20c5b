//! What an authority writes down.

use serde::{Deserialize, Serialize};

/// A flow of one kind of order, in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// A stable name such as `city-case`.
    pub id: String,
    /// Raised with every change; orders keep the version they began with.
    pub version: u32,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Where an order can stand.
    pub states: Vec<State>,
    /// What can be done.
    pub actions: Vec<Action>,
    /// What is timed.
    #[serde(default)]
    pub clocks: Vec<Clock>,
    /// What the opening of an order does to the clocks.
    #[serde(default)]
    pub opening: Vec<ClockEffect>,
}

/// Where an order can stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// A name unique among the states.
    pub name: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Its place in the flow.
    pub kind: StateKind,
}

/// The place of a state in its flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// Where every order begins; exactly one.
    Start,
    /// Someone has to do the work.
    Open,
    /// The work is done or stands still, and someone else has to confirm or decide.
    Waiting,
    /// An end; an action may still lead out of it, such as reopening.
    Terminal,
}

/// Something that moves an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// A name unique among the actions.
    pub name: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The states it can be done in.
    pub from: Vec<String>,
    /// The state it leads to.
    pub to: String,
    /// The right that the post in use must carry, such as `order:accept`.
    pub right: String,
    /// What must come with it.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What it does to the clocks.
    #[serde(default)]
    pub clocks: Vec<ClockEffect>,
}

/// What must come with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A note on what was done.
    Note,
    /// At least one file, such as a photo.
    Files,
    /// The standard that the order is opened by.
    Standard,
    /// The organisation or post that it goes to.
    Assignee,
    /// The reason for a step back or an end without a result.
    Reason,
}

/// Something that is timed, such as the handling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// A name unique among the clocks.
    pub name: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// What happens to one clock.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockEffect {
    /// The clock's name.
    pub clock: String,
    /// What happens to it.
    pub effect: Effect,
}

/// What can happen to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It runs from now, with a full limit.
    Start,
    /// It stands still.
    Pause,
    /// It runs on with what is left.
    Resume,
    /// It runs from now with a full limit, whatever ran before.
    Restart,
    /// Paused, it resumes for the same unit and restarts for another; otherwise it starts. The caller knows the
    /// unit.
    ResumeOrRestart,
    /// It is over.
    Stop,
}

impl Flow {
    /// The state of a name.
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|s| s.name == name)
    }

    /// The action of a name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|a| a.name == name)
    }

    /// The clock of a name.
    pub fn clock(&self, name: &str) -> Option<&Clock> {
        self.clocks.iter().find(|c| c.name == name)
    }
}
