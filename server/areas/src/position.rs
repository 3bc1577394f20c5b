//! Points on the ground: longitude and latitude in degrees, WGS-84 or CGCS2000 (equal to a centimetre).

use geo::Coord;
use serde::{Deserialize, Serialize};

/// Longitudes that an area of China can have, in degrees.
pub const LONGITUDES: std::ops::RangeInclusive<f64> = 73.0..=136.0;
/// Latitudes that an area of China can have, in degrees.
pub const LATITUDES: std::ops::RangeInclusive<f64> = 3.0..=54.0;

/// A checked point on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Position {
    lon: f64,
    lat: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    lon: f64,
    lat: f64,
}

/// The two numbers are no place in China.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("`{lon}, {lat}` is outside longitude 73–136, latitude 3–54 (longitude comes first, in degrees)")]
pub struct PositionError {
    /// First number given.
    pub lon: f64,
    /// Second number given.
    pub lat: f64,
}

impl PositionError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        format!("坐标“{}, {}”超出经度 73–136、纬度 3–54 的范围（经度在前，单位为度）", self.lon, self.lat)
    }
}

/// A box between two meridians and two parallels, edges included, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Extent {
    /// Smallest longitude.
    pub west: f64,
    /// Smallest latitude.
    pub south: f64,
    /// Largest longitude.
    pub east: f64,
    /// Largest latitude.
    pub north: f64,
}

impl Extent {
    /// Whether the two boxes share a point.
    pub fn meets(&self, other: Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    /// Whether the point lies in the box or on its edge.
    pub fn contains(&self, position: Position) -> bool {
        (self.west..=self.east).contains(&position.lon) && (self.south..=self.north).contains(&position.lat)
    }
}

impl Position {
    /// Checks the range; swapped or projected coordinates fall out here.
    pub fn new(lon: f64, lat: f64) -> Result<Self, PositionError> {
        if LONGITUDES.contains(&lon) && LATITUDES.contains(&lat) {
            Ok(Self { lon, lat })
        } else {
            Err(PositionError { lon, lat })
        }
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        self.lat
    }

    pub(crate) fn coord(self) -> Coord<f64> {
        Coord { x: self.lon, y: self.lat }
    }

    pub(crate) fn of(coord: Coord<f64>) -> Self {
        Self { lon: coord.x, lat: coord.y }
    }

    /// The same place with six decimals, about a decimetre: what is stored and sent.
    #[must_use]
    pub fn rounded(self) -> Self {
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        Self { lon: round(self.lon), lat: round(self.lat) }
    }

    /// Distance along the ground in metres, right to 0.01 % within a city.
    pub fn distance_metres(self, other: Self) -> f64 {
        let (east, north) = metres_per_degree((self.lat + other.lat) / 2.0);
        ((self.lon - other.lon) * east).hypot((self.lat - other.lat) * north)
    }

    /// Whether the other point lies at most so many metres away.
    pub fn is_within(self, other: Self, metres: f64) -> bool {
        self.distance_metres(other) <= metres
    }

    /// The box that holds everything at most so many metres away: a filter for an index, slightly generous.
    pub fn around(self, metres: f64) -> Extent {
        let reach = metres.max(0.0) * 1.001;
        let (_, north) = metres_per_degree(self.lat);
        let rise = reach / north;
        // The far edge from the equator has the shortest degree of longitude.
        let (east, _) = metres_per_degree((self.lat + rise).min(89.0));
        let run = reach / east;
        Extent { west: self.lon - run, south: self.lat - rise, east: self.lon + run, north: self.lat + rise }
    }
}

impl TryFrom<Wire> for Position {
    type Error = PositionError;

    fn try_from(wire: Wire) -> Result<Self, PositionError> {
        Self::new(wire.lon, wire.lat)
    }
}

impl From<Position> for Wire {
    fn from(position: Position) -> Self {
        Self { lon: position.lon, lat: position.lat }
    }
}

/// Metres in one degree of longitude and of latitude at this latitude, on the WGS-84 ellipsoid.
pub(crate) fn metres_per_degree(lat: f64) -> (f64, f64) {
    const EQUATOR: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_14;
    let (sin, cos) = lat.to_radians().sin_cos();
    let root = (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt();
    let across = EQUATOR / root;
    let along = EQUATOR * (1.0 - ECCENTRICITY_SQUARED) / (root * root * root);
    ((across * cos).to_radians(), along.to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lon: f64, lat: f64) -> Position {
        Position::new(lon, lat).unwrap()
    }

    #[test]
    fn what_lies_outside_china_is_refused() {
        assert!(Position::new(24.31, 109.38).is_err(), "latitude first");
        assert!(Position::new(109.38, f64::NAN).is_err());
        assert!(Position::new(12_176_000.0, 2_790_000.0).is_err(), "metres of a projection");
        assert!(serde_json::from_str::<Position>(r#"{"lon":24.31,"lat":109.38}"#).is_err());
        assert!(serde_json::from_str::<Position>(r#"{"lon":109.38,"lat":24.31,"height":1}"#).is_err());
    }

    #[test]
    fn a_degree_has_the_published_length() {
        // Lengths of a degree at 30° on WGS 84, as tables of the ellipsoid give them.
        let (east, north) = metres_per_degree(30.0);
        assert!((east - 96_486.28).abs() < 0.5, "{east}");
        assert!((north - 110_852.43).abs() < 0.5, "{north}");
    }

    #[test]
    fn distance_agrees_with_the_geodesic() {
        use geo::{Distance, Geodesic, Point};
        let (a, b) = (at(109.21, 24.40), at(109.42, 24.22));
        let exact = Geodesic.distance(Point(a.coord()), Point(b.coord()));
        assert!((a.distance_metres(b) / exact - 1.0).abs() < 1e-4);
        assert!(a.is_within(b, exact + 5.0) && !a.is_within(b, exact - 5.0));
    }

    proptest! {
        #[test]
        fn the_box_misses_nothing_within_reach(
            lon in 74.0..135.0f64, lat in 4.0..53.0f64, east in -0.02..0.02f64, north in -0.02..0.02f64,
        ) {
            let (here, there) = (at(lon, lat), at(lon + east, lat + north));
            let metres = here.distance_metres(there);
            prop_assert!(here.around(metres).contains(there));
        }
    }
}
