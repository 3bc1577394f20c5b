//! Areas in numbers: people by age and sex, households, dwellings by usage, units; on any day, and how it went.

mod api;
mod census;
mod load;
mod printout;
mod rounded;
#[cfg(test)]
mod tests;

pub(crate) use api::router;
pub use census::{Census, lies_in};
pub use rounded::Rounded;
