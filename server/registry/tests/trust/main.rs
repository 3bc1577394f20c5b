//! Who may look at whom, told at the HTTP edge and held on both engines. The names are those of the acceptance tests.

mod town;

mod cards;
mod exports;
mod finding;
mod kin;
mod oracle;
mod public_lists;
mod reveals;
mod volume;
mod walls;
