//! A resident: what is in clear for searching, and dated identifiers, sealed. A number is never the key.

use platform::ids::wire_id;
use platform::{App, Error, Millis, Thing};
use store::table;

use crate::words::{IdentifierKind, ResidentState, Sex};

wire_id!(
    /// A resident on the wire.
    ResidentId, "res"
);

/// The end of what has no end yet.
pub const OPEN: &str = "9999-12-31";
/// The name of the blind index of numbers in the vault.
const NUMBERS: &str = "registry.number";

table! {
    /// One resident of a street. The values are those that the rules of [`crate::survive`] chose from the records.
    pub struct Resident in "residents" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// The grid where they live, or the community when that is not known better.
        pub area: i64,
        pub state: ResidentState,
        pub name: String,
        /// Pinyin without tones, such as `weizihan`.
        pub reading: String,
        /// Its first letters, such as `wzh`.
        pub initials: String,
        pub sex: Sex,
        /// `YYYY-MM-DD`.
        pub birth_date: Option<String>,
        pub birth_year: Option<i64>,
        /// Since when they are in the register, `YYYY-MM-DD`.
        pub since: String,
        /// The day of death, departure or hand-over.
        pub ended_on: Option<String>,
        /// The street that took them over.
        pub moved_to: Option<i64>,
        pub merged_into: Option<i64>,
        /// Which rule chose which value: JSON, field by field, without values.
        pub chosen: String,
        pub created_at: Millis,
    }
}

table! {
    /// An identity number or a telephone of a resident, for a time. Never updated but in `valid_to` and `known_to`.
    pub struct Identifier in "resident_identifiers" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub resident_id: i64,
        pub kind: IdentifierKind,
        pub sealed: String,
        pub value_index: Vec<u8>,
        pub valid_from: String,
        pub valid_to: String,
        /// The source whose value it is.
        pub source: String,
        pub known_from: Millis,
        /// Since when it is no longer believed.
        pub known_to: Option<Millis>,
    }
}

impl Resident {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> ResidentId {
        ResidentId::new(self.street_id, self.id)
    }
}

/// The blind index of a number of one kind, written in its normal form.
pub fn number_index(app: &App, kind: IdentifierKind, normal: &str) -> Vec<u8> {
    app.vault().index(NUMBERS, &format!("{kind}:{normal}")).to_vec()
}

impl Identifier {
    /// Seals a number in its normal form.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn seal(
        app: &App,
        (street_id, id, resident_id): (i64, i64, i64),
        kind: IdentifierKind,
        normal: &str,
        (source, since, now): (&str, &str, Millis),
    ) -> Result<Self, Error> {
        let sealed = app
            .vault()
            .seal("resident_identifiers", "sealed", id, normal.as_bytes())
            .map_err(Error::internal)?;
        Ok(Self {
            street_id,
            id,
            resident_id,
            kind,
            sealed,
            value_index: number_index(app, kind, normal),
            valid_from: since.to_owned(),
            valid_to: OPEN.to_owned(),
            source: source.to_owned(),
            known_from: now,
            known_to: None,
        })
    }

    /// The number in clear.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn open(&self, app: &App) -> Result<String, Error> {
        let plain = app
            .vault()
            .open("resident_identifiers", "sealed", self.id, &self.sealed)
            .map_err(Error::internal)?;
        String::from_utf8(plain).map_err(Error::internal)
    }
}
