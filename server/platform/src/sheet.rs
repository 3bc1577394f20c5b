//! Rows of text out of a CSV or XLSX file, within limits that are checked before memory is spent.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10 << 20;
/// Most rows that are read, the heading among them.
pub const MAX_ROWS: usize = 20_000;
/// Largest size of a workbook once unpacked, in bytes.
pub const MAX_UNPACKED_BYTES: u64 = 100 << 20;
/// Cells right of this column are not part of any table that we read.
const MAX_COLUMNS: u32 = 64;

/// One row of a sheet; cells are trimmed, absent ones are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// The row of a workbook or the line of a CSV on which it starts; the first is 1.
    pub number: usize,
    /// Texts from the first column on.
    pub cells: Vec<String>,
}

/// Why a file as a whole cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// More than [`MAX_BYTES`].
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// More than [`MAX_UNPACKED_BYTES`] once unpacked.
    #[error("the workbook unpacks to more than 100 MB")]
    UnpacksTooLarge,
    /// More than [`MAX_ROWS`].
    #[error("the file has more than 20,000 rows")]
    TooManyRows,
    /// Nothing in it.
    #[error("the file has no rows")]
    Empty,
    /// Neither UTF-8 nor GB 18030 (GBK).
    #[error("the text is neither UTF-8 nor GBK")]
    Encoding,
    /// A quote that never closes, or the like.
    #[error("the CSV cannot be read: {0}")]
    Csv(String),
    /// Not a workbook, damaged or locked with a password.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// A needed column is missing.
    #[error("no column `{0}` in the first row")]
    Column(&'static str),
}

impl FileError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::TooLarge => "文件超过 10 MB".into(),
            Self::UnpacksTooLarge => "工作簿解压后超过 100 MB".into(),
            Self::TooManyRows => "文件超过 20,000 行".into(),
            Self::Empty => "文件没有内容".into(),
            Self::Encoding => "文字编码既不是 UTF-8 也不是 GBK".into(),
            Self::Csv(cause) => format!("CSV 无法读取：{cause}"),
            Self::Workbook(cause) => format!("工作簿无法读取：{cause}"),
            Self::Column(name) => format!("首行缺少“{name}”列"),
        }
    }
}

/// Reads the rows that are not wholly empty; XLSX is known by its first bytes, not by the file's name.
pub fn read_rows(bytes: &[u8]) -> Result<Vec<SheetRow>, FileError> {
    if bytes.len() > MAX_BYTES {
        return Err(FileError::TooLarge);
    }
    let mut rows = if bytes.starts_with(b"PK\x03\x04") { read_xlsx(bytes)? } else { read_csv(bytes)? };
    rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    if rows.is_empty() { Err(FileError::Empty) } else { Ok(rows) }
}

fn read_csv(bytes: &[u8]) -> Result<Vec<SheetRow>, FileError> {
    let text = decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|cause| FileError::Csv(cause.to_string()))?;
        if rows.len() == MAX_ROWS {
            return Err(FileError::TooManyRows);
        }
        // The reader places a record before the blank lines that it skipped.
        let start = record.position().map_or(counted, |position| position.byte() as usize);
        let blank = text.bytes().skip(start).take_while(|byte| *byte == b'\n').count();
        let start = start + blank;
        line += text.get(counted..start).map_or(0, |passed| passed.matches('\n').count());
        counted = start;
        rows.push(SheetRow {
            number: line,
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        });
    }
    Ok(rows)
}

/// UTF-8 if it is valid UTF-8, else GB 18030, of which GBK is a part.
fn decode(bytes: &[u8]) -> Result<String, FileError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.contains('\0') { Err(FileError::Encoding) } else { Ok(text.to_owned()) };
    }
    encoding_rs::GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
        .filter(|text| !text.contains('\0'))
        .ok_or(FileError::Encoding)
}

