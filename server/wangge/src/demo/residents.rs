//! The invented residents of the demo, and what three sources have written about them: who they are is known here alone.

mod doors;
mod estates;
mod fill;
mod habits;
mod people;
mod records;
mod shops;
mod slips;
mod survey;
mod words;

use areas::{AreaKind, AreaLevel, Directory};
use jiff::civil::Date;

use super::draw::Draw;
use super::geography::ESTATES;
use estates::{Estates, Place};
use habits::{CIVIL, GRID, Habits, INSURANCE};
use people::{People, Person};
use records::Writer;
use slips::Slips;

pub use fill::{Filled, fill};

/// In the order in which their files come.
const SOURCES: [&Habits; 3] = [&CIVIL, &INSURANCE, &GRID];

/// One dwelling stands empty for eight in which somebody lives.
const EMPTY: f64 = 1.12;

/// Everybody, and where they live.
pub struct District {
    pub today: Date,
    pub places: Vec<Place>,
    pub estates: Estates,
    pub people: People,
}

/// What one source hands over.
pub struct Extract {
    /// The word of the source.
    pub source: &'static str,
    /// CSV with a heading, UTF-8.
    pub bytes: Vec<u8>,
    pub rows: usize,
}

/// Draws so many residents into the communities of the register of areas.
pub fn district(areas: &Directory, count: usize, today: Date) -> District {
    populated(places(areas), count, today)
}

fn populated(places: Vec<Place>, count: usize, today: Date) -> District {
    let mut draw = Draw::new(450_204);
    let mut people = people::populate(count, today, &mut draw);
    let wanted = (people.households.len() as f64 * EMPTY) as usize;
    let estates = estates::build(&places, wanted, &mut draw);
    people::settle(&mut people, estates.dwellings.len(), today, &mut draw);
    District { today, places, estates, people }
}

/// Where there are more grids, there are more people; few live in the villages.
fn places(areas: &Directory) -> Vec<Place> {
    let place = |community: &areas::Area| {
        let code = community.code;
        let name = areas.name(code.value()).zh.into_owned();
        let grids = areas.children(code).filter(|grid| grid.kind != AreaKind::Employer);
        let grids: Vec<i64> = grids.map(|grid| grid.code.value()).collect();
        let weight = grids.len() as f64 * if name.ends_with('村') { 0.7 } else { 1.0 };
        let street = code.at(AreaLevel::Street).map_or(0, areas::AreaCode::value);
        let here = ESTATES.iter().filter(|(at, ..)| *at == code.value());
        Place {
            code: code.value(),
            street: areas.name(street).zh.into_owned(),
            name,
            weight,
            known: here.map(|(_, zh, _)| *zh).collect(),
            grids,
        }
    };
    areas.communities().map(place).collect()
}

/// What the demo knows of somebody whom the register has from three sources.
#[derive(Clone, Debug)]
pub struct Known {
    pub name: String,
    pub id_no: String,
    pub phone: i64,
}

impl District {
    /// Everybody whose dwelling is one of these.
    pub fn known(&self, is_here: impl Fn(usize) -> bool) -> Vec<Known> {
        let here = self.people.households.iter().filter(|household| is_here(household.home));
        let members =
            here.filter_map(|household| self.people.people.get(household.members.clone())).flatten();
        let known =
            |person: &Person| Known { name: person.name(), id_no: person.id_no.clone(), phone: person.phone };
        members.map(known).collect()
    }

    /// What a source has written about them.
    pub fn extract(&self, slips: &Slips, habits: &'static Habits, nth: usize) -> Extract {
        let seed = 7_000 + nth as u64;
        let mut draw = Draw::new(seed);
        let mut rows: Vec<&Person> = Vec::new();
        for person in &self.people.people {
            if !draw.percent(habits.covers) {
                continue;
            }
            rows.push(person);
            while draw.percent(habits.repeats) {
                rows.push(person);
            }
        }
        draw.shuffle(&mut rows);
        let mut writer = Writer { district: self, habits, slips, draw };
        let mut text = String::with_capacity(rows.len() * 130);
        text.push_str("record_id,name,sex,id_no,birth_date,phone,address,updated_on\n");
        for (nth, person) in rows.iter().enumerate() {
            let fields = writer.record(person).join(",");
            text.push_str(&format!("{}{nth:07},{fields}\n", habits.letter));
        }
        Extract { source: habits.key, bytes: text.into_bytes(), rows: rows.len() }
    }

