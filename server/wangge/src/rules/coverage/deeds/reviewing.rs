//! Pairs that are decided, undone, accepted unseen and looked at again; claims that are made, fetched and answered.

use serde_json::json;

use super::super::register::looking;
use super::super::reviewing::{CLEAR, claim, pair, said};
use super::super::town::STREET;
use super::Deeds;

impl Deeds {
    pub(super) async fn what_the_steward_decides(&mut self) {
        let steward = looking(self.town.steward.clone());
        let place = format!("/reviews/{}", self.town.reviewing.review);
        let reply = steward.get(&place).await;
        self.did("GET /reviews/{id}", reply).await;
        let by = steward.clone().with("if-match", "1");
        let decision = json!({ "decision": "later" });
        self.post(&by, "POST /reviews/{id}/decision", &format!("{place}/decision"), decision).await;
        let by = steward.clone().with("if-match", "2");
        self.post(&by, "POST /reviews/{id}/undo", &format!("{place}/undo"), json!({})).await;

        let clear = pair(&self.town.house, ["买小二", "买晓二"], CLEAR).await;
        let all = json!({ "at_least": CLEAR, "street": STREET.to_string() });
        self.post(&steward, "POST /reviews/bulk", "/reviews/bulk", all).await;
        let page = steward.get("/reviews/audit").await.expect(200);
        assert_eq!(page.text("/items/0/id"), clear);
        let by = steward.clone().with("if-match", &page.text("/items/0/version"));
        let verdict = json!({ "verdict": "right" });
        self.post(&by, "POST /reviews/{id}/audit", &format!("/reviews/{clear}/audit"), verdict).await;
    }

    pub(super) async fn what_owners_answer(&mut self) {
        let (steward, admin) = (looking(self.town.steward.clone()), self.town.admin.clone());
        let place = format!("/claims/{}", self.town.reviewing.claim);
        let reply = steward.get(&place).await;
        self.did("GET /claims/{id}", reply).await;
        let by = steward.clone().with("if-match", "1");
        let answer = json!({ "outcome": "refused", "note": "以户口簿为准" });
        self.post(&by, "POST /claims/{id}/answer", &format!("{place}/answer"), answer).await;

        let resident = said(&self.town.house, "c-2").await;
        let place = format!("/residents/{resident}/claims");
        let made = self.post(&steward, "POST /residents/{id}/claims", &place, claim()).await;
        let system =
            admin.post("/systems", json!({ "name": "户籍系统", "kind": "source" })).await.expect(201);
        let outlet = json!({ "system_id": system.text("/id") });
        let reply = steward.put(&format!("/sources/{}/outlet", self.town.fusing.source), outlet).await;
        self.did("PUT /sources/{id}/outlet", reply).await;
        let key = format!("Bearer {}", system.text("/key"));
        let owner = self.town.house.visitor().with("authorization", &key);
        let reply = owner.get("/claims/outbox.json").await;
        self.did("GET /claims/outbox.json", reply).await;
        let answers = json!({ "answers": [{ "number": made.text("/number"), "outcome": "accepted" }] });
        self.post(&owner, "POST /claims/answers", "/claims/answers", answers).await;
    }
}
