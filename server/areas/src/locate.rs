//! From a point to its area: envelopes in a tree, then an exact count of crossings.

use platform::area_code::AreaCode;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::boundary::{Boundary, edge_distance_metres};
use crate::position::{Extent, Position};
use crate::rings::{Edge, crosses, shape_edges};

/// A point that misses every area by at most this much belongs to the nearest one, in metres.
///
/// Boundaries written with six decimals leave seams of about a decimetre where a vertex of one neighbour
/// lies on an edge of the other.
pub const SEAM_METRES: f64 = 0.2;

const MAX_BANDS: usize = 256;
const EDGES_PER_BAND: usize = 4;

/// Areas of one level, ready to be asked which of them a point belongs to.
pub struct AreaIndex {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    areas: Vec<Banded>,
}

/// The edges of one area, sorted into bands of latitude so that a look-up reads only a few of them.
struct Banded {
    code: AreaCode,
    extent: Extent,
    bands: Vec<Vec<Edge>>,
}

impl AreaIndex {
    /// Takes the areas that are valid at the time in question, normally all grids of a district.
    pub fn build<'a>(areas: impl IntoIterator<Item = (AreaCode, &'a Boundary)>) -> Self {
        let mut areas: Vec<Banded> =
            areas.into_iter().map(|(code, boundary)| Banded::new(code, boundary)).collect();
        // The order of the rows is the order of the codes: the lowest index wins every tie.
        areas.sort_by_key(|area| area.code);
        let envelope = |(index, area): (usize, &Banded)| {
            let Extent { west, south, east, north } = area.extent;
            GeomWithData::new(Rectangle::from_corners([west, south], [east, north]), index)
        };
        Self { tree: RTree::bulk_load(areas.iter().enumerate().map(envelope).collect()), areas }
    }

    /// How many areas it holds.
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// The area that the point belongs to.
    ///
    /// A point on a shared border belongs to exactly one of the neighbours; where areas overlap, to the lowest
    /// code; in a seam of at most [`SEAM_METRES`], to the nearest area. Elsewhere outside: none.
    pub fn locate(&self, position: Position) -> Option<AreaCode> {
        let inside = self
            .tree
            .locate_all_at_point([position.lon(), position.lat()])
            .filter(|entry| self.areas.get(entry.data).is_some_and(|area| area.claims(position)))
            .map(|entry| entry.data)
            .min();
        match inside {
            Some(index) => self.areas.get(index).map(|area| area.code),
            None => self.within(position, SEAM_METRES).first().map(|(code, _)| *code),
        }
    }

    /// Areas at most so many metres away with their distance, the nearest first; 0 for those that hold it.
    pub fn within(&self, position: Position, metres: f64) -> Vec<(AreaCode, f64)> {
        let Extent { west, south, east, north } = position.around(metres);
        let reach = AABB::from_corners([west, south], [east, north]);
        let mut found: Vec<(AreaCode, f64)> = self
            .tree
            .locate_in_envelope_intersecting(reach)
            .filter_map(|entry| self.areas.get(entry.data))
            .filter_map(|area| {
                area.distance_within(position, metres, south, north).map(|far| (area.code, far))
            })
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }
}

impl Banded {
    fn new(code: AreaCode, boundary: &Boundary) -> Self {
        let edges: Vec<Edge> = shape_edges(boundary.shape()).collect();
        let count = (edges.len() / EDGES_PER_BAND).clamp(1, MAX_BANDS);
        let mut area = Self { code, extent: boundary.extent(), bands: vec![Vec::new(); count] };
        for edge in edges {
            let (south, north) = (edge.0.y.min(edge.1.y), edge.0.y.max(edge.1.y));
            for band in area.band(south)..=area.band(north) {
                if let Some(band) = area.bands.get_mut(band) {
                    band.push(edge);
                }
            }
        }
        area
    }

    /// The band of a latitude; those outside the extent fall into the first or last.
    fn band(&self, lat: f64) -> usize {
        let share = (lat - self.extent.south) / (self.extent.north - self.extent.south);
        let last = self.bands.len() - 1;
        ((share * self.bands.len() as f64).max(0.0) as usize).min(last)
    }

    fn claims(&self, position: Position) -> bool {
        let edges = self.bands.get(self.band(position.lat()));
        edges.is_some_and(|edges| {
            edges.iter().filter(|edge| crosses(**edge, position.coord())).count() % 2 == 1
        })
    }

