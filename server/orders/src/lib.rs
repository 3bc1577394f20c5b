//! Orders: intake, triage, dispatch by standard, handling, verification, closing, rating.
//!
//! What this room promises:
//! - **The flow decides, the post may.** A step is taken when the order's own version of the flow allows it and the
//!   policy allows it to the post in use; nothing else moves an order.
//! - **History is kept.** Steps are only added. A second click is the same click; of two who act at once, the second
//!   is told what the first did.
//! - **Clocks explain themselves.** A deadline is a function of start, limit, rules, calendar and pauses. Returned to
//!   the same unit a clock resumes, to another it starts anew. That it was late is entered and never taken away.
//! - **A list costs what it shows.** Lists start from the caller's scope and take a fixed number of statements.
//! - **Whom to call is sealed**, found only through blind indexes and shown only for a stated purpose.
//!
//! Verbs: [`report()`], [`step()`], [`rate`], [`comment`], [`watch`], [`reveal`]. Who may: the right that the flow names for
//! each action, such as `order:dispatch`; a resident reports and rates without an account.
//!
//! Everything that can be computed is computed before the transaction ([`draft`], [`decide()`]); the transaction only
//! writes: the order by its version, the step, the clocks, the rollup, the ledger entry, the news.

mod api;
mod around;
mod books;
mod clock;
mod contact;
mod counts;
mod decide;
mod detail;
mod follow;
mod follow_api;
mod import_api;
mod inbox;
mod order;
mod photos;
mod present;
mod query;
mod report;
mod rollup;
mod sheet;
mod step;
mod step_api;
mod suggest;
mod take_step;
mod tally;
mod timing;
mod tracking;
mod view;
mod wire;
mod words;

use platform::Room;
use store::Migration;

pub use around::around;
pub use books::{Books, FLOW, RULES, books};
pub use clock::{ClockPause, ClockRun, Reckoning, counts_working_time};
pub use contact::{Contact, ContactRow, masked, reveal};
pub use counts::day_of;
pub use decide::{Decided, StepInput, decide};
pub use follow::{Comment, comment, rate, watch};
pub use order::{Order, OrderId};
pub use photos::{REPORT_PHOTOS, add_photos};
pub use query::{
    by_number, clocks_of, file_of, files_of, find, get_visible, last_step, nearby, steps_of,
    streets_of_number,
};
pub use report::{Draft, NewOrder, draft, report};
pub use rollup::{DayCount, Standing, day_counts, standing};
pub use step::{Actor, OrderFile, Step};
pub use suggest::{standard_for, suggest};
pub use take_step::step;
pub use timing::Clocks;
pub use tracking::{Proof, admits, issue};
pub use wire::{OrderEvent, Suggestion};
pub use words::{Act, Action, ClockKind, Light, Role, Source, State};

const MIGRATIONS: &[Migration] = &[
    Migration { room: "orders", name: "0001_orders", sql: include_str!("../migrations/0001_orders.sql") },
    Migration { room: "orders", name: "0002_dispatch", sql: include_str!("../migrations/0002_dispatch.sql") },
];

/// This room, for the program that assembles the house.
pub fn room() -> Room {
    Room { name: "orders", migrations: MIGRATIONS, router: api::router, outside: None, jobs: Vec::new() }
}
