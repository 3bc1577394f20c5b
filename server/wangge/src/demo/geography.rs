//! The demo's map: gap-free boundaries, small grids, named roads and landmarks for the real streets and communities.
//!
//! It is drawn from a seed and is the same each time. No line of it is a survey of anything.

mod borders;
mod district;
mod divide;
mod grow;
mod lines;
mod load;
mod mesh;
mod names;
mod plane;

use areas::{
    AreaBoundary, AreaCode, AreaKind, Boundary, BoundaryError, Division, NewGrid, NewPlace, NewRoad,
    Position, romanise, short,
};
use platform::Text;

use borders::{Borders, Cells};
use district::ROADS;
use divide::{Divided, divide};
use names::{EMPLOYERS, LANDMARKS};
use plane::{Dice, Point, to_degrees};

pub use load::fill;
pub use names::ESTATES;

/// Everything that the demo draws.
#[derive(Clone, Debug)]
pub struct Geography {
    /// For each community its grids, in the order of their numbers.
    pub grids: Vec<(AreaCode, Vec<NewGrid>)>,
    /// The district, its streets, its communities and their grids.
    pub boundaries: Vec<AreaBoundary>,
    pub roads: Vec<NewRoad>,
    pub places: Vec<NewPlace>,
}

/// Draws the map for these divisions; rows that are no communities are passed over.
///
/// # Errors
/// [`BoundaryError`] when an area comes out invalid: a mistake in the drawing.
pub fn geography(seed: u64, divisions: &[Division]) -> Result<Geography, BoundaryError> {
    let mut communities: Vec<&Division> =
        divisions.iter().filter(|row| row.code.level() == areas::AreaLevel::Community).collect();
    communities.sort_by_key(|row| row.code);
    let codes: Vec<i64> = communities.iter().map(|row| row.code.value()).collect();
    let division = divide(&codes, Dice(seed));
    let boundaries = draw(&division)?;
    let named = communities.iter().zip(&division.communities);
    let grids = named.map(|(row, divided)| (row.code, name_grids(row, divided.grids.len()))).collect();
    let places = place_landmarks(&division.communities, &boundaries);
    Ok(Geography { grids, boundaries, roads: roads()?, places })
}

/// An area with its cells.
struct Drawn<'a> {
    code: i64,
    cells: Vec<usize>,
    owner: &'a [usize],
    by: usize,
}

impl Drawn<'_> {
    fn cells(&self) -> Cells<'_> {
        Cells { cells: &self.cells, owner: self.owner, by: self.by }
    }
}

/// The boundaries of all levels, checked; where straightening crossed two borders, they are left unstraightened.
fn draw(division: &divide::Division) -> Result<Vec<AreaBoundary>, BoundaryError> {
    let all = areas_of(division);
    let mut borders = division.borders();
    let drawn: Vec<Result<Boundary, BoundaryError>> =
        all.iter().map(|area| boundary(&borders, area)).collect();
    let crossed: Vec<&Drawn<'_>> =
        all.iter().zip(&drawn).filter(|(_, drawn)| drawn.is_err()).map(|(area, _)| area).collect();
    crossed.iter().for_each(|area| borders.roughen(area.cells()));
    let is_final = crossed.is_empty();
    let boundaries = (1..).zip(all.iter().zip(drawn)).map(|(feature, (area, drawn))| {
        let code =
            AreaCode::try_from(area.code).map_err(|error| BoundaryError::NotPolygons(error.to_string()))?;
        // What is roughened changes its neighbours too.
        let boundary = if is_final { drawn? } else { boundary(&borders, area)? };
        Ok(AreaBoundary { feature, code, name: None, boundary })
    });
    boundaries.collect()
}

fn areas_of(division: &divide::Division) -> Vec<Drawn<'_>> {
    let (owners, communities) = (&division.owners, &division.communities);
    let by = |code: i64| usize::try_from(code).unwrap_or(grow::NOBODY);
    let all: Vec<usize> = (0..division.mesh.cells.len()).collect();
    let mut areas = Vec::new();
    if let Some(first) = communities.first() {
        areas.push(Drawn { code: first.code / 1_000_000, cells: all, owner: &division.whole, by: 0 });
    }
    for street in communities.chunk_by(|a, b| a.code / 1000 == b.code / 1000) {
        let Some(code) = street.first().map(|first| first.code / 1000) else { continue };
        let cells = street.iter().flat_map(|community| community.grids.concat()).collect();
        areas.push(Drawn { code, cells, owner: &owners.street, by: by(code) });
    }
    let mut grids = Vec::new();
    let mut number = 0;
    for Divided { code, grids: parts } in communities {
        areas.push(Drawn { code: *code, cells: parts.concat(), owner: &owners.community, by: by(*code) });
        for (sequence, cells) in (1..).zip(parts) {
            grids.push(Drawn {
                code: code * 1000 + sequence,
                cells: cells.clone(),
                owner: &owners.grid,
                by: number,
            });
            number += 1;
        }
    }
    areas.extend(grids);
    areas
}

