//! Where the addresses of a batch lie: in which street and community, and in which dwelling of the register.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use areas::Directory;
use chinese::address::Address;
use platform::{App, AreaCode, AreaLevel, Error, Millis};
use registry::{Building, Dwelling, OpenCommunities, Site, Usage};
use store::{row, sql, vals};

use crate::sheet::RowFault;

const PAGE: i64 = 20_000;

row! {
    struct BuildingAt { id: i64, area: i64, building_key: String, closed_at: Option<i64> }
}

row! {
    struct DwellingAt { id: i64, building_id: i64, area: i64, unit: String, dwelling_key: String, closed_at: Option<i64> }
}

sql! {
    BUILDINGS = "SELECT id, area, building_key, closed_at FROM buildings WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    DWELLINGS = "SELECT id, building_id, area, unit, dwelling_key, closed_at FROM dwellings
        WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// A place that was read from an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub street: i64,
    /// The grid of its building, else its community.
    pub area: i64,
}

/// A door of the register.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub id: i64,
    pub area: i64,
    unit: String,
    is_closed: bool,
    /// Whether this batch opened it.
    is_new: bool,
}

/// What the register has to be told of doors before people move in.
#[derive(Default)]
pub(crate) struct NewDoors {
    pub buildings: Vec<Building>,
    pub dwellings: Vec<Dwelling>,
    /// Doors whose unit is known now: id, unit, written out.
    pub named: Vec<(i64, String, String)>,
}

/// The district as addresses speak of it.
pub(crate) struct Ground {
    open: Arc<OpenCommunities>,
    streets: HashMap<String, i64>,
    communities: HashMap<String, Vec<i64>>,
    /// Communities by their names without 社区 or 村.
    stems: HashMap<String, Vec<i64>>,
    buildings: HashMap<(i64, String), (i64, i64)>,
    doors: HashMap<(i64, String), Vec<Door>>,
    /// In which areas of the district a building of this key stands.
    where_is: HashMap<String, BTreeSet<i64>>,
}

