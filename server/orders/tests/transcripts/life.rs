//! A case from report to close, as everybody who touches it sees it.

use insta::assert_snapshot;
use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::district::{Case, STREET, cracked, town};

both_engines! {
    async fn a_case_is_led_from_report_to_close(fresh) {
        let mut town = town(fresh).await;
        let reported = town.reported().await;
        assert_eq!(reported.seen.text("/number"), "006-20261123-00001-F");
        assert_eq!(reported.seen.text("/area"), "450204006003001");
        assert_eq!(reported.seen.text("/suggestion/organisation/name/zh"), "城市管理局");
        town.minutes(5).await;
        let accepted = reported.done(&town.desk, json!({ "action": "accept", "standard_id": reported.standard })).await;
        town.minutes(5).await;
        let dispatched = accepted.sent_to(&town.desk, town.unit).await;
        town.minutes(10).await;
        let handling = dispatched.done(&town.handler, json!({ "action": "sign" })).await;
        town.minutes(60).await;
        let resolved = town.resolve(handling).await;
        town.minutes(10).await;
        let verified = resolved.done(&town.worker, json!({ "action": "verify" })).await;
        town.minutes(10).await;
        let closed = verified.done(&town.desk, json!({ "action": "close", "note": "已修复" })).await;

        let steps = town.desk.get(&format!("/orders/{}/steps", closed.id)).await.expect(200);
        let told: Vec<String> = steps.json["items"].as_array().unwrap().iter().map(|step| {
            let by = step["by"]["title"]["zh"].as_str().unwrap_or("-");
            let pictures = step["files"].as_array().unwrap().len();
            format!("{} {} → {} by {by}, {pictures} pictures, {}", step["name"]["zh"], step["from"], step["to"], step["note"])
        }).collect();
        assert_snapshot!(told.join("\n"), @r#"
        "上报" null → "reported" by desk, 0 pictures, null
        "受理" "reported" → "accepted" by desk, 0 pictures, null
        "派单" "accepted" → "dispatched" by desk, 0 pictures, null
        "签收" "dispatched" → "handling" by handler, 0 pictures, null
        "办结反馈" "handling" → "resolved" by handler, 1 pictures, "已更换井盖"
        "核实通过" "resolved" → "verified" by grid_worker, 0 pictures, null
        "结案" "verified" → "closed" by desk, 0 pictures, "已修复"
        "#);
        let id = &closed.id;
        let ledger = town.house.ledger(STREET).await;
        let of_case: Vec<&str> = ledger.iter().filter_map(|entry| entry.strip_suffix(&format!(" {id}"))).collect();
        assert_eq!(of_case, ["order:report", "order:accept", "order:dispatch", "order:sign", "order:resolve", "order:verify", "order:close"]);

        let lines: Vec<String> = closed.seen.json["clocks"].as_array().unwrap().iter().map(|clock| {
            let [started, stopped, due] = ["started_at", "stopped_at", "due_at"].map(|at| &clock[at].as_str().unwrap()[11..16]);
            format!("{} {started}–{stopped}, due {due}, overdue: {}", clock["name"]["zh"], clock["overdue"])
        }).collect();
        assert_snapshot!(lines.join("\n"), @r#"
        "受理计时" 01:00–01:05, due 01:30, overdue: false
        "派遣计时" 01:05–01:10, due 01:20, overdue: false
        "处置计时" 01:10–02:40, due 07:40, overdue: false
        "核实结案计时" 02:20–02:40, due 02:20, overdue: false
        "#);
        assert_eq!(closed.seen.json["actions"], json!([{ "action": "reopen", "name": { "zh": "重新立案", "en": "reopen" }, "needs": ["reason"] }]));
        assert_eq!(closed.seen.text("/light"), "none");
        assert_eq!(closed.seen.headers["etag"], "\"7\"");
    }

    async fn the_desk_is_told_what_the_list_says(fresh) {
        let town = town(fresh).await;
        let body = json!({ "class": "p0101", "point": crate::district::HERE, "address": "柳石路", "description": "井盖缺失，有人险些掉下去" });
        let case = Case::of(town.desk.post("/orders", body).await.expect(201));
        assert_snapshot!(case.seen.text("/suggestion/reason/zh"), @"按“上水井盖”立案条件“井盖缺失或移位”，处置时限2紧急工作时，责任单位为城市管理局；依据：城市道路管理条例第二十三条");
        assert_eq!(case.seen.text("/suggestion/due_at"), "2026-11-23T03:00:00.000Z");
        let offers: Vec<String> = case.seen.json["actions"].as_array().unwrap().iter().map(|offer| offer["action"].to_string()).collect();
        assert_eq!(offers, ["accept", "reject", "consult", "guide", "join", "cancel"].map(|action| format!("\"{action}\"")));
    }

    async fn a_grid_worker_settles_on_the_spot(fresh) {
        let town = town(fresh).await;
        let case = Case::of(town.worker.post("/orders", cracked()).await.expect(201));
        assert_eq!(case.seen.text("/source"), "grid");
        let picture = town.picture(&town.worker).await;
        let closed = case.done(&town.worker, json!({ "action": "self_resolve", "files": [picture] })).await;
        assert_eq!(closed.state(), "closed");
    }

    async fn a_return_goes_back_to_the_desk_with_its_reason(fresh) {
        let town = town(fresh).await;
        let case = town.dispatched().await;
        let returned = case.done(&town.handler, json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02" })).await;
        assert_eq!(returned.state(), "accepted");
        assert_eq!(returned.seen.json["organisation"], json!(null));
        let list = town.desk.get("/orders?view=returned").await.expect(200);
        assert_eq!(list.text("/items/0/id"), case.id);
        // It is not with the unit any more.
        let _ = case.read(&town.handler).await.expect(404);
    }

    async fn rework_cancel_reject_and_reopen_are_steps_like_others(fresh) {
        let town = town(fresh).await;
        let rework = town.resolved().await.done(&town.worker, json!({ "action": "rework", "reason": "仍然晃动" })).await;
        assert_eq!(rework.state(), "handling");
        let again = town.resolve(rework).await;
        assert_eq!(again.state(), "resolved");
        let cancelled = town.dispatched().await.done(&town.desk, json!({ "action": "cancel", "reason": "重复" })).await;
        assert_eq!(cancelled.state(), "cancelled");
        let rejected = town.reported().await.done(&town.desk, json!({ "action": "reject", "reason": "不符合立案条件" })).await;
        assert_eq!(rejected.state(), "rejected");
        let reopened = town.closed().await.done(&town.desk, json!({ "action": "reopen", "reason": "复发" })).await;
        assert_eq!(reopened.state(), "accepted");
        let sent = reopened.sent_to(&town.desk, town.unit).await;
        assert_eq!(sent.state(), "dispatched");
        let recalled = sent.done(&town.desk, json!({ "action": "recall", "reason": "派错单位" })).await;
        assert_eq!(recalled.state(), "accepted");
    }

    async fn a_standard_of_another_class_corrects_the_class(fresh) {
        let town = town(fresh).await;
        let other = json!({ "class": "p0102", "point": crate::district::HERE, "address": "柳石路", "description": "井盖响" });
        let other = Case::of(town.desk.post("/orders", other).await.expect(201));
        let case = town.reported().await.done(&town.desk, json!({ "action": "accept", "standard_id": other.standard })).await;
        assert_eq!(case.seen.text("/class/code"), "p0102");
        assert_eq!(case.seen.text("/standard/limit/zh"), "2个工作日");
    }

    async fn numbers_are_counted_by_street_and_day(fresh) {
        let mut town = town(fresh).await;
        let number = |case: &Case| case.seen.text("/number");
        let (first, second) = (town.reported().await, town.reported().await);
        assert_eq!([&number(&first)[..18], &number(&second)[..18]], ["006-20261123-00001", "006-20261123-00002"]);
        town.minutes(24 * 60).await;
        assert_eq!(number(&town.reported().await)[..18], *"006-20261124-00001");
        let chief = town.house.signed_in(PostKind::Chief, crate::district::OTHER_STREET).await;
        let mut far = cracked();
        far["point"] = json!(crate::district::FAR);
        let far = Case::of(chief.post("/orders", far).await.expect(201));
        assert_eq!(number(&far)[..18], *"007-20261124-00001");
    }
}
