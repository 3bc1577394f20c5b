//! Invented shops on the ground floor, with codes whose check characters hold.

use super::super::draw::Draw;
use super::District;
use super::people::days_before;
use super::words::{SHOP_WORDS, TRADES};

/// A shop as its sign and its licence say.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The number of a dwelling on a ground floor.
    pub dwelling: usize,
    pub name: String,
    pub code: String,
    pub kind: &'static str,
    pub phone: String,
    /// `YYYY-MM-DD`.
    pub opened_on: String,
}

/// Opens at most so many shops, one in a building, nobody's home.
pub fn open(district: &District, count: usize, draw: &mut Draw) -> Vec<Shop> {
    let homes: std::collections::HashSet<usize> =
        district.people.households.iter().map(|household| household.home).collect();
    let mut free: Vec<usize> = Vec::new();
    let mut last = None;
    for (nth, dwelling) in district.estates.dwellings.iter().enumerate() {
        if dwelling.floor == 1 && last != Some(dwelling.building) && !homes.contains(&nth) {
            free.push(nth);
            last = Some(dwelling.building);
        }
    }
    draw.shuffle(&mut free);
    let shop = |(nth, dwelling): (usize, usize)| {
        let (trade, kind) = draw.of(TRADES).copied().unwrap_or_default();
        let word = draw.word(SHOP_WORDS);
        let estate =
            district.estates.of(dwelling).map(|(estate, ..)| estate.name.as_str()).unwrap_or_default();
        Shop {
            dwelling,
            name: format!("柳南区{estate}{word}{trade}"),
            code: code(nth),
            kind,
            phone: (15_400_000_000 + draw.between(0, 99_999_999)).to_string(),
            opened_on: days_before(district.today, draw.between(60, 3600)).to_string(),
        }
    };
    free.into_iter().take(count).enumerate().map(shop).collect()
}

/// 92 is a shop of one person; the division was never given out, so the code can be nobody's. GB 32100-2015, GB 11714-1997.
fn code(nth: usize) -> String {
    const WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("MD{nth:06}");
    let sum: usize =
        body.chars().zip(WEIGHTS).map(|(c, weight)| c.to_digit(36).unwrap_or(0) as usize * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit as u32, 10).unwrap_or('0'),
    };
    let mut code = format!("92450299{body}{check}");
    let (mut sum, mut weight) = (0, 1);
    for c in code.chars() {
        sum += ALPHABET.find(c).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    code.extend(ALPHABET.chars().nth((31 - sum % 31) % 31));
    code
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_is_sound() {
        for nth in [0, 1, 17, 999, 1_000, 123_456] {
            let code = super::code(nth);
            assert!(chinese::organisation::CreditCode::read(&code).is_ok(), "{code}");
        }
    }
}
