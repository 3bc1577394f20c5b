//! What a form may ask for that the register already knows; which headings mean it is data, in both languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use chinese::fold::{half_width, simplified};
use platform::Text;

use platform::words;

words! {
    /// A field of a form that the register answers.
    Known, "field of a form" {
        Serial = "serial", "序号", "serial number";
        Name = "name", "姓名", "name";
        Sex = "sex", "性别", "sex";
        IdKind = "id_kind", "证件类型", "kind of document";
        IdNo = "id_no", "证件号码", "identity number";
        BirthDate = "birth_date", "出生日期", "birth date";
        BirthYear = "birth_year", "出生年份", "year of birth";
        Age = "age", "年龄", "age";
        Phone = "phone", "联系电话", "telephone";
        Address = "address", "现住址", "address";
        District = "district", "县（区）", "district";
        Street = "street", "街道（镇）", "street or town";
        Community = "community", "社区（村）", "community or village";
        CommunityCode = "community_code", "社区编码", "code of the community";
        Grid = "grid", "网格", "grid";
        GridCode = "grid_code", "网格编码", "code of the grid";
        GridWorker = "grid_worker", "网格员", "grid worker";
        Estate = "estate", "小区", "estate";
        Building = "building", "楼栋", "building";
        Unit = "unit", "单元", "entrance";
        Floor = "floor", "楼层", "floor";
        Room = "room", "房号", "room";
        Usage = "usage", "房屋用途", "usage of the dwelling";
        Tie = "tie", "居住类型", "tie to the dwelling";
        Since = "since", "入住日期", "moved in on";
        RegisteredOn = "registered_on", "登记日期", "registered on";
        State = "state", "人员状态", "state in the register";
        HouseholdHead = "household_head", "户主", "head of the household";
        Relation = "relation", "与户主关系", "relation to the head";
        HouseholdSize = "household_size", "同住人数", "people in the dwelling";
        FilledOn = "filled_on", "填报日期", "filled in on";
        FilledBy = "filled_by", "填报单位", "filled in by";
        People = "people", "人口数", "people";
        Men = "men", "男性人数", "men";
        Women = "women", "女性人数", "women";
        Under7 = "under_7", "0—6 岁人数", "people under 7";
        Under18 = "under_18", "未成年人数", "people under 18";
        WorkingAge = "working_age", "18—59 岁人数", "people from 18 to 59";
        Over60 = "over_60", "60 岁及以上人数", "people of 60 and over";
        Over65 = "over_65", "65 岁及以上人数", "people of 65 and over";
        Over80 = "over_80", "80 岁及以上人数", "people of 80 and over";
        Households = "households", "户数", "households";
        Dwellings = "dwellings", "房屋数", "dwellings";
        Rented = "rented", "出租房屋数", "let dwellings";
        Vacant = "vacant", "空置房屋数", "vacant dwellings";
        Shops = "shops", "商用房屋数", "commercial dwellings";
        Units = "units", "实有单位数", "units";
        Grids = "grids", "网格数", "grids";
    }
}

/// What a heading asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Known(Known),
    /// What this program does not keep about anybody.
    Never,
    New,
}

/// The word of what is never kept, in the table of headings.
const NEVER: &str = "never";

static HEADINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let lines = include_str!("../../data/form_fields.csv").lines().skip(1);
    let rows = lines.filter_map(|line| line.split_once(','));
    rows.flat_map(|(word, headings)| {
        let meaning = match word {
            NEVER => Some(Meaning::Never),
            word => word.parse().ok().map(Meaning::Known),
        };
        headings.split('|').filter_map(move |heading| Some((plain(heading), meaning?)))
    })
    .collect()
});

/// A heading without what is said in brackets, without spaces and signs, in small letters.
fn plain(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut text = String::new();
    for c in heading.chars().map(half_width).map(simplified) {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 && (c.is_alphanumeric() || c == '-') => text.extend(c.to_lowercase()),
            _ => {}
        }
    }
    text
}

impl Meaning {
    /// What a heading asks for, by the words in it.
    pub fn of(heading: &str) -> Self {
        let text = plain(heading);
        let whole: String =
            heading.chars().map(half_width).map(simplified).filter(|c| c.is_alphanumeric()).collect();
        // 街道(镇) is one word for two things, and 联系电话(必填) is one with a remark.
        HEADINGS.get(&whole.to_lowercase()).or_else(|| HEADINGS.get(&text)).copied().unwrap_or(Self::New)
    }
}

impl Known {
    /// Whether it is about a single person, so that the form is a list of people.
    pub fn is_of_a_person(self) -> bool {
        use Known::{
            Address, Age, BirthDate, BirthYear, HouseholdHead, HouseholdSize, IdKind, IdNo, Name, Phone,
            RegisteredOn, Relation, Room, Sex, Since, State, Tie,
        };
        matches!(
            self,
            Address
                | Age
                | BirthDate
                | BirthYear
                | HouseholdHead
                | HouseholdSize
                | IdKind
                | IdNo
                | Name
                | Phone
                | RegisteredOn
                | Relation
                | Room
                | Sex
                | Since
                | State
                | Tie
        )
    }

    /// Whether it tells grids apart, so that a form of numbers has a row for each.
    pub fn is_of_a_grid(self) -> bool {
        matches!(self, Self::Grid | Self::GridCode | Self::GridWorker)
    }
}

/// Why a form that asks for nothing new is not filled in again.
pub const ARTICLE: Text = Text::new(
    "《政务数据共享条例》第十九条：能够通过共享获取政务数据的，不得重复收集",
    "Government Data Sharing Regulations art. 19: what can be had by sharing must not be collected again",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        for (heading, known) in [
            ("姓 名", Known::Name),
            ("身份证号码（18位）", Known::IdNo),
            ("聯系電話*", Known::Phone),
            ("街道（镇）", Known::Street),
            ("Date of birth", Known::BirthDate),
            ("６０岁以上人数", Known::Over60),
            ("县（市、区）", Known::District),
        ] {
            assert_eq!(Meaning::of(heading), Meaning::Known(known), "{heading}");
        }
        assert_eq!(Meaning::of("是否安装燃气报警器"), Meaning::New);
        assert_eq!(Meaning::of("信用评分"), Meaning::Never);
    }

    #[test]
    fn the_table_knows_every_field_and_no_heading_twice() {
        let rows: Vec<(&str, &str)> = include_str!("../../data/form_fields.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','))
            .collect();
        for known in Known::ALL {
            assert!(rows.iter().any(|(word, _)| *word == known.as_str()), "{known} has no heading");
        }
        assert!(rows.iter().all(|(word, _)| *word == NEVER || word.parse::<Known>().is_ok()));
        let all: Vec<String> = rows.iter().flat_map(|(_, headings)| headings.split('|')).map(plain).collect();
        assert_eq!(all.len(), HEADINGS.len(), "a heading stands there twice");
    }
}
