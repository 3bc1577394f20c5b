//! Pages as PDF: tagged, with text that can be copied.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, StructRole, SystemInfo, TextRenderingMode, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use platform::{Error, Lang};
use subsetter::GlyphRemapper;

use crate::document::Document;
use crate::face::Face;
use crate::layout::{feet, laid_out};
use crate::mark::{Ink, Mark, Page, Run};
use crate::tags::{ROOT, Role, Tags};

const FONT: Name<'static> = Name(b"F");
const IDENTITY: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// A document as PDF.
///
/// # Errors
/// [`Error::Internal`] for a code that is too long to draw.
pub fn pdf(document: &Document) -> Result<Vec<u8>, Error> {
    let (mut pages, tags, width) = laid_out(document)?;
    feet(document, &mut pages)?;
    let mut paper = Press { face: Face::shared()?, glyphs: GlyphRemapper::new(), texts: BTreeMap::new() };
    let mut placed: Vec<Placed> = Vec::new();
    let drawn: Vec<Vec<u8>> = pages
        .iter()
        .enumerate()
        .map(|(at, page)| paper.draw(page, at, &mut placed).and_then(|content| packed(&content)))
        .collect::<Result<_, _>>()?;

    let mut next = Ref::new(1);
    let mut id = || next.bump();
    let (catalog, tree, info, structure) = (id(), id(), id(), id());
    let font = id();
    let page_ids: Vec<Ref> = pages.iter().map(|_| id()).collect();
    let element_ids: Vec<Ref> = tags.iter().map(|_| id()).collect();

    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    pdf.document_info(info)
        .title(TextStr(&title(document)))
        .author(TextStr(&document.issuer))
        .creator(TextStr("Wangge"));
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr(match document.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }));
    root.viewer_preferences().display_doc_title(true);
    root.mark_info().marked(true);
    root.pair(Name(b"StructTreeRoot"), structure);
    root.finish();
    pdf.pages(tree).kids(page_ids.iter().copied()).count(i32::try_from(pages.len()).unwrap_or(i32::MAX));
    for (at, ((page, page_id), content)) in pages.iter().zip(&page_ids).zip(&drawn).enumerate() {
        let content_id = id();
        let mut written = pdf.page(*page_id);
        written.parent(tree).media_box(Rect::new(0.0, 0.0, width, page.height)).contents(content_id);
        written.struct_parents(i32::try_from(at).unwrap_or(i32::MAX));
        written.resources().fonts().pair(FONT, font);
        written.finish();
        pdf.stream(content_id, content).filter(Filter::FlateDecode);
    }
    write_structure(&mut pdf, structure, &tags, &element_ids, &page_ids, &placed);
    paper.write_font(&mut pdf, font, [id(), id(), id(), id()])?;
    Ok(pdf.finish())
}

fn title(document: &Document) -> String {
    match &document.number {
        Some(number) => format!("{} {number}", document.title),
        None => document.title.clone(),
    }
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).map_err(Error::internal)?;
    packer.finish().map_err(Error::internal)
}

/// Something of an element that stands on a page, under the page's own number for it.
struct Placed {
    page: usize,
    number: i32,
    element: usize,
}

/// What has been printed so far: glyphs and the characters that they stand for.
struct Press {
    face: &'static Face,
    glyphs: GlyphRemapper,
    texts: BTreeMap<u16, (char, u16)>,
}

impl Press {
    fn draw(&mut self, page: &Page, at: usize, placed: &mut Vec<Placed>) -> Result<Vec<u8>, Error> {
        let mut content = Content::new();
        let mut open: Option<Option<usize>> = None;
        let mut number = 0;
        for mark in &page.marks {
            let tag = match mark {
                Mark::Text(run) => run.tag,
                Mark::Code { tag, .. } => *tag,
                Mark::Rule { .. } | Mark::Fill { .. } => None,
            };
            if open != Some(tag) {
                if open.is_some() {
                    content.end_marked_content();
                }
                match tag {
                    Some(element) => {
                        content
                            .begin_marked_content_with_properties(Name(b"Span"))
                            .properties()
                            .identify(number);
                        placed.push(Placed { page: at, number, element });
                        number += 1;
                    }
                    None => {
                        content.begin_marked_content(Name(b"Artifact"));
                    }
                }
                open = Some(tag);
            }
            self.mark(&mut content, mark, page.height)?;
        }
        if open.is_some() {
            content.end_marked_content();
        }
        Ok(content.finish().to_vec())
    }

