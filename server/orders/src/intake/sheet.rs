//! Orders out of a sheet of another system: every row becomes a report or is named with its reason.

use std::collections::{BTreeMap, HashSet};

use areas::{AreaCode, Position};
use paper::{Cell, Workbook};
use platform::import::RowProblem;
use platform::sheet::FileError;
use platform::{Error, FieldProblem, Lang, Millis, Text};

use super::columns::{Columns, FIELDS, guessed, mapped};
use super::mapping::Mapping;
use super::rows::rows;
use super::ticket::{NewTicket, TicketCategory};
use crate::books::Books;
use crate::contact::Contact;
use crate::report::NewOrder;
use crate::words::Source;

/// The most orders that one file may bring: it is taken in one transaction.
const MOST_ORDERS: usize = 5_000;
const DAY_MS: f64 = 86_400_000.0;
/// The day from which a spreadsheet counts, in days of 1970.
const SHEET_EPOCH_DAYS: f64 = 25_569.0;

/// One row, read but not yet checked as a report.
pub(super) struct SheetOrder {
    pub row: usize,
    pub new: NewOrder,
    pub ticket: Option<NewTicket>,
}

/// A sheet as it was read.
pub(super) struct OrderSheet {
    pub orders: Vec<SheetOrder>,
    pub problems: Vec<RowProblem>,
    headings: Vec<String>,
    columns: Columns,
    rows: BTreeMap<usize, Vec<String>>,
}

impl OrderSheet {
    /// Reads a file with a heading row, by a mapping or by the headings that are usual.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file that is no sheet, lacks a needed column or holds too many rows.
    pub fn read(bytes: &[u8], mapping: Option<&Mapping>, books: &Books) -> Result<Self, Error> {
        let mut rows = rows(bytes)?.into_iter();
        let headings = rows.next().ok_or(FileError::Empty)?.cells;
        let columns = match mapping {
            Some(mapping) => mapped(&headings, &mapping.columns)?,
            None => guessed(&headings),
        };
        if let Some(field) = FIELDS.iter().find(|field| field.needed && !columns.contains_key(field.name)) {
            return Err(FileError::Column(field.headings.first().copied().unwrap_or_default()).into());
        }
        let (orders, problems) = (Vec::new(), Vec::new());
        let mut sheet = Self { orders, problems, headings, columns, rows: BTreeMap::new() };
        let mut seen = HashSet::new();
        for row in rows {
            if sheet.rows.len() == MOST_ORDERS {
                return Err(Error::field(
                    "file",
                    Text::new("一次最多导入 5000 件", "5,000 orders at most in one file"),
                ));
            }
            let number = row.number;
            sheet.rows.insert(number, row.cells);
            match sheet.order(number, mapping, books, &mut seen) {
                Ok(order) => sheet.orders.push(order),
                Err(found) => {
                    let found: Vec<_> = found.iter().map(|problem| sheet.problem(number, problem)).collect();
                    sheet.problems.extend(found);
                }
            }
        }
        Ok(sheet)
    }

    fn cell(&self, row: usize, field: &str) -> &str {
        let column = self.columns.get(field).map(|(column, _)| *column);
        let cells = self.rows.get(&row);
        column.zip(cells).and_then(|(column, cells)| cells.get(column)).map_or("", String::as_str)
    }

    /// A problem of a field as a problem of the cell that it came from.
    pub fn problem(&self, row: usize, problem: &FieldProblem) -> RowProblem {
        let field = if problem.field == "point" { "lon" } else { problem.field.as_str() };
        let heading = self.columns.get(field).map_or(field, |(_, heading)| heading.as_str());
        RowProblem::new(row, heading, self.cell(row, field), problem.detail.clone())
    }

    /// The rows that were not taken, as they were written, with a column that says why.
    ///
    /// # Errors
    /// What the writer of workbooks answers.
    pub fn leftover(&self, lang: Lang, now: Millis) -> Result<Vec<u8>, Error> {
        let reason = Text::new("未导入原因", "why it was not taken");
        let name = Text::new("未导入", "Not taken");
        let mut heads = self.headings.clone();
        heads.push(reason.in_lang(lang).to_owned());
        let mut book = Workbook::new(name.in_lang(lang), heads, now)?;
        let mut reasons: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for problem in &self.problems {
            let told = format!("{}: {}", problem.column, problem.reason.in_lang(lang));
            reasons.entry(problem.row).or_default().push(told);
        }
        for (row, told) in reasons {
            let cells = self.rows.get(&row).map(Vec::as_slice).unwrap_or_default();
            let mut line: Vec<Cell> = (0..self.headings.len())
                .map(|at| Cell::text(cells.get(at).cloned().unwrap_or_default()))
                .collect();
            line.push(Cell::text(told.join("；")));
            book.push(&line)?;
        }
        book.finish()
    }

