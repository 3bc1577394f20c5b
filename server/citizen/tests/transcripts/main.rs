//! What the residents' room promises, told at the HTTP edge and held on both engines.

mod client311;
#[path = "../../../orders/tests/transcripts/district.rs"]
#[expect(dead_code, reason = "the room of orders needs more of its district than this one")]
mod district;
mod resident;

mod follow;
mod joined;
mod limits;
mod map;
mod mine;
mod open311;
mod open311_lists;
mod open311_updates;
mod photos;
mod rating;
mod report;
mod urge;
