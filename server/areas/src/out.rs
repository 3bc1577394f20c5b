//! The wire shape of an area, and what handlers share to answer it.

use axum::http::{HeaderName, header};
use platform::{AreaCode, AreaLevel, Error, Json, Millis, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::area::{Area, AreaKind};
use crate::directory::Directory;
use crate::position::Position;

/// An area on the wire.
#[derive(Serialize, ToSchema)]
pub(crate) struct AreaOut {
    #[schema(value_type = String)]
    code: AreaCode,
    pub version: i64,
    level: AreaLevel,
    kind: AreaKind,
    name: Text,
    #[schema(value_type = Option<String>)]
    parent: Option<AreaCode>,
    valid_from: Millis,
    valid_to: Option<Millis>,
    /// Codes of the areas that took its place.
    #[schema(value_type = Vec<String>)]
    successors: Vec<AreaCode>,
}

impl From<&Area> for AreaOut {
    fn from(area: &Area) -> Self {
        Self {
            code: area.code,
            version: area.version,
            level: area.level,
            kind: area.kind,
            name: area.name.clone(),
            parent: area.parent,
            valid_from: area.valid_from,
            valid_to: area.valid_to,
            successors: area.successors.clone(),
        }
    }
}

/// An answer with the entity tag that an edit names.
pub(crate) type Tagged<T> = ([(HeaderName, String); 1], Json<T>);

/// An area under its version.
pub(crate) fn tagged(area: AreaOut) -> Tagged<AreaOut> {
    ([(header::ETAG, format!("\"{}\"", area.version))], Json(area))
}

/// # Errors
/// [`Error::Missing`] when no area ever had this code.
pub(crate) fn known(directory: &Directory, code: AreaCode) -> Result<&Area, Error> {
    directory.area(code).ok_or(Error::Missing("area"))
}

/// # Errors
/// [`Error::Invalid`] for a point outside China.
pub(crate) fn position(field: &str, lon: f64, lat: f64) -> Result<Position, Error> {
    Position::new(lon, lat).map_err(|error| Error::field(field, Text::owned(error.zh(), error.to_string())))
}
