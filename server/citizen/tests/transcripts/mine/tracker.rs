//! `tracker_completeness`, and the shape of the tracker.

use std::collections::BTreeSet;

use platform::PostKind;
use platform::secret::Chance;
use platform::testing::Client;
use registry::look::{Asked, leave};
use registry::{Group, How, NewResident, Resident, Said, register};
use serde_json::{Value as Json, json};
use store::{both_engines, vals};

use super::scene::{ABOUT, NUMBER, Scene, scene};
use crate::district::{DISTRICT, GRID, STREET};

const PEOPLE: usize = 40;
const LOOKS: usize = 10_000;

/// A number with a sound check character.
fn number(nth: usize) -> String {
    let body = format!("4502041988052{nth:04}");
    format!("{body}{}", chinese::identity::check_character(&body).unwrap())
}

/// A portal that has signed residents in.
async fn portal(scene: &Scene, kind: &str) -> Client {
    let admin = scene.town.house.signed_in(PostKind::Admin, DISTRICT).await;
    let opened = admin.post("/systems", json!({ "name": "一网通办", "kind": kind })).await.expect(201);
    scene.town.house.visitor().with("authorization", &format!("Bearer {}", opened.text("/key")))
}

async fn people(scene: &Scene) -> Vec<Resident> {
    let call = platform::Call::program("test");
    let people = scene.town.house.app.write(&call, STREET, |w| async move {
        let mut people = Vec::new();
        for nth in 0..PEOPLE {
            let said = Said { name: "覃莉".to_owned(), id_no: number(nth), ..Said::default() };
            people.push(register(&w, NewResident { area: GRID, said, said_on: None, since: None }).await?);
        }
        Ok(people)
    });
    people.await.unwrap()
}

/// Random looks by random posts; gives how many each of the people should find.
async fn looked(scene: &Scene, people: &[Resident]) -> Vec<usize> {
    let chance = Chance::seeded(17);
    let draw = |below: usize| u32::from_be_bytes(chance.bytes().unwrap()) as usize % below;
    let posts = [&scene.town.desk, &scene.town.worker, &scene.steward, &scene.clerk];
    let purposes = ["order", "visit", "check", "window"];
    let hows = [How::Listed, How::Read, How::Household, How::Revealed, How::Exported, How::Printed];
    let mut expected = vec![0; people.len()];
    let mut done = 0;
    while done < LOOKS {
        let (who, how, size) = (draw(posts.len()), hows[draw(hows.len())], 1 + draw(20));
        let mut seen: BTreeSet<usize> = (0..size).map(|_| draw(people.len())).collect();
        while done + seen.len() > LOOKS {
            seen.pop_first();
        }
        done += seen.len();
        seen.iter().for_each(|nth| expected[*nth] += 1);
        let rows: Vec<Resident> = seen.iter().map(|nth| people[*nth].clone()).collect();
        let asked = Asked::read(Some(purposes[who]), Some(ABOUT)).unwrap();
        let call = posts[who].call();
        let look = scene.town.house.app.write(&call, STREET, move |w| async move {
            let rows: Vec<&Resident> = rows.iter().collect();
            leave(&w, &asked, &rows, how, &[Group::Name]);
            Ok(())
        });
        look.await.unwrap();
    }
    expected
}

