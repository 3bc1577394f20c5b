//! Characters that are taken for one another, by ear and by eye.

use std::collections::HashMap;

use chinese::{lookalike, reading};

use super::super::draw::Draw;
use super::words::{ESTATE_FIRST, ESTATE_SECOND, GIVEN, SURNAMES};

/// For each character that the demo writes, the others that it may become.
pub struct Slips {
    sounds: HashMap<char, Vec<char>>,
    shapes: HashMap<char, Vec<char>>,
}

/// Characters in no name of the demo, for which its names are mistaken.
const STRANGERS: &str = "末夫太壬曰土人晴萤谨铃朋纬建沽晖住昊棋字篮列阵帐同徒湖材问邦粱末塘汗朝曾膨尚由重番哀察于社汁办可户桃沉种美催潭陪苑注寥右书罩函样轧抬停每英挂诊忘弹车淘赋木起宠宇供水绕奏殷灰";

impl Slips {
    pub fn new() -> Self {
        let names = GIVEN.iter().flatten().copied().chain(SURNAMES.iter().map(|(name, _)| *name));
        let estates = ESTATE_FIRST.iter().chain(ESTATE_SECOND).copied();
        let mut all: Vec<char> = names.chain(estates).chain([STRANGERS]).flat_map(str::chars).collect();
        all.sort_unstable();
        all.dedup();
        let others = |alike: fn(char, char) -> bool| {
            let of = |c: char| all.iter().copied().filter(|other| *other != c && alike(c, *other)).collect();
            all.iter()
                .map(|c| (*c, of(*c)))
                .filter(|(_, others): &(char, Vec<char>)| !others.is_empty())
                .collect()
        };
        let sounds = |one: char, other: char| reading::usual(one) == reading::usual(other);
        Self { sounds: others(sounds), shapes: others(lookalike::look_alike) }
    }

    pub fn by_ear(&self, text: &str, draw: &mut Draw) -> String {
        swapped(text, &self.sounds, draw)
    }

    pub fn by_eye(&self, text: &str, draw: &mut Draw) -> String {
        swapped(text, &self.shapes, draw)
    }
}

/// One character replaced, if one of them can be.
fn swapped(text: &str, table: &HashMap<char, Vec<char>>, draw: &mut Draw) -> String {
    let spots: Vec<usize> =
        text.chars().enumerate().filter(|(_, c)| table.contains_key(c)).map(|(at, _)| at).collect();
    let Some(spot) = draw.of(&spots).copied() else { return text.to_owned() };
    let other =
        |c: char, draw: &mut Draw| table.get(&c).and_then(|others| draw.of(others)).copied().unwrap_or(c);
    text.chars().enumerate().map(|(at, c)| if at == spot { other(c, draw) } else { c }).collect()
}
