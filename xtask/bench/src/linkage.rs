//! Links the synthetic district with `wangge link` and with Splink, one after the other, and prints one table.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// What is linked, and with what.
#[derive(clap::Args)]
pub struct Plan {
    /// The program, built for release.
    #[arg(long)]
    wangge: PathBuf,
    /// Where the district, its truth and the results are kept; a district that is already there is used again.
    #[arg(long)]
    dir: PathBuf,
    /// The folder with `generator` and `baseline`.
    #[arg(long)]
    reference: PathBuf,
    #[arg(long, default_value_t = 620_800)]
    residents: u64,
    /// Leaves Splink out.
    #[arg(long)]
    alone: bool,
}

/// Time and memory of a program that has ended.
struct Cost {
    wall: f64,
    cpu: f64,
    peak_gib: f64,
}

/// Quality of a partition, over pairs and over records (B-cubed; Bagga and Baldwin 1998).
struct Quality {
    precision: f64,
    recall: f64,
    f1: f64,
    b3: f64,
}

/// Runs the comparison.
///
/// # Errors
/// When one of the programs fails.
pub fn run(plan: &Plan) -> Result<()> {
    let data = plan.dir.join(format!("district-{}", plan.residents));
    let truth = plan.dir.join(format!("truth-{}", plan.residents));
    if !truth.join("entities.csv").exists() {
        eprintln!("the district …");
        let generator = plan.reference.join("generator/generate.py");
        let mut make = Command::new("python3");
        make.arg(generator).args(["--profile", "open", "--n", &plan.residents.to_string()]);
        ended(make.arg("--out").arg(&data).arg("--truth").arg(&truth))?;
    }
    let entities = groups(&truth.join("truth.csv"))?;
    eprintln!("wangge link …");
    let out = plan.dir.join("wangge");
    let mut link = Command::new(&plan.wangge);
    link.arg("link").args(["civil", "insurance", "grid"].map(|source| data.join(format!("{source}.csv"))));
    let ours =
        (measured(link.arg("--out").arg(&out))?, quality(&groups(&out.join("clusters.csv"))?, &entities)?);
    let mut table = format!(
        "Open profile, {} residents, {} records; load of the machine {}.\n\n| | begins with | wall s | CPU s | peak GiB | cluster P | R | F1 | B-cubed F1 |\n|---|---|---|---|---|---|---|---|---|\n",
        plan.residents,
        entities.len(),
        load()?
    );
    table.push_str(&row("wangge link", "raw CSV", &ours.0, &ours.1));
    if !plan.alone {
        let standard = standardised(plan, &data)?;
        let same = same_input(plan, &standard, &entities)?;
        table.push_str(&row("libs/linkage", "standardised CSV", &same.0, &same.1));
        let (version, cost, quality) = splink(plan, &standard, &entities)?;
        table.push_str(&row(&format!("Splink {version}"), "standardised parquet", &cost, &quality));
        for (input, ours) in [("On the same standardised input", &same.0), ("From raw CSV", &ours.0)] {
            table.push_str(&format!(
                "\n{input} Splink takes {:.1} times the wall time and {:.1} times the CPU time.\n",
                cost.wall / ours.wall,
                cost.cpu / ours.cpu
            ));
        }
    }
    println!("{table}");
    Ok(())
}

/// The load of the machine over the last minute.
fn load() -> Result<String> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split_whitespace().next().unwrap_or("unknown").to_owned())
}

fn row(name: &str, input: &str, cost: &Cost, quality: &Quality) -> String {
    format!(
        "| {name} | {input} | {:.1} | {:.1} | {:.2} | {:.4} | {:.4} | {:.4} | {:.4} |\n",
        cost.wall, cost.cpu, cost.peak_gib, quality.precision, quality.recall, quality.f1, quality.b3
    )
}

/// Python with Splink from PyPI, in an environment of its own.
fn python(plan: &Plan) -> Result<PathBuf> {
    let python = plan.dir.join("venv/bin/python");
    if !python.exists() {
        eprintln!("Splink from PyPI …");
        ended(Command::new("python3").args(["-m", "venv"]).arg(plan.dir.join("venv")))?;
        ended(
            Command::new(&python)
                .args(["-m", "pip", "install", "-q", "splink", "duckdb", "pyarrow", "numpy"]),
        )?;
    }
    Ok(python)
}

/// The standardised table of the reference, as parquet for Splink and the same rows as CSV for us.
fn standardised(plan: &Plan, data: &Path) -> Result<PathBuf> {
    let (python, standard) = (python(plan)?, plan.dir.join(format!("standard-{}", plan.residents)));
    if !standard.join("grid.parquet").exists() {
        eprintln!("the standardised table …");
        ended(Command::new(&python).arg(plan.reference.join("baseline/prep.py")).arg(data).arg(&standard))?;
    }
    if !standard.join("grid.csv").exists() {
        let copy = "import duckdb,sys\nfor s in ('civil','insurance','grid'): duckdb.execute(f\"copy (select * from read_parquet('{sys.argv[1]}/{s}.parquet')) to '{sys.argv[1]}/{s}.csv' (header, quote '')\")";
        ended(Command::new(&python).args(["-c", copy]).arg(&standard))?;
    }
    Ok(standard)
}