    fn members(&self, of: &Person) -> &[Person] {
        let household = self.people.households.get(of.household);
        household.and_then(|household| self.people.people.get(household.members.clone())).unwrap_or_default()
    }

    fn head_of(&self, person: &Person) -> Option<&Person> {
        self.members(person).first()
    }

    /// Whose number is written for this person's by mistake.
    fn relative_of(&self, person: &Person) -> Option<&Person> {
        self.members(person).iter().find(|other| other.id_no != person.id_no)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn small() -> District {
        let place = |code: i64, street: &str, name: &str, known: Vec<&'static str>| Place {
            code,
            street: street.to_owned(),
            name: name.to_owned(),
            weight: 1.0,
            known,
            grids: vec![code * 1000 + 1],
        };
        let places = vec![
            place(450_204_007_006, "潭西街道", "在水一方社区", vec!["在水一方"]),
            place(450_204_006_003, "银山街道", "航北社区", vec![]),
            place(450_204_100_201, "太阳村镇", "百乐村", vec![]),
        ];
        populated(places, 6_000, Date::constant(2026, 11, 30))
    }

    fn extracts(district: &District) -> Vec<Extract> {
        let slips = Slips::new();
        let extract = |(nth, habits)| district.extract(&slips, habits, nth);
        SOURCES.into_iter().enumerate().map(extract).collect()
    }

    fn rows(extract: &Extract) -> Vec<Vec<String>> {
        let text = std::str::from_utf8(&extract.bytes).unwrap();
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_number_is_sound_and_can_be_nobodys() {
        let district = small();
        let mut numbers = HashSet::new();
        for person in &district.people.people {
            let read = chinese::identity::read(&person.id_no).unwrap();
            assert!(
                read.text().starts_with("450299") && numbers.insert(person.id_no.clone()),
                "{}",
                person.id_no
            );
            let phone = person.phone.to_string();
            assert!(chinese::phone::is_mobile(&phone), "{phone}");
            assert!(["154", "161", "163", "164", "168", "169"].contains(&&phone[..3]), "{phone}");
            assert!(chinese::name::read(&person.name()).is_some(), "{}", person.name());
        }
        assert_eq!(numbers.len(), 6_000);
    }

    #[test]
    fn nobody_shares_a_dwelling_with_another_household() {
        let district = small();
        let homes: HashSet<usize> = district.people.households.iter().map(|one| one.home).collect();
        assert_eq!(homes.len(), district.people.households.len());
        assert!(homes.iter().all(|home| *home < district.estates.dwellings.len()));
        let names: HashSet<&str> =
            district.estates.estates.iter().map(|estate| estate.name.as_str()).collect();
        assert_eq!(names.len(), district.estates.estates.len(), "an estate is known by its name alone");
        assert!(names.contains("在水一方"));
    }

    #[test]
    fn sources_know_most_of_them_and_err_as_often_as_they_should() {
        let district = small();
        for (extract, (key, covers, no_id)) in extracts(&district).into_iter().zip([
            ("civil", 0.80, 0.15),
            ("insurance", 0.88, 0.17),
            ("grid", 0.74, 0.30),
        ]) {
            let rows = rows(&extract);
            assert_eq!((extract.source, rows.len()), (key, extract.rows));
            let share = |count: usize, of: usize| count as f64 / of as f64;
            assert!((share(rows.len(), 6_000) - covers).abs() < 0.02, "{key}: {}", rows.len());
            let empty = rows.iter().filter(|row| row[3].is_empty()).count();
            assert!((share(empty, rows.len()) - no_id).abs() < 0.02, "{key}: {empty}");
            let placed = rows.iter().filter(|row| {
                let read = chinese::address::read(&row[6]);
                read.keys().is_some_and(|keys| keys.dwelling().is_some()) && read.unread.is_empty()
            });
            let written = rows.iter().filter(|row| !row[6].is_empty()).count();
            assert!(share(placed.count(), written) > 0.93, "{key}: an address is read as it is meant");
        }
    }

    #[test]
    fn the_same_district_is_drawn_each_time() {
        let bytes = || extracts(&small()).into_iter().map(|extract| extract.bytes).collect::<Vec<_>>();
        assert!(bytes() == bytes());
    }
}
