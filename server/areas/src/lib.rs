//! Areas: divisions, grids and their boundaries.
//!
//! A district is divided into streets, these into communities, these into grids. Promises of this room:
//! - a code is kept as the authority wrote it, is never reused and never guessed;
//! - every point of the district belongs to exactly one grid, the same one each time it is asked;
//! - a changed grid is closed with its successors named, so that old cases keep their old grid.

mod area;
mod boundary;
mod directory;
mod divisions;
mod geo_json;
mod layer;
mod locate;
mod naming;
mod position;
mod rings;
mod road;
mod search;
mod validity;

use platform::{App, Room};
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

pub use area::{Area, AreaKind, AreaRow};
pub use boundary::{Boundary, BoundaryError, MAX_VERTICES};
pub use directory::Directory;
pub use divisions::{Division, Divisions};
pub use geo_json::{AreaBoundary, BoundaryFile};
pub use layer::Layer;
pub use locate::{AreaIndex, SEAM_METRES};
pub use naming::{initials, romanise, short};
pub use platform::area_code::{AreaCode, AreaLevel, CodeError};
pub use position::{Extent, Position, PositionError};
pub use road::{Place, PlaceKind};

/// What this room brings to the program.
pub fn room() -> Room {
    const MIGRATIONS: &[Migration] =
        &[Migration { room: "areas", name: "0001_areas", sql: include_str!("../migrations/0001_areas.sql") }];
    Room { name: "areas", migrations: MIGRATIONS, router, jobs: Vec::new() }
}

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
