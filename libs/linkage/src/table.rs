//! Records as rows of numbers: every cell is the number of its text in the dictionary of its column.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::TableError;
use crate::intern::Dictionary;

/// What the texts of a field mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    /// `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; whatever else is compared as text only.
    Date,
    /// A decimal number.
    Number,
    /// A number given out by somebody; each is sound or not, by its own check.
    Identifier,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
}

impl Field {
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind }
    }
}

/// What a text of a column was understood to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Meaning {
    /// Days of a date, or the number itself.
    pub(crate) number: f64,
    pub(crate) year: u16,
    /// A date without a day, or on the first of January, which is written where the day is unknown.
    pub(crate) coarse: bool,
    pub(crate) sound: bool,
    pub(crate) understood: bool,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) dictionary: Dictionary,
    /// By number of the text; empty for `Kind::Text`.
    meanings: Vec<Meaning>,
    kind: Kind,
    written: u32,
}

/// One column of a batch: texts, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    texts: String,
    ends: Vec<(u32, bool)>,
}

impl Cells {
    /// Adds the cell of the next record; an empty text is a missing one. `sound` matters to identifiers only.
    pub fn push(&mut self, text: &str, sound: bool) {
        self.texts.push_str(text);
        self.ends.push((u32::try_from(self.texts.len()).unwrap_or(u32::MAX), sound));
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn first(&self) -> Option<(&str, bool)> {
        self.iter().next()
    }

    fn iter(&self) -> impl Iterator<Item = (&str, bool)> + Clone {
        let mut from = 0;
        self.ends.iter().map(move |&(to, sound)| {
            let text = self.texts.get(from as usize..to as usize).unwrap_or_default();
            from = to;
            (text, sound)
        })
    }
}

/// Records of all sources.
#[derive(Debug)]
pub struct Table {
    fields: Vec<Field>,
    columns: Vec<Column>,
    /// Row after row, one number for each field.
    rows: Vec<u32>,
    sources: Vec<u8>,
    names: Vec<String>,
}

impl Table {
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        let columns = fields
            .iter()
            .map(|field| Column {
                dictionary: Dictionary::new(),
                meanings: vec![Meaning::default()],
                kind: field.kind,
                written: 0,
            })
            .collect();
        Self { fields, columns, rows: Vec::new(), sources: Vec::new(), names: Vec::new() }
    }

    /// Begins a source; the records appended with the number that comes back belong to it.
    ///
    /// # Errors
    /// When there are 255 already.
    pub fn source(&mut self, name: &str) -> Result<u8, TableError> {
        let number = u8::try_from(self.names.len())
            .ok()
            .filter(|&number| number < u8::MAX)
            .ok_or(TableError::Sources)?;
        self.names.push(name.to_owned());
        Ok(number)
    }

    /// Appends records: one `Cells` for each field, all of the same length. The columns are numbered side by side.
    ///
    /// # Errors
    /// When the columns do not fit the fields, or more records come than 32 bits count.
    pub fn append(&mut self, source: u8, batch: &[Cells]) -> Result<(), TableError> {
        let length = batch.first().map_or(0, Cells::len);
        if batch.len() != self.columns.len() || batch.iter().any(|cells| cells.len() != length) {
            return Err(TableError::Shape);
        }
        if self.sources.len() + length >= u32::MAX as usize / 2 {
            return Err(TableError::Full);
        }
        let numbers: Vec<Vec<u32>> = self
            .columns
            .par_iter_mut()
            .zip(batch)
            .map(|(column, cells)| column.intern_all(cells))
            .collect::<Result<_, _>>()?;
        let mut iterators: Vec<_> = numbers.iter().map(|numbers| numbers.iter().copied()).collect();
        self.rows.reserve(length * iterators.len());
        for _ in 0..length {
            self.rows.extend(iterators.iter_mut().map(|numbers| numbers.next().unwrap_or(0)));
        }
        self.sources.resize(self.sources.len() + length, source);
        Ok(())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The names of the sources, by number.
    #[must_use]
    pub fn source_names(&self) -> &[String] {
        &self.names
    }

    #[must_use]
    pub fn source_of(&self, record: u32) -> u8 {
        self.sources.get(record as usize).copied().unwrap_or(0)
    }

    /// The place of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// What a record says in a field; empty where nothing is written.
    #[must_use]
    pub fn text(&self, record: u32, field: usize) -> &str {
        let number = self.row(record).get(field).copied().unwrap_or(0);
        self.columns.get(field).map_or("", |column| column.dictionary.text(number))
    }

    /// Whether a record says anything in a field.
    #[must_use]
    pub fn says(&self, record: u32, field: usize) -> bool {
        self.row(record).get(field).is_some_and(|&number| number != 0)
    }

    /// Bytes that the records and dictionaries take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let columns = self
            .columns
            .iter()
            .map(|column| column.dictionary.bytes() + column.meanings.capacity() * size_of::<Meaning>());
        columns.sum::<usize>() + self.rows.capacity() * 4 + self.sources.capacity()
    }

