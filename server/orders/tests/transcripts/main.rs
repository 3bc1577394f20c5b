//! What the room of orders promises, told at the HTTP edge and held on both engines.

mod any_actions;
mod arbitration;
mod clocks;
mod district;
mod failures;
mod guess;
mod helpers;
mod import;
mod intake;
mod join;
mod life;
mod lists;
mod lists_of_duties;
mod minded;
mod printouts;
mod privacy;
mod races;
mod recalendar;
mod refusals;
mod replay;
mod requests;
mod rollup;
mod scope;
mod walk;
