//! Reading registers: CSV to a table, in batches, with a list of the rows that cannot be used.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use csv::ByteRecord;
use linkage::{Cells, Table};
use serde::{Deserialize, Serialize};

use super::person::{self, COLUMNS, Row};

/// Rows that are read while the rows before are being understood.
const BATCH: usize = 8_192;
/// Rows that one task brings into form.
const TASK: usize = 1_024;

/// Our column and the columns of the file that fill it, joined by a space.
pub type Mapping = BTreeMap<String, Vec<String>>;

/// A row that was left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rejected {
    pub file: String,
    pub line: u64,
    pub reason: String,
}

/// What was read.
pub struct Registers {
    pub table: Table,
    pub rejected: Vec<Rejected>,
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
    let mut registers = Registers { table: Table::new(person::fields()), rejected: Vec::new() };
    for file in files {
        one(file, mapping, &mut registers).with_context(|| format!("cannot use `{}`", file.display()))?;
    }
    if let Some(twice) = registers.table.repeated(0) {
        bail!("the record id `{twice}` occurs twice");
    }
    if registers.table.is_empty() {
        bail!("the files hold no usable row");
    }
    Ok(registers)
}

/// For each of our columns the places of the file's columns.
type Places = Vec<Vec<usize>>;

fn places(headers: &ByteRecord, mapping: &Mapping) -> Result<Places> {
    let headers: Vec<&str> = headers
        .iter()
        .map(std::str::from_utf8)
        .collect::<Result<_, _>>()
        .context("the file is not UTF-8 text")?;
    if headers.iter().any(|header| header.contains('\0')) {
        bail!("the file is not CSV");
    }
    let mut places = Vec::new();
    for ours in COLUMNS {
        let mut found = Vec::new();
        match mapping.get(ours) {
            Some(theirs) => {
                for column in theirs {
                    let place = headers.iter().position(|header| header.trim() == column);
                    found.push(
                        place.with_context(|| {
                            format!("the column `{column}`, mapped to `{ours}`, is missing")
                        })?,
                    );
                }
            }
            None => found.extend(headers.iter().position(|header| header.trim() == ours)),
        }
        places.push(found);
    }
    if places.first().is_none_or(Vec::is_empty) {
        bail!("the column `record_id` is missing; its columns are: {}", headers.join(", "));
    }
    if places.iter().skip(1).all(Vec::is_empty) {
        bail!("none of the columns {} is there", COLUMNS.get(1..).unwrap_or_default().join(", "));
    }
    Ok(places)
}

fn one(path: &Path, mapping: &Mapping, registers: &mut Registers) -> Result<()> {
    let file = File::open(path)?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(BufReader::with_capacity(1 << 20, file));
    let places = places(reader.byte_headers()?, mapping)?;
    let width = reader.byte_headers()?.len();
    let name =
        path.file_stem().map_or_else(|| "source".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let source = registers.table.source(&name)?;
    let shown = path.display().to_string();
    let (mut ready, mut next) = (Vec::new(), Vec::new());
    let mut filled = fill(&mut reader, &mut ready)?;
    while filled > 0 {
        let batch = ready.get(..filled).unwrap_or_default();
        let (more, outcome) =
            rayon::join(|| fill(&mut reader, &mut next), || understand(batch, &places, width, &shown));
        let (cells, rejected) = outcome;
        for cells in &cells {
            registers.table.append(source, cells)?;
        }
        registers.rejected.extend(rejected);
        filled = more?;
        std::mem::swap(&mut ready, &mut next);
    }
    Ok(())
}

fn fill(reader: &mut csv::Reader<BufReader<File>>, batch: &mut Vec<ByteRecord>) -> Result<usize> {
    batch.resize_with(BATCH, ByteRecord::new);
    let mut filled = 0;
    for record in batch.iter_mut() {
        if !reader.read_byte_record(record).context("the file is not CSV")? {
            break;
        }
        filled += 1;
    }
    Ok(filled)
}

fn understand(
    batch: &[ByteRecord],
    places: &Places,
    width: usize,
    file: &str,
) -> (Vec<Vec<Cells>>, Vec<Rejected>) {
    use rayon::prelude::*;
    let tasks: Vec<(Vec<Cells>, Vec<Rejected>)> = batch
        .par_chunks(TASK)
        .map(|records| {
            let mut cells = vec![Cells::default(); person::fields().len()];
            let mut rejected = Vec::new();
            for record in records {
                if let Err(reason) = take(record, places, width, &mut cells) {
                    let line = record.position().map_or(0, csv::Position::line);
                    rejected.push(Rejected { file: file.to_owned(), line, reason: reason.to_owned() });
                }
            }
            (cells, rejected)
        })
        .collect();
    let (cells, rejected): (Vec<_>, Vec<_>) = tasks.into_iter().unzip();
    (cells, rejected.into_iter().flatten().collect())
}

fn take(record: &ByteRecord, places: &Places, width: usize, cells: &mut [Cells]) -> Result<(), &'static str> {
    if record.len() != width {
        return Err("the row has another number of columns than the header");
    }
    let mut joined: Vec<String> = Vec::new();
    let mut texts: [&str; COLUMNS.len()] = [""; COLUMNS.len()];
    for columns in places.iter().filter(|columns| columns.len() > 1) {
        let parts: Result<Vec<&str>, _> =
            columns.iter().map(|&at| std::str::from_utf8(record.get(at).unwrap_or_default())).collect();
        joined.push(parts.map_err(|_| "the row is not UTF-8 text")?.join(" "));
    }
    let mut joined = joined.iter();
    for (text, columns) in texts.iter_mut().zip(places) {
        *text = match columns.as_slice() {
            [] => "",
            [at] => std::str::from_utf8(record.get(*at).unwrap_or_default())
                .map_err(|_| "the row is not UTF-8 text")?
                .trim(),
            _ => joined.next().map_or("", |text| text.trim()),
        };
    }
    let [record_id, name, sex, id_no, birth_date, phone, address] = texts;
    if record_id.is_empty() {
        return Err("the record has no id");
    }
    person::write(&Row { record_id, name, sex, id_no, birth_date, phone, address }, cells);
    Ok(())
}
