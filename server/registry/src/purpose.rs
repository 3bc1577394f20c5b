//! Why someone may look: a closed list, each purpose with its legal basis, the posts that have it, and what it shows.

use platform::{PostKind, Text};

use crate::words::Group;

/// A purpose for which residents may be looked up (个人信息保护法 art. 6, 13, 34).
#[derive(Debug)]
pub struct Purpose {
    /// The word in the header `Wangge-Purpose` and in the ledger.
    pub word: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub basis_zh: &'static str,
    pub basis_en: &'static str,
    /// The kinds of post that work for it.
    pub posts: &'static [PostKind],
    /// Field groups that it may ever reveal in clear.
    pub groups: &'static [Group],
    /// Whether the case, or what else it is about, must be named.
    pub needs_about: bool,
}

use PostKind::{Auditor, Chief, Clerk, CommunityHead, Desk, GridWorker, Inspector, Steward};

const PLAIN: &[Group] = &[Group::Name, Group::Phone, Group::Address, Group::Household];
const FULL: &[Group] =
    &[Group::Name, Group::Id, Group::Phone, Group::Birth, Group::Address, Group::Household];

/// All purposes.
pub const PURPOSES: &[Purpose] = &[
    Purpose {
        word: "window",
        zh: "窗口办理",
        en: "service at the window",
        basis_zh: "《个人信息保护法》第十三条第三项：为履行法定职责所必需",
        basis_en: "Personal Information Protection Law art. 13(3): needed for a statutory duty",
        posts: &[Clerk],
        groups: FULL,
        needs_about: false,
    },
    Purpose {
        word: "order",
        zh: "工单处置",
        en: "handling an order",
        basis_zh: "《个人信息保护法》第十三条第三项：为履行法定职责所必需",
        basis_en: "Personal Information Protection Law art. 13(3): needed for a statutory duty",
        posts: &[Desk, Chief, GridWorker, CommunityHead],
        groups: PLAIN,
        needs_about: true,
    },
    Purpose {
        word: "visit",
        zh: "入户走访",
        en: "visiting homes",
        basis_zh: "《个人信息保护法》第十三条第三项；网格化服务管理职责",
        basis_en: "Personal Information Protection Law art. 13(3); duties of grid service",
        posts: &[GridWorker, CommunityHead],
        groups: PLAIN,
        needs_about: false,
    },
    Purpose {
        word: "check",
        zh: "数据核查",
        en: "checking data",
        basis_zh: "《政务数据共享条例》第二十六条：校核纠错",
        basis_en: "Government Data Sharing Regulations art. 26: checking and correcting",
        posts: &[Steward, CommunityHead, GridWorker],
        groups: FULL,
        needs_about: false,
    },
    Purpose {
        word: "emergency",
        zh: "应急处置",
        en: "an emergency",
        basis_zh: "《个人信息保护法》第十三条第四项：紧急情况下保护生命健康和财产安全",
        basis_en: "Personal Information Protection Law art. 13(4): protecting life, health and property in an emergency",
        posts: &[Desk, Chief, GridWorker, CommunityHead],
        groups: PLAIN,
        needs_about: true,
    },
    Purpose {
        word: "mediation",
        zh: "矛盾调解",
        en: "mediation",
        basis_zh: "《人民调解法》第二十条；《个人信息保护法》第十三条第三项",
        basis_en: "People's Mediation Law art. 20; Personal Information Protection Law art. 13(3)",
        posts: &[CommunityHead, GridWorker],
        groups: &[Group::Name, Group::Phone, Group::Address],
        needs_about: true,
    },
    Purpose {
        word: "inspection",
        zh: "联合检查",
        en: "a joint inspection",
        basis_zh: "《行政处罚法》第四十二条；检查对象为单位",
        basis_en: "Administrative Penalty Law art. 42; units are inspected",
        posts: &[Inspector],
        groups: &[],
        needs_about: true,
    },
    Purpose {
        word: "audit",
        zh: "审计核查",
        en: "an audit",
        basis_zh: "《个人信息保护法》第五十四条：合规审计",
        basis_en: "Personal Information Protection Law art. 54: compliance audit",
        posts: &[Auditor],
        groups: &[],
        needs_about: true,
    },
];

impl Purpose {
    /// The purpose of a word.
    pub fn named(word: &str) -> Option<&'static Self> {
        PURPOSES.iter().find(|purpose| purpose.word == word)
    }

    /// What people call it.
    pub fn name(&self) -> Text {
        Text::new(self.zh, self.en)
    }

    /// The law that allows it.
    pub fn basis(&self) -> Text {
        Text::new(self.basis_zh, self.basis_en)
    }
}
