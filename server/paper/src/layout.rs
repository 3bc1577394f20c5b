//! From blocks to pages.

use platform::{Error, code};

use crate::document::{Block, Document, Fact, Paper, page_of};
use crate::face::Face;
use crate::lines::broken;
use crate::mark::{Ink, Mark, Page, Run};
use crate::rows::{Cell, Row};
use crate::tags::{ROOT, Role, Tags};

const A4: (f32, f32) = (595.28, 841.89);
const A4_MARGIN: f32 = 51.0;
/// What the foot of a page takes.
const FOOT: f32 = 30.0;
/// 25 mm: a telephone reads it at arm's length.
const CODE: f32 = 71.0;
const ROLL: f32 = 226.77;
const ROLL_MARGIN: f32 = 12.0;
/// A longer roll than a PDF can say begins another sheet.
const LONGEST_ROLL: f32 = 14_000.0;

const BODY: f32 = 10.5;
const SMALL: f32 = 8.5;
/// Lines of text stand this many sizes apart, rows of tables a little closer.
const LEADING: f32 = 1.55;

const HAIRLINE: f32 = 0.78;

/// A document on its way to pages.
pub(crate) struct Layout<'a> {
    doc: &'a Document,
    face: &'static Face,
    size: (f32, f32),
    margin: f32,
    pages: Vec<Page>,
    marks: Vec<Mark>,
    pub tags: Tags,
    /// Where the next block begins.
    pub y: f32,
    /// Nothing but what every page repeats stands on the page.
    pub fresh: bool,
}

/// The pages of a document and its structure.
///
/// # Errors
/// [`Error::Internal`] for a code that is too long, or a font that cannot be read.
pub(crate) fn laid_out(doc: &Document) -> Result<(Vec<Page>, Tags, f32), Error> {
    let (size, margin) = match doc.paper {
        Paper::A4 => (A4, A4_MARGIN),
        Paper::Receipt => ((ROLL, LONGEST_ROLL), ROLL_MARGIN),
    };
    let mut layout = Layout {
        doc,
        face: Face::shared()?,
        size,
        margin,
        pages: Vec::new(),
        marks: Vec::new(),
        tags: Tags::new(),
        y: margin,
        fresh: true,
    };
    match doc.paper {
        Paper::A4 => layout.head()?,
        Paper::Receipt => layout.receipt_head()?,
    }
    for block in &doc.blocks {
        layout.block(block);
    }
    if doc.paper == Paper::Receipt {
        layout.receipt_foot();
    }
    layout.end_page();
    let width = layout.size.0;
    Ok((layout.pages, layout.tags, width))
}

