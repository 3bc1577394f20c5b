//! One form for what typing varies: width, case, spaces, dots, traditional characters.

use std::sync::LazyLock;

/// `traditional → simplified`, one character to one. Source: the character table of OpenCC (Apache-2.0), of which
/// only the single characters are kept; regrouped by simplified form.
static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0_u16; crate::HAN_COUNT];
    for line in include_str!("../data/simplified.txt").lines() {
        let Some((simplified, traditional)) = line.split_once('\t') else { continue };
        let Some(to) = simplified.chars().next().and_then(|c| u16::try_from(u32::from(c)).ok()) else {
            continue;
        };
        for from in traditional.chars() {
            if let Some(slot) = crate::han_index(from).and_then(|at| table.get_mut(at)) {
                *slot = to;
            }
        }
    }
    table
});

/// The simplified form of a character, or the character itself.
#[must_use]
pub fn simplified(c: char) -> char {
    match crate::han_index(c).and_then(|at| SIMPLIFIED.get(at)) {
        Some(&to) if to != 0 => char::from_u32(u32::from(to)).unwrap_or(c),
        _ => c,
    }
}

/// Half width for full-width signs (GB/T 15834 writes both), a plain space for every kind of space.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' | '\u{feff}' | '\t' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '—' | '–' | '―' | '‐' | '−' => '-',
        _ => c,
    }
}

/// Whether the sign parts the elements of a name: the interpunct of GB/T 15834 and what is typed in its stead.
#[must_use]
pub fn is_interpunct(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙' | '⋅' | '･' | '˙' | '.' | '．' | '●')
}

/// Half width and simplified, without any space.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().map(|c| simplified(half_width(c))).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn width_spaces_and_traditional_characters_are_folded() {
        assert_eq!(folded("劉　建國"), "刘建国");
        assert_eq!(folded("３栋２单元－５０１"), "3栋2单元-501");
        assert_eq!(folded("一-一"), "一-一");
    }
}
