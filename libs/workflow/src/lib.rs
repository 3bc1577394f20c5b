//! Flows as data: states, actions, rights and clocks, checked before use; then which action is allowed, and
//! what it leads to.
//!
//! A [`Flow`] is what an authority writes; a [`CheckedFlow`] is the only thing that decides. What holds of a
//! checked flow:
//! - every state can be reached from the start, and from every state an end can be reached;
//! - every action can be done by someone;
//! - no clock is left running, or paused for ever, when an end is reached.
//!
//! The caller checks the right of the actor and keeps the clocks; this crate says which right and which effect.

mod change;
mod check;
mod clocks;
mod decide;
mod finding;
mod flow;
mod replay;

pub use change::{Change, Kind, changes};
pub use check::CheckedFlow;
pub use decide::{Decision, Given, Refusal};
pub use finding::{Finding, Lang, Part};
pub use flow::{Action, Clock, ClockEffect, Effect, Flow, Need, State, StateKind};
pub use replay::{Difference, Run, Status, Taken, Walked, replay};
