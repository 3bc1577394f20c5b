//! Estates in the communities of the district, with their buildings and dwellings.

use std::collections::BTreeSet;

use super::super::draw::Draw;
use super::words::{ESTATE_FIRST, ESTATE_SECOND};

/// A community or village in which people live.
#[derive(Clone, Debug)]
pub struct Place {
    pub code: i64,
    /// As addresses write them: 银山街道, 航北社区.
    pub street: String,
    pub name: String,
    /// How many residents it has, beside the others.
    pub weight: f64,
    /// Estates that really bear a name here; the first is built first.
    pub known: Vec<&'static str>,
    pub grids: Vec<i64>,
}

#[derive(Clone, Debug)]
pub struct Estate {
    /// The number of its place.
    pub place: usize,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct Building {
    pub estate: usize,
    pub number: i64,
    pub floors: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct Dwelling {
    pub building: usize,
    pub unit: i64,
    pub floor: i64,
    /// Floor and door in one number: 501.
    pub room: i64,
}

/// Everything that was built.
#[derive(Clone, Debug, Default)]
pub struct Estates {
    pub estates: Vec<Estate>,
    pub buildings: Vec<Building>,
    pub dwellings: Vec<Dwelling>,
}

/// Builds so many dwellings, spread over the places by their weight.
pub fn build(places: &[Place], dwellings: usize, draw: &mut Draw) -> Estates {
    let mut built = Estates::default();
    let mut names: Vec<String> = ESTATE_FIRST
        .iter()
        .flat_map(|first| ESTATE_SECOND.iter().map(move |second| format!("{first}{second}")))
        .collect();
    draw.shuffle(&mut names);
    let mut taken: BTreeSet<String> =
        places.iter().flat_map(|place| &place.known).map(|name| (*name).to_owned()).collect();
    let all: f64 = places.iter().map(|place| place.weight).sum();
    let mut due = 0.0;
    for (nth, place) in places.iter().enumerate() {
        due += place.weight / all * dwellings as f64;
        let mut known = place.known.iter();
        while (built.dwellings.len() as f64) < due {
            let name = match known.next() {
                Some(name) => (*name).to_owned(),
                None => fresh(&names, &mut taken, draw),
            };
            let wanted = due - built.dwellings.len() as f64;
            built.estate(nth, name, place.name.ends_with('村'), wanted as usize + 1, draw);
        }
    }
    built
}

/// A name that no estate of the district bears: without the community an address is known by it alone.
fn fresh(names: &[String], taken: &mut BTreeSet<String>, draw: &mut Draw) -> String {
    const PHASES: [&str; 8] = ["", "二期", "三期", "四期", "五期", "六期", "七期", "八期"];
    let first = draw.below(names.len().max(1));
    let from = names.iter().cycle().skip(first).take(names.len());
    let named = PHASES.iter().flat_map(|phase| from.clone().map(move |name| format!("{name}{phase}")));
    let name = named.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(name.clone());
    name
}

impl Estates {
    /// Builds one estate of at most so many dwellings, whole buildings at a time.
    fn estate(&mut self, place: usize, name: String, is_village: bool, wanted: usize, draw: &mut Draw) {
        let estate = self.estates.len();
        self.estates.push(Estate { place, name });
        let is_tall = !is_village && draw.percent(35.0);
        let (units, floors, doors) = match (is_village, is_tall) {
            (true, _) => (2, draw.between(3, 5), 2),
            (_, true) => (1, draw.between(17, 30), 4),
            (_, false) => (3, draw.between(6, 8), 2),
        };
        // Where few live stands a small house: no block of a hundred dwellings takes the people of five places.
        let few = i64::try_from(wanted / 2).unwrap_or(i64::MAX);
        let (units, floors, doors) =
            if few < units * floors * doors { (1, few.clamp(1, 6), 2) } else { (units, floors, doors) };
        let first = self.dwellings.len();
        for number in 1..=draw.between(5, 16) {
            if self.dwellings.len() - first >= wanted {
                break;
            }
            let building = self.buildings.len();
            self.buildings.push(Building { estate, number, floors });
            for unit in 1..=units {
                for floor in 1..=floors {
                    let rooms = (1..=doors).map(|door| floor * 100 + door);
                    self.dwellings.extend(rooms.map(|room| Dwelling { building, unit, floor, room }));
                }
            }
        }
    }

    /// The building of a dwelling, its estate, and the number of its place.
    pub fn of(&self, dwelling: usize) -> Option<(&Estate, &Building, Dwelling)> {
        let dwelling = *self.dwellings.get(dwelling)?;
        let building = self.buildings.get(dwelling.building)?;
        Some((self.estates.get(building.estate)?, building, dwelling))
    }
}
