//! What the room of staff promises, told at the HTTP edge and held on both engines.

mod town;

mod accounts;
mod grids;
mod lists;
mod posts;
mod refusals;
