//! One's own page, who looked, and what is asked back.

mod copy;
mod corrections;
mod delays;
mod page;
mod scene;
mod tracker;
