//! What an import of a sheet answers: how many rows were taken, and every other row with its reason.

use axum::extract::{DefaultBodyLimit, Multipart};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Text};
use crate::request::Lang;
use crate::sheet::{FileError, MAX_BYTES};
use crate::uploads;

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Row in the file, from 1.
    pub row: usize,
    /// The heading of the column at fault.
    pub column: String,
    /// The cell as written, cut to `VALUE_CHARS`.
    pub value: String,
    pub reason: Text,
}

/// As much of a bad cell as helps to find it again.
const VALUE_CHARS: usize = 40;

impl RowProblem {
    pub fn new(row: usize, column: &str, value: &str, reason: Text) -> Self {
        let value = value.chars().take(VALUE_CHARS).collect();
        Self { row, column: column.to_owned(), value, reason }
    }
}

/// A row that was not taken, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportProblem {
    pub row: usize,
    pub column: String,
    pub value: String,
    /// Why, in the caller's language.
    pub reason: String,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    /// Rows taken.
    pub accepted: usize,
    /// Rows not taken, in the order of the file.
    pub problems: Vec<ImportProblem>,
    /// Nothing was changed.
    pub dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub added: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub changed: Option<usize>,
    /// Entries that the file no longer holds: kept, but in force no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retired: Option<usize>,
}

impl Import {
    /// An answer in the caller's language, without counts of changes.
    pub fn new(accepted: usize, problems: Vec<RowProblem>, dry_run: bool, lang: Lang) -> Self {
        let problems = problems
            .into_iter()
            .map(|problem| ImportProblem {
                reason: problem.reason.in_lang(lang).to_owned(),
                row: problem.row,
                column: problem.column,
                value: problem.value,
            })
            .collect();
        Self { accepted, problems, dry_run, added: None, changed: None, retired: None }
    }
}

/// The query of every import.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// The sheet of a multipart body, under the name `file`.
///
/// # Errors
/// [`Error::Malformed`] without one, [`Error::TooLarge`] beyond the limit.
pub async fn sheet_of(form: Multipart) -> Result<Vec<u8>, Error> {
    uploads::picture_of(form).await
}

/// Bodies with one sheet and the wrapping around it.
pub fn sheet_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MAX_BYTES + 64 * 1024)
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        let text = Text::owned(error.zh(), error.to_string());
        match error {
            FileError::TooLarge | FileError::UnpacksTooLarge => Self::TooLarge(text),
            _ => Self::field("file", text),
        }
    }
}