/// `libs/linkage` on the standardised table, in a process of its own.
fn same_input(plan: &Plan, standard: &Path, entities: &HashMap<String, String>) -> Result<(Cost, Quality)> {
    eprintln!("libs/linkage …");
    let out = plan.dir.join("standard-out");
    let mut link = Command::new(std::env::current_exe()?);
    link.arg("standard").args(["civil", "insurance", "grid"].map(|s| standard.join(format!("{s}.csv"))));
    Ok((measured(link.arg("--out").arg(&out))?, quality(&groups(&out.join("clusters.csv"))?, entities)?))
}

/// Splink with the settings of the reference.
fn splink(
    plan: &Plan,
    standard: &Path,
    entities: &HashMap<String, String>,
) -> Result<(String, Cost, Quality)> {
    let python = python(plan)?;
    eprintln!("Splink …");
    let out = plan.dir.join("splink");
    let mut run = Command::new(&python);
    run.arg(plan.reference.join("baseline/run_splink.py")).arg(standard).arg(&out);
    ended(run.args(["--threshold", "10"]))?;
    let copy = "import duckdb,sys;duckdb.execute(f\"copy (select unique_id, cluster_id from read_parquet('{sys.argv[1]}/clusters.parquet')) to '{sys.argv[1]}/clusters.csv' (header)\")";
    ended(Command::new(&python).args(["-c", copy]).arg(&out))?;
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out.join("run.json"))?)?;
    let number = |name: &str| {
        report
            .get(name)
            .and_then(serde_json::Value::as_f64)
            .with_context(|| format!("Splink gave no `{name}`"))
    };
    let cost = Cost { wall: number("wall")?, cpu: number("cpu")?, peak_gib: number("peak_rss_gib")? };
    let version = report.get("splink").and_then(serde_json::Value::as_str).unwrap_or("?").to_owned();
    Ok((version, cost, quality(&groups(&out.join("clusters.csv"))?, entities)?))
}

fn ended(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} failed") }
}

/// Runs a program and reads from the kernel what it took, once it has ended and before it is forgotten.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn measured(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let folder = PathBuf::from(format!("/proc/{}", child.id()));
    let (mut cpu, mut peak) = (0.0, 0.0);
    loop {
        if let Some(seconds) = cpu_seconds(&folder) {
            cpu = seconds;
        }
        if let Some(gib) = peak_gib(&folder) {
            peak = gib;
        }
        if let Some(status) = child.try_wait()? {
            let wall = start.elapsed().as_secs_f64();
            return if status.success() {
                Ok(Cost { wall, cpu, peak_gib: peak })
            } else {
                bail!("{command:?} failed")
            };
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// User and system time; the kernel counts hundredths of a second.
fn cpu_seconds(folder: &Path) -> Option<f64> {
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some((fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?) / 100.0)
}

fn peak_gib(folder: &Path) -> Option<f64> {
    let status = std::fs::read_to_string(folder.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / f64::from(1 << 20))
}

/// The second column by the first.
fn groups(path: &Path) -> Result<HashMap<String, String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    Ok(rows
        .map(|(record, group)| (record.trim_matches('"').to_owned(), group.trim_matches('"').to_owned()))
        .collect())
}

fn quality(clusters: &HashMap<String, String>, entities: &HashMap<String, String>) -> Result<Quality> {
    if clusters.len() != entities.len() {
        bail!("{} records were clustered, {} are in the truth", clusters.len(), entities.len());
    }
    let (mut both, mut of_cluster, mut of_entity) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (record, entity) in entities {
        let cluster = clusters.get(record).with_context(|| format!("`{record}` is in no cluster"))?;
        *both.entry((cluster, entity)).or_insert(0_u64) += 1;
        *of_cluster.entry(cluster).or_insert(0_u64) += 1;
        *of_entity.entry(entity).or_insert(0_u64) += 1;
    }
    let pairs = |count: &u64| (count * (count - 1) / 2) as f64;
    let found: f64 = both.values().map(pairs).sum();
    let precision = found / of_cluster.values().map(pairs).sum::<f64>().max(1.0);
    let recall = found / of_entity.values().map(pairs).sum::<f64>().max(1.0);
    let share = |whole: u64, part: u64| (part * part) as f64 / whole as f64;
    let b3 = |size: &dyn Fn(&(&String, &String)) -> u64| {
        both.iter().map(|(key, &count)| share(size(key), count)).sum::<f64>() / entities.len() as f64
    };
    let b3_precision = b3(&|key| of_cluster.get(key.0).copied().unwrap_or(1));
    let b3_recall = b3(&|key| of_entity.get(key.1).copied().unwrap_or(1));
    let mean = |a: f64, b: f64| 2.0 * a * b / (a + b);
    Ok(Quality { precision, recall, f1: mean(precision, recall), b3: mean(b3_precision, b3_recall) })
}

#[cfg(test)]
mod tests {
    use super::quality;
    use std::collections::HashMap;

    #[test]
    fn a_perfect_partition_is_perfect_and_a_lump_is_not() {
        let of = |rows: &[(&str, &str)]| {
            rows.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect::<HashMap<_, _>>()
        };
        let truth = of(&[("1", "a"), ("2", "a"), ("3", "b")]);
        let perfect = quality(&of(&[("1", "x"), ("2", "x"), ("3", "y")]), &truth).unwrap();
        assert!((perfect.f1 - 1.0).abs() < 1e-9 && (perfect.b3 - 1.0).abs() < 1e-9);
        let lump = quality(&of(&[("1", "x"), ("2", "x"), ("3", "x")]), &truth).unwrap();
        assert!((lump.precision - 1.0 / 3.0).abs() < 1e-9 && (lump.recall - 1.0).abs() < 1e-9);
    }
}
