//! Reading a duty list, as it is published: class and item stand only in the first row of their groups.
//!
//! The code of a row says its level. A class or an item that has no row of its own is made from the names that its
//! sub-items' rows carry.

use std::collections::BTreeMap;

use platform::import::RowProblem;
use platform::sheet::{FileError, SheetRow, read_rows};
use platform::{Millis, Text};

use crate::class::read_code;
use crate::columns::{Column, NAME_CHARS, PROSE_CHARS, cell, repeats};
use crate::duty::{Duty, DutyLevel, level_of, parent_of};

const CODE: Column = Column(&["编号", "编码", "事项编码", "code"]);
const CLASS: Column = Column(&["类别", "事项类别", "class"]);
const ITEM: Column = Column(&["事项", "事项名称", "item"]);
const SUB_ITEM: Column = Column(&["子项", "子项名称", "sub_item"]);
const NAME_EN: Column = Column(&["英文名称", "name_en"]);
const BASIS: Column = Column(&["设定依据", "依据", "basis"]);
const OWNER: Column = Column(&["责任单位", "owner"]);
const CO_OWNERS: Column = Column(&["配合单位", "co_owners"]);
const CLASS_CODES: Column = Column(&["关联类别", "class_codes"]);

/// What a duty list held: every row is either behind an entry or among the problems.
#[derive(Debug, Default)]
pub struct DutySheet {
    pub(crate) rows: Vec<Duty>,
    pub problems: Vec<RowProblem>,
    /// Rows taken; fewer than entries, where a class or an item has no row of its own.
    pub accepted: usize,
}

struct Columns {
    code: usize,
    class: usize,
    item: usize,
    sub_item: usize,
    name_en: Option<usize>,
    basis: Option<usize>,
    owner: usize,
    co_owners: Option<usize>,
    class_codes: Option<usize>,
}

/// A class or item whose name the rows below may leave out.
#[derive(Clone, Default)]
struct Group {
    code: String,
    name: String,
}

struct Found {
    duty: Duty,
    row: usize,
    /// It has a row of its own.
    is_stated: bool,
}

impl DutySheet {
    /// Reads a CSV or XLSX file.
    ///
    /// # Errors
    /// When the file as a whole is unusable.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let sheet = read_rows(bytes)?;
        let (heading, body) = sheet.split_first().ok_or(FileError::Empty)?;
        let columns = Columns::find(heading)?;
        let (mut found, mut problems, mut accepted) = (BTreeMap::new(), Vec::new(), 0);
        let (mut class, mut item) = (Group::default(), Group::default());
        for row in body {
            match columns
                .read(row, &mut class, &mut item)
                .and_then(|duty| enter(&mut found, row, duty, [&class, &item]))
            {
                Ok(()) => accepted += 1,
                Err(problem) => problems.push(problem),
            }
        }
        Ok(Self { rows: found.into_values().map(|one: Found| one.duty).collect(), problems, accepted })
    }
}

impl Columns {
    fn find(heading: &SheetRow) -> Result<Self, FileError> {
        Ok(Self {
            code: CODE.require(heading)?,
            class: CLASS.require(heading)?,
            item: ITEM.require(heading)?,
            sub_item: SUB_ITEM.require(heading)?,
            name_en: NAME_EN.find(heading),
            basis: BASIS.find(heading),
            owner: OWNER.require(heading)?,
            co_owners: CO_OWNERS.find(heading),
            class_codes: CLASS_CODES.find(heading),
        })
    }

    /// Reads a row and, before anything in it can fail, the group names that the rows below leave out.
    fn read(&self, row: &SheetRow, class: &mut Group, item: &mut Group) -> Result<Duty, RowProblem> {
        let code = cell(row, Some(self.code));
        let Some(level) = level_of(code) else {
            let reason = Text::new(
                "应为 2 至 3 位数字，层级之间用点隔开，如 07.02.01",
                "must be 2 or 3 digits for each level with points between, such as 07.02.01",
            );
            return Err(CODE.problem(row, code, reason));
        };
        let class_code = code.split('.').next().unwrap_or_default();
        let item_code = if level == DutyLevel::SubItem { parent_of(code) } else { code };
        carry(&CLASS, row, self.class, class_code, class)?;
        if level == DutyLevel::Class {
            *item = Group::default();
            self.refuse_names(row, &[(&ITEM, self.item), (&SUB_ITEM, self.sub_item)])?;
        } else {
            carry(&ITEM, row, self.item, item_code, item)?;
        }
        let name_zh = match level {
            DutyLevel::Class => CLASS.required(row, Some(self.class), NAME_CHARS)?,
            DutyLevel::Item => {
                self.refuse_names(row, &[(&SUB_ITEM, self.sub_item)])?;
                ITEM.required(row, Some(self.item), NAME_CHARS)?
            }
            DutyLevel::SubItem => SUB_ITEM.required(row, Some(self.sub_item), NAME_CHARS)?,
        };
        let owner = match level {
            DutyLevel::Class => OWNER.optional(row, Some(self.owner), NAME_CHARS)?,
            _ => Some(OWNER.required(row, Some(self.owner), NAME_CHARS)?),
        };
        let helpers = CO_OWNERS.optional(row, self.co_owners, PROSE_CHARS)?.unwrap_or_default();
        let helpers = listed(&helpers);
        let classes = CLASS_CODES.optional(row, self.class_codes, PROSE_CHARS)?.unwrap_or_default();
        let classes = listed(&classes);
        if let Some(other) = classes.iter().find(|code| read_code(code).is_none()) {
            let reason = Text::new(
                "应为案件类别代码，如 p0101、e01，多个用顿号隔开",
                "must be codes of case classes, such as p0101 or e01, with commas between",
            );
            return Err(CLASS_CODES.problem(row, other, reason));
        }
        Ok(Duty {
            name_en: NAME_EN.optional(row, self.name_en, NAME_CHARS)?.unwrap_or_else(|| name_zh.clone()),
            basis: BASIS.optional(row, self.basis, PROSE_CHARS)?,
            owner,
            co_owners: serde_json::json!(helpers).to_string(),
            class_codes: (!classes.is_empty()).then(|| serde_json::json!(classes).to_string()),
            ..blank(code, level, name_zh)
        })
    }

