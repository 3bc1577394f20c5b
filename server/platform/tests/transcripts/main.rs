//! What the floor promises, told at the HTTP edge and held on both engines.

mod scene;

mod admission;
mod bootstrap;
mod creates;
mod feed;
mod foreign_pages;
mod jobs;
mod news;
mod passwords;
mod pictures;
mod posts;
mod problems;
mod second_factor;
mod sessions;
mod sign_in;
mod step_up;
mod systems;
mod vital_signs;
mod webhooks;
