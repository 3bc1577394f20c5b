//! A month is scored, frozen, objected to, decided, and computed again.

use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::both_engines;
use store::testing::Fresh;

use crate::district::{Case, DISTRICT, OTHER_STREET, STREET, Town, town_with};

const DAY: i64 = 24 * 60;

/// A town in which one unit handled one case in time and two late, another unit none.
struct Month {
    town: Town,
    steward: Client,
    leader: Client,
    head: Client,
    late: [Case; 2],
}

impl Month {
    async fn of(fresh: Fresh) -> Self {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.closed().await;
        let late = [town.handling().await, town.handling().await];
        town.minutes(8 * 60).await;
        for case in late.clone() {
            town.resolve(case).await;
        }
        let steward = town.house.signed_in(PostKind::Steward, STREET).await;
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let head = town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await;
        Self { town, steward, leader, head, late }
    }

    async fn days(&mut self, days: i64) {
        self.town.minutes(days * DAY).await;
        for client in [&mut self.steward, &mut self.leader, &mut self.head] {
            *client = self.town.house.signed_in_again(client).await;
        }
    }

    async fn frozen(&mut self) -> Reply {
        self.days(2).await;
        let month = json!({ "month": "2026-11" });
        self.steward.post("/insight/scorecards/departments/freeze", month).await.expect(201)
    }

    async fn objects(&self, freeze: &str, case: &Case) -> Reply {
        let body = json!({ "order": case.id, "indicator": "handling", "reason": "放假安排调整，期限应顺延" });
        self.head.post(&format!("/insight/freezes/{freeze}/objections"), body).await
    }

    async fn decides(&self, objection: &str, uphold: bool) -> Reply {
        let body = json!({ "uphold": uphold, "reason": "经核对放假通知" });
        self.leader.post(&format!("/insight/objections/{objection}/decision"), body).await
    }
}

/// The line of an indicator in the first row.
fn line(rows: &Json, indicator: &str) -> Json {
    let lines = rows[0]["lines"].as_array().unwrap();
    lines.iter().find(|line| line["indicator"] == indicator).unwrap().clone()
}