    fn refuse_names(&self, row: &SheetRow, columns: &[(&Column, usize)]) -> Result<(), RowProblem> {
        for (column, at) in columns {
            let text = cell(row, Some(*at));
            if !text.is_empty() {
                let reason = Text::new(
                    "编号的层级较高，此列应为空",
                    "the code is of a higher level; this must be empty",
                );
                return Err(column.problem(row, text, reason));
            }
        }
        Ok(())
    }
}

/// The parts of a cell that lists several.
fn listed(text: &str) -> Vec<&str> {
    let parts = text.split(['、', '，', ',', ';', '；', '\n']);
    parts.map(str::trim).filter(|one| !one.is_empty()).collect()
}

/// Takes the group's name from the row, or keeps that of the rows above if they are of the same group.
fn carry(
    column: &Column,
    row: &SheetRow,
    at: usize,
    code: &str,
    group: &mut Group,
) -> Result<(), RowProblem> {
    if let Some(name) = column.optional(row, Some(at), NAME_CHARS)? {
        *group = Group { code: code.to_owned(), name };
        return Ok(());
    }
    if group.code == code {
        return Ok(());
    }
    let reason = Text::owned(
        format!("为空，上方各行也不属于 {code}"),
        format!("empty, and the rows above do not belong to {code}"),
    );
    Err(column.problem(row, "", reason))
}

/// Enters an entry and, unless they stand there, the groups that it belongs to.
fn enter(
    found: &mut BTreeMap<String, Found>,
    row: &SheetRow,
    duty: Duty,
    [class, item]: [&Group; 2],
) -> Result<(), RowProblem> {
    let groups = [(class, DutyLevel::Class), (item, DutyLevel::Item)]
        .into_iter()
        .filter(|(group, _)| !group.code.is_empty());
    for (group, _) in groups.clone() {
        if let Some(other) = found.get(&group.code).filter(|other| other.duty.name_zh != group.name) {
            let (at, name) = (other.row, &other.duty.name_zh);
            let reason = Text::owned(
                format!("{} 在第 {at} 行名为“{name}”", group.code),
                format!("{} is called `{name}` in row {at}", group.code),
            );
            return Err(CODE.problem(row, &group.name, reason));
        }
    }
    if let Some(other) = found.get(&duty.code).filter(|other| other.is_stated) {
        return Err(CODE.problem(row, &duty.code, repeats(other.row)));
    }
    for (group, level) in groups.filter(|(group, _)| group.code != duty.code) {
        let implied = || Found {
            duty: blank(&group.code, level, group.name.clone()),
            row: row.number,
            is_stated: false,
        };
        found.entry(group.code.clone()).or_insert_with(implied);
    }
    found.insert(duty.code.clone(), Found { duty, row: row.number, is_stated: true });
    Ok(())
}

fn blank(code: &str, duty_level: DutyLevel, name: String) -> Duty {
    Duty {
        id: 0,
        code: code.to_owned(),
        duty_level,
        parent_code: parent_of(code).to_owned(),
        name_en: name.clone(),
        name_zh: name,
        basis: None,
        owner: None,
        co_owners: "[]".to_owned(),
        valid_from: Millis(0),
        valid_to: None,
        class_codes: None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sub_item_names_the_classes_that_fall_under_it_by_their_codes() {
        let text = "code,class,item,sub_item,owner,class_codes\n\
            01.01.01,类,项,甲,所,p0101、e01\n01.01.02,,,乙,所,\n01.01.03,,,丙,所,井盖\n";
        let sheet = DutySheet::read(text.as_bytes()).unwrap();
        let told: Vec<_> =
            sheet.problems.iter().map(|one| (one.row, one.column.as_str(), one.value.as_str())).collect();
        assert_eq!(told, [(4, "关联类别", "井盖")]);
        let classes = |code: &str| sheet.rows.iter().find(|one| one.code == code).unwrap().classes();
        assert_eq!(
            (classes("01.01.01"), classes("01.01.02")),
            (vec!["p0101".to_owned(), "e01".to_owned()], Vec::new())
        );
    }

    proptest! {
        #[test]
        fn no_row_is_lost_and_every_entry_has_the_levels_above_it(
            rows in prop::collection::vec(("(0[12](\\.0[12]){0,2}|x)", "[甲乙]?", "[丙丁]?", "[戊己]?", "(所|)"), 1..20)
        ) {
            let mut text = "code,class,item,sub_item,owner\n".to_owned();
            for (code, class, item, sub_item, owner) in &rows {
                text.push_str(&format!("{code},{class},{item},{sub_item},{owner}\n"));
            }
            let sheet = DutySheet::read(text.as_bytes()).unwrap();
            prop_assert_eq!(sheet.accepted + sheet.problems.len(), rows.len());
            let has = |code: &str| sheet.rows.iter().any(|one| one.code == code);
            prop_assert!(sheet.rows.iter().all(|one| one.parent_code.is_empty() || has(&one.parent_code)));
            prop_assert!(sheet.rows.iter().all(|one| level_of(&one.code) == Some(one.duty_level) && !one.name_zh.is_empty()));
        }
    }
}
