//! Numerals: plain (三百零五), formal (叁佰零伍, 票据法 rules of writing), digit by digit (二〇二四), mixed (3万5千).

/// The value of a character that stands for one digit, in plain, formal or full-width writing.
#[must_use]
pub fn digit(c: char) -> Option<u32> {
    Some(match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        '０'..='９' => u32::from(c) - u32::from('０'),
        '〇' | '零' | '○' => 0,
        '一' | '壹' | '弌' | '幺' => 1,
        '二' | '贰' | '貳' | '两' | '兩' => 2,
        '三' | '叁' | '參' | '叄' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn small_unit(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

fn large_unit(c: char) -> Option<u64> {
    Some(match c {
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// Whether the character can be part of a numeral.
#[must_use]
pub fn is_numeral(c: char) -> bool {
    digit(c).is_some() || small_unit(c).is_some() || large_unit(c).is_some() || c == '廿' || c == '卅'
}

/// Reads a whole number; `None` where the text is not one, or is larger than `u64`.
///
/// ```
/// assert_eq!(chinese::numeral::read("三百零五"), Some(305));
/// assert_eq!(chinese::numeral::read("二〇二四"), Some(2024));
/// assert_eq!(chinese::numeral::read("廿三"), Some(23));
/// ```
#[must_use]
pub fn read(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    if text.chars().all(|c| digit(c).is_some()) {
        return text.chars().try_fold(0_u64, |sum, c| sum.checked_mul(10)?.checked_add(u64::from(digit(c)?)));
    }
    let (mut total, mut section, mut number, mut last_unit) = (0_u64, 0_u64, None::<u64>, 1_u64);
    for c in text.chars() {
        if let Some(value) = digit(c) {
            let value = u64::from(value);
            number = Some(match number {
                // A zero only bridges a gap (三百零五); two other digits in a row are one number (25万).
                Some(before) => before.checked_mul(10)?.checked_add(value)?,
                None => value,
            });
            if value == 0 {
                last_unit = 1;
            }
        } else if c == '廿' || c == '卅' {
            let tens = if c == '廿' { 20 } else { 30 };
            section = section.checked_add(number.take().unwrap_or(0))?.checked_add(tens)?;
            last_unit = 10;
        } else if let Some(unit) = small_unit(c) {
            // 十五 is fifteen: a missing number before 十 is one.
            let count = number.take().filter(|&n| n != 0).unwrap_or(1);
            section = section.checked_add(count.checked_mul(unit)?)?;
            last_unit = unit;
        } else {
            let unit = large_unit(c)?;
            section = section.checked_add(number.take().unwrap_or(0))?;
            if section == 0 && total == 0 {
                return None;
            }
            total = if section == 0 {
                total.checked_mul(unit)?
            } else {
                total.checked_add(section.checked_mul(unit)?)?
            };
            section = 0;
            last_unit = unit;
        }
    }
    // 三百五 is 350, 一万二 is 12,000: the last digit takes the unit below the one before it.
    let rest = number.unwrap_or(0);
    let rest = if last_unit >= 100 && rest < 10 { rest.checked_mul(last_unit / 10)? } else { rest };
    total.checked_add(section)?.checked_add(rest)
}

/// Writes a number below one hundred million in plain characters: 15 is 十五, 305 is 三百零五.
#[must_use]
pub fn plain(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let of = |value: u32| DIGITS.get(value as usize % 10).copied().unwrap_or('零');
    if number == 0 {
        return "零".to_owned();
    }
    if number >= 10_000 {
        let rest = number % 10_000;
        let bridge = if rest > 0 && rest < 1000 { "零" } else { "" };
        let rest = if rest == 0 {
            String::new()
        } else {
            plain(rest).replacen("十", if rest < 20 { "一十" } else { "十" }, 1)
        };
        return format!("{}万{bridge}{rest}", plain(number / 10_000));
    }
    let mut text = String::new();
    let mut gap = false;
    for (unit, sign) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let value = number / unit % 10;
        if value == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        if !(unit == 10 && value == 1 && text.is_empty()) {
            text.push(of(value));
        }
        text.push_str(sign);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{plain, read};
    use proptest::prelude::*;

    #[test]
    fn every_way_of_writing_is_read() {
        for (text, value) in [
            ("五", 5),
            ("十", 10),
            ("十五", 15),
            ("二十", 20),
            ("廿三", 23),
            ("卅", 30),
            ("三百零五", 305),
            ("三百五", 350),
            ("一万二", 12_000),
            ("一万零二", 10_002),
            ("二〇二四", 2024),
            ("贰佰叁拾", 230),
            ("3万5千", 35_000),
            ("25万", 250_000),
            ("一亿零五万", 100_050_000),
            ("１２", 12),
            ("两百", 200),
            ("一千零一十", 1010),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        for text in ["", "甲", "三x", "万"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(number in 0_u32..99_999_999) {
            prop_assert_eq!(read(&plain(number)), Some(u64::from(number)), "{}", plain(number));
        }
    }
}
