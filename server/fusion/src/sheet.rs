//! A file as rows: whatever it came as, it is text with a heading, and every row is taken or named with its reason.

use std::collections::HashSet;

use chinese::{date, identity, name};
use platform::Text;
use rayon::prelude::*;
use registry::Said;

use crate::columns::Places;
use crate::fault::{FileFault, MOST_COLUMNS};
use crate::people::{encoding, rows};
use crate::workbook;

/// Characters beyond which a cell is no name, number or address.
const LONGEST: usize = 200;
const LONGEST_KEY: usize = 64;
/// Bytes in which a web page shows itself.
const BEGINNING: usize = 1_024;

/// A file as text.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub heading: Vec<String>,
    pub text: String,
}

/// Why a row is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFault {
    Width,
    Signs,
    NoKey,
    Twice,
    Formula,
    Long,
    Nothing,
    /// Another valid number than the resident's other records have.
    Contradicts,
    /// No street can be read from the address, and nobody known is meant.
    NoPlace,
    /// The community that is named lies in another street.
    Elsewhere,
    /// Its community has not been opened.
    Closed,
}

impl RowFault {
    /// The sentence.
    pub fn text(self) -> Text {
        match self {
            Self::Width => Text::new(
                "列数与表头不一致，行可能被截断",
                "another number of cells than the heading has; the row may be cut off",
            ),
            Self::Signs => Text::new("含无法识别的字符", "holds signs that could not be read"),
            Self::NoKey => {
                Text::new("缺少记录编号，或编号过长", "the record has no number, or it is too long")
            }
            Self::Twice => Text::new(
                "记录编号在文件中重复，只取第一条",
                "the number stands in the file twice; only the first row is taken",
            ),
            Self::Formula => Text::new("含公式，请粘贴为数值", "holds a formula; paste it as a value"),
            Self::Long => Text::new("单元格内容过长", "a cell is too long"),
            Self::Nothing => Text::new(
                "没有可用的姓名或证件号码",
                "neither a name nor an identity number that can be used",
            ),
            Self::Contradicts => Text::new(
                "证件号码与此人其他来源的有效号码不同，请核对",
                "the identity number differs from the valid one of the person's other records",
            ),
            Self::NoPlace => Text::new(
                "住址看不出属于哪个街道、社区",
                "the address does not tell the street and community",
            ),
            Self::Elsewhere => Text::new(
                "住址中的社区不属于所写街道",
                "the community of the address does not lie in the street that it names",
            ),
            Self::Closed => Text::new("所在社区尚未开通", "its community is not open yet"),
        }
    }

    /// The word by which it is counted.
    pub fn word(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Signs => "signs",
            Self::NoKey => "no_key",
            Self::Twice => "twice",
            Self::Formula => "formula",
            Self::Long => "long",
            Self::Nothing => "nothing",
            Self::Contradicts => "contradicts",
            Self::NoPlace => "no_place",
            Self::Elsewhere => "elsewhere",
            Self::Closed => "closed",
        }
    }

    /// Whether the row counts as unplaced, and not as refused.
    pub fn is_of_place(self) -> bool {
        matches!(self, Self::NoPlace | Self::Elsewhere | Self::Closed)
    }

    /// The field at fault, in the words of the columns; empty where it is the whole row.
    pub fn field(self) -> &'static str {
        match self {
            Self::NoKey | Self::Twice => "record_id",
            Self::Nothing => "name",
            Self::Contradicts => "id_no",
            Self::NoPlace | Self::Elsewhere | Self::Closed => "address",
            Self::Width | Self::Signs | Self::Formula | Self::Long => "",
        }
    }
}

/// A row that says something about somebody.
pub(crate) struct Taken {
    pub line: u64,
    pub key: String,
    pub said: Said,
    pub said_on: Option<String>,
}

/// A row that is not taken, as it was written.
pub(crate) struct Refused {
    pub line: u64,
    pub why: RowFault,
    pub cells: Vec<String>,
}

/// Every row of a file.
#[derive(Default)]
pub(crate) struct Rows {
    /// Sorted by key, whatever the order of the file.
    pub taken: Vec<Taken>,
    pub refused: Vec<Refused>,
}

