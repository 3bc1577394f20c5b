//! What the catalogue answers over HTTP, on both engines.

mod drafts;
mod imports;
mod versions;

use std::collections::BTreeSet;

use catalogue::Catalogue;
use platform::testing::{Client, House};
use platform::{Call, Error, PostKind, Text};
use serde_json::{Value, json};
use staff::{NewOrganisation, OrganisationKind, open_organisation};
use store::both_engines;
use store::testing::Fresh;

const DISTRICT: i64 = 450_204;
const STREET: i64 = 450_204_006;
const FLOW: &str = include_str!("../../data/flows/city-case.json");

/// The lists that come with the program, two departments, and a steward of the district.
async fn seeded(fresh: Fresh) -> (House, Client) {
    let house =
        House::open(fresh, vec![platform::room(), areas::room(), staff::room(), catalogue::room()]).await;
    let call = Call::program("test");
    let seed = house.app.write(&call, DISTRICT, |w| async move {
        for (key, zh, en) in
            [("water", "区水利局", "Water Bureau"), ("fire", "区消防救援大队", "Fire Brigade")]
        {
            let name = Text::new(zh, en);
            let kind = OrganisationKind::Department;
            open_organisation(
                &w,
                NewOrganisation { key: key.into(), kind, name, street: None, parent: None },
            )
            .await?;
        }
        catalogue::seed(&w).await
    });
    seed.await.unwrap();
    let steward = house.signed_in(PostKind::Steward, DISTRICT).await;
    (house, steward)
}

