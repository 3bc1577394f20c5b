//! Numbers of persons: GB 11643-1999 with 18 and 15 digits, residence permits for 港澳台居民, permits and passports.

use crate::date::Day;
use crate::fold::half_width;

/// A number as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdNumber {
    /// 18 characters whose check character and birth date hold; one of 15 digits is brought to this form.
    Resident(Resident),
    /// Old card of foreigners with permanent residence: three letters and twelve digits.
    ForeignPermanent(String),
    /// 港澳居民来往内地通行证: H or M and eight or ten digits.
    HomeReturn(String),
    /// 往来港澳通行证: C, a letter or digit, seven digits.
    HongKongMacauTravel(String),
    /// 台湾居民来往大陆通行证: eight digits.
    TaiwanTravel(String),
    /// Only its signs and length can be checked.
    Passport(String),
}

/// A number of GB 11643 form whose check character holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    number: String,
    birth: Day,
}

/// Whose number it is, by its first digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Citizen,
    HongKong,
    Macau,
    Taiwan,
    /// Form of 2023 of the card of foreigners with permanent residence: begins with 9.
    Foreigner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// Why a text is no number of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    #[error("nothing is written")]
    Empty,
    #[error("digits are hidden behind signs")]
    Masked,
    #[error("neither length nor signs are those of a known number")]
    Form,
    #[error("the date of birth in it does not exist")]
    BirthDate,
    #[error("the check character should be `{0}`")]
    Check(char),
}

impl Resident {
    /// The 18 characters, with a capital X.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    #[must_use]
    pub fn birth(&self) -> Day {
        self.birth
    }

    /// The first six digits: the place of first registration, which may have been abolished since.
    #[must_use]
    pub fn division(&self) -> &str {
        self.number.get(..6).unwrap_or_default()
    }

    /// By the 17th digit: odd for men (GB 11643-1999, 4.2.3).
    #[must_use]
    pub fn sex(&self) -> Sex {
        let odd = self.number.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }

    #[must_use]
    pub fn holder(&self) -> Holder {
        match self.division() {
            "810000" => Holder::HongKong,
            "820000" => Holder::Macau,
            "830000" => Holder::Taiwan,
            division if division.starts_with('9') => Holder::Foreigner,
            _ => Holder::Citizen,
        }
    }

    /// Whether the holder can have been born: a number with a birth date in the future is nobody's.
    #[must_use]
    pub fn is_born_by(&self, today: Day) -> bool {
        self.birth <= today
    }
}

impl IdNumber {
    /// The number in one form: capitals, without spaces, 15 digits as 18.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Resident(resident) => resident.number(),
            Self::ForeignPermanent(text)
            | Self::HomeReturn(text)
            | Self::HongKongMacauTravel(text)
            | Self::TaiwanTravel(text)
            | Self::Passport(text) => text,
        }
    }
}

