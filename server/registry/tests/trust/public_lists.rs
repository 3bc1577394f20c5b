//! A thousand random templates of public lists: whatever their headings say, nobody's number and nobody's name is in them.

use std::collections::BTreeSet;

use platform::sheet::SheetRow;
use registry::publicity::published;

const TEMPLATES: u64 = 1_000;
const SURNAMES: [&str; 12] = ["韦", "黄", "覃", "莫", "蓝", "梁", "陈", "李", "欧阳", "罗", "卢", "周"];
const GIVEN: [&str; 12] =
    ["子涵", "明", "莉", "建国", "秀英", "一鸣", "梓轩", "桂兰", "小红", "志强", "芳", "国庆"];
const VAGUE: [&str; 6] = ["备注", "其他", "列1", "", "补充", "说明"];

/// Draws from a seed, so that a failure can be repeated.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    /// A number as people write numbers.
    fn styled(&mut self, digits: &str) -> String {
        match self.below(5) {
            0 => digits
                .chars()
                .map(|c| char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).unwrap())
                .collect(),
            1 => digits
                .chars()
                .enumerate()
                .map(|(at, c)| if at > 0 && at % 4 == 0 { format!(" {c}") } else { c.to_string() })
                .collect(),
            2 => digits
                .chars()
                .enumerate()
                .map(|(at, c)| if at == 3 || at == 7 { format!("-{c}") } else { c.to_string() })
                .collect(),
            3 => digits
                .chars()
                .map(|c| "〇一二三四五六七八九".chars().nth((c as u8 - b'0').into()).unwrap())
                .collect(),
            _ => digits.to_owned(),
        }
    }

    fn name(&mut self) -> String {
        format!("{}{}", self.of(&SURNAMES), self.of(&GIVEN))
    }
}

/// What a template holds that must not be seen.
#[derive(Default)]
struct Secrets {
    numbers: BTreeSet<String>,
    names: BTreeSet<String>,
}

fn sheet(draw: &mut Draw) -> (Vec<SheetRow>, Secrets) {
    let (columns, rows) = (2 + draw.below(6), 1 + draw.below(12));
    let mut secrets = Secrets::default();
    let kinds: Vec<usize> = (0..columns).map(|_| draw.below(8)).collect();
    let heads = kinds.iter().map(|kind| {
        let told =
            ["姓名", "身份证号码", "银行账号", "联系电话", "说明", "补助金额", "发放日期", "人数"][*kind];
        // Names under a vague heading are known by what the column holds; of what a text says in passing nobody can know.
        if draw.below(3) == 0 { draw.of(&VAGUE).to_owned() } else { told.to_owned() }
    });
    let mut sheet = vec![SheetRow { number: 1, cells: heads.collect() }];
    if sheet[0].cells.iter().filter(|head| !head.is_empty()).count() < 2 {
        sheet[0].cells = vec!["项目".to_owned(); columns];
    }
    for number in 0..rows {
        let who = draw.name();
        let cells = kinds.iter().map(|kind| match kind {
            0 => {
                secrets.names.insert(who.clone());
                who.clone()
            }
            1..=3 => {
                let length = [18, 19, 11][kind - 1];
                let digits = draw.digits(length);
                secrets.numbers.insert(digits.clone());
                draw.styled(&digits)
            }
            4 => {
                let length = 7 + draw.below(12);
                let digits = draw.digits(length);
                secrets.numbers.insert(digits.clone());
                let by = if kinds.contains(&0) { who.as_str() } else { "本人" };
                format!("{by}领取，凭证{}", draw.styled(&digits))
            }
            5 => format!("{}.{}", 100 + draw.below(9_000), draw.digits(2)),
            6 => format!("2026-{:02}-{:02}", 1 + draw.below(12), 1 + draw.below(28)),
            _ => (1 + draw.below(9)).to_string(),
        });
        let cells = cells.collect();
        sheet.push(SheetRow { number: number + 2, cells });
    }
    (sheet, secrets)
}

/// The digits of a text, however they are written.
fn plain(text: &str) -> String {
    let digit = |c: char| chinese::numeral::digit(chinese::fold::half_width(c)).or(c.to_digit(10));
    text.chars().filter_map(digit).filter_map(|value| char::from_digit(value, 10)).collect()
}

#[test]
fn publicity_export_of_a_thousand_templates() {
    let (mut cells, mut secret) = (0, 0);
    for seed in 0..TEMPLATES {
        let (sheet, secrets) = sheet(&mut Draw(seed));
        let list = published(&sheet);
        let texts: Vec<String> = list.rows.iter().flatten().map(ToString::to_string).collect();
        // A day is eight digits of its own.
        for text in texts.iter().filter(|text| !text.starts_with("2026-")) {
            let digits = plain(text);
            for number in &secrets.numbers {
                let windows: Vec<&str> = (0..=number.len() - 7).map(|at| &number[at..at + 7]).collect();
                assert!(
                    !windows.iter().any(|part| digits.contains(part)),
                    "seed {seed}: {text} holds {number}"
                );
            }
            for name in &secrets.names {
                assert!(!text.contains(name.as_str()), "seed {seed}: {text} names {name}");
            }
        }
        cells += texts.len();
        secret += secrets.numbers.len() + secrets.names.len();
    }
    assert!(cells > 10_000 && secret > 10_000, "{cells} cells, {secret} secrets");
}
