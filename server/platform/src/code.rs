//! QR codes: sharp on paper and on screens.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

use crate::error::Error;

/// Light modules around a code, without which readers do not find it (ISO/IEC 18004).
const QUIET: usize = 4;

/// A drawn QR code: its side in modules, quiet zone included, and its dark modules row by row.
#[derive(Clone, Debug)]
pub struct Qr {
    pub side: usize,
    pub runs: Vec<QrRun>,
}

/// Dark modules beside each other.
#[derive(Clone, Copy, Debug)]
pub struct QrRun {
    pub x: usize,
    pub y: usize,
    pub length: usize,
}

/// A QR code of `text` with error correction M (ISO/IEC 18004).
///
/// # Errors
/// [`Error::Internal`] when the text is too long for a QR code.
pub fn qr(text: &str) -> Result<Qr, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    let mut runs = Vec::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                runs.push(QrRun { x: QUIET + x, y: QUIET + y, length: run.len() });
            }
            x += run.len();
        }
    }
    Ok(Qr { side: code.width() + 2 * QUIET, runs })
}

/// The same as SVG: one line for each run of dark modules, a few kilobytes in all.
///
/// # Errors
/// [`Error::Internal`] when the text is too long for a QR code.
pub fn qr_svg(text: &str) -> Result<String, Error> {
    let Qr { side, runs } = qr(text)?;
    let mut lines = String::new();
    for QrRun { x, y, length } in runs {
        write!(lines, "M{x} {y}.5h{length}").map_err(Error::internal)?;
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"240\" height=\"240\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path stroke=\"#000\" d=\"{lines}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::qr_svg;

    #[test]
    fn a_code_is_small_and_has_a_quiet_zone() {
        let drawn = qr_svg("https://wangge.example/orders/ord_2PzZ0k4mXq").unwrap();
        assert!(drawn.len() < 4096, "{} bytes", drawn.len());
        // The upper left finder: seven dark modules after four light ones.
        assert!(drawn.contains("d=\"M4 4.5h7M"), "{drawn}");
    }
}
