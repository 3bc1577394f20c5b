//! Data of the city comes down, is joined with what the street knows, and goes back corrected. Promises of this room:
//! - a batch is taken whole or leaves no trace but the ledger's; rows that cannot be read come back with their reason;
//! - a batch that is run twice changes nothing the second time;
//! - whoever is joined can be parted again, and nothing is lost either way;
//! - a claim reaches the owner of a value once, whatever breaks on the way.

use platform::Room;
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

const MIGRATIONS: &[Migration] = &[Migration {
    room: "fusion",
    name: "0001_fusion",
    sql: include_str!("../migrations/0001_fusion.sql"),
}];

/// What this room brings to the program.
pub fn room() -> Room {
    Room {
        name: "fusion",
        migrations: MIGRATIONS,
        router: OpenApiRouter::new,
        outside: None,
        jobs: Vec::new(),
    }
}
