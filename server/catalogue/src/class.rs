//! Case classes: parts (部件) and events (事件), major class ▸ minor class.

use platform::{Millis, Text};
use serde::Serialize;
use store::{Sql, sql, table};
use utoipa::ToSchema;

use crate::revision::Entry;

table! {
    /// One version of a class.
    pub(crate) struct ClassRow in "case_classes" key 1 {
        pub id: i64,
        pub code: String,
        pub name_zh: String,
        pub name_en: String,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

sql! {
    /// All versions, the newest of a code last.
    ALL_CLASSES: ClassRow = "ORDER BY code, valid_from, id LIMIT 100000";
    IN_FORCE: ClassRow = "WHERE valid_to IS NULL ORDER BY code LIMIT 20000";
    RETIRE = "UPDATE case_classes SET valid_to = $2 WHERE id = $1 AND valid_to IS NULL";
}

/// What a class is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 部件: something that stands in the street.
    Part,
    /// 事件: something that happens there.
    Event,
}

/// A class of cases. Its code is `p` or `e`, two digits of the major class, two or three of the minor one.
#[derive(Clone, Debug)]
pub struct CaseClass {
    pub code: String,
    /// The major class; none for a major class itself.
    pub parent: Option<String>,
    pub category: Category,
    pub name: Text,
    pub valid_from: Millis,
    /// Set once it is retired.
    pub valid_to: Option<Millis>,
}

impl Category {
    pub fn name(self) -> Text {
        match self {
            Self::Part => Text::new("部件", "part"),
            Self::Event => Text::new("事件", "event"),
        }
    }
}

/// The category and, for a minor class, the major class of a code; `None` when it is no code of a class.
pub(crate) fn read_code(code: &str) -> Option<(Category, Option<&str>)> {
    let category = match code.chars().next()? {
        'p' => Category::Part,
        'e' => Category::Event,
        _ => return None,
    };
    let digits = code.get(1..)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        2 => Some((category, None)),
        4 | 5 => Some((category, code.get(..3))),
        _ => None,
    }
}

impl CaseClass {
    /// The class of a row; `None` for a code that we did not write.
    pub(crate) fn of(row: ClassRow) -> Option<Self> {
        let (category, parent) = read_code(&row.code)?;
        let parent = parent.map(str::to_owned);
        let name = Text::owned(row.name_zh, row.name_en);
        Some(Self {
            parent,
            category,
            name,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            code: row.code,
        })
    }
}

impl Entry for ClassRow {
    fn key(&self) -> (&str, &str) {
        (&self.code, "")
    }

    fn class(&self) -> &str {
        self.code.get(..3).unwrap_or(&self.code)
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.name_zh == other.name_zh && self.name_en == other.name_en
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
