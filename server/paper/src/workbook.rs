//! Lists as workbooks, however long.

use platform::{BEIJING_MS, Error, Millis};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder};
use rust_xlsxwriter::{Workbook as Book, Worksheet, XlsxError};

use crate::lines::is_wide;

/// The rows of one sheet, head included; what is more goes on the next sheet.
const SHEET_ROWS: u32 = 1_048_576;
/// The most characters that a cell takes.
const CELL_CHARS: usize = 32_767;
const NARROWEST: u32 = 6;
const WIDEST: u32 = 60;
/// The first day of the calendar that cells count by is 1899-12-30.
const EPOCH_DAYS: f64 = 25_569.0;
const DAY_MS: f64 = 86_400_000.0;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Whole(i64),
    Number(f64),
    /// Shown as date and time of day in Beijing.
    Moment(Millis),
}

impl Cell {
    /// A text; an empty one leaves the cell empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<Option<Millis>> for Cell {
    fn from(at: Option<Millis>) -> Self {
        at.map_or(Self::Empty, Self::Moment)
    }
}

/// A list on its way into a workbook. A row goes to disk once the next one is written, so that a million of them take
/// no more memory than one.
pub struct Workbook {
    book: Book,
    name: String,
    heads: Vec<String>,
    widths: Vec<u32>,
    sheets: usize,
    /// The row that is written next.
    row: u32,
    formats: Formats,
}

struct Formats {
    head: Format,
    text: Format,
    /// Text that a spreadsheet would take for a formula when somebody edits its cell.
    literal: Format,
    moment: Format,
}

impl Workbook {
    /// An empty list: the name of its sheet and the heads of its columns.
    ///
    /// # Errors
    /// [`Error::Internal`] when there is no room for a file in the system's folder for temporary files.
    pub fn new(name: &str, heads: Vec<String>, made_at: Millis) -> Result<Self, Error> {
        let mut book = Book::new();
        let made = ExcelDateTime::from_timestamp((made_at.0 + BEIJING_MS) / 1000).map_err(broken)?;
        book.set_properties(&DocProperties::new().set_title(name).set_creation_datetime(&made));
        let text = Format::new().set_align(FormatAlign::Top);
        let head = Format::new().set_bold().set_background_color(Color::RGB(0xE3_E7_EC));
        let formats = Formats {
            head: head.set_border_bottom(FormatBorder::Thin).set_text_wrap(),
            literal: text.clone().set_quote_prefix(),
            moment: text.clone().set_num_format("yyyy-mm-dd hh:mm"),
            text,
        };
        let widths = heads.iter().map(|head| width(head)).collect();
        let name = name.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(28).collect();
        let mut workbook = Self { book, name, heads, widths, sheets: 0, row: SHEET_ROWS, formats };
        workbook.open_sheet().map_err(broken)?;
        Ok(workbook)
    }

    /// Writes a row under the last one.
    ///
    /// # Errors
    /// [`Error::Internal`] when the disk is full.
    pub fn push(&mut self, cells: &[Cell]) -> Result<(), Error> {
        self.write(cells).map_err(broken)
    }

