//! The plane that the demo draws on: kilometres east and north of the railway station, and chance from a seed.

/// East and north, in kilometres.
pub type Point = [f64; 2];

/// Longitude and latitude of the plane's origin, in degrees.
const ORIGIN: Point = [109.392, 24.337];
/// Kilometres in a degree of longitude and of latitude, near enough for an invented map.
const KILOMETRES: Point = [101.55, 110.77];

/// The point at a longitude and latitude.
pub fn from_degrees([lon, lat]: Point) -> Point {
    [(lon - ORIGIN[0]) * KILOMETRES[0], (lat - ORIGIN[1]) * KILOMETRES[1]]
}

/// Longitude and latitude of a point, with six decimals.
pub fn to_degrees([x, y]: Point) -> Point {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    [round(ORIGIN[0] + x / KILOMETRES[0]), round(ORIGIN[1] + y / KILOMETRES[1])]
}

pub fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

pub fn along(a: Point, b: Point, share: f64) -> Point {
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

pub fn length(a: Point) -> f64 {
    a[0].hypot(a[1])
}

pub fn cross(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// The point of the segment that lies nearest.
pub fn nearest_on(a: Point, b: Point, point: Point) -> Point {
    let (way, off) = (minus(b, a), minus(point, a));
    let square = way[0] * way[0] + way[1] * way[1];
    let share = if square > 0.0 { (way[0] * off[0] + way[1] * off[1]) / square } else { 0.0 };
    along(a, b, share.clamp(0.0, 1.0))
}

/// Whether two segments cross.
pub fn crosses((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let side = |p: Point, q: Point, r: Point| cross(minus(q, p), minus(r, p));
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// A smooth line through the points, `steps` pieces between two of them.
pub fn smooth(points: &[Point], steps: usize, is_closed: bool) -> Vec<Point> {
    let count = points.len();
    let point = |index: isize| {
        let last = count.cast_signed() - 1;
        let index = if is_closed { index.rem_euclid(count.cast_signed()) } else { index.clamp(0, last) };
        points.get(index.cast_unsigned()).copied().unwrap_or_default()
    };
    let pieces = if is_closed { count } else { count.saturating_sub(1) }.cast_signed();
    let mut line = Vec::new();
    for piece in 0..pieces {
        let (before, from, to, after) = (point(piece - 1), point(piece), point(piece + 1), point(piece + 2));
        for step in 0..steps {
            let t = step as f64 / steps as f64;
            line.push([0, 1].map(|axis| bend(before[axis], from[axis], to[axis], after[axis], t)));
        }
    }
    if !is_closed {
        line.extend(points.last());
    }
    line
}

/// One coordinate of a curve that passes through its inner two points.
fn bend(before: f64, from: f64, to: f64, after: f64, t: f64) -> f64 {
    let (b, c) = (to - before, 2.0 * before - 5.0 * from + 4.0 * to - after);
    let d = 3.0 * from - before - 3.0 * to + after;
    from + 0.5 * t * (b + t * (c + t * d))
}

/// Numbers from a seed and a place: the same each time, whatever was asked before.
#[derive(Clone, Copy)]
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 to 1 that changes gently from place to place, within about `width` kilometres.
    pub fn gentle(self, at: Point, width: f64, kind: i64) -> f64 {
        let [x, y] = at.map(|axis| axis / width);
        let (column, row) = (x.floor(), y.floor());
        let corner =
            |east: f64, north: f64| self.roll((column + east) as i64 * 64 + kind, (row + north) as i64);
        let ease = |t: f64| t * t * (3.0 - 2.0 * t);
        let (east, north) = (ease(x - column), ease(y - row));
        let between = |a: f64, b: f64, share: f64| a + (b - a) * share;
        between(
            between(corner(0.0, 0.0), corner(1.0, 0.0), east),
            between(corner(0.0, 1.0), corner(1.0, 1.0), east),
            north,
        )
    }

    /// A number from 0 to 1 for a pair of numbers.
    pub fn roll(self, a: i64, b: i64) -> f64 {
        let mut mixed = self.0 ^ a.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
            ^ b.cast_unsigned().wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed ^ (mixed >> 33)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
