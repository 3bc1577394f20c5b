//! How characters sound: toneless Hanyu Pinyin (GB/T 28039-2011 for names), with heteronyms.
//!
//! Source of the table: the readings of the PyPI package pypinyin (MIT), which go back to Unihan's kHanyuPinyin; tones
//! were dropped and the characters regrouped by syllable. The second column holds the usual reading of a character, the
//! third the other readings of the characters of GB 2312.

use std::sync::LazyLock;

struct Table {
    syllables: Vec<&'static str>,
    /// The number of the usual syllable plus one, by place of the character; 0 where none is known.
    usual: Vec<u16>,
    /// Other readings, sorted by character.
    others: Vec<(char, u16)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { syllables: Vec::new(), usual: vec![0; crate::HAN_COUNT], others: Vec::new() };
    for line in include_str!("../data/readings.txt").lines() {
        let mut columns = line.split('\t');
        let (Some(syllable), Some(usual), Some(others)) = (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        table.syllables.push(syllable);
        let code = u16::try_from(table.syllables.len()).unwrap_or(0);
        for c in usual.chars() {
            if let Some(slot) = crate::han_index(c).and_then(|at| table.usual.get_mut(at)) {
                *slot = code;
            }
        }
        table.others.extend(others.chars().map(|c| (c, code)));
    }
    table.others.sort_unstable();
    table
});

/// The usual reading of a character: `行` is `xing`.
#[must_use]
pub fn usual(c: char) -> Option<&'static str> {
    let code = *TABLE.usual.get(crate::han_index(c)?)?;
    syllable(code)
}

fn syllable(code: u16) -> Option<&'static str> {
    TABLE.syllables.get(usize::from(code).checked_sub(1)?).copied()
}

/// All readings of a character, the usual one first: `行` is `xing`, `hang`, `heng`.
pub fn all(c: char) -> impl Iterator<Item = &'static str> {
    let from = TABLE.others.partition_point(|&(other, _)| other < c);
    let others =
        TABLE.others.get(from..).unwrap_or_default().iter().take_while(move |&&(other, _)| other == c);
    usual(c).into_iter().chain(others.filter_map(|&(_, code)| syllable(code)))
}

/// Whether two characters share a reading, in whatever tone.
#[must_use]
pub fn sound_alike(left: char, right: char) -> bool {
    left == right || all(left).any(|reading| all(right).any(|other| other == reading))
}

/// Writes the usual readings of a text behind `out`, parted by spaces. A character without a reading stands for itself.
pub fn write(text: &str, out: &mut String) {
    for c in text.chars().filter(|&c| !crate::fold::is_interpunct(c)) {
        if !out.is_empty() {
            out.push(' ');
        }
        match usual(c) {
            Some(reading) => out.push_str(reading),
            None => out.push(c),
        }
    }
}

/// The usual readings of a text, parted by spaces.
#[must_use]
pub fn of(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    write(text, &mut out);
    out
}

/// Surnames that sound otherwise than the character does elsewhere. Source: 通用规范汉字字典 (商务印书馆, 2013), entries
/// marked 姓; kept to surnames whose reading as a word differs.
const SURNAMES: &[(&str, &str)] = &[
    ("覃", "qin"),
    ("曾", "zeng"),
    ("单", "shan"),
    ("仇", "qiu"),
    ("区", "ou"),
    ("解", "xie"),
    ("查", "zha"),
    ("朴", "piao"),
    ("任", "ren"),
    ("华", "hua"),
    ("盖", "ge"),
    ("乐", "yue"),
    ("员", "yun"),
    ("折", "she"),
    ("缪", "miao"),
    ("翟", "zhai"),
    ("冼", "xian"),
    ("洗", "xian"),
    ("宓", "mi"),
    ("葛", "ge"),
    ("纪", "ji"),
    ("黑", "he"),
    ("秘", "bi"),
    ("祭", "zhai"),
    ("牟", "mu"),
    ("召", "shao"),
    ("车", "che"),
    ("隗", "wei"),
    ("幺", "yao"),
    ("繁", "po"),
    ("阚", "kan"),
    ("谌", "chen"),
    ("都", "du"),
    ("阙", "que"),
    ("能", "nai"),
    ("郗", "xi"),
    ("句", "gou"),
    ("柏", "bai"),
    ("薄", "bo"),
    ("卜", "bu"),
    ("重", "chong"),
    ("种", "chong"),
    ("长", "chang"),
    ("朝", "chao"),
    ("行", "hang"),
    ("盛", "sheng"),
    ("石", "shi"),
    ("尹", "yin"),
    ("宁", "ning"),
    ("那", "na"),
    ("哈", "ha"),
    ("逄", "pang"),
    ("晁", "chao"),
    ("燕", "yan"),
    ("邵", "shao"),
    ("万俟", "mo qi"),
    ("尉迟", "yu chi"),
    ("长孙", "zhang sun"),
    ("澹台", "tan tai"),
    ("令狐", "ling hu"),
    ("单于", "chan yu"),
    ("宿", "su"),
    ("不", "fou"),
    ("大", "da"),
    ("过", "guo"),
    ("哥舒", "ge shu"),
    ("贾", "jia"),
    ("俞", "yu"),
    ("訾", "zi"),
];

static SORTED_SURNAMES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let mut sorted = SURNAMES.to_vec();
    sorted.sort_unstable();
    sorted
});

/// The readings of a surname, parted by spaces: `单` is `shan`, `尉迟` is `yu chi`.
#[must_use]
pub fn of_surname(surname: &str) -> String {
    let found = SORTED_SURNAMES.binary_search_by_key(&surname, |&(known, _)| known).ok();
    found
        .and_then(|at| SORTED_SURNAMES.get(at))
        .map_or_else(|| of(surname), |(_, reading)| (*reading).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{all, of, of_surname, sound_alike, usual};

    #[test]
    fn characters_have_readings_and_some_have_several() {
        assert_eq!(usual('韦'), Some("wei"));
        assert_eq!(of("梓涵"), "zi han");
        let readings: Vec<_> = all('行').collect();
        assert!(readings.contains(&"xing") && readings.contains(&"hang"), "{readings:?}");
        assert_eq!(usual('a'), None);
    }

    #[test]
    fn surnames_have_readings_of_their_own() {
        for (surname, reading) in [
            ("单", "shan"),
            ("仇", "qiu"),
            ("覃", "qin"),
            ("尉迟", "yu chi"),
            ("王", "wang"),
            ("欧阳", "ou yang"),
        ] {
            assert_eq!(of_surname(surname), reading);
        }
    }

    #[test]
    fn sound_alike_is_symmetric() {
        assert!(sound_alike('伟', '为') && sound_alike('为', '伟'));
        assert!(!sound_alike('伟', '明'));
    }
}
