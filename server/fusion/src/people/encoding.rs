//! From bytes to text: UTF-8, UTF-16 with its mark, or GB18030, of which GBK and GB 2312 are parts.

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::NotCsv;

/// A file as text.
pub struct Text {
    pub text: String,
    /// The name of its encoding.
    pub encoding: &'static str,
    /// Whether signs could not be read; each stands as U+FFFD in the text.
    pub damaged: bool,
}

/// Recognises the encoding of a whole file. UTF-8 comes first, because a text of some length that fits it is hardly
/// anything else, while nearly every UTF-8 text would also pass for GB18030 (GB 18030-2022).
///
/// # Errors
/// When the file is a workbook or no text.
pub fn read(bytes: Vec<u8>) -> Result<Text, NotCsv> {
    // A workbook is a zip archive or, in its old form, a compound file.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(NotCsv::Workbook);
    }
    if let Some((encoding, _)) = Encoding::for_bom(&bytes) {
        let (text, encoding, damaged) = encoding.decode(&bytes);
        return Ok(Text { text: text.into_owned(), encoding: encoding.name(), damaged });
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Text { text, encoding: UTF_8.name(), damaged: false }),
        Err(error) => error.into_bytes(),
    };
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(&bytes) {
        return Ok(Text { text: text.into_owned(), encoding: "GB18030", damaged: false });
    }
    // Neither holds throughout: the one that spoils fewer lines.
    let spoilt = |encoding: &'static Encoding| {
        let lines = bytes.split(|&byte| byte == b'\n');
        let unread =
            lines.filter(|line| encoding.decode_without_bom_handling_and_without_replacement(line).is_none());
        unread.count()
    };
    let encoding = if spoilt(UTF_8) <= spoilt(GB18030) { UTF_8 } else { GB18030 };
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let name = if encoding == UTF_8 { UTF_8.name() } else { "GB18030" };
    Ok(Text { text: text.into_owned(), encoding: name, damaged: true })
}

#[cfg(test)]
mod tests {
    use super::read;
    use encoding_rs::GBK;

    #[test]
    fn an_encoding_is_known_by_what_it_allows() {
        let text = "record_id,name\nA1,韦梓涵\nA2,欧阳娜娜\n";
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
            (GBK.encode(text).0.into_owned(), "GB18030"),
            (utf16, "UTF-16LE"),
        ] {
            let read = read(bytes).unwrap();
            assert_eq!((read.text.as_str(), read.encoding, read.damaged), (text, encoding, false));
        }
    }

    #[test]
    fn a_spoilt_line_does_not_change_the_encoding_of_the_rest() {
        let mut bytes = "记录,姓名\n甲,韦梓涵\n".repeat(3).into_bytes();
        bytes.extend(b"\xb0\n");
        let read = read(bytes).unwrap();
        assert!(read.damaged && read.encoding == "UTF-8" && read.text.ends_with("\u{fffd}\n"));
    }

    #[test]
    fn a_workbook_is_no_text() {
        assert!(read(b"PK\x03\x04rest".to_vec()).is_err());
    }
}
