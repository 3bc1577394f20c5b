//! The rows of a file: CSV, XLSX, or JSON as a list of flat objects.

use platform::sheet::{FileError, MAX_BYTES, MAX_ROWS, SheetRow, read_rows};
use platform::{Error, Text};
use serde_json::{Map, Value};

/// Reads the rows of a file, its headings first.
///
/// # Errors
/// [`Error::Invalid`] for what is none of the three.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, Error> {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match plain.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => json_rows(plain),
        _ => Ok(read_rows(bytes)?),
    }
}

fn json_rows(bytes: &[u8]) -> Result<Vec<SheetRow>, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(FileError::TooLarge.into());
    }
    let objects: Vec<Map<String, Value>> = serde_json::from_slice(bytes).map_err(|cause| {
        let text = Text::owned(
            format!("JSON 须为对象列表：{cause}"),
            format!("the JSON is not a list of objects: {cause}"),
        );
        Error::field("file", text)
    })?;
    if objects.is_empty() {
        return Err(FileError::Empty.into());
    }
    if objects.len() >= MAX_ROWS {
        return Err(FileError::TooManyRows.into());
    }
    let mut headings: Vec<String> = Vec::new();
    for key in objects.iter().flat_map(Map::keys) {
        if !headings.contains(key) {
            headings.push(key.clone());
        }
    }
    let row = |(nth, object): (usize, &Map<String, Value>)| SheetRow {
        number: nth + 2,
        cells: headings.iter().map(|heading| object.get(heading).map(cell).unwrap_or_default()).collect(),
    };
    let rows: Vec<SheetRow> = objects.iter().enumerate().map(row).collect();
    let first = SheetRow { number: 1, cells: headings.clone() };
    Ok(std::iter::once(first).chain(rows).collect())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_objects_reads_like_a_sheet() {
        let read =
            rows(" [{\"保密\":true,\"工单编号\":\"A1\"},{\"内容\":\"井盖\",\"工单编号\":7}]".as_bytes())
                .unwrap();
        let cells: Vec<_> = read.iter().map(|row| (row.number, row.cells.join("|"))).collect();
        assert_eq!(cells, [(1, "保密|工单编号|内容".into()), (2, "是|A1|".into()), (3, "|7|井盖".into())]);
        assert!(rows(b"[1]").is_err() && rows(b"[]").is_err());
        assert_eq!(rows("a,b\n1,2\n".as_bytes()).unwrap().len(), 2);
    }
}
