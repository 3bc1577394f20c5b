//! Records as rows of numbers: every cell is the number of its text in the dictionary of its column.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::compare::at;
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
    /// A text that tells the record from every other, such as its id in the register. It is kept, not compared.
    Key,
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

/// Brings a text into form: one cell for each field.
pub type Read = fn(&str, &mut [Cells]);

/// Fields that are read from one text of the input, each distinct text once: names repeat, and so do birth dates.
struct Reading {
    read: Read,
    texts: Dictionary,
    /// For each distinct text the numbers of its cells, one for each field.
    numbers: Vec<u32>,
    width: usize,
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
pub struct Table {
    fields: Vec<Field>,
    columns: Vec<Column>,
    /// The fields that are given cell by cell; those of the readings come behind.
    given: usize,
    readings: Vec<Reading>,
    /// Row after row, one number for each field, and zeros up to `stride`.
    rows: Vec<u32>,
    stride: usize,
    sources: Vec<u8>,
    names: Vec<String>,
}

impl Table {
    /// A table whose fields are given cell by cell.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        let columns = fields.iter().map(|field| Column::new(field.kind)).collect();
        let given = fields.len();
        Self {
            fields,
            columns,
            given,
            readings: Vec::new(),
            rows: Vec::new(),
            stride: stride(given),
            sources: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Adds fields that are all read from one text: the input has one cell for it, behind the cells of the other
    /// fields. `read` must depend on nothing but the text.
    #[must_use]
    pub fn reading(mut self, fields: Vec<Field>, read: Read) -> Self {
        let (width, texts) = (fields.len(), Dictionary::new());
        self.columns.extend(fields.iter().map(|field| Column::new(field.kind)));
        self.fields.extend(fields);
        self.stride = stride(self.fields.len());
        self.readings.push(Reading { read, texts, numbers: vec![0; width], width });
        self
    }

    /// How many cells a record of the input has: one for each field given, one for each reading.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.given + self.readings.len()
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

    /// Appends records in batches: each has one `Cells` for each input, all of the same length. The columns are numbered
    /// side by side.
    ///
    /// # Errors
    /// When the columns do not fit the fields, or more records come than 32 bits count.
    pub fn append<B: AsRef<[Cells]> + Sync>(&mut self, source: u8, batches: &[B]) -> Result<(), TableError> {
        let mut length = 0;
        for batch in batches.iter().map(AsRef::as_ref) {
            let rows = batch.first().map_or(0, Cells::len);
            if batch.len() != self.inputs() || batch.iter().any(|cells| cells.len() != rows) {
                return Err(TableError::Shape);
            }
            length += rows;
        }
        if self.sources.len() + length >= u32::MAX as usize / 2 {
            return Err(TableError::Full);
        }
        let input = |at: usize| batches.iter().filter_map(move |batch| batch.as_ref().get(at));
        let (given, derived) = self.columns.split_at_mut(self.given);
        let mut derived = derived;
        let mut readings = Vec::new();
        for (at, reading) in (self.given..).zip(&mut self.readings) {
            let (own, rest) = derived.split_at_mut(reading.width);
            derived = rest;
            readings.push((at, reading, own));
        }
        let (given, read) = rayon::join(
            || {
                let columns = given.par_iter_mut().enumerate().with_max_len(1);
                columns.map(|(at, column)| column.intern(input(at), 1)).collect::<Result<Vec<_>, _>>()
            },
            || {
                let readings = readings.into_par_iter().with_max_len(1);
                readings
                    .map(|(at, reading, own)| reading.intern(input(at), own))
                    .collect::<Result<Vec<_>, _>>()
            },
        );
        let (given, read) = (given?, read?);
        let from = self.rows.len();
        let (width, stride) = (self.columns.len(), self.stride);
        self.rows.resize(from + length * stride, 0);
        let readings = &self.readings;
        let rows = self.rows.get_mut(from..).unwrap_or_default();
        rows.par_chunks_mut(stride).with_min_len(4_096).enumerate().for_each(|(record, row)| {
            let (row, _) = row.split_at_mut(width.min(row.len()));
            let (plain, derived) = row.split_at_mut(given.len().min(row.len()));
            for (cell, numbers) in plain.iter_mut().zip(&given) {
                *cell = numbers.get(record).copied().unwrap_or(0);
            }
            let mut derived = derived.iter_mut();
            for (reading, texts) in readings.iter().zip(&read) {
                let numbers = reading.numbers_of(texts.get(record).copied().unwrap_or(0));
                // The cells are taken first: zip asks its left side once more than its right one.
                numbers.iter().zip(&mut derived).for_each(|(number, cell)| *cell = *number);
            }
        });
        self.sources.resize(self.sources.len() + length, source);
        Ok(())
    }

    /// The row of one record that is not in the table: `outside` is asked for the number of a text that no record has.
    pub(crate) fn row_outside(
        &self,
        input: &[Cells],
        mut outside: impl FnMut(&str, Meaning) -> u32,
    ) -> Result<Vec<u32>, TableError> {
        if input.len() != self.inputs() || input.iter().any(|cells| cells.len() != 1) {
            return Err(TableError::Shape);
        }
        let (given, texts) = input.split_at_checked(self.given).ok_or(TableError::Shape)?;
        let mut cells = given.to_vec();
        for (reading, text) in self.readings.iter().zip(texts) {
            let mut read = vec![Cells::default(); reading.width];
            match text.first() {
                Some((text, _)) if !text.is_empty() => (reading.read)(text, &mut read),
                _ => read.iter_mut().for_each(|cells| cells.push("", false)),
            }
            cells.extend(read);
        }
        let numbers = cells.iter().zip(&self.columns).map(|(cells, column)| match cells.first() {
            Some((text, sound)) if !text.is_empty() => {
                let known = if column.kind == Kind::Key { None } else { column.dictionary.find(text) };
                known.unwrap_or_else(|| outside(text, Meaning::of(column.kind, text, sound)))
            }
            _ => 0,
        });
        Ok(numbers.collect())
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
        let Some(column) = self.columns.get(field) else { return "" };
        // The row need not be fetched where its number is known.
        let number = match column.kind {
            Kind::Key => record + 1,
            _ => at(self.row(record), field),
        };
        column.dictionary.text(number)
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
        let readings =
            self.readings.iter().map(|reading| reading.texts.bytes() + reading.numbers.capacity() * 4);
        columns.sum::<usize>() + readings.sum::<usize>() + self.rows.capacity() * 4 + self.sources.capacity()
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
        self.columns.get(field)?.dictionary.repeated()
    }

    /// The first record that says so in the field.
    #[must_use]
    pub fn find(&self, field: usize, text: &str) -> Option<u32> {
        let number = self.columns.get(field).filter(|_| !text.is_empty())?.dictionary.find(text)?;
        (0..u32::try_from(self.len()).ok()?).find(|&record| self.row(record).get(field) == Some(&number))
    }

    pub(crate) fn column(&self, field: usize) -> Option<&Column> {
        self.columns.get(field)
    }

    pub(crate) fn row(&self, record: u32) -> &[u32] {
        let from = record as usize * self.stride;
        self.rows.get(from..from + self.columns.len()).unwrap_or_default()
    }
}

/// How far rows lie apart: so that a row touches no more lines of the cache, of sixteen numbers each, than it must.
fn stride(width: usize) -> usize {
    if width > 16 { width.next_multiple_of(16) } else { width.next_power_of_two() }
}

impl Reading {
    /// The numbers of the texts of the input, after the new ones have been read and `columns` have taken in their cells.
    fn intern<'t>(
        &mut self,
        input: impl Iterator<Item = &'t Cells> + Clone,
        columns: &mut [Column],
    ) -> Result<Vec<u32>, TableError> {
        let from = self.texts.next();
        let texts = input.flat_map(Cells::iter);
        let numbers = self.texts.intern(texts, 1, |_, _| {}).map_err(|_| TableError::Full)?;
        let new: Vec<u32> = (from..self.texts.next()).collect();
        let (read, width, texts) = (self.read, self.width, &self.texts);
        let tasks: Vec<Vec<Cells>> = new
            .par_chunks(1_024)
            .map(|new| {
                let mut cells = vec![Cells::default(); width];
                new.iter().for_each(|&number| read(texts.text(number), &mut cells));
                cells
            })
            .collect();
        if tasks.iter().zip(new.chunks(1_024)).any(|(task, new)| task.iter().any(|c| c.len() != new.len())) {
            return Err(TableError::Shape);
        }
        let input = |at: usize| tasks.iter().filter_map(move |task| task.get(at));
        let interned: Vec<Vec<u32>> = columns
            .par_iter_mut()
            .enumerate()
            .with_max_len(1)
            .map(|(at, column)| column.intern(input(at), 0))
            .collect::<Result<_, _>>()?;
        self.numbers.reserve(new.len() * width);
        for at in 0..new.len() {
            self.numbers.extend(interned.iter().map(|numbers| numbers.get(at).copied().unwrap_or(0)));
        }
        columns.par_iter_mut().enumerate().with_max_len(1).for_each(|(at, column)| {
            let cells = numbers.iter().map(|&text| self.numbers_of(text).get(at).copied().unwrap_or(0));
            column.count(cells);
        });
        Ok(numbers)
    }

