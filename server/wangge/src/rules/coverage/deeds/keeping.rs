//! What is done to the register: places, people, households, units, and a move between two streets.

use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};

use super::super::keeping::{dwelling, moving, shop, somebody};
use super::super::register::looking;
use super::super::town::{GRID, OTHER_COMMUNITY, OTHER_STREET, STREET};
use super::Deeds;

/// Sends an edit of the version that was read.
fn of_version(client: &Client, version: &str) -> Client {
    client.clone().with("if-match", &format!("\"{version}\""))
}

impl Deeds {
    async fn patched(
        &mut self,
        by: &Client,
        address: &str,
        (place, version): (&str, &str),
        body: Json,
    ) -> Reply {
        let reply = of_version(by, version).patch(place, body).await;
        self.did(address, reply).await
    }

    pub(super) async fn how_the_register_is_kept(&mut self) {
        let steward = looking(self.town.steward.clone());
        let open = |open: bool| json!({ "code": OTHER_COMMUNITY.to_string(), "open": open });
        // Closed first, if somebody opened it before.
        let _ = steward.put("/registry/communities", open(false)).await;
        let reply = steward.put("/registry/communities", open(true)).await;
        self.did("PUT /registry/communities", reply).await;
        let group = json!({ "street": STREET.to_string(), "group": "disability", "on": true, "basis": "《残疾人保障法》第六条" });
        let reply = steward.put("/registry/groups", group).await;
        self.did("PUT /registry/groups", reply).await;

        let body = json!({ "area": GRID.to_string(), "address": "山水居5栋" });
        let building = self.post(&steward, "POST /buildings", "/buildings", body).await.text("/id");
        let place = format!("/buildings/{building}");
        self.patched(&steward, "PATCH /buildings/{id}", (&place, "1"), json!({ "floors": 7 })).await;
        let body = dwelling(&building, "501");
        let home = self.post(&steward, "POST /dwellings", "/dwellings", body).await.text("/id");
        let place = format!("/dwellings/{home}");
        self.patched(&steward, "PATCH /dwellings/{id}", (&place, "1"), json!({ "usage": "owner" })).await;
        let unit = self.post(&steward, "POST /units", "/units", shop()).await.text("/id");
        let place = format!("/units/{unit}");
        self.patched(&steward, "PATCH /units/{id}", (&place, "1"), json!({ "kind": "零售" })).await;
        self.who_lives_in(&steward, &home).await;
    }

    async fn who_lives_in(&mut self, steward: &Client, home: &str) {
        let mut people = Vec::new();
        for name in ["农一", "农二", "农三", "农四"] {
            let body = somebody(GRID, name, "山水居5栋2单元501室");
            people.push(self.post(steward, "POST /residents", "/residents", body).await);
        }
        let ids: Vec<String> = people.iter().map(|one| one.text("/id")).collect();
        let place = |nth: usize, what: &str| format!("/residents/{}{what}", ids[nth]);
        let name = json!({ "name": "农五", "reason": "户口簿为准" });
        let first = (place(0, ""), people[0].text("/version"));
        self.patched(steward, "PATCH /residents/{id}", (&first.0, &first.1), name).await;
        let owning = json!({ "dwelling": home, "kind": "owning", "from": "2020-01-01" });
        self.post(steward, "POST /residents/{id}/residences", &place(0, "/residences"), owning).await;
        let seen = steward.get(&format!("/dwellings/{home}")).await.expect(200);
        let belief = format!("/residences/{}/correct", seen.text("/people/0/residence"));
        let later = json!({ "from": "2026-04-01", "reason": "租约为准" });
        self.post(steward, "POST /residences/{id}/correct", &belief, later).await;

        let body = json!({ "dwelling": home, "head": ids[0] });
        let household = self.post(steward, "POST /households", "/households", body).await.text("/id");
        let of = |what: &str| format!("/households/{household}/{what}");
        let joins = json!({ "resident": ids[1], "relation": "10" });
        self.post(steward, "POST /households/{id}/members", &of("members"), joins).await;
        let reply = steward.put(&of("head"), json!({ "resident": ids[1] })).await;
        self.did("PUT /households/{id}/head", reply).await;
        self.post(steward, "POST /households/{id}/leave", &of("leave"), json!({ "resident": ids[0] })).await;

        let on = json!({ "on": "2026-11-20" });
        self.post(steward, "POST /residents/{id}/death", &place(2, "/death"), on.clone()).await;
        self.post(steward, "POST /residents/{id}/departure", &place(3, "/departure"), on).await;
        let address = "POST /residents/{id}/hand-over";
        self.post(steward, address, &place(0, "/hand-over"), moving(OTHER_STREET)).await;
        let asked =
            self.post(steward, address, &place(1, "/hand-over"), moving(OTHER_STREET)).await.text("/id");
        let there = looking(self.town.house.signed_in(PostKind::Steward, OTHER_STREET).await);
        let refusal = json!({ "reason": "不在本辖区" });
        self.post(&there, "POST /hand-overs/{id}/refuse", &format!("/hand-overs/{asked}/refuse"), refusal)
            .await;
        let place = format!("/hand-overs/{}/accept", self.town.keeping.hand_over);
        self.post(steward, "POST /hand-overs/{id}/accept", &place, json!({ "area": GRID.to_string() })).await;
    }
}
