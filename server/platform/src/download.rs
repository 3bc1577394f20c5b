//! Files that leave by a link: their type, and a name in any script (RFC 6266, RFC 5987).

use std::fmt::Write;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::error::Error;

/// Portable document format.
pub const PDF: &str = "application/pdf";
/// A workbook of Office Open XML.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file for the caller to look at or to keep.
#[derive(Debug)]
pub struct Download {
    pub media_type: &'static str,
    pub name: String,
    pub bytes: Vec<u8>,
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let disposition = match HeaderValue::from_str(&disposition(self.media_type, &self.name)) {
            Ok(value) => value,
            Err(error) => return Error::internal(error).into_response(),
        };
        let kind = HeaderValue::from_static(self.media_type);
        ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], self.bytes)
            .into_response()
    }
}

/// A browser shows a PDF, and keeps anything else.
fn disposition(media_type: &str, name: &str) -> String {
    let kind = if media_type == PDF { "inline" } else { "attachment" };
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let ascii: String = name.chars().filter(plain).collect();
    let encoded = name.bytes().fold(String::new(), |mut all, byte| {
        if plain(&char::from(byte)) {
            all.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(all, "%{byte:02X}");
        }
        all
    });
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_name_survives() {
        assert_eq!(
            disposition(XLSX, "工单 a.xlsx"),
            "attachment; filename=\"a.xlsx\"; filename*=UTF-8''%E5%B7%A5%E5%8D%95%20a.xlsx"
        );
        assert!(disposition(PDF, "a.pdf").starts_with("inline;"));
    }
}
