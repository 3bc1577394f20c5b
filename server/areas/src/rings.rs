//! Closed rings of exact vertices: orientation, containment, and the faces that directed edges enclose.
//!
//! Signs are computed exactly, so that two areas that share an edge never both claim or both refuse a point.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, LineString, MultiPolygon, Polygon};

/// A vertex that can be looked up; equal coordinates have equal keys.
pub type Key = (u64, u64);
/// A directed edge; what it encloses lies to its left.
pub type Edge = (Coord<f64>, Coord<f64>);

/// Where a point lies with respect to rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the interior.
    Inside,
    /// Exactly on an edge or vertex.
    Border,
    /// Neither.
    Outside,
}

/// The bits of a coordinate; both numbers are positive here, so that equal means same bits.
pub fn key(coord: Coord<f64>) -> Key {
    (coord.x.to_bits(), coord.y.to_bits())
}

/// On which side of the line from `a` to `b` the point lies: positive is left, 0 on it. Exact.
pub fn side(a: Coord<f64>, b: Coord<f64>, point: Coord<f64>) -> i8 {
    match RobustKernel::orient2d(a, b, point) {
        Orientation::CounterClockwise => 1,
        Orientation::Clockwise => -1,
        Orientation::Collinear => 0,
    }
}

/// Twice the signed area in square degrees; positive when the ring runs counter-clockwise.
pub fn doubled_area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    // Relative to a vertex: absolute coordinates would cost six digits.
    edges(ring).map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)).sum()
}

/// The edges of a closed ring (first vertex repeated at the end) or of an open line.
pub fn edges(ring: &[Coord<f64>]) -> impl Iterator<Item = Edge> + '_ {
    ring.iter().zip(ring.iter().skip(1)).map(|(a, b)| (*a, *b))
}

/// The edges of all rings of a shape.
pub fn shape_edges(shape: &MultiPolygon<f64>) -> impl Iterator<Item = Edge> + '_ {
    shape_rings(shape).flat_map(|ring| edges(&ring.0))
}

