//! What the residents' room promises, told at the HTTP edge and held on both engines.

#[path = "../../../orders/tests/transcripts/district.rs"]
#[expect(dead_code, reason = "the room of orders needs more of its district than this one")]
mod district;
mod client311;
mod resident;

mod follow;
mod limits;
mod joined;
mod map;
mod open311;
mod open311_lists;
mod open311_updates;
mod photos;
mod rating;
mod report;
mod urge;
