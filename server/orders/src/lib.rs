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

mod act_name;
mod api;
mod around;
mod books;
mod clock;
mod clocks;
mod contact;
mod counts;
mod decide;
mod detail;
mod dispatch;
mod exempt;
mod export;
mod follow;
mod follow_api;
mod guess;
mod happened;
mod inbox;
mod intake;
mod lists;
mod measure;
mod order;
mod paper_api;
mod photos;
mod present;
mod printed;
mod query;
mod replay;
mod report;
mod rollup;
mod slip;
mod step;
mod step_api;
mod suggest;
mod take_step;
mod tally;
mod timing;
mod tracking;
mod verdict;
mod view;
mod wire;
mod words;

use platform::Room;
use platform::jobs::handler;
use store::Migration;

pub use around::around;
pub use books::{Books, FLOW, RULES, books};
pub use clock::{ClockPause, ClockRun, Reckoning, counts_working_time};
pub use clocks::{Asked, RequestId, ask, endorse, escalate, resume, settle, supervise};
pub use contact::{Contact, ContactRow, masked, reveal};
pub use counts::{count_laid_in, day_of};
pub use decide::{Decided, StepInput, decide};
pub use dispatch::decision::Past;
pub use dispatch::obligation::{Obligation, finish as finish_help, obligations_of, sign as sign_help};
pub use dispatch::wire::ObligationId;
pub use exempt::{exempt, exempt_late};
pub use follow::{Comment, comment, rate, watch};
pub use guess::{train_guess, train_when_due};
pub use happened::{Happening, Span, Within, happened};
pub use intake::{add_follower, confidential, followers, main_of};
pub use lists::{counted, listed};
pub use measure::{Judged, Measure, Outcome};
pub use order::{Order, OrderId};
pub use photos::{REPORT_PHOTOS, add_photos};
pub use printed::printed;
pub use query::{
    by_number, clocks_of, file_of, files_of, find, get_visible, last_step, nearby, steps_of,
    streets_of_number,
};
pub use report::{Draft, NewOrder, draft, report};
pub use rollup::{DayCount, Standing, Tallied, day_counts, standing, tallied};
pub use step::{Actor, OrderFile, Step};
pub use suggest::{standard_for, suggest};
pub use take_step::step;
pub use timing::Clocks;
pub use tracking::{Proof, admits, issue};
pub use verdict::Verdict;
pub use view::{ListQuery, View};
pub use wire::{OrderEvent, OrderRowOut, Suggestion};
pub use words::{Act, Action, ClockKind, Light, RequestKind, Role, Source, State};

const MIGRATIONS: &[Migration] = &[
    Migration { room: "orders", name: "0001_orders", sql: include_str!("../migrations/0001_orders.sql") },
    Migration { room: "orders", name: "0002_dispatch", sql: include_str!("../migrations/0002_dispatch.sql") },
    Migration {
        room: "orders",
        name: "0003_dispatch_desk",
        sql: include_str!("../migrations/0003_dispatch_desk.sql"),
    },
    Migration { room: "orders", name: "0004_clocks", sql: include_str!("../migrations/0004_clocks.sql") },
    Migration { room: "orders", name: "0005_intake", sql: include_str!("../migrations/0005_intake.sql") },
    Migration { room: "orders", name: "0006_rollup", sql: include_str!("../migrations/0006_rollup.sql") },
    Migration { room: "orders", name: "0007_guess", sql: include_str!("../migrations/0007_guess.sql") },
    Migration { room: "orders", name: "0008_replay", sql: include_str!("../migrations/0008_replay.sql") },
];

/// This room, for the program that assembles the house.
pub fn room() -> Room {
    let mut jobs = vec![(guess::KIND, handler(guess::work)), (replay::KIND, handler(replay::work))];
    jobs.extend(clocks::jobs());
    Room { name: "orders", migrations: MIGRATIONS, router: api::router, outside: None, jobs }
}