    fn numbers_of(&self, text: u32) -> &[u32] {
        let from = text as usize * self.width;
        self.numbers.get(from..from + self.width).unwrap_or_default()
    }
}

impl Column {
    fn new(kind: Kind) -> Self {
        let dictionary = if kind == Kind::Key { Dictionary::of_unique() } else { Dictionary::new() };
        Self { dictionary, meanings: vec![Meaning::default()], kind, written: 0 }
    }

    fn intern<'t>(
        &mut self,
        input: impl Iterator<Item = &'t Cells> + Clone,
        records: u32,
    ) -> Result<Vec<u32>, TableError> {
        let (kind, meanings) = (self.kind, &mut self.meanings);
        let new = |text: &str, sound: bool| {
            if !matches!(kind, Kind::Text | Kind::Key) {
                meanings.push(Meaning::of(kind, text, sound));
            }
        };
        let texts = input.flat_map(Cells::iter);
        let numbers = self.dictionary.intern(texts, records, new).map_err(|_| TableError::Full)?;
        self.written += numbers.iter().map(|&number| u32::from(number != 0)).sum::<u32>() * records;
        Ok(numbers)
    }

    fn count(&mut self, numbers: impl Iterator<Item = u32>) {
        let mut written = 0;
        self.dictionary.count_more(numbers.filter(|&number| number != 0).inspect(|_| written += 1));
        self.written += written;
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
            Kind::Text | Kind::Key => Self::default(),
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
