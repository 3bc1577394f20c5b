//! Asking back, and being answered.

use registry::How;
use serde_json::json;
use store::both_engines;

use super::scene::{ABOUT, scene, told};
use crate::district::{OTHER_STREET, STREET};
use platform::PostKind;

both_engines! {
    async fn a_wrong_value_is_corrected_by_the_steward_within_fifteen_working_days(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        let wish = json!({ "field": "phone", "value": "139 0000 7777", "reason": "换了号码" });
        let asked = me.post("/public/mine/corrections", wish.clone()).await.expect(201);
        assert!(asked.text("/number").starts_with("C006-20261123-00001-"));
        // Fifteen working days from a Monday in weeks without a holiday.
        assert!(asked.text("/due_at").starts_with("2026-12-14T"), "{}", asked.transcript());
        let again = me.post("/public/mine/corrections", wish).await.expect(409);
        assert!(again.text("/detail").contains(&asked.text("/number")));

        let waiting = scene.steward.get("/corrections").await.expect(200);
        assert_eq!(told(&waiting, "/number"), [asked.text("/number")]);
        assert!(!waiting.transcript().contains("139") && !waiting.transcript().contains("韦"));
        let place = format!("/corrections/{}", asked.text("/id"));
        let _ = scene.steward.get(&place).await.expect(403);
        let checking = scene.steward.clone().with("wangge-purpose", "check");
        let shown = checking.get(&place).await.expect(200);
        assert_eq!((shown.text("/resident_name"), shown.text("/value"), shown.text("/text")), ("韦*涵".into(), "139 0000 7777".into(), "换了号码".into()));
        assert_eq!(shown.text("/stands/value"), "138****5678");

        let by = scene.steward.clone().with("if-match", "\"1\"");
        let body = |outcome: &str| json!({ "outcome": outcome, "answer": "已核对，更正" });
        let _ = by.post(&format!("{place}/answer"), body("answered")).await.expect(422);
        let done = by.post(&format!("{place}/answer"), body("accepted")).await.expect(200);
        assert_eq!((done.text("/outcome"), done.text("/version"), done.text("/late")), ("accepted".into(), "2".into(), "false".into()));
        let _ = by.post(&format!("{place}/answer"), body("refused")).await.expect(409);
        assert_eq!(told(&scene.steward.get("/corrections?view=answered").await.expect(200), "/number"), [asked.text("/number")]);
        assert_eq!(told(&scene.steward.get("/corrections").await.expect(200), "/number"), Vec::<String>::new());

        let mine = me.get("/public/mine/corrections").await.expect(200);
        assert_eq!((mine.text("/items/0/outcome_name/zh"), mine.text("/items/0/answer"), mine.text("/items/0/answered_by/zh")), ("已更正".into(), "已核对，更正".into(), "steward".into()));
        let seen = me.get("/public/mine").await.expect(200);
        let phone = seen.json["fields"].as_array().unwrap().iter().find(|field| field["field"] == "phone").unwrap();
        assert_eq!((&phone["value"]["zh"], phone["rivals"].as_array().unwrap().len()), (&json!("13900007777"), 2), "{}", seen.transcript());
        let ledger = scene.town.house.ledger(STREET).await;
        for act in ["correction:ask", "correction:answer", "resident:correct"] {
            assert!(ledger.iter().any(|entry| entry.starts_with(act)), "{act} in {ledger:?}");
        }
        assert!(!ledger.concat().contains("13900007777"));
    }

    async fn a_question_about_a_look_shows_the_steward_who_it_was(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        scene.look(&scene.town.desk, &scene.resident, "order", Some(ABOUT), How::Read).await;
        let look = me.get("/public/mine/looks").await.expect(200).text("/items/0/id");
        let place = format!("/public/mine/looks/{look}/question");
        let _ = me.post(&place, json!({ "text": " " })).await.expect(422);
        let asked = me.post(&place, json!({ "text": "为什么查我的住址？" })).await.expect(201);
        let _ = me.post(&place, json!({ "text": "再问一次" })).await.expect(409);
        assert_eq!((asked.text("/kind"), asked.text("/look")), ("question".into(), look));
        assert_eq!(me.get("/public/mine/looks").await.expect(200).text("/items/0/question"), asked.text("/number"));

        let checking = scene.steward.clone().with("wangge-purpose", "check");
        let shown = checking.get(&format!("/corrections/{}", asked.text("/id"))).await.expect(200);
        assert_eq!((shown.text("/look/person"), shown.text("/look/post/zh"), shown.text("/look/about")), ("测试员".into(), "desk".into(), ABOUT.into()));
        let by = scene.steward.clone().with("if-match", "\"1\"");
        let answer = json!({ "outcome": "answered", "answer": "因漏水工单联系您" });
        let _ = by.post(&format!("/corrections/{}/answer", asked.text("/id")), answer).await.expect(200);
        assert_eq!(me.get("/public/mine/corrections").await.expect(200).text("/items/0/answer"), "因漏水工单联系您");
        // The steward's own look is among them now.
        assert_eq!(told(&me.get("/public/mine/looks").await.expect(200), "/purpose/zh")[0], "数据核查");
    }

    async fn what_cannot_be_a_value_is_not_taken_and_strangers_see_none_of_it(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        for (field, value) in [("id_no", "450204199001010019"), ("birth_date", "1990-02-31"), ("phone", "")] {
            let wish = json!({ "field": field, "value": value, "reason": "写错了" });
            let refused = me.post("/public/mine/corrections", wish).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), "value");
        }
        let wish = json!({ "field": "name", "value": "韦梓涵", "reason": "身份证上是这样写的" });
        let id = me.post("/public/mine/corrections", wish).await.expect(201).text("/id");
        let other = scene.town.house.signed_in(PostKind::Steward, OTHER_STREET).await.with("wangge-purpose", "check").with("if-match", "1");
        assert_eq!(told(&other.get("/corrections").await.expect(200), "/id"), Vec::<String>::new());
        let _ = other.get(&format!("/corrections/{id}")).await.expect(404);
        let _ = other.post(&format!("/corrections/{id}/answer"), json!({ "outcome": "refused", "answer": "否" })).await.expect(404);
        let _ = scene.clerk.get(&format!("/corrections/{id}")).await.expect(403);
    }

    async fn an_answer_that_comes_too_late_says_so(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        let wish = json!({ "field": "name", "value": "韦梓涵", "reason": "身份证上是这样写的" });
        let _ = me.post("/public/mine/corrections", wish).await.expect(201);
        scene.town.house.pass(25 * 24 * 3_600_000);
        let steward = scene.town.house.signed_in_again(&scene.steward).await;
        assert_eq!(told(&steward.get("/corrections").await.expect(200), "/late"), ["true"]);
    }
}
