//! Who acts and on what, in the words of the policy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;

/// The kinds of post; what each may do stands in `policies.cedar`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    /// 受理派遣员 of a street's command centre.
    Desk,
    /// 值班长.
    Chief,
    /// 处置人员 of a department.
    Handler,
    /// 部门负责人.
    DepartmentHead,
    /// 网格员.
    GridWorker,
    /// 社区负责人.
    CommunityHead,
    /// 综合窗口受理员.
    Clerk,
    /// 执法人员.
    Inspector,
    /// 数据管理员.
    Steward,
    /// 领导.
    Leader,
    /// 审计员.
    Auditor,
    /// 系统管理员.
    Admin,
}

impl PostKind {
    pub const ALL: [Self; 12] = [
        Self::Desk,
        Self::Chief,
        Self::Handler,
        Self::DepartmentHead,
        Self::GridWorker,
        Self::CommunityHead,
        Self::Clerk,
        Self::Inspector,
        Self::Steward,
        Self::Leader,
        Self::Auditor,
        Self::Admin,
    ];

    /// The word in tables, policies and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Chief => "chief",
            Self::Handler => "handler",
            Self::DepartmentHead => "department_head",
            Self::GridWorker => "grid_worker",
            Self::CommunityHead => "community_head",
            Self::Clerk => "clerk",
            Self::Inspector => "inspector",
            Self::Steward => "steward",
            Self::Leader => "leader",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for PostKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PostKind {
    type Err = &'static str;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or("no such kind of post")
    }
}

store::word_column!(PostKind);

/// A person in the post in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub account: i64,
    pub post: PostInUse,
}

/// The post that rights come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostInUse {
    pub id: i64,
    pub kind: PostKind,
    /// The code of the area that it serves: a district, a street, a community or a grid.
    pub area: i64,
    pub organisation: Option<i64>,
    /// The end of the tenure, if it has one.
    pub not_after: Option<Millis>,
}

impl PostInUse {
    /// The 9-digit code of the street that it serves; the district's own code for a post of the whole district.
    pub fn street(&self) -> i64 {
        let mut code = self.area;
        while code >= 1_000_000_000 {
            code /= 1000;
        }
        code
    }

    /// Whether news of this street concerns the post.
    pub fn watches(&self, street: i64) -> bool {
        let own = self.street();
        own == street || own == street / 1000
    }
}

/// What an action is done to: where it lies and with whom it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    pub area: i64,
    pub organisation: Option<i64>,
}

impl Thing {
    /// Something that lies in an area and is with nobody.
    pub fn at(area: i64) -> Self {
        Self { area, organisation: None }
    }
}