both_engines! {
    /// Each of 10,000 looks is one row of the tracker, and the proofs of all of them hold.
    async fn tracker_completeness(fresh) {
        let scene = scene(fresh).await;
        let people = people(&scene).await;
        let expected = looked(&scene, &people).await;
        while scene.town.house.app.sequence_once().await.unwrap() > 0 {}
        let portal = portal(&scene, "tracker").await;
        let mut entries = BTreeSet::new();
        for (nth, _) in people.iter().enumerate() {
            let found = portal.get(&format!("/tracker/v2/findUsage?userCode={}", number(nth))).await.expect(200);
            let usages = found.json["usages"].as_array().unwrap();
            assert_eq!((usages.len(), &found.json["totalUsages"]), (expected[nth], &json!(expected[nth])), "person {nth}");
            entries.extend(usages.iter().map(|usage| usage["ledgerEntry"].as_str().unwrap().to_owned()));
        }
        assert_eq!(entries.len(), LOOKS, "each row is an entry of its own");
        let mut places = BTreeSet::new();
        for entry in &entries {
            let id: platform::LedgerId = entry.parse().unwrap();
            let proof = platform::prove_entry(&scene.town.house.app, id.street, id.id).await.unwrap();
            let proven = platform::check_proof(&serde_json::to_vec(&proof).unwrap(), None).unwrap();
            assert_eq!(proven.entry.id, id.id);
            places.insert(proven.leaf_index);
        }
        assert_eq!(places.len(), LOOKS);
        // And no look that the tables hold is missing from the tracker.
        let rows = scene.town.house.app.read(move |r| async move {
            store::sql! { ALL = "SELECT entry_id FROM looks WHERE street_id = $1 ORDER BY id LIMIT 20000"; }
            let rows: Vec<(i64,)> = r.query(&ALL, &vals![STREET]).await?;
            Ok(rows.len())
        });
        assert_eq!(rows.await.unwrap(), LOOKS);
    }

    async fn the_tracker_has_the_shape_of_the_protocol_and_says_more(fresh) {
        let scene = scene(fresh).await;
        let portal = portal(&scene, "tracker").await;
        assert_eq!(portal.get("/tracker/v2/heartbeat").await.expect(200).text("/status"), "OK");
        let none = portal.get("/tracker/v2/usagePeriod").await.expect(200);
        assert_eq!(none.text("/periodStart"), none.text("/periodEnd"));
        scene.look(&scene.town.desk, &scene.resident, "order", Some(ABOUT), How::Read).await;
        scene.town.house.pass(60_000);
        scene.look(&scene.town.worker, &scene.resident, "mediation", Some("邻里纠纷"), How::Household).await;
        let period = portal.get("/tracker/v2/usagePeriod").await.expect(200);
        assert_eq!(period.text("/periodStart"), "2026-11-23T01:00:00.000Z");

        // Whose it is may come by header, so that no number stands in an address.
        let asked = portal.clone().with("x-road-userid", NUMBER);
        let found = asked.get("/tracker/v2/findUsage").await.expect(200);
        assert_eq!(found.json, portal.get(&format!("/tracker/v2/findUsage?userCode={NUMBER}")).await.expect(200).json);
        let usage = &found.json["usages"][1];
        assert_eq!((&usage["logtime"], &usage["action"]), (&json!("2026-11-23T01:00:00.000Z"), &json!("工单处置 · 查看")));
        assert_eq!((&usage["receiverCode"], &usage["receiverName"], &usage["receiverSystem"]), (&json!(STREET.to_string()), &json!(STREET.to_string()), &json!("wangge")));
        assert_eq!((&usage["post"], &usage["purpose"], &usage["about"], &usage["how"]), (&json!("desk"), &json!("order"), &json!(ABOUT), &json!("read")));
        assert_eq!(usage["fields"], json!(["name", "address"]));
        let household = &found.json["usages"][0];
        assert_eq!((&household["action"], &household["purpose"], &household["about"]), (&json!("作为同户人员列出"), &Json::Null, &Json::Null));

        let place = |query: &str| format!("/tracker/v2/findUsage?{query}");
        let second = asked.get(&place("offset=1&limit=1")).await.expect(200);
        assert_eq!((&second.json["totalUsages"], &second.json["usages"][0]), (&json!(2), usage));
        let first = asked.get(&place("periodEnd=2026-11-23T09:00:30")).await.expect(200);
        assert_eq!((&first.json["totalUsages"], &first.json["usages"][0]), (&json!(1), usage));
        let _ = asked.get(&place("periodStart=yesterday")).await.expect(400);
        let _ = portal.get("/tracker/v2/findUsage").await.expect(400);
        let nobody = portal.get(&place("userCode=110101199003070011")).await.expect(200);
        assert_eq!(nobody.json, json!({ "totalUsages": 0, "usages": [] }));
        assert!(scene.town.house.ledger(STREET).await.iter().any(|entry| entry.starts_with("tracker:find res_")));
        assert!(scene.town.house.ledger(DISTRICT).await.contains(&"tracker:find nobody".to_owned()));
    }

    async fn only_a_key_of_a_tracker_opens_it(fresh) {
        let scene = scene(fresh).await;
        for path in ["findUsage?userCode=1", "usagePeriod", "heartbeat"] {
            let path = format!("/tracker/v2/{path}");
            let _ = scene.town.house.visitor().get(&path).await.expect(401);
            let _ = scene.steward.get(&path).await.expect(401);
            let _ = portal(&scene, "feed").await.get(&path).await.expect(403);
        }
    }
}
