//! Citizen: reporting, following, urging and rating without an account.
//!
//! - **No account, no trace.** A case is followed by the token of its receipt or by its number with the end of the
//!   phone that was left; only a hash of the token is kept. Whatever does not match is not found, whether or not it
//!   exists, and wrong endings are counted so that they cannot be tried out.
//! - **Words first.** A report is taken in as it comes; pictures may follow until it has ended.
//! - **A second click is the same click**, on every write.
//! - **One's own page.** With a code from the window residents see what is known of them and who looked.
//! - **Plain words.** A resident reads what happened, by when it is promised and which office has it, never a person.
//!
//! Verbs: [`urge()`]; the others are of the room of orders. Every call is counted against its address.

mod files_api;
mod map_api;
mod mine;
mod near;
mod open311;
mod outline;
mod pass;
mod promise;
mod proof;
mod report_api;
mod simplify;
mod steps;
mod tiles;
mod track_api;
mod tracking;
mod urge;
mod visitor;

use axum::Router;
use platform::{App, Room};
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

pub use urge::urge;

const MIGRATIONS: &[Migration] = &[
    Migration { room: "citizen", name: "0001_citizen", sql: include_str!("../migrations/0001_citizen.sql") },
    Migration { room: "citizen", name: "0002_open311", sql: include_str!("../migrations/0002_open311.sql") },
];

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(map_api::router())
        .merge(report_api::router())
        .merge(track_api::router())
        .merge(files_api::router())
        .merge(mine::router())
}

/// This room, for the program that assembles the house.
pub fn room() -> Room {
    let outside: fn() -> Router<App> = || open311::router().merge(mine::tracker());
    Room { name: "citizen", migrations: MIGRATIONS, router, outside: Some(outside), jobs: Vec::new() }
}
