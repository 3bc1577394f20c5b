//! What stands on a page, in points from its upper left corner.

use platform::code::Qr;

/// One mark on a page.
pub(crate) enum Mark {
    Text(Run),
    Rule { left: f32, right: f32, y: f32, gray: f32 },
    Fill { left: f32, top: f32, width: f32, height: f32, gray: f32 },
    Code { left: f32, top: f32, side: f32, code: Qr, tag: Option<usize> },
}

/// A line of text, or a part of one.
pub(crate) struct Run {
    pub left: f32,
    pub baseline: f32,
    pub ink: Ink,
    pub text: String,
    /// The element of the document that it belongs to; none for what only the page needs.
    pub tag: Option<usize>,
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ink {
    pub size: f32,
    pub bold: bool,
    /// 0 is black.
    pub gray: f32,
}

impl Ink {
    pub const fn plain(size: f32) -> Self {
        Self { size, bold: false, gray: 0.0 }
    }

    pub const fn bold(size: f32) -> Self {
        Self { size, bold: true, gray: 0.0 }
    }

    pub const fn pale(size: f32) -> Self {
        Self { size, bold: false, gray: 0.36 }
    }
}

/// One page.
pub(crate) struct Page {
    pub height: f32,
    pub marks: Vec<Mark>,
}
