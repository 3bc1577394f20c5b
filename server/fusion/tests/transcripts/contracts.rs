//! No contract, no call: what leaves for the owner of a source is what its contract names, while it is in force.

use std::collections::BTreeSet;

use registry::Said;
use serde_json::json;
use store::both_engines;

use crate::claims::civil;
use crate::pairs::{DISTRICT, Town, known, town};

/// What is disputed of everybody.
const DISPUTED: [(&str, &str); 4] = [
    ("name", "韦子墨"),
    ("phone", "139 0000 1234"),
    ("id_no", "11010519491231002X"),
    ("birth_date", "1988-03-04"),
];
/// What a contract may name, and until when it holds.
const FIELDS: [&str; 6] = ["name", "sex", "id_no", "birth_date", "phone", "address"];
const UNTIL: &str = "2028-01-01T00:00:00Z";
const PEOPLE: usize = 25;
const OBJECTS: usize = 5_000;

/// The civil register's contract names these fields from now on.
async fn names(town: &Town, fields: impl IntoIterator<Item = &str>) {
    let source = format!("/sources/{}", registry::SourceId::new(DISTRICT, 1));
    let all = town.keeper.get("/sources").await.expect(200);
    let civil = all.json["items"].as_array().unwrap().iter().find(|one| one["key"] == "civil").unwrap();
    let keeper = town.keeper.clone().with("if-match", &civil["version"].to_string());
    let fields: Vec<&str> = fields.into_iter().collect();
    let _ = keeper.patch(&source, json!({ "fields": fields, "expires_at": UNTIL })).await.expect(200);
}

both_engines! {
    async fn exchange_minimal(fresh) {
        let town = town(fresh).await;
        let owner = civil(&town, None).await;
        names(&town, FIELDS).await;
        for nth in 0..PEOPLE {
            let said = Said { phone: format!("138000{nth:05}"), birth_date: "1990-01-01".to_owned(), ..known() };
            let resident = town.resident("civil", &format!("C-{nth}"), said).await;
            for (field, value) in DISPUTED {
                let claim = json!({ "field": field, "value": value, "basis": "document" });
                let _ = town.steward.post(&format!("/residents/{}/claims", resident.wire_id()), claim).await.expect(201);
            }
        }
        let (mut seen, mut left, mut draw) = (0, 0, 7_u64);
        while seen + left < OBJECTS {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let named: BTreeSet<&str> = FIELDS.into_iter().enumerate().filter(|(nth, _)| draw >> (40 + nth) & 1 == 1).map(|(_, field)| field).collect();
            if named.is_empty() {
                continue;
            }
            names(&town, named.iter().copied()).await;
            let sheet = owner.get("/claims/outbox.json").await.expect(200);
            let letters = sheet.json["claims"].as_array().unwrap();
            for letter in letters {
                assert!(named.contains(letter["field"].as_str().unwrap()), "{letter} under a contract about {named:?}");
            }
            let due = PEOPLE * DISPUTED.iter().filter(|(field, _)| named.contains(field)).count();
            assert_eq!(letters.len(), due, "all that the contract names: {named:?}");
            (seen, left) = (seen + letters.len(), left + PEOPLE * DISPUTED.len() - letters.len());
        }
        assert!(seen > OBJECTS / 4 && left > OBJECTS / 4, "{seen} left the house, {left} stayed");
    }

    async fn without_a_contract_nothing_is_claimed_and_nothing_leaves(fresh) {
        let town = town(fresh).await;
        let owner = civil(&town, None).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let place = format!("/residents/{}/claims", resident.wire_id());
        let claim = |field: &str, value: &str| json!({ "field": field, "value": value, "basis": "document" });
        let _ = town.steward.post(&place, claim("phone", "139 0000 1234")).await.expect(201);
        names(&town, ["name", "phone"]).await;
        let refused = town.steward.post(&place, claim("id_no", "11010519491231002X")).await.expect(409);
        assert!(refused.text("/detail").contains("不含“"), "{}", refused.transcript());
        assert_eq!(owner.get("/claims/outbox.json").await.expect(200).json["claims"].as_array().unwrap().len(), 1);
        let keeper = town.keeper.clone().with("if-match", "2");
        let source = format!("/sources/{}", registry::SourceId::new(DISTRICT, 1));
        let _ = keeper.patch(&source, json!({ "closed": true, "expires_at": UNTIL })).await.expect(200);
        let refused = town.steward.post(&place, claim("name", "韦子墨")).await.expect(409);
        assert!(refused.text("/detail").contains("已停用"), "{}", refused.transcript());
        assert_eq!(owner.get("/claims/outbox.json").await.expect(200).json["claims"], json!([]));
    }
}
