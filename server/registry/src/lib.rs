//! Residents and dwellings, tied together. Promises of this room:
//! - nobody is read without a right, a purpose and a trace that the resident can see ([`look`]);
//! - numbers are sealed, found only through blind indexes, and masked unless a reveal was asked for ([`mask`]);
//! - a value is derived from what sources said, and says which, when, and by which rule it won ([`survive`]);
//! - who lived where is kept in two times: when it was true, and when we knew it ([`Residence`]);
//! - a street owns its residents; moving to another is a hand-over that both confirm.

mod business;
pub mod fused;
mod household;
pub mod look;
pub mod mask;
mod place;
pub mod purpose;
mod record;
mod resident;
mod residence;
mod site;
mod statistics;
pub mod survive;
mod words;

use platform::{App, Room};
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

pub use business::{Unit, UnitId};
pub use household::{Household, HouseholdId, Member};
pub use place::{Building, BuildingId, Dwelling, DwellingId};
pub use record::{OWN, Record, RecordId, Said, Source, SourceId};
pub use resident::{Identifier, OPEN, Resident, ResidentId, number_index};
pub use residence::{Residence, ResidenceId};
pub use site::Site;
pub use statistics::{Census, Rounded};
pub use words::{Group, How, IdentifierKind, ResidenceKind, ResidentState, Sex, Usage};

const MIGRATIONS: &[Migration] = &[Migration {
    room: "registry",
    name: "0001_registry",
    sql: include_str!("../migrations/0001_registry.sql"),
}];

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(statistics::router())
}

/// What this room brings to the program.
pub fn room() -> Room {
    Room {
        name: "registry",
        migrations: MIGRATIONS,
        router,
        outside: None,
        jobs: Vec::new(),
    }
}
