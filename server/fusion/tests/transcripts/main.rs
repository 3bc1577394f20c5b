//! What the room of fusion promises, told at the HTTP edge and held on both engines.

mod contracts;
mod crowd;
mod owner;
mod pairs;

mod bad_files;
mod batches;
mod bulk;
mod claims;
mod disk;
mod forms;
mod merges;
mod review;
mod undoing;
