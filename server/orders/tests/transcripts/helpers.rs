//! One unit leads, others help: each with an obligation, a clock and evidence of its own.

use platform::PostKind;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{Case, DISTRICT, STREET, Town, town};

/// A handler of the unit that helps.
async fn helper(town: &Town) -> Client {
    town.house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await
}

/// Dispatched to the lead with one unit that helps.
async fn joint(town: &Town) -> Case {
    let units = [town.other_unit].map(Town::unit_id);
    let step = json!({ "action": "dispatch", "organisation_id": Town::unit_id(town.unit), "helpers": units });
    town.accepted().await.done(&town.desk, step).await
}

fn obligation(case: &Case) -> Json {
    case.seen.json["obligations"][0].clone()
}

fn path(case: &Case, verb: &str) -> String {
    format!("/orders/{}/obligations/{}/{verb}", case.id, obligation(case)["id"].as_str().unwrap())
}

both_engines! {
    async fn the_lead_cannot_finish_over_an_open_obligation(fresh) {
        let town = town(fresh).await;
        let by = helper(&town).await;
        let case = joint(&town).await;
        assert_eq!(obligation(&case)["organisation"]["name"]["zh"], "水务公司");
        assert_eq!(obligation(&case)["actions"], json!(["release"]));
        let signed = case.done(&town.handler, json!({ "action": "sign" })).await;
        let picture = town.picture(&town.handler).await;
        let resolve = json!({ "action": "resolve", "note": "已更换井盖", "files": [picture] });
        let refused = signed.tried(&town.handler, resolve.clone()).await.expect(409);
        assert_eq!(refused.text("/detail"), "协办单位尚未办结：水务公司");

        let seen = by.get(&format!("/orders/{}", case.id)).await.expect(200);
        assert_eq!(seen.json["obligations"][0]["actions"], json!(["sign"]));
        assert_eq!(seen.json["actions"], json!([]), "the lead's actions are not the helper's");
        let _ = by.post(&path(&case, "done"), json!({ "note": "已停水", "files": [] })).await.expect(422);
        let picture = town.picture(&by).await;
        let done = json!({ "note": "已停水配合施工", "files": [picture] });
        let _ = by.post(&path(&case, "done"), done.clone()).await.expect(409);
        let _ = by.post(&path(&case, "sign"), json!({})).await.expect(200);
        let _ = by.post(&path(&case, "sign"), json!({})).await.expect(409);
        let left = by.post(&path(&case, "done"), done).await.expect(200);
        assert_eq!(left.text("/obligations/0/done_note"), "已停水配合施工");
        assert_eq!(left.json["obligations"][0]["files"].as_array().unwrap().len(), 1);
        let now = Case::of(case.read(&town.handler).await.expect(200));
        let resolved = now.done(&town.handler, resolve).await;
        assert_eq!(resolved.state(), "resolved");

        let ledger = town.house.ledger(STREET).await;
        for act in ["order:assist", "order:assist_sign", "order:assist_done"] {
            assert!(ledger.contains(&format!("{act} {}", case.id)), "{act}");
        }
    }

    async fn who_helps_sees_the_order_and_what_it_owes(fresh) {
        let town = town(fresh).await;
        let by = helper(&town).await;
        let alone = town.dispatched().await;
        let _ = by.get(&format!("/orders/{}", alone.id)).await.expect(404);
        let case = joint(&town).await;
        let owed = by.get("/obligations").await.expect(200);
        assert_eq!((owed.text("/items/0/order/id"), owed.json["items"].as_array().unwrap().len()), (case.id.clone(), 1));
        assert_eq!(owed.text("/items/0/obligation/clock/due_at"), case.clock("handling")["due_at"].as_str().unwrap());
        assert_eq!(by.get("/orders/counts").await.expect(200).json["helping"], 1);
        assert_eq!(by.get("/orders?view=helping").await.expect(200).text("/items/0/id"), case.id);
        assert_eq!(town.handler.get("/obligations").await.expect(200).json["items"], json!([]));
        // It may read, not handle, and not see whom to call.
        let _ = case.tried(&by, json!({ "action": "sign" })).await.expect(403);
        let _ = by.post(&format!("/orders/{}/contact", case.id), json!({ "purpose": "联系报告人" })).await.expect(403);
        let _ = town.handler.post(&path(&case, "sign"), json!({})).await.expect(403);

        let released = town.desk.post(&path(&case, "release"), json!({ "reason": "无需停水" })).await.expect(200);
        assert_eq!(released.text("/obligations/0/release_reason"), "无需停水");
        assert_eq!(by.get("/orders/counts").await.expect(200).json["helping"], 0);
        assert_eq!(by.get("/obligations?view=done").await.expect(200).text("/items/0/order/id"), case.id);
        let _ = by.post(&path(&case, "sign"), json!({})).await.expect(409);
    }

    async fn each_has_a_clock_of_its_own(fresh) {
        let mut town = town(fresh).await;
        let case = joint(&town).await;
        let due = case.clock("handling")["due_at"].clone();
        town.minutes(10).await;
        let returned = json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02" });
        let returned = case.done(&town.handler, returned).await;
        // The lead's clock stands still; that of the unit that helps does not.
        assert_eq!(returned.seen.json["due_at"], returned.clock("dispatch")["due_at"]);
        assert_eq!(obligation(&returned)["clock"]["due_at"], due);
        assert_eq!(obligation(&returned)["clock"]["paused"], false);
        town.minutes(60 * 24).await;
        let by = helper(&town).await;
        let _ = by.post(&path(&case, "sign"), json!({})).await.expect(200);
        let picture = town.picture(&by).await;
        let late = by.post(&path(&case, "done"), json!({ "note": "已配合", "files": [picture] })).await.expect(200);
        assert_eq!(late.json["obligations"][0]["clock"]["overdue"], true, "who was late stays late");
    }

    async fn what_goes_another_way_lets_its_helpers_go(fresh) {
        let town = town(fresh).await;
        let by = helper(&town).await;
        let case = joint(&town).await.done(&town.desk, json!({ "action": "cancel", "reason": "重复" })).await;
        assert!(obligation(&case)["released_at"].is_string());
        assert!(obligation(&case)["clock"]["stopped_at"].is_string());
        assert_eq!(by.get("/obligations").await.expect(200).json["items"], json!([]));
    }

    async fn a_unit_is_asked_later_once_and_never_beside_itself(fresh) {
        let town = town(fresh).await;
        let ask = |unit: i64| json!({ "organisation_id": Town::unit_id(unit), "note": "请配合" });
        let case = town.accepted().await;
        let asked = format!("/orders/{}/obligations", case.id);
        let _ = town.desk.post(&asked, ask(town.other_unit)).await.expect(409);
        let case = case.sent_to(&town.desk, town.unit).await;
        let _ = town.desk.post(&asked, ask(town.unit)).await.expect(422);
        let _ = town.handler.post(&asked, ask(town.other_unit)).await.expect(403);
        let now = town.desk.post(&asked, ask(town.other_unit)).await.expect(200);
        assert_eq!(now.json["version"], case.version + 1);
        let _ = town.desk.post(&asked, ask(town.other_unit)).await.expect(422);
    }

    async fn officers_are_called_acknowledge_and_arrive(fresh) {
        let mut town = town(fresh).await;
        let by = helper(&town).await;
        let case = town.dispatched().await;
        let _ = by.get(&format!("/orders/{}", case.id)).await.expect(404);
        let calls = format!("/orders/{}/attendances", case.id);
        let call = |at: &str| json!({
            "organisation_id": Town::unit_id(town.other_unit), "place": "柳石路 12 号门前", "arrive_by": at, "note": "维持秩序",
        });
        let _ = town.desk.post(&calls, call("2026-11-22T01:00:00.000Z")).await.expect(422);
        let _ = town.handler.post(&calls, call("2026-11-23T01:30:00.000Z")).await.expect(403);
        let made = town.desk.post(&calls, call("2026-11-23T01:30:00.000Z")).await.expect(200);
        let one = format!("{calls}/{}", made.text("/attendances/0/id"));
        let seen = by.get(&format!("/orders/{}", case.id)).await.expect(200);
        assert_eq!(seen.json["attendances"][0]["actions"], json!(["acknowledge"]));
        let _ = town.handler.post(&format!("{one}/acknowledge"), json!({})).await.expect(403);
        let _ = by.post(&format!("{one}/arrive"), json!({})).await.expect(409);
        let _ = by.post(&format!("{one}/acknowledge"), json!({})).await.expect(200);
        let _ = by.post(&format!("{one}/acknowledge"), json!({})).await.expect(409);
        town.minutes(45).await;
        let by = helper(&town).await;
        let there = by.post(&format!("{one}/arrive"), json!({})).await.expect(200);
        assert_eq!((there.json["attendances"][0]["late"].clone(), there.json["attendances"][0]["actions"].clone()), (json!(true), json!([])));
        let ledger = town.house.ledger(STREET).await;
        for act in ["order:summon", "order:summon_ack", "order:arrive"] {
            assert!(ledger.contains(&format!("{act} {}", case.id)), "{act}");
        }
    }
}
