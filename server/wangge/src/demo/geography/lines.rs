//! Lines of the map that borders follow, found quickly from any point.

use std::collections::HashMap;

use super::plane::{Point, crosses, length, minus, nearest_on};

/// Side of the squares that segments are sorted into, in kilometres.
const SQUARE: f64 = 0.25;

/// Roads and the district's outline.
pub struct Lines {
    squares: HashMap<(i64, i64), Vec<Segment>>,
}

#[derive(Clone, Copy)]
struct Segment {
    line: usize,
    ends: (Point, Point),
    /// How unlikely an area lies on both sides, in steps of the mesh.
    barrier: f64,
}

fn square(point: Point) -> (i64, i64) {
    ((point[0] / SQUARE).floor() as i64, (point[1] / SQUARE).floor() as i64)
}

impl Lines {
    /// Sorts lines with their barriers; `reach` is how far from a line somebody will ask, in kilometres.
    pub fn of(lines: &[(Vec<Point>, f64)], reach: f64) -> Self {
        let mut squares: HashMap<(i64, i64), Vec<Segment>> = HashMap::new();
        for (line, (points, barrier)) in lines.iter().enumerate() {
            for (a, b) in points.iter().zip(points.iter().skip(1)) {
                let low = square([a[0].min(b[0]) - reach, a[1].min(b[1]) - reach]);
                let high = square([a[0].max(b[0]) + reach, a[1].max(b[1]) + reach]);
                for x in low.0..=high.0 {
                    for y in low.1..=high.1 {
                        let segment = Segment { line, ends: (*a, *b), barrier: *barrier };
                        squares.entry((x, y)).or_default().push(segment);
                    }
                }
            }
        }
        Self { squares }
    }

    fn near(&self, point: Point) -> &[Segment] {
        self.squares.get(&square(point)).map_or(&[], Vec::as_slice)
    }

    /// What a step from one point to another must overcome.
    pub fn barrier(&self, from: Point, to: Point) -> f64 {
        let crossed = self.near(from).iter().filter(|segment| crosses((from, to), segment.ends));
        crossed.map(|segment| segment.barrier).fold(0.0, f64::max)
    }

    /// Draws a point towards the lines within `reach`: near ones almost onto them, farther ones less, so that no two
    /// points change places.
    pub fn attract(&self, point: Point, reach: f64) -> Point {
        let near = self.near(point);
        let mut lines: Vec<usize> = near.iter().map(|segment| segment.line).collect();
        lines.sort_unstable();
        lines.dedup();
        lines.into_iter().fold(point, |point, line| {
            let feet = near.iter().filter(|segment| segment.line == line);
            let foot = feet
                .map(|segment| nearest_on(segment.ends.0, segment.ends.1, point))
                .min_by(|a, b| length(minus(*a, point)).total_cmp(&length(minus(*b, point))));
            foot.map_or(point, |foot| drawn(foot, point, reach))
        })
    }
}

fn drawn(foot: Point, point: Point, reach: f64) -> Point {
    const LEFT: f64 = 0.08;
    let far = length(minus(point, foot));
    let half = reach / 2.0;
    if far >= reach || far == 0.0 {
        return point;
    }
    let new = if far < half { far * LEFT } else { half * LEFT + (far - half) * (reach - half * LEFT) / half };
    [foot[0] + (point[0] - foot[0]) * new / far, foot[1] + (point[1] - foot[1]) * new / far]
}
