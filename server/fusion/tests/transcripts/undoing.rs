//! Whatever was decided, in whatever order it is undone: everything stands as it stood.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use store::{both_engines, sql, vals};

use crate::pairs::{STREET, Town, again, known, said, town};

sql! {
    RESIDENTS = "SELECT id, state, merged_into, name, sex, birth_date FROM residents WHERE street_id = $1 ORDER BY id LIMIT 100";
    RECORDS = "SELECT id, resident_id FROM records WHERE street_id = $1 ORDER BY id LIMIT 100";
    NUMBERS = "SELECT resident_id, kind, value_index, source FROM resident_identifiers
        WHERE street_id = $1 AND known_to IS NULL ORDER BY resident_id, kind, source LIMIT 100";
    HOMES = "SELECT resident_id, dwelling_id, kind, valid_from, valid_to FROM residences
        WHERE street_id = $1 AND known_to IS NULL ORDER BY resident_id, dwelling_id, valid_from LIMIT 100";
    PAIRS = "SELECT id, state, order_id, merge_id, decided_at FROM review_pairs WHERE street_id = $1 ORDER BY id LIMIT 100";
    APART = "SELECT one_id, other_id FROM apart WHERE street_id = $1 AND lifted_at IS NULL ORDER BY id LIMIT 100";
}

/// Everything that a decision may touch, as text.
async fn all(town: &Town) -> String {
    let look = town.house.app.read(|r| async move {
        let street = vals![STREET];
        type Person = (i64, String, Option<i64>, String, String, Option<String>);
        let residents: Vec<Person> = r.query(&RESIDENTS, &street).await?;
        let records: Vec<(i64, i64)> = r.query(&RECORDS, &street).await?;
        let numbers: Vec<(i64, String, Vec<u8>, String)> = r.query(&NUMBERS, &street).await?;
        let homes: Vec<(i64, i64, String, String, String)> = r.query(&HOMES, &street).await?;
        type Pair = (i64, String, Option<i64>, Option<i64>, Option<i64>);
        let pairs: Vec<Pair> = r.query(&PAIRS, &street).await?;
        let apart: Vec<(i64, i64)> = r.query(&APART, &street).await?;
        Ok(format!("{residents:#?}\n{records:?}\n{numbers:?}\n{homes:#?}\n{pairs:#?}\n{apart:?}"))
    });
    look.await.unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Decide(usize, &'static str),
    Undo(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let decision = prop::sample::select(vec!["same", "same", "same", "distinct", "field", "later"]);
    let one = prop_oneof![
        3 => (0..4_usize, decision).prop_map(|(pair, decision)| Deed::Decide(pair, decision)),
        1 => (0..4_usize).prop_map(Deed::Undo),
    ];
    prop::collection::vec(one, 1..10)
}

/// Undoes the pairs in turns until nothing is left to undo; what hangs on a later decision has to wait for it.
async fn undo_all(town: &Town, pairs: &[String], order: &[usize]) {
    for _ in 0..50 {
        let mut undone = false;
        for at in order {
            let reply = town.undo(&town.steward, &pairs[*at]).await;
            assert!(matches!(reply.status.as_u16(), 200 | 409), "{}", reply.transcript());
            undone |= reply.status == 200;
        }
        if !undone {
            return;
        }
    }
    panic!("nothing is ever undone");
}

both_engines! {
    async fn any_decisions_come_back_to_the_start_when_all_are_undone(fresh) {
        let town = town(fresh).await;
        // Four of whom any may be any other: a, b, c in a circle, and d beside c.
        let a = town.resident("civil", "C-1", known()).await;
        let b = town.resident("insurance", "I-1", again()).await;
        let c = town.resident("insurance", "I-2", said("韦子涵", "", "13900000001", "第三社区金鹅花园5栋101")).await;
        let d = town.resident("civil", "C-2", said("韦小涵", "", "13900000001", "")).await;
        let mut pairs = Vec::new();
        for (own, other) in [(&b, &a), (&c, &b), (&c, &a), (&d, &c)] {
            pairs.push(town.pair(own, other, 6.0).await);
        }
        let start = all(&town).await;
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let strategy = (deeds(), Just([0_usize, 1, 2, 3]).prop_shuffle());
        let mut joined = 0;
        for _ in 0..24 {
            let (deeds, order) = strategy.new_tree(&mut runner).unwrap().current();
            for deed in &deeds {
                let reply = match deed {
                    Deed::Decide(at, decision) => town.decide(&town.steward, &pairs[*at], decision).await,
                    Deed::Undo(at) => town.undo(&town.steward, &pairs[*at]).await,
                };
                assert!(matches!(reply.status.as_u16(), 200 | 409), "{deed:?} {}", reply.transcript());
                joined += usize::from(reply.status == 200 && matches!(deed, Deed::Decide(_, "same")));
            }
            undo_all(&town, &pairs, &order).await;
            let end = all(&town).await;
            assert_eq!(end, start, "{deeds:?}, undone in the order {order:?}");
        }
        assert!(joined > 10, "only {joined} joined anybody");
    }
}
