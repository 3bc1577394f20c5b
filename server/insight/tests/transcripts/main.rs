//! What the room of numbers promises, told at the HTTP edge and held on both engines.

#[path = "../../../orders/tests/transcripts/district.rs"]
#[expect(dead_code, reason = "the room of orders needs more of its district than this one")]
mod district;

mod board;
mod lists;
mod month;
mod printouts;
mod recount;
mod scope;