    fn distance_within(&self, position: Position, metres: f64, south: f64, north: f64) -> Option<f64> {
        if self.extent.contains(position) && self.claims(position) {
            return Some(0.0);
        }
        self.bands
            .get(self.band(south)..=self.band(north))
            .into_iter()
            .flatten()
            .flatten()
            .map(|edge| edge_distance_metres(*edge, position))
            .filter(|far| *far <= metres)
            .min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(x: f64, y: f64) -> Position {
        Position::new(109.0 + x / 100.0, 24.0 + y / 100.0).unwrap()
    }

    fn area(points: &[(f64, f64)]) -> Boundary {
        let mut ring: Vec<Position> = points.iter().map(|(x, y)| at(*x, *y)).collect();
        ring.push(ring[0]);
        Boundary::new(&[vec![ring]]).unwrap()
    }

    fn code(sequence: i64) -> AreaCode {
        AreaCode::try_from(450_204_006_003_000 + sequence).unwrap()
    }

    /// Nine squares of a chess board, the middle row shifted, so that vertices of one lie on edges of others.
    fn board() -> Vec<(AreaCode, Boundary)> {
        (0..9)
            .map(|index| {
                let (x, y) = (f64::from(index % 3), f64::from(index / 3));
                let x = if index / 3 == 1 { x + 0.3 } else { x };
                (code(i64::from(index) + 1), area(&[(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0)]))
            })
            .collect()
    }

    fn index(areas: &[(AreaCode, Boundary)]) -> AreaIndex {
        AreaIndex::build(areas.iter().map(|(code, boundary)| (*code, boundary)))
    }

    #[test]
    fn a_point_belongs_to_the_area_around_it() {
        let index = index(&board());
        assert_eq!(index.len(), 9);
        assert_eq!(index.locate(at(0.5, 0.5)), Some(code(1)));
        assert_eq!(index.locate(at(1.2, 1.5)), Some(code(4)));
        assert_eq!(index.locate(at(0.1, 1.5)), None, "left of the shifted row");
        assert_eq!(index.locate(at(30.0, 0.5)), None);
    }

    #[test]
    fn corners_and_outer_edges_belong_to_one_area() {
        let areas = board();
        let index = index(&areas);
        for (_, boundary) in &areas {
            for vertex in boundary.parts().concat().concat() {
                assert!(index.locate(vertex).is_some(), "{vertex:?}");
            }
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        let mut areas = board();
        areas.push((code(20), area(&[(0.5, 0.5), (2.0, 0.5), (2.0, 2.5), (0.5, 2.5)])));
        let forward = index(&areas);
        areas.reverse();
        let backward = index(&areas);
        for (x, y) in [(0.7, 0.7), (0.5, 0.5), (1.0, 1.0), (1.3, 1.0), (2.0, 2.0), (3.0, 3.0)] {
            assert_eq!(forward.locate(at(x, y)), backward.locate(at(x, y)));
        }
        assert_eq!(forward.locate(at(0.7, 0.7)), Some(code(1)), "where areas overlap the lowest code wins");
    }

    #[test]
    fn a_seam_belongs_to_the_nearest_area() {
        let left = area(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]);
        // About 15 cm of nothing between the two.
        let right = area(&[(1.00015, 0.0), (2.0, 0.0), (2.0, 1.0), (1.00015, 1.0)]);
        let index = index(&[(code(1), left), (code(2), right)]);
        assert_eq!(index.locate(at(1.00004, 0.5)), Some(code(1)));
        assert_eq!(index.locate(at(1.00011, 0.5)), Some(code(2)));
        assert_eq!(index.locate(at(-0.0004, 0.5)), None);
    }

    #[test]
    fn areas_within_reach_come_nearest_first() {
        let index = index(&board());
        let found = index.within(at(0.9, 0.5), 150.0);
        let codes: Vec<AreaCode> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [code(1), code(2)]);
        assert_eq!(found[0].1, 0.0);
        // A thousandth of a degree of longitude at 24° N.
        assert!((found[1].1 - 101.7).abs() < 1.0, "{}", found[1].1);
    }

    #[test]
    #[ignore = "a measurement, run by hand: 4 µs each without optimisation"]
    fn a_point_is_located_within_fifty_microseconds() {
        // A thousand areas of a district's size, with sixty vertices each.
        let wavy = |x: f64, y: f64| {
            let side = |share: f64| share + 0.02 * (share * 40.0).sin();
            let ring: Vec<(f64, f64)> = (0..60)
                .map(|step| {
                    let along = f64::from(step % 15) / 15.0;
                    match step / 15 {
                        0 => (x + along, y + side(along) - along),
                        1 => (x + 1.0 + side(along) - along, y + along),
                        2 => (x + 1.0 - along, y + 1.0 + side(1.0 - along) - (1.0 - along)),
                        _ => (x + side(1.0 - along) - (1.0 - along), y + 1.0 - along),
                    }
                })
                .collect();
            area(&ring)
        };
        let areas: Vec<(AreaCode, Boundary)> = (0..961)
            .map(|nth| (code(i64::from(nth) + 1), wavy(f64::from(nth % 31), f64::from(nth / 31))))
            .collect();
        let index = index(&areas);
        let watch = platform::Stopwatch::start();
        let found = (0..100_000)
            .filter(|nth| {
                index.locate(at(f64::from(nth % 317) * 0.0979, f64::from(nth / 317) * 0.0983)).is_some()
            })
            .count();
        let each = watch.elapsed() / 100_000;
        println!("{each:?} each, {found} found");
        assert!(each < std::time::Duration::from_micros(50), "{each:?}");
    }

    proptest! {
        #[test]
        fn the_bands_agree_with_the_plain_answer(x in -0.2..3.5f64, y in -0.2..3.2f64) {
            let areas = board();
            let position = at(x, y);
            let holding: Vec<AreaCode> = areas
                .iter()
                .filter(|(_, boundary)| boundary.contains(position))
                .map(|(code, _)| *code)
                .collect();
            match index(&areas).locate(position) {
                Some(found) => prop_assert!(
                    holding.contains(&found) || index(&areas).within(position, SEAM_METRES)[0].0 == found
                ),
                None => prop_assert!(holding.is_empty()),
            }
        }
    }
}
