//! The floor that all rooms stand on.
//!
//! - **Two doors.** [`App::write`] runs a verb in one durable transaction that carries who asked, when and why, and
//!   refuses to commit without a ledger entry. [`App::read`] gives a steady view; lists start from the caller's scope.
//! - **The post is the principal.** Rights come from the post in use, decided by Cedar policies, denied by default.
//! - **Sealed fields.** What identifies a person is sealed by the [`vault`] and found only through blind indexes.
//! - **One voice.** Every error has a kind, a status and a sentence in the caller's language; ids are prefixed; lists page
//!   by cursor; creates are idempotent; edits carry the version that was read.
//! - Time, chance and ids are parameters: nothing below asks the machine for them.

mod accounts;
mod admission;
mod api_page;
mod app;
pub mod area_code;
mod assembly;
pub mod bootstrap;
mod call;
mod clock;
pub mod code;
pub mod config;
pub mod description;
mod door;
mod download;
mod error;
mod events;
mod extract;
mod feed;
mod feed_api;
pub mod files;
pub mod guesses;
pub mod http;
pub mod ids;
pub mod import;
pub mod jobs;
mod ledger_api;
pub mod limits;
pub mod number;
mod page;
pub mod policy;
pub mod posts;
mod principal;
mod proof;
mod request;
mod room;
mod scope;
pub mod secret;
mod sequencer;
mod session_api;
mod sessions;
pub mod sheet;
pub mod sign_in;
mod snapshot;
mod step_up;
pub mod systems;
#[cfg(any(test, feature = "test-support"))]
pub mod testing;
mod text;
pub mod uploads;
pub mod vault;
mod webhooks;
mod words;

pub use accounts::{Account, find_by_username, hash_password, open as open_account};
pub use admission::Admission;
pub use app::{App, Parts};
pub use area_code::{AreaCode, AreaLevel};
pub use assembly::assemble;
pub use call::{Call, IfMatch, OpenCall, Who};
pub use clock::{BEIJING_MS, Clock, Millis, Stopwatch};
pub use config::Config;
pub use door::{LedgerRow, Read, Write};
pub use download::{Download, PDF, XLSX};
pub use error::{Error, FieldProblem, Problem, ProblemField};
pub use events::{Event, Hub};
pub use extract::{Json, Path, Query};
pub use feed::{EventId, FeedDetail, FeedEvent};
pub use ledger_api::LedgerId;
pub use page::{List, Page};
pub use policy::{Caller, Policy, PostInUse, PostKind, Scope, Thing};
pub use proof::{Disproved, LedgerProof, Proven, ProvenEntry, check_proof, prove_entry};
pub use request::{InWords, Lang, RequestId};
pub use room::{Room, migrations, room};
pub use secret::Chance;
pub use sequencer::{Unverified, verify_ledger};
pub use snapshot::{Snapshot, Snapshots};
pub use step_up::HOLDS_MS as STEP_UP_HOLDS_MS;
pub use systems::{SystemCall, SystemInUse, SystemKind};
pub use text::Text;
pub use uploads::{FileId, FileOut};
pub use webhooks::{DeliveryId, WebhookId};
