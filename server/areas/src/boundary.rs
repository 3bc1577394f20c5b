//! The boundary of an area: polygons with holes that are checked once, when they are made.

use geo::{Coord, InteriorPoint, LineString, MultiPolygon, Polygon};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::position::{Extent, Position, PositionError, metres_per_degree};
use crate::rings::{Edge, Place, dissolve, doubled_area, place, shape_edges, shape_rings};
use crate::validity::{closed_ring, refuse_crossings, refuse_misplaced_holes, refuse_overlapping_parts};

/// Most vertices of one boundary.
pub const MAX_VERTICES: usize = 20_000;

/// A valid area of the earth's surface: closed simple rings, holes inside, parts apart.
///
/// Outer rings run counter-clockwise and holes clockwise; vertices are kept exactly as they were given.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundary(MultiPolygon<f64>);

/// Why polygons are no boundary.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BoundaryError {
    /// A coordinate out of range.
    #[error("{0}")]
    Position(#[from] PositionError),
    /// No polygon, or a polygon without rings.
    #[error("the boundary has no ring")]
    Empty,
    /// Fewer than three different vertices, or no area.
    #[error("the ring at `{}, {}` encloses nothing", .0.lon(), .0.lat())]
    Flat(Position),
    /// First and last position differ.
    #[error("the ring that starts at `{}, {}` is not closed", .0.lon(), .0.lat())]
    Open(Position),
    /// Two edges cross, overlap, or a ring touches itself.
    #[error("the boundary crosses or touches itself near `{}, {}`", .0.lon(), .0.lat())]
    Crossing(Position),
    /// A hole reaches out of its polygon or lies in another hole.
    #[error("the hole at `{}, {}` is not inside its polygon", .0.lon(), .0.lat())]
    Hole(Position),
    /// Two polygons of one boundary overlap.
    #[error("two parts of the boundary overlap at `{}, {}`", .0.lon(), .0.lat())]
    Parts(Position),
    /// More than [`MAX_VERTICES`].
    #[error("the boundary has more than 20,000 vertices")]
    TooManyVertices,
    /// Not a polygon.
    #[error("a boundary is a Polygon or MultiPolygon, not a `{0}`")]
    NotPolygons(String),
}

impl BoundaryError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        let at = |position: &Position| format!("{}, {}", position.lon(), position.lat());
        match self {
            Self::Position(error) => error.zh(),
            Self::Empty => "边界没有任何环".into(),
            Self::Flat(position) => format!("“{}”处的环没有围成面积", at(position)),
            Self::Open(position) => format!("从“{}”开始的环没有闭合", at(position)),
            Self::Crossing(position) => format!("边界在“{}”附近自相交或自接触", at(position)),
            Self::Hole(position) => format!("“{}”处的洞不在所属多边形内", at(position)),
            Self::Parts(position) => format!("边界的两个部分在“{}”处重叠", at(position)),
            Self::TooManyVertices => "边界的顶点超过 20,000 个".into(),
            Self::NotPolygons(kind) => format!("边界应为 Polygon 或 MultiPolygon，而不是 {kind}"),
        }
    }
}

impl Boundary {
    /// Checks polygons given as rings of positions, the first ring of each being the outer one.
    ///
    /// Repeated consecutive positions are dropped and rings turned the right way round; all else is refused.
    pub fn new(parts: &[Vec<Vec<Position>>]) -> Result<Self, BoundaryError> {
        if parts.iter().flatten().map(Vec::len).sum::<usize>() > MAX_VERTICES {
            return Err(BoundaryError::TooManyVertices);
        }
        let checked = Self::trusted(parts)?;
        refuse_crossings(&checked.0)?;
        refuse_misplaced_holes(&checked.0)?;
        refuse_overlapping_parts(&checked.0)?;
        Ok(checked)
    }

    /// Takes rings that were checked when they were stored.
    pub(crate) fn trusted(parts: &[Vec<Vec<Position>>]) -> Result<Self, BoundaryError> {
        let mut polygons = Vec::with_capacity(parts.len());
        for rings in parts {
            let (outer, holes) = rings.split_first().ok_or(BoundaryError::Empty)?;
            let outer = closed_ring(outer, true)?;
            let holes: Result<Vec<_>, _> = holes.iter().map(|hole| closed_ring(hole, false)).collect();
            polygons.push(Polygon::new(outer, holes?));
        }
        if polygons.is_empty() {
            return Err(BoundaryError::Empty);
        }
        Ok(Self(MultiPolygon(polygons)))
    }

