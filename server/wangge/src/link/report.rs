//! The page that a run leaves: opens offline, in both languages, without a script.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use fusion::people::rows::Rejected;
use linkage::svg::{self, escaped};
use linkage::{Clusters, Explainer, Language, Model, Prepared, Scored, Table};

use super::write::Run;

const STYLE: &str = include_str!("report.css");
/// Pairs that are shown with their waterfall.
const SHOWN: usize = 12;
/// Rejected rows that are shown; the file has all.
const LISTED: usize = 50;

/// Makes the page.
///
/// # Errors
/// When the model is not trained.
pub fn page(
    run: &Run,
    model: &Model,
    prepared: &Prepared,
    rejected: &[Rejected],
    links: &[Scored],
    clusters: &Clusters,
) -> Result<String> {
    let table = prepared.table();
    let mut out = String::with_capacity(1 << 16);
    out.push_str("<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>数据比对报告 · Linkage report</title><style>");
    out.push_str(STYLE);
    out.push_str("</style><main><h1>数据比对报告 <small>Linkage report</small></h1>");
    counts(&mut out, run, table, links, clusters, rejected.len());
    sources(&mut out, run, table, clusters);
    rules(&mut out, run);
    section(
        &mut out,
        "各级别在同一人与非同一人记录对中的比例",
        "Shares of levels among pairs of one person (m) and of two (u)",
    );
    out.push_str(&svg::levels(model, Language::Chinese));
    weights(&mut out, model, links);
    pairs(&mut out, model, prepared, links, clusters)?;
    unlinkable(&mut out, table, clusters, model);
    rows(&mut out, rejected);
    out.push_str("</main></html>");
    Ok(out)
}

fn section(out: &mut String, zh: &str, en: &str) {
    // Writing to a string cannot fail, here and below.
    let _ = write!(out, "<h2>{zh} <small>{en}</small></h2>");
}

fn counts(
    out: &mut String,
    run: &Run,
    table: &Table,
    links: &[Scored],
    clusters: &Clusters,
    rejected: usize,
) {
    let people =
        (0..).zip(&clusters.of).filter(|&(record, &cluster): &(u32, &u32)| record == cluster).count();
    out.push_str("<dl>");
    for (zh, en, value) in [
        ("记录", "records", table.len() as u64),
        ("归并后人数", "clusters", people as u64),
        ("比较的记录对", "pairs compared", run.compared),
        ("达到门槛的记录对", "links", links.len() as u64),
        ("号码冲突或互相矛盾而未合并", "links refused by a constraint", clusters.refused.len() as u64),
        ("未采用的行", "rows left out", rejected as u64),
        ("随机种子", "seed", run.seed),
    ] {
        let _ = write!(out, "<div><dt>{zh} <small>{en}</small></dt><dd>{value}</dd></div>");
    }
    out.push_str("</dl>");
}

fn sources(out: &mut String, run: &Run, table: &Table, clusters: &Clusters) {
    // One bit for each source; sources beyond the sixty-third share the last bit.
    let mut sets = vec![0_u64; clusters.of.len()];
    let mut totals = vec![0_u64; table.source_names().len()];
    for (record, &cluster) in (0..).zip(&clusters.of) {
        let source = table.source_of(record);
        if let Some(total) = totals.get_mut(usize::from(source)) {
            *total += 1;
        }
        if let Some(set) = sets.get_mut(cluster as usize) {
            *set |= 1 << source.min(63);
        }
    }
    let mut overlap: BTreeMap<u64, u64> = BTreeMap::new();
    for set in sets.into_iter().filter(|&set| set != 0) {
        *overlap.entry(set).or_default() += 1;
    }
    section(out, "来源与重叠", "Sources and overlap");
    out.push_str("<table><tr><th>来源 source</th><th>记录 records</th><th>编码 encoding</th></tr>");
    for ((name, total), encoding) in table.source_names().iter().zip(&totals).zip(&run.encodings) {
        let _ =
            write!(out, "<tr><td>{}</td><td>{total}</td><td>{}</td></tr>", escaped(name), escaped(encoding));
    }
    out.push_str("</table><table><tr><th>见于 seen in</th><th>人数 clusters</th></tr>");
    for (set, count) in overlap {
        let names: Vec<String> = (0..64)
            .zip(table.source_names())
            .filter(|(at, _)| set >> at & 1 == 1)
            .map(|(_, name)| escaped(name))
            .collect();
        let _ = write!(out, "<tr><td>{}</td><td>{count}</td></tr>", names.join(" + "));
    }
    out.push_str("</table>");
}

