//! What a run leaves: clusters.csv, links.csv, model.json, run.json, rejected.csv, report.html.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use linkage::{Clusters, Fit, Model, Plan, Scored, Table};
use serde::{Deserialize, Serialize};

use super::read::{Mapping, Rejected};

/// What a run was made of, so that it can be explained later.
#[derive(Serialize, Deserialize)]
pub struct Run {
    pub files: Vec<PathBuf>,
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
    let records = u32::try_from(table.len())?;
    let mut count = 0;
    csv(folder, "clusters.csv", "record_id,cluster_id", |out| {
        for (record, &cluster) in (0..records).zip(&clusters.of) {
            count += usize::from(cluster == record);
            writeln!(out, "{},{}", quoted(table.text(record, 0)), quoted(table.text(cluster, 0)))?;
        }
        Ok(())
    })?;
    csv(folder, "links.csv", "left,right,weight", |out| {
        for link in links {
            let (left, right) = (table.text(link.left, 0), table.text(link.right, 0));
            writeln!(out, "{},{},{:.3}", quoted(left), quoted(right), link.weight)?;
        }
        Ok(())
    })?;
    csv(folder, "rejected.csv", "file,line,reason", |out| {
        for row in rejected {
            writeln!(out, "{},{},{}", quoted(&row.file), row.line, quoted(&row.reason))?;
        }
        Ok(())
    })?;
    fs::write(folder.join("model.json"), model.to_json()?)?;
    fs::write(folder.join("run.json"), serde_json::to_string_pretty(run)?)?;
    fs::write(folder.join("report.html"), report)?;
    Ok(Written { clusters: count })
}

fn csv(
    folder: &Path,
    name: &str,
    header: &str,
    rows: impl FnOnce(&mut BufWriter<fs::File>) -> std::io::Result<()>,
) -> Result<()> {
    let path = folder.join(name);
    let write = || {
        let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(&path)?);
        writeln!(out, "{header}")?;
        rows(&mut out)?;
        out.flush()
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
