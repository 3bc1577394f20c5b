//! Reading a table of divisions: each row becomes a division or is named with its reason; none is guessed.
//!
//! Two layouts are known by their headings: `code,name` and `code,name,streetCode` (or 代码、名称、上级代码).

use std::collections::{BTreeMap, BTreeSet};

use platform::Millis;
use platform::area_code::{AreaCode, CodeError};
use platform::sheet::{FileError, SheetRow, read_rows};
use serde::Serialize;

/// Longest name of an area, in characters.
pub const MAX_NAME_CHARS: usize = 60;

const CODE_HEADINGS: &[&str] = &["code", "代码", "区划代码", "统计用区划代码"];
const NAME_HEADINGS: &[&str] = &["name", "名称", "区划名称"];
const PARENT_HEADINGS: &[&str] =
    &["streetcode", "parentcode", "street_code", "parent_code", "上级代码", "街道代码"];

/// One division as the file states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    /// Row in the file, from 1.
    pub row: usize,
    /// Kept as written: holes in the numbering and retired codes are allowed.
    pub code: AreaCode,
    /// Kept as written.
    pub name: String,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Row in the file, from 1.
    pub row: usize,
    /// The column at fault.
    pub column: &'static str,
    /// The code cell as written, so that the person finds it again.
    pub code: String,
    /// The reason, for Chinese readers.
    pub zh: String,
    /// The reason, for English readers.
    pub en: String,
}

/// What a file held: every row that is not empty stands in exactly one of the two lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Divisions {
    /// Taken rows, in the order of the file.
    pub rows: Vec<Division>,
    /// Refused rows, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Why a row is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum RowError {
    #[error("{0}")]
    Code(#[from] CodeError),
    #[error("the name is empty")]
    NoName,
    #[error("the name is longer than 60 characters")]
    LongName,
    #[error("the name holds control characters")]
    NameCharacters,
    #[error("the upper code `{0}` does not belong to this code")]
    OtherParent(String),
    #[error("the same row stands in row {0}")]
    Repeated(usize),
    #[error("rows {0} give this code different names")]
    Ambiguous(String),
    #[error("the upper area `{0}` is neither in the file nor known")]
    UnknownParent(AreaCode),
    #[error("the code lies outside the district {0}")]
    OtherDistrict(AreaCode),
    #[error("the code was retired on {0}; a code is never used again")]
    Retired(String),
}

impl RowError {
    fn zh(&self) -> String {
        match self {
            Self::Code(error) => error.zh(),
            Self::NoName => "名称为空".into(),
            Self::LongName => "名称超过 60 个字".into(),
            Self::NameCharacters => "名称含有控制字符".into(),
            Self::OtherParent(parent) => format!("上级代码“{parent}”与本代码不符"),
            Self::Repeated(row) => format!("与第 {row} 行重复"),
            Self::Ambiguous(rows) => format!("第 {} 行为同一代码，名称却不同", rows.replace(", ", "、")),
            Self::OtherDistrict(district) => format!("代码不属于本区 {district}"),
            Self::Retired(date) => format!("该代码已于 {date} 撤销，代码不重复使用"),
            Self::UnknownParent(parent) => format!("上级区划 {parent} 不在文件中，也未登记"),
        }
    }

    fn column(&self) -> &'static str {
        match self {
            Self::NoName | Self::LongName | Self::NameCharacters | Self::Ambiguous(_) => "name",
            Self::OtherParent(_) => "parent_code",
            _ => "code",
        }
    }

    fn at(&self, row: usize, code: &str) -> Problem {
        let code = code.chars().take(40).collect();
        Problem { row, column: self.column(), code, zh: self.zh(), en: self.to_string() }
    }
}

