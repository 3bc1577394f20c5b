//! What the crate promises, on companies: nothing here knows of persons.

use linkage::{
    Cells, Clusters, Comparison, Constraints, Explainer, Field, Kind, Label, Level, Limits, Link, Links,
    Loaded, Model, Prior, Refusal, Rule, Table, Test, Training, cluster, fit, prepare, score,
};
use proptest::prelude::*;

fn same(field: &str) -> Test {
    Test::Same { field: field.into() }
}

fn comparison(name: &str, middle: Vec<Level>) -> Comparison {
    let missing = Level::new("缺失", "missing", Test::Missing { fields: vec![name.into()] });
    let levels = std::iter::once(missing)
        .chain(middle)
        .chain([Level::new("不同", "different", Test::Otherwise)])
        .collect();
    Comparison { name: name.into(), label: Label::new(name, name), levels }
}

fn model(link: Link) -> Model {
    let slip = |field: &str, unsound| Test::Edits { field: field.into(), at_most: 1, unsound };
    Model {
        link,
        comparisons: vec![
            comparison(
                "company",
                vec![
                    Level::new("相同", "same", same("company")).rarity("company"),
                    Level::new("一处", "one slip", slip("company", false)),
                ],
            ),
            comparison(
                "code",
                vec![
                    Level::new("相同", "same", same("code")),
                    Level::new("一处", "one slip", slip("code", true)),
                ],
            ),
            comparison(
                "founded",
                vec![
                    Level::new("相同", "same", same("founded")),
                    Level::new("同年", "same year", Test::SameYear { field: "founded".into() }),
                ],
            ),
            comparison("town", vec![Level::new("相同", "same", same("town"))]),
        ],
        blocking: vec![Rule::on(&["code"]), Rule::on(&["company"]), Rule::on(&["founded", "town"])],
        prior: Prior { certain: vec![Rule::on(&["code"])], recall: 0.8, probability: None },
        training: vec![Rule::on(&["code"]), Rule::on(&["company"])],
        constraints: Constraints { never_differ: vec!["code".into()], no_pair_below: Some(-10.0) },
        threshold: 0.0,
    }
}

/// A record: company, code and whether it is sound, day, town.
type Record = (String, String, bool, String, String);

fn records() -> impl Strategy<Value = Vec<Record>> {
    let record = (0..40_u32, 0..4_u8, 0..60_u32, 0..5_u32).prop_map(|(company, slip, code, town)| {
        let name = if slip == 1 { format!("company {company}x") } else { format!("company {company}") };
        let code = if slip == 2 { String::new() } else { format!("{code:04}") };
        let sound = !code.ends_with('7');
        (name, code, sound, format!("19{:02}-03-0{}", company, 1 + slip), format!("town {town}"))
    });
    prop::collection::vec(record, 2..160)
}

fn table(records: &[Record], rename: &str) -> Table {
    let fields =
        [("company", Kind::Text), ("code", Kind::Identifier), ("founded", Kind::Date), ("town", Kind::Text)];
    let mut table = Table::new(fields.map(|(name, kind)| Field::new(name, kind)).to_vec());
    for part in records.chunks(records.len().div_ceil(2)) {
        let source = table.source("register").unwrap();
        table.append(source, &[cells(part, rename)]).unwrap();
    }
    table
}

fn cells(records: &[Record], rename: &str) -> Vec<Cells> {
    let mut cells = vec![Cells::default(); 4];
    for (company, code, sound, founded, town) in records {
        cells[0].push(company, true);
        cells[1].push(code, *sound);
        cells[2].push(founded, true);
        cells[3].push(&format!("{rename}{town}"), true);
    }
    cells
}

fn run(table: &Table, link: Link, seed: u64) -> (Model, Links, Clusters, u64) {
    let mut model = model(link);
    let prepared = prepare(&model, table).unwrap();
    fit(&mut model, &prepared, Training { seed, random_pairs: 100_000 }).unwrap();
    let links = score(&model, &prepared, model.threshold).unwrap();
    let clusters = cluster(&model, &prepared, &links.links, model.threshold).unwrap();
    (model, links, clusters, prepared.plan.pairs)
}

fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn threads_change_nothing(records in records(), seed in 0_u64..5) {
        let table = table(&records, "");
        let (model, links, clusters, _) = on_threads(1, || run(&table, Link::Both, seed));
        let (model2, links2, clusters2, _) = on_threads(3, || run(&table, Link::Both, seed));
        prop_assert_eq!(model.to_json().unwrap(), model2.to_json().unwrap());
        prop_assert_eq!(links.links, links2.links);
        prop_assert_eq!(clusters.of, clusters2.of);
    }

    #[test]
    fn another_name_for_every_value_changes_nothing(records in records()) {
        let (_, links, clusters, _) = run(&table(&records, ""), Link::Both, 1);
        let (_, links2, clusters2, _) = run(&table(&records, "the "), Link::Both, 1);
        // The blocks come in the order of their hashes, so the links are compared as a set.
        let sorted = |mut links: Vec<linkage::Scored>| { links.sort_by_key(|link| (link.left, link.right)); links };
        prop_assert_eq!(sorted(links.links), sorted(links2.links));
        prop_assert_eq!(clusters.of, clusters2.of);
    }

    #[test]
    fn no_more_is_compared_than_planned(records in records(), kind in 0_u8..3) {
        let link = [Link::Across, Link::Within, Link::Both][usize::from(kind)];
        let table = table(&records, "");
        let (_, links, _, planned) = run(&table, link, 1);
        prop_assert!(links.compared <= planned);
        for pair in &links.links {
            prop_assert!(pair.left < pair.right);
            let across = table.source_of(pair.left) != table.source_of(pair.right);
            prop_assert!(link == Link::Both || across == (link == Link::Across));
        }
    }

    #[test]
    fn explanations_add_up_and_have_no_order(records in records()) {
        let table = table(&records, "");
        let (model, links, _, _) = run(&table, Link::Both, 1);
        let prepared = prepare(&model, &table).unwrap();
        let explainer = Explainer::new(&model, &prepared).unwrap();
        for link in &links.links {
            let explanation = explainer.pair(link.left, link.right);
            let sum: f64 = explanation.prior + explanation.steps.iter().map(|step| step.weight + step.rarity).sum::<f64>();
            prop_assert!((sum - f64::from(link.weight)).abs() < 1e-3, "{sum} is not {}", link.weight);
            prop_assert!((explainer.pair(link.right, link.left).total - explanation.total).abs() < 1e-9);
        }
    }

    #[test]
    fn no_cluster_holds_two_sound_codes(records in records()) {
        let (_, _, clusters, _) = run(&table(&records, ""), Link::Both, 1);
        let mut codes = std::collections::BTreeMap::new();
        for (at, (_, code, sound, _, _)) in records.iter().enumerate().filter(|(_, record)| record.2 && !record.1.is_empty()) {
            prop_assert!(*sound);
            prop_assert_eq!(codes.entry(clusters.of[at]).or_insert(code), &code);
        }
    }

    #[test]
    fn one_record_finds_what_the_whole_run_finds(records in records()) {
        let table = table(&records, "");
        let (model, links, _, _) = run(&table, Link::Both, 1);
        let loaded = Loaded::new(&model, &table).unwrap();
        let asked = u32::try_from(records.len() - 1).unwrap();
        let found = loaded.candidates(&cells(&records[records.len() - 1..], ""), model.threshold).unwrap();
        let mut others: Vec<u32> = found.iter().map(|candidate| candidate.record).filter(|&record| record != asked).collect();
        others.sort_unstable();
        let mut expected: Vec<u32> =
            links.links.iter().filter(|link| link.right == asked).map(|link| link.left).collect();
        expected.sort_unstable();
        prop_assert_eq!(others, expected);
    }
}

#[test]
fn a_placeholder_is_refused_before_any_work() {
    let records: Vec<Record> = (0..50)
        .map(|at| (format!("company {at}"), "0000".into(), false, "1980-01-01".into(), "town".into()))
        .collect();
    let table = table(&records, "");
    let prepared = prepare(&model(Link::Both), &table).unwrap();
    let refused = prepared.plan.within(Limits { block: 20, ..Limits::default() });
    let expected = Refusal::Block { rule: "code".into(), value: "0000".into(), records: 50, limit: 20 };
    assert_eq!(refused, Err(expected));
}

#[test]
fn a_model_is_read_back_as_it_was_written() {
    let records: Vec<Record> = (0..50)
        .map(|at| {
            (
                format!("company {}", at % 25),
                format!("{:04}", at % 25),
                true,
                "1980-01-02".into(),
                "town".into(),
            )
        })
        .collect();
    let (model, _, _, _) = run(&table(&records, ""), Link::Both, 1);
    let again = Model::from_json(&model.to_json().unwrap()).unwrap();
    assert_eq!((&again.blocking, &again.constraints), (&model.blocking, &model.constraints));
    let weights = |model: &Model| -> Vec<f64> {
        model.comparisons.iter().flat_map(|comparison| &comparison.levels).filter_map(Level::weight).collect()
    };
    // The last bit of a decimal number may be lost; a weight does not notice.
    for (left, right) in weights(&again).into_iter().zip(weights(&model)) {
        assert!((left - right).abs() < 1e-12);
    }
    assert!(model.is_trained());
}

#[test]
fn a_model_that_does_not_fit_names_the_field() {
    let mut model = model(Link::Both);
    model.blocking.push(Rule::on(&["street"]));
    let error =
        prepare(&model, &table(&[("a".into(), String::new(), false, String::new(), String::new())], "x"))
            .err()
            .map(|error| error.to_string());
    assert_eq!(
        error.as_deref(),
        Some("rule `street` names the field `street`, which the table does not have")
    );
}
