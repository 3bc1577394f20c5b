//! From the text of a file to cells: cut at the ends of rows, the pieces understood side by side.

use std::ops::Range;

use csv::{ByteRecord, Reader, ReaderBuilder};
use linkage::Cells;
use serde::{Deserialize, Serialize};

use super::NotCsv;
use super::person::{self, Places, Row};

/// Bytes of a piece: small enough to share, large enough not to matter.
const PIECE: usize = 1 << 20;

/// Why a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Width,
    Signs,
    NoId,
}

impl Reason {
    /// In Chinese and in English.
    #[must_use]
    pub fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Width => ("列数与表头不一致", "the row has another number of columns than the header"),
            Self::Signs => {
                ("含无法识别的字符编码", "the row has signs that the encoding of the file does not allow")
            }
            Self::NoId => ("缺少记录编号", "the record has no id"),
        }
    }
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    pub file: String,
    pub line: u64,
    pub reason: Reason,
}

/// What is the same for all rows of a file.
pub struct Form<'a> {
    pub places: &'a Places,
    /// Columns of the header.
    pub width: usize,
    pub file: &'a str,
    /// Whether rows may have signs that could not be read.
    pub damaged: bool,
}

/// A piece of a file and the line on which it begins.
pub struct Piece<'a> {
    text: &'a str,
    line: u64,
}

/// What a piece says.
pub struct Understood {
    pub cells: Vec<Cells>,
    pub rejected: Vec<Rejected>,
}

impl AsRef<[Cells]> for Understood {
    fn as_ref(&self) -> &[Cells] {
        &self.cells
    }
}

/// Cuts a text, which begins on `line`, at the ends of rows.
///
/// # Errors
/// When the text is not CSV.
pub fn pieces(text: &str, line: u64) -> Result<Vec<Piece<'_>>, NotCsv> {
    let mut cuts = Vec::new();
    let mut from = 0;
    if text.contains('"') {
        // A line may end inside quotes, so only a reader of CSV knows where a row does.
        let (mut reader, mut record) = (reader(text), ByteRecord::new());
        while reader.read_byte_record(&mut record)? {
            let end = usize::try_from(reader.position().byte()).map_err(|_| NotCsv::TooLarge)?;
            if end >= from + PIECE {
                cuts.push(from..end);
                from = end;
            }
        }
    } else {
        while let Some(end) =
            text.as_bytes().get(from + PIECE..).and_then(|rest| rest.iter().position(|&b| b == b'\n'))
        {
            let end = from + PIECE + end + 1;
            cuts.push(from..end);
            from = end;
        }
    }
    cuts.push(from..text.len());
    let mut line = line;
    let mut piece = |cut: Range<usize>| {
        let text = text.get(cut).unwrap_or_default();
        let piece = Piece { text, line };
        line += text.bytes().filter(|&byte| byte == b'\n').count() as u64;
        piece
    };
    Ok(cuts.into_iter().map(&mut piece).collect())
}

fn reader(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// The first row, the text behind it and the line on which that begins.
///
/// # Errors
/// When the text does not begin with a row of CSV.
pub fn header(text: &str) -> Result<(Vec<String>, &str, u64), NotCsv> {
    let (mut reader, mut record) = (reader(text), ByteRecord::new());
    reader.read_byte_record(&mut record)?;
    let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    let end = usize::try_from(reader.position().byte()).map_err(|_| NotCsv::TooLarge)?;
    let lines = reader.position().line();
    Ok((cells, text.get(end..).unwrap_or_default(), lines))
}

/// Brings the rows of a piece into form.
pub fn understand(piece: &Piece, form: &Form) -> Understood {
    let mut found = Understood { cells: vec![Cells::default(); person::inputs()], rejected: Vec::new() };
    each(piece, form.width, form.damaged, |line, row, fault| {
        let taken = fault.map_or_else(|| take(row, form, &mut found.cells), Err);
        if let Err(reason) = taken {
            found.rejected.push(Rejected { file: form.file.to_owned(), line, reason });
        }
    });
    found
}

/// Shows each row of a piece that is not empty: its line, its cells, and why it cannot be read whatever its columns mean.
pub fn each(piece: &Piece, width: usize, damaged: bool, mut show: impl FnMut(u64, &[&str], Option<Reason>)) {
    let mut one = |line: u64, cells: &[&str]| {
        let fault = if cells.len() != width {
            Some(Reason::Width)
        } else if damaged && cells.iter().any(|cell| cell.contains('\u{fffd}')) {
            Some(Reason::Signs)
        } else {
            None
        };
        show(line, cells, fault);
    };
    let mut cells: Vec<&str> = Vec::with_capacity(width);
    if !piece.text.contains('"') {
        for (line, row) in (piece.line..).zip(piece.text.split('\n')) {
            let row = row.strip_suffix('\r').unwrap_or(row);
            if !row.is_empty() {
                cells.clear();
                split(row, &mut cells);
                one(line, &cells);
            }
        }
        return;
    }
    let (mut reader, mut record) = (reader(piece.text), ByteRecord::new());
    // Reading from memory does not fail, and rows of any length are allowed.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let cells: Vec<&str> =
            record.iter().map(|cell| std::str::from_utf8(cell).unwrap_or("\u{fffd}")).collect();
        one(piece.line + record.position().map_or(0, |position| position.line() - 1), &cells);
    }
}

/// The cells of a row without quotes.
fn split<'a>(row: &'a str, cells: &mut Vec<&'a str>) {
    let mut from = 0;
    for (at, byte) in row.bytes().enumerate() {
        if byte == b',' {
            cells.extend(row.get(from..at));
            from = at + 1;
        }
    }
    cells.extend(row.get(from..));
}

fn take(row: &[&str], form: &Form, cells: &mut [Cells]) -> Result<(), Reason> {
    let cell = |at: usize| row.get(at).map_or("", |cell| cell.trim());
    let joined = form.places.each_ref().map(|columns| match columns.as_slice() {
        [] | [_] => String::new(),
        several => {
            several.iter().map(|&at| cell(at)).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
        }
    });
    let mut texts = joined.each_ref().map(String::as_str);
    for (text, columns) in texts.iter_mut().zip(form.places) {
        if let [at] = columns.as_slice() {
            *text = cell(*at);
        }
    }
    let [record_id, name, sex, id_no, birth_date, phone, address] = texts;
    if record_id.is_empty() {
        return Err(Reason::NoId);
    }
    person::write(&Row { record_id, name, sex, id_no, birth_date, phone, address }, cells);
    Ok(())
}
