//! What a printout says: the text of our own PDFs, as a reader would copy it.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::ZlibDecoder;

/// The lines of each page, the pages parted by an empty line.
///
/// # Panics
/// When the file is none of ours: a test cannot go on then.
#[expect(clippy::unwrap_used, reason = "a test's own mistake")]
pub fn text(pdf: &[u8]) -> String {
    let streams = streams(pdf);
    let map = streams.iter().find(|stream| stream.starts_with(b"%!PS")).unwrap();
    let map = characters(std::str::from_utf8(map).unwrap());
    let pages = streams.iter().filter(|stream| stream.ends_with(b"EMC") && !stream.starts_with(b"%!PS"));
    let pages: Vec<String> = pages.map(|page| page_text(page, &map)).collect();
    pages.join("\n")
}

/// How many pages it has.
pub fn pages(pdf: &[u8]) -> usize {
    let page = b"/Type /Page\n";
    pdf.windows(page.len()).filter(|window| window == page).count()
}

fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let (begin, mut rest, mut found) = (b"\nstream\n", pdf, Vec::new());
    while let Some(at) = rest.windows(begin.len()).position(|window| window == begin) {
        rest = &rest[at + begin.len()..];
        let mut plain = Vec::new();
        if ZlibDecoder::new(rest).read_to_end(&mut plain).is_ok() {
            found.push(plain.trim_ascii_end().to_vec());
        }
    }
    found
}

fn characters(map: &str) -> BTreeMap<u16, char> {
    let pair = |line: &str| {
        let (glyph, c) = line.strip_prefix('<')?.split_once("> <")?;
        let glyph = u16::from_str_radix(glyph, 16).ok()?;
        let units = utf16(&bytes_of_hex(c.strip_suffix('>')?));
        char::decode_utf16(units).next()?.ok().map(|c| (glyph, c))
    };
    map.lines().skip_while(|line| !line.ends_with("beginbfchar")).filter_map(pair).collect()
}

fn utf16(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

fn bytes_of_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit)).collect()
}

/// Follows a content stream: strings shown, where their lines begin, what stands for boxes.
fn page_text(content: &[u8], map: &BTreeMap<u16, char>) -> String {
    let (mut lines, mut last, mut at) = (String::new(), None, 0);
    let mut numbers: Vec<f32> = Vec::new();
    let (mut held, mut instead, mut depth): (Vec<u8>, Option<(usize, String)>, usize) = (Vec::new(), None, 0);
    let mut actual = false;
    while at < content.len() {
        match content[at] {
            b'<' if content.get(at + 1) == Some(&b'<') => at += 2,
            b'(' | b'<' => {
                (held, at) = string(content, at);
                if std::mem::take(&mut actual) {
                    let text = match held.strip_prefix(&[0xFE, 0xFF]) {
                        Some(wide) => String::from_utf16_lossy(&utf16(wide)),
                        None => String::from_utf8_lossy(&held).into_owned(),
                    };
                    instead = Some((depth, text));
                }
            }
            c if c.is_ascii_whitespace() || b">[]".contains(&c) => at += 1,
            _ => {
                let end = content[at..].iter().position(|c| c.is_ascii_whitespace() || b"<>([".contains(c));
                let end = end.map_or(content.len(), |end| at + end);
                let word = String::from_utf8_lossy(&content[at..end]).into_owned();
                at = end.max(at + 1);
                match word.as_str() {
                    "/ActualText" => actual = true,
                    "BDC" | "BMC" => {
                        depth += 1;
                        if let Some((of, _)) = &mut instead {
                            *of = depth;
                        }
                    }
                    "EMC" => {
                        if let Some((_, text)) = instead.take_if(|(of, _)| *of == depth) {
                            lines.push_str(&text);
                        }
                        depth = depth.saturating_sub(1);
                    }
                    "Td" if instead.is_none() => {
                        let y = numbers.last().copied();
                        if last.is_some() && last != y {
                            lines.push('\n');
                        } else if last.is_some() && !lines.ends_with(['\n', ' ']) {
                            lines.push(' ');
                        }
                        last = y;
                    }
                    "Tj" if instead.is_none() => {
                        lines.extend(utf16(&held).iter().map(|glyph| map.get(glyph).unwrap_or(&'?')));
                    }
                    number => numbers.extend(number.parse::<f32>().ok()),
                }
            }
        }
    }
    lines.push('\n');
    lines
}

/// A string and where it ends.
fn string(content: &[u8], begin: usize) -> (Vec<u8>, usize) {
    let mut at = begin + 1;
    if content[begin] == b'<' {
        let end = at + content[at..].iter().position(|c| *c == b'>').unwrap_or(0);
        return (bytes_of_hex(&String::from_utf8_lossy(&content[at..end])), end + 1);
    }
    let (mut bytes, mut depth) = (Vec::new(), 1);
    while let Some(c) = content.get(at).copied() {
        at += 1;
        match c {
            b'\\' => {
                let escaped = content.get(at).copied().unwrap_or(b' ');
                at += 1;
                bytes.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    b'0'..=b'7' => {
                        let octal =
                            content[at - 1..].iter().take(3).take_while(|c| (b'0'..=b'7').contains(c));
                        let digits: Vec<u8> = octal.copied().collect();
                        at += digits.len() - 1;
                        digits.iter().fold(0_u8, |sum, digit| sum.wrapping_mul(8).wrapping_add(digit - b'0'))
                    }
                    other => other,
                });
                continue;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        bytes.push(c);
    }
    (bytes, at)
}
