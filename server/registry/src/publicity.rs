//! Lists that are made public (公示). What a public list holds is made here and nowhere else: a cell is empty, a masked name,
//! or a text in which no long number is left. There is no way to put anything else into one.

use std::collections::BTreeSet;

use chinese::fold::half_width;
use chinese::{is_han, name, numeral};
use paper::{Cell, Workbook};
use platform::sheet::{SheetRow, read_rows};
use platform::{Error, Lang, Millis, Text};

use crate::mask::MaskedName;

/// Digits that may be a landline, a telephone, an account, an identity number.
const DIGITS: usize = 7;
/// Headings of columns that are never made public.
const LEFT_OUT: [&str; 28] = [
    "身份证",
    "证件",
    "证号",
    "护照",
    "银行",
    "账号",
    "帐号",
    "账户",
    "帐户",
    "卡号",
    "开户",
    "电话",
    "手机",
    "联系",
    "出生",
    "生日",
    "住址",
    "地址",
    "门牌",
    "邮箱",
    "微信",
    "phone",
    "tel",
    "account",
    "bank",
    "birth",
    "address",
    "passport",
];
/// Headings of columns that name people.
const NAMES: [&str; 12] = [
    "姓名",
    "名字",
    "户主",
    "申请人",
    "负责人",
    "法人",
    "成员",
    "监护人",
    "代理人",
    "经办人",
    "配偶",
    "name",
];
/// What parts several names in one cell.
const BETWEEN: [char; 6] = ['、', ',', '，', ';', '；', '/'];

/// What a cell of a public list can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Public {
    Empty,
    Names(Vec<MaskedName>),
    Text(PublicText),
}

impl std::fmt::Display for Public {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Names(names) => {
                f.write_str(&names.iter().map(MaskedName::to_string).collect::<Vec<_>>().join("、"))
            }
            Self::Text(text) => f.write_str(&text.0),
        }
    }
}

/// A text in which long numbers are covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicText(String);

impl PublicText {
    /// Covers every number of `DIGITS` digits or more, however it is written; the date of a day and an amount of money stay.
    pub fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let plain: Vec<char> = chars.iter().map(|c| half_width(*c)).collect();
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        while let Some(rest) = plain.get(at..).filter(|rest| !rest.is_empty()) {
            let run = run(rest);
            let number = rest.get(..run).unwrap_or_default();
            let covers = number.iter().filter(|c| is_digit(**c)).count() >= DIGITS && !is_kept(number);
            let to = at + run.max(1);
            let written = chars.get(at..to).unwrap_or_default();
            out.extend(written.iter().map(|c| if covers { '*' } else { *c }));
            at = to;
        }
        Self(out)
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || numeral::digit(c).is_some()
}

/// How many signs from the first on are one number: digits, each parted from the next by one sign at most.
fn run(chars: &[char]) -> usize {
    let mut end = 0;
    while chars.get(end).is_some_and(|c| is_digit(*c)) {
        end += 1;
        let parted = chars.get(end).is_some_and(|c| matches!(c, ' ' | '-' | '.' | '_' | '·' | '—' | '/'));
        if parted && chars.get(end + 1).is_some_and(|c| is_digit(*c)) {
            end += 1;
        }
    }
    end
}

/// A day such as `2026-11-23`, or an amount such as `123456.78`.
fn is_kept(number: &[char]) -> bool {
    let text: String = number.iter().collect();
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    match parts.as_slice() {
        [year, month, day] => {
            let year: i32 = year.parse().unwrap_or_default();
            (1900..2100).contains(&year) && digits(month, 2) && digits(day, 2)
        }
        [whole, part] => text.contains('.') && digits(whole, 6) && digits(part, 2),
        _ => false,
    }
}

/// What becomes of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    LeftOut,
    Names,
    Text,
}

fn column(heading: &str, cells: &[&str]) -> Column {
    let heading = heading.to_lowercase();
    let is_number = |cell: &&str| {
        let digits = cell.chars().filter(|c| is_digit(half_width(*c))).count();
        digits >= DIGITS && PublicText::of(cell).0.chars().filter(|c| is_digit(*c)).count() < digits
    };
    if LEFT_OUT.iter().any(|word| heading.contains(word))
        || cells.iter().any(|cell| is_number(cell) && is_bare(cell))
    {
        return Column::LeftOut;
    }
    let people = cells.iter().filter(|cell| is_somebody(cell)).count();
    let named = NAMES.iter().any(|word| heading.contains(word)) && !heading.contains("社区");
    if named || people > 0 && people * 2 >= cells.len() { Column::Names } else { Column::Text }
}

/// A cell that is nothing but a number.
fn is_bare(cell: &str) -> bool {
    !cell.chars().any(is_han) || cell.chars().all(is_digit)
}

/// A cell that is the full name of somebody.
fn is_somebody(cell: &str) -> bool {
    let plain = cell.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let known = |name: &name::Name| name.surname.as_deref().is_some_and(|surname| plain.starts_with(surname));
    (2..=4).contains(&plain.chars().count())
        && plain.chars().all(is_han)
        && name::read(&plain)
            .is_some_and(|name| name.form == name::Form::Full && known(&name) && has_surname(&name))
}

fn has_surname(name: &name::Name) -> bool {
    // A title behind a surname is read as one only where the surname is known: the same question.
    let probe = format!("{}先生", name.surname.as_deref().unwrap_or_default());
    name::read(&probe).is_some_and(|read| read.form == name::Form::Titled)
}

