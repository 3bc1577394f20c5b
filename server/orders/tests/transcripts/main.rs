//! What the room of orders promises, told at the HTTP edge and held on both engines.

mod district;

mod clocks;
mod import;
mod life;
mod lists;
mod privacy;
mod races;
mod refusals;
mod rollup;
mod scope;
mod walk;
