//! A workbook as text: the first sheet, row by row, each on the line of its number. What would be read wrongly is refused:
//! formulas, whose stored results may be old, and merged cells, of which only the first has a value.

use std::fmt::Write as _;
use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

use crate::fault::{FileFault, MOST_COLUMNS, MOST_UNPACKED};

/// Tables pack ten- to thirtyfold; what packs more than this beyond [`SMALL`] was made to do so.
const MOST_PACKED: u64 = 150;
/// Bytes up to which the packing does not matter.
const SMALL: u64 = 32 << 20;

/// The first sheet as CSV.
///
/// # Errors
/// Why it is not taken.
pub(crate) fn to_csv(bytes: &[u8]) -> Result<String, FileFault> {
    measure(bytes)?;
    let unreadable = |cause: calamine::XlsxError| FileFault::Workbook(cause.to_string());
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let name = book.sheet_names().first().cloned().ok_or(FileFault::Empty)?;
    if let Some(first) = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?.first() {
        return Err(FileFault::Merged(format!("{}:{}", cell_name(first.start), cell_name(first.end))));
    }
    // Cell by cell: a whole range would be allocated by its corners, which one far cell can set.
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let (mut text, mut row, mut written) = (String::new(), 0, Vec::new());
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(unreadable)? {
        if cell.formula.is_some() {
            return Err(FileFault::Formula(cell_name(cell.pos)));
        }
        let value = cell_text(&cell.value);
        if value.is_empty() {
            continue;
        }
        let (at, column) = (cell.pos.0, cell.pos.1 as usize);
        if column >= MOST_COLUMNS {
            return Err(FileFault::Columns);
        }
        while row < at {
            line(&mut text, &mut written);
            row += 1;
        }
        if written.len() <= column {
            written.resize(column + 1, String::new());
        }
        if let Some(place) = written.get_mut(column) {
            *place = value;
        }
    }
    line(&mut text, &mut written);
    Ok(level(text))
}

/// Rows of a sheet end where their last cell does: each is filled up to the width of the heading.
fn level(text: String) -> String {
    let width = text.lines().next().map_or(0, |heading| heading.matches('\u{1f}').count());
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for row in text.lines() {
        if !row.is_empty() {
            let mut count = 0;
            for cell in row.split_terminator('\u{1f}') {
                if count > 0 {
                    out.push(',');
                }
                quoted(cell, &mut out);
                count += 1;
            }
            (count..width).for_each(|_| out.push(','));
        }
        out.push('\n');
    }
    out
}

/// Ends a row; its cells are parted by a sign that no cell holds.
fn line(text: &mut String, cells: &mut Vec<String>) {
    for cell in cells.drain(..) {
        text.push_str(&cell);
        text.push('\u{1f}');
    }
    text.push('\n');
}

/// A cell of CSV, quoted where it must be (RFC 4180).
pub(crate) fn quoted(cell: &str, out: &mut String) {
    if cell.contains([',', '"', '\n', '\r']) {
        // Writing to a string does not fail.
        let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
    } else {
        out.push_str(cell);
    }
}

/// Unpacks every part and counts, since the sizes that an archive declares may lie.
fn measure(bytes: &[u8]) -> Result<(), FileFault> {
    let unreadable = |cause: &dyn std::fmt::Display| FileFault::Workbook(cause.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|cause| unreadable(&cause))?;
    let most = (bytes.len() as u64).saturating_mul(MOST_PACKED).clamp(SMALL, MOST_UNPACKED);
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|cause| unreadable(&cause))?;
        if part.size() > left {
            return Err(FileFault::Bomb);
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|cause| unreadable(&cause))?;
        left = left.checked_sub(read).ok_or(FileFault::Bomb)?;
    }
    Ok(())
}

/// Such as `B3`.
fn cell_name((row, column): (u32, u32)) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

fn cell_text(value: &DataRef<'_>) -> String {
    let plain = |text: &str| {
        let text = text.trim();
        match text.contains(char::is_control) {
            true => text.replace(char::is_control, " "),
            false => text.to_owned(),
        }
    };
    match value {
        DataRef::String(text) => plain(text),
        DataRef::SharedString(text) => plain(text),
        DataRef::Int(number) => number.to_string(),
        // A spreadsheet holds a code as a float; below 15 digits it is exact, beyond it digits are lost and it says so.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        DataRef::DateTime(moment) => day_of(moment.as_f64()),
        DataRef::Empty => String::new(),
        #[expect(unreachable_patterns, reason = "the kinds of cell may grow")]
        _ => String::new(),
    }
}

/// A spreadsheet counts days from 1899-12-30.
fn day_of(serial: f64) -> String {
    const EPOCH_DAYS: i64 = 25_569;
    let days = serial.floor() as i64 - EPOCH_DAYS;
    platform::Millis(days.saturating_mul(86_400_000)).beijing_date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{Format, Workbook};
    use std::io::Write;

    fn saved(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = Workbook::new();
        fill(book.add_worksheet());
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn a_sheet_becomes_rows_on_the_lines_of_their_numbers() {
        let bytes = saved(|sheet| {
            for (at, heading) in ["编号", "姓名", "出生日期", "住址"].iter().enumerate() {
                sheet.write(0, at as u16, *heading).unwrap();
            }
            sheet.write(2, 0, 1_001.0).unwrap();
            sheet.write(2, 1, "韦, \"子涵\"\n").unwrap();
            let day = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_with_format(2, 2, 32_874.0, &day).unwrap();
        });
        assert_eq!(
            to_csv(&bytes).unwrap(),
            "编号,姓名,出生日期,住址\n\n1001,\"韦, \"\"子涵\"\"\",1990-01-01,\n"
        );
    }

    #[test]
    fn formulas_and_merged_cells_are_named_and_refused() {
        let formula = saved(|sheet| {
            sheet.write(0, 0, "编号").unwrap();
            sheet.write_formula(2, 1, "=A1&\"x\"").unwrap();
        });
        assert_eq!(to_csv(&formula), Err(FileFault::Formula("B3".into())));
        let merged = saved(|sheet| {
            sheet.write(0, 0, "编号").unwrap();
            sheet.merge_range(1, 0, 4, 0, "同一户", &Format::new()).unwrap();
        });
        assert_eq!(to_csv(&merged), Err(FileFault::Merged("A2:A5".into())));
        assert_eq!(cell_name((0, 27)), "AB1");
    }

    #[test]
    fn a_bomb_is_known_by_what_it_unpacks_to_and_half_a_workbook_by_its_end() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let block = vec![b' '; 1 << 20];
        for _ in 0..=40 {
            archive.write_all(&block).unwrap();
        }
        let bomb = archive.finish().unwrap().into_inner();
        assert!(bomb.len() < 1 << 20);
        assert_eq!(to_csv(&bomb), Err(FileFault::Bomb));
        let whole = saved(|sheet| {
            sheet.write(0, 0, "编号").unwrap();
        });
        assert!(matches!(to_csv(&whole[..whole.len() / 2]), Err(FileFault::Workbook(_))));
        let far = saved(|sheet| {
            sheet.write(0, 0, "编号").unwrap();
            sheet.write(0, 300, "far").unwrap();
        });
        assert_eq!(to_csv(&far), Err(FileFault::Columns));
    }
}