impl Sheet {
    /// Reads a file of whatever kind.
    ///
    /// # Errors
    /// Why it is not taken as a whole.
    pub fn of(bytes: Vec<u8>) -> Result<Self, FileFault> {
        if bytes.is_empty() {
            return Err(FileFault::Empty);
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(FileFault::OldWorkbook);
        }
        let text = if bytes.starts_with(b"PK\x03\x04") {
            workbook::to_csv(&bytes)?
        } else {
            if is_page(&bytes) {
                return Err(FileFault::Html);
            }
            let read = encoding::read(bytes).map_err(|_| FileFault::Encoding)?;
            // Half a line of noise may be a slip; noise everywhere is another encoding.
            let noise = read.text.chars().filter(|c| *c == '\u{fffd}').count();
            if read.text.contains('\0') || noise * 20 > read.text.len() {
                return Err(FileFault::Encoding);
            }
            read.text
        };
        Self::of_text(text)
    }

    /// Reads the heading of what [`Sheet::of`] gave.
    ///
    /// # Errors
    /// Why it is no table.
    pub fn of_text(text: String) -> Result<Self, FileFault> {
        let first = text.lines().next().unwrap_or_default();
        if first.bytes().filter(|byte| *byte == b',').count() >= MOST_COLUMNS {
            return Err(FileFault::Columns);
        }
        let (heading, _, _) = rows::header(&text).map_err(|_| FileFault::Encoding)?;
        if heading.iter().all(String::is_empty) {
            return Err(FileFault::Empty);
        }
        let mut seen = HashSet::new();
        if let Some(twice) = heading.iter().find(|cell| !cell.is_empty() && !seen.insert(*cell)) {
            return Err(FileFault::Heading(twice.clone()));
        }
        Ok(Self { heading, text })
    }

    /// How many rows stand below the heading, quoted line breaks counted as one.
    ///
    /// # Errors
    /// When there are none.
    pub fn count(&self) -> Result<i64, FileFault> {
        let mut count = 0;
        for piece in self.pieces()? {
            rows::each(&piece, self.heading.len(), false, |_, _, _| count += 1);
        }
        if count == 0 { Err(FileFault::NoRows) } else { Ok(count) }
    }

    fn pieces(&self) -> Result<Vec<rows::Piece<'_>>, FileFault> {
        let (_, rest, line) = rows::header(&self.text).map_err(|_| FileFault::Encoding)?;
        rows::pieces(rest, line).map_err(|_| FileFault::Encoding)
    }

    /// Reads every row by these places; `today` is the last day on which a record can have been changed.
    ///
    /// # Errors
    /// When the text is no table.
    pub fn rows(&self, places: &Places, today: &str) -> Result<Rows, FileFault> {
        let (width, damaged) = (self.heading.len(), self.text.contains('\u{fffd}'));
        let pieces = self.pieces()?;
        let read = pieces.par_iter().with_max_len(1).map(|piece| {
            let mut found = Rows::default();
            rows::each(piece, width, damaged, |line, cells, fault| {
                let fault = fault.map(|reason| match reason {
                    rows::Reason::Width => RowFault::Width,
                    rows::Reason::Signs => RowFault::Signs,
                    rows::Reason::NoId => RowFault::NoKey,
                });
                let row = fault.map_or_else(|| take(cells, places, line, today), Err);
                match row {
                    Ok(row) => found.taken.push(row),
                    Err(why) => found.refused.push(Refused { line, why, cells: owned(cells) }),
                }
            });
            found
        });
        let mut all = Rows::default();
        for found in read.collect::<Vec<_>>() {
            all.taken.extend(found.taken);
            all.refused.extend(found.refused);
        }
        self.part_doubles(&mut all)?;
        Ok(all)
    }

    /// Sorts by key and takes out what stands there twice.
    fn part_doubles(&self, all: &mut Rows) -> Result<(), FileFault> {
        all.taken.par_sort_unstable_by(|a, b| a.key.cmp(&b.key).then(a.line.cmp(&b.line)));
        let mut lines = HashSet::new();
        for pair in all.taken.windows(2) {
            if let [first, second] = pair
                && first.key == second.key
            {
                lines.insert(second.line);
            }
        }
        if !lines.is_empty() {
            all.taken.retain(|row| !lines.contains(&row.line));
            all.refused.extend(self.at(&lines)?.into_iter().map(|(line, cells)| Refused {
                line,
                why: RowFault::Twice,
                cells,
            }));
        }
        Ok(())
    }

    /// The rows on these lines, as they are written.
    ///
    /// # Errors
    /// When the text is no table.
    pub fn at(&self, lines: &HashSet<u64>) -> Result<Vec<(u64, Vec<String>)>, FileFault> {
        let mut found = Vec::with_capacity(lines.len());
        for piece in self.pieces()? {
            rows::each(&piece, self.heading.len(), false, |line, cells, _| {
                if lines.contains(&line) {
                    found.push((line, owned(cells)));
                }
            });
        }
        Ok(found)
    }
}

