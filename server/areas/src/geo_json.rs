//! Boundaries as GeoJSON (RFC 7946): in with a reason for every feature that is refused, out without loss.

use std::collections::BTreeMap;

use geojson::{Feature, FeatureCollection, GeoJson, Geometry, GeometryValue};
use platform::area_code::{AreaCode, CodeError};
use serde::Serialize;
use serde_json::Value;

use crate::boundary::{Boundary, BoundaryError};
use crate::position::{Position, PositionError};

/// Largest GeoJSON that is read, in bytes.
pub const MAX_BYTES: usize = 20 << 20;

/// A boundary and the area that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaBoundary {
    /// Place of the feature in the file, from 1.
    pub feature: usize,
    /// The `code` property.
    pub code: AreaCode,
    /// The `name` property, if there is one.
    pub name: Option<String>,
    /// The geometry.
    pub boundary: Boundary,
}

/// A feature that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeatureProblem {
    /// Place of the feature in the file, from 1.
    pub feature: usize,
    /// The `code` property as written.
    pub code: String,
    /// The reason, for Chinese readers.
    pub zh: String,
    /// The reason, for English readers.
    pub en: String,
}

/// What a file held: every feature stands in exactly one of the two lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoundaryFile {
    /// Taken features, in the order of the file.
    pub rows: Vec<AreaBoundary>,
    /// Refused features, in the order of the file.
    pub problems: Vec<FeatureProblem>,
}

/// Why a file as a whole is unusable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeoJsonError {
    /// More than `MAX_BYTES`.
    #[error("the file is larger than 20 MB")]
    TooLarge,
    /// Not GeoJSON.
    #[error("the file is not GeoJSON: {0}")]
    Syntax(String),
    /// A bare geometry has no code.
    #[error("the file is a bare geometry; features with a `code` are needed")]
    NoFeatures,
    /// Another datum or a projection.
    #[error("the coordinate system `{0}` is not read; convert to WGS-84 or CGCS2000 longitude and latitude")]
    CoordinateSystem(String),
}

