//! Columns: what their texts mean, the cells of a batch, and the numbers that texts get.

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

/// Brings a text into form: one cell for each field.
pub type Read = fn(&str, &mut [Cells]);

/// Fields that are read from one text of the input, each distinct text once: names repeat, and so do birth dates.
pub(crate) struct Reading {
    pub(crate) read: Read,
    texts: Dictionary,
    /// For each distinct text the numbers of its cells, one for each field.
    numbers: Vec<u32>,
    pub(crate) width: usize,
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

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, bool)> + Clone {
        let mut from = 0;
        self.ends.iter().map(move |&(to, sound)| {
            let text = self.texts.get(from as usize..to as usize).unwrap_or_default();
            from = to;
            (text, sound)
        })
    }
}

impl Reading {
    pub(crate) fn new(width: usize, read: Read) -> Self {
        Self { read, texts: Dictionary::new(), numbers: vec![0; width], width }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.bytes() + self.numbers.capacity() * 4
    }

    /// The numbers of the texts of the input, after the new ones have been read and `columns` have taken in their cells.
    pub(crate) fn intern<'t>(
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

    pub(crate) fn numbers_of(&self, text: u32) -> &[u32] {
        let from = text as usize * self.width;
        self.numbers.get(from..from + self.width).unwrap_or_default()
    }
}

impl Column {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { dictionary: Dictionary::new(), meanings: vec![Meaning::default()], kind, written: 0 }
    }

    pub(crate) fn intern<'t>(
        &mut self,
        input: impl Iterator<Item = &'t Cells> + Clone,
        records: u32,
    ) -> Result<Vec<u32>, TableError> {
        let (kind, meanings) = (self.kind, &mut self.meanings);
        let new = |text: &str, sound: bool| {
            if kind != Kind::Text {
                meanings.push(Meaning::of(kind, text, sound));
            }
        };
        let texts = input.flat_map(Cells::iter);
        let numbers = self.dictionary.intern(texts, records, new).map_err(|_| TableError::Full)?;
        self.written += numbers.iter().map(|&number| u32::from(number != 0)).sum::<u32>() * records;
        Ok(numbers)
    }

    pub(crate) fn count(&mut self, numbers: impl Iterator<Item = u32>) {
        let mut written = 0;
        self.dictionary.count_more(numbers.filter(|&number| number != 0).inspect(|_| written += 1));
        self.written += written;
    }

    pub(crate) fn bytes(&self) -> usize {
        self.dictionary.bytes() + self.meanings.capacity() * size_of::<Meaning>()
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
