//! The checks that make polygons a boundary.

use geo::{Coord, LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::boundary::BoundaryError;
use crate::position::Position;
use crate::rings::{Edge, Place, doubled_area, edges, is_on, key, place, shape_rings, side};

/// A ring of coordinates the right way round, without repeated consecutive ones.
pub fn closed_ring(
    positions: &[Position],
    counter_clockwise: bool,
) -> Result<LineString<f64>, BoundaryError> {
    let (Some(first), Some(last)) = (positions.first(), positions.last()) else {
        return Err(BoundaryError::Empty);
    };
    if first != last {
        return Err(BoundaryError::Open(*first));
    }
    let mut ring: Vec<Coord<f64>> = positions.iter().map(|position| position.coord()).collect();
    ring.dedup();
    let area = doubled_area(&ring);
    if ring.len() < 4 || area == 0.0 {
        return Err(BoundaryError::Flat(*first));
    }
    if (area > 0.0) != counter_clockwise {
        ring.reverse();
    }
    Ok(LineString(ring))
}

/// An edge, the ring that it belongs to, and its index in that ring.
type Indexed = GeomWithData<Rectangle<[f64; 2]>, (Edge, usize, usize)>;

/// Refuses edges that cross or overlap, and rings that touch themselves.
pub fn refuse_crossings(shape: &MultiPolygon<f64>) -> Result<(), BoundaryError> {
    let mut all: Vec<Indexed> = Vec::new();
    let mut lengths = Vec::new();
    for (ring_index, ring) in shape_rings(shape).enumerate() {
        lengths.push(ring.0.len() - 1);
        all.extend(edges(&ring.0).enumerate().map(|(index, (a, b))| {
            let corners = Rectangle::from_corners([a.x, a.y], [b.x, b.y]);
            Indexed::new(corners, ((a, b), ring_index, index))
        }));
    }
    let tree = RTree::bulk_load(all);
    for indexed in tree.iter() {
        let (edge, ring, index) = indexed.data;
        let reach = AABB::from_corners([edge.0.x, edge.0.y], [edge.1.x, edge.1.y]);
        for other in tree.locate_in_envelope_intersecting(reach) {
            let (other_edge, other_ring, other_index) = other.data;
            if (other_ring, other_index) <= (ring, index) {
                continue;
            }
            let length = lengths.get(ring).copied().unwrap_or(0);
            let gap = other_index - index.min(other_index);
            let adjacent = ring == other_ring && (gap == 1 || gap + 1 == length);
            if let Some(at) = conflict(edge, other_edge, ring == other_ring && !adjacent) {
                return Err(BoundaryError::Crossing(Position::of(at)));
            }
        }
    }
    Ok(())
}

/// Where two edges cross or overlap; a mere touch counts only when `touch_counts`.
fn conflict(first: Edge, second: Edge, touch_counts: bool) -> Option<Coord<f64>> {
    let ((a, b), (c, d)) = (first, second);
    let sides = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b));
    if sides.0 * sides.1 < 0 && sides.2 * sides.3 < 0 {
        return Some(c);
    }
    let touches: Vec<Coord<f64>> = [(first, c), (first, d), (second, a), (second, b)]
        .into_iter()
        .filter(|(edge, point)| is_on(*edge, *point))
        .map(|(_, point)| point)
        .collect();
    let touch = touches.first().copied()?;
    let overlap = sides.0 == 0 && sides.1 == 0 && touches.iter().any(|point| key(*point) != key(touch));
    (overlap || touch_counts).then_some(touch)
}

/// Refuses holes that are not inside their polygon or lie in one another.
pub fn refuse_misplaced_holes(shape: &MultiPolygon<f64>) -> Result<(), BoundaryError> {
    for part in &shape.0 {
        for (index, hole) in part.interiors().iter().enumerate() {
            if let Some(at) = point_placed(hole, part.exterior(), Place::Outside) {
                return Err(BoundaryError::Hole(at));
            }
            for (other_index, other) in part.interiors().iter().enumerate() {
                if index != other_index
                    && let Some(at) = point_placed(hole, other, Place::Inside)
                {
                    return Err(BoundaryError::Hole(at));
                }
            }
        }
    }
    Ok(())
}

/// Refuses polygons of one boundary that overlap; crossing edges are refused before.
pub fn refuse_overlapping_parts(shape: &MultiPolygon<f64>) -> Result<(), BoundaryError> {
    for (index, part) in shape.0.iter().enumerate() {
        for (other_index, other) in shape.0.iter().enumerate() {
            let other_edges =
                || edges(&other.exterior().0).chain(other.interiors().iter().flat_map(|hole| edges(&hole.0)));
            let inside = points(part.exterior()).find(|point| place(other_edges(), *point) == Place::Inside);
            if index != other_index
                && let Some(at) = inside
            {
                return Err(BoundaryError::Parts(Position::of(at)));
            }
        }
    }
    Ok(())
}

/// The first vertex or middle of an edge of `ring` that lies so with respect to `other`.
fn point_placed(ring: &LineString<f64>, other: &LineString<f64>, wanted: Place) -> Option<Position> {
    points(ring).find(|point| place(edges(&other.0), *point) == wanted).map(Position::of)
}

fn points(ring: &LineString<f64>) -> impl Iterator<Item = Coord<f64>> + '_ {
    edges(&ring.0).flat_map(|(a, b)| [a, (a + b) / 2.0])
}
