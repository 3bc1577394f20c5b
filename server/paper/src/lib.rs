//! Paper: what leaves the house as a printout or a workbook.
//!
//! What this crate promises:
//! - **Chinese on any machine.** The font comes with the program and goes, cut to what was used, into every PDF; the
//!   text can be selected and searched, and its structure is tagged for screen readers.
//! - **Nothing is dropped.** A character that the font lacks is printed as a box with its code point, and copied as
//!   itself.
//! - **Lines break as Chinese lines do**: none begins with closing punctuation or ends with opening punctuation;
//!   tables break over pages with their head repeated.
//! - **Every page says who printed it, when and what for.**
//! - **A cell is what it is.** In a workbook numbers are numbers and moments are moments; text is never a formula.
//!
//! It reads no clock and no file, and knows nothing of HTTP: documents in, bytes out.

mod document;
mod face;
mod layout;
mod lines;
mod mark;
mod pdf;
mod rows;
mod tags;
#[cfg(any(test, feature = "test-support"))]
pub mod testing;
mod workbook;

pub use document::{Block, Code, Column, Document, Fact, Paper, Printed, Table};
pub use pdf::pdf;
pub use workbook::{Cell, Workbook};
