//! Names of areas: how people shorten them, how they read in Latin letters.
//!
//! A list of readings covers the common characters; where a character has several, the one used in place names
//! stands there. A name with any other character is kept in Chinese rather than guessed.

use std::collections::HashMap;
use std::sync::OnceLock;

/// One syllable a line, then the characters read so.
const READINGS: &str = include_str!("readings.txt");

fn reading(character: char) -> Option<&'static str> {
    static READING: OnceLock<HashMap<char, &'static str>> = OnceLock::new();
    let known = READING.get_or_init(|| {
        let lines = READINGS.lines().filter_map(|line| line.split_once(' '));
        lines.flat_map(|(syllable, characters)| characters.chars().map(move |one| (one, syllable))).collect()
    });
    known.get(&character).copied()
}

/// What kind of area a name's ending tells, the longest endings first: as written, shortened, in English.
const ENDINGS: &[(&str, &str, &str)] = &[
    ("社区居民委员会", "社区", "Community"),
    ("社区居委会", "社区", "Community"),
    ("社区", "社区", "Community"),
    ("村民委员会", "村", "Village"),
    ("村委会", "村", "Village"),
    ("村", "村", "Village"),
    ("街道办事处", "街道", "Subdistrict"),
    ("街道", "街道", "Subdistrict"),
    ("镇居民委员会", "镇居委会", "Town Community"),
    ("镇居委会", "镇居委会", "Town Community"),
    ("农场生活区", "农场生活区", "Farm Quarter"),
    ("镇", "镇", "Town"),
    ("乡", "乡", "Township"),
    ("网格", "网格", "Grid"),
    ("区", "区", "District"),
];

fn ending(name: &str) -> Option<(&str, &'static str, &'static str)> {
    let found = ENDINGS.iter().find_map(|(long, short, en)| Some((name.strip_suffix(long)?, *short, *en)))?;
    (!found.0.is_empty()).then_some(found)
}

/// The name as people say it: 柳工社区居委会 is 柳工社区, 基隆村委会 is 基隆村.
pub fn short(name: &str) -> String {
    ending(name).map_or_else(|| name.to_owned(), |(stem, short, _)| format!("{stem}{short}"))
}

/// The first letters of the readings in lower case, digits kept: 银山街道 is `ysjd`. What has no reading is left out.
pub fn initials(name: &str) -> String {
    let letter = |character: char| match reading(character) {
        Some(syllable) => syllable.chars().next(),
        None => character.is_ascii_alphanumeric().then(|| character.to_ascii_lowercase()),
    };
    short(name).chars().filter_map(letter).collect()
}

/// The name in Latin letters with its kind in English: 银山街道 is `Yinshan Subdistrict`.
///
/// A number goes to the end: 航北第3网格 is `Hangbei Grid 3`. A name that cannot be read whole is kept as it is.
pub fn romanise(name: &str) -> String {
    let (stem, kind) = ending(name).map_or((name, ""), |(stem, _, en)| (stem, en));
    let (stem, number) = match stem.split_once('第') {
        Some((stem, number)) if number.parse::<u32>().is_ok() => (stem, number),
        _ => (stem, ""),
    };
    let word = if stem.is_empty() { Some(String::new()) } else { word(stem) };
    let Some(word) = word else { return name.to_owned() };
    [word.as_str(), kind, number].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The syllables run together, with a capital and an apostrophe before a vowel, as the spelling rules have it.
fn word(stem: &str) -> Option<String> {
    let mut word = String::new();
    for character in stem.chars() {
        let syllable = match reading(character) {
            Some(syllable) => syllable.replace('v', "ü"),
            None if character.is_ascii_alphanumeric() => character.to_string(),
            None => return None,
        };
        if !word.is_empty() && syllable.starts_with(['a', 'e', 'o']) {
            word.push('\'');
        }
        word.push_str(&syllable);
    }
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_as_people_shorten_them() {
        for (long, expected) in [
            ("柳工社区居委会", "柳工社区"),
            ("航岭社区居民委员会", "航岭社区"),
            ("基隆村委会", "基隆村"),
            ("太阳村委会", "太阳村"),
            ("太阳村镇", "太阳村镇"),
            ("太阳村镇居民委员会", "太阳村镇居委会"),
            ("露塘农场生活区", "露塘农场生活区"),
            ("社区", "社区"),
        ] {
            assert_eq!(short(long), expected);
        }
    }

    #[test]
    fn names_read_in_latin_letters() {
        for (name, english, letters) in [
            ("银山街道", "Yinshan Subdistrict", "ysjd"),
            ("十一冶社区居委会", "Shiyiye Community", "syysq"),
            ("在水一方社区居委会", "Zaishuiyifang Community", "zsyfsq"),
            ("太阳村镇居民委员会", "Taiyangcun Town Community", "tyczjwh"),
            ("新圩村委会", "Xinxu Village", "xxc"),
            ("新鹅社区居委会", "Xin'e Community", "xesq"),
            ("金绿洲社区居委会", "Jinlüzhou Community", "jlzsq"),
            ("航北第3网格", "Hangbei Grid 3", "hbd3wg"),
            ("第12网格", "Grid 12", "d12wg"),
            ("龘社区", "龘社区", "sq"),
        ] {
            assert_eq!((romanise(name).as_str(), initials(name).as_str()), (english, letters));
        }
    }
}
