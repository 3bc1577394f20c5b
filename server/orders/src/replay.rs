//! Last quarter's orders walked through a draft of their flow, before it is published.
//!
//! - Each order takes the steps that it took, at the moments at which it took them; the walk ends at the first step that the
//!   draft refuses. Differences are counted in groups, each with some of its orders.
//! - A deadline differs when a clock starts or pauses elsewhere and the limit, counted by today's rules and calendar, then
//!   ends at another moment.
//! - What a draft would have made people do instead, nobody knows; nothing is guessed.

mod api;
mod group;
mod run;
mod walk;

pub(crate) use api::router;
pub(crate) use run::{KIND, work};