both_engines! {
    async fn a_month_shows_what_each_number_is_made_of(fresh) {
        let month = Month::of(fresh).await;
        let sheet = month.steward.get("/insight/scorecards/departments?month=2026-11").await.expect(200);
        assert_eq!((sheet.text("/from"), sheet.text("/to"), sheet.text("/is_over")), ("2026-10-25".into(), "2026-11-24".into(), "false".into()));
        assert_eq!(sheet.json["rows"].as_array().unwrap().len(), 1);
        let handling = line(&sheet.json["rows"], "handling");
        assert_eq!(handling, json!({
            "indicator": "handling", "numerator": 1, "denominator": 3, "value": 3333,
            "interval": { "low": 614, "high": 7924 }, "points": 1404,
        }));
        // Nobody rated anything: there is no rate, neither 0 nor 100, and its weight is left out.
        assert_eq!(line(&sheet.json["rows"], "satisfaction"), json!({
            "indicator": "satisfaction", "numerator": 0, "denominator": 0, "value": null, "interval": null, "points": null,
        }));
        let unit = Town::unit_id(month.town.unit);
        let list = format!("/insight/scorecards/departments/orders?month=2026-11&indicator=handling&organisation={unit}");
        let cases = month.steward.get(&list).await.expect(200);
        let counted = |counted: bool| cases.json["items"].as_array().unwrap().iter().filter(|case| case["counted"] == counted).count();
        assert_eq!((counted(true), counted(false)), (1, 2));
    }

    async fn one_objection_is_upheld_and_one_refused(fresh) {
        let mut month = Month::of(fresh).await;
        let early = month.steward.post("/insight/scorecards/departments/freeze", json!({ "month": "2026-11" })).await.expect(409);
        assert_eq!(early.text("/detail"), "考评月尚未结束，不能冻结");
        let frozen = month.frozen().await;
        let freeze = frozen.text("/id");
        assert_eq!(line(&frozen.json["revisions"][0]["rows"], "handling")["value"], 3333);
        let _ = month.steward.post("/insight/scorecards/departments/freeze", json!({ "month": "2026-11" })).await.expect(409);

        for case in &month.late.clone() {
            let _ = month.objects(&freeze, case).await.expect(201);
        }
        let seen = month.head.get(&format!("/insight/freezes/{freeze}")).await.expect(200);
        let ids: Vec<String> = [0, 1].map(|nth| seen.text(&format!("/objections/{nth}/id"))).into();
        let refused = month.decides(&ids[1], false).await.expect(200);
        assert_eq!(refused.json["revisions"].as_array().unwrap().len(), 1);
        let upheld = month.decides(&ids[0], true).await.expect(200);
        assert_eq!(upheld.json["revisions"].as_array().unwrap().len(), 2);
        let values = [0, 1].map(|nth| line(&upheld.json["revisions"][nth]["rows"], "handling")["value"].clone());
        assert_eq!(values, [json!(3333), json!(5000)]);
        let _ = month.decides(&ids[0], false).await.expect(409);

        // The overdue fact is kept and the reason stands in the history of the case.
        let order = month.town.desk.get(&format!("/orders/{}", month.late[0].id)).await.expect(200);
        let clock = order.json["clocks"].as_array().unwrap().iter().find(|clock| clock["clock"] == "handling").unwrap().clone();
        assert_eq!(clock["overdue"], true, "{clock}");
        let steps = month.town.desk.get(&format!("/orders/{}/steps", month.late[0].id)).await.expect(200);
        let exempted = steps.json["items"].as_array().unwrap().iter().find(|step| step["action"] == "exempt").unwrap();
        assert_eq!(exempted["note"], "经核对放假通知");

        // Anybody who sees the numbers can compute them again, to the last digit.
        for client in [&month.steward, &month.leader, &month.head] {
            let again = client.get(&format!("/insight/freezes/{freeze}/recompute")).await.expect(200);
            assert_eq!(again.json["same"], true, "{}", again.transcript());
            assert_eq!(again.json["revisions"].as_array().unwrap().len(), 2);
        }
        let book = month.leader.get(&format!("/insight/freezes/{freeze}/sheet.xlsx")).await.expect(200);
        assert!(book.bytes.starts_with(b"PK"));
        // A head, and five indicators in each of two revisions.
        assert_eq!(platform::sheet::read_rows(&book.bytes).unwrap().len(), 11);
        // The number of today agrees with the revision, and what is exempt is counted apart.
        let now = month.steward.get("/insight/scorecards/departments?month=2026-11").await.expect(200);
        assert_eq!(line(&now.json["rows"], "handling")["value"], 5000);
        let unit = Town::unit_id(month.town.unit);
        let list = format!("/insight/freezes/{freeze}/orders?indicator=handling&organisation={unit}");
        let cases = month.head.get(&list).await.expect(200);
        assert_eq!(cases.json["items"].as_array().unwrap().iter().filter(|case| case["exempted"] == true).count(), 1);
        let entries = month.town.house.ledger(STREET).await;
        for action in ["insight:freeze", "insight:object", "insight:judge", "order:exempt"] {
            assert!(entries.iter().any(|entry| entry.starts_with(&format!("{action} "))), "{action}");
        }
    }

    async fn only_what_counts_against_the_unit_is_objected_to_and_only_in_time(fresh) {
        let mut month = Month::of(fresh).await;
        let freeze = month.frozen().await.text("/id");
        let place = format!("/insight/freezes/{freeze}/objections");
        let body = json!({ "order": month.late[0].id, "indicator": "return", "reason": "没有退回" });
        let refused = month.head.post(&place, body).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "order");
        let body = json!({ "order": month.late[0].id, "indicator": "handling", "reason": "  " });
        let refused = month.head.post(&place, body).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "reason");
        // Another unit, and one's own case handled in time.
        let other = month.town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(month.town.other_unit)).await;
        let body = json!({ "order": month.late[0].id, "indicator": "handling", "reason": "与我单位无关" });
        let _ = other.post(&place, body.clone()).await.expect(404);
        let _ = month.leader.post(&place, body.clone()).await.expect(403);
        let _ = month.objects(&freeze, &month.late[0]).await.expect(201);
        let _ = month.objects(&freeze, &month.late[0]).await.expect(409);
        let elsewhere = month.town.house.signed_in(PostKind::Leader, OTHER_STREET).await;
        let _ = elsewhere.get(&format!("/insight/freezes/{freeze}")).await.expect(403);
        let id = month.head.get(&format!("/insight/freezes/{freeze}")).await.expect(200).text("/objections/0/id");
        let decision = json!({ "uphold": true, "reason": "同意" });
        let _ = elsewhere.post(&format!("/insight/objections/{id}/decision"), decision.clone()).await.expect(403);
        let _ = month.head.post(&format!("/insight/objections/{id}/decision"), decision).await.expect(403);
        month.days(7).await;
        let late = month.objects(&freeze, &month.late[1]).await.expect(409);
        assert_eq!(late.text("/detail"), "申诉期已过");
    }

    async fn a_scorecard_is_published_in_versions_and_leaves_out_what_it_says(fresh) {
        let mut month = Month::of(fresh).await;
        let listed = month.steward.get("/insight/scorecards").await.expect(200);
        let mut card = listed.json["items"][0].clone();
        let _ = card.as_object_mut().unwrap().remove("freezes");
        card["version"] = json!(2);
        card["effective_from"] = json!(202_611);
        card["exclusions"] = json!([{ "class": "p01", "source": null, "reason": { "zh": "道路整治期间", "en": "while the road is dug up" } }]);
        let _ = month.leader.post("/insight/scorecards", card.clone()).await.expect(403);
        let _ = month.steward.post("/insight/scorecards", card.clone()).await.expect(201);
        let twice = month.steward.post("/insight/scorecards", card.clone()).await.expect(409);
        assert_eq!(twice.text("/detail"), "版本号应为 3，可能已有他人发布新版本");
        // Everything of the month was a cover in p01.
        let sheet = month.steward.get("/insight/scorecards/departments?month=2026-11").await.expect(200);
        assert_eq!((sheet.text("/scorecard/version"), sheet.text("/rows")), ("2".into(), "[]".into()));
        let before = month.steward.get("/insight/scorecards/departments?month=2026-10").await.expect(200);
        assert_eq!(before.text("/scorecard/version"), "1");
        let _ = month.frozen().await;
        card["version"] = json!(3);
        let refused = month.steward.post("/insight/scorecards", card.clone()).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "effective_from");
        card["effective_from"] = json!(202_612);
        card["lines"] = json!([{ "indicator": "fines", "weight": 0, "target": 20_000 }]);
        let wrong = month.steward.post("/insight/scorecards", card).await.expect(422);
        assert_eq!([0, 1, 2].map(|nth| wrong.text(&format!("/fields/{nth}/field"))), ["lines.0.indicator", "lines.0.weight", "lines.0.target"]);
    }

    async fn an_indicator_that_counts_fines_is_refused(fresh) {
        let month = Month::of(fresh).await;
        let steward = month.town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let listed = steward.get("/insight/indicators").await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), 10);
        let mut fines = listed.json["items"][0].clone();
        fines["key"] = json!("income");
        fines["formula"] = json!({ "zh": "罚款金额 ÷ 立案数", "en": "amount ÷ opened" });
        let refused = steward.post("/insight/indicators", fines.clone()).await.expect(422);
        assert_eq!(refused.text("/fields/0/detail"), "考评指标不得涉及罚款、处罚");
        let mut next = listed.json["items"][0].clone();
        next["version"] = json!(2);
        next["formula"] = json!({ "zh": "立案数 ÷ 受理决定数", "en": "opened ÷ decided" });
        let _ = month.leader.post("/insight/indicators", next.clone()).await.expect(403);
        let _ = steward.post("/insight/indicators", next.clone()).await.expect(201);
        let _ = steward.post("/insight/indicators", next).await.expect(409);
        let shown = steward.get("/insight/indicators/opening").await.expect(200);
        assert_eq!(shown.text("/indicator/formula/en"), "opened ÷ decided");
    }
}
