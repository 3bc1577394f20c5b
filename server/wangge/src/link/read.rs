//! Reading registers: files to one table, with a list of the rows that cannot be used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fusion::people::encoding;
use fusion::people::person::{self, COLUMNS, Places};
use fusion::people::rows::{self, Form, Rejected, Understood};
use linkage::Table;
use rayon::prelude::*;
use serde::Deserialize;

/// Pieces that are understood while those before are numbered.
const BATCH: usize = 16;

/// Our column and the columns of the file that fill it, joined by a space.
pub type Mapping = BTreeMap<String, Vec<String>>;

/// What was read.
pub struct Registers {
    pub table: Table,
    pub rejected: Vec<Rejected>,
    /// In the order of the files.
    pub encodings: Vec<String>,
}

/// Reads a mapping file: JSON, `{"name": "姓名", "address": ["街道", "门牌"]}`.
///
/// # Errors
/// When the file is not such a mapping, or names a column that we do not have.
pub fn mapping(path: &Path) -> Result<Mapping> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Columns {
        One(String),
        Several(Vec<String>),
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let written: BTreeMap<String, Columns> = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is no mapping of columns", path.display()))?;
    let mut mapping = Mapping::new();
    for (ours, theirs) in written {
        if !COLUMNS.contains(&ours.as_str()) {
            bail!("`{}` maps `{ours}`, but there are only {}", path.display(), COLUMNS.join(", "));
        }
        mapping.insert(
            ours,
            match theirs {
                Columns::One(column) => vec![column],
                Columns::Several(columns) => columns,
            },
        );
    }
    Ok(mapping)
}

/// Reads all files, each as a source.
///
/// # Errors
/// When a file is not CSV, lacks the column `record_id` or every other one, or an id occurs twice.
pub fn registers(files: &[PathBuf], mapping: &Mapping) -> Result<Registers> {
    let mut registers = Registers { table: person::table(), rejected: Vec::new(), encodings: Vec::new() };
    for file in files {
        one(file, mapping, &mut registers).with_context(|| format!("cannot use `{}`", file.display()))?;
    }
    if let Some(twice) = registers.table.repeated_key() {
        bail!("the record id `{twice}` occurs twice");
    }
    if registers.table.is_empty() {
        bail!("the files hold no usable row");
    }
    Ok(registers)
}

fn places(headers: &[String], mapping: &Mapping) -> Result<Places> {
    if headers.iter().all(String::is_empty) {
        bail!("the file is empty");
    }
    if headers.iter().any(|header| header.contains('\0')) {
        bail!("the file is not CSV");
    }
    let place = |column: &str| headers.iter().position(|header| header == column);
    let mut places = Places::default();
    for (ours, found) in COLUMNS.iter().zip(&mut places) {
        match mapping.get(*ours) {
            Some(theirs) => {
                for column in theirs {
                    found.push(place(column).with_context(|| {
                        format!(
                            "the column `{column}`, mapped to `{ours}`, is missing; its columns are: {}",
                            headers.join(", ")
                        )
                    })?);
                }
            }
            None => found.extend(place(ours)),
        }
    }
    let [record_id, others @ ..] = &places;
    if record_id.is_empty() {
        bail!(
            "the column `record_id` is missing; its columns are: {}. Map others with `--columns`",
            headers.join(", ")
        );
    }
    if others.iter().all(Vec::is_empty) {
        bail!("none of the columns {} is there", COLUMNS.get(1..).unwrap_or_default().join(", "));
    }
    Ok(places)
}

fn one(path: &Path, mapping: &Mapping, registers: &mut Registers) -> Result<()> {
    let encoding::Text { text, encoding, damaged } = encoding::read(std::fs::read(path)?)?;
    let (headers, rest, lines) = rows::header(&text)?;
    let form = Form {
        places: &places(&headers, mapping)?,
        width: headers.len(),
        file: &path.display().to_string(),
        damaged,
    };
    let name =
        path.file_stem().map_or_else(|| "source".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let source = registers.table.source(&name)?;
    registers.encodings.push(encoding.to_owned());
    let pieces = rows::pieces(rest, lines)?;
    let mut batches = pieces.chunks(BATCH);
    let understand = |batch: &[rows::Piece]| -> Vec<Understood> {
        batch.par_iter().with_max_len(1).map(|piece| rows::understand(piece, &form)).collect()
    };
    let mut ready = batches.next().map(understand);
    while let Some(batch) = ready {
        let (next, appended) =
            rayon::join(|| batches.next().map(understand), || registers.table.append(source, &batch));
        appended?;
        registers.rejected.extend(batch.into_iter().flat_map(|understood| understood.rejected));
        ready = next;
    }
    Ok(())
}
