//! Insight: the numbers of the day by street, community and department, the trend, and the load of the grids.
//!
//! - Numbers of a day come from the rollup that orders keep in the transaction that writes them: they include this
//!   minute, and a million orders cost no more than a day's rows.
//! - `open` and `late` are what stands now, whatever day is asked for; a rate comes with what it is a rate of, and
//!   without a denominator there is none.
//! - Everything is cut to the caller's scope. Who may: `insight:read`.

mod api;
mod day;
mod view;

/// This room, for the program that assembles the house.
pub fn room() -> platform::Room {
    platform::Room { name: "insight", migrations: &[], router: api::router, jobs: Vec::new() }
}
