//! What the dispatch desk does: triage, helpers, calls to the place, arbitration, many at once.

use platform::PostKind;
use serde_json::json;

use super::super::town::{COMMUNITY, DISTRICT, STREET, organisation};
use super::{Case, Deeds};

impl Deeds {
    pub(super) async fn what_the_desk_does(&mut self) {
        self.what_goes_to_the_community().await;
        self.who_helps().await;
        self.who_is_right().await;
    }

    async fn what_goes_to_the_community(&mut self) {
        let desk = self.town.desk.clone();
        let head = self.town.house.signed_in(PostKind::CommunityHead, COMMUNITY).await;
        let reason = json!({ "reason": "邻里小事" });
        let mut case = self.reported(&desk).await;
        self.step(&desk, &mut case, "consult", reason.clone()).await;
        self.step(&head, &mut case, "reclassify", reason.clone()).await;
        self.step(&desk, &mut case, "guide", reason).await;
        self.step(&head, &mut case, "settle", json!({ "note": "双方和解" })).await;
    }

    /// Reported and opened by its standard.
    async fn opened(&mut self) -> Case {
        let desk = self.town.desk.clone();
        let mut case = self.reported(&desk).await;
        let standard = json!({ "standard_id": case.standard });
        self.step(&desk, &mut case, "accept", standard).await;
        case
    }

    async fn who_helps(&mut self) {
        let desk = self.town.desk.clone();
        let unit = self.town.other_unit;
        let helper = self.town.house.signed_in_for(PostKind::Handler, DISTRICT, Some(unit)).await;
        let case = self.opened().await;
        let body = json!({
            "action": "dispatch", "organisation_id": organisation(self.town.unit),
            "orders": [{ "id": case.id, "version": case.version }],
        });
        self.post(&desk, "POST /orders/steps/batch", "/orders/steps/batch", body).await;
        let on = |what: &str| format!("/orders/{}/{what}", case.id);
        let ask = json!({ "organisation_id": organisation(unit) });
        for end in ["done", "release"] {
            let asked =
                self.post(&desk, "POST /orders/{id}/obligations", &on("obligations"), ask.clone()).await;
            let rows = asked.json["obligations"].as_array().unwrap();
            let place = on(&format!("obligations/{}", rows.last().unwrap()["id"].as_str().unwrap()));
            let sign = "POST /orders/{id}/obligations/{obligation}/sign";
            self.post(&helper, sign, &format!("{place}/sign"), json!({})).await;
            let address = format!("POST /orders/{{id}}/obligations/{{obligation}}/{end}");
            let (by, body) = match end {
                "done" => (&helper, json!({ "note": "已配合", "files": [self.picture(&helper).await] })),
                _ => (&desk, json!({ "reason": "无需协办" })),
            };
            self.post(by, &address, &format!("{place}/{end}"), body).await;
        }
        let call = json!({
            "organisation_id": organisation(unit), "place": "柳石路", "arrive_by": "2026-12-24T02:00:00Z",
        });
        let called = self.post(&desk, "POST /orders/{id}/attendances", &on("attendances"), call).await;
        let place = on(&format!("attendances/{}", called.text("/attendances/0/id")));
        for verb in ["acknowledge", "arrive"] {
            let address = format!("POST /orders/{{id}}/attendances/{{attendance}}/{verb}");
            self.post(&helper, &address, &format!("{place}/{verb}"), json!({})).await;
        }
    }

    async fn who_is_right(&mut self) {
        let (desk, handler) = (self.town.desk.clone(), self.town.handler.clone());
        let chief = self.town.house.signed_in(PostKind::Chief, STREET).await;
        let unit = json!({ "organisation_id": organisation(self.town.unit) });
        let mut case = self.opened().await;
        self.step(&desk, &mut case, "dispatch", unit).await;
        let back = json!({ "reason": "不属于本单位", "clause": "37.02.02" });
        self.step(&handler, &mut case, "return", back).await;
        self.step(&desk, &mut case, "refer", json!({ "reason": "两家均不认领" })).await;
        let ruling = json!({
            "organisation_id": organisation(self.town.unit), "reason": "产权在该单位", "clause": "37.02.02",
        });
        self.step(&chief, &mut case, "rule", ruling).await;
    }
}
