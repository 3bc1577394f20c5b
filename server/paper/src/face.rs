//! The font that the program carries.

use std::sync::OnceLock;

use platform::Error;
use ttf_parser::{RawFace, Tag};

/// How it was made, and under which licence it is: `README.md` and `fonts/OFL.txt`.
const FONT: &[u8] = include_bytes!("../fonts/NotoSansCJKsc-Regular-subset.otf");

/// The one face.
pub(crate) struct Face {
    face: ttf_parser::Face<'static>,
    units: f32,
}

/// What a PDF wants to know about a face, in thousandths of its size.
pub(crate) struct Measures {
    pub ascent: f32,
    pub descent: f32,
    pub cap_height: f32,
    pub bounds: [f32; 4],
}

impl Face {
    /// The face, read once.
    ///
    /// # Errors
    /// [`Error::Internal`] when the program was built with a broken font.
    pub fn shared() -> Result<&'static Self, Error> {
        static FACE: OnceLock<Result<Face, ttf_parser::FaceParsingError>> = OnceLock::new();
        let read = FACE.get_or_init(|| {
            let face = ttf_parser::Face::parse(FONT, 0)?;
            let units = f32::from(face.units_per_em());
            Ok(Self { face, units })
        });
        read.as_ref().map_err(Error::internal)
    }

    /// The glyph of a character; `None` when the font lacks it.
    pub fn glyph(&self, c: char) -> Option<u16> {
        self.face.glyph_index(c).map(|glyph| glyph.0).filter(|glyph| *glyph != 0)
    }

    /// How wide a character is at size 1. A box for a missing one is as wide as it is high.
    pub fn advance(&self, c: char) -> f32 {
        self.glyph(c).map_or(1.0, |glyph| self.glyph_advance(glyph) / 1000.0)
    }

    /// How wide a glyph is, in thousandths of its size.
    pub fn glyph_advance(&self, glyph: u16) -> f32 {
        let units = self.face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0);
        f32::from(units) * 1000.0 / self.units
    }

    /// How wide a text is at a size.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size
    }

    pub fn measures(&self) -> Measures {
        let scaled = |units: i16| f32::from(units) * 1000.0 / self.units;
        let bounds = self.face.global_bounding_box();
        Measures {
            ascent: scaled(self.face.ascender()),
            descent: scaled(self.face.descender()),
            cap_height: scaled(self.face.capital_height().unwrap_or_else(|| self.face.ascender())),
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(scaled),
        }
    }

    /// The outlines of the remembered glyphs alone, as bare CFF.
    ///
    /// # Errors
    /// [`Error::Internal`] when the font cannot be cut.
    pub fn cut(glyphs: &subsetter::GlyphRemapper) -> Result<Vec<u8>, Error> {
        let cut = subsetter::subset(FONT, 0, glyphs).map_err(Error::internal)?;
        let raw = RawFace::parse(&cut, 0).map_err(Error::internal)?;
        let outlines = raw.table(Tag::from_bytes(b"CFF "));
        outlines.map(<[u8]>::to_vec).ok_or_else(|| Error::internal("the font has no CFF outlines"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_the_characters_of_an_office() {
        let face = Face::shared().unwrap();
        for c in
            "柳南区南站街道网格派单单工单编号喆䶮ABC0123456789，。：；（）《》“”—…①②③㎡℃●▲■‖→國臺灣".chars()
        {
            assert!(face.glyph(c).is_some(), "{c}");
        }
        assert!(face.glyph('𰻞').is_none());
        assert!((face.advance('网') - 1.0).abs() < f32::EPSILON);
    }
}
