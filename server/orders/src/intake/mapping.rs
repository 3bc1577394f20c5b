//! How the columns of another office's sheet fill our fields: saved once, used for every file that looks the same.

use std::collections::BTreeMap;

use platform::{Error, FieldProblem, Millis, Text, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use super::columns::FIELDS;
use crate::books::Books;

const NAME_CHARS: usize = 40;
const HEADING_CHARS: usize = 100;
/// The most of their classes that one mapping names.
const MOST_CLASSES: usize = 1_000;

table! {
    /// A saved mapping of a street, under its name.
    pub(super) struct MappingRow in "intake_mappings" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub name: String,
        /// The channel of the tickets, where no column tells it.
        pub channel: Option<String>,
        /// Headings by our fields, as JSON.
        pub columns: String,
        /// Our class codes by their words, as JSON.
        pub classes: String,
        pub at: Millis,
    }
}

sql! {
    MAPPINGS: MappingRow = "WHERE street_id = $1 ORDER BY name LIMIT 100";
    BY_NAME: MappingRow = "WHERE street_id = $1 AND name = $2 LIMIT 1";
    PUT = "INSERT INTO intake_mappings (street_id, id, name, channel, columns, classes, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (street_id, name) DO UPDATE SET channel = excluded.channel, columns = excluded.columns,
            classes = excluded.classes, at = excluded.at";
}

/// A mapping, read.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    pub name: String,
    pub channel: Option<String>,
    /// Headings by our fields.
    pub columns: BTreeMap<String, String>,
    /// Our class codes by their words.
    pub classes: BTreeMap<String, String>,
}

impl TryFrom<MappingRow> for Mapping {
    type Error = Error;
    fn try_from(row: MappingRow) -> Result<Self, Error> {
        Ok(Self {
            columns: serde_json::from_str(&row.columns).map_err(Error::internal)?,
            classes: serde_json::from_str(&row.classes).map_err(Error::internal)?,
            name: row.name,
            channel: row.channel,
        })
    }
}

impl Mapping {
    /// Trims, and checks that it leads somewhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming each field at fault.
    pub fn tidy(self, books: &Books) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let text = |text: &str| text.trim().to_owned();
        let name = text(&self.name);
        if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
            problems
                .push(FieldProblem::new("name", Text::new("请填写 1 至 40 字", "write 1 to 40 characters")));
        }
        let columns: BTreeMap<String, String> = self
            .columns
            .iter()
            .map(|(field, heading)| (field.clone(), text(heading)))
            .filter(|(_, heading)| !heading.is_empty())
            .collect();
        for (field, heading) in &columns {
            let place = format!("columns.{field}");
            if !FIELDS.iter().any(|known| known.name == field) {
                problems.push(FieldProblem::new(place, Text::new("没有这个字段", "there is no such field")));
            } else if heading.chars().count() > HEADING_CHARS {
                let long = Text::new("不超过 100 字", "100 characters at most");
                problems.push(FieldProblem::new(place, long));
            }
        }
        for field in FIELDS.iter().filter(|field| field.needed && !columns.contains_key(field.name)) {
            let text = Text::owned(
                format!("请指定“{}”对应的列", field.zh),
                format!("say which column holds {}", field.en),
            );
            problems.push(FieldProblem::new(format!("columns.{}", field.name), text));
        }
        let minor = books.catalogue.minor_codes();
        let unknown = self.classes.values().filter(|code| !minor.contains(*code));
        for code in unknown.take(5) {
            let text = Text::owned(format!("没有类别 {code}"), format!("there is no class {code}"));
            problems.push(FieldProblem::new("classes", text));
        }
        if self.classes.len() > MOST_CLASSES {
            problems.push(FieldProblem::new("classes", Text::new("不超过 1000 条", "1,000 at most")));
        }
        let classes = self.classes.iter().map(|(theirs, ours)| (text(theirs), ours.clone())).collect();
        let channel = self.channel.as_deref().map(text).filter(|channel| !channel.is_empty());
        match problems.is_empty() {
            true => Ok(Self { name, channel, columns, classes }),
            false => Err(Error::invalid(problems)),
        }
    }
}

/// The mappings of a street by name.
///
/// # Errors
/// What the store answers.
pub(super) async fn mappings(r: &Tx, street: i64) -> Result<Vec<Mapping>, Error> {
    let rows: Vec<MappingRow> = r.query(&MAPPINGS, &vals![street]).await?;
    rows.into_iter().map(Mapping::try_from).collect()
}

/// The mapping of a street under a name.
///
/// # Errors
/// [`Error::Invalid`] where there is none.
pub(super) async fn mapping(r: &Tx, street: i64, name: &str) -> Result<Mapping, Error> {
    let row: Option<MappingRow> = r.opt(&BY_NAME, &vals![street, name]).await?;
    let none =
        || Error::field("mapping", Text::new("没有这个列对应方案", "there is no mapping of this name"));
    row.ok_or_else(none)?.try_into()
}

/// Saves a mapping under its name, in place of an earlier one.
///
/// # Errors
/// What the store answers.
pub(super) async fn put(w: &Write, mapping: &Mapping) -> Result<(), Error> {
    let values = vals![
        w.street(),
        w.id(),
        mapping.name.as_str(),
        mapping.channel.as_deref(),
        json!(mapping.columns).to_string(),
        json!(mapping.classes).to_string(),
        w.now(),
    ];
    w.exec(&PUT, &values).await?;
    w.record("order:mapping", w.street(), json!({ "name": mapping.name }));
    Ok(())
}
