//! Who lived where on a day, as known at a moment: the query against a naive model, and nothing that was once known is lost.

use std::collections::BTreeMap;

use platform::Millis;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use registry::{Residence, ResidenceKind};

use super::*;

/// Something that happens to the residences of one of three people in three dwellings.
#[derive(Clone, Debug)]
enum Deed {
    Reside { who: usize, dwelling: usize, kind: &'static str, from: u8, days: Option<u8> },
    Correct { nth: usize, dwelling: Option<usize>, from: Option<u8>, to: Option<u8> },
    Patch { who: usize, dwelling: usize },
}

fn deed() -> impl Strategy<Value = Deed> {
    let kind = prop::sample::select(vec!["living", "living", "owning", "staying"]);
    prop_oneof![
        3 => (0..3_usize, 0..3_usize, kind, 1..200_u8, prop::option::of(1..60_u8))
            .prop_map(|(who, dwelling, kind, from, days)| Deed::Reside { who, dwelling, kind, from, days }),
        3 => (0..50_usize, prop::option::of(0..3_usize), prop::option::of(1..200_u8), prop::option::of(1..200_u8))
            .prop_map(|(nth, dwelling, from, to)| Deed::Correct { nth, dwelling, from, to }),
        1 => (0..3_usize, 0..3_usize).prop_map(|(who, dwelling)| Deed::Patch { who, dwelling }),
    ]
}

/// The day so many days after the beginning of 2026.
fn day(number: u8) -> String {
    Millis(1_767_225_600_000 + i64::from(number) * 24 * 3_600_000).beijing_date().to_string()
}

store::sql! {
    ALL: Residence = "WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT 2000";
}

async fn all(town: &Town) -> BTreeMap<i64, Residence> {
    let rows = town.app.read(|r| async move {
        let rows: Vec<Residence> = r.query(&ALL, &store::vals![STREET, 0]).await?;
        Ok(rows)
    });
    rows.await.unwrap().into_iter().map(|row| (row.id, row)).collect()
}

/// Everything that the program says of a dwelling.
async fn told(town: &Town, dwelling: i64, on: &str, at: Millis) -> Vec<i64> {
    let on = on.to_owned();
    let rows =
        town.app.read(move |r| async move { registry::lived_in(&r, (STREET, dwelling), &on, at).await });
    rows.await.unwrap().into_iter().map(|row| row.id).collect()
}

/// The same, by looking through every row.
fn naive(rows: &BTreeMap<i64, Residence>, dwelling: i64, on: &str, at: Millis) -> Vec<i64> {
    rows.values().filter(|row| row.dwelling_id == dwelling && row.holds(on, at)).map(|row| row.id).collect()
}

async fn done(town: &Town, deed: &Deed, people: &[String], dwellings: &[String]) -> u16 {
    let reply = match deed {
        Deed::Reside { who, dwelling, kind, from, days } => {
            let to = days.map(|days| day(from.saturating_add(days)));
            let body =
                json!({ "dwelling": dwellings[*dwelling], "kind": kind, "from": day(*from), "to": to });
            town.worker.post(&format!("/residents/{}/residences", people[*who]), body).await
        }
        Deed::Correct { nth, dwelling, from, to } => {
            let rows = all(town).await;
            let Some(row) = rows.values().filter(|row| row.known_to.is_none()).nth(*nth) else { return 404 };
            let id = registry::ResidenceId::new(STREET, row.id);
            let dwelling = dwelling.map(|nth| dwellings[nth].clone());
            let body = json!({ "dwelling": dwelling, "from": from.map(day), "to": to.map(day), "reason": "租约为准" });
            town.worker.post(&format!("/residences/{id}/correct"), body).await
        }
        Deed::Patch { who, dwelling } => {
            let resident = id_of(&people[*who]);
            let found = town.app.read(move |r| async move {
                Ok(r.find::<registry::Resident>(&store::vals![STREET, resident]).await?)
            });
            let version = found.await.unwrap().unwrap().version;
            let address = format!("金鹅花园3栋2单元{}室", ["501", "602", "703"][*dwelling]);
            let patch = json!({ "address": address, "reason": "本人告知" });
            matching(&town.worker, version).patch(&format!("/residents/{}", people[*who]), patch).await
        }
    };
    let status = reply.status.as_u16();
    assert!([200, 201, 404, 409, 422].contains(&status), "{deed:?}: {}", reply.transcript());
    status
}

/// Nothing but `known_to` was written again.
fn assert_kept(before: &BTreeMap<i64, Residence>, after: &BTreeMap<i64, Residence>, now: Millis) {
    for (id, old) in before {
        let new = &after[id];
        let told = |row: &Residence| {
            (
                row.resident_id,
                row.dwelling_id,
                row.kind,
                row.valid_from.clone(),
                row.valid_to.clone(),
                row.known_from,
                row.source.clone(),
            )
        };
        assert_eq!(told(old), told(new));
        assert!(old.known_to == new.known_to || old.known_to.is_none() && new.known_to == Some(now));
    }
}

/// Nobody lives in two dwellings on one day.
fn assert_one_home(rows: &BTreeMap<i64, Residence>) {
    let living: Vec<&Residence> =
        rows.values().filter(|row| row.known_to.is_none() && row.kind == ResidenceKind::Living).collect();
    for (nth, one) in living.iter().enumerate() {
        for other in living.iter().skip(nth + 1).filter(|other| other.resident_id == one.resident_id) {
            let apart = one.valid_to <= other.valid_from
                || other.valid_to <= one.valid_from
                || one.valid_from == one.valid_to
                || other.valid_from == other.valid_to;
            assert!(apart, "{one:?}\n{other:?}");
        }
    }
}

both_engines! {
    async fn what_was_known_is_told_again_whatever_is_learned_later(fresh) {
        let town = town(fresh).await;
        let mut runner = TestRunner::deterministic();
        let (mut took, mut asked) = (0, 0);
        for round in 0..6 {
            let mut people = Vec::new();
            for name in ["韦子涵", "覃莉", "欧阳修文"] {
                people.push(registered(&town, somebody(name, "金鹅花园3栋2单元501室")).await);
            }
            if round == 0 {
                let building = find_building(&town).await;
                for room in ["602", "703"] {
                    let body = json!({ "building": building, "unit": "2", "room": room });
                    let _ = town.worker.post("/dwellings", body).await.expect(201);
                }
            }
            let mut dwellings = Vec::new();
            for room in ["501", "602", "703"] {
                dwellings.push(door(&town, room).await);
            }
            let ids: Vec<i64> = dwellings.iter().map(|id| id.parse::<registry::DwellingId>().unwrap().id).collect();
            let deeds = prop::collection::vec(deed(), 8).new_tree(&mut runner).unwrap().current();
            let mut answers: Vec<(i64, String, Millis, Vec<i64>)> = Vec::new();
            for deed in &deeds {
                town.pass(60_000);
                let before = all(&town).await;
                took += u32::from(done(&town, deed, &people, &dwellings).await < 300);
                let (rows, now) = (all(&town).await, town.app.clock().now());
                assert_kept(&before, &rows, now);
                assert_one_home(&rows);
                for (dwelling, on) in ids.iter().zip([30, 120, 190]) {
                    let on = day(on);
                    let answer = told(&town, *dwelling, &on, now).await;
                    assert_eq!(answer, naive(&rows, *dwelling, &on, now), "{dwelling} on {on}");
                    answers.push((*dwelling, on, now, answer));
                }
            }
            for (dwelling, on, at, answer) in &answers {
                assert_eq!(told(&town, *dwelling, on, *at).await, *answer, "{dwelling} on {on} as known at {at}");
                asked += usize::from(!answer.is_empty());
            }
        }
        assert!(took > 12 && asked > 60, "only {took} deeds were done, and {asked} answers named anybody");
    }
}
