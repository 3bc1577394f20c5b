//! The lower part of an address: road and house number, group, estate, and the door with building, unit, floor, room.

use crate::address::Address;
use crate::numeral::{self, digit, is_numeral};

/// What a number in a door was said to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Building,
    Unit,
    Floor,
    Room,
    None,
}

/// Words behind a number, longest first.
const MARKS: &[(&str, Mark)] = &[
    ("号楼", Mark::Building),
    ("#楼", Mark::Building),
    ("单元", Mark::Unit),
    ("号房", Mark::Room),
    ("栋", Mark::Building),
    ("幢", Mark::Building),
    ("座", Mark::Building),
    ("#", Mark::Building),
    ("门", Mark::Unit),
    ("梯", Mark::Unit),
    ("层", Mark::Floor),
    ("楼", Mark::Floor),
    ("室", Mark::Room),
    ("房", Mark::Room),
    ("户", Mark::Room),
    ("号", Mark::Room),
];

/// Reads what the regions have left.
pub fn take(text: &[char], address: &mut Address) {
    let rest = group(text, address);
    let rest = road(rest, address);
    for at in 0..rest.len() {
        let (before, from) = rest.split_at(at);
        let starts = from.first().is_some_and(|&c| numeral_sign(c))
            && !before.last().is_some_and(|&c| numeral_sign(c));
        if starts && let Some(after) = door(from, address) {
            estate(before, address);
            address.unread = trimmed(after);
            return;
        }
    }
    estate(rest, address);
}

/// Digits, Chinese numerals, and a capital letter, which also counts buildings (A栋).
fn numeral_sign(c: char) -> bool {
    is_numeral(c) || c.is_ascii_alphanumeric()
}

/// 5组, 三队, 第二村民小组: parts of a village.
fn group<'a>(text: &'a [char], address: &mut Address) -> &'a [char] {
    let skip = usize::from(text.first() == Some(&'第'));
    let from = text.get(skip..).unwrap_or_default();
    let Some((number, rest)) = number(from) else { return text };
    for ending in ["村民小组", "小组", "组", "队", "屯"] {
        if let Some(after) = behind(rest, ending) {
            address.group = Some(format!("{number}{}", if ending.ends_with('组') { "组" } else { ending }));
            return after;
        }
    }
    text
}

/// 柳邕路123号: a road counts only with its house number, because estates are called after roads.
fn road<'a>(text: &'a [char], address: &mut Address) -> &'a [char] {
    for at in 1..text.len().min(12) {
        let (name, from) = text.split_at(at);
        if !name.last().is_some_and(|c| matches!(c, '路' | '街' | '道' | '巷' | '弄' | '里'))
            && !name.ends_with(&['胡', '同'])
        {
            continue;
        }
        let Some((number, rest)) = number(from) else { continue };
        let Some(after) = behind(rest, "号").filter(|after| after.first() != Some(&'楼')) else { continue };
        address.road = Some(name.iter().collect());
        address.house = Some(number);
        let after = behind(after, "院").unwrap_or(after);
        return after;
    }
    // A house number without a road, as villages have: 百乐村12号.
    if address.community.is_some()
        && address.road.is_none()
        && let Some((number, rest)) = number(text)
        && let Some(after) = behind(rest, "号").filter(|after| after.first() != Some(&'楼'))
    {
        address.house = Some(number);
        return after;
    }
    text
}

fn estate(text: &[char], address: &mut Address) {
    let name = trimmed(text);
    // 小区 is said or left out at will: it is no part of the name.
    let short = name.strip_suffix("小区").filter(|short| short.chars().count() >= 2).unwrap_or(&name);
    address.estate = (!short.is_empty()).then(|| short.to_owned());
}

