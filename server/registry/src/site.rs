//! Where an address lies: the building and the dwelling that it names, in the forms by which they are kept and found.

use chinese::address::Address;

/// What an address says of a building, and of a dwelling in it where it names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The estate or the road, as `chinese::address::Keys::place` writes it.
    pub estate: String,
    /// Such as `3栋`; on a road `12号`.
    pub building: String,
    pub building_key: String,
    /// Such as `2单元`; empty where none is written.
    pub unit: String,
    pub floor: Option<i64>,
    /// Empty where the address ends with the building, or with the house of a village.
    pub room: String,
    pub dwelling_key: Option<String>,
    /// Written out: estate, building, unit, room.
    pub address: String,
}

impl Site {
    /// What an address says; none where it names no building.
    pub fn of(address: &Address) -> Option<Self> {
        let keys = address.keys()?;
        let building_key = keys.building()?.to_owned();
        let building = match (&address.building, &address.house) {
            (Some(number), _) => format!("{number}栋"),
            (None, Some(number)) => format!("{number}号"),
            (None, None) => return None,
        };
        let unit = address.unit.as_ref().map_or_else(String::new, |unit| format!("{unit}单元"));
        let room = address.room.clone().filter(|_| keys.dwelling().is_some()).unwrap_or_default();
        let written = if room.is_empty() { String::new() } else { format!("{room}室") };
        let floor = address.floor.as_deref().and_then(|floor| floor.parse().ok()).or_else(|| floor_of(&room));
        // A house in a village is a home: it has no rooms with numbers.
        let is_home = address.building.is_none() && address.estate.is_none() && address.road.is_none();
        let dwelling_key =
            keys.dwelling().map(str::to_owned).or_else(|| is_home.then(|| building_key.clone()));
        Some(Self {
            estate: keys.place().to_owned(),
            address: format!("{}{building}{unit}{written}", keys.place()),
            building,
            building_key,
            unit,
            floor,
            room,
            dwelling_key,
        })
    }
}

/// Rooms are numbered by their floor: 501 is on the fifth, 1203B on the twelfth. Two digits say nothing.
fn floor_of(room: &str) -> Option<i64> {
    let digits: String = room.chars().take_while(char::is_ascii_digit).collect();
    match digits.len() {
        3 | 4 => digits.get(..digits.len() - 2)?.parse().ok().filter(|floor| *floor > 0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(text: &str) -> Option<Site> {
        Site::of(&chinese::address::read(text))
    }

    #[test]
    fn an_address_names_its_building_and_its_dwelling() {
        let door = site("柳南区银山街道银山社区金鹅花园３＃２－５０１").unwrap();
        assert_eq!((door.estate.as_str(), door.building.as_str()), ("金鹅花园", "3栋"));
        assert_eq!((door.unit.as_str(), door.room.as_str(), door.floor), ("2单元", "501", Some(5)));
        assert_eq!(door.address, "金鹅花园3栋2单元501室");
        assert_eq!(door.dwelling_key.as_deref(), Some("金鹅花园|3|501"));
        let house = site("太阳村镇百乐村5组12号").unwrap();
        assert_eq!((house.building.as_str(), house.dwelling_key.as_deref()), ("12号", Some("百乐村5组|12")));
        assert_eq!(site("柳邕路123号").unwrap().dwelling_key, None, "a house on a road has rooms");
        assert_eq!(site("柳南区银山街道"), None);
        assert_eq!(site("金鹅花园12栋1203B").unwrap().floor, Some(12));
    }
}
