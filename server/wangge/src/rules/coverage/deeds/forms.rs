//! A form comes, is taken, and is filled in; another is not.

use platform::PostKind;
use serde_json::json;

use super::super::forms::{SHEET, form, typed};
use super::super::town::{COMMUNITY, STREET};
use super::Deeds;

impl Deeds {
    pub(super) async fn what_becomes_of_a_form(&mut self) {
        let leader = self.town.house.signed_in(PostKind::Leader, STREET).await;
        let reply = leader.upload("/forms/heading", "form.csv", SHEET.as_bytes()).await;
        self.did("POST /forms/heading", reply).await;
        let form = self.post(&leader, "POST /forms", "/forms", form()).await.text("/id");
        let by = leader.with("if-match", "1");
        let place = format!("/forms/{form}/decision");
        self.post(&by, "POST /forms/{id}/decision", &place, json!({ "decision": "accept" })).await;
        let head = self.town.house.signed_in(PostKind::CommunityHead, COMMUNITY).await;
        let head = head.with("wangge-purpose", "check").with("if-match", "0");
        let place = format!("/forms/{form}/answers/{COMMUNITY}");
        let reply = head.get(&place).await;
        self.did("GET /forms/{id}/answers/{community}", reply).await;
        let reply = head.put(&place, typed()).await;
        self.did("PUT /forms/{id}/answers/{community}", reply).await;
    }

    /// Somebody died long ago; what the register has of them goes when two persons want it.
    pub(super) async fn what_goes_by_two(&mut self) {
        let steward =
            self.town.house.signed_in(PostKind::Steward, STREET).await.with("wangge-purpose", "check");
        let body = json!({ "area": COMMUNITY.to_string(), "name": "农秀英", "since": "2010-01-01" });
        let resident = steward.post("/residents", body).await.expect(201).text("/id");
        let place = format!("/residents/{resident}/death");
        let _ = steward.post(&place, json!({ "on": "2015-03-01" })).await.expect(200);
        let asked = json!({ "class": "departed", "street": STREET.to_string() });
        let run = self.post(&steward, "POST /retention/runs", "/retention/runs", asked).await.text("/id");
        let leader = self.town.house.signed_in(PostKind::Leader, STREET).await;
        let place = format!("/retention/runs/{run}/approve");
        self.post(&leader, "POST /retention/runs/{id}/approve", &place, json!({})).await;
    }
}