fn read_xlsx(bytes: &[u8]) -> Result<Vec<SheetRow>, FileError> {
    check_unpacked_size(bytes)?;
    let unreadable = |cause: calamine::XlsxError| FileError::Workbook(cause.to_string());
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let name = book.sheet_names().first().cloned().ok_or(FileError::Empty)?;
    // Cell by cell: a whole range would be allocated by its corners, which one far cell can set.
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let text = cell_text(cell.get_value());
        if column >= MAX_COLUMNS || text.is_empty() {
            continue;
        }
        let number = row as usize + 1;
        if rows.last().is_none_or(|last| last.number != number) {
            if rows.len() == MAX_ROWS {
                return Err(FileError::TooManyRows);
            }
            rows.push(SheetRow { number, cells: Vec::new() });
        }
        if let Some(last) = rows.last_mut() {
            let column = column as usize;
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            if let Some(place) = last.cells.get_mut(column) {
                *place = text;
            }
        }
    }
    Ok(rows)
}

/// Unpacks every part and counts, since the sizes that an archive declares may lie.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), FileError> {
    let unreadable = |cause: &dyn std::fmt::Display| FileError::Workbook(cause.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|cause| unreadable(&cause))?;
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|cause| unreadable(&cause))?;
        if part.size() > left {
            return Err(FileError::UnpacksTooLarge);
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|cause| unreadable(&cause))?;
        left = left.checked_sub(read).ok_or(FileError::UnpacksTooLarge)?;
    }
    Ok(())
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        // A spreadsheet holds a code as a float; below 15 digits it is exact.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(moment) => moment.as_f64().to_string(),
        DataRef::Empty => String::new(),
        #[expect(unreachable_patterns, reason = "the kinds of cell may grow")]
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::Workbook;
    use std::io::Write;

    fn texts(rows: &[SheetRow]) -> Vec<(usize, Vec<&str>)> {
        rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect()
    }

    #[test]
    fn utf8_and_gbk_say_the_same() {
        let text = "code,name\r\n\r\n,\r\n450204,柳南区\r\n";
        let (gbk, _, lossy) = encoding_rs::GBK.encode(text);
        assert!(!lossy);
        let expected = vec![(1, vec!["code", "name"]), (4, vec!["450204", "柳南区"])];
        assert_eq!(texts(&read_rows(text.as_bytes()).unwrap()), expected);
        assert_eq!(texts(&read_rows(format!("\u{feff}{text}").as_bytes()).unwrap()), expected);
        assert_eq!(texts(&read_rows(&gbk).unwrap()), expected);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(read_rows(b"\xff\xff\xff"), Err(FileError::Encoding));
        assert_eq!(read_rows(b"a\0b"), Err(FileError::Encoding));
        assert_eq!(read_rows(b""), Err(FileError::Empty));
        assert_eq!(read_rows(b"\n , \n"), Err(FileError::Empty));
        assert!(matches!(read_rows(b"PK\x03\x04rest"), Err(FileError::Workbook(_))));
    }

    #[test]
    fn limits_hold_before_rows_are_kept() {
        assert_eq!(read_rows(&vec![b'1'; MAX_BYTES + 1]), Err(FileError::TooLarge));
        assert_eq!(read_rows("1\n".repeat(MAX_ROWS + 1).as_bytes()), Err(FileError::TooManyRows));
        assert_eq!(read_rows("1\n".repeat(MAX_ROWS).as_bytes()).unwrap().len(), MAX_ROWS);
    }

    #[test]
    fn a_workbook_gives_codes_without_loss() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "code").unwrap();
        sheet.write(0, 1, "name").unwrap();
        sheet.write(2, 0, 450_204_006_003.0).unwrap();
        sheet.write(2, 1, " 航北社区 ").unwrap();
        // A cell in the last corner must cost nothing.
        sheet.write(1_048_575, 16_383, "far").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        assert_eq!(
            texts(&read_rows(&bytes).unwrap()),
            [(1, vec!["code", "name"]), (3, vec!["450204006003", "航北社区"])]
        );
    }

    #[test]
    fn a_zip_bomb_is_refused_by_its_real_size() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let block = vec![b' '; 1 << 20];
        for _ in 0..=100 {
            archive.write_all(&block).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < MAX_BYTES);
        assert_eq!(read_rows(&bytes), Err(FileError::UnpacksTooLarge));
    }
}