fn is_page(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..BEGINNING).unwrap_or(bytes)).to_lowercase();
    start.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        && ["<!doctype", "<html", "<head", "<body", "<?xml"].iter().any(|tag| start.contains(tag))
}

fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn take(cells: &[&str], places: &Places, line: u64, today: &str) -> Result<Taken, RowFault> {
    let cell = |at: usize| {
        let place = places.get(at).copied().flatten();
        let text = place.and_then(|place| cells.get(place)).map_or("", |cell| cell.trim());
        // Exports write ="0123" so that a spreadsheet keeps the digits as text.
        text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
    };
    let [key, name, sex, id_no, birth_date, phone, address, updated] = [0, 1, 2, 3, 4, 5, 6, 7].map(cell);
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        return Err(RowFault::NoKey);
    }
    let said = [name, sex, id_no, birth_date, phone, address];
    if said.iter().any(|text| text.starts_with('=')) || key.starts_with('=') {
        return Err(RowFault::Formula);
    }
    if said.iter().any(|text| text.len() > LONGEST && text.chars().count() > LONGEST) {
        return Err(RowFault::Long);
    }
    if name::read(name).is_none() && identity::read(id_no).is_err() {
        return Err(RowFault::Nothing);
    }
    let said_on = date::read(updated).and_then(date::Date::day).map(|day| day.to_string());
    let [name, sex, id_no, birth_date, phone, address] = said.map(str::to_owned);
    Ok(Taken {
        line,
        key: key.to_owned(),
        said: Said { name, sex, id_no, birth_date, phone, address },
        said_on: said_on.filter(|day| day.as_str() <= today),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns;

    fn sheet(text: &str) -> Sheet {
        Sheet::of(text.as_bytes().to_vec()).unwrap()
    }

    fn rows(sheet: &Sheet) -> (Vec<String>, Vec<(u64, RowFault)>) {
        let contract: Vec<String> =
            ["name", "sex", "id_no", "birth_date", "phone", "address"].map(str::to_owned).to_vec();
        let places = columns::places(&columns::guess(&sheet.heading), &sheet.heading, &contract).unwrap();
        let mut rows = sheet.rows(&places, "2026-11-23").unwrap();
        rows.refused.sort_by_key(|row| row.line);
        let taken = rows.taken.iter().map(|row| row.key.clone()).collect();
        (taken, rows.refused.iter().map(|row| (row.line, row.why)).collect())
    }

    #[test]
    fn a_row_is_taken_or_named_with_its_reason() {
        let text = "编号,姓名,证件号码,电话\n\
            b,韦子涵,,\n\
            ,李伟,,\n\
            a,李伟\n\
            a,\"李伟\",450204199001010018,\"138,0000\"\n\
            b,李伟,,\n\
            c,,123,\n\
            d,=A1,,\n\
            e,=\"韦莉\",,\n";
        let (taken, refused) = rows(&sheet(text));
        assert_eq!(taken, ["a", "b", "e"]);
        use RowFault::{Formula, NoKey, Nothing, Twice, Width};
        assert_eq!(refused, [(3, NoKey), (4, Width), (6, Twice), (7, Nothing), (8, Formula)]);
    }

    #[test]
    fn the_order_of_the_file_does_not_matter() {
        let (one, _) = rows(&sheet("编号,姓名\n1,韦子涵\n2,李伟\n3,覃莉\n"));
        let (two, _) = rows(&sheet("编号,姓名\n3,覃莉\n1,韦子涵\n2,李伟\n"));
        assert_eq!(one, two);
    }

    #[test]
    fn files_that_are_no_tables_are_named() {
        let fault = |bytes: &[u8]| Sheet::of(bytes.to_vec()).map(|sheet| sheet.heading).unwrap_err();
        assert_eq!(fault(b""), FileFault::Empty);
        assert_eq!(fault(b",\n1,2\n"), FileFault::Empty);
        assert_eq!(fault(b" <!DOCTYPE html><html><body>login</body></html>"), FileFault::Html);
        assert_eq!(fault(b"\xd0\xcf\x11\xe0rest"), FileFault::OldWorkbook);
        assert_eq!(fault(&[0xff; 400]), FileFault::Encoding);
        assert_eq!(fault("a,".repeat(1_000_000).as_bytes()), FileFault::Columns);
        assert_eq!(fault("编号,姓名,姓名\n".as_bytes()), FileFault::Heading("姓名".into()));
        assert_eq!(sheet("编号,姓名\n").count(), Err(FileFault::NoRows));
        let gbk = encoding_rs::GBK.encode("编号,姓名\n1,韦子涵\n").0.into_owned();
        assert_eq!(Sheet::of(gbk).unwrap().heading, ["编号", "姓名"]);
    }
}
