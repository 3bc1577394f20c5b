//! What a printout says, before anybody thinks of pages.

use platform::{Lang, Millis, Text};

/// What it is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    A4,
    /// A roll of 80 mm: one sheet, as long as it needs to be.
    Receipt,
}

/// One printout.
#[derive(Clone, Debug)]
pub struct Document {
    pub paper: Paper,
    pub lang: Lang,
    /// Whose paper it is: a street, a district.
    pub issuer: String,
    pub title: String,
    pub number: Option<String>,
    pub code: Option<Code>,
    pub blocks: Vec<Block>,
    pub printed: Printed,
}

/// A QR code at the top right.
#[derive(Clone, Debug)]
pub struct Code {
    /// What it holds, such as the address of a page.
    pub text: String,
    /// What scanning it is good for.
    pub caption: String,
}

/// Who printed it, when, and what for: the line at the foot of every page.
#[derive(Clone, Debug)]
pub struct Printed {
    pub by: String,
    pub at: Millis,
    pub purpose: String,
}

/// A part of a printout.
#[derive(Clone, Debug)]
pub enum Block {
    Heading(String),
    Text(String),
    /// Definitions and remarks in small type.
    Small(String),
    Facts(Vec<Fact>),
    Table(Table),
    /// Places to sign, side by side, each with its label.
    Signatures(Vec<String>),
    /// What follows begins on a new page.
    NewPage,
}

/// A label with its value.
#[derive(Clone, Debug)]
pub struct Fact {
    pub label: String,
    pub value: String,
    /// Takes a whole line instead of half of one.
    pub wide: bool,
}

impl Fact {
    /// A fact that shares its line.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), wide: false }
    }

    /// A fact on a line of its own.
    pub fn wide(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), wide: true }
    }
}

/// Rows under a head that is repeated on every page.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    pub total: Option<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub head: String,
    /// Its part of the width, beside the parts of the others.
    pub share: f32,
    /// Figures stand at the right.
    pub right: bool,
}

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>, share: f32) -> Self {
        Self { head: head.into(), share, right: false }
    }

    /// A column of figures.
    pub fn figures(head: impl Into<String>, share: f32) -> Self {
        Self { head: head.into(), share, right: true }
    }
}

impl Printed {
    pub(crate) fn line(&self, lang: Lang) -> String {
        let at = self.at.beijing().strftime("%Y-%m-%d %H:%M");
        match lang {
            Lang::Zh => format!("打印：{}　时间：{at}　用途：{}", self.by, self.purpose),
            Lang::En => format!("Printed by {} at {at} (Beijing) for: {}", self.by, self.purpose),
        }
    }
}

pub(crate) fn page_of(page: usize, pages: usize) -> Text {
    Text::owned(format!("第 {page} 页，共 {pages} 页"), format!("page {page} of {pages}"))
}