/// The rings of a shape: of each part the outer one, then its holes.
pub fn shape_rings(shape: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> + '_ {
    shape.0.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

/// Whether an eastward ray from the point crosses the edge; exact, and the same for both directions.
pub fn crosses(edge: Edge, point: Coord<f64>) -> bool {
    let (low, high) = if edge.0.y <= edge.1.y { edge } else { (edge.1, edge.0) };
    low.y <= point.y && point.y < high.y && side(low, high, point) > 0
}

/// Whether the point lies exactly on the edge.
pub fn is_on(edge: Edge, point: Coord<f64>) -> bool {
    let (a, b) = edge;
    a.x.min(b.x) <= point.x
        && point.x <= a.x.max(b.x)
        && a.y.min(b.y) <= point.y
        && point.y <= a.y.max(b.y)
        && side(a, b, point) == 0
}

/// Where the point lies with respect to the rings whose edges these are.
pub fn place(edges: impl Iterator<Item = Edge>, point: Coord<f64>) -> Place {
    let mut inside = false;
    for edge in edges {
        if is_on(edge, point) {
            return Place::Border;
        }
        inside ^= crosses(edge, point);
    }
    if inside { Place::Inside } else { Place::Outside }
}

/// Follows directed edges to the rings of the faces on their left; dead ends are walked there and back.
pub fn trace(edges: &[Edge]) -> Vec<Vec<Coord<f64>>> {
    let mut leaving: HashMap<Key, Vec<usize>> = HashMap::new();
    for (index, (from, _)) in edges.iter().enumerate() {
        leaving.entry(key(*from)).or_default().push(index);
    }
    let end = |index: usize| edges.get(index).map(|edge| edge.1);
    for (index, (from, _)) in edges.iter().enumerate() {
        if let Some(around) = leaving.get_mut(&key(*from))
            && around.first() == Some(&index)
        {
            around.sort_by(|a, b| match (end(*a), end(*b)) {
                (Some(a), Some(b)) => by_direction(*from, a, b),
                _ => Ordering::Equal,
            });
        }
    }
    let mut used = vec![false; edges.len()];
    let mut rings = Vec::new();
    for start in 0..edges.len() {
        let mut ring = Vec::new();
        let mut current = Some(start);
        while let Some(index) = current
            && let Some(seen) = used.get_mut(index)
            && !std::mem::replace(seen, true)
            && let Some((from, to)) = edges.get(index)
        {
            ring.push(*from);
            current = leaving.get(&key(*to)).and_then(|around| {
                // The face lies left of the edge, so its next edge is the first clockwise from the way back.
                let before = around.partition_point(|candidate| {
                    end(*candidate).is_some_and(|end| by_direction(*to, end, *from) == Ordering::Less)
                });
                let turn = before.checked_sub(1).unwrap_or(around.len() - 1);
                around.get(turn).copied()
            });
        }
        if let Some(first) = ring.first().copied() {
            ring.push(first);
            rings.push(ring);
        }
    }
    rings
}

/// Orders directions from `origin` counter-clockwise, starting due east.
fn by_direction(origin: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> Ordering {
    let is_upper = |to: Coord<f64>| to.y > origin.y || (to.y == origin.y && to.x > origin.x);
    match (is_upper(a), is_upper(b)) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => 0.cmp(&side(origin, a, b)),
    }
}

/// Cuts a ring that passes a vertex more than once into rings that do not.
fn simple_rings(ring: &[Coord<f64>]) -> Vec<Vec<Coord<f64>>> {
    let mut rings = Vec::new();
    let mut path: Vec<Coord<f64>> = Vec::new();
    let mut on_path: HashSet<Key> = HashSet::new();
    for vertex in ring {
        if on_path.insert(key(*vertex)) {
            path.push(*vertex);
            continue;
        }
        let from = path.iter().rposition(|passed| key(*passed) == key(*vertex)).unwrap_or(0);
        let mut cut = path.split_off(from);
        for gone in cut.iter().skip(1) {
            on_path.remove(&key(*gone));
        }
        cut.push(*vertex);
        path.push(*vertex);
        if cut.len() > 3 {
            rings.push(cut);
        }
    }
    rings
}

/// Polygons from the rings of faces: counter-clockwise rings are outer, clockwise ones holes of the
/// smallest outer ring around them. A hole that no ring surrounds is left out.
pub fn assemble(rings: &[Vec<Coord<f64>>]) -> Vec<Polygon<f64>> {
    let mut holes = Vec::new();
    let mut parts = Vec::new();
    for ring in rings.iter().flat_map(|ring| simple_rings(ring)) {
        let area = doubled_area(&ring);
        if area > 0.0 {
            parts.push((area, Polygon::new(LineString(ring), Vec::new())));
        } else if area < 0.0 {
            holes.push(ring);
        }
    }
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    for hole in holes {
        let around = parts.iter_mut().find(|(_, part)| is_ring_in(&hole, &part.exterior().0));
        if let Some((_, part)) = around {
            part.interiors_push(LineString(hole));
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Whether a ring lies within another that it does not cross; touching is allowed.
fn is_ring_in(inner: &[Coord<f64>], outer: &[Coord<f64>]) -> bool {
    for (a, b) in edges(inner) {
        for point in [a, (a + b) / 2.0] {
            match place(edges(outer), point) {
                Place::Inside => return true,
                Place::Outside => return false,
                Place::Border => {}
            }
        }
    }
    false
}

/// The union of shapes that share whole edges and overlap nowhere; shared edges vanish.
pub fn dissolve<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let edges: Vec<Edge> = shapes.flat_map(shape_edges).collect();
    let known: HashSet<(Key, Key)> = edges.iter().map(|(a, b)| (key(*a), key(*b))).collect();
    let outer: Vec<Edge> = edges.into_iter().filter(|(a, b)| !known.contains(&(key(*b), key(*a)))).collect();
    MultiPolygon(assemble(&trace(&outer)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, polygon};

    fn shape(polygon: Polygon<f64>) -> MultiPolygon<f64> {
        MultiPolygon(vec![polygon])
    }

    fn square(x: f64, y: f64) -> MultiPolygon<f64> {
        let (right, top) = (x + 1.0, y + 1.0);
        shape(polygon![(x: x, y: y), (x: right, y: y), (x: right, y: top), (x: x, y: top)])
    }

    #[test]
    fn neighbours_dissolve_into_one_ring() {
        let (a, b) = (square(1.0, 1.0), square(2.0, 1.0));
        let union = dissolve([&a, &b].into_iter());
        assert_eq!(union.0.len(), 1);
        assert_eq!(union.unsigned_area(), 2.0);
    }

    #[test]
    fn a_ring_of_squares_keeps_its_hole() {
        let around: Vec<_> = [(1., 1.), (2., 1.), (3., 1.), (1., 2.), (3., 2.), (1., 3.), (2., 3.), (3., 3.)]
            .map(|(x, y)| square(x, y))
            .into();
        let union = dissolve(around.iter());
        assert_eq!((union.0.len(), union.0[0].interiors().len()), (1, 1));
        assert_eq!(union.unsigned_area(), 8.0);
    }

    #[test]
    fn squares_that_touch_at_a_corner_stay_two() {
        let union = dissolve([&square(1.0, 1.0), &square(2.0, 2.0)].into_iter());
        assert_eq!(union.0.len(), 2);
    }

    #[test]
    fn a_hole_that_touches_the_outer_ring_is_still_a_hole() {
        // Eight squares around a middle one, without the corner that would close the ring: the hole
        // reaches the outside at one vertex only.
        let around: Vec<_> = [(2., 1.), (3., 1.), (1., 2.), (3., 2.), (1., 3.), (2., 3.), (3., 3.)]
            .map(|(x, y)| square(x, y))
            .into();
        let union = dissolve(around.iter());
        assert_eq!((union.0.len(), union.0[0].interiors().len()), (1, 1));
        assert_eq!(union.unsigned_area(), 7.0);
    }

    #[test]
    fn a_point_on_a_shared_edge_belongs_to_one_side_only() {
        let (a, b) = (square(1.0, 1.0), square(2.0, 1.0));
        for tenth in 1..10 {
            let point = Coord { x: 2.0, y: 1.0 + f64::from(tenth) / 10.0 };
            let claims = [&a, &b]
                .into_iter()
                .filter(|shape| shape_edges(shape).filter(|edge| crosses(*edge, point)).count() % 2 == 1)
                .count();
            assert_eq!(claims, 1);
            assert_eq!(place(shape_edges(&a), point), Place::Border);
        }
    }

    #[test]
    fn a_dead_end_is_walked_both_ways() {
        let c = |x: f64, y: f64| Coord { x, y };
        let mut all: Vec<Edge> = shape_edges(&square(1.0, 1.0)).collect();
        all.push((c(1.0, 1.0), c(1.5, 1.5)));
        all.push((c(1.5, 1.5), c(1.0, 1.0)));
        let rings = trace(&all);
        assert_eq!(rings.len(), 1);
        assert_eq!(rings[0].len(), 7);
    }
}