/// A list that may be made public.
pub struct PublicList {
    pub heads: Vec<PublicText>,
    pub rows: Vec<Vec<Public>>,
    /// How many columns were left out.
    pub left_out: usize,
}

/// Makes a list public. What stands above the first row of two cells or more is its title, and is left out.
pub fn published(sheet: &[SheetRow]) -> PublicList {
    let wide = |row: &SheetRow| row.cells.iter().filter(|cell| !cell.is_empty()).count() >= 2;
    let head = sheet.iter().position(wide).unwrap_or(0);
    let (heads, rows) = match sheet.get(head..).and_then(<[SheetRow]>::split_first) {
        Some((heads, rows)) => (heads.cells.as_slice(), rows),
        None => (&[][..], &[][..]),
    };
    let widest = rows.iter().map(|row| row.cells.len()).chain([heads.len()]).max().unwrap_or(0);
    let cell = |row: &'_ SheetRow, at: usize| row.cells.get(at).cloned().unwrap_or_default();
    let columns: Vec<Column> = (0..widest)
        .map(|at| {
            let cells: Vec<String> =
                rows.iter().map(|row| cell(row, at)).filter(|cell| !cell.is_empty()).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            column(heads.get(at).map_or("", String::as_str), &cells)
        })
        .collect();
    let names: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| {
            columns
                .iter()
                .enumerate()
                .filter(|(_, kind)| **kind == Column::Names)
                .map(|(at, _)| cell(row, at))
        })
        .flat_map(|cell| {
            cell.split(BETWEEN).chain(cell.split_whitespace()).map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|name| name.chars().count() >= 2)
        .collect();
    let kept = || columns.iter().enumerate().filter(|(_, kind)| **kind != Column::LeftOut);
    let public = |kind: Column, text: &str| match kind {
        _ if text.is_empty() => Public::Empty,
        Column::Names => {
            Public::Names(text.split(BETWEEN).filter(|name| !name.is_empty()).map(nobody).collect())
        }
        _ => Public::Text(PublicText::of(&without(text, &names))),
    };
    PublicList {
        heads: kept().map(|(at, _)| PublicText::of(heads.get(at).map_or("", String::as_str))).collect(),
        rows: rows
            .iter()
            .map(|row| kept().map(|(at, kind)| public(*kind, &cell(row, at))).collect())
            .collect(),
        left_out: columns.iter().filter(|kind| **kind == Column::LeftOut).count(),
    }
}

/// A name, masked; what stands with it in the cell is no longer readable either.
fn nobody(name: &str) -> MaskedName {
    MaskedName::of(name.trim())
}

/// A text in which the people of the list are masked, too.
fn without(text: &str, names: &BTreeSet<String>) -> String {
    names
        .iter()
        .filter(|name| text.contains(name.as_str()))
        .fold(text.to_owned(), |text, name| text.replace(name.as_str(), &MaskedName::of(name).to_string()))
}

/// A public list as a file.
pub struct Made {
    pub bytes: Vec<u8>,
    pub rows: usize,
    pub left_out: usize,
}

/// Reads a sheet and writes what of it may be made public.
///
/// # Errors
/// What is wrong with the file; [`Error::Invalid`] when nothing of it may be made public.
pub fn made(sheet: &[u8], lang: Lang, now: Millis) -> Result<Made, Error> {
    let list = published(&read_rows(sheet)?);
    if list.heads.is_empty() {
        let text = Text::new("表中没有可以公示的列", "no column of the sheet may be made public");
        return Err(Error::field("file", text));
    }
    let name = Text::new("公示名单", "Public list");
    let heads = list.heads.iter().map(|head| head.0.clone()).collect();
    let mut book = Workbook::new(name.in_lang(lang), heads, now)?;
    for row in &list.rows {
        book.push(&row.iter().map(|public| Cell::text(public.to_string())).collect::<Vec<_>>())?;
    }
    Ok(Made { bytes: book.finish()?, rows: list.rows.len(), left_out: list.left_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_covered_and_days_and_amounts_stay() {
        for (text, public) in [
            ("低保金 1200.50 元", "低保金 1200.50 元"),
            ("2026-11-23 起", "2026-11-23 起"),
            ("2026年11月23日", "2026年11月23日"),
            ("卡号6222 0202 0000 1234", "卡号*******************"),
            ("１３８－００００－５６７８", "*************"),
            ("打2812345", "打*******"),
            ("一三八〇〇〇〇五六七八", "***********"),
            ("4502041990-01-010018", "********************"),
            ("3栋2单元501", "3栋2单元501"),
        ] {
            assert_eq!(PublicText::of(text).0, public, "{text}");
        }
    }

    #[test]
    fn names_are_masked_wherever_they_stand_and_columns_of_numbers_are_gone() {
        let row = |cells: &[&str]| SheetRow {
            number: 1,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        let sheet = [
            row(&["低保公示"]),
            row(&["序号", "姓名", "身份证号", "说明", "代码"]),
            row(&[
                "1",
                "韦子涵、覃莉",
                "450204199001010018",
                "韦子涵之母，电话13800005678",
                "6222020200001234",
            ]),
            row(&["2", "黄明", "450204198506151233", "独居", ""]),
        ];
        let list = published(&sheet);
        assert_eq!(list.left_out, 2);
        let texts: Vec<Vec<String>> =
            list.rows.iter().map(|row| row.iter().map(Public::to_string).collect()).collect();
        assert_eq!(texts, [vec!["1", "韦*涵、覃*", "韦*涵之母，电话***********"], vec!["2", "黄*", "独居"]]);
    }
}
