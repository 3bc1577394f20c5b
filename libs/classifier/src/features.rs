//! What a text is to the model: which pairs of characters and which listed words occur in it, and where.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Words that count as a whole beside the pairs of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lexicon(BTreeSet<String>);

/// The longest word that is looked for, in characters.
const LONGEST: usize = 12;

impl Lexicon {
    /// The words that have three or more characters, once each: two are a pair already.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let plain = |word: &str| word.chars().map(fold).filter(|c| c.is_alphabetic()).collect::<String>();
        let words = words.into_iter().map(plain);
        Self(words.filter(|word| (3..=LONGEST).contains(&word.chars().count())).collect())
    }
}

/// One feature of a text and the characters that make it.
pub(crate) struct Found {
    pub name: String,
    pub at: usize,
    pub length: usize,
}

/// Full-width letters and capitals are the same as plain ones.
fn fold(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    narrow.to_lowercase().next().unwrap_or(narrow)
}

/// The characters of a text as they are compared; what is no letter parts words, digits among them.
pub(crate) fn letters(text: &str) -> Vec<char> {
    text.chars().map(fold).map(|c| if c.is_alphabetic() { c } else { ' ' }).collect()
}

/// Every feature of a text, also those that occur more than once.
pub(crate) fn features(letters: &[char], lexicon: &Lexicon) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, _) in letters.iter().enumerate() {
        let rest = letters.get(at..).unwrap_or_default();
        let run = rest.iter().take_while(|c| **c != ' ').take(LONGEST).count();
        for length in 2..=run {
            let name: String = rest.iter().take(length).collect();
            if length == 2 || lexicon.0.contains(&name) {
                found.push(Found { name, at, length });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, words: &[&str]) -> Vec<String> {
        let lexicon = Lexicon::new(words.iter().copied());
        features(&letters(text), &lexicon).into_iter().map(|found| found.name).collect()
    }

    #[test]
    fn a_text_is_its_pairs_and_the_words_of_the_list() {
        assert_eq!(names("井盖破损", &["井盖破", "破损"]), ["井盖", "井盖破", "盖破", "破损"]);
    }

    #[test]
    fn digits_and_marks_part_words_and_are_never_kept() {
        assert_eq!(names("12栋韦138 0000，ＬＥＤ灯", &[]), ["栋韦", "le", "ed", "d灯"]);
        assert_eq!(names("13800001234", &[]), [""; 0]);
    }
}
