//! Named lines and points that help people find a place: roads and landmarks.

use platform::{AreaCode, Text};
use store::table;

use crate::position::Position;

table! {
    /// A named road.
    pub struct RoadRow in "roads" key 1 {
        pub id: i64,
        pub version: i64,
        /// `main` or `side`: how strongly a map draws it.
        pub kind: String,
        pub name_zh: String,
        pub name_en: String,
        pub initials: String,
        /// A GeoJSON LineString.
        pub geometry: String,
        pub label_lon: f64,
        pub label_lat: f64,
    }
}

table! {
    /// A named point: an estate, a square, a station.
    pub struct PlaceRow in "places" key 1 {
        pub id: i64,
        pub version: i64,
        pub name_zh: String,
        pub name_en: String,
        pub initials: String,
        pub lon: f64,
        pub lat: f64,
    }
}

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    Landmark,
    Road,
    Community,
    Grid,
    Street,
}

/// A named spot, found by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub kind: PlaceKind,
    pub name: Text,
    /// The smallest area that holds it.
    pub area: AreaCode,
    pub point: Position,
}
