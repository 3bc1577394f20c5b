//! Telephone numbers: mobile (11 digits from 13 to 19, numbering plan of the ministry, 工信部 电信网编号计划), fixed with
//! area code, service numbers.

/// A number as it was meant, without signs and country code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phone {
    /// 11 digits beginning with 13 to 19.
    Mobile(String),
    /// Area code with its zero, number of 7 or 8 digits, extension if any.
    Fixed { area: String, number: String, extension: Option<String> },
    /// 3 to 6 digits such as 110 and 12345, or 400 and 800 with seven more.
    Service(String),
}

impl Phone {
    /// The digits in one string, as they are dialled within the country.
    #[must_use]
    pub fn digits(&self) -> String {
        match self {
            Self::Mobile(digits) | Self::Service(digits) => digits.clone(),
            Self::Fixed { area, number, .. } => format!("{area}{number}"),
        }
    }
}

/// Area codes with three digits; all others have four (自治区、直辖市与省会中的大城市).
const SHORT_AREAS: [&str; 11] = ["010", "020", "021", "022", "023", "024", "025", "027", "028", "029", "026"];

/// Reads a number in any of the usual styles: `+86 138 0000 1234`, `0772-2812345转8`, `（0772）281 2345`.
#[must_use]
pub fn read(text: &str) -> Option<Phone> {
    let (mut digits, mut extension) = (String::new(), None::<String>);
    for c in text.chars() {
        match crate::numeral::digit(c).filter(|_| c.is_ascii_digit() || ('０'..='９').contains(&c)) {
            Some(value) => extension.as_mut().unwrap_or(&mut digits).push(char::from_digit(value, 10)?),
            None if c == '转' || c == '轉' || c == '#' || c == 'x' => extension = Some(String::new()),
            None if matches!(c, '+' | '-' | '(' | ')' | '（' | '）' | '－' | '—' | '.')
                || c.is_whitespace() => {}
            None => return None,
        }
    }
    let local = match digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")) {
        Some(rest) if rest.len() == 11 => rest,
        // After the country code an area code loses its zero.
        Some(rest) if digits.len() >= 12 && (9..=11).contains(&rest.len()) => {
            return fixed(&format!("0{rest}"), extension);
        }
        _ => digits.as_str(),
    };
    if is_mobile(local) {
        return Some(Phone::Mobile(local.to_owned()));
    }
    if let Some(rest) = local.strip_prefix('0')
        && is_mobile(rest)
    {
        return Some(Phone::Mobile(rest.to_owned()));
    }
    let service = matches!(local.len(), 3..=6)
        || local.len() == 10 && (local.starts_with("400") || local.starts_with("800"));
    if service && !local.starts_with('0') {
        return Some(Phone::Service(local.to_owned()));
    }
    fixed(local, extension)
}

/// Whether the text is a mobile number already in its form: 11 digits that begin with 13 to 19.
#[must_use]
pub fn is_mobile(digits: &str) -> bool {
    digits.len() == 11
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.starts_with('1')
        && !digits.starts_with("10")
        && !digits.starts_with("11")
        && !digits.starts_with("12")
}

fn fixed(digits: &str, extension: Option<String>) -> Option<Phone> {
    if !digits.starts_with('0') {
        return None;
    }
    let cut = if SHORT_AREAS.iter().any(|area| digits.starts_with(area)) { 3 } else { 4 };
    let (area, number) = digits.split_at_checked(cut)?;
    let fits = matches!(number.len(), 7 | 8) && !number.starts_with('0') && !number.starts_with('1');
    fits.then(|| Phone::Fixed {
        area: area.to_owned(),
        number: number.to_owned(),
        extension: extension.filter(|e| !e.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Phone, read};

    #[test]
    fn every_style_of_a_mobile_number_is_the_same_number() {
        for text in [
            "13800001234",
            "+8613800001234",
            "0086 138 0000 1234",
            "138-0000-1234",
            "１３８００００１２３４",
            "013800001234",
        ] {
            assert_eq!(read(text), Some(Phone::Mobile("13800001234".to_owned())), "{text}");
        }
    }

    #[test]
    fn fixed_numbers_have_an_area_and_may_have_an_extension() {
        let expected = Phone::Fixed { area: "0772".into(), number: "2812345".into(), extension: None };
        for text in ["0772-2812345", "(0772)281 2345", "+86 772 2812345"] {
            assert_eq!(read(text), Some(expected.clone()), "{text}");
        }
        let Some(Phone::Fixed { extension, .. }) = read("010-62345678转805") else {
            panic!("a fixed number")
        };
        assert_eq!(extension.as_deref(), Some("805"));
    }

    #[test]
    fn service_numbers_are_no_residents_number() {
        assert_eq!(read("12345"), Some(Phone::Service("12345".into())));
        assert_eq!(read("无"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("1380000123"), None);
    }
}