    fn mark(&mut self, content: &mut Content, mark: &Mark, height: f32) -> Result<(), Error> {
        match mark {
            Mark::Text(run) => self.text(content, run, height),
            Mark::Rule { left, right, y, gray } => {
                content.set_stroke_gray(*gray).set_line_width(0.6);
                content.move_to(*left, height - y).line_to(*right, height - y).stroke();
            }
            Mark::Fill { left, top, width, height: high, gray } => {
                content.set_fill_gray(*gray);
                content.rect(*left, height - top - high, *width, *high).fill_nonzero();
            }
            Mark::Code { left, top, side, code, .. } => {
                let modules = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
                let unit = side / modules(code.side);
                content.set_fill_gray(0.0);
                for run in &code.runs {
                    let (x, y) = (left + modules(run.x) * unit, height - top - modules(run.y + 1) * unit);
                    content.rect(x, y, modules(run.length) * unit, unit);
                }
                content.fill_nonzero();
            }
        }
        Ok(())
    }

    /// A line of text; what the font lacks stands in it as a box.
    fn text(&mut self, content: &mut Content, run: &Run, height: f32) {
        let (mut left, baseline) = (run.left, height - run.baseline);
        let mut known = Vec::new();
        let mut begin = left;
        for c in run.text.chars() {
            match self.face.glyph(c) {
                Some(glyph) => known.extend(self.remember(glyph, c).to_be_bytes()),
                None => {
                    show(content, &known, begin, baseline, run.ink);
                    known.clear();
                    self.missing(content, c, left, baseline, run.ink);
                    begin = left + run.ink.size;
                }
            }
            left += self.face.advance(c) * run.ink.size;
        }
        show(content, &known, begin, baseline, run.ink);
    }

    fn remember(&mut self, glyph: u16, c: char) -> u16 {
        let cut = self.glyphs.remap(glyph);
        self.texts.entry(cut).or_insert((c, glyph));
        cut
    }

    /// A box with the code point in it, two digits on each line, that is copied as the character itself.
    fn missing(&mut self, content: &mut Content, c: char, left: f32, baseline: f32, ink: Ink) {
        let mut itself = [0; 4];
        content
            .begin_marked_content_with_properties(Name(b"Span"))
            .properties()
            .actual_text(TextStr(c.encode_utf8(&mut itself)));
        let size = ink.size;
        content.set_stroke_gray(ink.gray).set_line_width(size * 0.05);
        content.rect(left + size * 0.06, baseline - size * 0.1, size * 0.88, size * 0.92).stroke();
        let digits = format!("{:04X}", u32::from(c));
        let rows: Vec<&str> = if digits.len() > 4 {
            vec![digits.get(..3).unwrap_or_default(), digits.get(3..).unwrap_or_default()]
        } else {
            vec![digits.get(..2).unwrap_or_default(), digits.get(2..).unwrap_or_default()]
        };
        let small = Ink { size: if digits.len() > 4 { size * 0.36 } else { size * 0.42 }, ..ink };
        for (row, up) in rows.into_iter().zip([0.42, 0.0]) {
            let codes: Vec<u8> = row
                .chars()
                .filter_map(|digit| Some(self.remember(self.face.glyph(digit)?, digit)))
                .flat_map(u16::to_be_bytes)
                .collect();
            let inset = (size - self.face.width(row, small.size)) / 2.0;
            show(content, &codes, left + inset, baseline + size * up, small);
        }
        content.end_marked_content();
    }

