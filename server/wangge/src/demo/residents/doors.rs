//! The ways in which people write a door.

/// One way to write building, unit and room.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    /// 3栋2单元501室
    Full,
    /// 3栋2单元501
    Plain,
    /// 3-2-501
    Dashes,
    /// 三栋二单元501室
    Words,
    /// 3幢2单元501号
    Old,
    /// 3#2-501
    Sign,
    /// 3号楼2单元501
    House,
    /// ３栋２单元５０１
    Wide,
}

use Style::{Dashes, Full, House, Old, Plain, Sign, Wide, Words};

/// The styles of a source, as often as they stand here.
pub fn styles(source: &str) -> &'static [Style] {
    match source {
        "civil" => &[Full, Full, Full, Plain, Words, Old],
        "insurance" => &[Full, Plain, Plain, Dashes, House, Sign],
        _ => &[Dashes, Dashes, Plain, Plain, Sign, Words, House, Wide, Full],
    }
}

/// What a source writes in front of the street.
pub fn heads(source: &str) -> &'static [&'static str] {
    match source {
        "civil" => &["广西壮族自治区柳州市柳南区", "广西柳州市柳南区"],
        "insurance" => &["柳州市柳南区", "广西柳州市柳南区", "柳南区", ""],
        _ => &["", "", "柳南区"],
    }
}

impl Style {
    pub fn write(self, building: i64, unit: i64, room: i64) -> String {
        match self {
            Full => format!("{building}栋{unit}单元{room}室"),
            Plain => format!("{building}栋{unit}单元{room}"),
            Dashes => format!("{building}-{unit}-{room}"),
            Words => format!("{}栋{}单元{room}室", counted(building), counted(unit)),
            Old => format!("{building}幢{unit}单元{room}号"),
            Sign => format!("{building}#{unit}-{room}"),
            House => format!("{building}号楼{unit}单元{room}"),
            Wide => format!("{building}栋{unit}单元{room}").chars().map(wide).collect(),
        }
    }
}

fn wide(c: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32('０' as u32 + digit)).unwrap_or(c)
}

/// A number below a hundred in words.
fn counted(number: i64) -> String {
    let digit = |digit: i64| {
        let at = usize::try_from(digit).unwrap_or(0);
        "零一二三四五六七八九".chars().nth(at).map(String::from).unwrap_or_default()
    };
    match (number / 10, number % 10) {
        (0, ones) => digit(ones),
        (tens, ones) => {
            let tens = if tens == 1 { String::new() } else { digit(tens) };
            let ones = if ones == 0 { String::new() } else { digit(ones) };
            format!("{tens}十{ones}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_is_the_same_door() {
        for style in [Full, Plain, Dashes, Words, Old, Sign, House, Wide] {
            let written = format!("银山街道航北社区锦绣花园{}", style.write(12, 2, 501));
            let read = chinese::address::read(&written);
            assert_eq!(read.to_string(), "银山街道航北社区锦绣花园12栋2单元501室", "{written}");
        }
    }
}
