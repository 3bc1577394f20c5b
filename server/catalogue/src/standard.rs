//! Standards (立结案标准): when a case of a class is opened, when it is done, how long it may take, whose it is.

use platform::{Error, Millis, wire_id};
use store::{Sql, sql, table};
use worktime::Limit;

use crate::revision::Entry;

wire_id!(
    /// A version of a standard on the wire.
    StandardId, "std"
);

table! {
    /// One version of a standard.
    pub(crate) struct StandardRow in "standards" key 1 {
        pub id: i64,
        pub class_code: String,
        pub open_condition: String,
        pub close_condition: String,
        /// In the Chinese words that read back as the same limit.
        pub limit_text: String,
        pub organisation_key: String,
        pub basis: Option<String>,
        pub emergency: bool,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

sql! {
    /// All versions: orders cite retired ones.
    ALL_STANDARDS: StandardRow = "ORDER BY id LIMIT 200000";
    IN_FORCE: StandardRow = "WHERE valid_to IS NULL ORDER BY id LIMIT 20000";
    RETIRE = "UPDATE standards SET valid_to = $2 WHERE id = $1 AND valid_to IS NULL";
}

/// One version of a standard, ready for use.
#[derive(Clone, Debug)]
pub struct Standard {
    pub id: i64,
    /// The code of its class.
    pub class: String,
    pub open_condition: String,
    pub close_condition: String,
    pub limit: Limit,
    /// The word by which the responsible organisation is known in every street.
    pub organisation_key: String,
    pub basis: Option<String>,
    /// Counted round the clock or otherwise to be handled before all else.
    pub emergency: bool,
    pub valid_from: Millis,
    /// Set once it is retired.
    pub valid_to: Option<Millis>,
}

impl Standard {
    /// # Errors
    /// [`Error::Internal`] for a limit that we did not write.
    pub(crate) fn of(row: StandardRow) -> Result<Self, Error> {
        Ok(Self {
            limit: Limit::parse(&row.limit_text).map_err(Error::internal)?,
            id: row.id,
            class: row.class_code,
            open_condition: row.open_condition,
            close_condition: row.close_condition,
            organisation_key: row.organisation_key,
            basis: row.basis,
            emergency: row.emergency,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        })
    }

    /// Whether new cases may be opened by it.
    pub fn is_in_force(&self) -> bool {
        self.valid_to.is_none()
    }
}

impl Entry for StandardRow {
    /// One class has many standards; they differ in what opens a case.
    fn key(&self) -> (&str, &str) {
        (&self.class_code, &self.open_condition)
    }

    fn class(&self) -> &str {
        &self.class_code
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.close_condition == other.close_condition
            && self.limit_text == other.limit_text
            && self.organisation_key == other.organisation_key
            && self.basis == other.basis
            && self.emergency == other.emergency
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