fn boundary(borders: &Borders<'_>, area: &Drawn<'_>) -> Result<Boundary, BoundaryError> {
    let mut rings = Vec::new();
    for ring in borders.rings(area.cells()) {
        rings.push(ring.into_iter().map(position).collect::<Result<Vec<Position>, _>>()?);
    }
    // An area in one piece has one outer ring, which reaches farthest west; the others are holes.
    let west = |ring: &Vec<Position>| ring.iter().map(|at| at.lon()).fold(f64::INFINITY, f64::min);
    rings.sort_by(|a, b| west(a).total_cmp(&west(b)));
    Boundary::new(&[rings])
}

fn position(point: Point) -> Result<Position, BoundaryError> {
    let [lon, lat] = to_degrees(point);
    Ok(Position::new(lon, lat)?)
}

fn name_grids(community: &Division, count: usize) -> Vec<NewGrid> {
    let code = community.code.value();
    let name = short(&community.name);
    let (stem, english) = (stem(&name), romanise(&community.name).replace(" Community", ""));
    let of = |list: &[(i64, &'static str, &'static str)]| list.iter().find(|(at, ..)| *at == code).copied();
    let (estate, employer) =
        (of(ESTATES).map(|one| (count / 2, one)), of(EMPLOYERS).map(|one| (count / 3, one)));
    let grid = |index: usize| {
        let standard = |zh: String, en: String| (Text::owned(zh, en), AreaKind::Standard);
        let (name, kind) = match (estate, employer) {
            (Some((at, (_, zh, en))), _) if at == index => {
                standard(format!("{zh}网格"), format!("{en} Grid"))
            }
            (_, Some((at, (_, zh, en)))) if at == index => {
                (Text::owned(format!("{zh}专属网格"), format!("{en} Grid")), AreaKind::Employer)
            }
            _ => standard(format!("{stem}第{}网格", index + 1), format!("{english} Grid {}", index + 1)),
        };
        NewGrid { name, kind, boundary: None }
    };
    (0..count).map(grid).collect()
}

/// 航北社区 has grids called 航北第3网格; a village keeps its 村, since a community may bear the same name.
fn stem(name: &str) -> &str {
    let endings = ["社区", "居委会", "生活区"];
    endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name)
}

fn roads() -> Result<Vec<NewRoad>, BoundaryError> {
    let roads = ROADS.iter().map(|road| {
        let line: Result<Vec<Position>, _> = road.line().into_iter().map(position).collect();
        Ok(NewRoad { name: Text::new(road.zh, road.en), is_main: road.is_main, line: line? })
    });
    roads.collect()
}

/// Each landmark stands in the middle of a grid of its community, no two in the same.
fn place_landmarks(communities: &[Divided], boundaries: &[AreaBoundary]) -> Vec<NewPlace> {
    let mut places = Vec::new();
    for Divided { code, grids } in communities {
        let here = LANDMARKS.iter().filter(|(at, ..)| at == code);
        for (nth, (_, zh, en)) in here.enumerate() {
            let grid = code * 1000 + i64::try_from((grids.len() / 2 + nth) % grids.len() + 1).unwrap_or(1);
            let found = boundaries.iter().find(|row| row.code.value() == grid);
            places.extend(
                found.map(|row| NewPlace { name: Text::new(zh, en), point: row.boundary.label_point() }),
            );
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use areas::Divisions;

    use std::sync::OnceLock;

    fn real() -> Vec<Division> {
        Divisions::read(include_bytes!("../../../../data/divisions/liunan_divisions.csv")).unwrap().rows
    }

    fn map() -> &'static Geography {
        static MAP: OnceLock<Geography> = OnceLock::new();
        MAP.get_or_init(|| geography(7, &real()).unwrap())
    }

    #[test]
    fn the_map_fills_the_district_without_gaps() {
        let map = map();
        let area = |wanted: areas::AreaLevel| {
            let of = map.boundaries.iter().filter(|row| row.code.level() == wanted);
            of.map(|row| row.boundary.area_square_degrees()).sum::<f64>()
        };
        let whole = area(areas::AreaLevel::District);
        for level in [areas::AreaLevel::Street, areas::AreaLevel::Community, areas::AreaLevel::Grid] {
            assert!((area(level) / whole - 1.0).abs() < 1e-9, "{level:?}");
        }
    }

    #[test]
    fn every_community_has_its_numbered_and_named_grids() {
        let map = map();
        let count: usize = map.grids.iter().map(|(_, grids)| grids.len()).sum();
        assert_eq!((map.grids.len(), count), (98, divide::GRIDS));
        assert_eq!(map.boundaries.len(), 1 + 11 + 98 + count);
        let employers =
            map.grids.iter().flat_map(|(_, grids)| grids).filter(|grid| grid.kind == AreaKind::Employer);
        assert_eq!(employers.count(), EMPLOYERS.len());
        assert_eq!(map.places.len(), LANDMARKS.len());
        let named = |zh: &str| map.grids.iter().any(|(_, grids)| grids.iter().any(|grid| grid.name.zh == zh));
        assert!(named("在水一方网格") && named("航北第3网格") && named("基隆村第1网格"));
    }

    #[test]
    fn the_same_seed_draws_the_same_map() {
        let codes: Vec<i64> = real().iter().map(|row| row.code.value()).collect();
        let drawn = |seed| divide(&codes, Dice(seed)).owners.grid;
        let one = drawn(7);
        assert!(one == drawn(7) && one != drawn(8));
    }
}