impl Layout<'_> {
    pub fn left(&self) -> f32 {
        self.margin
    }

    pub fn width(&self) -> f32 {
        self.size.0 - 2.0 * self.margin
    }

    /// Where the last line of a page may end.
    pub fn bottom(&self) -> f32 {
        self.size.1 - self.margin - if self.doc.paper == Paper::A4 { FOOT } else { 0.0 }
    }

    /// What a fresh page has room for.
    pub fn room(&self) -> f32 {
        self.bottom() - self.margin - 2.0 * SMALL * LEADING
    }

    pub fn lines(&self, text: &str, ink: Ink, width: f32) -> Vec<String> {
        broken(text, width / ink.size, |c| self.face.advance(c))
    }

    /// Puts a line of text where it belongs; `right` puts its end there.
    pub fn write(&mut self, text: &str, at: f32, baseline: f32, ink: Ink, right: bool, tag: Option<usize>) {
        if text.is_empty() {
            return;
        }
        let left = if right { at - self.face.width(text, ink.size) } else { at };
        self.marks.push(Mark::Text(Run { left, baseline, ink, text: text.to_owned(), tag }));
    }

    pub fn rule(&mut self, y: f32, gray: f32) {
        let (left, right) = (self.margin, self.size.0 - self.margin);
        self.marks.push(Mark::Rule { left, right, y, gray });
    }

    pub fn fill(&mut self, top: f32, height: f32, gray: f32) {
        let (left, width) = (self.margin, self.width());
        self.marks.push(Mark::Fill { left, top, width, height, gray });
    }

    /// Begins a new page, with the document's name on top.
    pub fn turn(&mut self) {
        self.end_page();
        self.y = self.margin;
        if self.doc.paper == Paper::A4 {
            let mut name = self.doc.title.clone();
            if let Some(number) = &self.doc.number {
                name = format!("{name}　{number}");
            }
            let ink = Ink::pale(SMALL);
            let first = self.lines(&name, ink, self.width()).into_iter().next().unwrap_or_default();
            self.write(&first, self.margin, self.margin + SMALL, ink, false, None);
            self.rule(self.margin + SMALL * LEADING, HAIRLINE);
            self.y += 2.0 * SMALL * LEADING;
        }
        self.fresh = true;
    }

    fn end_page(&mut self) {
        let height = match self.doc.paper {
            Paper::A4 => self.size.1,
            Paper::Receipt => self.y + self.margin,
        };
        self.pages.push(Page { height, marks: std::mem::take(&mut self.marks) });
    }

    /// Lines one under the other, over as many pages as they need.
    fn text(&mut self, text: &str, ink: Ink, width: f32, tag: usize) {
        let step = ink.size * LEADING;
        for line in self.lines(text, ink, width) {
            if self.y + step > self.bottom() && !self.fresh {
                self.turn();
            }
            self.write(&line, self.margin, self.y + ink.size * 1.12, ink, false, Some(tag));
            self.y += step;
            self.fresh = false;
        }
    }

    fn head(&mut self) -> Result<(), Error> {
        let (doc, margin) = (self.doc, self.margin);
        let mut width = self.width();
        let mut least = self.y;
        if let Some(code) = &doc.code {
            width -= CODE + 16.0;
            least += CODE + 16.0;
            let left = self.size.0 - margin - CODE;
            let drawn = code::qr(&code.text)?;
            let tag = self.tags.figure(format!("{} {}", code.caption, code.text));
            self.marks.push(Mark::Code { left, top: margin, side: CODE, code: drawn, tag: Some(tag) });
            let ink = Ink::pale(7.0);
            let middle = left + (CODE - self.face.width(&code.caption, ink.size)) / 2.0;
            self.write(&code.caption, middle, margin + CODE + 10.0, ink, false, Some(tag));
        }
        let issuer = self.tags.add(ROOT, Role::Paragraph);
        self.text(&doc.issuer, Ink::pale(BODY), width, issuer);
        self.y += 6.0;
        let title = self.tags.add(ROOT, Role::Title);
        self.text(&doc.title, Ink::bold(20.0), width, title);
        if let Some(number) = &doc.number {
            self.y += 2.0;
            let tag = self.tags.add(ROOT, Role::Paragraph);
            self.text(number, Ink::plain(13.0), width, tag);
        }
        self.y = self.y.max(least) + 8.0;
        self.rule(self.y, 0.0);
        self.y += 10.0;
        Ok(())
    }

    /// The number is what a receipt is for.
    fn receipt_head(&mut self) -> Result<(), Error> {
        let (doc, width) = (self.doc, self.width());
        let issuer = self.tags.add(ROOT, Role::Paragraph);
        self.text(&doc.issuer, Ink::pale(SMALL), width, issuer);
        let title = self.tags.add(ROOT, Role::Title);
        self.text(&doc.title, Ink::bold(13.0), width, title);
        if let Some(number) = &doc.number {
            let tag = self.tags.add(ROOT, Role::Paragraph);
            self.text(number, Ink::bold(28.0), width, tag);
        }
        if let Some(code) = &doc.code {
            let tag = self.tags.figure(format!("{} {}", code.caption, code.text));
            let drawn = code::qr(&code.text)?;
            let (left, top) = (self.margin, self.y + 6.0);
            self.marks.push(Mark::Code { left, top, side: 96.0, code: drawn, tag: Some(tag) });
            self.y = top + 96.0;
            self.text(&code.caption, Ink::pale(SMALL), width, tag);
        }
        self.y += 4.0;
        self.rule(self.y, 0.0);
        self.y += 6.0;
        Ok(())
    }

    fn receipt_foot(&mut self) {
        self.y += 4.0;
        self.rule(self.y, HAIRLINE);
        self.y += 4.0;
        let tag = self.tags.add(ROOT, Role::Paragraph);
        self.text(&self.doc.printed.line(self.doc.lang), Ink::pale(7.0), self.width(), tag);
    }

    fn block(&mut self, block: &Block) {
        let width = self.width();
        match block {
            Block::Heading(text) => {
                let ink = Ink::bold(13.0);
                self.y += 8.0;
                // A heading at the foot of a page has nothing under it.
                if self.y + 5.0 * BODY * LEADING > self.bottom() && !self.fresh {
                    self.turn();
                }
                let tag = self.tags.add(ROOT, Role::Heading);
                self.text(text, ink, width, tag);
                self.y += 4.0;
            }
            Block::Text(text) => {
                let tag = self.tags.add(ROOT, Role::Paragraph);
                self.text(text, Ink::plain(BODY), width, tag);
                self.y += 4.0;
            }
            Block::Small(text) => {
                let tag = self.tags.add(ROOT, Role::Paragraph);
                self.text(text, Ink::pale(SMALL), width, tag);
                self.y += 4.0;
            }
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => {
                self.table(table);
                self.y += 8.0;
            }
            Block::Signatures(labels) => self.signatures(labels),
            Block::NewPage if self.fresh => {}
            Block::NewPage => self.turn(),
        }
    }

    /// Labels and values; two to a line on a broad sheet.
    fn facts(&mut self, facts: &[Fact]) {
        let narrow = self.doc.paper == Paper::Receipt;
        let mut rest = facts;
        while let Some((first, after)) = rest.split_first() {
            let second = after.first().filter(|second| !narrow && !first.wide && !second.wide);
            rest = after.get(usize::from(second.is_some())..).unwrap_or_default();
            let half = self.width() / 2.0;
            let room = if narrow || first.wide || second.is_none() { self.width() } else { half };
            let mut cells = self.fact(first, self.left(), room);
            if let Some(second) = second {
                cells.extend(self.fact(second, self.left() + half, half));
            }
            self.row(&Row { cells, pad: 4.0, rule: HAIRLINE, shade: None }, None);
        }
        self.y += 6.0;
    }

    fn fact(&mut self, fact: &Fact, left: f32, room: f32) -> Vec<Cell> {
        let label = if self.doc.paper == Paper::Receipt { 56.0 } else { 72.0 };
        let tag = self.tags.add(ROOT, Role::Paragraph);
        let (pale, plain) = (Ink::pale(BODY - 1.0), Ink::plain(BODY));
        let labels = self.lines(&fact.label, pale, label - 8.0);
        let values = self.lines(&fact.value, plain, room - label - 8.0);
        vec![
            Cell { at: left, right: false, lines: labels, ink: pale, tag: Some(tag) },
            Cell { at: left + label, right: false, lines: values, ink: plain, tag: Some(tag) },
        ]
    }

    /// Side by side on a broad sheet, one under the other on a narrow one.
    fn signatures(&mut self, labels: &[String]) {
        let (gap, step, ink) = (20.0, 44.0, Ink::plain(BODY));
        let in_row = match (self.doc.paper, labels.len()) {
            (Paper::Receipt, _) => 1,
            (Paper::A4, 4) => 2,
            (Paper::A4, count) => count.clamp(1, 3),
        };
        let count = f32::from(u8::try_from(in_row).unwrap_or(u8::MAX));
        let width = (self.width() - gap * (count - 1.0)) / count;
        for row in labels.chunks(in_row) {
            if self.y + step > self.bottom() && !self.fresh {
                self.turn();
            }
            let (mut left, baseline) = (self.margin, self.y + step - 12.0);
            for label in row {
                let tag = self.tags.add(ROOT, Role::Paragraph);
                self.write(label, left, baseline, ink, false, Some(tag));
                let begin = left + self.face.width(label, ink.size) + 4.0;
                self.marks.push(Mark::Rule {
                    left: begin,
                    right: left + width,
                    y: baseline + 3.0,
                    gray: 0.0,
                });
                left += width + gap;
            }
            self.y += step;
            self.fresh = false;
        }
    }
}

/// What every page of A4 says at its foot: who printed it, and which page it is.
pub(crate) fn feet(doc: &Document, pages: &mut [Page]) -> Result<(), Error> {
    if doc.paper == Paper::Receipt {
        return Ok(());
    }
    let (face, ink, count) = (Face::shared()?, Ink::pale(7.5), pages.len());
    let (left, right, top) = (A4_MARGIN, A4.0 - A4_MARGIN, A4.1 - A4_MARGIN - FOOT + 14.0);
    let words = broken(&doc.printed.line(doc.lang), (right - left - 90.0) / ink.size, |c| face.advance(c));
    for (at, page) in pages.iter_mut().enumerate() {
        page.marks.push(Mark::Rule { left, right, y: top, gray: HAIRLINE });
        let mut baseline = top + 12.0;
        for line in &words {
            page.marks.push(Mark::Text(Run { left, baseline, ink, text: line.clone(), tag: None }));
            baseline += ink.size * 1.4;
        }
        let text = page_of(at + 1, count).in_lang(doc.lang).to_owned();
        let left = right - face.width(&text, ink.size);
        page.marks.push(Mark::Text(Run { left, baseline: top + 12.0, ink, text, tag: None }));
    }
    Ok(())
}
