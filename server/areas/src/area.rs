//! An area and what is stored of it.

use std::fmt;
use std::str::FromStr;

use platform::{AreaCode, AreaLevel, Error, Millis, Text};
use serde::{Deserialize, Serialize};
use store::table;
use utoipa::ToSchema;

use crate::naming;
use crate::position::Position;

/// Whose the area is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AreaKind {
    /// Everybody's.
    #[default]
    Standard,
    /// 单位专属网格: the premises of one employer.
    Employer,
}

impl AreaKind {
    /// The word in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Employer => "employer",
        }
    }
}

impl fmt::Display for AreaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AreaKind {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Standard, Self::Employer]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or("no such kind of area")
    }
}

store::word_column!(AreaKind);

table! {
    /// An area; level and parent are in its code. Its row outlives it, so that old cases keep their grid.
    pub struct AreaRow in "areas" key 1 {
        /// The code, never used twice.
        pub id: i64,
        pub version: i64,
        pub kind: AreaKind,
        pub name_zh: String,
        pub name_en: String,
        /// First letters of the readings, for typing quickly.
        pub initials: String,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
        /// Codes of the areas that took its place, separated by spaces.
        pub successors: String,
    }
}

table! {
    /// Where an area lies.
    pub struct BoundaryRow in "area_boundaries" key 1 {
        /// The area's code.
        pub id: i64,
        pub version: i64,
        /// A GeoJSON geometry.
        pub geometry: String,
        pub label_lon: f64,
        pub label_lat: f64,
    }
}

/// An area as the other rooms see it.
#[derive(Clone, Debug)]
pub struct Area {
    pub code: AreaCode,
    pub version: i64,
    pub level: AreaLevel,
    pub kind: AreaKind,
    /// As the authority registered it, such as 柳工社区居委会.
    pub name: Text,
    /// As people call it, such as 柳工社区.
    pub short_name: Text,
    pub initials: String,
    pub parent: Option<AreaCode>,
    pub valid_from: Millis,
    pub valid_to: Option<Millis>,
    /// Who took its place, when it was split, merged or retired.
    pub successors: Vec<AreaCode>,
    /// Where its name stands on a map; none without a boundary.
    pub label: Option<Position>,
}

impl Area {
    /// The area as it is stored.
    pub(crate) fn row(&self) -> AreaRow {
        AreaRow {
            id: self.code.value(),
            version: self.version,
            kind: self.kind,
            name_zh: self.name.zh.to_string(),
            name_en: self.name.en.to_string(),
            initials: self.initials.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            successors: self.successors.iter().map(AreaCode::to_string).collect::<Vec<_>>().join(" "),
        }
    }

    /// Whether it was in force at this moment.
    pub fn is_in_force(&self, at: Millis) -> bool {
        self.valid_from <= at && self.valid_to.is_none_or(|end| at < end)
    }
}

impl AreaRow {
    /// A new area with what follows from its name.
    pub fn new(code: AreaCode, kind: AreaKind, name: &Text, from: Millis) -> Self {
        Self {
            id: code.value(),
            version: 1,
            kind,
            name_zh: name.zh.to_string(),
            name_en: name.en.to_string(),
            initials: naming::initials(&name.zh),
            valid_from: from,
            valid_to: None,
            successors: String::new(),
        }
    }

    /// # Errors
    /// [`Error::Internal`] for a row that holds no area code.
    pub(crate) fn area(self, label: Option<Position>) -> Result<Area, Error> {
        let code = AreaCode::try_from(self.id).map_err(Error::internal)?;
        let successors: Result<Vec<AreaCode>, _> =
            self.successors.split_whitespace().map(str::parse).collect();
        let name = Text::owned(self.name_zh, self.name_en);
        Ok(Area {
            code,
            version: self.version,
            level: code.level(),
            kind: self.kind,
            short_name: Text::owned(naming::short(&name.zh), name.en.clone()),
            name,
            initials: self.initials,
            parent: code.parent(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            successors: successors.map_err(Error::internal)?,
            label,
        })
    }
}
