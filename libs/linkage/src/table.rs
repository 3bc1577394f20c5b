//! Records as rows of numbers: every cell is the number of its text in the dictionary of its column.

use rayon::prelude::*;

use crate::column::{Cells, Column, Field, Meaning, Read, Reading};
use crate::compare::at;
use crate::error::TableError;
use crate::intern::Dictionary;

/// Records of all sources.
pub struct Table {
    fields: Vec<Field>,
    columns: Vec<Column>,
    /// The fields that are given cell by cell; those of the readings come behind.
    given: usize,
    readings: Vec<Reading>,
    /// What tells each record from every other, such as its id in the register; it is kept, not compared.
    keys: Option<Dictionary>,
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
            keys: None,
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
        self.readings.push(Reading::new(fields.len(), read));
        self.columns.extend(fields.iter().map(|field| Column::new(field.kind)));
        self.fields.extend(fields);
        self.stride = stride(self.fields.len());
        self
    }

    /// Gives every record a key: the last cell of the input. Whether keys repeat is asked with
    /// [`Table::repeated_key`].
    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.keys = Some(Dictionary::of_unique());
        self
    }

    /// How many cells a record of the input has: one for each field given, one for each reading, and the key.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.given + self.readings.len() + usize::from(self.keys.is_some())
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
        let keys = self.keys.as_mut();
        let last = self.given + readings.len();
        let key = || keys.map_or(Ok(()), |keys| keys.push_all(input(last).flat_map(Cells::iter)));
        let columns = || {
            rayon::join(
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
            )
        };
        let (pushed, (given, read)) = rayon::join(key, columns);
        pushed.map_err(|_| TableError::Full)?;
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
            Some((text, sound)) if !text.is_empty() => column
                .dictionary
                .find(text)
                .unwrap_or_else(|| outside(text, Meaning::of(column.kind(), text, sound))),
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
        let number = at(self.row(record), field);
        self.columns.get(field).map_or("", |column| column.dictionary.text(number))
    }

    /// The key of a record; empty where the table has none.
    #[must_use]
    pub fn key(&self, record: u32) -> &str {
        self.keys.as_ref().map_or("", |keys| keys.text(record + 1))
    }

    /// The record with this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<u32> {
        self.keys.as_ref()?.find(key).map(|number| number - 1)
    }

    /// A key that more than one record has, if there is one.
    #[must_use]
    pub fn repeated_key(&self) -> Option<&str> {
        self.keys.as_ref()?.repeated()
    }

    /// Whether a record says anything in a field.
    #[must_use]
    pub fn says(&self, record: u32, field: usize) -> bool {
        self.row(record).get(field).is_some_and(|&number| number != 0)
    }

    /// Bytes that the records and dictionaries take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(Column::bytes).sum::<usize>()
            + self.readings.iter().map(Reading::bytes).sum::<usize>()
            + self.keys.as_ref().map_or(0, Dictionary::bytes)
            + self.rows.capacity() * 4
            + self.sources.capacity()
    }

    /// How many records say something in the field.
    #[must_use]
    pub fn written(&self, field: usize) -> u32 {
        self.columns.get(field).map_or(0, Column::written)
    }

    /// How many records say so.
    #[must_use]
    pub fn frequency(&self, field: usize, text: &str) -> u32 {
        self.columns
            .get(field)
            .and_then(|column| Some(column.dictionary.count(column.dictionary.find(text)?)))
            .unwrap_or(0)
    }

    pub(crate) fn column(&self, field: usize) -> Option<&Column> {
        self.columns.get(field)
    }

    /// Reads both ends of rows, all independently, so that the memory answers many at a time.
    pub(crate) fn warm(&self, records: impl Iterator<Item = u32>) {
        let ends = records.map(|record| {
            let row = self.row(record);
            row.first().copied().unwrap_or(0) ^ row.last().copied().unwrap_or(0)
        });
        std::hint::black_box(ends.fold(0, |sum, end| sum ^ end));
    }

    pub(crate) fn row(&self, record: u32) -> &[u32] {
        let from = record as usize * self.stride;
        self.rows.get(from..from + self.columns.len()).unwrap_or_default()
    }
}

/// How far rows lie apart: a row that fits into a line of the cache, which holds sixteen numbers, is in one.
fn stride(width: usize) -> usize {
    if width > 16 { width } else { width.next_power_of_two() }
}
