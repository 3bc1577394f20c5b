//! What a search shows, masked.

use platform::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::business::UnitId;
use crate::kind::{Hint, Kind};
use crate::mask::{MaskedAddress, MaskedBirth, MaskedName};
use crate::place::{BuildingId, DwellingId};
use crate::resident::ResidentId;
use crate::words::{ResidentState, Sex, Usage};

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    pub kind: Kind,
    pub people: Vec<PersonRow>,
    pub dwellings: Vec<DwellingRow>,
    pub buildings: Vec<BuildingRow>,
    pub units: Vec<UnitRow>,
    /// More match than may be shown: add something, or name the area.
    pub more: bool,
    pub hints: Vec<HintOut>,
}

/// Somebody, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonRow {
    pub id: ResidentId,
    #[schema(value_type = String)]
    pub name: MaskedName,
    pub sex: Sex,
    #[schema(value_type = Option<String>)]
    pub birth: Option<MaskedBirth>,
    pub state: ResidentState,
    /// Down to the building.
    #[schema(value_type = Option<String>)]
    pub address: Option<MaskedAddress>,
    pub area_name: Text,
}

/// A dwelling.
#[derive(Debug, Serialize, ToSchema)]
pub struct DwellingRow {
    pub id: DwellingId,
    pub address: String,
    pub usage: Usage,
    /// How many live there.
    pub people: i64,
    pub area_name: Text,
}

/// A building.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuildingRow {
    pub id: BuildingId,
    pub estate: String,
    pub name: String,
    pub area_name: Text,
}

/// A shop, a company, an institution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundUnit)]
pub struct UnitRow {
    pub id: UnitId,
    pub name: String,
    pub kind: String,
    pub code: Option<String>,
    pub address: String,
    pub dwelling: Option<DwellingId>,
    pub area_name: Text,
}

/// What would help the search.
#[derive(Debug, Serialize, ToSchema)]
pub struct HintOut {
    /// The word of the hint.
    pub text: Hint,
    pub note: Text,
}

impl From<Hint> for HintOut {
    fn from(hint: Hint) -> Self {
        Self { text: hint, note: hint.name() }
    }
}