    fn order(
        &self,
        row: usize,
        mapping: Option<&Mapping>,
        books: &Books,
        seen: &mut HashSet<(String, String)>,
    ) -> Result<SheetOrder, Vec<FieldProblem>> {
        let text = |field| self.cell(row, field).to_owned();
        let optional = |field| Some(text(field)).filter(|text| !text.is_empty());
        let mut problems = Vec::new();
        let ticket = match self.columns.contains_key("number") {
            true => self.ticket(row, mapping).map_err(|found| problems.extend(found)).ok(),
            false => None,
        };
        let own = ticket.as_ref().map(|ticket| (ticket.channel.clone(), ticket.number.clone()));
        if own.is_some_and(|own| !seen.insert(own)) {
            let twice = Text::new("文件中已有这个编号", "the file holds this number twice");
            problems.push(FieldProblem::new("number", twice));
        }
        let mut kept = |checked: Result<bool, FieldProblem>| {
            checked.map_err(|problem| problems.push(problem)).unwrap_or_default()
        };
        let urgent = kept(self.truth(row, "urgent"));
        let position = self.position(row).map_err(|problem| problems.push(problem)).ok().flatten();
        let area = self.area(row, books).map_err(|problem| problems.push(problem)).ok().flatten();
        if !problems.is_empty() {
            return Err(problems);
        }
        let new = NewOrder {
            source: if ticket.is_some() { Source::Hotline } else { Source::Import },
            class: class(books, mapping, &text("class")),
            position,
            area,
            address: text("address"),
            description: text("description"),
            urgent: urgent || ticket.as_ref().is_some_and(NewTicket::is_urgent),
            files: Vec::new(),
            contact: Some(Contact { name: optional("contact.name"), phone: optional("contact.phone") }),
        };
        Ok(SheetOrder { row, new, ticket })
    }

    fn ticket(&self, row: usize, mapping: Option<&Mapping>) -> Result<NewTicket, Vec<FieldProblem>> {
        let text = |field| self.cell(row, field).to_owned();
        let optional = |field| Some(text(field)).filter(|text| !text.is_empty());
        let mut problems = Vec::new();
        let category = optional("category").map(|word| {
            TicketCategory::read(&word).ok_or_else(|| {
                let known = Text::new(
                    "请填咨询、求助、投诉、举报、建议或表扬",
                    "question, help, complaint, accusation, suggestion or praise",
                );
                FieldProblem::new("category", known)
            })
        });
        let category = category.transpose().map_err(|problem| problems.push(problem)).ok().flatten();
        let mut truth =
            |field| self.truth(row, field).map_err(|problem| problems.push(problem)).unwrap_or(false);
        let (confidential, wants_reply) = (truth("confidential"), truth("wants_reply"));
        let mut moment =
            |field| self.moment(row, field).map_err(|problem| problems.push(problem)).ok().flatten();
        let (received_at, reply_by) = (moment("received_at"), moment("reply_by"));
        let channel = optional("channel").or_else(|| mapping.and_then(|mapping| mapping.channel.clone()));
        let ticket = NewTicket {
            channel: channel.unwrap_or_default(),
            number: text("number"),
            category,
            urgency: optional("urgency"),
            confidential,
            wants_reply,
            agent: optional("agent"),
            received_at,
            reply_by,
            note: optional("note"),
        };
        let ticket = ticket.tidy().map_err(|found| problems.extend(found));
        ticket.ok().filter(|_| problems.is_empty()).ok_or(problems)
    }

