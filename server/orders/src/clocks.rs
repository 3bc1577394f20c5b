//! The clocks of orders and who minds them: requests for time, supervision, escalation, and calendars that change.
//!
//! - A unit asks for a pause, more time, leave to park, or an exemption; its head endorses what a handler asks, the street
//!   decides, and nobody decides what they asked or endorsed themselves.
//! - An extension adds the limit once more, at most twice and before the deadline passed. Parking is granted once, for up
//!   to a year, and ends by itself. An exemption comes after closing and leaves the overdue fact where it is.
//! - What is nearly due, late, and late by half is told up the post tree, each once for a run of a clock.
//! - A deadline moves when a calendar is published only through the recomputation that enters it in the history.

pub(crate) mod ask;
pub(crate) mod decision;
pub(crate) mod escalation;
mod escalation_job;
pub(crate) mod mark;
mod pausing;
pub(crate) mod present;
mod preview;
pub(crate) mod recalendar;
pub(crate) mod request;
mod request_api;
pub(crate) mod supervision;
pub(crate) mod views;
mod watch_api;
pub(crate) mod wire;

use platform::App;
use platform::jobs::{Handler, handler};
use utoipa_axum::router::OpenApiRouter;

pub use ask::{Asked, ask, endorse};
pub use decision::settle;
pub use escalation_job::escalate;
pub use pausing::resume;
pub use supervision::supervise;
pub use wire::RequestId;

pub(crate) fn jobs() -> Vec<(&'static str, Handler)> {
    vec![
        (pausing::WAKE, handler(pausing::wake_at_last)),
        (pausing::RESUME, handler(pausing::resume_at_last)),
        (catalogue::RECALENDAR, handler(recalendar::work)),
    ]
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(request_api::router()).merge(watch_api::router()).merge(preview::router())
}
