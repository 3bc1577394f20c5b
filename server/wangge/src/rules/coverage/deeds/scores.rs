//! A month is scored by a new indicator and scorecard, frozen, objected to and decided.

use platform::PostKind;
use serde_json::json;

use super::super::requests::{indicator, objection, scorecard};
use super::super::town::{DISTRICT, STREET, organisation};
use super::Deeds;

impl Deeds {
    pub(super) async fn how_a_month_is_scored(&mut self) {
        let unit = self.town.unit;
        self.town.house.pass(3 * 24 * 3_600_000);
        let steward = self.town.house.signed_in_again(&self.town.steward).await;
        self.post(&steward, "POST /insight/indicators", "/insight/indicators", indicator()).await;
        let of_street = "?street=450204006";
        let place = format!("/insight/scorecards{of_street}");
        self.post(&steward, "POST /insight/scorecards", &place, scorecard()).await;
        let place = format!("/insight/scorecards/departments/freeze{of_street}");
        let month = json!({ "month": "2026-11" });
        let frozen = self.post(&steward, "POST /insight/scorecards/{key}/freeze", &place, month).await;
        let freeze = format!("/insight/freezes/{}", frozen.text("/id"));

        let head = self.town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(unit)).await;
        let list = format!("{freeze}/orders?indicator=rework&organisation={}", organisation(unit));
        let cases = head.get(&list).await.expect(200).json["items"].as_array().unwrap().clone();
        let case = cases.iter().find(|case| case["counted"] == true).unwrap();
        let body = objection(case["order"].as_str().unwrap());
        let place = format!("{freeze}/objections");
        let raised = self.post(&head, "POST /insight/freezes/{id}/objections", &place, body).await;

        let leader = self.town.house.signed_in(PostKind::Leader, STREET).await;
        let place = format!("/insight/objections/{}/decision", raised.text("/objections/0/id"));
        let decision = json!({ "uphold": true, "reason": "情况属实" });
        self.post(&leader, "POST /insight/objections/{id}/decision", &place, decision).await;
    }
}
