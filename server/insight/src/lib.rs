//! Insight: the numbers of the day, the trend and the load of the grids; indicators, and the scores of departments.
//!
//! - Numbers of days come from the rollup that orders keep in the transaction that writes them: they include this
//!   minute, and a million orders cost no more than some days' rows. Each opens exactly the list of its cases.
//! - `open` and `late` are what stands now, whatever day is asked for; a rate comes with what it is a rate of, and
//!   without a denominator there is none.
//! - Indicators and scorecards are data in versions. No indicator counts fines.
//! - A frozen month keeps its formulas, calendar, cases and digits; computed again it gives the same digits. An upheld
//!   objection exempts its case and adds a revision; nothing changes what was frozen.
//! - Everything is cut to the caller's scope. Who may: `insight:read`; a steward publishes (`insight:score`) and freezes
//!   (`insight:freeze`), a department's head objects (`insight:object`), chief and leader decide (`insight:judge`).
//!
//! Verbs: publish an indicator or a scorecard, freeze, object, decide.

mod api;
mod bulletin;
mod case_api;
mod day;
mod freeze;
mod freeze_api;
mod freeze_sheet;
mod handover;
mod indicator;
mod indicator_api;
mod objection;
mod paper_api;
mod rate;
mod recompute;
mod score;
mod scorecard;
mod scorecard_api;
mod view;

use platform::App;
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

const MIGRATIONS: &[Migration] =
    &[Migration { room: "insight", name: "0001_scores", sql: include_str!("../migrations/0001_scores.sql") }];

fn router() -> OpenApiRouter<App> {
    api::router()
        .merge(indicator_api::router())
        .merge(case_api::router())
        .merge(scorecard_api::router())
        .merge(freeze_api::router())
        .merge(paper_api::router())
}

/// This room, for the program that assembles the house.
pub fn room() -> platform::Room {
    platform::Room { name: "insight", migrations: MIGRATIONS, router, outside: None, jobs: Vec::new() }
}
