//! `wangge link explain`: one pair of a run that was made before.

use std::path::Path;

use anyhow::{Context, Result};
use linkage::{Explainer, Language, Model, WhyNot};

use super::read;
use super::write::Run;

/// Prints the waterfall of a pair and why its records are, or are not, in one cluster.
///
/// # Errors
/// When the folder is no run's, its files are gone, or a record is not in them.
pub fn explain(folder: &Path, left: &str, right: &str, svg: Option<&Path>, english: bool) -> Result<()> {
    let text = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`: is it a folder of `wangge link`?", path.display()))
    };
    let run: Run = serde_json::from_str(&text("run.json")?).context("`run.json` is not readable")?;
    let model = Model::from_json(&text("model.json")?)?;
    let registers = read::registers(&run.files, &run.mapping)?;
    let table = &registers.table;
    let record =
        |id: &str| table.find(id).with_context(|| format!("no record `{id}` in the files of the run"));
    let (left, right) = (record(left)?, record(right)?);
    let prepared = linkage::prepare(&model, table)?;
    let explanation = Explainer::new(&model, &prepared)?.pair(left, right);
    let language = if english { Language::English } else { Language::Chinese };
    print!("{}", explanation.to_text(language));
    let links = linkage::score(&model, &prepared, model.threshold)?;
    let clusters = linkage::cluster(&model, &prepared, &links.links, model.threshold)?;
    println!("{}", sentence(&clusters, &model, table, left, right, explanation.total, english));
    if let Some(path) = svg {
        std::fs::write(path, linkage::svg::waterfall(&explanation, language))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

/// Why the two records are, or are not, in one cluster.
fn sentence(
    clusters: &linkage::Clusters,
    model: &Model,
    table: &linkage::Table,
    left: u32,
    right: u32,
    total: f64,
    english: bool,
) -> String {
    let of = |record: u32| clusters.of.get(record as usize).copied().unwrap_or(record);
    let (a, b) = (of(left), of(right));
    let threshold = model.threshold;
    if a == b {
        let joints = clusters.joined.iter().filter(|link| of(link.left) == a);
        let path: Vec<String> = joints
            .map(|link| format!("{} ~ {} ({:+.1})", table.key(link.left), table.key(link.right), link.weight))
            .collect();
        return if english {
            format!("in one cluster, joined by: {}", path.join("; "))
        } else {
            format!("归为同一人，依据：{}", path.join("；"))
        };
    }
    let refused = clusters.refused.iter().find(|refused| {
        let ends = (of(refused.link.left), of(refused.link.right));
        ends == (a, b) || ends == (b, a)
    });
    match (refused.map(|refused| refused.why), english) {
        (Some(WhyNot::Differ { .. }), true) => {
            "not in one cluster: the groups hold two different valid identity numbers".to_owned()
        }
        (Some(WhyNot::Differ { .. }), false) => {
            "未归为同一人：两组记录各有一个有效且不同的证件号码".to_owned()
        }
        (Some(WhyNot::Pair { left, right, weight }), true) => {
            format!(
                "not in one cluster: {} and {} contradict each other ({weight:+.1})",
                table.key(left),
                table.key(right)
            )
        }
        (Some(WhyNot::Pair { left, right, weight }), false) => {
            format!("未归为同一人：记录 {} 与 {} 互相矛盾（{weight:+.1}）", table.key(left), table.key(right))
        }
        (None, true) if total >= threshold => {
            "not in one cluster: no rule of blocking brings the two together".to_owned()
        }
        (None, false) if total >= threshold => {
            "未归为同一人：没有一条候选规则把两条记录放在一起比较".to_owned()
        }
        (None, true) => format!("not in one cluster: the weight is below the threshold of {threshold:.1}"),
        (None, false) => format!("未归为同一人：权重低于门槛 {threshold:.1}"),
    }
}