    /// The file.
    ///
    /// # Errors
    /// [`Error::Internal`] when the disk is full.
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        self.close_sheet().map_err(broken)?;
        self.book.save_to_buffer().map_err(broken)
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.book.worksheet_from_index(self.sheets - 1)
    }

    fn open_sheet(&mut self) -> Result<(), XlsxError> {
        if self.sheets > 0 {
            self.close_sheet()?;
        }
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.name.clone(),
            nth => format!("{} {nth}", self.name),
        };
        self.book.add_worksheet_with_constant_memory()?.set_name(name)?.set_freeze_panes(1, 0)?;
        let (heads, format) = (self.heads.clone(), self.formats.head.clone());
        for (column, head) in (0..).zip(&heads) {
            self.sheet()?.write_string_with_format(0, column, head, &format)?;
        }
        self.row = 1;
        Ok(())
    }

    fn close_sheet(&mut self) -> Result<(), XlsxError> {
        let (widths, last) = (self.widths.clone(), self.row - 1);
        let right = u16::try_from(widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let sheet = self.sheet()?;
        for (column, width) in (0..).zip(widths) {
            sheet.set_column_width(column, width.clamp(NARROWEST, WIDEST) + 2)?;
        }
        sheet.autofilter(0, 0, last, right)?;
        Ok(())
    }

    fn write(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.row >= SHEET_ROWS {
            self.open_sheet()?;
        }
        let row = self.row;
        for ((column, cell), widest) in (0..).zip(cells).zip(&mut self.widths) {
            let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
            let formats = &self.formats;
            let wide = match cell {
                Cell::Empty => 0,
                Cell::Text(text) => {
                    let text: String = text.chars().take(CELL_CHARS).collect();
                    let looks = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    let format = if looks { &formats.literal } else { &formats.text };
                    sheet.write_string_with_format(row, column, &text, format)?;
                    width(&text)
                }
                Cell::Whole(number) => {
                    // A cell holds no more digits than this; a longer number is a name.
                    match i32::try_from(*number) {
                        Ok(number) => sheet.write_number_with_format(row, column, number, &formats.text)?,
                        Err(_) => {
                            sheet.write_string_with_format(row, column, number.to_string(), &formats.text)?
                        }
                    };
                    10
                }
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, column, *number, &formats.text)?;
                    10
                }
                Cell::Moment(at) => {
                    sheet.write_number_with_format(row, column, serial(*at), &formats.moment)?;
                    16
                }
            };
            *widest = (*widest).max(wide);
        }
        self.row += 1;
        Ok(())
    }
}

/// A moment as days since the first day of the cells' calendar, Beijing time.
fn serial(at: Millis) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our centuries are exact in 53 bits")]
    let local = (at.0 + BEIJING_MS) as f64;
    local / DAY_MS + EPOCH_DAYS
}

/// How wide the longest line of a text is, in digits.
fn width(text: &str) -> u32 {
    let of_line = |line: &str| line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum::<u32>();
    text.lines().map(of_line).max().unwrap_or(0)
}

fn broken(error: XlsxError) -> Error {
    Error::internal(error)
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<Data>>)> {
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        book.worksheets()
            .into_iter()
            .map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect()))
            .collect()
    }

    #[test]
    fn cells_are_what_they_are() {
        let heads = ["编号", "件数", "比例", "时间", "备注"].map(str::to_owned).to_vec();
        let mut book = Workbook::new("工单", heads, Millis(1_795_395_600_000)).unwrap();
        let row = [
            Cell::text("006-20261123-00001"),
            Cell::Whole(3),
            Cell::Number(0.5),
            Cell::Moment(Millis(1_795_395_600_000)),
            Cell::text(""),
        ];
        book.push(&row).unwrap();
        let sheets = read(book.finish().unwrap());
        let (name, rows) = &sheets[0];
        assert_eq!(name, "工单");
        assert_eq!(rows[0][0], Data::String("编号".into()));
        assert_eq!(rows[1][0], Data::String("006-20261123-00001".into()));
        assert_eq!((&rows[1][1], &rows[1][2]), (&Data::Float(3.0), &Data::Float(0.5)));
        assert_eq!(rows[1][3].to_string(), "46349.375", "2026-11-23 09:00 in Beijing");
        assert_eq!(rows[1][4], Data::Empty);
    }

    #[test]
    fn what_looks_like_a_formula_stays_text() {
        let mut book = Workbook::new("a/b", vec!["x".to_owned()], Millis(0)).unwrap();
        for text in ["=1+1", "+86 138", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")"] {
            book.push(&[Cell::text(text)]).unwrap();
        }
        let mut file = Xlsx::new(std::io::Cursor::new(book.finish().unwrap())).unwrap();
        let range = file.worksheet_range("ab").unwrap();
        let texts: Vec<_> = range.rows().skip(1).map(|row| row[0].clone()).collect();
        let wanted = ["=1+1", "+86 138", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")"];
        assert_eq!(texts, wanted.map(|text| Data::String(text.to_owned())));
        assert!(file.worksheet_formula("ab").unwrap().is_empty());
    }

    #[test]
    fn a_number_that_a_cell_would_round_is_kept_as_text() {
        let mut book = Workbook::new("n", vec!["code".to_owned()], Millis(0)).unwrap();
        book.push(&[Cell::Whole(450_204_006_001_003)]).unwrap();
        let sheets = read(book.finish().unwrap());
        assert_eq!(sheets[0].1[1][0], Data::String("450204006001003".into()));
    }
}
