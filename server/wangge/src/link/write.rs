//! What a run leaves: clusters.csv, links.csv, model.json, run.json, rejected.csv, report.html.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fusion::people::rows::Rejected;
use linkage::{Clusters, Fit, Model, Plan, Scored, Table};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::read::Mapping;

/// Rows that one task brings into text.
const PART: usize = 16_384;

/// What a run was made of, so that it can be explained later.
#[derive(Serialize, Deserialize)]
pub struct Run {
    pub files: Vec<PathBuf>,
    /// How each file was encoded.
    pub encodings: Vec<String>,
    pub mapping: Mapping,
    pub seed: u64,
    pub plan: Plan,
    pub compared: u64,
    /// Absent where a trained model was used as it is.
    pub fit: Option<Fit>,
}

/// What was written.
pub struct Written {
    pub clusters: usize,
}

/// Writes everything; the folder is made if it is not there.
///
/// # Errors
/// When a file cannot be written.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one part of what a run leaves, and no two belong together"
)]
pub fn all(
    folder: &Path,
    run: &Run,
    model: &Model,
    table: &Table,
    rejected: &[Rejected],
    links: &[Scored],
    clusters: &Clusters,
    report: &str,
) -> Result<Written> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let id = |record: u32| quoted(table.key(record));
    let records: Vec<(u32, u32)> = (0..).zip(clusters.of.iter().copied()).collect();
    csv(folder, "clusters.csv", "record_id,cluster_id", &records, |&(record, cluster), out| {
        writeln!(out, "{},{}", id(record), id(cluster))
    })?;
    csv(folder, "links.csv", "left,right,weight", links, |link, out| {
        writeln!(out, "{},{},{:.3}", id(link.left), id(link.right), link.weight)
    })?;
    csv(folder, "rejected.csv", "file,line,reason", rejected, |row, out| {
        let (zh, en) = row.reason.texts();
        writeln!(out, "{},{},{zh} ({en})", quoted(&row.file), row.line)
    })?;
    fs::write(folder.join("model.json"), model.to_json()?)?;
    fs::write(folder.join("run.json"), serde_json::to_string_pretty(run)?)?;
    fs::write(folder.join("report.html"), report)?;
    Ok(Written { clusters: records.iter().filter(|(record, cluster)| record == cluster).count() })
}

/// Writes a file of CSV: parts of the rows become text side by side and are written in their order.
fn csv<T: Sync>(
    folder: &Path,
    name: &str,
    header: &str,
    rows: &[T],
    row: impl Fn(&T, &mut String) -> std::fmt::Result + Sync,
) -> Result<()> {
    let path = folder.join(name);
    let write = || {
        let mut out = fs::File::create(&path)?;
        writeln!(out, "{header}")?;
        for parts in rows.chunks(PART * 16) {
            let texts = parts.par_chunks(PART).map(|part| {
                let mut text = String::with_capacity(PART * 24);
                part.iter().try_for_each(|one| row(one, &mut text)).map(|()| text)
            });
            let texts = texts.collect::<Result<Vec<_>, _>>().map_err(std::io::Error::other)?;
            texts.iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
        }
        Ok::<(), std::io::Error>(())
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}

/// A cell of CSV, quoted where it must be (RFC 4180).
fn quoted(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}
