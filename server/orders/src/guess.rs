//! What a report is likely about, from its words: offered with the words that say so, and never taken for anybody.
//!
//! - The model learns from the district's own closed cases, on this machine, at night and when it is asked to.
//! - Its accuracy is measured on the latest fifth of them, which it had not learned from, and shown beside every guess.
//! - It keeps no text: no digit, and no pair of characters that fewer than five cases have.

mod api;
mod model;
mod train;

pub(crate) use api::router;
pub(crate) use train::KIND;
pub(crate) use train::work;
pub use train::{train_guess, train_when_due};
