//! Taking in named roads and landmarks of the district: all that is known before is replaced.

use platform::{Error, Text, Thing, Write};
use serde_json::json;
use store::sql;

use crate::directory::Directory;
use crate::naming;
use crate::position::Position;
use crate::road::{PlaceRow, RoadRow};

sql! {
    FORGET_ROADS = "DELETE FROM roads WHERE id > 0";
    FORGET_PLACES = "DELETE FROM places WHERE id > 0";
}

/// A named road as a line of at least two points.
#[derive(Clone, Debug)]
pub struct NewRoad {
    pub name: Text,
    /// Whether a map draws it strongly.
    pub is_main: bool,
    pub line: Vec<Position>,
}

/// A named point.
#[derive(Clone, Debug)]
pub struct NewPlace {
    pub name: Text,
    pub point: Position,
}

/// Replaces the roads and landmarks of the district. Lines of fewer than two points are refused.
///
/// # Errors
/// [`Error::Forbidden`] for a post that does not keep the whole district.
pub async fn put_landmarks(w: &Write, roads: &[NewRoad], places: &[NewPlace]) -> Result<(), Error> {
    w.require("area:edit", &Thing::at(w.app().district()))?;
    w.exec(&FORGET_ROADS, &[]).await?;
    w.exec(&FORGET_PLACES, &[]).await?;
    let (mut road_rows, mut place_rows) = (Vec::new(), Vec::new());
    for (id, road) in (1..).zip(roads) {
        let Some(label) = road.line.get(road.line.len() / 2).filter(|_| road.line.len() > 1) else {
            return Err(Error::field(
                "roads",
                Text::new("道路至少有两个点", "a road has two points at least"),
            ));
        };
        let line: Vec<[f64; 2]> =
            road.line.iter().map(|point| point.rounded()).map(|at| [at.lon(), at.lat()]).collect();
        road_rows.push(RoadRow {
            id,
            version: 1,
            kind: if road.is_main { "main" } else { "side" }.to_owned(),
            name_zh: road.name.zh.to_string(),
            name_en: road.name.en.to_string(),
            initials: naming::initials(&road.name.zh),
            geometry: json!({ "type": "LineString", "coordinates": line }).to_string(),
            label_lon: label.rounded().lon(),
            label_lat: label.rounded().lat(),
        });
    }
    for (id, place) in (1..).zip(places) {
        let point = place.point.rounded();
        place_rows.push(PlaceRow {
            id,
            version: 1,
            name_zh: place.name.zh.to_string(),
            name_en: place.name.en.to_string(),
            initials: naming::initials(&place.name.zh),
            lon: point.lon(),
            lat: point.lat(),
        });
    }
    w.bulk(&road_rows).await?;
    w.bulk(&place_rows).await?;
    w.record("area:put_landmarks", w.street(), json!({ "roads": roads.len(), "places": places.len() }));
    w.outdates::<Directory>().await
}
