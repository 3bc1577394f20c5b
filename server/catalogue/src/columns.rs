//! Finding the columns of a sheet by their headings, and taking clean text out of its cells.

use platform::Text;
use platform::import::RowProblem;
use platform::sheet::{FileError, SheetRow};

/// Most characters of a name.
pub(crate) const NAME_CHARS: usize = 120;
/// Most characters of a condition or a legal basis.
pub(crate) const PROSE_CHARS: usize = 500;

/// A column: its headings, the one that a Chinese sheet carries first.
pub(crate) struct Column(pub &'static [&'static str]);

impl Column {
    /// The heading under which a problem names the column.
    pub(crate) fn name(&self) -> &'static str {
        self.0.first().copied().unwrap_or_default()
    }

    pub(crate) fn find(&self, heading: &SheetRow) -> Option<usize> {
        heading.cells.iter().position(|cell| self.0.contains(&cell.to_lowercase().as_str()))
    }

    /// # Errors
    /// [`FileError::Column`] when no heading fits.
    pub(crate) fn require(&self, heading: &SheetRow) -> Result<usize, FileError> {
        self.find(heading).ok_or(FileError::Column(self.name()))
    }

    /// A problem of a row in this column.
    pub(crate) fn problem(&self, row: &SheetRow, value: &str, reason: Text) -> RowProblem {
        RowProblem::new(row.number, self.name(), value, reason)
    }

    /// The text of a cell that may be empty.
    ///
    /// # Errors
    /// The row's problem, when the text is too long or holds control characters.
    pub(crate) fn optional(
        &self,
        row: &SheetRow,
        at: Option<usize>,
        chars: usize,
    ) -> Result<Option<String>, RowProblem> {
        let text = cell(row, at);
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > chars {
            let reason = Text::owned(format!("超过 {chars} 个字"), format!("longer than {chars} characters"));
            return Err(self.problem(row, text, reason));
        }
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let text = lines.join("\n");
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(self.problem(row, &text, Text::new("含有控制字符", "holds control characters")));
        }
        Ok(Some(text))
    }

    /// The text of a cell that must not be empty.
    ///
    /// # Errors
    /// The row's problem.
    pub(crate) fn required(
        &self,
        row: &SheetRow,
        at: Option<usize>,
        chars: usize,
    ) -> Result<String, RowProblem> {
        let missing = || self.problem(row, "", Text::new("不能为空", "must not be empty"));
        self.optional(row, at, chars)?.ok_or_else(missing)
    }
}

/// A cell as written; empty when the row ends before it.
pub(crate) fn cell(row: &SheetRow, at: Option<usize>) -> &str {
    at.and_then(|at| row.cells.get(at)).map_or("", String::as_str)
}

/// The reason for a row that says again what an earlier one said.
pub(crate) fn repeats(row: usize) -> Text {
    Text::owned(format!("与第 {row} 行重复"), format!("repeats row {row}"))
}