impl Divisions {
    /// Reads a CSV (UTF-8 or GBK) or XLSX file; an error means that the file as a whole is unusable.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let sheet = read_rows(bytes)?;
        let (heading, body) = sheet.split_first().ok_or(FileError::Empty)?;
        let columns = Columns::find(heading)?;
        let mut found = Self::default();
        for row in body {
            let code = columns.code(row);
            match columns.division(row) {
                Ok(division) => found.rows.push(division),
                Err(error) => found.problems.push(error.at(row.number, code)),
            }
        }
        found.refuse_repeats();
        Ok(found)
    }

    /// Refuses rows whose upper area is neither among the rows nor in `known`; a district needs none.
    pub fn require_parents(&mut self, known: &BTreeSet<AreaCode>) {
        let stated: BTreeSet<AreaCode> = self.rows.iter().map(|row| row.code).collect();
        self.refuse(|row| {
            let parent = row.code.parent()?;
            let found = stated.contains(&parent) || known.contains(&parent);
            (!found).then_some(RowError::UnknownParent(parent))
        });
    }

    /// Refuses rows of other districts.
    pub fn require_district(&mut self, district: AreaCode) {
        self.refuse(|row| (!district.contains(row.code)).then_some(RowError::OtherDistrict(district)));
    }

    /// Refuses rows that state a code again that was retired.
    pub fn refuse_retired(&mut self, retired: &BTreeMap<AreaCode, Millis>) {
        self.refuse(|row| Some(RowError::Retired(retired.get(&row.code)?.beijing_date().to_string())));
    }

    fn refuse_repeats(&mut self) {
        let mut stated: BTreeMap<AreaCode, Vec<(usize, String)>> = BTreeMap::new();
        for row in &self.rows {
            stated.entry(row.code).or_default().push((row.row, row.name.clone()));
        }
        self.refuse(|row| {
            let all = stated.get(&row.code)?;
            let (first, _) = all.first()?;
            if all.iter().any(|(_, name)| *name != row.name) {
                let rows: Vec<String> = all.iter().map(|(row, _)| row.to_string()).collect();
                return Some(RowError::Ambiguous(rows.join(", ")));
            }
            (row.row != *first).then_some(RowError::Repeated(*first))
        });
    }

    fn refuse(&mut self, reason: impl Fn(&Division) -> Option<RowError>) {
        let problems = &mut self.problems;
        self.rows.retain(|row| match reason(row) {
            Some(error) => {
                problems.push(error.at(row.row, &row.code.to_string()));
                false
            }
            None => true,
        });
        problems.sort_by_key(|problem| problem.row);
    }
}

struct Columns {
    code: usize,
    name: usize,
    parent: Option<usize>,
}

