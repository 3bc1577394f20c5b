//! Every change is made once, and leaves the entry that the table names.

mod account;
mod desk;
mod forms;
mod fusing;
mod intake;
mod keeping;
mod looks;
mod mine;
mod reviewing;
mod scores;

use std::collections::BTreeSet;

use axum::http::Method;
use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::{both_engines, vals};

use super::requests::{DUTIES, STANDARDS, cases, merge, next_flow, replay, send, split, webhook};
use super::table::{Trace, route, routes};
use super::town::{
    COMMUNITY, DISTRICT, GRID, GRIDS, OTHER_STREET, PICTURE, STREET, Town, cracked, grids, map, middle,
    organisation, town,
};

store::sql! {
    OF_REQUEST = "SELECT action FROM ledger_entries WHERE street_id = $1 AND request = $2 ORDER BY id LIMIT 1000";
}

struct Deeds {
    town: Town,
    done: BTreeSet<String>,
}

impl Deeds {
    /// The actions that a request left in the ledgers of the district and its streets.
    async fn entries(&self, reply: &Reply) -> Vec<String> {
        let id = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        let look = self.town.house.app.read(move |r| async move {
            let mut actions: Vec<String> = Vec::new();
            for street in [DISTRICT, STREET, OTHER_STREET] {
                let found: Vec<(String,)> = r.query(&OF_REQUEST, &vals![street, id.as_str()]).await?;
                actions.extend(found.into_iter().map(|(action,)| action));
            }
            Ok(actions)
        });
        look.await.unwrap()
    }

    /// A change that was made: its entry is there, or its excuse holds.
    async fn did(&mut self, address: &str, reply: Reply) -> Reply {
        let route = route(address);
        assert!(reply.status.is_success(), "{address}: {}", reply.transcript());
        let entries = self.entries(&reply).await;
        match &route.trace {
            Trace::Entry(action) => {
                assert!(entries.contains(action), "{address} should leave {action} and left {entries:?}")
            }
            Trace::Excused | Trace::Reads => {
                assert!(entries.is_empty(), "{address} should leave nothing and left {entries:?}")
            }
        }
        self.done.insert(address.to_owned());
        reply
    }

    async fn post(&mut self, by: &Client, address: &str, place: &str, body: Json) -> Reply {
        let reply = by.post(place, body).await;
        self.did(address, reply).await
    }

    /// Takes a sheet in, first as a dry run.
    async fn import(&mut self, by: &Client, place: &str, bytes: &[u8]) {
        for place in [format!("{place}?dry_run=true"), place.to_owned()] {
            let reply = by.upload(&place, "sheet.csv", bytes).await;
            let reply = self.did(&format!("POST {place}"), reply).await;
            assert_ne!(reply.json["accepted"], 0, "{}", reply.transcript());
            assert_eq!(reply.json["problems"], json!([]));
        }
    }

    async fn step(&mut self, by: &Client, case: &mut Case, action: &str, more: Json) {
        let mut body = json!({ "action": action });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let by = by.clone().with("if-match", &format!("\"{}\"", case.version));
        let address = format!("POST /orders/{{id}}/steps#{action}");
        let reply = self.post(&by, &address, &format!("/orders/{}/steps", case.id), body).await;
        case.version = reply.json["version"].as_i64().unwrap();
    }

    async fn picture(&mut self, by: &Client) -> String {
        let reply = by.upload("/files", "cover.png", PICTURE).await;
        self.did("POST /files", reply).await.text("/id")
    }

    /// Reported by the desk in [`GRID`].
    async fn reported(&mut self, by: &Client) -> Case {
        let picture = self.picture(by).await;
        Case::of(&self.post(by, "POST /orders", "/orders", cracked(middle(0), &[&picture])).await)
    }

    async fn life_of_a_case(&mut self) {
        let (desk, handler, worker) =
            (self.town.desk.clone(), self.town.handler.clone(), self.town.worker.clone());
        let unit = json!({ "organisation_id": organisation(self.town.unit) });
        let reason = json!({ "reason": "情况有变" });
        let mut case = self.reported(&desk).await;
        let standard = json!({ "standard_id": case.standard });
        self.step(&desk, &mut case, "accept", standard).await;
        self.step(&desk, &mut case, "dispatch", unit.clone()).await;
        self.step(&desk, &mut case, "recall", reason.clone()).await;
        self.step(&desk, &mut case, "dispatch", unit.clone()).await;
        self.step(&handler, &mut case, "sign", json!({})).await;
        let back = json!({ "reason": "不属于本单位", "clause": "37.02.02" });
        self.step(&handler, &mut case, "return", back).await;
        self.step(&desk, &mut case, "dispatch", unit).await;
        self.step(&handler, &mut case, "sign", json!({})).await;
        for _ in 0..2 {
            let picture = self.picture(&handler).await;
            self.step(&handler, &mut case, "resolve", json!({ "note": "已更换", "files": [picture] })).await;
            if !self.done.contains("POST /orders/{id}/steps#rework") {
                self.step(&desk, &mut case, "rework", reason.clone()).await;
            }
        }
        self.step(&worker, &mut case, "verify", json!({})).await;
        self.step(&desk, &mut case, "close", json!({})).await;
        self.step(&desk, &mut case, "reopen", reason.clone()).await;
        self.step(&desk, &mut case, "cancel", reason.clone()).await;
        let mut other = self.reported(&desk).await;
        self.step(&desk, &mut other, "reject", reason).await;
    }

