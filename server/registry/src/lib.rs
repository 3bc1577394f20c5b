//! Residents and dwellings, tied together. Promises of this room:
//! - nobody is read without a right, a purpose and a trace that the resident can see ([`look`]);
//! - numbers are sealed, found only through blind indexes, and masked unless a reveal was asked for ([`mask`]);
//! - a value is derived from what sources said, and says which, when, and by which rule it won ([`survive`]);
//! - who lived where is kept in two times: when it was true, and when we knew it ([`Residence`]);
//! - a street owns its residents; moving to another is a hand-over that both confirm.

mod access;
mod access_api;
mod alarm_api;
mod build;
mod business;
mod card;
mod community;
mod community_api;
pub mod correction;
mod correction_api;
mod days;
pub mod delay;
mod delay_api;
mod depart;
mod derive;
mod dwell;
mod dwelling_api;
mod export;
mod export_api;
mod export_sheet;
mod find;
mod find_api;
mod form;
mod found;
pub mod fused;
mod hand_over;
mod hand_over_api;
mod household;
mod household_api;
mod keep_house;
mod keep_unit;
mod kin;
mod kind;
pub mod look;
pub mod mask;
mod measure;
pub mod myself;
mod own;
mod person_api;
mod place;
mod place_api;
mod provenance;
pub mod publicity;
pub mod purpose;
mod record;
mod register;
mod residence;
mod residence_api;
mod resident;
mod resident_api;
mod retention;
mod reveal;
mod sensitive;
mod sensitive_api;
mod settle;
mod site;
mod sources;
mod statistics;
mod stay;
mod survey;
pub mod survive;
mod unit_api;
mod watermark;
mod whereabouts;
mod words;

use platform::{App, Room};
use store::Migration;
use utoipa_axum::router::OpenApiRouter;

pub use access::{ResidentKey, missed, with_number};
pub use business::{Unit, UnitId};
pub use community::{Community, OpenCommunities, is_open, set_open};
pub use correction::{Correction, CorrectionId, CorrectionKind, Outcome, Wish, corrections_of};
pub use delay::{Delay, DelayId};
pub use derive::{Heard, derive, derive_by, records_of};
pub use dwell::dwelling_for;
pub use household::{Household, HouseholdId, Member};
pub use measure::{Alarm, AlarmId, AlarmKind, Verdict, allowed};
pub use place::{Building, BuildingId, Dwelling, DwellingId};
pub use record::{OWN, Record, RecordId, Said, Source, SourceId};
pub use register::{NewResident, correct, register};
pub use residence::{Residence, ResidenceId};
pub use resident::{Identifier, OPEN, Resident, ResidentId, number_index};
pub use settle::lived_in;
pub use site::Site;
pub use sources::Sources;
pub use statistics::{Census, Rounded, lies_in};
pub use survey::{Surveyed, survey};
pub use words::{Group, How, IdentifierKind, ResidenceKind, ResidentState, Sex, Usage};

const MIGRATIONS: &[Migration] = &[
    Migration {
        room: "registry",
        name: "0001_registry",
        sql: include_str!("../migrations/0001_registry.sql"),
    },
    Migration { room: "registry", name: "0002_groups", sql: include_str!("../migrations/0002_groups.sql") },
    Migration { room: "registry", name: "0003_look", sql: include_str!("../migrations/0003_look.sql") },
    Migration { room: "registry", name: "0004_mine", sql: include_str!("../migrations/0004_mine.sql") },
    Migration {
        room: "registry",
        name: "0005_retention",
        sql: include_str!("../migrations/0005_retention.sql"),
    },
];

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(statistics::router())
        .merge(retention::router())
        .merge(community_api::router())
        .merge(sensitive_api::router())
        .merge(place_api::router())
        .merge(dwelling_api::router())
        .merge(resident_api::router())
        .merge(residence_api::router())
        .merge(household_api::router())
        .merge(hand_over_api::router())
        .merge(unit_api::router())
        .merge(find_api::router())
        .merge(person_api::router())
        .merge(alarm_api::router())
        .merge(export_api::router())
        .merge(access_api::router())
        .merge(correction_api::router())
        .merge(delay_api::router())
}

/// What this room brings to the program.
pub fn room() -> Room {
    Room {
        name: "registry",
        migrations: MIGRATIONS,
        router,
        outside: None,
        jobs: vec![(retention::ERASE, platform::jobs::handler(retention::erase))],
    }
}