    /// How many records say something in the field.
    #[must_use]
    pub fn written(&self, field: usize) -> u32 {
        self.columns.get(field).map_or(0, |column| column.written)
    }

    /// How many records say so.
    #[must_use]
    pub fn frequency(&self, field: usize, text: &str) -> u32 {
        self.columns
            .get(field)
            .and_then(|column| Some(column.dictionary.count(column.dictionary.find(text)?)))
            .unwrap_or(0)
    }

    /// A text that more than one record has in the field, if there is one: for fields that must tell records apart.
    #[must_use]
    pub fn repeated(&self, field: usize) -> Option<&str> {
        let dictionary = &self.columns.get(field)?.dictionary;
        let place = dictionary.counts().iter().position(|&count| count > 1)?;
        Some(dictionary.text(u32::try_from(place + 1).ok()?))
    }

    /// The first record that says so in the field.
    #[must_use]
    pub fn find(&self, field: usize, text: &str) -> Option<u32> {
        let number = self.columns.get(field)?.dictionary.find(text)?;
        (0..u32::try_from(self.len()).ok()?).find(|&record| self.row(record).get(field) == Some(&number))
    }

    pub(crate) fn column(&self, field: usize) -> Option<&Column> {
        self.columns.get(field)
    }

    pub(crate) fn row(&self, record: u32) -> &[u32] {
        let width = self.columns.len();
        let from = record as usize * width;
        self.rows.get(from..from + width).unwrap_or_default()
    }
}

impl Column {
    fn intern_all(&mut self, cells: &Cells) -> Result<Vec<u32>, TableError> {
        let (kind, meanings) = (self.kind, &mut self.meanings);
        let new = |text: &str, sound: bool| {
            if kind != Kind::Text {
                meanings.push(Meaning::of(kind, text, sound));
            }
        };
        let numbers = self.dictionary.intern(cells.iter(), new).map_err(|_| TableError::Full)?;
        self.written += numbers.iter().map(|&number| u32::from(number != 0)).sum::<u32>();
        Ok(numbers)
    }

    pub(crate) fn meaning(&self, number: u32) -> Meaning {
        self.meanings.get(number as usize).copied().unwrap_or_default()
    }

    pub(crate) fn written(&self) -> u32 {
        self.written
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }
}

impl Meaning {
    pub(crate) fn of(kind: Kind, text: &str, sound: bool) -> Self {
        match kind {
            Kind::Text => Self::default(),
            Kind::Identifier => Self { sound, understood: true, ..Self::default() },
            Kind::Number => text.parse().map_or_else(
                |_| Self::default(),
                |number| Self { number, understood: true, ..Self::default() },
            ),
            Kind::Date => date(text).unwrap_or_default(),
        }
    }
}

fn date(text: &str) -> Option<Meaning> {
    let mut parts = text.split('-');
    let year: u16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: Option<u8> = parts.next().map(str::parse).transpose().ok()?;
    let day: Option<u8> = parts.next().map(str::parse).transpose().ok()?;
    let coarse = day.is_none() || (month, day) == (Some(1), Some(1));
    let (y, m, d) = (f64::from(year), f64::from(month.unwrap_or(1)), f64::from(day.unwrap_or(1)));
    // Days of the civil calendar, counted from March so that the leap day ends the year.
    let (y, m) = if m > 2.0 { (y, m - 3.0) } else { (y - 1.0, m + 9.0) };
    let number = y * 365.0 + (y / 4.0).floor() - (y / 100.0).floor()
        + (y / 400.0).floor()
        + ((153.0 * m + 2.0) / 5.0).floor()
        + d;
    Some(Meaning { number, year, coarse, sound: true, understood: true })
}
