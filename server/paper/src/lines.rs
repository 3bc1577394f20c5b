//! Where a line of mixed Chinese and Latin text may end.

/// What never begins a line.
const CLOSING: &str = "、。，．：；？！）】》〉」』〕〗〙〛’”…—～·％‰℃℉%,.:;!?)]}»›］｝／";
/// What never ends one.
const OPENING: &str = "（【《〈「『〔〖〘〚‘“([{«‹￥¥$£€№［｛";

/// The lines of a text that is `width` wide; `advance` says how wide a character is. Line feeds begin new lines.
pub(crate) fn broken(text: &str, width: f32, advance: impl Fn(char) -> f32) -> Vec<String> {
    text.split('\n').flat_map(|paragraph| of_paragraph(paragraph.trim_end(), width, &advance)).collect()
}

fn of_paragraph(text: &str, width: f32, advance: &impl Fn(char) -> f32) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), text);
    loop {
        let end = line_end(rest, width, advance);
        let (line, after) = rest.split_at(end);
        lines.push(line.trim_end().to_owned());
        rest = after.trim_start_matches(' ');
        if rest.is_empty() {
            return lines;
        }
    }
}

/// Where the first line of a text ends: at the last good place that fits; in the middle of a word that is longer than
/// a line; after one character at least.
fn line_end(text: &str, width: f32, advance: &impl Fn(char) -> f32) -> usize {
    let (mut used, mut good, mut before) = (0.0, None, None);
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_part(before, c)) {
            good = Some(at);
        }
        used += advance(c);
        // A space at the end of a line takes no room. The margin is for sums of fractions.
        if used > width + 0.01 && c != ' ' && at > 0 {
            return good.unwrap_or(at);
        }
        before = Some(c);
    }
    text.len()
}

fn may_part(left: char, right: char) -> bool {
    if right == ' ' || CLOSING.contains(right) || OPENING.contains(left) {
        return false;
    }
    let joined = matches!(left, '-' | '/') && right.is_alphabetic();
    left == ' ' || joined || is_wide(left) || is_wide(right)
}

/// Han, kana, hangul, their punctuation and full-width forms: between two of these a line may end.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F
        | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF)
        || "…—“”‘’·①②③④⑤⑥⑦⑧⑨⑩".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        broken(text, width, |c| if c.is_ascii() { 0.5 } else { 1.0 })
    }

    #[test]
    fn punctuation_stays_with_its_words() {
        assert_eq!(lines("请于今日内处置，并反馈。", 7.0), ["请于今日内处", "置，并反馈。"]);
        assert_eq!(lines("依据《城市管理条例》办理", 3.0), ["依据", "《城市", "管理条", "例》办", "理"]);
        assert_eq!(lines("他说“好……”", 5.0), ["他说", "“好……”"]);
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(lines("井盖 2026-11-23 破损", 6.0), ["井盖", "2026-11-23", "破损"]);
        assert_eq!(lines("abcdefghij", 2.0), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("一\n\n二", 9.0), ["一", "", "二"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_sticks_out(text in "[一-十a-c0-9，。（）《》 “”]{0,60}", width in 4u8..20) {
            let broken = lines(&text, f32::from(width));
            let kept = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(kept(&broken.concat()), kept(&text));
            for line in &broken {
                let used: f32 = line.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum();
                prop_assert!(used <= f32::from(width) + 0.01, "{} is {} wide", line, used);
            }
        }

        #[test]
        fn no_line_begins_with_a_comma(words in proptest::collection::vec("[一-十]{1,9}[，。；]", 1..20), width in 4u8..20) {
            for line in lines(&words.concat(), f32::from(width)) {
                prop_assert!(!line.starts_with(['，', '。', '；']), "{}", line);
            }
        }
    }
}
