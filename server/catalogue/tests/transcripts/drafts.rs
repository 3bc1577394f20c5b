//! Drafts of flows.

use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value, json};
use store::both_engines;

use super::{DISTRICT, STREET, seeded};

/// Writes a draft anew over what was read.
async fn put(by: &Client, draft: &Reply, flow: &Value) -> Reply {
    let by = by.clone().with("if-match", &draft.text("/version"));
    by.put(&format!("/catalogue/flows/drafts/{}", draft.text("/id")), json!({ "flow": flow })).await
}

async fn publish(by: &Client, draft: &Reply, body: Value) -> Reply {
    let by = by.clone().with("if-match", &draft.text("/version"));
    by.post(&format!("/catalogue/flows/drafts/{}/publish", draft.text("/id")), body).await
}

fn place(finding: &Value) -> (String, String) {
    (finding["part"].as_str().unwrap().to_owned(), finding["name"].as_str().unwrap().to_owned())
}

both_engines! {
    async fn a_draft_says_what_is_wrong_with_which_part_and_what_it_changes(fresh) {
        let (_house, steward) = seeded(fresh).await;
        let draft = steward.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(201);
        assert_eq!((draft.text("/findings"), draft.text("/changes"), draft.text("/flow/version")), ("[]".into(), "[]".into(), "2".into()));
        assert!(draft.json["rights"].as_array().unwrap().contains(&json!({ "right": "order:import", "who": ["desk", "chief"] })));
        let mut flow = draft.json["flow"].clone();
        flow["states"].as_array_mut().unwrap().push(json!({ "name": "lost", "zh": "迷失", "en": "lost", "kind": "open" }));
        flow["actions"][0]["right"] = json!("order:teleport");
        let told = put(&steward, &draft, &flow).await.expect(200);
        let findings: Vec<_> = told.json["findings"].as_array().unwrap().iter().map(place).collect();
        let at = |part: &str, name: &str| (part.to_owned(), name.to_owned());
        assert_eq!(findings, [at("state", "lost"), at("action", "accept"), at("state", "lost"), at("state", "lost")]);
        assert_eq!(told.json["changes"], json!([
            { "part": "state", "name": "lost", "kind": "added", "fields": [] },
            { "part": "action", "name": "accept", "kind": "changed", "fields": ["right"] },
        ]));
        let refused = publish(&steward, &told, json!({})).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "flow");
        assert_eq!(steward.get("/catalogue/flows/drafts").await.expect(200).text("/items/0/id"), draft.text("/id"));
    }

    async fn a_draft_is_published_from_a_day_on_and_is_then_done_with(fresh) {
        let (house, steward) = seeded(fresh).await;
        let draft = steward.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(201);
        let mut flow = draft.json["flow"].clone();
        flow["states"][0]["zh"] = json!("待受理");
        let changed = put(&steward, &draft, &flow).await.expect(200);
        let _ = put(&steward, &draft, &flow).await.expect(409);
        let _ = publish(&steward, &draft, json!({})).await.expect(409);
        let later = house.app.clock().now().plus(86_400_000);
        let keyed = steward.clone().with("idempotency-key", "publish-draft-1");
        for _ in 0..2 {
            let published = publish(&keyed, &changed, json!({ "effective_from": later })).await.expect(201);
            assert_eq!((published.text("/version"), published.text("/states/0/name/zh")), ("2".into(), "待受理".into()));
        }
        assert_eq!(steward.get("/catalogue/flows/city-case").await.text("/version"), "1");
        let _ = steward.get(&format!("/catalogue/flows/drafts/{}", draft.text("/id"))).await.expect(404);
        assert_eq!(steward.get("/catalogue/flows/drafts").await.expect(200).text("/items"), "[]");
    }

    async fn a_draft_of_an_older_version_is_not_published_over_a_newer_one(fresh) {
        let (_house, steward) = seeded(fresh).await;
        let begin = async || steward.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(201);
        let (first, second) = (begin().await, begin().await);
        let _ = publish(&steward, &first, json!({})).await.expect(201);
        let _ = publish(&steward, &second, json!({})).await.expect(409);
        let seen = steward.get(&format!("/catalogue/flows/drafts/{}", second.text("/id"))).await.expect(200);
        assert_eq!((seen.text("/base_version"), seen.text("/newest_version")), ("1".into(), "2".into()));
        let _ = steward.delete(&format!("/catalogue/flows/drafts/{}", second.text("/id"))).await.expect(204);
        let mut other = second.json["flow"].clone();
        other["id"] = json!("another");
        let third = begin().await;
        assert_eq!(third.text("/base_version"), "2");
        assert_eq!(put(&steward, &third, &other).await.expect(422).text("/fields/0/field"), "flow.id");
    }

    async fn drafts_are_the_stewards_of_the_district(fresh) {
        let (house, steward) = seeded(fresh).await;
        let draft = steward.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(201);
        for other in [house.signed_in(PostKind::Desk, DISTRICT).await, house.signed_in(PostKind::Steward, STREET).await] {
            let _ = other.get("/catalogue/flows/drafts").await.expect(403);
            let _ = other.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(403);
            let _ = put(&other, &draft, &draft.json["flow"]).await.expect(403);
            let _ = publish(&other, &draft, json!({})).await.expect(403);
        }
        let _ = steward.post("/catalogue/flows/drafts", json!({ "key": "nothing" })).await.expect(404);
    }
}