impl Ground {
    /// Reads areas, buildings and dwellings.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn load(app: &App) -> Result<Self, Error> {
        let directory = app.snapshot::<Directory>().await?;
        let mut ground = Self {
            open: app.snapshot::<OpenCommunities>().await?,
            streets: HashMap::new(),
            communities: HashMap::new(),
            stems: HashMap::new(),
            buildings: HashMap::new(),
            doors: HashMap::new(),
            where_is: HashMap::new(),
        };
        for &street in directory.streets() {
            ground.streets.insert(directory.name(street).zh.into_owned(), street);
        }
        for community in directory.communities() {
            let (name, code) = (community.short_name.zh.to_string(), community.code.value());
            ground.stems.entry(stem(&name).to_owned()).or_default().push(code);
            ground.communities.entry(name).or_default().push(code);
        }
        for &street in directory.streets() {
            ground.load_street(app, street).await?;
        }
        Ok(ground)
    }

    async fn load_street(&mut self, app: &App, street: i64) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let look = app.read(move |r| async move {
                Ok(r.query::<BuildingAt>(&BUILDINGS, &vals![street, after, PAGE]).await?)
            });
            let page = look.await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for row in page {
                if row.closed_at.is_none() {
                    self.where_is.entry(row.building_key.clone()).or_default().insert(row.area);
                }
                self.buildings.insert((street, row.building_key), (row.id, row.area));
            }
        }
        after = 0;
        loop {
            let look = app.read(move |r| async move {
                Ok(r.query::<DwellingAt>(&DWELLINGS, &vals![street, after, PAGE]).await?)
            });
            let page = look.await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            for row in page {
                let door = Door {
                    id: row.id,
                    area: row.area,
                    unit: row.unit,
                    is_closed: row.closed_at.is_some(),
                    is_new: false,
                };
                self.doors.entry((street, row.dwelling_key)).or_default().push(door);
            }
        }
    }

    /// Where an address lies. What only names a building is looked for among those that are known.
    ///
    /// # Errors
    /// Why it lies nowhere that is open.
    pub fn place(&self, address: &Address) -> Result<Seat, RowFault> {
        let street = address.street.as_ref().map(|name| self.streets.get(name).copied());
        let key = address.keys().and_then(|keys| keys.building().map(str::to_owned));
        let fits = |code: &i64| street.is_none_or(|street| street == Some(*code / 1000));
        let named = address.community.as_deref().map(|name| self.named(name)).unwrap_or_default();
        let mut found: Vec<i64> = named.iter().copied().filter(fits).collect();
        if found.is_empty() && !named.is_empty() {
            return Err(RowFault::Elsewhere);
        }
        if found.len() != 1 {
            found = key.as_ref().and_then(|key| self.where_is.get(key)).map_or_else(Vec::new, |areas| {
                areas.iter().copied().filter(|area| fits(&community_of(*area))).collect()
            });
        }
        let [area] = found.as_slice() else { return Err(RowFault::NoPlace) };
        let street = community_of(*area) / 1000;
        // The register knows the building's grid; an address names the community at most.
        let known = key.and_then(|key| self.buildings.get(&(street, key))).map(|(_, area)| *area);
        let area = known.unwrap_or(*area);
        if !self.open.is_open(area) {
            return Err(RowFault::Closed);
        }
        Ok(Seat { street, area })
    }

    /// Learns from an address that names its community where the building stands, for those that do not.
    pub fn learn(&mut self, address: &Address, seat: Seat) {
        if address.community.is_some()
            && let Some(key) = address.keys().and_then(|keys| keys.building().map(str::to_owned))
        {
            let areas = self.where_is.entry(key).or_default();
            let is_known = areas.iter().any(|area| community_of(*area) == community_of(seat.area));
            if !is_known {
                areas.insert(seat.area);
            }
        }
    }

    fn named(&self, name: &str) -> Vec<i64> {
        let exact = self.communities.get(name);
        exact.or_else(|| self.stems.get(stem(name))).cloned().unwrap_or_default()
    }

    /// The dwelling that an address names, opened with its building where there is none; none where it names no dwelling,
    /// leaves out the unit while several fit, or lies in a closed community. As `registry::dwelling_for`, for many at once.
    pub fn door(
        &mut self,
        (app, now): (&App, Millis),
        seat: Seat,
        site: &Site,
        now_at: Option<i64>,
        new: &mut NewDoors,
    ) -> Option<Door> {
        let key = (seat.street, site.dwelling_key.clone()?);
        let known = self.doors.get_mut(&key).map(Vec::as_mut_slice).unwrap_or_default();
        let found = match pick(known, &site.unit, now_at) {
            Pick::One(at) => known.get(at).cloned(),
            Pick::Several => None,
            Pick::Unnamed(at) => {
                let door = known.get_mut(at)?;
                door.unit.clone_from(&site.unit);
                if door.is_new {
                    for dwelling in new.dwellings.iter_mut().filter(|dwelling| dwelling.id == door.id) {
                        dwelling.unit.clone_from(&site.unit);
                        dwelling.address.clone_from(&site.address);
                    }
                }
                if !new.dwellings.iter().any(|dwelling| dwelling.id == door.id) {
                    new.named.push((door.id, site.unit.clone(), site.address.clone()));
                }
                Some(door.clone())
            }
            Pick::None => {
                if !self.open.is_open(seat.area) {
                    return None;
                }
                let (building, area) = self.building((app, now), seat, site, new);
                let dwelling = dwelling((app, now), seat.street, (building, area), site, &key.1);
                let door =
                    Door { id: dwelling.id, area, unit: site.unit.clone(), is_closed: false, is_new: true };
                new.dwellings.push(dwelling);
                self.doors.entry(key).or_default().push(door.clone());
                Some(door)
            }
        };
        found.filter(|door| !door.is_closed && self.open.is_open(door.area))
    }

    /// A door that the register has, for an address that names neither street nor community.
    pub fn known_door(
        &self,
        street: i64,
        address: &Address,
        site: &Site,
        now_at: Option<i64>,
    ) -> Option<Door> {
        if address.street.is_some() || address.community.is_some() {
            return None;
        }
        let known = self.doors.get(&(street, site.dwelling_key.clone()?))?;
        match pick(known, &site.unit, now_at) {
            Pick::One(at) | Pick::Unnamed(at) => known.get(at).cloned(),
            Pick::None | Pick::Several => None,
        }
        .filter(|door| !door.is_closed && self.open.is_open(door.area))
    }

    fn building(
        &mut self,
        (app, now): (&App, Millis),
        seat: Seat,
        site: &Site,
        new: &mut NewDoors,
    ) -> (i64, i64) {
        let key = (seat.street, site.building_key.clone());
        if let Some(known) = self.buildings.get(&key) {
            return *known;
        }
        let building = Building {
            street_id: seat.street,
            id: app.ids().next(now),
            version: 1,
            area: seat.area,
            estate: site.estate.clone(),
            name: site.building.clone(),
            building_key: site.building_key.clone(),
            floors: None,
            lon: None,
            lat: None,
            created_at: now,
            closed_at: None,
        };
        let known = (building.id, building.area);
        self.buildings.insert(key, known);
        new.buildings.push(building);
        known
    }
}

fn dwelling(
    (app, now): (&App, Millis),
    street: i64,
    (building, area): (i64, i64),
    site: &Site,
    key: &str,
) -> Dwelling {
    Dwelling {
        street_id: street,
        id: app.ids().next(now),
        version: 1,
        building_id: building,
        area,
        unit: site.unit.clone(),
        floor: site.floor,
        room: site.room.clone(),
        address: site.address.clone(),
        dwelling_key: key.to_owned(),
        usage: Usage::Unknown,
        usage_at: None,
        created_at: now,
        closed_at: None,
    }
}

enum Pick {
    None,
    One(usize),
    /// The only door with this room, of which nobody named the unit before.
    Unnamed(usize),
    Several,
}

fn pick(known: &[Door], unit: &str, now_at: Option<i64>) -> Pick {
    if let Some(at) = known.iter().position(|door| door.unit == unit) {
        return Pick::One(at);
    }
    if unit.is_empty() {
        let at = known.iter().position(|door| Some(door.id) == now_at);
        return match at.or_else(|| (known.len() == 1).then_some(0)) {
            Some(at) => Pick::One(at),
            None if known.is_empty() => Pick::None,
            None => Pick::Several,
        };
    }
    match known {
        [only] if only.unit.is_empty() => Pick::Unnamed(0),
        _ => Pick::None,
    }
}

/// A name without the word for what it is.
fn stem(name: &str) -> &str {
    name.strip_suffix("社区")
        .or_else(|| name.strip_suffix('村'))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name)
}

fn community_of(area: i64) -> i64 {
    let code = AreaCode::try_from(area).ok().and_then(|code| code.at(AreaLevel::Community));
    code.map_or(area, AreaCode::value)
}