fn trimmed(text: &[char]) -> String {
    let whole: String = text.iter().collect();
    whole.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Reads a door at the beginning of `text`; `None` where none begins there. Gives what remains behind it.
fn door<'a>(text: &'a [char], address: &mut Address) -> Option<&'a [char]> {
    let (mut building, mut unit, mut floor, mut room) = (None, None, None, None);
    let mut pending: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((value, after)) = number(rest) {
        let (mark, behind_mark) = mark(after);
        let slot = match mark {
            Mark::Building => &mut building,
            Mark::Unit => &mut unit,
            Mark::Floor => &mut floor,
            Mark::Room => &mut room,
            Mark::None => {
                // A bare number counts only as part of a row of numbers or at the end: 8090公寓 is a name.
                let separated = after.first().is_none_or(|&c| is_separator(c));
                let bare_numeral = rest.first().is_some_and(|c| !c.is_ascii_digit());
                if !separated || bare_numeral && building.is_none() && after.is_empty() {
                    return None;
                }
                pending.push(value);
                rest = skip(after);
                continue;
            }
        };
        if slot.is_some() {
            break;
        }
        *slot = Some(value);
        rest = skip(behind_mark);
        if mark == Mark::Room {
            break;
        }
    }
    let counted = pending.len() + [&building, &unit, &floor, &room].into_iter().flatten().count();
    if counted == 0 {
        return None;
    }
    assign(pending, &mut building, &mut unit, &mut floor, &mut room);
    (address.building, address.unit, address.floor, address.room) = (building, unit, floor, room);
    Some(rest)
}

/// Gives the numbers without a word their places: from the right room, from the left building, then unit and floor.
fn assign(
    pending: Vec<String>,
    building: &mut Option<String>,
    unit: &mut Option<String>,
    floor: &mut Option<String>,
    room: &mut Option<String>,
) {
    let mut numbers = std::collections::VecDeque::from(pending);
    let alone = numbers.len() == 1 && building.is_none() && room.is_none() && unit.is_none();
    if alone && numbers.front().is_some_and(|number| number.len() < 3) {
        *building = numbers.pop_front();
    }
    if room.is_none() {
        *room = numbers.pop_back();
    }
    if building.is_none() {
        *building = numbers.pop_front();
    }
    for slot in [unit, floor] {
        if slot.is_none() {
            *slot = numbers.pop_front();
        }
    }
}

fn mark(text: &[char]) -> (Mark, &[char]) {
    MARKS
        .iter()
        .find_map(|(word, mark)| behind(text, word).map(|after| (*mark, after)))
        .unwrap_or((Mark::None, text))
}

/// A number at the beginning: digits with letters (12B), Chinese numerals, or a single letter; without leading zeros.
fn number(text: &[char]) -> Option<(String, &[char])> {
    let first = text.first().copied()?;
    if first.is_ascii_alphabetic() {
        let rest = text.get(1..)?;
        // A1栋 and A栋 are buildings, a word is not.
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let (value, after) = text.split_at_checked(1 + digits)?;
        let word = after.first().is_some_and(char::is_ascii_alphabetic);
        return (!word).then(|| (value.iter().collect::<String>().to_uppercase(), after));
    }
    if first.is_ascii_digit() {
        let digits = text.iter().take_while(|c| c.is_ascii_digit()).count();
        let letters = text.iter().skip(digits).take_while(|c| c.is_ascii_alphabetic()).count().min(1);
        let (value, after) = text.split_at_checked(digits + letters)?;
        let value: String = value.iter().collect::<String>().to_uppercase();
        let short = value.trim_start_matches('0');
        return Some((if short.is_empty() { "0".to_owned() } else { short.to_owned() }, after));
    }
    let length = text.iter().take_while(|&&c| is_numeral(c) && !c.is_ascii_digit()).count();
    let (value, after) =
        text.split_at_checked(length).filter(|(value, _)| !value.is_empty() && value.len() <= 6)?;
    let value: String = value.iter().collect();
    // 五〇一 is read digit by digit, 三十二 by value.
    if value.chars().count() == 1 && digit(first).is_none() && first != '十' {
        return None;
    }
    Some((numeral::read(&value)?.to_string(), after))
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | ',' | '/' | '、' | '_' | '.' | '~')
}

fn skip(text: &[char]) -> &[char] {
    let separators = text.iter().take_while(|&&c| is_separator(c)).count();
    text.get(separators..).unwrap_or_default()
}

fn behind<'a>(text: &'a [char], word: &str) -> Option<&'a [char]> {
    let mut rest = text;
    for c in word.chars() {
        rest = rest.split_first().filter(|(first, _)| **first == c)?.1;
    }
    Some(rest)
}
