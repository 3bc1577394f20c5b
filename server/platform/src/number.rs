//! Numbers for people: short, from a per-street counter, with a character that catches slips of the pen.

/// The characters of ISO/IEC 7064.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn value(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == character.to_ascii_uppercase()).map(|at| at as u32)
}

/// The check character of ISO/IEC 7064, MOD 37,36: it catches every single wrong character and almost all swaps.
/// Anything but letters and digits is skipped.
pub fn check_character(text: &str) -> char {
    let product = text.bytes().filter_map(value).fold(36_u32, |product, value| {
        let sum = (product + value) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    let at = (37 - product) % 36;
    ALPHABET.get(at as usize).copied().map_or('0', char::from)
}

/// The number of the `nth` order that a street opened on a day: `006-20261123-00017-K`.
pub fn order_number(street: i64, date: jiff::civil::Date, nth: i64) -> String {
    let head = format!("{:03}-{}-{nth:05}", street % 1000, date.strftime("%Y%m%d"));
    let check = check_character(&head);
    format!("{head}-{check}")
}

/// A number as people type it, brought to its written form; `None` when the check character does not fit.
pub fn normalize(typed: &str) -> Option<String> {
    let plain: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let (head, check) = plain.split_at_checked(plain.len().checked_sub(1)?)?;
    let (street, rest) = head.split_at_checked(3)?;
    let (day, nth) = rest.split_at_checked(8)?;
    let written = format!("{street}-{day}-{nth}-{check}");
    (nth.len() >= 5 && check.starts_with(check_character(head))).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The published examples of two standards that use it: ISAN (ISO 15706) and GRid.
        assert_eq!(check_character("00000000D07A0090"), 'Q');
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }

    #[test]
    fn one_wrong_digit_or_one_swap_is_noticed() {
        let number = order_number(450_204_006, jiff::civil::date(2026, 11, 23), 17);
        assert_eq!(normalize(&number.to_lowercase().replace('-', " ")), Some(number.clone()));
        for at in 0..number.len() {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = number.chars().collect();
                if wrong[at] == '-' || wrong[at] == digit {
                    continue;
                }
                wrong[at] = digit;
                assert_eq!(normalize(&wrong.iter().collect::<String>()), None, "{wrong:?}");
            }
        }
    }
}