    /// Asked for, endorsed, granted and ended; supervised, late and known.
    async fn time_of_a_case(&mut self) {
        let (desk, handler) = (self.town.desk.clone(), self.town.handler.clone());
        let head =
            self.town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(self.town.unit)).await;
        let chief = self.town.house.signed_in(PostKind::Chief, STREET).await;
        let mut case = self.reported(&desk).await;
        let standard = json!({ "standard_id": case.standard });
        self.step(&desk, &mut case, "accept", standard).await;
        self.step(&desk, &mut case, "dispatch", json!({ "organisation_id": organisation(self.town.unit) }))
            .await;
        self.step(&handler, &mut case, "sign", json!({})).await;
        let on = |what: &str| format!("/orders/{}/{what}", case.id);
        let pause = json!({ "kind": "pause", "pause_kind": "site_check", "reason": "现场核查", "basis": "规程第九条" });
        let asked = self.post(&handler, "POST /orders/{id}/requests", &on("requests"), pause).await;
        let place = on(&format!("requests/{}", asked.text("/requests/0/id")));
        let endorse = "POST /orders/{id}/requests/{request}/endorse";
        self.post(&head, endorse, &format!("{place}/endorse"), json!({})).await;
        let decision = "POST /orders/{id}/requests/{request}/decision";
        self.post(&desk, decision, &format!("{place}/decision"), json!({ "approve": true })).await;
        self.post(&handler, "POST /orders/{id}/resume", &on("resume"), json!({})).await;
        let text = json!({ "text": "今日办结", "reply_by": "2026-12-24T02:00:00Z" });
        let open = self.post(&chief, "POST /orders/{id}/supervisions", &on("supervisions"), text).await;
        let place = on(&format!("supervisions/{}", open.text("/supervisions/0/id")));
        let reply = "POST /orders/{id}/supervisions/{supervision}/reply";
        self.post(&handler, reply, &format!("{place}/reply"), json!({ "text": "已到场" })).await;
        let lift = "POST /orders/{id}/supervisions/{supervision}/lift";
        self.post(&chief, lift, &format!("{place}/lift"), json!({})).await;

