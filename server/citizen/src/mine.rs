//! My information: what residents see of themselves, who looked, and what they ask back.
//!
//! - **A code from the window, a pass for half an hour.** The code is checked against a keyed hash; the pass is a sealed
//!   text in a header, so that nothing of it stays in the browser. An unknown number and a wrong code are one answer.
//! - **Everything that is known, with where it came from.** Values in clear, to the person alone; others of the household
//!   stay masked.
//! - **Every look, or its lawful delay.** A look is shown with the post and the purpose, never with a name; whoever was
//!   listed beside somebody else is not told that one's matter. Each can be proved, asked about, and taken home.
//!
//! An external identity provider would take the place of [`sign_in`] alone: whoever it vouches for gets the same pass.

mod asks;
mod asks_api;
mod card;
mod export;
mod export_api;
mod looks;
mod looks_api;
mod me;
mod pass;
mod printed;
mod sign_in;
mod tracker;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use tracker::router as tracker;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(sign_in::router())
        .merge(card::router())
        .merge(looks_api::router())
        .merge(asks_api::router())
        .merge(export_api::router())
}
