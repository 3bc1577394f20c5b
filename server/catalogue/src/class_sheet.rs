//! Reading a sheet of case classes: code, name and, where known, the English name.

use std::collections::BTreeMap;

use platform::import::RowProblem;
use platform::sheet::{FileError, read_rows};
use platform::{Millis, Text};

use crate::class::{ClassRow, read_code};
use crate::columns::{Column, NAME_CHARS, cell, repeats};

const CODE: Column = Column(&["类别代码", "代码", "code"]);
const NAME: Column = Column(&["类别名称", "名称", "name"]);
const NAME_EN: Column = Column(&["英文名称", "name_en"]);

/// What a sheet of classes held: every row stands in exactly one of the two lists.
#[derive(Debug, Default)]
pub struct ClassSheet {
    pub(crate) rows: Vec<ClassRow>,
    pub problems: Vec<RowProblem>,
}

impl ClassSheet {
    /// Reads a CSV or XLSX file.
    ///
    /// # Errors
    /// When the file as a whole is unusable.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let sheet = read_rows(bytes)?;
        let (heading, body) = sheet.split_first().ok_or(FileError::Empty)?;
        let (code, name) = (CODE.require(heading)?, NAME.require(heading)?);
        let name_en = NAME_EN.find(heading);
        let mut found = Self::default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for row in body {
            let read = || {
                let text = cell(row, Some(code)).to_lowercase();
                if read_code(&text).is_none() {
                    let reason = Text::new(
                        "应为 p（部件）或 e（事件）加 2 位大类、2 至 3 位小类",
                        "must be p or e, 2 digits of the major class, 2 or 3 of the minor one",
                    );
                    return Err(CODE.problem(row, &text, reason));
                }
                if let Some(first) = seen.get(&text) {
                    return Err(CODE.problem(row, &text, repeats(*first)));
                }
                let name_zh = NAME.required(row, Some(name), NAME_CHARS)?;
                let name_en = NAME_EN.optional(row, name_en, NAME_CHARS)?.unwrap_or_else(|| name_zh.clone());
                Ok(ClassRow { id: 0, code: text, name_zh, name_en, valid_from: Millis(0), valid_to: None })
            };
            match read() {
                Ok(class) => {
                    seen.insert(class.code.clone(), row.number);
                    found.rows.push(class);
                }
                Err(problem) => found.problems.push(problem),
            }
        }
        found.refuse_orphans(&seen);
        Ok(found)
    }

    /// Refuses minor classes whose major class the sheet does not hold: a sheet brings whole majors.
    fn refuse_orphans(&mut self, seen: &BTreeMap<String, usize>) {
        let problems = &mut self.problems;
        self.rows.retain(|class| {
            let Some((_, Some(major))) = read_code(&class.code) else { return true };
            if seen.contains_key(major) {
                return true;
            }
            let row = seen.get(&class.code).copied().unwrap_or_default();
            let reason = Text::owned(
                format!("表中没有所属大类 {major}"),
                format!("its major class `{major}` is not in the sheet"),
            );
            problems.push(RowProblem::new(row, CODE.name(), &class.code, reason));
            false
        });
        problems.sort_by_key(|problem| problem.row);
    }
}
