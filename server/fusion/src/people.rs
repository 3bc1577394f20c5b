//! Registers of people as files: their encoding, their rows, and the cells and the model by which records are compared.

pub mod encoding;
pub mod person;
pub mod residents;
pub mod rows;

/// Why bytes are no table of text.
#[derive(Debug, thiserror::Error)]
pub enum NotCsv {
    #[error("the file is a workbook, not CSV; save it as CSV first")]
    Workbook,
    #[error("the file is not CSV: {0}")]
    Csv(#[from] csv::Error),
    #[error("the file is too large for this machine")]
    TooLarge,
}
