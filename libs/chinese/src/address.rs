//! Addresses: regions, road, estate, building, unit, floor, room in one normal form, and what could not be read.
//!
//! The chain of elements is that of GB/T 37149-2018 and GB/T 39609-2020. No list of places is consulted: an element is
//! known by the word that ends it. So a name is never corrected, and an unknown estate is read like a known one.

use std::fmt;

use crate::fold::{half_width, simplified};

/// What an address says. Elements that are not written are `None`; nothing is inferred from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    pub province: Option<String>,
    pub city: Option<String>,
    pub county: Option<String>,
    /// 街道, 镇 or 乡.
    pub street: Option<String>,
    /// 社区 or 村.
    pub community: Option<String>,
    /// Part of a village: 5组, 三队.
    pub group: Option<String>,
    pub road: Option<String>,
    /// House number on the road, or in the village.
    pub house: Option<String>,
    /// Estate, compound or place; without a 小区 at the end.
    pub estate: Option<String>,
    pub building: Option<String>,
    pub unit: Option<String>,
    pub floor: Option<String>,
    pub room: Option<String>,
    /// What could not be read, remarks in brackets included.
    pub unread: String,
}

/// Reads an address; every text gives one, if only with all of it unread.
///
/// ```
/// let door = chinese::address::read("柳南街道金鹅花园３＃２－５０１");
/// assert_eq!(door.to_string(), "柳南街道金鹅花园3栋2单元501室");
/// assert_eq!(door.unread, "");
/// ```
#[must_use]
pub fn read(text: &str) -> Address {
    let mut address = Address::default();
    let mut chars = Vec::with_capacity(text.len() / 2);
    let mut remark = String::new();
    let mut depth = 0_u32;
    for c in text.chars().map(half_width).map(simplified) {
        match c {
            '(' | '[' | '【' | '（' => depth += 1,
            ')' | ']' | '】' | '）' if depth > 0 => depth -= 1,
            _ if depth > 0 => remark.push(c),
            c if c.is_whitespace() => {}
            c => chars.push(c),
        }
    }
    if chars.iter().any(|&c| crate::is_han(c)) {
        let rest = crate::region::take(&chars, &mut address);
        crate::door::take(rest, &mut address);
    } else {
        address.unread = chars.into_iter().collect();
    }
    if !remark.is_empty() {
        if !address.unread.is_empty() {
            address.unread.push(' ');
        }
        address.unread.push_str(remark.trim());
    }
    address
}

/// What tells places apart, in one text: the place, behind it the building, behind that the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    text: String,
    place: usize,
    building: Option<usize>,
    dwelling: bool,
}

impl Keys {
    /// The estate; where there is none the road, else village and group.
    #[must_use]
    pub fn place(&self) -> &str {
        self.text.get(..self.place).unwrap_or_default()
    }

    /// Estate or road, and the building or house.
    #[must_use]
    pub fn building(&self) -> Option<&str> {
        self.text.get(..self.building?)
    }

    /// The building and the room. The unit is left out because half of all addresses do so; see [`Address::unit`].
    #[must_use]
    pub fn dwelling(&self) -> Option<&str> {
        self.dwelling.then_some(self.text.as_str())
    }
}

impl Address {
    /// What can be compared with other addresses; `None` where not even the place is known.
    #[must_use]
    pub fn keys(&self) -> Option<Keys> {
        let mut text = String::with_capacity(64);
        match (&self.estate, &self.road, &self.community) {
            (Some(name), _, _) | (None, Some(name), _) => text.push_str(name),
            (None, None, Some(community)) if self.house.is_some() || self.group.is_some() => {
                text.push_str(community);
                text.push_str(self.group.as_deref().unwrap_or_default());
            }
            _ => return None,
        }
        let place = text.len();
        let house = self.house.as_ref().filter(|_| self.estate.is_none());
        let mut building = None;
        if let Some(number) = self.building.as_ref().or(house) {
            text.push('|');
            text.push_str(number);
            building = Some(text.len());
        }
        let room = self.room.as_ref().filter(|_| building.is_some());
        if let Some(room) = room {
            text.push('|');
            text.push_str(room);
        }
        Some(Keys { dwelling: room.is_some(), text, place, building })
    }
}

