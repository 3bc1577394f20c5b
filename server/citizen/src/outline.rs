//! The outlines of the district for the public page: small, made once, kept by browsers.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use platform::{AreaLevel, Error, Read, Snapshot};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::simplify::{lines, shapes};

/// How far an outline may leave the border, in metres: less than a phone errs about its own place.
const BORDER_METRES: f64 = 3.0;
const ROAD_METRES: f64 = 5.0;

/// Streets and roads as one GeoJSON collection.
pub(crate) struct Outlines {
    json: Bytes,
    /// A strong entity tag, quotes included.
    etag: String,
}

/// It is outdated together with the areas themselves.
impl Snapshot for Outlines {
    const NAME: &'static str = areas::Directory::NAME;

    async fn load(r: Read) -> Result<Self, Error> {
        let directory = areas::Directory::load(r).await?;
        let mut features = features(&directory.layer(AreaLevel::Street).json)?;
        shapes(&mut features, BORDER_METRES);
        let mut roads = self::features(&directory.roads().json)?;
        lines(&mut roads, ROAD_METRES);
        features.extend(roads);
        let json = json!({ "type": "FeatureCollection", "features": features }).to_string();
        let tag = HEXLOWER.encode(Sha256::digest(&json).first_chunk::<12>().map_or(&[][..], |head| head));
        Ok(Self { json: json.into(), etag: format!("\"{tag}\"") })
    }
}

fn features(layer: &[u8]) -> Result<Vec<Value>, Error> {
    let mut layer: Value = serde_json::from_slice(layer).map_err(Error::internal)?;
    match layer.get_mut("features").map(Value::take) {
        Some(Value::Array(features)) => Ok(features),
        _ => Err(Error::internal("a layer without features")),
    }
}

impl Outlines {
    /// The outlines, or 304 for a caller who holds them.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let held = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
        let is_held = held.split(',').any(|tag| tag.trim().trim_start_matches("W/") == self.etag);
        let mut response = match is_held {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => ([(header::CONTENT_TYPE, "application/geo+json")], self.json.clone()).into_response(),
        };
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        let kept = HeaderValue::from_static("public, max-age=3600");
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        response
    }
}
