//! The code of an area: 6, 9, 12 or 15 digits, each level starting with the digits of its parent.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};

/// How deep an area lies below the district.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum AreaLevel {
    /// 区, 6 digits.
    District,
    /// 街道 or 镇, 9 digits.
    Street,
    /// 社区 or 村, 12 digits.
    Community,
    /// 网格, 15 digits: the community and a sequence of three.
    Grid,
}

impl AreaLevel {
    /// How many digits a code of this level has.
    pub fn digits(self) -> u32 {
        match self {
            Self::District => 6,
            Self::Street => 9,
            Self::Community => 12,
            Self::Grid => 15,
        }
    }

    /// The word used in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Street => "street",
            Self::Community => "community",
            Self::Grid => "grid",
        }
    }
}

/// A checked area code; its integer value is the code read as a decimal number.
///
/// Province digits start at 11, so no digit is lost in the integer. Codes sort by number of digits first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(i64);

/// Why a text or number is not an area code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Something other than the digits 0–9.
    #[error("code `{0}` has characters other than digits")]
    NotDigits(String),
    /// Not 6, 9, 12 or 15 digits.
    #[error("code `{0}` does not have 6, 9, 12 or 15 digits")]
    Length(String),
    /// The first two digits are no province.
    #[error("code `{0}` does not start with a province (11 to 82)")]
    Province(String),
    /// A part of three digits is 000, which names no area.
    #[error("code `{0}` has a part 000; write the code of the upper level without the zeros")]
    ZeroPart(String),
}

impl CodeError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotDigits(text) => format!("代码“{text}”含有非数字字符"),
            Self::Length(text) => format!("代码“{text}”不是 6、9、12 或 15 位"),
            Self::Province(text) => format!("代码“{text}”的前两位不是省级代码（11 至 82）"),
            Self::ZeroPart(text) => {
                format!("代码“{text}”中有一段为 000，上级区划请按 6 位或 9 位填写，不要补零")
            }
        }
    }
}

impl AreaCode {
    /// The code as an integer, for a table's column.
    pub fn value(self) -> i64 {
        self.0
    }

    /// How deep the area lies.
    pub fn level(self) -> AreaLevel {
        match self.0 {
            ..1_000_000 => AreaLevel::District,
            1_000_000..1_000_000_000 => AreaLevel::Street,
            1_000_000_000..1_000_000_000_000 => AreaLevel::Community,
            _ => AreaLevel::Grid,
        }
    }

    /// The area that this one is a part of; a district has none here.
    pub fn parent(self) -> Option<Self> {
        (self.level() != AreaLevel::District).then_some(Self(self.0 / 1000))
    }

    /// The area of `level` that contains this one (itself at its own level); none below its own level.
    pub fn at(self, level: AreaLevel) -> Option<Self> {
        let mut code = self;
        while code.level() > level {
            code = Self(code.0 / 1000);
        }
        (code.level() == level).then_some(code)
    }

    /// The tenant that owns rows about this area: its 9-digit code as an integer; none for a district.
    pub fn street_id(self) -> Option<i64> {
        self.at(AreaLevel::Street).map(Self::value)
    }

    /// The last digits of the code: the number of the area within its parent (all six for a district).
    pub fn sequence(self) -> i64 {
        if self.level() == AreaLevel::District { self.0 } else { self.0 % 1000 }
    }

    /// Whether `other` is this area or lies below it.
    pub fn contains(self, other: Self) -> bool {
        other.at(self.level()) == Some(self)
    }

    /// The child with this number (1–999); none for a grid or another number.
    pub fn child(self, sequence: i64) -> Option<Self> {
        ((1..=999).contains(&sequence) && self.level() != AreaLevel::Grid)
            .then_some(Self(self.0 * 1000 + sequence))
    }

    /// Whether a division code names a town (镇, 100–199) rather than a 街道; false without a street part.
    pub fn is_in_town(self) -> bool {
        self.at(AreaLevel::Street).is_some_and(|street| (100..200).contains(&street.sequence()))
    }

    /// Whether a community code names a village (村, 200–399) rather than a 居委会.
    pub fn is_in_village(self) -> bool {
        self.at(AreaLevel::Community).is_some_and(|community| (200..400).contains(&community.sequence()))
    }
}

impl TryFrom<i64> for AreaCode {
    type Error = CodeError;

    fn try_from(value: i64) -> Result<Self, CodeError> {
        let text = value.to_string();
        if value < 0 {
            return Err(CodeError::NotDigits(text));
        }
        if ![6, 9, 12, 15].contains(&text.len()) {
            return Err(CodeError::Length(text));
        }
        let code = Self(value);
        let district = code.at(AreaLevel::District).map_or(0, Self::value);
        if !(11..=82).contains(&(district / 10_000)) {
            return Err(CodeError::Province(text));
        }
        let mut part = code;
        while let Some(parent) = part.parent() {
            if part.sequence() == 0 {
                return Err(CodeError::ZeroPart(text));
            }
            part = parent;
        }
        Ok(code)
    }
}

