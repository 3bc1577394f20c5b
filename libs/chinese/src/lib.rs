//! Identifiers, names, numerals, dates and addresses as they are written in China.
//!
//! Each reader takes a text and gives what it says in one form, or says that it cannot be read; none guesses, none
//! panics, none asks for the time or the disk. What holds:
//! - reading is idempotent: the normal form of a normal form is itself;
//! - what could not be read is handed back, never dropped silently;
//! - a number counts as a person's only if its check character holds.
//!
//! ```
//! use chinese::{address, identity, name};
//! let id = identity::read("450204900101001").map(|id| id.text().to_owned());
//! assert_eq!(id.as_deref(), Ok("450204199001010018"));
//! let someone = name::read("歐陽 建國").map(|name| (name.surname, name.given, name.text));
//! assert_eq!(someone, Some((Some("欧阳".into()), Some("建国".into()), "欧阳建国".into())));
//! let door = address::read("广西柳州市柳南区金鹅花园三栋二单元501室");
//! assert_eq!(door.to_string(), "广西壮族自治区柳州市柳南区金鹅花园3栋2单元501室");
//! ```

pub mod address;
pub mod date;
mod door;
pub mod fold;
pub mod identity;
pub mod latin;
pub mod lookalike;
mod lunar;
pub mod name;
pub mod numeral;
pub mod organisation;
pub mod phone;
pub mod reading;
mod region;
mod surnames;

/// Characters of the block CJK Unified Ideographs that the tables cover, from U+4E00.
const HAN_COUNT: usize = 0x5200;

/// The place of a character in the tables.
fn han_index(c: char) -> Option<usize> {
    let at = u32::from(c).checked_sub(0x4e00)? as usize;
    (at < HAN_COUNT).then_some(at)
}

/// Whether the character is a Chinese one, also outside the tables.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}
