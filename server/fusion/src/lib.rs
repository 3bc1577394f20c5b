//! Data of the city comes down, is joined with what the street knows, and goes back corrected. Promises of this room:
//! - a batch is taken whole or leaves no trace but the ledger's; rows that cannot be read come back with their reason;
//! - a batch that is run twice changes nothing the second time;
//! - whoever is joined can be parted again, and nothing is lost either way;
//! - a claim reaches the owner of a value once, whatever breaks on the way.

mod apart;
mod batch;
mod batch_api;
mod burden;
mod claims;
mod columns;
mod fault;
pub mod forms;
mod glance;
mod kept;
mod merge;
mod merge_api;
mod parcels;
pub mod people;
mod pull;
mod receive;
mod review;
mod run;
mod sheet;
mod source;
mod source_api;
mod take;
mod workbook;

use platform::jobs::handler;
use platform::{App, Room};
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

pub use batch::{Batch, BatchId, BatchStage, BatchState};
pub use claims::{
    Claim, ClaimBasis, ClaimId, ClaimOutcome, ClaimState, NewClaim, SETTLE, answer_claim, make_claim,
};
pub use merge::{Merge, MergeId};
pub use review::{Reasons, ReviewAudit, ReviewId, ReviewPair, ReviewState};
pub use source::seed_sources;
pub use take::take_batch;

const MIGRATIONS: &[Migration] = &[
    Migration { room: "fusion", name: "0001_fusion", sql: include_str!("../migrations/0001_fusion.sql") },
    Migration { room: "fusion", name: "0002_batches", sql: include_str!("../migrations/0002_batches.sql") },
    Migration { room: "fusion", name: "0003_review", sql: include_str!("../migrations/0003_review.sql") },
    Migration { room: "fusion", name: "0004_forms", sql: include_str!("../migrations/0004_forms.sql") },
];

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(source_api::router())
        .merge(batch_api::router())
        .merge(merge_api::router())
        .merge(review::router())
        .merge(review::audit_router())
        .merge(claims::router())
        .merge(claims::owner_router())
        .merge(burden::router())
        .merge(forms::router())
}

/// What this room brings to the program.
pub fn room() -> Room {
    Room {
        name: "fusion",
        migrations: MIGRATIONS,
        router,
        outside: None,
        jobs: vec![
            (run::MIND, handler(run::mind)),
            (SETTLE, handler(claims::settle_work)),
            (parcels::SEND, handler(parcels::work)),
        ],
    }
}
