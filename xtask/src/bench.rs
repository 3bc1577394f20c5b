//! `cargo xtask bench`: builds what is measured and what measures, runs it, and keeps the table.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::cluster::{Cluster, Durability};
use crate::{packages, place, program, web};

const KEPT: &str = "docs/bench.md";

/// # Errors
/// When a build fails, the load meets an error, or the table cannot be kept.
pub fn run(mut arguments: Arguments) -> Result<ExitCode> {
    match arguments.word().as_deref() {
        None | Some("orders") => {}
        Some("linkage") => return linkage(arguments),
        Some("registry") => return registry(arguments),
        Some(other) => bail!("`{other}` is nothing that is measured; see `cargo xtask help`"),
    }
    let orders: String = arguments.value("--orders")?.unwrap_or_else(|| "100000,1000000".to_owned());
    let engine: Option<String> = arguments.value("--engine")?;
    let seconds: u64 = arguments.value("--seconds")?.unwrap_or(10);
    let burst: u64 = arguments.value("--burst")?.unwrap_or(0);
    let soak: u64 = arguments.value("--soak")?.unwrap_or(0);
    let keep = !arguments.flag("--no-keep");
    arguments.finish()?;
    let (sqlite, postgres) = match engine.as_deref() {
        None => (true, true),
        Some("sqlite") => (true, false),
        Some("postgres") => (false, true),
        Some(other) => bail!("`--engine` is sqlite or postgres, not `{other}`"),
    };
    packages::ensure(&[packages::POSTGRESQL])?;
    let release = built()?;
    let mut bench = Command::new(release.join("xtask-bench"));
    bench.arg("orders").arg("--wangge").arg(release.join("wangge"));
    bench.arg("--dir").arg(place::target().join("bench"));
    bench.args(["--orders", &orders, "--seconds", &seconds.to_string()]);
    bench.args(["--burst", &burst.to_string(), "--soak", &soak.to_string()]);
    if sqlite {
        bench.arg("--sqlite");
    }
    // Kept alive to the end of the run; measured with fsync on, as in service.
    let cluster = if postgres { Some(Cluster::start(Durability::Real)?) } else { None };
    if let Some(cluster) = &cluster {
        bench.args(["--postgres", &cluster.url()]);
    }
    let table = program::read(bench.stderr(std::process::Stdio::inherit()))?;
    println!("{table}");
    if keep {
        put(&place::root().join(KEPT), ("measured", &format!("{}\n\n{table}", conditions()?)))?;
        println!("kept in {KEPT}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Fuses the sources of a district and finds people in it.
fn registry(mut arguments: Arguments) -> Result<ExitCode> {
    let residents: u64 = arguments.value("--residents")?.unwrap_or(620_800);
    let keep = !arguments.flag("--no-keep");
    arguments.finish()?;
    let release = built()?;
    let mut bench = Command::new(release.join("xtask-bench"));
    bench.arg("registry").arg("--wangge").arg(release.join("wangge"));
    bench.arg("--dir").arg(place::target().join("bench")).args(["--residents", &residents.to_string()]);
    let table = program::read(bench.stderr(std::process::Stdio::inherit()))?;
    println!("{table}");
    if keep {
        put(&place::root().join(KEPT), ("registry", &format!("{}\n\n{table}", conditions()?)))?;
        println!("kept in {KEPT}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds what is measured and what measures; gives their folder.
fn built() -> Result<PathBuf> {
    web::ensure_node()?;
    web::ensure_packages("web")?;
    web::ensure_built()?;
    let build = ["build", "--release", "--package", "wangge", "--package", "xtask-bench"];
    program::run(&mut program::cargo(&build))?;
    Ok(place::target().join("release"))
}

/// Links the synthetic district beside Splink. `--reference` is the folder with the generator and the baseline.
fn linkage(mut arguments: Arguments) -> Result<ExitCode> {
    let reference = arguments.value("--reference")?.unwrap_or_else(|| "../shared/linkage".to_owned());
    let residents: u64 = arguments.value("--residents")?.unwrap_or(620_800);
    let alone = arguments.flag("--alone");
    let keep = !arguments.flag("--no-keep");
    arguments.finish()?;
    let release = built()?;
    let mut bench = Command::new(release.join("xtask-bench"));
    bench.arg("linkage").arg("--wangge").arg(release.join("wangge"));
    bench.arg("--dir").arg(place::target().join("bench-linkage"));
    bench.arg("--reference").arg(place::root().join(reference)).args(["--residents", &residents.to_string()]);
    if alone {
        bench.arg("--alone");
    }
    let table = program::read(bench.stderr(std::process::Stdio::inherit()))?;
    println!("{table}");
    if keep {
        put(&place::root().join(KEPT), ("linkage", &format!("{}\n\n{table}", conditions()?)))?;
        println!("kept in {KEPT}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The machine, the day and the state of the source, without which a number says nothing.
fn conditions() -> Result<String> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = field(&std::fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal");
    let day = program::read(&mut program::command("date", &["-u", "+%Y-%m-%d"]))?;
    let commit = program::read(&mut program::command("git", &["rev-parse", "--short=12", "HEAD"]))?;
    let clean = program::read(&mut program::command("git", &["status", "--porcelain"]))?.trim().is_empty();
    let state = if clean { "" } else { " with uncommitted changes" };
    Ok(format!(
        "{}, {cores} cores, {memory} of memory; {}; commit {}{state}.",
        field(&cpu, "model name"),
        day.trim(),
        commit.trim()
    ))
}

/// Puts a text between the markers of its part of the page.
fn put(path: &Path, (part, text): (&str, &str)) -> Result<()> {
    let page = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let page = replaced(&page, part, text)
        .with_context(|| format!("`{}` has no markers for `{part}`", path.display()))?;
    std::fs::write(path, page).with_context(|| format!("cannot write `{}`", path.display()))
}

fn replaced(page: &str, part: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {part}: begin -->"), format!("<!-- {part}: end -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{}\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_stands_between_the_markers_is_replaced() {
        let page = "top\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nbottom\n";
        let expected = "top\n<!-- measured: begin -->\nnew\n<!-- measured: end -->\nbottom\n";
        assert_eq!(replaced(page, "measured", "new\n").as_deref(), Some(expected));
        assert_eq!(replaced(page, "linkage", "new"), None);
    }
}
