//! A room of the house, as the program assembles it: its tables, its routes, its jobs.

use axum::Router;
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::jobs::Handler;

/// What a room brings.
pub struct Room {
    pub name: &'static str,
    /// In the order in which they were written; rooms follow each other in the order of the house.
    pub migrations: &'static [Migration],
    /// Routes below `/api/v1`.
    pub router: fn() -> OpenApiRouter<App>,
    /// Routes elsewhere, which speak and refuse in a form of their own.
    pub outside: Option<fn() -> Router<App>>,
    /// Who does which kind of job.
    pub jobs: Vec<(&'static str, Handler)>,
}

/// The floor itself.
pub fn room() -> Room {
    const MIGRATIONS: &[Migration] = &[
        Migration { room: "platform", name: "0001_floor", sql: include_str!("../migrations/0001_floor.sql") },
        Migration {
            room: "platform",
            name: "0002_systems",
            sql: include_str!("../migrations/0002_systems.sql"),
        },
        Migration {
            room: "platform",
            name: "0003_webhooks",
            sql: include_str!("../migrations/0003_webhooks.sql"),
        },
        Migration {
            room: "platform",
            name: "0004_step_up",
            sql: include_str!("../migrations/0004_step_up.sql"),
        },
    ];
    Room {
        name: "platform",
        migrations: MIGRATIONS,
        router: crate::http::router,
        outside: None,
        jobs: Vec::new(),
    }
}

/// All tables of the house, the floor's first.
pub fn migrations(rooms: &[Room]) -> Vec<Migration> {
    rooms.iter().flat_map(|room| room.migrations).copied().collect()
}