    fn write_font(&self, pdf: &mut Pdf, font: Ref, ids: [Ref; 4]) -> Result<(), Error> {
        let [cid, descriptor, to_unicode, file] = ids;
        let sum = self
            .texts
            .values()
            .fold(5381_u32, |sum, (_, glyph)| sum.wrapping_mul(33).wrapping_add(u32::from(*glyph)));
        // Six letters tell subsets of one font apart.
        let letters = (0..6).map(|nth| char::from(b'A' + u8::try_from((sum >> (5 * nth)) % 26).unwrap_or(0)));
        let name = format!("{}+NotoSansCJKsc-Regular", letters.collect::<String>());
        let name = Name(name.as_bytes());
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(to_unicode);
        let mut cid_font = pdf.cid_font(cid);
        cid_font.subtype(CidFontType::Type0).base_font(name).system_info(IDENTITY);
        cid_font.font_descriptor(descriptor).default_width(1000.0);
        let mut widths = cid_font.widths();
        for (cut, (_, glyph)) in &self.texts {
            widths.consecutive(*cut, [self.face.glyph_advance(*glyph)]);
        }
        widths.finish();
        cid_font.finish();
        let measures = self.face.measures();
        let [west, south, east, north] = measures.bounds;
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(west, south, east, north))
            .italic_angle(0.0)
            .ascent(measures.ascent)
            .descent(measures.descent)
            .cap_height(measures.cap_height)
            .stem_v(80.0)
            .font_file3(file);
        let mut map = UnicodeCmap::<u16>::new(Name(b"Wangge"), IDENTITY);
        for (cut, (c, _)) in &self.texts {
            map.pair(*cut, *c);
        }
        pdf.stream(to_unicode, &packed(&map.finish())?).filter(Filter::FlateDecode);
        pdf.stream(file, &packed(&Face::cut(&self.glyphs)?)?)
            .filter(Filter::FlateDecode)
            .pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        Ok(())
    }
}

/// Bold is the same glyph with a fine line around it: one font instead of two.
fn show(content: &mut Content, codes: &[u8], left: f32, baseline: f32, ink: Ink) {
    if codes.is_empty() {
        return;
    }
    content.begin_text().set_font(FONT, ink.size).set_fill_gray(ink.gray);
    let mode = if ink.bold {
        content.set_stroke_gray(ink.gray).set_line_width(ink.size * 0.035);
        TextRenderingMode::FillStroke
    } else {
        TextRenderingMode::Fill
    };
    content.set_text_rendering_mode(mode).next_line(left, baseline).show(Str(codes)).end_text();
}

fn write_structure(
    pdf: &mut Pdf,
    structure: Ref,
    tags: &Tags,
    elements: &[Ref],
    pages: &[Ref],
    placed: &[Placed],
) {
    let children = tags.children();
    let mut parts: Vec<Vec<&Placed>> = elements.iter().map(|_| Vec::new()).collect();
    for part in placed {
        if let Some(own) = parts.get_mut(part.element) {
            own.push(part);
        }
    }
    let of = |at: usize| elements.get(at).copied();
    for (at, tag) in tags.iter() {
        let Some(id) = of(at) else { continue };
        let mut element = pdf.struct_element(id);
        element.kind(role(tag.role)).parent(of(tag.within).filter(|_| at != ROOT).unwrap_or(structure));
        if let Some(alt) = &tag.alt {
            element.alt(TextStr(alt));
        }
        let mut inside = element.children();
        for child in children.get(at).into_iter().flatten().filter_map(|child| of(*child)) {
            inside.struct_element(child);
        }
        for part in parts.get(at).into_iter().flatten() {
            let mut mark = inside.marked_content_ref();
            if let Some(page) = pages.get(part.page) {
                mark.page(*page);
            }
            mark.marked_content_id(part.number);
        }
    }
    let mut by_page: Vec<Vec<Ref>> = vec![Vec::new(); pages.len()];
    for part in placed {
        if let (Some(page), Some(element)) = (by_page.get_mut(part.page), of(part.element)) {
            page.push(element);
        }
    }
    let mut root = pdf.indirect(structure).dict();
    root.pair(Name(b"Type"), Name(b"StructTreeRoot"));
    root.insert(Name(b"K")).array().items(of(ROOT));
    let mut parents = root.insert(Name(b"ParentTree")).dict();
    let mut numbers = parents.insert(Name(b"Nums")).array();
    for (page, refs) in by_page.into_iter().enumerate() {
        numbers.item(i32::try_from(page).unwrap_or(i32::MAX));
        numbers.push().array().items(refs);
    }
}

fn role(role: Role) -> StructRole {
    match role {
        Role::Document => StructRole::Document,
        Role::Title => StructRole::H1,
        Role::Heading => StructRole::H2,
        Role::Paragraph => StructRole::P,
        Role::Table => StructRole::Table,
        Role::Row => StructRole::TR,
        Role::Head => StructRole::TH,
        Role::Data => StructRole::TD,
        Role::Figure => StructRole::Figure,
    }
}
