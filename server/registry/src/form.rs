//! What the handlers of this room check before a transaction begins.

use areas::{Directory, Position};
use platform::{AreaCode, AreaLevel, Error, Text};

/// The street and the code of a community or a grid in force.
///
/// # Errors
/// [`Error::Invalid`] for any other area.
pub(crate) fn home_area(directory: &Directory, code: AreaCode) -> Result<(i64, i64), Error> {
    let known = directory.area(code).filter(|area| area.valid_to.is_none());
    let known = known.filter(|area| matches!(area.level, AreaLevel::Community | AreaLevel::Grid));
    match known.and_then(|area| area.code.street_id()) {
        Some(street) => Ok((street, code.value())),
        None => Err(Error::field(
            "area",
            Text::new("请选择现行的社区或网格", "choose a community or a grid that is in force"),
        )),
    }
}

/// A point on the map.
///
/// # Errors
/// [`Error::Invalid`] for a point outside China.
pub(crate) fn point(at: Option<[f64; 2]>) -> Result<Option<Position>, Error> {
    let read = at.map(|[lon, lat]| Position::new(lon, lat)).transpose();
    read.map_err(|error| Error::field("point", Text::owned(error.zh(), error.to_string())))
}

/// A line of text that is needed.
///
/// # Errors
/// [`Error::Invalid`] for an empty one, one that is too long, or with control characters.
pub(crate) fn line(field: &str, text: &str, chars: usize) -> Result<String, Error> {
    let text = text.trim();
    let is_line = !text.is_empty() && text.chars().count() <= chars && !text.chars().any(char::is_control);
    if is_line {
        return Ok(text.to_owned());
    }
    let told =
        Text::owned(format!("请填写，不超过 {chars} 字"), format!("needed, {chars} characters at most"));
    Err(Error::field(field, told))
}

/// A line of text that may be left out.
///
/// # Errors
/// As [`line()`], for one that is not empty.
pub(crate) fn line_or_nothing(field: &str, text: &str, chars: usize) -> Result<String, Error> {
    if text.trim().is_empty() { Ok(String::new()) } else { line(field, text, chars) }
}
