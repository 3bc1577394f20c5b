//! The standardised table that Splink reads, linked with `libs/linkage`: the comparisons, rules and sessions of the
//! reference, so that both engines do the same work. Nothing is normalised here.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use linkage::{
    Cells, Comparison, Constraints, Field, Kind, Label, Level, Limits, Link, Model, Prior, Rule, Table, Test,
    Training,
};

/// What is linked.
#[derive(clap::Args)]
pub struct Plan {
    /// Standardised CSV, a file for each source: the columns of the reference without quotes.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the clusters are written.
    #[arg(long)]
    out: PathBuf,
    #[arg(long, default_value_t = 4.0)]
    threshold: f64,
}

/// The columns that are compared, as the reference calls them.
const FIELDS: [(&str, Kind); 12] = [
    ("name", Kind::Text),
    ("name_py", Kind::Text),
    ("surname_py", Kind::Text),
    ("given_py", Kind::Text),
    ("sex", Kind::Text),
    ("id_no", Kind::Identifier),
    ("dob", Kind::Date),
    ("dob_year", Kind::Text),
    ("phone", Kind::Text),
    ("estate", Kind::Text),
    ("bldg", Kind::Text),
    ("addr_key", Kind::Text),
];

/// Bytes of a file that one task reads.
const PIECE: usize = 1 << 20;

/// Links the files and writes `clusters.csv`.
///
/// # Errors
/// When a file is not such a table, or the plan is too large.
pub fn run(plan: &Plan) -> Result<()> {
    let fields = FIELDS.map(|(name, kind)| Field::new(name, kind)).to_vec();
    let mut table = Table::new(fields).keyed();
    for file in &plan.files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        read(&text, &file.display().to_string(), &mut table)?;
    }
    let mut model = model();
    let prepared = linkage::prepare(&model, &table)?;
    prepared.plan.within(Limits::default())?;
    linkage::fit(&mut model, &prepared, Training { seed: 1, random_pairs: 10_000_000 })?;
    let links = linkage::score(&model, &prepared, plan.threshold)?;
    let clusters = linkage::cluster(&model, &prepared, &links.links, plan.threshold)?;
    fs::create_dir_all(&plan.out)?;
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(plan.out.join("clusters.csv"))?);
    writeln!(out, "record_id,cluster_id")?;
    for (record, &cluster) in (0..).zip(&clusters.of) {
        writeln!(out, "{},{}", table.key(record), table.key(cluster))?;
    }
    out.flush()?;
    Ok(())
}

fn read(text: &str, source: &str, table: &mut Table) -> Result<()> {
    use rayon::prelude::*;
    let (header, rest) = text.split_once('\n').context("the table has no header")?;
    let place = |name: &str| {
        header.split(',').position(|column| column == name).with_context(|| format!("no column `{name}`"))
    };
    let places = FIELDS.iter().map(|(name, _)| place(name)).collect::<Result<Vec<_>>>()?;
    let (key, sound) = (place("unique_id")?, place("id_ok")?);
    let mut pieces = Vec::new();
    let mut rest = rest;
    while !rest.is_empty() {
        let end = rest.as_bytes().iter().skip(PIECE).position(|&b| b == b'\n');
        let (piece, behind) = rest.split_at(end.map_or(rest.len(), |end| PIECE + end + 1));
        pieces.push(piece);
        rest = behind;
    }
    let batches: Vec<Vec<Cells>> = pieces
        .into_par_iter()
        .map(|piece| {
            let mut cells = vec![Cells::default(); FIELDS.len() + 1];
            let mut row: Vec<&str> = Vec::new();
            for line in piece.lines() {
                row.clear();
                row.extend(line.split(','));
                let cell = |at: usize| row.get(at).copied().unwrap_or("");
                let Some((keys, cells)) = cells.split_last_mut() else { continue };
                keys.push(cell(key), true);
                let sound = cell(sound) == "true";
                cells.iter_mut().zip(&places).for_each(|(cells, &at)| cells.push(cell(at), sound));
            }
            cells
        })
        .collect();
    let source = table.source(source)?;
    table.append(source, &batches)?;
    Ok(())
}

fn same(field: &str) -> Test {
    Test::Same { field: field.to_owned() }
}

fn level(label: &str, test: Test) -> Level {
    Level::new(label, label, test)
}

fn comparison(name: &str, missing: &[&str], middle: Vec<Level>) -> Comparison {
    let missing = Test::Missing { fields: missing.iter().map(|&field| field.to_owned()).collect() };
    let levels = std::iter::once(level("missing", missing))
        .chain(middle)
        .chain([level("different", Test::Otherwise)])
        .collect();
    Comparison { name: name.to_owned(), label: Label::new(name, name), levels }
}

/// The settings of the reference.
fn model() -> Model {
    let edits = |field: &str, at_most, unsound| Test::Edits { field: field.to_owned(), at_most, unsound };
    let dob = || "dob".to_owned();
    let both = |fields: [&str; 2]| Test::All { of: fields.map(same).to_vec() };
    let names = vec![
        level("same characters", same("name")).rarity("name"),
        level("same reading", same("name_py")).rarity("name_py"),
        level("one character differs", Test::OneReplaced { field: "name".to_owned(), at_least_long: 3 }),
        level("same surname reading", same("surname_py")),
    ];
    let numbers = vec![
        level("same", same("id_no")),
        level("at most two edits, a check fails", edits("id_no", 2, true)),
    ];
    let dates = vec![
        level("same", same("dob")),
        level("one edit", edits("dob", 1, false)),
        level("year only", Test::CoarseDate { field: dob() }),
        level("within 55 days", Test::DaysApart { field: dob(), at_most: 55 }),
        level("same year", Test::SameYear { field: dob() }),
    ];
    let contacts = vec![
        level("same phone and dwelling", both(["phone", "addr_key"])),
        level("same phone", same("phone")),
        level("same dwelling", same("addr_key")),
        level("phone with one edit", edits("phone", 1, false)),
        level("same building", both(["estate", "bldg"])),
        level("same estate", same("estate")),
    ];
    Model {
        link: Link::Both,
        comparisons: vec![
            comparison("name", &["name"], names),
            comparison("id_no", &["id_no"], numbers),
            comparison("dob", &["dob"], dates),
            comparison("sex", &["sex"], vec![level("same", same("sex"))]),
            comparison("contact", &["phone", "addr_key"], contacts),
        ],
        blocking: vec![
            Rule::on(&["id_no"]),
            Rule::on(&["name_py", "dob"]),
            Rule::on(&["phone", "surname_py"]),
            Rule::on(&["dob", "addr_key"]),
            Rule::on(&["surname_py", "addr_key"]),
            Rule::on(&["surname_py", "dob"]),
            Rule::on(&["name_py", "estate"]),
            Rule::on(&["name_py", "dob_year"]),
            Rule::on(&["phone", "dob"]),
            Rule::on(&["given_py", "addr_key"]),
        ],
        prior: Prior {
            certain: vec![Rule::on(&["id_no"]), Rule::on(&["name", "dob", "phone"])],
            recall: 0.75,
            probability: None,
        },
        training: vec![Rule::on(&["id_no"]), Rule::on(&["name_py", "dob"])],
        constraints: Constraints { never_differ: vec!["id_no".to_owned()], no_pair_below: Some(-10.0) },
        threshold: 4.0,
    }
}