/// The characters of an identifier without spaces and dashes, half width, capitals.
#[must_use]
pub fn cleaned(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Reads the number of a person.
///
/// # Errors
/// Says what is wrong; a wrong check character comes with the right one, but which digit was mistyped cannot be known.
///
/// ```
/// let id = chinese::identity::read("450204900101001").map(|id| id.text().to_owned());
/// assert_eq!(id.as_deref(), Ok("450204199001010018"));
/// ```
pub fn read(text: &str) -> Result<IdNumber, IdFault> {
    let text = cleaned(text);
    if text.is_empty() {
        return Err(IdFault::Empty);
    }
    if text.contains('*') || text.contains('●') {
        return Err(IdFault::Masked);
    }
    if !text.is_ascii() {
        return Err(IdFault::Form);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.len() {
        18 if digits >= 17 => eighteen(text).map(IdNumber::Resident),
        15 if digits == 15 => fifteen(&text).map(IdNumber::Resident),
        _ => permit(text, digits),
    }
}

fn eighteen(number: String) -> Result<Resident, IdFault> {
    let check = check_character(&number).ok_or(IdFault::Form)?;
    if !matches!(number.as_bytes().last(), Some(b'0'..=b'9' | b'X')) {
        return Err(IdFault::Form);
    }
    let birth = birth_in(&number).ok_or(IdFault::BirthDate)?;
    if number.starts_with('0') {
        return Err(IdFault::Form);
    }
    if number.ends_with(check) { Ok(Resident { number, birth }) } else { Err(IdFault::Check(check)) }
}

/// Numbers of 15 digits were given until 1999, all to people born in the twentieth century: 19 goes behind the
/// division, the check character to the end (GB 11643-1999, introduction).
fn fifteen(number: &str) -> Result<Resident, IdFault> {
    let (division, rest) = number.split_at_checked(6).ok_or(IdFault::Form)?;
    let mut longer = format!("{division}19{rest}");
    longer.push(check_character(&longer).ok_or(IdFault::Form)?);
    eighteen(longer)
}

fn birth_in(number: &str) -> Option<Day> {
    let part = |from: usize, to: usize| number.get(from..to)?.parse::<u16>().ok();
    Day::new(part(6, 10)?, u8::try_from(part(10, 12)?).ok()?, u8::try_from(part(12, 14)?).ok()?)
        .filter(|day| day.year >= 1800)
}

/// The check character of the first 17 digits: ISO 7064 MOD 11-2, weights of GB 11643-1999, table 1.
#[must_use]
pub fn check_character(number: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let mut sum = 0;
    let mut digits = number.bytes();
    for weight in WEIGHTS {
        let digit = digits.next().filter(u8::is_ascii_digit)?;
        sum += u32::from(digit - b'0') * weight;
    }
    CHECKS.get(sum as usize % 11).copied()
}

fn permit(text: String, leading_digits: usize) -> Result<IdNumber, IdFault> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits_after = text.bytes().skip(letters).all(|b| b.is_ascii_digit());
    let length = text.len();
    if letters == 3 && length == 15 && digits_after {
        return Ok(IdNumber::ForeignPermanent(text));
    }
    if letters == 1
        && digits_after
        && (text.starts_with('H') || text.starts_with('M'))
        && matches!(length, 9 | 11)
    {
        return Ok(IdNumber::HomeReturn(text));
    }
    if text.starts_with('C') && length == 9 && text.bytes().skip(2).all(|b| b.is_ascii_digit()) {
        return Ok(IdNumber::HongKongMacauTravel(text));
    }
    if leading_digits == 8 && length == 8 {
        return Ok(IdNumber::TaiwanTravel(text));
    }
    // ICAO 9303: up to nine letters and digits; a passport without any digit is a word.
    let plausible = (7..=9).contains(&length)
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().filter(u8::is_ascii_digit).count() >= 6;
    if plausible { Ok(IdNumber::Passport(text)) } else { Err(IdFault::Form) }
}

#[cfg(test)]
mod tests {
    use super::{Holder, IdFault, IdNumber, Resident, Sex, check_character, read};
    use crate::date::Day;

    fn resident(text: &str) -> Resident {
        match read(text) {
            Ok(IdNumber::Resident(resident)) => resident,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn numbers_with_a_sound_check_character_are_read() {
        for text in [
            "11010519491231002X",
            "440524188001010014",
            "450204199001010018",
            "450204198506151233",
            "810000199001010019",
            "830000199001010012",
        ] {
            assert_eq!(resident(text).number(), text);
        }
        assert_eq!(resident("810000199001010019").holder(), Holder::HongKong);
        assert_eq!(resident("830000199001010012").holder(), Holder::Taiwan);
        assert_eq!(resident(" 11010519491231002x ").number(), "11010519491231002X");
        assert_eq!(resident("450204198506151233").sex(), Sex::Male);
        assert_eq!(Some(resident("450204198506151233").birth()), Day::new(1985, 6, 15));
        assert!(!resident("450204198506151233").is_born_by(Day { year: 1985, month: 6, day: 14 }));
    }

    #[test]
    fn a_wrong_check_character_comes_with_the_right_one() {
        assert_eq!(read("820000199001010014"), Err(IdFault::Check('0')));
        assert_eq!(read("450204199013010018"), Err(IdFault::BirthDate));
    }

    #[test]
    fn fifteen_digits_become_eighteen() {
        assert_eq!(resident("130503670401001").number(), "130503196704010016");
        assert_eq!(resident("450204900101001").number(), "450204199001010018");
    }

    #[test]
    fn a_foreigners_card_of_2023_is_checked_like_a_citizens() {
        let body = "91100019900101001";
        let number = format!("{body}{}", check_character(body).unwrap());
        assert_eq!(resident(&number).holder(), Holder::Foreigner);
    }

    #[test]
    fn permits_are_told_apart_by_signs_and_length() {
        assert!(matches!(read("H12345678"), Ok(IdNumber::HomeReturn(_))));
        assert!(matches!(read("M1234567890"), Ok(IdNumber::HomeReturn(_))));
        assert!(matches!(read("12345678"), Ok(IdNumber::TaiwanTravel(_))));
        assert!(matches!(read("C12345678"), Ok(IdNumber::HongKongMacauTravel(_))));
        assert!(matches!(read("CHN110105123456"), Ok(IdNumber::ForeignPermanent(_))));
        assert!(matches!(read("E12345678"), Ok(IdNumber::Passport(_))));
        assert_eq!(read("450204********1234"), Err(IdFault::Masked));
        assert_eq!(read(""), Err(IdFault::Empty));
        assert_eq!(read("无"), Err(IdFault::Form));
    }
}
