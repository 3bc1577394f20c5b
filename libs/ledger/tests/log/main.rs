//! The promises of a log, kept on real files.

mod bed;
mod damage;
mod round_trip;