impl FromStr for AreaCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::NotDigits(text.chars().take(40).collect()));
        }
        if text.starts_with('0') {
            return Err(CodeError::Province(text.chars().take(40).collect()));
        }
        let value = text.parse::<i64>().map_err(|_| CodeError::Length(text.chars().take(40).collect()))?;
        Self::try_from(value)
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({})", self.0)
    }
}

impl Serialize for AreaCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AreaCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    #[test]
    fn each_level_is_known_by_its_digits() {
        assert_eq!(code("450204").level(), AreaLevel::District);
        assert_eq!(code("450204006").level(), AreaLevel::Street);
        assert_eq!(code("450204006003").level(), AreaLevel::Community);
        assert_eq!(code("450204006003012").level(), AreaLevel::Grid);
        for text in ["450204", "450204006", "450204006003", "450204006003012"] {
            assert_eq!(code(text).level().digits() as usize, text.len());
        }
    }

    #[test]
    fn the_way_up_ends_at_the_district() {
        let grid = code("450204006003012");
        let up: Vec<String> =
            std::iter::successors(Some(grid), |area| area.parent()).map(|area| area.to_string()).collect();
        assert_eq!(up, ["450204006003012", "450204006003", "450204006", "450204"]);
        assert_eq!(grid.street_id(), Some(450_204_006));
        assert_eq!(code("450204").street_id(), None);
        assert_eq!(code("450204006").at(AreaLevel::Grid), None);
        assert_eq!(grid.sequence(), 12);
    }

    #[test]
    fn an_area_contains_itself_and_what_is_below() {
        assert!(code("450204").contains(code("450204006003012")));
        assert!(code("450204006").contains(code("450204006")));
        assert!(!code("450204006").contains(code("450204007001")));
        assert!(!code("450204006003").contains(code("450204006")));
    }

    #[test]
    fn what_is_no_code_is_refused_with_its_reason() {
        let refused = |text: &str| text.parse::<AreaCode>().unwrap_err();
        assert_eq!(refused(""), CodeError::NotDigits(String::new()));
        assert_eq!(refused("4.50204E+11"), CodeError::NotDigits("4.50204E+11".into()));
        assert_eq!(refused("４５０２０４"), CodeError::NotDigits("４５０２０４".into()));
        assert_eq!(refused("45020400"), CodeError::Length("45020400".into()));
        assert_eq!(refused("99999999999999999999999"), CodeError::Length("99999999999999999999999".into()));
        assert_eq!(refused("950204"), CodeError::Province("950204".into()));
        assert_eq!(refused("050204"), CodeError::Province("050204".into()));
        assert_eq!(refused("450204001000"), CodeError::ZeroPart("450204001000".into()));
        assert!(refused("450204000").zh().contains("000"));
        assert!(AreaCode::try_from(-450_204).is_err());
    }

    #[test]
    fn on_the_wire_a_code_is_a_text() {
        let grid = code("450204006003012");
        assert_eq!(serde_json::to_string(&grid).unwrap(), "\"450204006003012\"");
        assert_eq!(serde_json::from_str::<AreaCode>("\"450204006003012\"").unwrap(), grid);
        assert!(serde_json::from_str::<AreaCode>("450204006003012").is_err());
        assert!(serde_json::from_str::<AreaCode>("\"45\"").is_err());
    }

    #[test]
    fn towns_and_villages_are_told_by_their_numbers() {
        assert!(code("450204100201").is_in_town() && code("450204100201001").is_in_village());
        assert!(!code("450204007201").is_in_town() && code("450204007201").is_in_village());
        assert!(!code("450204101501").is_in_village());
    }

    #[test]
    fn a_child_is_numbered_within_its_parent() {
        assert_eq!(code("450204006003").child(7), Some(code("450204006003007")));
        assert_eq!(code("450204006003").child(0), None);
        assert_eq!(code("450204006003").child(1000), None);
        assert_eq!(code("450204006003007").child(1), None);
    }

    proptest! {
        #[test]
        fn text_and_integer_say_the_same(
            district in 110_000i64..=829_999, parts in prop::collection::vec(1i64..=999, 0..=3),
        ) {
            let value = parts.iter().fold(district, |value, part| value * 1000 + part);
            let code = AreaCode::try_from(value).unwrap();
            prop_assert_eq!(code.to_string().parse::<AreaCode>().unwrap(), code);
            prop_assert_eq!(code.value(), value);
        }
    }
}
