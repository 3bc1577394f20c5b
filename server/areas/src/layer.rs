//! A map layer written once as GeoJSON, so that a request only hands out bytes.

use std::ops::Range;

use bytes::Bytes;
use platform::{AreaCode, Text};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::position::Position;

/// A GeoJSON collection with the tag that tells one state of it from another.
#[derive(Clone, Debug)]
pub struct Layer {
    pub json: Bytes,
    /// A strong entity tag, quotes included.
    pub etag: String,
    features: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    code: i64,
    feature: Range<usize>,
    geometry: Range<usize>,
}

/// One feature to be written.
pub(crate) struct Feature<'a> {
    /// An area's code or a road's number.
    pub code: i64,
    pub level: &'a str,
    pub kind: &'a str,
    pub name: &'a Text,
    pub label: Option<Position>,
    /// A GeoJSON geometry, taken as it is.
    pub geometry: &'a str,
}

const HEAD: &str = r#"{"type":"FeatureCollection","features":["#;
const TAIL: &str = "]}";

impl Layer {
    pub(crate) fn of<'a>(features: impl IntoIterator<Item = Feature<'a>>) -> Self {
        let mut text = HEAD.to_owned();
        let mut places = Vec::new();
        for feature in features {
            if !places.is_empty() {
                text.push(',');
            }
            let start = text.len();
            let properties = json!({
                "code": feature.code.to_string(),
                "name_zh": feature.name.zh,
                "name_en": feature.name.en,
                "level": feature.level,
                "kind": feature.kind,
                "label": feature.label.map(|label| [label.lon(), label.lat()]),
            });
            text.push_str(&format!(r#"{{"type":"Feature","properties":{properties},"geometry":"#));
            let from = text.len();
            text.push_str(feature.geometry);
            let geometry = from..text.len();
            text.push('}');
            places.push(Place { code: feature.code, feature: start..text.len(), geometry });
        }
        text.push_str(TAIL);
        Self { etag: tag(text.as_bytes()), json: text.into(), features: places }
    }

    /// The features whose code lies in or below this area.
    #[must_use]
    pub fn within(&self, area: AreaCode) -> Self {
        let inside = |code: i64| AreaCode::try_from(code).is_ok_and(|code| area.contains(code));
        let wanted = self.features.iter().filter(|place| inside(place.code));
        let parts: Vec<&str> = wanted.map(|place| self.text(&place.feature)).collect();
        let text = format!("{HEAD}{}{TAIL}", parts.join(","));
        Self { etag: tag(text.as_bytes()), json: text.into(), features: Vec::new() }
    }

    /// The stored geometry of an area.
    pub(crate) fn geometry(&self, code: AreaCode) -> Option<&str> {
        let at = self.features.binary_search_by_key(&code.value(), |place| place.code).ok()?;
        self.features.get(at).map(|place| self.text(&place.geometry))
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.json.get(range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let head: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{head}\"")
}
