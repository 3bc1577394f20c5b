//! `wangge link`: registers in, clusters out, and why. Needs no server and no database.

mod read;
mod report;
mod why;
mod write;

use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use fusion::people::residents;
use linkage::{Limits, Model, Training};

/// Finds which records of registers are of one person, and says why.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Link {
    /// CSV files with a header, each a source: record_id, name, sex, id_no, birth_date, phone, address, or some of them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The folder for clusters.csv, links.csv, model.json and report.html.
    #[arg(long, required = true)]
    out: Option<PathBuf>,
    /// A trained model to use as it is, or an untrained one to train, instead of the one that comes with the program.
    #[arg(long)]
    model: Option<PathBuf>,
    /// JSON that says which column of the files is which: {"name": "姓名", "address": ["街道", "门牌"]}.
    #[arg(long)]
    columns: Option<PathBuf>,
    /// The least weight (log2 of the odds) of a link.
    #[arg(long, allow_negative_numbers = true)]
    threshold: Option<f64>,
    /// Chooses the random pairs of the training; the same seed gives the same result.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The most records that may share one key before the run is refused.
    #[arg(long, default_value_t = Limits::default().block)]
    largest_block: u64,
    #[command(subcommand)]
    command: Option<LinkCommand>,
}

#[derive(Subcommand)]
enum LinkCommand {
    /// Explains why two records are, or are not, in one cluster.
    Explain {
        /// The folder that `wangge link` has written.
        folder: PathBuf,
        left: String,
        right: String,
        /// Writes the waterfall as a picture to this file.
        #[arg(long)]
        svg: Option<PathBuf>,
        /// Answers in English.
        #[arg(long)]
        english: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// When the files cannot be used, or the plan asks for too much. Then nothing is written.
pub fn run(link: Link) -> Result<()> {
    match link.command {
        Some(LinkCommand::Explain { folder, left, right, svg, english }) => {
            why::explain(&folder, &left, &right, svg.as_deref(), english)
        }
        None => registers(&link),
    }
}

/// A step of the work, for a person who waits.
fn progress(text: &str) {
    let mut out = std::io::stderr();
    let _ = if out.is_terminal() { write!(out, "\r\x1b[K{text}") } else { writeln!(out, "{text}") };
}

fn registers(link: &Link) -> Result<()> {
    let out = link.out.as_deref().context("`--out` names no folder")?;
    let mut model = match &link.model {
        Some(path) => trained(path)?,
        None => residents::model(),
    };
    if let Some(threshold) = link.threshold {
        model.threshold = threshold;
    }
    let mapping = link.columns.as_deref().map(read::mapping).transpose()?.unwrap_or_default();
    progress("reading");
    let registers = read::registers(&link.files, &mapping)?;
    let table = &registers.table;
    progress(&format!("planning: {} records", table.len()));
    let prepared = linkage::prepare(&model, table)?;
    prepared.plan.within(Limits { block: link.largest_block, ..Limits::default() })?;
    let mut fit = None;
    if !model.is_trained() {
        progress(&format!("training: at most {} pairs", prepared.plan.pairs));
        fit = Some(linkage::fit(&mut model, &prepared, Training { seed: link.seed, ..Training::default() })?);
    }
    progress("comparing");
    let links = linkage::score(&model, &prepared, model.threshold)?;
    progress(&format!("clustering: {} links of {} pairs", links.links.len(), links.compared));
    let clusters = linkage::cluster(&model, &prepared, &links.links, model.threshold)?;
    progress("writing");
    let run = write::Run {
        files: absolute(&link.files)?,
        encodings: registers.encodings.clone(),
        mapping,
        seed: link.seed,
        plan: prepared.plan.clone(),
        compared: links.compared,
        fit,
    };
    let report = report::page(&run, &model, &prepared, &registers.rejected, &links.links, &clusters)?;
    let written =
        write::all(out, &run, &model, table, &registers.rejected, &links.links, &clusters, &report)?;
    progress(&format!(
        "{} records, {} clusters, {} links, {} rows left out; see {}\n",
        table.len(),
        written.clusters,
        links.links.len(),
        registers.rejected.len(),
        out.join("report.html").display()
    ));
    Ok(())
}

fn trained(path: &Path) -> Result<Model> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Model::from_json(&text).with_context(|| format!("`{}` is no model", path.display()))
}

fn absolute(files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for file in files {
        let path = std::path::absolute(file)?;
        if paths.contains(&path) {
            bail!("`{}` is given twice", file.display());
        }
        paths.push(path);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a register and links it; gives the error, if any, and the clusters.
    fn linked(name: &str, text: &str) -> (Option<String>, Option<String>) {
        let folder = std::env::temp_dir().join(format!("wangge-link-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (file, out) = (folder.join("register.csv"), folder.join("out"));
        std::fs::write(&file, text).unwrap();
        let link = Link {
            files: vec![file],
            out: Some(out.clone()),
            model: None,
            columns: None,
            threshold: None,
            seed: 1,
            largest_block: 5_000,
            command: None,
        };
        let error = run(link).err().map(|error| format!("{error:#}"));
        let clusters = std::fs::read_to_string(out.join("clusters.csv")).ok();
        std::fs::remove_dir_all(&folder).unwrap();
        (error, clusters)
    }

    #[test]
    fn a_bad_row_does_not_stop_the_run() {
        let (error, clusters) =
            linked("rows", "record_id,name\nA1,韦梓涵\nA2,韦梓涵,extra\n,李伟\nA3,李伟\n");
        assert_eq!(error, None);
        assert_eq!(clusters.as_deref(), Some("record_id,cluster_id\nA1,A1\nA3,A3\n"));
    }

    #[test]
    fn a_run_can_be_explained_however_little_it_has_learnt() {
        let folder = std::env::temp_dir().join(format!("wangge-link-{}-why", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (file, columns, out) = (folder.join("a.csv"), folder.join("columns.json"), folder.join("out"));
        let (text, _, _) = encoding_rs::GBK.encode("编号,姓名\nA1,韦梓涵\nA2,李伟\n");
        std::fs::write(&file, text).unwrap();
        std::fs::write(&columns, r#"{"record_id": "编号", "name": "姓名"}"#).unwrap();
        let link = Link {
            files: vec![file],
            out: Some(out.clone()),
            model: None,
            columns: Some(columns),
            threshold: None,
            seed: 1,
            largest_block: 5_000,
            command: None,
        };
        run(link).unwrap();
        why::explain(&out, "A1", "A2", None, true).unwrap();
        assert!(std::fs::read_to_string(out.join("report.html")).unwrap().contains("GB18030"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_no_register_is_refused_and_nothing_is_written() {
        for (name, text, reason) in [
            ("twice", "record_id,name\nA1,韦\nA1,李\n", "occurs twice"),
            ("column", "id,name\nA1,韦\n", "`record_id` is missing"),
            ("empty", "", "the file is empty"),
            ("header", "record_id,name\n", "no usable row"),
            ("binary", "PK\u{3}\u{4}", "is a workbook"),
        ] {
            let (error, clusters) = linked(name, text);
            assert!(error.as_deref().is_some_and(|error| error.contains(reason)), "{name}: {error:?}");
            assert_eq!(clusters, None, "{name}");
        }
    }
}