/// Every item of a list, page by page.
async fn all(client: &Client, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = String::new();
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let reply = client.get(&format!("{path}{sign}limit=97{next}")).await.expect(200);
        items.extend(reply.json["items"].as_array().unwrap().clone());
        match reply.json["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return items,
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

both_engines! {
    async fn the_lists_of_the_district_are_served_whole(fresh) {
        let (house, _) = seeded(fresh).await;
        let worker = house.signed_in(PostKind::GridWorker, 450_204_006_003_001).await;
        assert_eq!(all(&worker, "/catalogue/classes").await.len(), 202);
        let standards = all(&worker, "/catalogue/standards").await;
        let ids: BTreeSet<&str> = standards.iter().map(|one| text(&one["id"])).collect();
        assert_eq!((standards.len(), ids.len()), (520, 520), "no page repeats or skips a standard");
        for (level, count) in [("class", 41), ("item", 118), ("sub_item", 240)] {
            assert_eq!(all(&worker, &format!("/catalogue/duties?level={level}")).await.len(), count, "{level}");
        }
        let duty = worker.get("/catalogue/duties?q=燃放").await.expect(200);
        assert_eq!(duty.json["items"], json!([]));
        let duty = worker.get("/catalogue/duties?q=消防通道&level=item").await.expect(200);
        let expected = json!({
            "code": duty.text("/items/0/code"), "level": "item", "parent": &duty.text("/items/0/code")[..2],
            "name": {"zh": "消防通道治理", "en": "Clear fire lanes"}, "basis": "《中华人民共和国消防法》",
            "owner": {"zh": "公共安全办公室", "en": "公共安全办公室"},
            "co_owners": duty.json["items"][0]["co_owners"], "classes": [],
        });
        assert_eq!(duty.json["items"][0], expected);
        assert_eq!(duty.text("/items/0/co_owners/0/en"), "Fire Brigade");
        let covers = worker.get("/catalogue/standards?class=p0101").await.expect(200);
        let first = &covers.json["items"][0];
        assert_eq!(first["limit"], json!({"zh": "2紧急工作时", "en": "2 hours round the clock"}));
        assert_eq!((text(&first["organisation"]["name"]["zh"]), &first["emergency"]), ("区水利局", &json!(true)));
        let years: Vec<Value> = all(&worker, "/catalogue/calendars").await;
        let years: Vec<_> = years.iter().map(|year| (year["year"].as_i64().unwrap(), text(&year["status"]), year["edition"].as_i64().unwrap())).collect();
        assert_eq!(years, [2023, 2024, 2025, 2026].map(|year| (year, "known", 1)));
    }

    async fn the_city_case_can_be_gone_through_by_those_who_have_the_rights(fresh) {
        let (_house, steward) = seeded(fresh).await;
        let flow = steward.get("/catalogue/flows/city-case").await.expect(200);
        assert_eq!((flow.text("/version"), flow.text("/findings")), ("1".into(), "[]".into()));
        let action = |key: &str| flow.json["actions"].as_array().unwrap().iter().find(|one| one["key"] == key).unwrap().clone();
        assert_eq!(action("resolve")["who"], json!(["handler", "department_head"]));
        assert_eq!(action("resolve")["needs"], json!(["note", "files"]));
        assert_eq!(action("verify")["who"], json!(["chief", "grid_worker", "community_head"]));
        let ends: Vec<&str> = flow.json["states"].as_array().unwrap().iter().filter(|one| one["final"] == true).map(|one| text(&one["key"])).collect();
        assert_eq!(ends, ["rejected", "closed", "cancelled", "joined"]);
        let flow = steward.get("/catalogue/flows?limit=1").await.expect(200);
        assert_eq!(flow.text("/items/0/key"), "city-case");
        let _ = steward.get("/catalogue/flows/nothing").await.expect(404);
        let _ = steward.get("/catalogue/flows/city-case?version=2").await.expect(404);
    }

    async fn only_a_steward_of_the_district_edits_and_nobody_looks_without_a_post(fresh) {
        let (house, _) = seeded(fresh).await;
        let notice = json!({"year": 2027, "days": []});
        for stranger in [house.signed_in(PostKind::Desk, STREET).await, house.signed_in(PostKind::Steward, STREET).await] {
            let _ = stranger.get("/catalogue/duties").await.expect(200);
            let _ = stranger.post("/catalogue/calendars", notice.clone()).await.expect(403);
            let _ = stranger.post("/catalogue/flows", json!({"flow": flow(1)})).await.expect(403);
            let _ = stranger.upload("/catalogue/duties/import", "duties.csv", b"x").await.expect(403);
            let _ = stranger.upload("/catalogue/standards/import?dry_run=true", "standards.csv", b"x").await.expect(403);
        }
        for path in ["duties", "classes", "standards", "flows", "flows/city-case", "calendars"] {
            let _ = house.visitor().get(&format!("/catalogue/{path}")).await.expect(401);
        }
        let _ = house.visitor().post("/catalogue/calendars", notice).await.expect(401);
    }

    async fn a_district_is_seeded_once(fresh) {
        let (house, _) = seeded(fresh).await;
        let before = house.ledger(DISTRICT).await;
        let again = house.app.write(&Call::program("test"), DISTRICT, |w| async move { catalogue::seed(&w).await }).await;
        assert!(matches!(again, Err(Error::Conflict { .. })));
        assert_eq!(house.ledger(DISTRICT).await, before);
    }

    async fn a_class_is_found_by_its_words(fresh) {
        let (house, _) = seeded(fresh).await;
        let catalogue = house.app.snapshot::<Catalogue>().await.unwrap();
        let codes = |words| catalogue.search(words).into_iter().map(|class| class.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes("上水井盖"), ["p0101"]);
        assert_eq!(codes("FIRE lane"), ["e0496"]);
        assert!(codes("井盖 异响").len() > 5);
        assert!(codes("井盖 飞碟").is_empty());
        assert_eq!(catalogue.clock_limit("city-case", "handling"), None);
        assert!(catalogue.clock_limit("city-case", "acceptance").is_some());
        assert_eq!(catalogue.rules("penalty").unwrap().version, 1);
    }
}

fn flow(version: u32) -> Value {
    let mut flow: Value = serde_json::from_str(FLOW).unwrap();
    flow["version"] = json!(version);
    flow
}
