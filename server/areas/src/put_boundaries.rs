//! Drawing areas: a file's boundaries are put together, all or none.

use std::collections::BTreeSet;

use platform::{AreaCode, Error, Text, Thing, Write};
use serde_json::json;
use store::{sql, vals};

use crate::area::BoundaryRow;
use crate::boundary::Boundary;
use crate::coverage::CheckedBoundaries;
use crate::directory::Directory;

sql! {
    TOUCH = "UPDATE areas SET version = version + 1 WHERE id = $1 AND valid_to IS NULL";
    PUT = "INSERT INTO area_boundaries (id, version, geometry, label_lon, label_lat) VALUES ($1, 1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET version = area_boundaries.version + 1, geometry = excluded.geometry,
            label_lon = excluded.label_lon, label_lat = excluded.label_lat";
}

impl BoundaryRow {
    pub(crate) fn new(code: AreaCode, boundary: &Boundary) -> Self {
        let label = boundary.label_point();
        Self {
            id: code.value(),
            version: 1,
            geometry: boundary.to_text(),
            label_lon: label.lon(),
            label_lat: label.lat(),
        }
    }
}

/// Puts boundaries that were checked together.
///
/// # Errors
/// [`Error::Forbidden`] for a post that does not keep one of the areas; [`Error::Conflict`] when one is no longer
/// in force.
pub async fn put_boundaries(w: &Write, boundaries: &CheckedBoundaries) -> Result<(), Error> {
    let keepers = boundaries.rows.iter().map(|row| row.code.street_id().unwrap_or(row.code.value()));
    for area in keepers.collect::<BTreeSet<i64>>() {
        w.require("area:edit", &Thing::at(area))?;
    }
    for row in &boundaries.rows {
        if w.exec(&TOUCH, &vals![row.code.value()]).await? == 0 {
            return Err(closed());
        }
        let BoundaryRow { id, geometry, label_lon, label_lat, .. } =
            BoundaryRow::new(row.code, &row.boundary);
        w.exec(&PUT, &vals![id, geometry, label_lon, label_lat]).await?;
    }
    let codes: Vec<AreaCode> = boundaries.rows.iter().map(|row| row.code).collect();
    w.record("area:put_boundaries", w.street(), json!({ "areas": codes }));
    w.outdates::<Directory>().await
}

/// The area was split, merged or retired.
pub(crate) fn closed() -> Error {
    Error::conflict(Text::new(
        "该区划已拆分、合并或撤销，请刷新后重试",
        "this area was split, merged or retired; refresh and try again",
    ))
}