impl Columns {
    fn find(heading: &SheetRow) -> Result<Self, FileError> {
        let position = |names: &[&str]| {
            heading.cells.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()))
        };
        Ok(Self {
            code: position(CODE_HEADINGS).ok_or(FileError::Column("code"))?,
            name: position(NAME_HEADINGS).ok_or(FileError::Column("name"))?,
            parent: position(PARENT_HEADINGS),
        })
    }

    fn code<'a>(&self, row: &'a SheetRow) -> &'a str {
        row.cells.get(self.code).map_or("", String::as_str)
    }

    fn division(&self, row: &SheetRow) -> Result<Division, RowError> {
        let code: AreaCode = self.code(row).parse()?;
        let name = row.cells.get(self.name).map_or("", String::as_str);
        if name.is_empty() {
            return Err(RowError::NoName);
        }
        if name.chars().count() > MAX_NAME_CHARS {
            return Err(RowError::LongName);
        }
        if name.chars().any(char::is_control) {
            return Err(RowError::NameCharacters);
        }
        if let Some(parent) = self.parent.and_then(|column| row.cells.get(column))
            && code.parent().is_none_or(|own| own.to_string() != *parent)
        {
            return Err(RowError::OtherParent(parent.chars().take(40).collect()));
        }
        Ok(Division { row: row.number, code, name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::area_code::AreaLevel;

    const STREETS: &[u8] = include_bytes!("../../../data/divisions/liunan_streets.csv");
    const COMMUNITIES: &[u8] = include_bytes!("../../../data/divisions/liunan_divisions.csv");

    fn refused(text: &str) -> Vec<(usize, String)> {
        let found = Divisions::read(text.as_bytes()).unwrap();
        found.problems.into_iter().map(|problem| (problem.row, problem.en)).collect()
    }

    #[test]
    fn the_real_district_is_read_whole() {
        let streets = Divisions::read(STREETS).unwrap();
        let mut communities = Divisions::read(COMMUNITIES).unwrap();
        communities.require_parents(&streets.rows.iter().map(|row| row.code).collect());
        assert_eq!((streets.rows.len(), streets.problems.len()), (11, 0));
        assert_eq!((communities.rows.len(), communities.problems.len()), (98, 0));
        let urban = |row: &&Division| !row.code.is_in_town() && !row.code.is_in_village();
        assert_eq!(communities.rows.iter().filter(urban).count(), 55);
        // A hole in the numbering stays a hole.
        let codes: BTreeSet<i64> = communities.rows.iter().map(|row| row.code.value()).collect();
        assert!(codes.contains(&450_204_002_004) && !codes.contains(&450_204_002_005));
        assert!(communities.rows.iter().all(|row| row.code.level() == AreaLevel::Community));
    }

    #[test]
    fn the_same_table_in_gbk_or_xlsx_is_the_same() {
        let text = std::str::from_utf8(COMMUNITIES).unwrap();
        let utf8 = Divisions::read(COMMUNITIES).unwrap();
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        assert_eq!(Divisions::read(&gbk).unwrap(), utf8);
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, line) in text.lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row as u32, column as u16, number).unwrap(),
                    Err(_) => sheet.write(row as u32, column as u16, cell).unwrap(),
                };
            }
        }
        assert_eq!(Divisions::read(&book.save_to_buffer().unwrap()).unwrap(), utf8);
    }

    #[test]
    fn every_bad_row_is_named_and_the_good_ones_stay() {
        let long = "长".repeat(61);
        let text = format!(
            "代码,名称,上级代码\n\
             450204006003,航北社区,450204006\n\
             4.50204E+11,福鑫社区,450204006\n\
             450204006005,,450204006\n\
             450204006006,银山社区,450204007\n\
             450204006007,{long},450204006\n\
             450204006008,航\u{7}星,450204006\n\
             450204006000,银山街道,450204\n\
             45020400,短,450204\n"
        );
        let found = Divisions::read(text.as_bytes()).unwrap();
        assert_eq!(found.rows.len(), 1);
        assert_eq!(
            refused(&text),
            [
                (3, "code `4.50204E+11` has characters other than digits".into()),
                (4, "the name is empty".into()),
                (5, "the upper code `450204007` does not belong to this code".into()),
                (6, "the name is longer than 60 characters".into()),
                (7, "the name holds control characters".into()),
                (
                    8,
                    "code `450204006000` has a part 000; write the code of the upper level without the zeros"
                        .into()
                ),
                (9, "code `45020400` does not have 6, 9, 12 or 15 digits".into()),
            ]
        );
        assert_eq!(found.problems[1].zh, "名称为空");
        assert_eq!(found.problems[0].code, "4.50204E+11");
    }

    #[test]
    fn a_code_with_two_names_is_taken_with_neither() {
        let text =
            "code,name\n450204006,银山街道\n450204007,潭西街道\n450204006,金山街道\n450204007,潭西街道\n";
        let found = Divisions::read(text.as_bytes()).unwrap();
        assert_eq!(found.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3]);
        assert_eq!(
            refused(text),
            [
                (2, "rows 2, 4 give this code different names".into()),
                (4, "rows 2, 4 give this code different names".into()),
                (5, "the same row stands in row 3".into()),
            ]
        );
    }

    #[test]
    fn an_orphan_is_refused_when_parents_are_required() {
        let mut found =
            Divisions::read("code,name\n450204,柳南区\n450204006,银山街道\n450204007003,河西\n".as_bytes())
                .unwrap();
        found.require_parents(&BTreeSet::new());
        assert_eq!(found.rows.len(), 2);
        assert_eq!(found.problems[0].en, "the upper area `450204007` is neither in the file nor known");
    }

    #[test]
    fn a_table_without_its_columns_is_no_table() {
        assert_eq!(Divisions::read(b"name\nx\n"), Err(FileError::Column("code")));
        assert_eq!(Divisions::read(b"code\n450204\n"), Err(FileError::Column("name")));
    }
}
