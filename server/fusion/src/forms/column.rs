//! The columns of a form, and what they ask for.

use platform::{Error, Text};
use serde::{Deserialize, Serialize};

use super::field::{Known, Meaning};

/// The most columns that a form may have.
const MOST: usize = 64;
const HEADING_CHARS: usize = 100;
/// A sheet's heading stands in one of its first rows, below its title.
const HEADING_ROWS: usize = 10;

/// A column as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub heading: String,
    /// The word of the field that answers it.
    pub field: Option<Known>,
    /// Asks for what is never kept about anybody.
    #[serde(default)]
    pub never: bool,
}

impl Column {
    pub fn of(heading: &str) -> Self {
        let meaning = Meaning::of(heading);
        Self {
            heading: heading.to_owned(),
            field: match meaning {
                Meaning::Known(field) => Some(field),
                Meaning::Never | Meaning::New => None,
            },
            never: meaning == Meaning::Never,
        }
    }

    pub fn is_new(&self) -> bool {
        self.field.is_none()
    }
}

/// What the rows of a form stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowsOf {
    /// One for each resident.
    People,
    /// One for each grid.
    Grids,
    /// One for the community.
    Community,
}

impl RowsOf {
    pub fn of(columns: &[Column]) -> Self {
        let asks = |is: fn(Known) -> bool| columns.iter().filter_map(|column| column.field).any(is);
        match (asks(Known::is_of_a_person), asks(Known::is_of_a_grid)) {
            (true, _) => Self::People,
            (false, true) => Self::Grids,
            (false, false) => Self::Community,
        }
    }
}

/// The columns of a sheet: its heading is the row with the most headings that are known.
///
/// # Errors
/// [`Error::Invalid`] for a file that cannot be read.
pub fn of_sheet(bytes: &[u8]) -> Result<Vec<Column>, Error> {
    let rows = platform::sheet::read_rows(bytes)?;
    let known = |cells: &[String]| {
        let known = cells.iter().filter(|cell| !matches!(Meaning::of(cell), Meaning::New)).count();
        let written = cells.iter().filter(|cell| !cell.is_empty()).count();
        (known, written)
    };
    let mut best: Option<(&[String], (usize, usize))> = None;
    for row in rows.iter().take(HEADING_ROWS) {
        let score = known(&row.cells);
        if best.is_none_or(|(_, other)| score > other) {
            best = Some((&row.cells, score));
        }
    }
    let cells = best.map(|(cells, _)| cells).unwrap_or_default();
    Ok(cells.iter().filter(|cell| !cell.is_empty()).map(|cell| Column::of(cell)).collect())
}

/// Refuses what no form can have.
///
/// # Errors
/// [`Error::Invalid`] with the reason.
pub fn check(columns: &[Column]) -> Result<(), Error> {
    let wrong = |zh: &'static str, en: &'static str| Err(Error::field("columns", Text::new(zh, en)));
    let too_long = |column: &Column| {
        let chars = column.heading.chars().count();
        chars == 0 || chars > HEADING_CHARS || column.heading.chars().any(char::is_control)
    };
    match columns {
        [] => wrong("表格至少有一列", "a form has at least one column"),
        columns if columns.len() > MOST => wrong("表格不超过 64 列", "64 columns at most"),
        columns if columns.iter().any(too_long) => {
            wrong("列名须为 1 至 100 字", "a heading has 1 to 100 characters")
        }
        columns => {
            let mut headings: Vec<&str> = columns.iter().map(|column| column.heading.as_str()).collect();
            headings.sort_unstable();
            headings.dedup();
            match headings.len() == columns.len() {
                true => Ok(()),
                false => wrong("列名不能重复", "no heading may stand there twice"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_of_a_sheet_stands_below_its_title() {
        let sheet = "2026年高龄老人摸底表,,\n填报单位：,,\n序号,姓名,身份证号码,是否独居\n,,,\n1,,,\n";
        let columns = of_sheet(sheet.as_bytes()).unwrap();
        let fields: Vec<Option<Known>> = columns.iter().map(|column| column.field).collect();
        assert_eq!(fields, [Some(Known::Serial), Some(Known::Name), Some(Known::IdNo), None]);
        assert_eq!(RowsOf::of(&columns), RowsOf::People);
    }

    #[test]
    fn a_form_of_numbers_has_a_row_for_each_grid_or_one() {
        let rows =
            |headings: &[&str]| RowsOf::of(&headings.iter().map(|one| Column::of(one)).collect::<Vec<_>>());
        assert_eq!(rows(&["社区", "总人口", "户数"]), RowsOf::Community);
        assert_eq!(rows(&["社区", "网格", "总人口"]), RowsOf::Grids);
        assert_eq!(rows(&["社区", "姓名", "电话"]), RowsOf::People);
    }
}
