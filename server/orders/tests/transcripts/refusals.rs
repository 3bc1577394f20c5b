//! What is refused, and that nothing changes when it is.

use insta::assert_snapshot;
use platform::PostKind;
use platform::testing::Reply;
use serde_json::json;
use store::both_engines;

use crate::district::{Case, FAR, HERE, OTHER_STREET, OUTSIDE, STREET, Town, cracked, town};

fn told(reply: &Reply) -> Vec<String> {
    let fields = reply.json["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|one| format!("{}: {}", one["field"].as_str().unwrap(), one["detail"].as_str().unwrap()))
        .collect()
}

both_engines! {
    async fn a_step_in_the_wrong_state_is_a_conflict_that_shows_the_order(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let reply = case.tried(&town.desk, json!({ "action": "close" })).await.expect(409);
        assert_eq!(reply.text("/detail"), "当前状态为“已上报”，不能执行“结案”");
        assert_eq!(reply.text("/current/state"), "reported");
        let english = case.tried(&town.desk.clone().with("accept-language", "en"), json!({ "action": "close" })).await.expect(409);
        assert_snapshot!(english.text("/detail"), @"`close` cannot be done while the order is `reported`");
    }

    async fn closing_twice_is_a_conflict(fresh) {
        let town = town(fresh).await;
        let case = town.closed().await;
        let _ = case.tried(&town.desk, json!({ "action": "close" })).await.expect(409);
    }

    async fn what_a_step_needs_is_named_field_by_field(fresh) {
        let town = town(fresh).await;
        let case = town.handling().await;
        let reply = case.tried(&town.handler, json!({ "action": "resolve", "note": "  " })).await.expect(422);
        assert_eq!(reply.json["fields"], json!([
            { "field": "note", "detail": "请填写办理说明" },
            { "field": "files", "detail": "请至少上传一张现场照片" },
        ]));
        let english = town.handler.clone().with("accept-language", "en");
        let reply = case.tried(&english, json!({ "action": "resolve" })).await.expect(422);
        assert_eq!(reply.json["fields"][0], json!({ "field": "note", "detail": "say what was done" }));
        let reply = town.reported().await.tried(&town.desk, json!({ "action": "accept" })).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "standard_id");
        let reply = town.accepted().await.tried(&town.desk, json!({ "action": "dispatch" })).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "organisation_id");
    }

    async fn an_unknown_standard_unit_or_picture_is_named(fresh) {
        let town = town(fresh).await;
        let unknown = catalogue::StandardId::shared(77).to_string();
        let reply = town.reported().await.tried(&town.desk, json!({ "action": "accept", "standard_id": unknown })).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "standard_id");
        let reply = town.accepted().await.tried(&town.desk, json!({ "action": "dispatch", "organisation_id": Town::unit_id(77) })).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "organisation_id");
        let picture = town.picture(&town.desk).await;
        let case = town.handling().await;
        let reply = case.tried(&town.handler, json!({ "action": "resolve", "note": "好", "files": [picture] })).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "files");
        assert_eq!(case.read(&town.handler).await.expect(200).text("/state"), "handling");
    }

    async fn what_does_not_belong_to_an_action_is_refused(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let reply = case.tried(&town.desk, json!({ "action": "reject", "reason": "重复", "standard_id": case.standard })).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "standard_id");
        let _ = case.tried(&town.desk, json!({ "action": "burn" })).await.expect(400);
        let _ = case.tried(&town.desk, json!({ "action": "reject", "reason": "重复", "mood": "bad" })).await.expect(400);
        let reply = case.tried(&town.desk, json!({ "action": "reject", "reason": "长".repeat(2001) })).await.expect(422);
        assert_eq!(reply.text("/fields/0/detail"), "不超过 2000 字");
    }

    async fn a_post_without_the_right_is_refused(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let reply = case.tried(&town.worker, json!({ "action": "accept", "standard_id": case.standard })).await.expect(403);
        assert_eq!(reply.text("/detail"), "当前岗位无权办理此事项");
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let _ = case.tried(&leader, json!({ "action": "reject", "reason": "不要" })).await.expect(403);
        assert_eq!(case.read(&town.desk).await.text("/version"), "1");
    }

    async fn another_streets_order_does_not_exist(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let other = town.house.signed_in(PostKind::Desk, OTHER_STREET).await;
        let _ = case.read(&other).await.expect(404);
        let _ = case.tried(&other, json!({ "action": "reject", "reason": "不要" })).await.expect(404);
        for path in ["steps", "comments"] {
            let _ = other.get(&format!("/orders/{}/{path}", case.id)).await.expect(404);
        }
        let _ = other.put(&format!("/orders/{}/watch", case.id), json!(null)).await.expect(404);
        let _ = other.post(&format!("/orders/{}/contact", case.id), json!({ "purpose": "核实情况" })).await.expect(404);
        let _ = town.desk.get("/orders/ord_0000000000000000000").await.expect(404);
        let _ = town.desk.get("/orders/17").await.expect(404);
    }

    async fn a_step_without_a_version_is_refused(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let path = format!("/orders/{}/steps", case.id);
        let _ = town.desk.post(&path, json!({ "action": "cancel", "reason": "重复" })).await.expect(428);
        let _ = town.desk.clone().with("if-match", "yesterday").post(&path, json!({ "action": "cancel", "reason": "重复" })).await.expect(400);
    }

    async fn every_wrong_field_of_a_report_is_named_in_the_callers_language(fresh) {
        let town = town(fresh).await;
        let body = json!({
            "class": "p9999", "point": OUTSIDE, "address": " ", "description": "长".repeat(2001),
            "contact": { "phone": "12345" },
        });
        let reply = town.desk.post("/orders", body.clone()).await.expect(422);
        assert_eq!(told(&reply), [
            "address: 此项必填", "description: 不超过 2000 字", "class: 没有这个现行的案件小类",
            "contact.phone: 请填写 11 位手机号码或带区号的固定电话", "point: 标注的位置不在本区范围内",
        ]);
        let reply = town.desk.clone().with("accept-language", "en").post("/orders", body).await.expect(422);
        assert_eq!(told(&reply), [
            "address: this is needed", "description: 2000 characters at most", "class: no such case class is in force",
            "contact.phone: a mobile number of 11 digits, or a landline with its area code",
            "point: this place is outside the district",
        ]);
        let list = town.desk.get("/orders").await.expect(200);
        assert_eq!(list.json["items"], json!([]));
    }

    async fn a_place_is_needed_and_never_guessed(fresh) {
        let town = town(fresh).await;
        let with = |field: &str, value: serde_json::Value| {
            let mut body = cracked();
            body.as_object_mut().unwrap().remove("point");
            body[field] = value;
            body
        };
        let reply = town.desk.post("/orders", with("urgent", json!(true))).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "point");
        for wrong in ["450204006", "450204006999", "45"] {
            let reply = town.desk.post("/orders", with("area", json!(wrong))).await.expect(422);
            assert_eq!(reply.text("/fields/0/field"), "area", "{wrong}");
        }
        let case = Case::of(town.desk.post("/orders", with("area", json!("450204006003"))).await.expect(201));
        assert_eq!(case.seen.text("/area_name/zh"), "第三社区");
        assert_eq!(case.seen.json["point"], json!(null));
        let reply = town.desk.post("/orders", with("point", json!([24.3, 109.4]))).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "point");
    }

    async fn a_heading_is_no_class_of_a_case(fresh) {
        let town = town(fresh).await;
        let mut body = cracked();
        body["class"] = json!("p01");
        assert_eq!(town.desk.post("/orders", body).await.expect(422).text("/fields/0/field"), "class");
    }

    async fn a_report_for_another_street_is_refused(fresh) {
        let town = town(fresh).await;
        let mut body = cracked();
        body["point"] = json!(FAR);
        let _ = town.desk.post("/orders", body).await.expect(403);
        let _ = town.handler.post("/orders", cracked()).await.expect(403);
        let body = json!({ "class": "p0101", "point": HERE, "address": "路", "description": "坏", "scoring": 3 });
        let _ = town.desk.post("/orders", body).await.expect(400);
    }
}