impl fmt::Display for Address {
    /// The normal form: every element once, in the order of the standard, without the unread rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements = [
            (&self.province, ""),
            (&self.city, ""),
            (&self.county, ""),
            (&self.street, ""),
            (&self.community, ""),
            (&self.group, ""),
            (&self.road, ""),
            (&self.house, "号"),
            (&self.estate, ""),
            (&self.building, "栋"),
            (&self.unit, "单元"),
            (&self.floor, "层"),
            (&self.room, "室"),
        ];
        for (element, word) in elements {
            if let Some(text) = element {
                write!(f, "{text}{word}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn every_way_of_writing_a_door_is_the_same_door() {
        for door in [
            "3栋2单元501室",
            "3-2-501",
            "三栋二单元501室",
            "3幢2单元501号",
            "3#2-501",
            "3号楼2单元501",
            "３栋２单元５０１",
            "3栋2单元501",
            "小区3栋2单元501室",
            "03栋02单元501",
            "3座2门501房",
            "叁栋贰单元五〇一室",
            "3 栋 2 单元 501 室",
            "3#楼2单元501户",
        ] {
            let address = read(&format!("柳南街道红光社区金鹅花园{door}"));
            assert_eq!(address.to_string(), "柳南街道红光社区金鹅花园3栋2单元501室", "{door}");
            assert_eq!(address.unread, "", "{door}");
        }
        assert_eq!(read("金鹅花园3栋501").to_string(), "金鹅花园3栋501室");
        assert_eq!(read("金鹅花园3-501").to_string(), "金鹅花园3栋501室");
        assert_eq!(read("金鹅花园3栋").to_string(), "金鹅花园3栋");
        assert_eq!(read("金鹅花园A栋12层1203B").to_string(), "金鹅花园A栋12层1203B室");
        assert_eq!(read("金鹅花园十二栋三单元1201室").to_string(), "金鹅花园12栋3单元1201室");
    }

    #[test]
    fn regions_are_known_by_their_last_word() {
        for head in ["广西壮族自治区柳州市柳南区", "广西柳州市柳南区", "中国广西柳州市柳南区"]
        {
            let address = read(&format!("{head}太阳村镇百乐村5组12号"));
            assert_eq!(address.to_string(), "广西壮族自治区柳州市柳南区太阳村镇百乐村5组12号", "{head}");
        }
        let address = read("柳州市柳南区柳南街道办事处红光社区居委会锦绣新村3栋501");
        assert_eq!(address.to_string(), "柳州市柳南区柳南街道红光社区锦绣新村3栋501室");
        assert_eq!(read("南国新村3栋501").to_string(), "南国新村3栋501室");
        assert_eq!(read("北京路88号银龙公馆2栋301").to_string(), "北京路88号银龙公馆2栋301室");
        assert_eq!(read("上海市浦东新区张江镇").street.as_deref(), Some("张江镇"));
        assert_eq!(read("三江花园5栋1单元102").estate.as_deref(), Some("三江花园"));
        assert_eq!(read("东区3栋201").estate.as_deref(), Some("东区"));
    }

    #[test]
    fn a_road_has_its_house_number() {
        let address = read("柳南区柳邕路123号金鹅花园3栋2单元501室");
        assert_eq!((address.road.as_deref(), address.house.as_deref()), (Some("柳邕路"), Some("123")));
        assert_eq!(address.to_string(), "柳南区柳邕路123号金鹅花园3栋2单元501室");
        assert_eq!(read("飞鹅二路8号楼2单元301").building.as_deref(), Some("8"));
    }

    #[test]
    fn what_cannot_be_read_is_handed_back() {
        assert_eq!(read("金鹅花园3栋501室（出租）").unread, "出租");
        assert_eq!(read("金鹅花园3栋501室后面的平房").unread, "后面的平房");
        assert_eq!(read("12 Main Street").unread, "12MainStreet");
        assert_eq!(read("").to_string(), "");
    }
}
