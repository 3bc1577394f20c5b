//! Intake: what other desks and other programs report, and reports of one and the same case.
//!
//! - **No file is lost.** Every row of a sheet is taken or named with its reason, and the rows that were not taken come
//!   back as a sheet with a column more.
//! - **A number is taken once.** A ticket or an event that is sent again is answered with the order that it became.
//! - **Joined is not forgotten.** Whoever reported what is joined follows the order that goes on.

mod columns;
mod import_api;
mod join;
mod mapping;
mod mapping_api;
mod push_api;
mod rows;
mod sheet;
mod ticket;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

pub use join::{add_follower, followers, main_of};
pub(crate) use join::{check as check_join, follow};
pub use ticket::confidential;
pub(crate) use ticket::{TicketOut, is_confidential, ticket_of};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(import_api::router()).merge(mapping_api::router()).merge(push_api::router())
}
