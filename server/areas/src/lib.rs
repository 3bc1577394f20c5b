//! Areas: divisions, grids and their boundaries.
//!
//! A district is divided into streets, these into communities, these into grids. Promises of this room:
//! - a code is kept as the authority wrote it, is never reused and never guessed;
//! - every point of the district belongs to exactly one grid, the same one each time it is asked;
//! - a changed grid is closed with its successors named, so that old cases keep their old grid.

pub mod boundary;

pub mod divisions;
pub mod geo_json;
pub mod locate;
pub mod position;
mod rings;
mod validity;

pub use boundary::Boundary;
pub use platform::area_code::{AreaCode, AreaLevel, CodeError};
pub use locate::AreaIndex;
pub use platform::sheet;
pub use position::Position;
