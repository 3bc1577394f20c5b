//! Who serves a grid, and which bodies are attached to it.

use std::fmt;
use std::str::FromStr;

use platform::{AreaCode, Error, Millis, Text, Thing, Write, wire_id};
use serde::{Deserialize, Serialize};
use store::{sql, table, vals};
use utoipa::ToSchema;

wire_id!(
    /// One person's service in a grid on the wire.
    GridDutyId, "gdt"
);

/// How a person serves a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GridRole {
    /// 网格员, two in each grid.
    GridWorker,
    /// 助理网格员, two in each grid.
    Assistant,
    /// 物业联络员, one where a property company serves.
    PropertyContact,
    /// 楼栋长.
    BuildingHead,
}

impl GridRole {
    pub const ALL: [Self; 4] = [Self::GridWorker, Self::Assistant, Self::PropertyContact, Self::BuildingHead];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::GridWorker => "grid_worker",
            Self::Assistant => "assistant",
            Self::PropertyContact => "property_contact",
            Self::BuildingHead => "building_head",
        }
    }

    /// How many a grid needs; `property` says whether a property company serves it.
    pub fn needed(self, property: bool) -> i64 {
        match self {
            Self::GridWorker | Self::Assistant => 2,
            Self::PropertyContact => i64::from(property),
            Self::BuildingHead => 1,
        }
    }
}

impl fmt::Display for GridRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for GridRole {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or("no such role")
    }
}

store::word_column!(GridRole);

/// What kind of body is attached to a grid. A body has a count of people, never their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// 党支部.
    PartyBranch,
    /// 党小组.
    PartyGroup,
    /// 物业服务企业.
    Property,
    /// 用人单位.
    Employer,
}

impl BodyKind {
    const ALL: [Self; 4] = [Self::PartyBranch, Self::PartyGroup, Self::Property, Self::Employer];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::PartyBranch => "party_branch",
            Self::PartyGroup => "party_group",
            Self::Property => "property",
            Self::Employer => "employer",
        }
    }
}

impl fmt::Display for BodyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for BodyKind {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or("no such kind of body")
    }
}

store::word_column!(BodyKind);

table! {
    /// One person serving one grid for a time.
    pub struct GridDuty in "grid_duties" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub grid: i64,
        pub role: GridRole,
        pub person_name: String,
        /// Their account, when they work in this program themselves.
        pub account_id: Option<i64>,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

table! {
    /// One body attached to a grid.
    pub struct GridBody in "grid_bodies" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub grid: i64,
        pub kind: BodyKind,
        pub name_zh: String,
        pub name_en: String,
        pub people: i64,
    }
}

sql! {
    END_ROLE = "UPDATE grid_duties SET valid_to = $4, version = version + 1
        WHERE street_id = $1 AND id = $2 AND grid = $3 AND (valid_to IS NULL OR valid_to > $4)";
}

fn street_of(grid: AreaCode) -> Result<i64, Error> {
    grid.street_id().ok_or(Error::Missing("grid"))
}

/// Lets a person serve a grid from now on.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn assign_grid_role(
    w: &Write,
    grid: AreaCode,
    role: GridRole,
    person_name: &str,
    account: Option<i64>,
) -> Result<i64, Error> {
    w.require("staff:edit", &Thing::at(grid.value()))?;
    let duty = GridDuty {
        street_id: street_of(grid)?,
        id: w.id(),
        version: 1,
        grid: grid.value(),
        role,
        person_name: person_name.to_owned(),
        account_id: account,
        valid_from: w.now(),
        valid_to: None,
    };
    w.insert(&duty).await?;
    w.record("staff:assign-grid", grid, serde_json::json!({ "duty": duty.id, "role": role }));
    Ok(duty.id)
}

/// Ends a person's service in a grid now.
///
/// # Errors
/// [`Error::Missing`] when none such is in force in this grid, [`Error::Forbidden`].
pub async fn end_grid_role(w: &Write, grid: AreaCode, duty: i64) -> Result<(), Error> {
    w.require("staff:edit", &Thing::at(grid.value()))?;
    if w.exec(&END_ROLE, &vals![street_of(grid)?, duty, grid.value(), w.now()]).await? == 0 {
        return Err(Error::Missing("grid duty"));
    }
    w.record("staff:end-grid", grid, serde_json::json!({ "duty": duty }));
    Ok(())
}

/// Attaches a body to a grid.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`] for fewer people than none.
pub async fn attach_body(
    w: &Write,
    grid: AreaCode,
    kind: BodyKind,
    name: &Text,
    people: i64,
) -> Result<i64, Error> {
    w.require("staff:edit", &Thing::at(grid.value()))?;
    if people < 0 {
        return Err(Error::field(
            "people",
            Text::new("人数不能小于零", "a count of people is not below zero"),
        ));
    }
    let body = GridBody {
        street_id: street_of(grid)?,
        id: w.id(),
        version: 1,
        grid: grid.value(),
        kind,
        name_zh: name.zh.to_string(),
        name_en: name.en.to_string(),
        people,
    };
    w.insert(&body).await?;
    w.record("staff:attach-body", grid, serde_json::json!({ "body": body.id, "kind": kind }));
    Ok(body.id)
}