        let late = self.reported(&desk).await;
        let minutes = 97;
        self.town.house.pass(minutes * 60_000);
        orders::escalate(&self.town.house.app).await.unwrap();
        let read = desk.get(&format!("/orders/{}", late.id)).await.expect(200);
        let place = format!("/orders/{}/escalations/{}/acknowledge", late.id, read.text("/escalations/0/id"));
        let reply = desk.request(Method::POST, &place, None).await;
        self.did("POST /orders/{id}/escalations/{escalation}/acknowledge", reply).await;
        self.town.house.pass(-minutes * 60_000);
    }

    async fn what_hangs_on_a_case(&mut self) {
        let desk = self.town.desk.clone();
        let case = self.reported(&desk).await;
        let on = |what: &str| format!("/orders/{}/{what}", case.id);
        self.post(&desk, "POST /orders/{id}/comments", &on("comments"), json!({ "text": "请尽快" })).await;
        let taken = desk.get("/orders/list.xlsx?view=all_open").await;
        self.did("GET /orders/list.xlsx", taken).await;
        self.post(&desk, "POST /orders/{id}/contact", &on("contact"), json!({ "purpose": "核实位置" })).await;
        for method in [Method::PUT, Method::DELETE] {
            let reply = desk.request(method.clone(), &on("watch"), None).await;
            self.did(&format!("{method} /orders/{{id}}/watch"), reply).await;
        }
        self.import(&desk, "/orders/import", cases().as_bytes()).await;
        let words = json!({ "description": "井盖破损" });
        self.post(&desk, "POST /orders/guess", "/orders/guess", words).await;
    }

    async fn what_a_resident_does(&mut self) {
        let visitor = self.town.house.visitor();
        let mut pictures = Vec::new();
        for _ in 0..2 {
            let reply = visitor.upload("/public/files", "cover.png", PICTURE).await;
            pictures.push(self.did("POST /public/files", reply).await.text("/id"));
        }
        let report = json!({ "class": "p0101", "point": middle(0), "address": "柳石路 14 号", "description": "井盖破损", "files": [pictures[0]] });
        let receipt = self.post(&visitor, "POST /public/reports", "/public/reports", report).await;
        let (number, token) = (receipt.text("/number"), receipt.text("/token"));
        let on = |what: &str| format!("/public/reports/{number}/{what}");
        let later = json!({ "token": token, "files": [pictures[1]] });
        self.post(&visitor, "POST /public/reports/{number}/files", &on("files"), later).await;
        self.post(&visitor, "POST /public/reports/{number}/urge", &on("urge"), json!({ "token": token }))
            .await;

        let worker = self.town.worker.clone();
        let found = worker.get(&format!("/orders?q={number}")).await.expect(200).text("/items/0/id");
        let mut case = Case::of(&worker.get(&format!("/orders/{found}")).await.expect(200));
        let picture = self.picture(&worker).await;
        self.step(&worker, &mut case, "self_resolve", json!({ "files": [picture] })).await;
        let stars = json!({ "token": token, "stars": 5 });
        self.post(&visitor, "POST /public/reports/{number}/rating", &on("rating"), stars).await;
    }

    async fn what_the_administrator_does(&mut self) {
        let admin = self.town.admin.clone();
        let account = json!({ "username": "xin.chen", "person_name": "陈新" });
        let one_time = self
            .post(&admin, "POST /staff/accounts", "/staff/accounts", account)
            .await
            .text("/one_time_password");
        let post = json!({ "kind": "clerk", "area": STREET.to_string(), "title": { "zh": "综合受理员", "en": "Clerk" } });
        let post = self.post(&admin, "POST /staff/posts", "/staff/posts", post).await.text("/id");
        let tenure = json!({ "post": post, "username": "xin.chen" });
        self.post(&admin, "POST /staff/tenures", "/staff/tenures", tenure).await;
        self.what_a_person_does_with_their_account(&one_time, &post).await;
        let tenure = admin.get(&format!("/staff/tenures?post={post}")).await.expect(200).text("/items/0/id");
        let reply = admin.delete(&format!("/staff/tenures/{tenure}")).await;
        self.did("DELETE /staff/tenures/{id}", reply).await;
        let reply = admin.delete(&format!("/staff/posts/{post}")).await;
        self.did("DELETE /staff/posts/{id}", reply).await;

        self.webhooks(&admin).await;
        let place = format!("/staff/grids/{GRID}/duties");
        self.post(
            &admin,
            "POST /staff/grids/{code}/duties",
            &place,
            json!({ "role": "grid_worker", "person_name": "覃网格" }),
        )
        .await;
        let duty = admin.get(&format!("/staff/grids/{GRID}")).await.expect(200).text("/items/0/id");
        let reply = admin.delete(&format!("{place}/{duty}")).await;
        self.did("DELETE /staff/grids/{code}/duties/{id}", reply).await;
    }

    async fn drafts(&mut self, steward: &Client) {
        let key = json!({ "key": "city-case" });
        let begun = self.post(steward, "POST /catalogue/flows/drafts", "/catalogue/flows/drafts", key).await;
        let draft = begun.text("/id");
        let place = format!("/catalogue/flows/drafts/{draft}");
        let put = json!({ "flow": begun.json["flow"] });
        let reply = steward.clone().with("if-match", "1").put(&place, put).await;
        self.did("PUT /catalogue/flows/drafts/{id}", reply).await;
        self.post(steward, "POST /orders/flow-replay", "/orders/flow-replay", replay(&draft)).await;
        let by = steward.clone().with("if-match", "2");
        let publish = format!("{place}/publish");
        self.post(&by, "POST /catalogue/flows/drafts/{id}/publish", &publish, json!({})).await;
        let reply = steward.delete(&format!("/catalogue/flows/drafts/{}", self.town.draft)).await;
        self.did("DELETE /catalogue/flows/drafts/{id}", reply).await;
        self.post(steward, "POST /orders/guess/model", "/orders/guess/model", json!({})).await;
    }

    async fn webhooks(&mut self, admin: &Client) {
        let hook = self.post(admin, "POST /webhooks", "/webhooks", webhook()).await.text("/webhook/id");
        let place = format!("/webhooks/{hook}");
        let reply = admin.clone().with("if-match", "1").patch(&place, json!({ "paused": true })).await;
        self.did("PATCH /webhooks/{id}", reply).await;
        self.post(admin, "POST /webhooks/{id}/replay", &format!("{place}/replay"), json!({})).await;
        let reply = admin.delete(&place).await;
        self.did("DELETE /webhooks/{id}", reply).await;
    }

    async fn what_the_steward_does(&mut self) {
        let steward = self.town.steward.clone();
        self.import(&steward, "/catalogue/duties/import", DUTIES.as_bytes()).await;
        self.import(&steward, "/catalogue/standards/import", STANDARDS.as_bytes()).await;
        let notice = json!({ "year": 2027, "days": [{ "date": "2027-01-01", "name": "元旦", "off": true }] });
        let place = "/orders/calendar-preview";
        self.post(&steward, "POST /orders/calendar-preview", place, notice.clone()).await;
        self.post(&steward, "POST /catalogue/calendars", "/catalogue/calendars", notice).await;
        let count = json!({ "limit": "3天", "start": "2026-11-23T02:00:00Z" });
        self.post(&steward, "POST /catalogue/deadline", "/catalogue/deadline", count).await;
        self.post(&steward, "POST /catalogue/flows/check", "/catalogue/flows/check", next_flow()).await;
        self.post(&steward, "POST /catalogue/flows", "/catalogue/flows", json!({ "flow": next_flow() }))
            .await;

        self.drafts(&steward).await;

        self.import(&steward, "/areas/boundaries", map().as_bytes()).await;
        self.import(&steward, "/areas/import", grids(&["450204006003009"]).as_bytes()).await;
        let community = format!("/areas/{COMMUNITY}");
        let version = steward.get(&community).await.expect(200).text("/version");
        let name = json!({ "name": { "zh": "第三新社区", "en": "Third Community, anew" } });
        let reply = steward.clone().with("if-match", &format!("\"{version}\"")).patch(&community, name).await;
        self.did("PATCH /areas/{code}", reply).await;
        let parts =
            self.post(&steward, "POST /areas/{code}/split", &format!("/areas/{GRID}/split"), split()).await;
        let joined = merge(&[&parts.text("/items/1/code"), &GRIDS[1].to_string()]);
        self.post(&steward, "POST /areas/merge", "/areas/merge", joined).await;
    }
}

