//! Areas: divisions, grids and their boundaries.
//!
//! A district is divided into streets, these into communities, these into grids. Promises of this room:
//! - a code is kept as the authority wrote it, is never reused and never guessed;
//! - every point of the district belongs to exactly one grid, the same one each time it is asked;
//! - a changed grid is closed with its successors named, so that old cases keep their old grid.
//!
//! Verbs: [`import_divisions()`], [`put_boundaries()`], [`put_landmarks()`], [`open_grids`], [`split`], [`merge`],
//! [`rename()`]. Who may: `area:edit` in the area concerned; every post reads. Other rooms read the [`Directory`].

mod api;
mod area;
mod boundary;
mod coverage;
mod cut;
mod directory;
mod divisions;
mod edit_api;
mod geo_json;
mod grids;
mod import_divisions;
mod layer;
mod locate;
mod naming;
mod out;
mod position;
mod put_boundaries;
mod put_landmarks;
mod rename;
mod rings;
mod road;
mod search;
mod validity;

use platform::Room;
use store::Migration;

pub use area::{Area, AreaKind, AreaRow};
pub use boundary::{Boundary, BoundaryError, MAX_VERTICES};
pub use coverage::{CheckedBoundaries, SLIVER_SQUARE_METRES, check_boundaries};
pub use cut::CutError;
pub use directory::Directory;
pub use divisions::{Division, Divisions, Problem};
pub use geo_json::{AreaBoundary, BoundaryFile, FeatureProblem, GeoJsonError};
pub use grids::{NewGrid, NewPart, merge, open_grid, open_grids, split};
pub use import_divisions::{DivisionChanges, import_divisions, plan_import};
pub use layer::Layer;
pub use locate::{AreaIndex, SEAM_METRES};
pub use naming::{initials, romanise, short};
pub use platform::area_code::{AreaCode, AreaLevel, CodeError};
pub use position::{Extent, Position, PositionError};
pub use put_boundaries::put_boundaries;
pub use put_landmarks::{NewPlace, NewRoad, put_landmarks};
pub use rename::rename;
pub use road::{Place, PlaceKind};

/// What this room brings to the program.
pub fn room() -> Room {
    const MIGRATIONS: &[Migration] =
        &[Migration { room: "areas", name: "0001_areas", sql: include_str!("../migrations/0001_areas.sql") }];
    Room { name: "areas", migrations: MIGRATIONS, router: api::router, outside: None, jobs: Vec::new() }
}
