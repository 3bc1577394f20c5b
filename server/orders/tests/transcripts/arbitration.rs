//! Giving back once, arbitration, and whose the lost time is.

use insta::assert_snapshot;
use platform::PostKind;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{Case, DISTRICT, STREET, Town, cracked, town};

fn returns() -> Json {
    json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02 井盖缺损上报" })
}

fn rules_for(unit: i64) -> Json {
    json!({
        "action": "rule", "organisation_id": Town::unit_id(unit), "reason": "产权单位负责维修",
        "clause": "城市道路管理条例第二十三条",
    })
}

async fn chief(town: &Town) -> Client {
    town.house.signed_in(PostKind::Chief, STREET).await
}

/// Given back by the unit of the standard after ten minutes, referred after ten more.
async fn referred(town: &mut Town) -> Case {
    let case = town.dispatched().await;
    town.minutes(10).await;
    let case = case.done(&town.handler, returns()).await;
    town.minutes(10).await;
    case.done(&town.desk, json!({ "action": "refer", "reason": "两家均不认领" })).await
}

both_engines! {
    async fn a_unit_gives_back_once_and_names_the_clause(fresh) {
        let town = town(fresh).await;
        let case = town.dispatched().await;
        let bare = case.tried(&town.handler, json!({ "action": "return", "reason": "不是我局的" })).await.expect(422);
        assert_eq!(bare.text("/fields/0/field"), "clause");
        let offer = case.read(&town.handler).await.expect(200);
        let offer = offer.json["actions"].as_array().unwrap().iter().find(|one| one["action"] == "return").cloned().unwrap();
        assert_eq!(offer["needs"], json!(["reason", "clause"]));
        let again = case.done(&town.handler, returns()).await.sent_to(&town.desk, town.unit).await;
        let refused = again.tried(&town.handler, returns()).await.expect(409);
        assert!(refused.text("/detail").contains("已退回过一次"));
        // Another unit has its own one.
        let other = town.house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await;
        let recalled = again.done(&town.desk, json!({ "action": "recall", "reason": "改派" })).await;
        let sent = recalled.sent_to(&town.desk, town.other_unit).await;
        assert_eq!(sent.done(&other, returns()).await.state(), "accepted");
    }

    async fn only_what_was_given_back_is_arbitrated_and_only_by_the_chief(fresh) {
        let mut town = town(fresh).await;
        let refused = town.accepted().await.tried(&town.desk, json!({ "action": "refer", "reason": "有异议" })).await.expect(409);
        assert!(refused.text("/detail").contains("没有单位退回"));
        let case = referred(&mut town).await;
        assert_eq!((case.state(), case.seen.text("/clock")), ("arbitrating".to_owned(), "arbitration".to_owned()));
        let _ = case.tried(&town.desk, rules_for(town.unit)).await.expect(403);
        let chief = chief(&town).await;
        let mut bare = rules_for(town.unit);
        bare["clause"] = json!(" ");
        let _ = case.tried(&chief, bare).await.expect(422);
        assert_eq!(chief.get("/orders?view=to_rule").await.expect(200).text("/items/0/id"), case.id);
        assert_eq!(case.done(&chief, rules_for(town.unit)).await.state(), "dispatched");
    }

    async fn the_time_of_a_wrong_return_stays_on_the_units_clock(fresh) {
        let mut town = town(fresh).await;
        let before = town.dispatched().await;
        let due = before.clock("handling")["due_at"].clone();
        town.minutes(10).await;
        let case = before.done(&town.handler, returns()).await;
        town.minutes(10).await;
        let case = case.done(&town.desk, json!({ "action": "refer", "reason": "两家均不认领" })).await;
        town.minutes(20).await;
        let chief = chief(&town).await;
        let ruled = case.done(&chief, rules_for(town.unit)).await;
        assert_eq!(ruled.clock("handling")["due_at"], due, "as if it never stood still");
        assert_eq!(ruled.seen.json["clocks"].as_array().unwrap().iter().filter(|run| run["clock"] == "handling").count(), 1);
        let lines: Vec<&str> = ruled.seen.json["clocks"][2]["derivation"].as_array().unwrap().iter().map(|line| line["zh"].as_str().unwrap()).collect();
        assert_snapshot!(lines.join("\n"), @r"
        自2026年11月23日09:00开始计时
        时限为4工作时
        只计办公时间（08:30至12:00、14:30至17:30）
        2026年11月23日09:10至2026年11月23日09:40退回不成立，裁定仍由本单位承办，这段时间不予扣除
        截止时间为2026年11月23日15:30
        ");
        assert_eq!(ruled.seen.json["ruling"]["charged_to"], "unit");
        assert_eq!(ruled.seen.json["ruling"]["charged_minutes"], 30);
        // The designated unit cannot give it back, not even after it was taken back and sent again.
        let refused = ruled.tried(&town.handler, returns()).await.expect(409);
        assert!(refused.text("/detail").contains("已裁定由本单位承办"));
        let again = ruled.done(&town.desk, json!({ "action": "recall", "reason": "补充材料" })).await.sent_to(&town.desk, town.unit).await;
        assert_eq!(again.seen.json["designated"], true);
        let _ = again.tried(&town.handler, returns()).await.expect(409);
        let elsewhere = again.done(&town.desk, json!({ "action": "recall", "reason": "改派" })).await.sent_to(&town.desk, town.other_unit).await;
        assert_eq!(elsewhere.seen.json["designated"], false);
    }

    async fn the_time_of_a_right_return_is_the_desks(fresh) {
        let mut town = town(fresh).await;
        let case = referred(&mut town).await;
        town.minutes(20).await;
        let chief = chief(&town).await;
        let ruled = case.done(&chief, rules_for(town.other_unit)).await;
        let run = ruled.clock("handling");
        assert_eq!((run["started_at"].as_str(), ruled.seen.text("/organisation/name/zh")), (Some("2026-11-23T01:40:00.000Z"), "水务公司".to_owned()));
        assert_eq!((ruled.seen.text("/ruling/charged_to"), ruled.seen.json["ruling"]["charged_minutes"].clone()), ("desk".to_owned(), json!(30)));
        // The first unit's clock ended when it stood still, and was not late.
        let first = ruled.seen.json["clocks"].as_array().unwrap().iter().find(|run| run["clock"] == "handling").cloned().unwrap();
        assert_eq!((first["overdue"].clone(), first["stopped_at"].is_string()), (json!(false), true));
    }

    async fn whoever_gave_back_first_and_is_named_after_another_takes_its_old_clock_up(fresh) {
        let mut town = town(fresh).await;
        let case = town.dispatched().await;
        let due = case.clock("handling")["due_at"].clone();
        town.minutes(10).await;
        let case = case.done(&town.handler, returns()).await.sent_to(&town.desk, town.other_unit).await;
        let other = town.house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await;
        let case = case.done(&other, returns()).await;
        let case = case.done(&town.desk, json!({ "action": "refer", "reason": "两家均不认领" })).await;
        town.minutes(20).await;
        let chief = chief(&town).await;
        let ruled = case.done(&chief, rules_for(town.unit)).await;
        let runs: Vec<Json> = ruled.seen.json["clocks"].as_array().unwrap().iter().filter(|run| run["clock"] == "handling").cloned().collect();
        assert_eq!((runs[0]["due_at"].clone(), runs[0]["stopped_at"].clone()), (due.clone(), json!(null)));
        assert!(runs[1]["stopped_at"].is_string());
        assert_eq!(ruled.seen.json["due_at"], due);
        assert_eq!(ruled.seen.text("/ruling/returned_by/name/zh"), "城市管理局");
    }

    async fn a_ruling_is_found_again_and_offered_as_a_precedent(fresh) {
        let mut town = town(fresh).await;
        let case = referred(&mut town).await;
        let chief = chief(&town).await;
        let case = case.done(&chief, rules_for(town.other_unit)).await;
        for query in ["q=产权", "q=水务", "class=p0101", "q=井盖破损"] {
            let found = chief.get(&format!("/rulings?{query}")).await.expect(200);
            assert_eq!(found.text("/items/0/order/id"), case.id, "{query}");
            assert_eq!(found.text("/items/0/clause"), "城市道路管理条例第二十三条");
        }
        assert_eq!(chief.get("/rulings?q=路灯").await.expect(200).json["items"], json!([]));
        assert_eq!(town.handler.get("/rulings").await.expect(200).text("/items/0/order/id"), case.id, "it gave it back");
        let far = town.house.signed_in(PostKind::Chief, crate::district::OTHER_STREET).await;
        assert_eq!(far.get("/rulings").await.expect(200).json["items"], json!([]));
        let next = Case::of(town.desk.post("/orders", cracked()).await.expect(201));
        assert_eq!(next.seen.text("/precedents/0/designated/name/zh"), "水务公司");
        assert!(town.house.ledger(STREET).await.contains(&format!("order:rule {}", case.id)));
    }

    async fn small_matters_are_talked_over_and_private_ones_guided(fresh) {
        let town = town(fresh).await;
        let head = town.house.signed_in(PostKind::CommunityHead, crate::district::COMMUNITY).await;
        let case = town.reported().await;
        let _ = case.tried(&town.worker, json!({ "action": "consult", "reason": "邻里小事" })).await.expect(403);
        let _ = case.tried(&town.desk, json!({ "action": "consult" })).await.expect(422);
        let case = case.done(&town.desk, json!({ "action": "consult", "reason": "属邻里小事，由社区协商" })).await;
        assert_eq!((case.state(), case.seen.text("/clock")), ("consulting".to_owned(), "consultation".to_owned()));
        assert_eq!(head.get("/orders?view=to_settle").await.expect(200).text("/items/0/id"), case.id);
        let again = case.done(&town.worker, json!({ "action": "reclassify", "reason": "实为设施损坏" })).await;
        assert_eq!((again.state(), again.seen.text("/clock")), ("reported".to_owned(), "acceptance".to_owned()));
        let guided = again.done(&head, json!({ "action": "guide", "reason": "属当事人之间的纠纷" })).await;
        assert_eq!((guided.state(), guided.seen.text("/clock")), ("guiding".to_owned(), "guidance".to_owned()));
        let _ = guided.tried(&head, json!({ "action": "settle" })).await.expect(422);
        let settled = guided.done(&head, json!({ "action": "settle", "note": "双方约定夜间不再使用" })).await;
        assert_eq!((settled.state(), settled.seen.text("/light")), ("closed".to_owned(), "none".to_owned()));
    }
}
