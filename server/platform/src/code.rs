//! QR codes as SVG: sharp on paper and on screens.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::error::Error;

/// A QR code of `text` with error correction M (ISO/IEC 18004), quiet zone included.
///
/// # Errors
/// [`Error::Internal`] when the text is too long for a QR code.
pub fn qr_svg(text: &str) -> Result<String, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}
