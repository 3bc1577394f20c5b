//! A resident gets a code, reads their own page, asks back, and takes everything home; what they may see is delayed by two.

use platform::PostKind;
use serde_json::json;

use super::super::mine::{bearing, delay, handed, signed_in, wish};
use super::super::town::STREET;
use super::Deeds;

impl Deeds {
    pub(super) async fn what_a_resident_does_on_their_own_page(&mut self) {
        let resident = self.town.mine.resident.clone();
        let reply = handed(&self.town.house, &resident).await;
        let code = self.did("POST /resident-access", reply).await.text("/code");
        let reply = signed_in(&self.town.house, &code).await;
        let pass = self.did("POST /public/mine/sign-in", reply).await.text("/pass");
        let me = bearing(&self.town.house, &pass);
        let place = "/public/mine/corrections";
        let address = format!("POST {place}");
        let asked = self.post(&me, &address, place, wish("phone", "13900001234")).await.text("/id");
        let place = format!("/public/mine/looks/{}/question", self.town.mine.look);
        let question = json!({ "text": "为什么打印我的姓名？" });
        self.post(&me, "POST /public/mine/looks/{id}/question", &place, question).await;
        for form in ["json", "pdf"] {
            let place = format!("/public/mine/export.{form}");
            let reply = me.get(&place).await;
            self.did(&format!("GET {place}"), reply).await;
        }

        let steward = self.town.house.signed_in(PostKind::Steward, STREET).await;
        let steward = steward.with("wangge-purpose", "check").with("if-match", "1");
        let reply = steward.get(&format!("/corrections/{asked}")).await;
        self.did("GET /corrections/{id}", reply).await;
        let place = format!("/corrections/{asked}/answer");
        let answer = json!({ "outcome": "accepted", "answer": "已更正" });
        self.post(&steward, "POST /corrections/{id}/answer", &place, answer).await;

        let chief = self.town.house.signed_in(PostKind::Chief, STREET).await;
        let asked = self.post(&chief, "POST /look-delays", "/look-delays", delay(&resident)).await;
        let leader = self.town.house.signed_in(PostKind::Leader, STREET).await;
        let place = format!("/look-delays/{}/approve", asked.text("/id"));
        self.post(&leader, "POST /look-delays/{id}/approve", &place, json!({})).await;
    }
}
