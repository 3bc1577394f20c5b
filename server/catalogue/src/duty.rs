//! Duty items (权责清单事项): class ▸ item ▸ sub-item, each with its legal basis and whose it is.

use std::fmt;
use std::str::FromStr;

use platform::{Millis, Text};
use serde::{Deserialize, Serialize};
use store::{Sql, sql, table};
use utoipa::ToSchema;

use crate::revision::Entry;

/// How a list calls the community where a case lies, whichever that is.
pub const COMMUNITY: &str = "社区";

/// The place of an entry in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyLevel {
    /// 类别.
    Class,
    /// 事项.
    Item,
    /// 子项.
    SubItem,
}

impl DutyLevel {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Item => "item",
            Self::SubItem => "sub_item",
        }
    }
}

impl fmt::Display for DutyLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DutyLevel {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Class, Self::Item, Self::SubItem]
            .into_iter()
            .find(|level| level.as_str() == word)
            .ok_or("no such level of duty")
    }
}

store::word_column!(DutyLevel);

table! {
    /// One version of an entry of the duty list.
    pub struct Duty in "duties" key 1 {
        pub id: i64,
        /// Two or three digits for each level, with points between: `07.02.01`.
        pub code: String,
        pub duty_level: DutyLevel,
        /// Empty for a class.
        pub parent_code: String,
        pub name_zh: String,
        pub name_en: String,
        pub basis: Option<String>,
        /// The organisation whose duty it is: its key or, where the sheet has none, its name.
        pub owner: Option<String>,
        /// A JSON list of organisations that help.
        pub co_owners: String,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
        /// A JSON list of the case classes, major or minor, that fall under it.
        pub class_codes: Option<String>,
    }
}

sql! {
    /// All versions: orders cite retired ones.
    ALL_DUTIES: Duty = "ORDER BY code, valid_from, id LIMIT 200000";
    IN_FORCE: Duty = "WHERE valid_to IS NULL ORDER BY code LIMIT 20000";
    RETIRE = "UPDATE duties SET valid_to = $2 WHERE id = $1 AND valid_to IS NULL";
}

impl Duty {
    /// Its name in both languages.
    pub fn name(&self) -> Text {
        Text::owned(self.name_zh.as_str(), self.name_en.as_str())
    }

    /// The organisations that help, as the list calls them.
    pub fn helpers(&self) -> Vec<String> {
        serde_json::from_str(&self.co_owners).unwrap_or_default()
    }

    /// The case classes that fall under it.
    pub fn classes(&self) -> Vec<String> {
        self.class_codes.as_deref().and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
    }

    pub fn is_in_force(&self) -> bool {
        self.valid_to.is_none()
    }
}

/// The level of a code; `None` when it is no code of a duty.
pub(crate) fn level_of(code: &str) -> Option<DutyLevel> {
    let is_part = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !code.split('.').all(is_part) {
        return None;
    }
    match code.split('.').count() {
        1 => Some(DutyLevel::Class),
        2 => Some(DutyLevel::Item),
        3 => Some(DutyLevel::SubItem),
        _ => None,
    }
}

/// The code of the level above; empty for a class.
pub(crate) fn parent_of(code: &str) -> &str {
    code.rsplit_once('.').map_or("", |(parent, _)| parent)
}

impl Entry for Duty {
    fn key(&self) -> (&str, &str) {
        (&self.code, "")
    }

    fn class(&self) -> &str {
        self.code.split('.').next().unwrap_or_default()
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.name_zh == other.name_zh
            && self.name_en == other.name_en
            && self.basis == other.basis
            && self.owner == other.owner
            && self.co_owners == other.co_owners
            && self.class_codes == other.class_codes
    }

    fn id(&self) -> i64 {
        self.id
    }

    fn enter(&mut self, id: i64, from: Millis) {
        self.id = id;
        self.valid_from = from;
    }

    fn in_force() -> &'static Sql {
        &IN_FORCE
    }

    fn retire() -> &'static Sql {
        &RETIRE
    }
}
