//! A picture made anew: only its pixels pass.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use super::budget::Budget;
use super::{FULL_SIDE, FileProblem, MOST_PIXELS, THUMB_SIDE};

const FULL_QUALITY: u8 = 85;
const THUMB_QUALITY: u8 = 80;
/// What a decoder may allocate: sixteen bits for each of four channels of the largest picture, and its working room.
const DECODER_BYTES: u64 = MOST_PIXELS * 8 + 64 * 1024 * 1024;

/// Both copies of a picture, as JPEG.
pub struct Picture {
    pub full: Vec<u8>,
    pub thumb: Vec<u8>,
    /// Pixels of the full copy.
    pub width: u32,
    /// Pixels of the full copy.
    pub height: u32,
}

impl Picture {
    /// Reads an upload by what it is, not by what it is called.
    pub fn read(upload: &[u8], budget: &Budget) -> Result<Self, FileProblem> {
        let format = image::guess_format(upload).map_err(|_| FileProblem::WrongType)?;
        if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
            return Err(FileProblem::WrongType);
        }
        let mut limits = Limits::default();
        limits.max_alloc = Some(DECODER_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(upload), format);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(problem)?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS {
            return Err(FileProblem::TooManyPixels);
        }
        if format == ImageFormat::Jpeg && !jpeg_ends(upload) {
            return Err(FileProblem::Broken("the JPEG has no end".to_owned()));
        }
        let _share = budget.take(pixels);
        let upright = decoder.orientation().map_err(problem)?;
        let decoded = DynamicImage::from_decoder(decoder).map_err(problem)?;
        // Turned after it is made small: fewer pixels to move.
        let mut full = opaque(&shrunk(decoded, FULL_SIDE));
        full.apply_orientation(upright);
        let thumb = shrunk(full.clone(), THUMB_SIDE);
        Ok(Self {
            width: full.width(),
            height: full.height(),
            full: jpeg(&full.into_rgb8(), FULL_QUALITY)?,
            thumb: jpeg(&thumb.into_rgb8(), THUMB_QUALITY)?,
        })
    }
}

fn problem(error: ImageError) -> FileProblem {
    match error {
        ImageError::Limits(_) => FileProblem::TooManyPixels,
        other => FileProblem::Broken(other.to_string()),
    }
}

/// Whether the coded pixels of a JPEG go on to its end mark. Decoders paint what is missing grey and say nothing.
fn jpeg_ends(jpeg: &[u8]) -> bool {
    let mut rest = jpeg.get(2..).unwrap_or_default();
    let mut in_scan = false;
    loop {
        let Some(at) = rest.iter().position(|byte| *byte == 0xFF) else { return false };
        if !in_scan && at > 0 {
            return false;
        }
        rest = rest.get(at + 1..).unwrap_or_default();
        let Some((mark, after)) = rest.split_first() else { return false };
        match mark {
            // A stuffed byte, a restart mark, a fill byte: the scan goes on.
            0x00 | 0xD0..=0xD7 if in_scan => rest = after,
            0xFF => {}
            0xD9 => return in_scan,
            _ => {
                let length =
                    after.first_chunk::<2>().map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
                let Some(next) = after.get(length..).filter(|_| length >= 2) else { return false };
                in_scan = in_scan || *mark == 0xDA;
                rest = next;
            }
        }
    }
}

/// The picture with its long side at most `side`.
fn shrunk(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side {
        return picture;
    }
    // Averaging whole blocks first is fast; the filter then only has the last step to do.
    let rough = side.saturating_mul(2);
    let picture =
        if picture.width().max(picture.height()) > rough { picture.thumbnail(rough, rough) } else { picture };
    picture.resize(side, side, FilterType::Triangle)
}

/// The picture on white paper: JPEG knows no transparency.
fn opaque(picture: &DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.to_rgb8());
    }
    let source = picture.to_rgba8();
    let mut paper = RgbImage::new(source.width(), source.height());
    for (on_paper, pixel) in paper.pixels_mut().zip(source.pixels()) {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        let blend =
            |channel: u32| u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        on_paper.0 = [blend(red), blend(green), blend(blue)];
    }
    DynamicImage::ImageRgb8(paper)
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, FileProblem> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).map_err(problem)?;
    Ok(bytes)
}
