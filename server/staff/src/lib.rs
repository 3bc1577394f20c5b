//! Staff: organisations, posts and tenures; who serves which grid, and where somebody is missing.
//!
//! - Rights hang on posts; a person holds posts for a time, and a tenure that ended gives nothing.
//! - Every grid is served by two grid workers and two assistants, by one property contact where a property company
//!   serves, and by building heads; what is missing is reported, not hidden.
//! - Organisations attached to a grid are counted as bodies: a resident's record never says who belongs to what.
//!
//! Verbs: [`open_organisation`], [`set_quota`], [`open_post`], [`appoint`], [`relieve`], [`assign_grid_role`],
//! [`end_grid_role`], [`attach_body`]. Who may: `staff:edit` in the area concerned, `account:manage` for accounts.

mod api;
mod directory;
mod grid;
mod organisation;
mod post;
mod query;

use platform::Room;
use store::Migration;

pub use directory::Directory;
pub use grid::{BodyKind, GridBody, GridDuty, GridRole, assign_grid_role, attach_body, end_grid_role};
pub use organisation::{NewOrganisation, Organisation, OrganisationKind, open_organisation, set_quota};
pub use post::{NewPost, appoint, open_post, relieve};

const MIGRATIONS: &[Migration] =
    &[Migration { room: "staff", name: "0001_staff", sql: include_str!("../migrations/0001_staff.sql") }];

/// This room, for the program that assembles the house.
pub fn room() -> Room {
    Room { name: "staff", migrations: MIGRATIONS, router: api::router, jobs: Vec::new() }
}
