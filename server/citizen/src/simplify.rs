//! Fewer vertices for small maps, without gaps: a border between two areas is simplified once, the same for both.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

/// Longitude and latitude in hundred-thousandths of a degree, about a metre.
type Vertex = (i64, i64);

const UNITS: f64 = 100_000.0;
const METRES_PER_DEGREE: f64 = 111_200.0;

/// Simplifies the polygons of GeoJSON features.
pub(crate) fn shapes(features: &mut [Value], metres: f64) {
    let corners = corners(features);
    for ring in features.iter_mut().flat_map(rings_of) {
        let vertices = read(ring);
        let thinner = thin_ring(&vertices, &corners, metres);
        // A closed ring of fewer than four positions encloses nothing.
        write(ring, if thinner.len() > 3 { &thinner } else { &vertices });
    }
}

/// Simplifies the lines of GeoJSON features.
pub(crate) fn lines(features: &mut [Value], metres: f64) {
    for feature in features {
        if let Some(line) = feature.pointer_mut("/geometry/coordinates") {
            let thinner = thin(&read(line), metres);
            write(line, &thinner);
        }
    }
}

/// Every ring of a feature's Polygon or MultiPolygon.
fn rings_of(feature: &mut Value) -> Vec<&mut Value> {
    let is_multi = feature.pointer("/geometry/type").and_then(Value::as_str) == Some("MultiPolygon");
    let Some(Value::Array(parts)) = feature.pointer_mut("/geometry/coordinates") else { return Vec::new() };
    match is_multi {
        true => parts.iter_mut().filter_map(Value::as_array_mut).flatten().collect(),
        false => parts.iter_mut().collect(),
    }
}

/// The vertices at which more than two borders meet: they stay.
fn corners(features: &mut [Value]) -> HashSet<Vertex> {
    let mut neighbours: HashMap<Vertex, HashSet<Vertex>> = HashMap::new();
    for ring in features.iter_mut().flat_map(rings_of) {
        for (a, b) in pairs(&read(ring)) {
            neighbours.entry(a).or_default().insert(b);
            neighbours.entry(b).or_default().insert(a);
        }
    }
    neighbours.into_iter().filter(|(_, around)| around.len() > 2).map(|(vertex, _)| vertex).collect()
}

fn pairs(line: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
    line.iter().copied().zip(line.iter().copied().skip(1))
}

/// A closed ring, arc by arc from corner to corner. Without a corner it begins at its smallest vertex, so that the
/// area around an enclosed one draws the same border.
fn thin_ring(ring: &[Vertex], corners: &HashSet<Vertex>, metres: f64) -> Vec<Vertex> {
    let Some((_, open)) = ring.split_last() else { return Vec::new() };
    let at_corner = open.iter().position(|vertex| corners.contains(vertex));
    let smallest = || open.iter().enumerate().min_by_key(|(_, vertex)| **vertex).map_or(0, |(at, _)| at);
    let first = at_corner.unwrap_or_else(smallest);
    let (head, tail) = open.split_at(first);
    let mut thinner: Vec<Vertex> = Vec::new();
    let mut arc: Vec<Vertex> = Vec::new();
    for vertex in tail.iter().chain(head).chain(tail.first()) {
        arc.push(*vertex);
        if arc.len() > 1 && corners.contains(vertex) {
            thinner.extend(thin_either_way(&arc, metres).iter().skip(usize::from(!thinner.is_empty())));
            arc = vec![*vertex];
        }
    }
    if arc.len() > 1 {
        thinner.extend(thin_either_way(&arc, metres).iter().skip(usize::from(!thinner.is_empty())));
    }
    thinner
}

/// The same vertices from either end.
fn thin_either_way(arc: &[Vertex], metres: f64) -> Vec<Vertex> {
    if arc.iter().le(arc.iter().rev()) {
        return thin(arc, metres);
    }
    let backwards: Vec<Vertex> = arc.iter().rev().copied().collect();
    let mut thinner = thin(&backwards, metres);
    thinner.reverse();
    thinner
}

/// Keeps the ends and, between them, whatever the straight line would miss by more than `metres` (Douglas and
/// Peucker, 1973).
fn thin(line: &[Vertex], metres: f64) -> Vec<Vertex> {
    let mut kept = Vec::with_capacity(line.len());
    kept.extend(line.first());
    let mut waiting = vec![line];
    while let Some(part) = waiting.pop() {
        let (Some(a), Some(b)) = (part.first().copied(), part.last().copied()) else { continue };
        let off = part.iter().enumerate().map(|(at, vertex)| (at, distance(*vertex, a, b)));
        let farthest = off.max_by(|one, other| one.1.total_cmp(&other.1)).filter(|(_, off)| *off > metres);
        match farthest {
            Some((at, _)) => {
                waiting.extend(part.get(at..));
                waiting.extend(part.get(..=at));
            }
            None if part.len() > 1 => kept.push(b),
            None => {}
        }
    }
    kept
}