    /// Takes polygons that were derived from checked boundaries and may have come out invalid.
    pub(crate) fn of(shape: &MultiPolygon<f64>) -> Result<Self, BoundaryError> {
        let parts: Vec<Vec<Vec<Position>>> = shape
            .0
            .iter()
            .map(|part| {
                std::iter::once(part.exterior())
                    .chain(part.interiors())
                    .map(|ring| ring.0.iter().copied().map(Position::of).collect())
                    .collect()
            })
            .collect();
        Self::new(&parts)
    }

    pub(crate) fn shape(&self) -> &MultiPolygon<f64> {
        &self.0
    }

    /// Rings of each part, the outer one first, each closed.
    pub fn parts(&self) -> Vec<Vec<Vec<Position>>> {
        let ring = |ring: &LineString<f64>| ring.0.iter().copied().map(Position::of).collect();
        self.0
            .0
            .iter()
            .map(|part| {
                std::iter::once(ring(part.exterior())).chain(part.interiors().iter().map(ring)).collect()
            })
            .collect()
    }

    /// How many vertices the rings have, closing ones included.
    pub fn vertex_count(&self) -> usize {
        shape_rings(&self.0).map(|ring| ring.0.len()).sum()
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(&self, position: Position) -> bool {
        place(shape_edges(&self.0), position.coord()) != Place::Outside
    }

    /// Distance to the boundary's inside in metres: 0 for a point that lies in it.
    pub fn distance_metres(&self, position: Position) -> f64 {
        if self.contains(position) {
            return 0.0;
        }
        shape_edges(&self.0).map(|edge| edge_distance_metres(edge, position)).fold(f64::INFINITY, f64::min)
    }

    /// The smallest box around it.
    pub fn extent(&self) -> Extent {
        let mut extent = Extent {
            west: f64::INFINITY,
            south: f64::INFINITY,
            east: f64::NEG_INFINITY,
            north: f64::NEG_INFINITY,
        };
        for vertex in shape_rings(&self.0).flat_map(|ring| &ring.0) {
            extent.west = extent.west.min(vertex.x);
            extent.south = extent.south.min(vertex.y);
            extent.east = extent.east.max(vertex.x);
            extent.north = extent.north.max(vertex.y);
        }
        extent
    }

    /// Area in square metres, right to 0.1 % for an area up to the size of a city.
    pub fn area_square_metres(&self) -> f64 {
        let extent = self.extent();
        let (east, north) = metres_per_degree((extent.south + extent.north) / 2.0);
        self.area_square_degrees() * east * north
    }

    /// Area on the plane of degrees: additive to the last digits, and so the measure of splits and merges.
    pub fn area_square_degrees(&self) -> f64 {
        shape_rings(&self.0).map(|ring| doubled_area(&ring.0)).sum::<f64>() / 2.0
    }

    /// One boundary around areas that share whole edges and overlap nowhere.
    ///
    /// # Errors
    /// [`BoundaryError`] when the areas overlap after all, so that no valid boundary comes out.
    pub fn around<'a>(areas: impl IntoIterator<Item = &'a Self>) -> Result<Self, BoundaryError> {
        Self::of(&dissolve(areas.into_iter().map(Self::shape)))
    }

    /// A point inside, away from the edges where the shape allows it: the place of a label.
    pub fn label_point(&self) -> Position {
        let extent = self.extent();
        let middle = Coord { x: (extent.west + extent.east) / 2.0, y: (extent.south + extent.north) / 2.0 };
        Position::of(self.0.interior_point().map_or(middle, |point| point.0))
    }
}

/// Distance from the point to the nearest point of the edge, in metres.
pub(crate) fn edge_distance_metres(edge: Edge, position: Position) -> f64 {
    let (east, north) = metres_per_degree(position.lat());
    let here = position.coord();
    let flat = |coord: Coord<f64>| Coord { x: (coord.x - here.x) * east, y: (coord.y - here.y) * north };
    let (a, b) = (flat(edge.0), flat(edge.1));
    let along = b - a;
    let length_squared = along.x * along.x + along.y * along.y;
    let share = if length_squared > 0.0 { -(a.x * along.x + a.y * along.y) / length_squared } else { 0.0 };
    let nearest = a + along * share.clamp(0.0, 1.0);
    nearest.x.hypot(nearest.y)
}