fn rules(out: &mut String, run: &Run) {
    section(out, "候选规则", "Rules of blocking");
    out.push_str("<table><tr><th>规则 rule</th><th>记录对（上限） pairs at most</th><th>最大组 largest block</th></tr>");
    for rule in &run.plan.rules {
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&rule.rule),
            rule.pairs,
            rule.largest_block
        );
    }
    out.push_str("</table>");
}

fn weights(out: &mut String, model: &Model, links: &[Scored]) {
    section(out, "权重分布", "Weights of the links");
    let mut bins: BTreeMap<i64, u64> = BTreeMap::new();
    for link in links {
        *bins.entry((f64::from(link.weight) / 2.0).floor() as i64 * 2).or_default() += 1;
    }
    let most = bins.values().copied().max().unwrap_or(1) as f64;
    let _ = write!(out, "<p>门槛 threshold {:.1}</p><table class=\"bars\">", model.threshold);
    for (bin, count) in bins {
        let _ = write!(
            out,
            "<tr><th>{bin}</th><td><meter max=\"{most}\" value=\"{count}\"></meter></td><td>{count}</td></tr>"
        );
    }
    out.push_str("</table>");
}

fn pairs(
    out: &mut String,
    model: &Model,
    prepared: &Prepared,
    links: &[Scored],
    clusters: &Clusters,
) -> Result<()> {
    let table = prepared.table();
    let explainer = Explainer::new(model, prepared)?;
    let mut weakest = clusters.joined.clone();
    weakest.reverse();
    weakest.truncate(SHOWN);
    let step = (links.len() / SHOWN).max(1);
    let sample: Vec<Scored> = links.iter().copied().step_by(step).take(SHOWN).collect();
    let refused: Vec<Scored> = clusters.refused.iter().take(SHOWN).map(|refused| refused.link).collect();
    for (zh, en, chosen) in [
        ("最弱的合并（请人工复核）", "Weakest joins, to be reviewed", weakest),
        (
            "未合并：证件号码不同或记录互相矛盾",
            "Refused: different valid numbers, or records that contradict each other",
            refused,
        ),
        ("抽样", "A sample", sample),
    ] {
        section(out, zh, en);
        for link in chosen {
            let explanation = explainer.pair(link.left, link.right);
            let (left, right) = (escaped(table.key(link.left)), escaped(table.key(link.right)));
            let _ = write!(out, "<details><summary>{left} ~ {right} <b>{:+.1}</b></summary>", link.weight);
            out.push_str(&svg::waterfall(&explanation, Language::Chinese));
            out.push_str("<table>");
            for step in &explanation.steps {
                let comparison = step.comparison.text(Language::Chinese);
                let _ = write!(
                    out,
                    "<tr><th>{comparison}</th><td>{}</td><td>{}</td></tr>",
                    escaped(&step.left),
                    escaped(&step.right)
                );
            }
            out.push_str("</table></details>");
        }
    }
    Ok(())
}

/// Records that say too little for any rule to find them.
fn unlinkable(out: &mut String, table: &Table, clusters: &Clusters, model: &Model) {
    let rules: Vec<Vec<usize>> = model
        .blocking
        .iter()
        .map(|rule| rule.0.iter().filter_map(|field| table.field(field)).collect())
        .collect();
    let silent =
        |record: u32| rules.iter().all(|fields| fields.iter().any(|&field| !table.says(record, field)));
    let alone: Vec<u32> =
        (0..).zip(&clusters.of).filter(|&(record, _)| silent(record)).map(|(record, _)| record).collect();
    section(out, "无法比对的记录", "Records that say too little to be found");
    let _ = write!(out, "<p>{}</p><p>", alone.len());
    for record in alone.iter().take(LISTED) {
        let _ = write!(out, "<code>{}</code> ", escaped(table.key(*record)));
    }
    out.push_str("</p>");
}

fn rows(out: &mut String, rejected: &[Rejected]) {
    section(out, "未采用的行", "Rows left out");
    out.push_str("<table><tr><th>文件 file</th><th>行 line</th><th>原因 reason</th></tr>");
    for row in rejected.iter().take(LISTED) {
        let (zh, en) = row.reason.texts();
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{zh} <small>{en}</small></td></tr>",
            escaped(&row.file),
            row.line
        );
    }
    out.push_str("</table>");
}
