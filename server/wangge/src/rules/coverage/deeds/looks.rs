//! Somebody is looked up, shown in clear, put on a list; who looked too often is reviewed.

use platform::PostKind;
use serde_json::json;

use super::super::register::{list, looking, reveal, verdict};
use super::super::town::STREET;
use super::Deeds;

impl Deeds {
    pub(super) async fn what_is_looked_up(&mut self) {
        let steward = looking(self.town.house.signed_in(PostKind::Steward, STREET).await);
        let leader = self.town.house.signed_in(PostKind::Leader, STREET).await;
        self.town.house.step_up(&steward).await;
        let who = json!({ "text": "韦子涵" });
        self.post(&steward, "POST /registry/find", "/registry/find", who).await;
        let place = format!("/residents/{}/reveal", self.town.register.resident);
        self.post(&steward, "POST /residents/{id}/reveal", &place, reveal()).await;

        let asked = self.post(&steward, "POST /exports", "/exports", list()).await;
        let place = format!("/exports/{}", asked.text("/id"));
        let grant = json!({ "approve": true, "note": "同意，限本次核查" });
        let decision = format!("{place}/decision");
        self.post(&leader, "POST /exports/{id}/decision", &decision, grant).await;
        let taken = steward.get(&format!("{place}/list.xlsx")).await;
        self.did("GET /exports/{id}/list.xlsx", taken).await;
        let sheet = "姓名,说明\n韦子涵,低保\n".as_bytes();
        let made = steward.upload("/publicity.xlsx", "list.csv", sheet).await;
        self.did("POST /publicity.xlsx", made).await;

        let place = format!("/look-alarms/{}/review", self.town.register.alarm);
        self.post(&leader, "POST /look-alarms/{id}/review", &place, verdict()).await;
        let link = json!({ "username": "wei.clerk", "resident": self.town.register.resident });
        let linked = steward.put("/registry/staff-links", link).await;
        self.did("PUT /registry/staff-links", linked).await;
    }
}