impl GeoJsonError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::TooLarge => "文件超过 20 MB".into(),
            Self::Syntax(cause) => format!("文件不是 GeoJSON：{cause}"),
            Self::NoFeatures => "文件只有几何图形，缺少带 code 属性的要素".into(),
            Self::CoordinateSystem(name) => {
                format!("不支持坐标系“{name}”，请转换为 WGS-84 或 CGCS2000 经纬度")
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum FeatureError {
    #[error("the feature has no `code`")]
    NoCode,
    #[error("the feature has no geometry")]
    NoGeometry,
    #[error("features {0} have the same code")]
    Repeated(String),
    #[error("{0}")]
    Code(#[from] CodeError),
    #[error("{0}")]
    Boundary(#[from] BoundaryError),
}

impl FeatureError {
    fn zh(&self) -> String {
        match self {
            Self::NoCode => "要素没有 code 属性".into(),
            Self::NoGeometry => "要素没有几何图形".into(),
            Self::Repeated(features) => format!("第 {} 个要素代码相同", features.replace(", ", "、")),
            Self::Code(error) => error.zh(),
            Self::Boundary(error) => error.zh(),
        }
    }

    fn at(&self, feature: usize, code: &str) -> FeatureProblem {
        let code = code.chars().take(40).collect();
        FeatureProblem { feature, code, zh: self.zh(), en: self.to_string() }
    }
}

impl BoundaryFile {
    /// Reads a feature or a collection of features whose `code` property names an area.
    pub fn read(bytes: &[u8]) -> Result<Self, GeoJsonError> {
        if bytes.len() > MAX_BYTES {
            return Err(GeoJsonError::TooLarge);
        }
        let syntax = |cause: serde_json::Error| GeoJsonError::Syntax(cause.to_string());
        let features = match serde_json::from_slice(bytes).map_err(syntax)? {
            GeoJson::FeatureCollection(collection) => {
                refuse_other_systems(&collection)?;
                collection.features
            }
            GeoJson::Feature(feature) => vec![feature],
            GeoJson::Geometry(_) => return Err(GeoJsonError::NoFeatures),
        };
        let mut found = Self::default();
        for (index, feature) in features.iter().enumerate() {
            match area_boundary(index + 1, feature) {
                Ok(row) => found.rows.push(row),
                Err(error) => found.problems.push(error.at(index + 1, &stated_code(feature))),
            }
        }
        found.refuse_repeats();
        Ok(found)
    }

    fn refuse_repeats(&mut self) {
        let mut stated: BTreeMap<AreaCode, Vec<String>> = BTreeMap::new();
        for row in &self.rows {
            stated.entry(row.code).or_default().push(row.feature.to_string());
        }
        let problems = &mut self.problems;
        self.rows.retain(|row| match stated.get(&row.code) {
            Some(features) if features.len() > 1 => {
                let error = FeatureError::Repeated(features.join(", "));
                problems.push(error.at(row.feature, &row.code.to_string()));
                false
            }
            _ => true,
        });
        problems.sort_by_key(|problem| problem.feature);
    }
}

impl Boundary {
    /// Checks a GeoJSON Polygon or MultiPolygon; a third coordinate (height) is not part of a boundary.
    pub fn from_geometry(geometry: &Geometry) -> Result<Self, BoundaryError> {
        match &geometry.value {
            GeometryValue::Polygon { coordinates } => Self::new(&[rings(coordinates)?]),
            GeometryValue::MultiPolygon { coordinates } => {
                let parts: Result<Vec<_>, _> = coordinates.iter().map(|part| rings(part)).collect();
                Self::new(&parts?)
            }
            other => Err(BoundaryError::NotPolygons(other.type_name().to_owned())),
        }
    }

    /// Reads a geometry that this program wrote: its form is checked, its shape was checked before.
    pub(crate) fn stored(geometry: &str) -> Result<Self, BoundaryError> {
        let geometry: Geometry =
            serde_json::from_str(geometry).map_err(|cause| BoundaryError::NotPolygons(cause.to_string()))?;
        let parts = match &geometry.value {
            GeometryValue::Polygon { coordinates } => vec![rings(coordinates)?],
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().map(|part| rings(part)).collect::<Result<_, _>>()?
            }
            other => return Err(BoundaryError::NotPolygons(other.type_name().to_owned())),
        };
        Self::trusted(&parts)
    }

    /// The boundary with six decimals, checked again: vertices that fall together may make it invalid.
    pub(crate) fn rounded(&self) -> Result<Self, BoundaryError> {
        let round = |ring: Vec<Position>| ring.into_iter().map(Position::rounded).collect();
        let rings = |rings: Vec<Vec<Position>>| rings.into_iter().map(round).collect();
        Self::new(&self.parts().into_iter().map(rings).collect::<Vec<_>>())
    }

    /// The boundary as the text of a GeoJSON geometry.
    pub(crate) fn to_text(&self) -> String {
        self.to_geometry().to_string()
    }

    /// The boundary as a GeoJSON Polygon, or MultiPolygon when it has several parts.
    pub fn to_geometry(&self) -> Geometry {
        let mut parts: Vec<Vec<Vec<geojson::Position>>> = self
            .parts()
            .iter()
            .map(|rings| rings.iter().map(|ring| ring.iter().map(wire_position).collect()).collect())
            .collect();
        let value = match parts.pop() {
            Some(only) if parts.is_empty() => GeometryValue::Polygon { coordinates: only },
            Some(last) => {
                parts.push(last);
                GeometryValue::MultiPolygon { coordinates: parts }
            }
            None => GeometryValue::MultiPolygon { coordinates: parts },
        };
        Geometry::new(value)
    }
}

pub(crate) fn wire_position(position: &Position) -> geojson::Position {
    geojson::Position::from([position.lon(), position.lat()])
}

fn rings(rings: &[Vec<geojson::Position>]) -> Result<Vec<Vec<Position>>, BoundaryError> {
    let position = |numbers: &geojson::Position| match numbers.as_slice() {
        [lon, lat, ..] => Position::new(*lon, *lat),
        _ => Err(PositionError { lon: f64::NAN, lat: f64::NAN }),
    };
    let ring = |ring: &Vec<geojson::Position>| ring.iter().map(position).collect();
    Ok(rings.iter().map(ring).collect::<Result<_, PositionError>>()?)
}

fn area_boundary(feature: usize, from: &Feature) -> Result<AreaBoundary, FeatureError> {
    let code = stated_code(from);
    if code.is_empty() {
        return Err(FeatureError::NoCode);
    }
    let code = code.parse()?;
    let geometry = from.geometry.as_ref().ok_or(FeatureError::NoGeometry)?;
    let name = from.property("name").and_then(Value::as_str).map(str::to_owned);
    Ok(AreaBoundary { feature, code, name, boundary: Boundary::from_geometry(geometry)? })
}

fn stated_code(feature: &Feature) -> String {
    match feature.property("code") {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Old files name their system in `crs`; longitude and latitude on WGS-84 or CGCS2000 are the two we take.
fn refuse_other_systems(collection: &FeatureCollection) -> Result<(), GeoJsonError> {
    let crs = collection.foreign_members.as_ref().and_then(|members| members.get("crs"));
    let Some(crs) = crs.filter(|crs| !crs.is_null()) else { return Ok(()) };
    let name = crs.pointer("/properties/name").and_then(Value::as_str).unwrap_or("?");
    let known = ["CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490"];
    if known.iter().any(|ending| name.ends_with(ending)) {
        Ok(())
    } else {
        Err(GeoJsonError::CoordinateSystem(name.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "[[[109.123456789,24.1],[109.2,24.1],[109.2,24.2],[109.123456789,24.1]]]";

    fn feature(code: &str, geometry: &str) -> String {
        format!(r#"{{"type":"Feature","properties":{{"code":{code},"name":"甲"}},"geometry":{geometry}}}"#)
    }

    fn polygon(coordinates: &str) -> String {
        format!(r#"{{"type":"Polygon","coordinates":{coordinates}}}"#)
    }

    fn collection(features: &[String]) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    #[test]
    fn every_feature_is_taken_or_named() {
        let text = collection(&[
            feature("\"450204006\"", &polygon(SQUARE)),
            feature("450204007", &polygon(SQUARE)),
            feature("null", &polygon(SQUARE)),
            feature("\"450204008\"", "null"),
            feature("\"450204001\"", r#"{"type":"Point","coordinates":[109.1,24.1]}"#),
            feature("\"450204002\"", &polygon("[[[24.1,109.1],[24.2,109.1],[24.2,109.2],[24.1,109.1]]]")),
            feature("\"450204003\"", &polygon("[[[109.1,24.1],[109.2,24.1],[109.2,24.2]]]")),
            feature("\"450204004\"", &polygon(SQUARE)),
            feature("\"450204004\"", &polygon(SQUARE)),
        ]);
        let file = BoundaryFile::read(text.as_bytes()).unwrap();
        let taken: Vec<i64> = file.rows.iter().map(|row| row.code.value()).collect();
        assert_eq!(taken, [450_204_006, 450_204_007]);
        assert_eq!(file.rows[0].name.as_deref(), Some("甲"));
        let reasons: Vec<(usize, &str)> =
            file.problems.iter().map(|problem| (problem.feature, problem.en.as_str())).collect();
        assert_eq!(
            reasons,
            [
                (3, "the feature has no `code`"),
                (4, "the feature has no geometry"),
                (5, "a boundary is a Polygon or MultiPolygon, not a `Point`"),
                (
                    6,
                    "`24.1, 109.1` is outside longitude 73–136, latitude 3–54 (longitude comes first, in degrees)"
                ),
                (7, "the ring that starts at `109.1, 24.1` is not closed"),
                (8, "features 8, 9 have the same code"),
                (9, "features 8, 9 have the same code"),
            ]
        );
    }

    #[test]
    fn out_and_in_again_loses_no_digit() {
        let file = BoundaryFile::read(feature("\"450204006\"", &polygon(SQUARE)).as_bytes()).unwrap();
        let boundary = &file.rows[0].boundary;
        let text = serde_json::to_string(boundary).unwrap();
        assert!(text.contains("109.123456789"));
        assert_eq!(&serde_json::from_str::<Boundary>(&text).unwrap(), boundary);
    }

    #[test]
    fn another_coordinate_system_is_refused() {
        let with = |name: &str| {
            format!(
                r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{name}"}}}},"features":[]}}"#
            )
        };
        assert!(BoundaryFile::read(with("urn:ogc:def:crs:OGC:1.3:CRS84").as_bytes()).is_ok());
        assert!(BoundaryFile::read(with("urn:ogc:def:crs:EPSG::4490").as_bytes()).is_ok());
        assert_eq!(
            BoundaryFile::read(with("EPSG:3857").as_bytes()),
            Err(GeoJsonError::CoordinateSystem("EPSG:3857".into()))
        );
    }

    #[test]
    fn what_is_no_geojson_is_refused() {
        assert!(matches!(BoundaryFile::read(b"{}"), Err(GeoJsonError::Syntax(_))));
        assert!(matches!(BoundaryFile::read(b"\xff"), Err(GeoJsonError::Syntax(_))));
        assert_eq!(BoundaryFile::read(polygon(SQUARE).as_bytes()), Err(GeoJsonError::NoFeatures));
        assert_eq!(BoundaryFile::read(&vec![b' '; MAX_BYTES + 1]), Err(GeoJsonError::TooLarge));
    }
}