    fn truth(&self, row: usize, field: &str) -> Result<bool, FieldProblem> {
        match self.cell(row, field).to_lowercase().as_str() {
            "" | "0" | "否" | "no" | "false" => Ok(false),
            "1" | "是" | "yes" | "true" => Ok(true),
            _ => Err(FieldProblem::new(field, Text::new("请填“是”或“否”", "write yes or no"))),
        }
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

    /// A code, or the name of one community.
    fn area(&self, row: usize, books: &Books) -> Result<Option<AreaCode>, FieldProblem> {
        let cell = self.cell(row, "area");
        if cell.is_empty() {
            return Ok(None);
        }
        let named =
            books.areas.communities().filter(|area| area.name.zh == cell || area.short_name.zh == cell);
        let named: Vec<AreaCode> = named.map(|area| area.code).collect();
        let wrong = |text| Err(FieldProblem::new("area", text));
        match named.as_slice() {
            [one] => Ok(Some(*one)),
            [] if cell.starts_with(|c: char| c.is_ascii_digit()) => cell
                .parse::<AreaCode>()
                .map(Some)
                .map_err(|error| FieldProblem::new("area", Text::owned(error.zh(), error.to_string()))),
            [] => wrong(Text::owned(
                format!("没有名为“{cell}”的社区"),
                format!("no community is called `{cell}`"),
            )),
            several => wrong(Text::owned(
                format!("有 {} 个社区名为“{cell}”，请填区划代码", several.len()),
                format!("{} communities are called `{cell}`; give the code", several.len()),
            )),
        }
    }

    fn moment(&self, row: usize, field: &str) -> Result<Option<Millis>, FieldProblem> {
        let cell = self.cell(row, field);
        let wrong = Text::new("请填写时间，如 2026-11-23 09:00", "write a moment such as 2026-11-23 09:00");
        match cell.is_empty() {
            true => Ok(None),
            false => moment(cell).map(Some).ok_or_else(|| FieldProblem::new(field, wrong)),
        }
    }
}

/// Our class for their word: a code, a word that the mapping knows, or the name of one class. What is none of them
/// stays as it is, and is refused with the row.
pub(super) fn class(books: &Books, mapping: Option<&Mapping>, word: &str) -> String {
    let codes = books.catalogue.minor_codes();
    if codes.contains(word) {
        return word.to_owned();
    }
    if let Some(code) = mapping.and_then(|mapping| mapping.classes.get(word)) {
        return code.clone();
    }
    let named = |code: &&String| {
        books.catalogue.class(code).is_some_and(|class| class.name.zh == word || class.name.en == word)
    };
    let found: Vec<&String> = codes.iter().filter(named).collect();
    match found.as_slice() {
        [one] => (*one).clone(),
        _ => word.to_owned(),
    }
}

/// A moment as other offices write it: with a zone, in Beijing's time, or as a spreadsheet counts days.
fn moment(cell: &str) -> Option<Millis> {
    if let Ok(moment) = cell.parse() {
        return Some(moment);
    }
    if let Ok(days) = cell.parse::<f64>() {
        let is_day = (20_000.0..80_000.0).contains(&days);
        let local = ((days - SHEET_EPOCH_DAYS) * DAY_MS).round() as i64;
        return is_day.then(|| Millis(local - platform::BEIJING_MS));
    }
    let plain: String = cell
        .chars()
        .map(|c| match c {
            '/' | '.' | '年' | '月' => '-',
            'T' | '日' => ' ',
            '时' => ':',
            '：' => ':',
            c => c,
        })
        .filter(|c| !matches!(c, '分' | '秒'))
        .collect();
    let (date, time) = plain.trim().split_once(' ').unwrap_or((plain.trim(), "00:00"));
    let two = |part: &str| part.trim().parse::<u32>().ok().map(|number| format!("{number:02}"));
    let date: Vec<String> = date.split('-').map(two).collect::<Option<_>>()?;
    let time: Vec<String> = time.trim().trim_end_matches(':').split(':').map(two).collect::<Option<_>>()?;
    let [year, month, day] = date.as_slice() else { return None };
    let (hour, minute) = (time.first()?, time.get(1).map_or("00", String::as_str));
    let second = time.get(2).map_or("00", String::as_str);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}+08:00").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_other_offices_write_them() {
        let nine = Some(Millis(1_795_395_600_000));
        for written in [
            "2026-11-23T01:00:00Z",
            "2026-11-23 09:00",
            "2026/11/23 9:00:00",
            "2026.11.23 09:00",
            "2026年11月23日 9时00分",
            "46349.375",
        ] {
            assert_eq!(moment(written), nine, "{written}");
        }
        assert_eq!(moment("2026-11-23"), Some(Millis(1_795_395_600_000 - 9 * 3_600_000)));
        for wrong in ["昨天", "2026-13-01", "9:00", "12", "2026-11-23 25:00"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
