//! Drawn pictures for the cases: a pavement, something broken on it, or the same place put right.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use platform::files::Kept;
use platform::{App, Error};

use super::draw::Draw;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
const EACH: usize = 6;

/// Pictures that are kept once and cited by many cases.
#[derive(Clone)]
pub struct Album {
    pub before: Vec<Kept>,
    pub after: Vec<Kept>,
}

impl Album {
    /// Draws and keeps them.
    ///
    /// # Errors
    /// When the folder of files cannot be written.
    pub async fn draw(app: &App) -> Result<Self, Error> {
        app.heavy(|app| {
            let mut draw = Draw::new(5);
            let mut keep = |is_broken| -> Result<Vec<Kept>, Error> {
                (0..EACH).map(|_| Ok(app.files().keep(&encoded(&scene(&mut draw, is_broken))?)?)).collect()
            };
            Ok(Self { before: keep(true)?, after: keep(false)? })
        })
        .await?
    }
}

fn encoded(picture: &RgbImage) -> Result<Vec<u8>, Error> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).map_err(Error::internal)?;
    Ok(bytes.into_inner())
}

/// Paving stones in perspective under a grey sky, a round cover in the middle: whole, or with a dark gap.
fn scene(draw: &mut Draw, is_broken: bool) -> RgbImage {
    let (warm, light) = (draw.between(-12, 12) as f32, draw.between(-25, 20) as f32);
    let centre = (draw.between(230, 410) as f32, draw.between(270, 350) as f32);
    let (wide, high) = (draw.between(80, 130) as f32, draw.between(40, 62) as f32);
    let gap = draw.share() as f32 * std::f32::consts::TAU;
    let seed = draw.between(1, 1 << 30) as u32;
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        let grain = (noise(x, y, seed) - 0.5) * 18.0;
        let depth = (fy - 90.0) / 390.0;
        if depth < 0.0 {
            return tone(168.0 + fy * 0.3 + light, warm * 0.4, grain * 0.2);
        }
        let row = (depth.powf(0.6) * 14.0).fract();
        let column =
            ((fx - 320.0) / (0.35 + depth) / 70.0 + (depth.powf(0.6) * 14.0).floor() * 0.5).rem_euclid(1.0);
        let joint = if row < 0.06 || column < 0.04 { -32.0 } else { 0.0 };
        let ground = 134.0 + depth * 26.0 + light + joint;
        let (dx, dy) = ((fx - centre.0) / wide, (fy - centre.1) / high);
        let radius = dx.hypot(dy);
        if radius > 1.0 {
            return tone(ground, warm, grain);
        }
        if radius > 0.9 {
            return tone(70.0 + light, -4.0, grain);
        }
        let angle = dy.atan2(dx) - gap;
        let open = is_broken
            && angle.rem_euclid(std::f32::consts::TAU) < 2.1
            && radius > 0.15 + noise(x / 9, y / 9, seed) * 0.2;
        let pattern = if ((dx * 9.0).sin() * (dy * 9.0).sin()).abs() > 0.55 { 14.0 } else { 0.0 };
        if open {
            tone(22.0, -2.0, grain * 0.3)
        } else {
            tone(92.0 + light * 0.6 + pattern, -3.0, grain * 0.6)
        }
    })
}

fn tone(grey: f32, warm: f32, grain: f32) -> Rgb<u8> {
    let level = |shift: f32| (grey + shift + grain).clamp(0.0, 255.0) as u8;
    Rgb([level(warm), level(0.0), level(-warm)])
}

/// A value from 0 to 1 that looks random and is the same for the same place.
fn noise(x: u32, y: u32, seed: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed;
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    (hash >> 8) as f32 / (1 << 24) as f32
}
