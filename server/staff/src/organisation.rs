//! Organisations of the district and of each street, with the establishment that they were granted.

use std::fmt;
use std::str::FromStr;

use platform::posts::OrganisationId;
use platform::{Error, Millis, PostKind, Text, Thing, Write};
use serde::{Deserialize, Serialize};
use store::{sql, table, vals};
use utoipa::ToSchema;

use crate::directory::Directory;

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// 区级部门.
    Department,
    /// 街道（镇）.
    Street,
    /// 内设办公室, five in each street.
    Office,
    /// 中心, two in each street.
    Centre,
    /// 综合行政执法队.
    EnforcementTeam,
    /// 社区（村）.
    Community,
}

impl OrganisationKind {
    const ALL: [Self; 6] =
        [Self::Department, Self::Street, Self::Office, Self::Centre, Self::EnforcementTeam, Self::Community];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Street => "street",
            Self::Office => "office",
            Self::Centre => "centre",
            Self::EnforcementTeam => "enforcement_team",
            Self::Community => "community",
        }
    }
}

impl fmt::Display for OrganisationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrganisationKind {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or("no such kind of organisation")
    }
}

store::word_column!(OrganisationKind);

table! {
    /// One organisation. `key` is the word by which standards and duty items name it.
    pub struct OrganisationRow in "organisations" key 1 {
        pub id: i64,
        pub version: i64,
        pub key: String,
        pub kind: OrganisationKind,
        pub name_zh: String,
        pub name_en: String,
        /// The 9-digit code of its street; 0 for what belongs to the whole district.
        pub street: i64,
        pub parent_id: Option<i64>,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

table! {
    /// How many posts of a kind an organisation was granted.
    pub struct Quota in "quotas" key 1 { pub id: i64, pub version: i64, pub organisation_id: i64, pub kind: PostKind, pub quota: i64 }
}

sql! {
    SET_QUOTA = "INSERT INTO quotas (id, version, organisation_id, kind, quota) VALUES ($1, 1, $2, $3, $4)
        ON CONFLICT (organisation_id, kind) DO UPDATE SET quota = excluded.quota, version = quotas.version + 1";
}

/// An organisation as other rooms see it.
#[derive(Clone, Debug)]
pub struct Organisation {
    pub id: i64,
    pub key: String,
    pub kind: OrganisationKind,
    pub name: Text,
    pub street: Option<i64>,
    pub parent: Option<i64>,
}

impl From<OrganisationRow> for Organisation {
    fn from(row: OrganisationRow) -> Self {
        let name = Text::owned(row.name_zh, row.name_en);
        let street = Some(row.street).filter(|street| *street != 0);
        Self { id: row.id, key: row.key, kind: row.kind, name, street, parent: row.parent_id }
    }
}

/// What opening an organisation needs.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub key: String,
    pub kind: OrganisationKind,
    pub name: Text,
    pub street: Option<i64>,
    pub parent: Option<i64>,
}

/// Opens an organisation from now on.
///
/// # Errors
/// [`Error::Forbidden`], or a conflict when the key is taken in this street.
pub async fn open_organisation(w: &Write, new: NewOrganisation) -> Result<i64, Error> {
    w.require("staff:edit", &Thing::at(new.street.unwrap_or(w.app().district())))?;
    let row = OrganisationRow {
        id: w.id(),
        version: 1,
        key: new.key,
        kind: new.kind,
        name_zh: new.name.zh.into_owned(),
        name_en: new.name.en.into_owned(),
        street: new.street.unwrap_or(0),
        parent_id: new.parent,
        valid_from: w.now(),
        valid_to: None,
    };
    w.insert(&row).await.map_err(|error| match error {
        store::Error::Duplicate(_) => {
            Error::conflict(Text::new("这个机构代号已被使用", "this key of an organisation is taken"))
        }
        other => other.into(),
    })?;
    w.record(
        "staff:open-organisation",
        OrganisationId::shared(row.id),
        serde_json::json!({ "key": row.key }),
    );
    w.outdates::<Directory>().await?;
    Ok(row.id)
}

/// Grants an organisation a number of posts of a kind.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`] below zero.
pub async fn set_quota(w: &Write, organisation: i64, kind: PostKind, quota: i64) -> Result<(), Error> {
    w.require("staff:edit", &Thing::at(w.app().district()))?;
    if quota < 0 {
        return Err(Error::field("quota", Text::new("编制数不能小于零", "a quota is not below zero")));
    }
    w.exec(&SET_QUOTA, &vals![w.id(), organisation, kind, quota]).await?;
    w.record(
        "staff:quota",
        OrganisationId::shared(organisation),
        serde_json::json!({ "kind": kind, "quota": quota }),
    );
    Ok(())
}