/// Metres from a vertex to the straight line between two others, on the ground.
fn distance(vertex: Vertex, a: Vertex, b: Vertex) -> f64 {
    let (ax, ay) = plane(a, a);
    let (bx, by) = plane(b, a);
    let (x, y) = plane(vertex, a);
    let length = (bx - ax).powi(2) + (by - ay).powi(2);
    let along = if length > 0.0 { ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (x - ax - along * (bx - ax)).hypot(y - ay - along * (by - ay))
}

/// Metres east and north of another vertex.
fn plane(vertex: Vertex, of: Vertex) -> (f64, f64) {
    let degrees = |units: i64| units as f64 / UNITS;
    let shrink = degrees(of.1).to_radians().cos();
    (degrees(vertex.0 - of.0) * METRES_PER_DEGREE * shrink, degrees(vertex.1 - of.1) * METRES_PER_DEGREE)
}

fn read(positions: &Value) -> Vec<Vertex> {
    let units =
        |value: Option<&Value>| (value.and_then(Value::as_f64).unwrap_or_default() * UNITS).round() as i64;
    let all = positions.as_array().into_iter().flatten();
    let mut vertices: Vec<Vertex> = all.map(|at| (units(at.get(0)), units(at.get(1)))).collect();
    vertices.dedup();
    vertices
}

fn write(positions: &mut Value, vertices: &[Vertex]) {
    let degrees = |units: i64| units as f64 / UNITS;
    *positions = vertices.iter().map(|(lon, lat)| json!([degrees(*lon), degrees(*lat)])).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square from `west` on whose eastern or western side is a zigzag of `metres`.
    fn square(west: f64, east_side: bool, zigzag: f64) -> Value {
        let degrees = zigzag / METRES_PER_DEGREE;
        let edge = west + if east_side { 0.01 } else { 0.0 };
        let far = west + if east_side { 0.0 } else { 0.01 };
        let wavy: Vec<[f64; 2]> = (0..=20)
            .map(|nth| {
                let off = if nth % 2 == 1 { degrees } else { 0.0 };
                [edge + off, 24.30 + f64::from(nth) * 0.0005]
            })
            .collect();
        let mut ring = vec![[far, 24.30]];
        ring.extend(if east_side { wavy } else { wavy.clone() });
        ring.push([far, 24.31]);
        ring.push([far, 24.30]);
        if !east_side {
            ring.reverse();
        }
        json!({ "geometry": { "type": "Polygon", "coordinates": [ring] } })
    }

    fn border(feature: &mut Value, lon: f64) -> Vec<Vertex> {
        let mut all: Vec<Vertex> = rings_of(feature).into_iter().flat_map(|ring| read(ring)).collect();
        all.retain(|vertex| (vertex.0 as f64 / UNITS - lon).abs() < 0.001);
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn a_shared_border_stays_shared() {
        for (zigzag, vertices) in [(2.0, 2), (20.0, 21)] {
            let mut features = [square(109.38, true, zigzag), square(109.39, false, zigzag)];
            shapes(&mut features, 3.0);
            let [left, right] = &mut features;
            let (left, right) = (border(left, 109.39), border(right, 109.39));
            assert_eq!(left, right);
            assert_eq!(left.len(), vertices, "{zigzag}");
        }
    }

    #[test]
    fn a_ring_stays_closed_and_keeps_an_area() {
        let mut features = [square(109.38, true, 2.0)];
        shapes(&mut features, 1_000_000.0);
        let ring = read(rings_of(&mut features[0])[0]);
        assert!(ring.len() > 3);
        assert_eq!(ring.first(), ring.last());
    }

    #[test]
    fn a_line_keeps_its_ends_and_its_bends() {
        let line = json!([[109.0, 24.0], [109.001, 24.00001], [109.002, 24.0], [109.002, 24.002]]);
        let mut features = [json!({ "geometry": { "type": "LineString", "coordinates": line } })];
        lines(&mut features, 5.0);
        let kept = features[0].pointer("/geometry/coordinates").unwrap();
        assert_eq!(*kept, json!([[109.0, 24.0], [109.002, 24.0], [109.002, 24.002]]));
    }
}
