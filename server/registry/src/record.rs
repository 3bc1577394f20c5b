//! What each source said about a resident: kept whole and sealed, so that a value can always say where it came from.

use platform::ids::wire_id;
use platform::{App, Error, Millis};
use serde::{Deserialize, Serialize};
use store::table;

wire_id!(
    /// A source on the wire.
    SourceId, "src"
);
wire_id!(
    /// A record of a source on the wire.
    RecordId, "rec"
);

/// The key of our own source: what the grid saw at the door, what the desk corrected.
pub const OWN: &str = "own";

table! {
    /// Where values come from. Sources belong to the district (`street_id` is its code).
    pub struct Source in "sources" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// Such as `civil`; the word in records.
        pub key: String,
        pub name_zh: String,
        pub name_en: String,
        /// The organisation that answers for it, as its contract names it.
        pub owner: String,
        /// 1 is believed most.
        pub rank: i64,
        /// Fields that its contract covers, with the words of [`Said`]'s columns: JSON list.
        pub fields: String,
        pub purpose: String,
        pub basis: String,
        /// From where batches may be pulled.
        pub pull_url: Option<String>,
        /// Column by column, what the heading means: JSON object, field to heading.
        pub mapping: String,
        pub opened_at: Millis,
        /// When its contract ends.
        pub expires_at: Millis,
        pub closed_at: Option<Millis>,
    }
}

table! {
    /// One record of a source. It always belongs to exactly one resident; merging moves it.
    pub struct Record in "records" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub source: String,
        pub external_id: String,
        pub resident_id: i64,
        pub batch_id: Option<i64>,
        /// [`Said`] as sealed JSON.
        pub sealed: String,
        /// A keyed hash of the same, so that a record that says nothing new is known without opening it.
        pub content: Vec<u8>,
        /// When the source says it was updated, `YYYY-MM-DD`.
        pub said_on: Option<String>,
        pub known_from: Millis,
        /// When it was missing from a full batch.
        pub gone_at: Option<Millis>,
    }
}

/// What a record says, as it was written; absent fields are empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sex: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id_no: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birth_date: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
}

/// No personal field in a log.
impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Said(…)")
    }
}

impl Said {
    /// Seals it for the record with this id, with the keyed hash of its content.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn seal(&self, app: &App, record: i64) -> Result<(String, Vec<u8>), Error> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        let sealed =
            app.vault().seal("records", "sealed", record, text.as_bytes()).map_err(Error::internal)?;
        Ok((sealed, app.vault().index("registry.record", &text).to_vec()))
    }

    /// The keyed hash of what it says: the same as [`Said::seal`] gives.
    ///
    /// # Errors
    /// Never in practice.
    pub fn content(&self, app: &App) -> Result<[u8; 16], Error> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(app.vault().index("registry.record", &text))
    }
}

impl Record {
    /// What it says.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn open(&self, app: &App) -> Result<Said, Error> {
        let plain = app.vault().open("records", "sealed", self.id, &self.sealed).map_err(Error::internal)?;
        serde_json::from_slice(&plain).map_err(Error::internal)
    }
}
