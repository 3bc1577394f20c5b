//! The district in memory: every area, the index of its grids, its map layers and its names.

use std::collections::BTreeMap;

use platform::{AreaCode, AreaLevel, Error, Read, Snapshot, Text};
use store::sql;

use crate::area::{Area, AreaRow, BoundaryRow};
use crate::boundary::Boundary;
use crate::layer::{Feature, Layer};
use crate::locate::AreaIndex;
use crate::position::Position;
use crate::road::{Place, PlaceKind, PlaceRow, RoadRow};
use crate::search::Gazetteer;

sql! {
    AREAS: AreaRow = "WHERE id > 0 ORDER BY id LIMIT 200000";
    BOUNDARIES: BoundaryRow = "WHERE id > 0 ORDER BY id LIMIT 200000";
    ROADS: RoadRow = "WHERE id > 0 ORDER BY id LIMIT 20000";
    PLACES: PlaceRow = "WHERE id > 0 ORDER BY id LIMIT 20000";
}

/// The read-model of this room. Retired areas are known by their code; lists, layers and search show those in force.
pub struct Directory {
    areas: BTreeMap<i64, Area>,
    streets: Vec<i64>,
    communities: Vec<i64>,
    grids: Vec<i64>,
    index: AreaIndex,
    layers: Layers,
    gazetteer: Gazetteer,
}

struct Layers {
    district: Layer,
    street: Layer,
    community: Layer,
    grid: Layer,
    roads: Layer,
}

impl Snapshot for Directory {
    const NAME: &'static str = "areas";

    async fn load(r: Read) -> Result<Self, Error> {
        let (areas, boundaries) = (r.query(&AREAS, &[]).await?, r.query(&BOUNDARIES, &[]).await?);
        let (roads, places) = (r.query(&ROADS, &[]).await?, r.query(&PLACES, &[]).await?);
        Self::of(areas, boundaries, &roads, &places)
    }
}

impl Directory {
    fn of(
        areas: Vec<AreaRow>,
        boundaries: Vec<BoundaryRow>,
        roads: &[RoadRow],
        places: &[PlaceRow],
    ) -> Result<Self, Error> {
        let boundaries: BTreeMap<i64, BoundaryRow> =
            boundaries.into_iter().map(|row| (row.id, row)).collect();
        let mut known = BTreeMap::new();
        for row in areas {
            let label = boundaries.get(&row.id).map(|at| Position::new(at.label_lon, at.label_lat));
            let area = row.area(label.transpose().map_err(Error::internal)?)?;
            known.insert(area.code.value(), area);
        }
        let codes = |level| {
            known
                .values()
                .filter(move |area| area.level == level && area.valid_to.is_none())
                .map(|area| area.code.value())
        };
        let grids: Vec<i64> = codes(AreaLevel::Grid).collect();
        let (streets, communities) =
            (codes(AreaLevel::Street).collect(), codes(AreaLevel::Community).collect());
        let mut shapes = Vec::with_capacity(grids.len());
        for row in grids.iter().filter_map(|code| boundaries.get(code)) {
            let code = AreaCode::try_from(row.id).map_err(Error::internal)?;
            shapes.push((code, Boundary::stored(&row.geometry).map_err(Error::internal)?));
        }
        let index = AreaIndex::build(shapes.iter().map(|(code, boundary)| (*code, boundary)));
        let layers = Layers {
            district: layer(&known, &boundaries, AreaLevel::District),
            street: layer(&known, &boundaries, AreaLevel::Street),
            community: layer(&known, &boundaries, AreaLevel::Community),
            grid: layer(&known, &boundaries, AreaLevel::Grid),
            roads: road_layer(roads)?,
        };
        let mut directory = Self {
            areas: known,
            streets,
            communities,
            grids,
            index,
            layers,
            gazetteer: Gazetteer::default(),
        };
        directory.gazetteer = directory.gather(roads, places)?;
        Ok(directory)
    }

    /// Every name that a person may look for; roads and landmarks outside the grids have no area and are left out.
    fn gather(&self, roads: &[RoadRow], places: &[PlaceRow]) -> Result<Gazetteer, Error> {
        let mut all = Gazetteer::default();
        let named = places
            .iter()
            .map(|row| (PlaceKind::Landmark, row.lon, row.lat, &row.name_zh, &row.name_en, &row.initials))
            .chain(roads.iter().map(|row| {
                (PlaceKind::Road, row.label_lon, row.label_lat, &row.name_zh, &row.name_en, &row.initials)
            }));
        for (kind, lon, lat, zh, en, initials) in named {
            let point = Position::new(lon, lat).map_err(Error::internal)?;
            if let Some(area) = self.locate(point) {
                all.add(initials, Place { kind, name: Text::owned(zh, en), area, point });
            }
        }
        for area in self.areas.values().filter(|area| area.valid_to.is_none()) {
            let kind = match area.level {
                AreaLevel::District => continue,
                AreaLevel::Street => PlaceKind::Street,
                AreaLevel::Community => PlaceKind::Community,
                AreaLevel::Grid => PlaceKind::Grid,
            };
            if let Some(point) = area.label {
                let place = Place { kind, name: area.short_name.clone(), area: area.code, point };
                all.add(&area.initials, place);
            }
        }
        Ok(all)
    }