/// A case as it was seen last.
struct Case {
    id: String,
    version: i64,
    standard: Json,
}

impl Case {
    fn of(seen: &Reply) -> Self {
        let standard = seen.json["suggestion"]["standard_id"].clone();
        Self { id: seen.text("/id"), version: seen.json["version"].as_i64().unwrap(), standard }
    }
}

both_engines! {
    async fn every_change_leaves_the_entry_that_the_table_names(fresh) {
        let town = town(fresh).await;
        let mut deeds = Deeds { town, done: BTreeSet::new() };
        deeds.life_of_a_case().await;
        deeds.time_of_a_case().await;
        deeds.what_the_desk_does().await;
        deeds.what_hangs_on_a_case().await;
        deeds.what_a_resident_does().await;
        deeds.what_a_resident_does_on_their_own_page().await;
        deeds.what_comes_from_elsewhere().await;
        deeds.what_the_administrator_does().await;
        deeds.how_the_register_is_kept().await;
        deeds.what_becomes_of_a_form().await;
        deeds.what_goes_by_two().await;
        deeds.what_is_looked_up().await;
        deeds.what_the_steward_decides().await;
        deeds.what_owners_answer().await;
        deeds.what_sources_send().await;
        // Splits the grid in which all of this lies.
        deeds.what_the_steward_does().await;
        deeds.how_a_month_is_scored().await;
        let changes: BTreeSet<String> = routes().iter().filter(|route| route.trace != Trace::Reads).map(ToString::to_string).collect();
        // The steps of an order stand in the table one by one.
        let missed: Vec<_> = changes.difference(&deeds.done).collect();
        assert!(missed.is_empty(), "no test makes the change of {missed:?}");
    }

    async fn a_change_that_is_refused_leaves_nothing(fresh) {
        let town = town(fresh).await;
        let deeds = Deeds { town, done: BTreeSet::new() };
        let clerk = deeds.town.house.signed_in(PostKind::Clerk, STREET).await;
        let mut refused = 0;
        for route in routes().into_iter().filter(|route| route.method != "GET") {
            let reply = send(&deeds.town, &clerk, &route).await;
            if reply.status.is_client_error() {
                // A look that is refused is in the ledger all the same.
                let left: Vec<String> = deeds.entries(&reply).await.into_iter().filter(|entry| entry != "look:refused").collect();
                assert_eq!(left, Vec::<String>::new(), "{route} was refused with {} and left an entry", reply.status);
                refused += 1;
            }
        }
        assert!(refused > 30, "a clerk may do few things, and only {refused} were refused");
    }
}
