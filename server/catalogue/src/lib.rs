//! Catalogue: duty items, case classes with their standards, flows, calendars and rule sets.
//!
//! All of it is shared by the district and versioned:
//! - nothing is deleted; an entry that a new sheet no longer holds is retired and stays readable for what cites it;
//! - a sheet speaks for the classes that it names; a sheet with bad rows changes what its good rows say and retires
//!   nothing; every bad row is named with its reason, and a limit that cannot be read is a bad row, never a guess;
//! - a flow decides only after it was checked against the rights that policies grant; orders keep the version that
//!   they began with;
//! - a holiday notice that replaces another is a new edition beside the old one.
//!
//! Verbs: [`import_duties`], [`import_classes`], [`import_standards`], [`publish_flow`], [`publish_calendar`],
//! [`publish_rules`], [`set_clock_limit`], [`seed()`]. Who may: `catalogue:edit` for the district; `catalogue:read` is
//! for every post.

mod api;
mod calendar;
mod class;
mod class_sheet;
mod columns;
mod deadline;
mod draft;
mod draft_api;
mod duty;
mod duty_sheet;
mod flow;
mod import;
mod out;
mod query;
mod revision;
mod rules;
mod seed;
mod snapshot;
mod standard;
mod standard_sheet;
pub mod vocabulary;

use platform::Room;
use store::Migration;

pub use calendar::{RECALENDAR, publish_calendar};
pub use class::{CaseClass, Category};
pub use class_sheet::ClassSheet;
pub use deadline::{Due, deadline};
pub use draft::{Draft, DraftId, get_draft};
pub use duty::{COMMUNITY, Duty, DutyLevel};
pub use duty_sheet::DutySheet;
pub use flow::publish_flow;
pub use import::{import_classes, import_duties, import_standards};
pub use revision::Counts;
pub use rules::{publish_rules, set_clock_limit};
pub use seed::seed;
pub use snapshot::Catalogue;
pub use standard::{Standard, StandardId};
pub use standard_sheet::{Organisations, StandardSheet};

const MIGRATIONS: &[Migration] = &[
    Migration {
        room: "catalogue",
        name: "0001_catalogue",
        sql: include_str!("../migrations/0001_catalogue.sql"),
    },
    Migration { room: "catalogue", name: "0002_drafts", sql: include_str!("../migrations/0002_drafts.sql") },
    Migration {
        room: "catalogue",
        name: "0003_duty_classes",
        sql: include_str!("../migrations/0003_duty_classes.sql"),
    },
];

/// This room, for the program that assembles the house.
pub fn room() -> Room {
    Room { name: "catalogue", migrations: MIGRATIONS, router: api::router, outside: None, jobs: Vec::new() }
}