    /// The area with this code, retired or in force.
    pub fn area(&self, code: AreaCode) -> Option<&Area> {
        self.areas.get(&code.value())
    }

    /// Every area, retired ones included, in the order of the codes.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.areas.values()
    }

    /// What people call the area; its digits when it is not known.
    pub fn name(&self, code: i64) -> Text {
        match self.areas.get(&code) {
            Some(area) => area.short_name.clone(),
            None => Text::owned(code.to_string(), code.to_string()),
        }
    }

    /// The 9-digit codes of the streets and towns in force, ascending.
    pub fn streets(&self) -> &[i64] {
        &self.streets
    }

    /// The communities and villages in force, in the order of their codes.
    pub fn communities(&self) -> impl Iterator<Item = &Area> {
        self.communities.iter().filter_map(|code| self.areas.get(code))
    }

    /// The grids in force, in the order of their codes.
    pub fn grids(&self) -> impl Iterator<Item = &Area> {
        self.grids.iter().filter_map(|code| self.areas.get(code))
    }

    /// The parts of an area that are in force, one level down.
    pub fn children(&self, of: AreaCode) -> impl Iterator<Item = &Area> {
        let first = of.value() * 1000;
        self.areas.range(first..first + 1000).map(|(_, area)| area).filter(|area| area.valid_to.is_none())
    }

    /// From the district, or the largest area known, down to this one.
    pub fn path(&self, code: AreaCode) -> Vec<&Area> {
        let mut path: Vec<&Area> = std::iter::successors(Some(code), |code| code.parent())
            .filter_map(|code| self.area(code))
            .collect();
        path.reverse();
        path
    }

    /// The grid in force that the point belongs to.
    pub fn locate(&self, position: Position) -> Option<AreaCode> {
        self.index.locate(position)
    }

    /// Grids in force at most so many metres away with their distance, the nearest first.
    pub fn grids_within(&self, position: Position, metres: f64) -> Vec<(AreaCode, f64)> {
        self.index.within(position, metres)
    }

    /// Where the area's name stands on a map.
    pub fn label_point(&self, code: AreaCode) -> Option<Position> {
        self.area(code).and_then(|area| area.label)
    }

    /// Roads, landmarks and areas in force by name or initials, the best matches first.
    pub fn search(&self, words: &str) -> Vec<Place> {
        self.gazetteer.search(words)
    }

    /// The boundaries of all areas of a level in force, as GeoJSON.
    pub fn layer(&self, level: AreaLevel) -> &Layer {
        match level {
            AreaLevel::District => &self.layers.district,
            AreaLevel::Street => &self.layers.street,
            AreaLevel::Community => &self.layers.community,
            AreaLevel::Grid => &self.layers.grid,
        }
    }

    /// The named roads, as GeoJSON.
    pub fn roads(&self) -> &Layer {
        &self.layers.roads
    }

    /// The boundary of an area in force.
    pub fn boundary(&self, code: AreaCode) -> Option<Boundary> {
        let geometry = self.layer(code.level()).geometry(code)?;
        Boundary::stored(geometry).ok()
    }
}

fn layer(areas: &BTreeMap<i64, Area>, boundaries: &BTreeMap<i64, BoundaryRow>, level: AreaLevel) -> Layer {
    let in_force = areas.values().filter(|area| area.level == level && area.valid_to.is_none());
    Layer::of(in_force.filter_map(|area| {
        let row = boundaries.get(&area.code.value())?;
        Some(Feature {
            code: area.code.value(),
            level: level.as_str(),
            kind: area.kind.as_str(),
            name: &area.short_name,
            label: area.label,
            geometry: &row.geometry,
        })
    }))
}

fn road_layer(roads: &[RoadRow]) -> Result<Layer, Error> {
    let mut named = Vec::with_capacity(roads.len());
    for road in roads {
        let label = Position::new(road.label_lon, road.label_lat).map_err(Error::internal)?;
        named.push((road, Text::owned(&road.name_zh, &road.name_en), label));
    }
    Ok(Layer::of(named.iter().map(|(road, name, label)| Feature {
        code: road.id,
        level: "road",
        kind: &road.kind,
        name,
        label: Some(*label),
        geometry: &road.geometry,
    })))
}
