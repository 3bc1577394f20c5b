//! Reading a sheet of standards, as city management keeps it: the class only in the first row of its group.

use std::collections::{BTreeMap, BTreeSet};

use platform::import::RowProblem;
use platform::sheet::{FileError, SheetRow, read_rows};
use platform::{Millis, Text};
use worktime::{Lang, Limit, Reading, Unit};

use crate::columns::{Column, NAME_CHARS, PROSE_CHARS, cell, repeats};
use crate::standard::StandardRow;

const CLASS: Column = Column(&["类别代码", "小类代码", "class"]);
const OPEN: Column = Column(&["立案条件", "open_condition"]);
const CLOSE: Column = Column(&["结案条件", "close_condition"]);
const LIMIT: Column = Column(&["处置时限", "时限", "limit"]);
const ORGANISATION: Column = Column(&["责任单位", "处置单位", "organisation"]);
const BASIS: Column = Column(&["法律依据", "依据", "basis"]);
const EMERGENCY: Column = Column(&["紧急", "emergency"]);

/// The words by which a sheet may name the responsible organisation.
#[derive(Clone, Debug)]
pub enum Organisations {
    /// Any well-formed key, for lists that come with the program, before organisations are opened.
    AnyKey,
    /// A key or a Chinese name, with the key that each means.
    Known(BTreeMap<String, String>),
}

impl Organisations {
    /// The organisations of the district and its streets.
    pub fn of(directory: &staff::Directory) -> Self {
        let words = directory.all().flat_map(|one| {
            let by_key = (one.key.clone(), one.key.clone());
            let name = one.street.is_none().then(|| (one.name.zh.to_string(), one.key.clone()));
            std::iter::once(by_key).chain(name)
        });
        Self::Known(words.collect())
    }

    fn key(&self, word: &str) -> Option<String> {
        match self {
            Self::AnyKey => {
                word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_').then(|| word.to_owned())
            }
            Self::Known(words) => words.get(word).cloned(),
        }
    }
}

/// What a sheet of standards held: every row stands in exactly one of the two lists.
#[derive(Debug, Default)]
pub struct StandardSheet {
    pub(crate) rows: Vec<StandardRow>,
    pub problems: Vec<RowProblem>,
}

struct Columns {
    class: usize,
    open: usize,
    close: usize,
    limit: usize,
    organisation: usize,
    basis: Option<usize>,
    emergency: Option<usize>,
}

impl StandardSheet {
    /// Reads a CSV or XLSX file; `classes` are the codes of the minor classes in force.
    ///
    /// # Errors
    /// When the file as a whole is unusable.
    pub fn read(
        bytes: &[u8],
        classes: &BTreeSet<String>,
        organisations: &Organisations,
    ) -> Result<Self, FileError> {
        let sheet = read_rows(bytes)?;
        let (heading, body) = sheet.split_first().ok_or(FileError::Empty)?;
        let columns = Columns::find(heading)?;
        let mut found = Self::default();
        let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
        let mut group = String::new();
        for row in body {
            let stated = cell(row, Some(columns.class)).to_lowercase();
            if !stated.is_empty() {
                group = stated;
            }
            let read = columns.read(row, &group, classes, organisations).and_then(|standard| {
                match seen.get(&(standard.class_code.clone(), standard.open_condition.clone())) {
                    Some(first) => Err(OPEN.problem(row, &standard.open_condition, repeats(*first))),
                    None => Ok(standard),
                }
            });
            match read {
                Ok(standard) => {
                    seen.insert((standard.class_code.clone(), standard.open_condition.clone()), row.number);
                    found.rows.push(standard);
                }
                Err(problem) => found.problems.push(problem),
            }
        }
        Ok(found)
    }
}

impl Columns {
    fn find(heading: &SheetRow) -> Result<Self, FileError> {
        Ok(Self {
            class: CLASS.require(heading)?,
            open: OPEN.require(heading)?,
            close: CLOSE.require(heading)?,
            limit: LIMIT.require(heading)?,
            organisation: ORGANISATION.require(heading)?,
            basis: BASIS.find(heading),
            emergency: EMERGENCY.find(heading),
        })
    }

