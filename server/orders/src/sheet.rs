//! Orders out of a sheet of another system: every row becomes a report or is named with its reason.

use std::collections::HashMap;

use areas::{AreaCode, Position};
use platform::import::RowProblem;
use platform::sheet::{FileError, SheetRow, read_rows};
use platform::{Error, FieldProblem, Text};

use crate::contact::Contact;
use crate::report::NewOrder;
use crate::words::Source;

/// The most orders that one file may bring: it is taken in one transaction.
const MOST_ORDERS: usize = 5_000;

/// A column: its name in our fields, and the headings that it is known by.
struct Column {
    field: &'static str,
    headings: &'static [&'static str],
    needed: bool,
}

const COLUMNS: [Column; 9] = [
    Column { field: "class", headings: &["类别编码", "类别", "class"], needed: true },
    Column { field: "address", headings: &["地址", "地点", "address"], needed: true },
    Column { field: "description", headings: &["描述", "问题描述", "description"], needed: true },
    Column { field: "lon", headings: &["经度", "lon", "longitude"], needed: false },
    Column { field: "lat", headings: &["纬度", "lat", "latitude"], needed: false },
    Column {
        field: "area", headings: &["网格编码", "社区编码", "区划编码", "area"], needed: false
    },
    Column { field: "urgent", headings: &["紧急", "urgent"], needed: false },
    Column { field: "contact.name", headings: &["联系人", "name"], needed: false },
    Column { field: "contact.phone", headings: &["联系电话", "电话", "phone"], needed: false },
];

/// One row, read but not yet checked against the books.
pub(crate) struct SheetOrder {
    pub row: usize,
    pub new: NewOrder,
}

/// A sheet as it was read.
pub(crate) struct OrderSheet {
    pub orders: Vec<SheetOrder>,
    pub problems: Vec<RowProblem>,
    headings: HashMap<&'static str, (usize, String)>,
    rows: HashMap<usize, Vec<String>>,
}

impl OrderSheet {
    /// Reads CSV or XLSX with a heading row.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file that is no sheet, lacks a needed column or holds too many rows.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut rows = read_rows(bytes)?.into_iter();
        let first = rows.next().ok_or(FileError::Empty)?;
        let headings = headings(&first)?;
        let mut sheet = Self { orders: Vec::new(), problems: Vec::new(), headings, rows: HashMap::new() };
        for row in rows {
            if sheet.rows.len() == MOST_ORDERS {
                return Err(Error::field(
                    "file",
                    Text::new("一次最多导入 5000 件", "5,000 orders at most in one file"),
                ));
            }
            let number = row.number;
            sheet.rows.insert(number, row.cells);
            match sheet.order(number) {
                Ok(new) => sheet.orders.push(SheetOrder { row: number, new }),
                Err(problem) => sheet.problems.push(sheet.problem(number, &problem)),
            }
        }
        Ok(sheet)
    }

    fn cell(&self, row: usize, field: &str) -> &str {
        let column = self.headings.get(field).map(|(column, _)| *column);
        let cells = self.rows.get(&row);
        column.zip(cells).and_then(|(column, cells)| cells.get(column)).map_or("", String::as_str)
    }

    /// A problem of a field as a problem of the cell that it came from.
    pub fn problem(&self, row: usize, problem: &FieldProblem) -> RowProblem {
        let field = if problem.field == "point" { "lon" } else { problem.field.as_str() };
        let heading = self.headings.get(field).map_or(field, |(_, heading)| heading.as_str());
        RowProblem::new(row, heading, self.cell(row, field), problem.detail.clone())
    }

    fn order(&self, row: usize) -> Result<NewOrder, FieldProblem> {
        let text = |field| self.cell(row, field).to_owned();
        let optional = |field| Some(text(field)).filter(|text| !text.is_empty());
        let area = optional("area").map(|code| code.parse::<AreaCode>()).transpose();
        let urgent = match self.cell(row, "urgent").to_lowercase().as_str() {
            "" | "0" | "否" | "no" | "false" => false,
            "1" | "是" | "yes" | "true" => true,
            _ => return Err(FieldProblem::new("urgent", Text::new("请填“是”或“否”", "write yes or no"))),
        };
        Ok(NewOrder {
            source: Source::Import,
            class: text("class"),
            position: self.position(row)?,
            area: area
                .map_err(|error| FieldProblem::new("area", Text::owned(error.zh(), error.to_string())))?,
            address: text("address"),
            description: text("description"),
            urgent,
            files: Vec::new(),
            contact: Some(Contact { name: optional("contact.name"), phone: optional("contact.phone") }),
        })
    }

    fn position(&self, row: usize) -> Result<Option<Position>, FieldProblem> {
        if self.cell(row, "lon").is_empty() && self.cell(row, "lat").is_empty() {
            return Ok(None);
        }
        let degrees = |field: &str| {
            let number = Text::new("须为十进制度数", "degrees as a decimal number are needed");
            self.cell(row, field).parse::<f64>().map_err(|_| FieldProblem::new(field, number))
        };
        let position = Position::new(degrees("lon")?, degrees("lat")?);
        position
            .map(Some)
            .map_err(|error| FieldProblem::new("point", Text::owned(error.zh(), error.to_string())))
    }
}

fn headings(first: &SheetRow) -> Result<HashMap<&'static str, (usize, String)>, Error> {
    let mut found = HashMap::new();
    for column in &COLUMNS {
        let known = |cell: &String| column.headings.iter().any(|heading| cell.eq_ignore_ascii_case(heading));
        match first.cells.iter().position(known) {
            Some(at) => {
                let heading = first.cells.get(at).cloned().unwrap_or_default();
                found.insert(column.field, (at, heading));
            }
            None if column.needed => {
                return Err(FileError::Column(column.headings.first().copied().unwrap_or_default()).into());
            }
            None => {}
        }
    }
    Ok(found)
}
