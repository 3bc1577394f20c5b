//! What is shown without a reveal. A public list holds only these types, so it cannot hold a clear value.

use chinese::address;
use serde::Serialize;
use utoipa::ToSchema;

use crate::resident::Resident;

macro_rules! masked {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

masked!(
    /// A name with its middle or its end hidden: `韦*涵`, `覃*`, `买***`.
    MaskedName
);
masked!(
    /// An identity number that shows its first three and its last four characters.
    MaskedId
);
masked!(
    /// A telephone that shows its first three and its last four digits: `138****5678`.
    MaskedPhone
);
masked!(
    /// A birth date that shows its year.
    MaskedBirth
);

masked!(
    /// An address that ends with the building.
    MaskedAddress
);

impl MaskedName {
    /// Hides all but the first character, and the last where there are three or more.
    pub fn of(name: &str) -> Self {
        let chars: Vec<char> = name.chars().collect();
        Self(match chars.as_slice() {
            [] => String::new(),
            [one] => one.to_string(),
            [first, _] => format!("{first}*"),
            [first, hidden @ .., last] => format!("{first}{}{last}", "*".repeat(hidden.len())),
        })
    }
}

impl MaskedId {
    /// Shows three characters in front and four behind; a number too short for that is hidden whole.
    pub fn of(number: &str) -> Self {
        Self(middle(number))
    }
}

impl MaskedPhone {
    /// Shows three digits in front and four behind; a number too short for that is hidden whole.
    pub fn of(number: &str) -> Self {
        Self(middle(number))
    }
}

impl MaskedBirth {
    /// Shows the year of `YYYY-MM-DD`.
    pub fn of(day: &str) -> Self {
        Self(format!("{}-**-**", day.get(..4).unwrap_or("****")))
    }
}

impl MaskedAddress {
    /// Leaves out unit, floor and room, whatever could not be read, and the number of a house in a village, which is a home.
    pub fn of(written: &str) -> Self {
        let mut read = address::read(written);
        (read.unit, read.floor, read.room) = (None, None, None);
        if read.road.is_none() {
            read.house = None;
        }
        Self(read.to_string())
    }

    /// A building by its estate and its name.
    pub fn building(estate: &str, name: &str) -> Self {
        Self(format!("{estate}{name}"))
    }
}

/// The year of birth, where it is known.
pub(crate) fn birth(resident: &Resident) -> Option<MaskedBirth> {
    let year = || resident.birth_year.map(|year| year.to_string());
    resident.birth_date.clone().or_else(year).map(|day| MaskedBirth::of(&day))
}

fn middle(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    if chars.len() < 9 {
        return "*".repeat(chars.len());
    }
    let hidden = chars.len() - 7;
    chars.iter().enumerate().map(|(at, c)| if (3..3 + hidden).contains(&at) { '*' } else { *c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_is_hidden_and_enough_is_shown() {
        for (clear, masked) in
            [("韦子涵", "韦*涵"), ("覃莉", "覃*"), ("欧阳修文", "欧**文"), ("蓝", "蓝"), ("", "")]
        {
            assert_eq!(MaskedName::of(clear).to_string(), masked);
        }
        assert_eq!(MaskedId::of("450204199001010018").to_string(), "450***********0018");
        assert_eq!(MaskedPhone::of("13800005678").to_string(), "138****5678");
        assert_eq!(MaskedPhone::of("110").to_string(), "***");
        assert_eq!(MaskedBirth::of("1956-03-09").to_string(), "1956-**-**");
        for written in ["银山街道金鹅花园3栋2单元501室", "银山街道金鹅花园３＃２－５０１（门朝东）"]
        {
            assert_eq!(MaskedAddress::of(written).to_string(), "银山街道金鹅花园3栋", "{written}");
        }
        assert_eq!(MaskedAddress::of("太阳村镇百乐村5组12号").to_string(), "太阳村镇百乐村5组");
    }
}