    fn read(
        &self,
        row: &SheetRow,
        group: &str,
        classes: &BTreeSet<String>,
        organisations: &Organisations,
    ) -> Result<StandardRow, RowProblem> {
        if group.is_empty() {
            let reason = Text::new("首组没有类别代码", "the first group has no class");
            return Err(CLASS.problem(row, group, reason));
        }
        if !classes.contains(group) {
            let reason = Text::new("没有这个小类", "there is no such minor class");
            return Err(CLASS.problem(row, group, reason));
        }
        let open_condition = OPEN.required(row, Some(self.open), PROSE_CHARS)?;
        let close_condition = CLOSE.required(row, Some(self.close), PROSE_CHARS)?;
        let limit = self.limit(row)?;
        let word = ORGANISATION.required(row, Some(self.organisation), NAME_CHARS)?;
        let unknown =
            || ORGANISATION.problem(row, &word, Text::new("没有这个机构", "there is no such organisation"));
        let organisation_key = organisations.key(&word).ok_or_else(unknown)?;
        Ok(StandardRow {
            id: 0,
            class_code: group.to_owned(),
            open_condition,
            close_condition,
            limit_text: limit.text(Lang::Zh),
            organisation_key,
            basis: BASIS.optional(row, self.basis, PROSE_CHARS)?,
            emergency: self.emergency(row)?.unwrap_or(limit.unit() == Unit::ContinuousHours),
            valid_from: Millis(0),
            valid_to: None,
        })
    }

    /// A limit that cannot be read makes the row a bad one: a guessed limit would be a promise nobody made.
    fn limit(&self, row: &SheetRow) -> Result<Limit, RowProblem> {
        let text = LIMIT.required(row, Some(self.limit), NAME_CHARS)?;
        Limit::parse_as(&text, Reading::CITY).map_err(|error| {
            LIMIT.problem(row, &text, Text::owned(error.text(Lang::Zh), error.text(Lang::En)))
        })
    }

    fn emergency(&self, row: &SheetRow) -> Result<Option<bool>, RowProblem> {
        match cell(row, self.emergency) {
            "" => Ok(None),
            "是" | "yes" | "1" => Ok(Some(true)),
            "否" | "no" | "0" => Ok(Some(false)),
            other => Err(EMERGENCY.problem(row, other, Text::new("应为“是”或“否”", "must be `yes` or `no`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_row_is_lost_and_no_limit_is_guessed(
            rows in prop::collection::vec(("(p0101|e0101|x|)", "[甲乙]?", "[甲乙]?", "(2天|4小时|马上|0天|)", "(water|@|)"), 1..20)
        ) {
            let mut text = "class,open_condition,close_condition,limit,organisation\n".to_owned();
            for (class, open, close, limit, organisation) in &rows {
                text.push_str(&format!("{class},{open},{close},{limit},{organisation}\n"));
            }
            let blank = |row: &&(String, String, String, String, String)| {
                [&row.0, &row.1, &row.2, &row.3, &row.4].into_iter().all(String::is_empty)
            };
            let classes = ["p0101", "e0101"].map(str::to_owned).into();
            let sheet = StandardSheet::read(text.as_bytes(), &classes, &Organisations::AnyKey).unwrap();
            let stated = rows.len() - rows.iter().filter(blank).count();
            prop_assert_eq!(sheet.rows.len() + sheet.problems.len(), stated);
            prop_assert!(sheet.problems.iter().all(|one| !one.reason.zh.is_empty() && !one.reason.en.is_empty()));
            prop_assert!(sheet.rows.iter().all(|one| ["2个工作日", "4工作时"].contains(&one.limit_text.as_str())));
            prop_assert!(sheet.problems.windows(2).all(|pair| pair[0].row < pair[1].row));
        }
    }
}
