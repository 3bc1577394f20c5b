//! Codes of organisations: 统一社会信用代码 (GB 32100-2015) and 组织机构代码 (GB 11714-1997).

use crate::identity::cleaned;

/// The alphabet of GB 32100-2015, table 2: digits and capitals without I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unified social credit code whose check character holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditCode(String);

/// An organisation code whose check character holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationCode(String);

/// Why a text is no such code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    #[error("neither length nor signs are those of the code")]
    Form,
    #[error("the check character should be `{0}`")]
    Check(char),
}

impl CreditCode {
    /// Reads 18 characters.
    ///
    /// # Errors
    /// When a sign is outside the alphabet, or the check character is another.
    pub fn read(text: &str) -> Result<Self, CodeFault> {
        let text = cleaned(text);
        if text.len() != 18
            || !text.get(2..8).is_some_and(|division| division.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(CodeFault::Form);
        }
        // Weights are 3^i mod 31 (GB 32100-2015, 4.3, table 3).
        let mut weight = 1;
        let mut sum = 0;
        for byte in text.bytes().take(17) {
            sum += value(byte)? * weight;
            weight = weight * 3 % 31;
        }
        let check = ALPHABET.get((31 - sum % 31) % 31).map_or('0', |&b| char::from(b));
        if text.ends_with(check) { Ok(Self(text)) } else { Err(CodeFault::Check(check)) }
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The division of the registering office, characters 3 to 8.
    #[must_use]
    pub fn division(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }

    /// The organisation code inside it, characters 9 to 17.
    #[must_use]
    pub fn organisation(&self) -> &str {
        self.0.get(8..17).unwrap_or_default()
    }
}

impl OrganisationCode {
    /// Reads eight characters and a check character, with or without the dash.
    ///
    /// # Errors
    /// When a sign is neither digit nor capital, or the check character is another.
    pub fn read(text: &str) -> Result<Self, CodeFault> {
        const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
        let text = cleaned(text);
        if text.len() != 9 {
            return Err(CodeFault::Form);
        }
        let mut sum = 0;
        for (byte, weight) in text.bytes().zip(WEIGHTS) {
            sum += char::from(byte).to_digit(36).ok_or(CodeFault::Form)? * weight;
        }
        let check = match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            value => char::from_digit(value, 10).ok_or(CodeFault::Form)?,
        };
        if text.ends_with(check) { Ok(Self(text)) } else { Err(CodeFault::Check(check)) }
    }

    /// Nine characters without the dash.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

fn value(byte: u8) -> Result<usize, CodeFault> {
    ALPHABET.iter().position(|&letter| letter == byte).ok_or(CodeFault::Form)
}

#[cfg(test)]
mod tests {
    use super::{CodeFault, CreditCode, OrganisationCode};

    #[test]
    fn credit_codes_with_a_sound_check_character_are_read() {
        for text in ["91350100M000100Y43", "11450204000000000F", "91110000600037341L"] {
            assert_eq!(CreditCode::read(text).map(|code| code.text().to_owned()), Ok(text.to_owned()));
        }
        assert_eq!(CreditCode::read("91350100M000100Y44"), Err(CodeFault::Check('3')));
        assert_eq!(CreditCode::read("91350100I000100Y43"), Err(CodeFault::Form));
        assert_eq!(CreditCode::read("9135"), Err(CodeFault::Form));
        assert_eq!(
            CreditCode::read("91350100m000100y43").map(|code| code.division().to_owned()),
            Ok("350100".to_owned())
        );
    }

    #[test]
    fn organisation_codes_may_have_a_dash() {
        for text in ["D2143569-X", "D2143569X", "d2143569-x"] {
            assert_eq!(
                OrganisationCode::read(text).map(|code| code.text().to_owned()),
                Ok("D2143569X".to_owned())
            );
        }
        assert_eq!(OrganisationCode::read("D2143569-1"), Err(CodeFault::Check('X')));
    }

    #[test]
    fn the_organisation_code_stands_in_the_credit_code() {
        let code = CreditCode::read("91110000600037341L").unwrap();
        assert!(OrganisationCode::read(code.organisation()).is_ok());
    }
}