impl Serialize for Boundary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_geometry().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Boundary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_geometry(&geojson::Geometry::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Vec<Position> {
        points.iter().map(|(x, y)| Position::new(109.0 + x / 100.0, 24.0 + y / 100.0).unwrap()).collect()
    }

    fn square(x: f64, y: f64, size: f64) -> Vec<Position> {
        ring(&[(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)])
    }

    fn refused(parts: &[Vec<Vec<Position>>]) -> BoundaryError {
        Boundary::new(parts).unwrap_err()
    }

    #[test]
    fn a_ring_may_come_either_way_round() {
        let mut backwards = square(0.0, 0.0, 1.0);
        backwards.reverse();
        let boundary = Boundary::new(&[vec![square(0.0, 0.0, 1.0)]]).unwrap();
        let turned = Boundary::new(&[vec![backwards]]).unwrap();
        assert!(boundary.area_square_degrees() > 0.0);
        assert!((boundary.area_square_degrees() - turned.area_square_degrees()).abs() < 1e-18);
    }

    #[test]
    fn an_open_or_flat_ring_is_refused() {
        let mut open = square(0.0, 0.0, 1.0);
        open.pop();
        assert!(matches!(refused(&[vec![open]]), BoundaryError::Open(_)));
        let spike = ring(&[(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)]);
        assert!(matches!(refused(&[vec![spike]]), BoundaryError::Flat(_)));
        assert_eq!(refused(&[]), BoundaryError::Empty);
        assert_eq!(refused(&[vec![]]), BoundaryError::Empty);
        assert_eq!(refused(&[vec![vec![]]]), BoundaryError::Empty);
    }

    #[test]
    fn a_ring_that_crosses_touches_or_doubles_back_is_refused() {
        let bow_tie = ring(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 1.0), (0.0, 0.0)]);
        let pinched =
            ring(&[(0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0), (1.0, 1.0), (0.0, 0.0)]);
        let on_edge = ring(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 0.0), (0.0, 2.0), (0.0, 0.0)]);
        let spike =
            ring(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (2.0, 3.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]);
        for bad in [bow_tie, pinched, on_edge, spike] {
            assert!(matches!(refused(&[vec![bad]]), BoundaryError::Crossing(_)));
        }
    }

    #[test]
    fn holes_lie_inside_and_apart() {
        let outer = square(0.0, 0.0, 10.0);
        let with = |holes: &[Vec<Position>]| {
            let mut rings = vec![outer.clone()];
            rings.extend_from_slice(holes);
            Boundary::new(&[rings])
        };
        let boundary = with(&[square(1.0, 1.0, 2.0), square(5.0, 5.0, 2.0)]).unwrap();
        let whole = with(&[]).unwrap();
        assert!((boundary.area_square_degrees() / whole.area_square_degrees() - 0.92).abs() < 1e-9);
        assert!(!boundary.contains(ring(&[(2.0, 2.0)])[0]));
        assert!(boundary.contains(ring(&[(3.0, 2.0)])[0]), "the edge of a hole belongs to the area");
        assert!(matches!(with(&[square(20.0, 1.0, 2.0)]), Err(BoundaryError::Hole(_))));
        assert!(matches!(with(&[square(9.0, 1.0, 2.0)]), Err(BoundaryError::Crossing(_))));
        assert!(matches!(with(&[square(1.0, 1.0, 4.0), square(2.0, 2.0, 1.0)]), Err(BoundaryError::Hole(_))));
    }

    #[test]
    fn parts_may_be_islands_but_not_overlap() {
        let boundary = Boundary::new(&[vec![square(0.0, 0.0, 1.0)], vec![square(3.0, 0.0, 1.0)]]).unwrap();
        assert!(boundary.contains(ring(&[(3.5, 0.5)])[0]) && !boundary.contains(ring(&[(2.0, 0.5)])[0]));
        let nested = [vec![square(0.0, 0.0, 4.0)], vec![square(1.0, 1.0, 1.0)]];
        assert!(matches!(refused(&nested), BoundaryError::Parts(_)));
        let island = [vec![square(0.0, 0.0, 4.0), square(1.0, 1.0, 2.0)], vec![square(1.5, 1.5, 1.0)]];
        assert!(Boundary::new(&island).is_ok(), "an island in a hole is apart");
    }

    #[test]
    fn measures_are_in_metres() {
        // 0.01° by 0.01° near 24° N: about 1,017 m by 1,108 m.
        let boundary = Boundary::new(&[vec![square(0.0, 0.0, 1.0)]]).unwrap();
        assert!((boundary.area_square_metres() / (1_017.0 * 1_107.8) - 1.0).abs() < 1e-3);
        let east = ring(&[(2.0, 0.5)])[0];
        assert!((boundary.distance_metres(east) - 1_017.3).abs() < 2.0);
        assert_eq!(boundary.distance_metres(boundary.label_point()), 0.0);
    }

    #[test]
    fn size_is_limited() {
        let many = vec![ring(&[(0.0, 0.0)])[0]; MAX_VERTICES + 1];
        assert_eq!(refused(&[vec![many]]), BoundaryError::TooManyVertices);
    }
}
