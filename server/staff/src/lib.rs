//! Staff: organisations, posts and tenures; who serves which grid, and where somebody is missing.
//!
//! - Rights hang on posts; a person holds posts for a time, and a tenure that ended gives nothing.
//! - Nobody decides on their own posts, and who keeps the lists does not choose who opens accounts or reads the ledger.
//! - A person holds a post once at a time; a closed post keeps its history and takes nobody.
//! - Every grid is served by two grid workers and two assistants, by one property contact where a property company
//!   serves, and by building heads; what is missing is reported, not hidden.
//! - Organisations attached to a grid are counted as bodies: a resident's record never says who belongs to what.
//!
//! Verbs: [`open_organisation`], [`set_quota`], [`open_post`], [`close_post`], [`appoint`], [`relieve`],
//! [`assign_grid_role`], [`end_grid_role`], [`attach_body`]. Who may: `staff:edit` in the area concerned;
//! `account:manage` for accounts and for the posts of administrators and auditors.

mod account_api;
mod api;
mod directory;
mod form;
mod grid;
mod grid_api;
mod organisation;
mod organisation_api;
mod post;
mod query;
mod vacancy;

use platform::Room;
use store::Migration;

pub use directory::Directory;
pub use grid::{
    BodyKind, GridBody, GridDuty, GridDutyId, GridRole, assign_grid_role, attach_body, end_grid_role,
};
pub use organisation::{NewOrganisation, Organisation, OrganisationKind, open_organisation, set_quota};
pub use post::{NewPost, TenureId, appoint, close_post, open_post, relieve};

const MIGRATIONS: &[Migration] = &[
    Migration { room: "staff", name: "0001_staff", sql: include_str!("../migrations/0001_staff.sql") },
    Migration {
        room: "staff",
        name: "0002_one_tenure",
        sql: include_str!("../migrations/0002_one_tenure.sql"),
    },
];

/// This room, for the program that assembles the house.
pub fn room() -> Room {
    Room { name: "staff", migrations: MIGRATIONS, router: api::router, outside: None, jobs: Vec::new() }
}
