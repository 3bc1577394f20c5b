//! The dispatch desk: under which duty a case goes to whom, who helps, who is called to the place, and who decides when
//! two units disagree.
//!
//! - A case goes out under a sub-item of the duty list and a standard; nothing outside its list goes to a community.
//! - One unit leads, any number help, each with an obligation, a clock and evidence of its own. The lead cannot report
//!   the case done while a helper has not finished.
//! - A unit gives a case back once, naming the clause. A ruling names who has it; that unit cannot give it back, and if it
//!   was the one that did, the time since then counts against it.

pub(crate) mod act;
pub(crate) mod attendance;
mod attendance_api;
mod batch;
pub(crate) mod decision;
pub(crate) mod listed;
pub(crate) mod obligation;
mod obligation_api;
pub(crate) mod offers;
pub(crate) mod present;
pub(crate) mod ruling;
mod ruling_api;
pub(crate) mod wire;

pub(crate) use obligation_api::{must_see, shown};

use platform::App;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(batch::router())
        .merge(obligation_api::router())
        .merge(attendance_api::router())
        .merge(ruling_api::router())
}
