//! What a unit asks the street for: pauses, extensions, leave to park, exemptions.

use insta::assert_snapshot;
use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{Case, DISTRICT, STREET, Town, town};

/// The unit's head.
pub async fn head(town: &Town) -> Client {
    town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await
}

pub async fn chief(town: &Town) -> Client {
    town.house.signed_in(PostKind::Chief, STREET).await
}

impl Case {
    /// Asks for something on the order, as it is seen by whoever does.
    pub async fn on(&self, by: &Client, what: &str, body: Json) -> Reply {
        by.post(&format!("/orders/{}/{what}", self.id), body).await
    }

    pub async fn acted(&self, by: &Client, what: &str, body: Json) -> Self {
        let seen = self.on(by, what, body).await.expect(200);
        Self { version: seen.json["version"].as_i64().unwrap(), seen, ..self.clone() }
    }

    /// The newest request as it was seen.
    pub fn request(&self) -> Json {
        self.seen.json["requests"].as_array().unwrap().last().unwrap().clone()
    }

    /// Decides the newest request.
    pub async fn decided(&self, by: &Client, approve: bool) -> Self {
        let id = self.request()["id"].as_str().unwrap().to_owned();
        self.acted(by, &format!("requests/{id}/decision"), json!({ "approve": approve, "note": "经研究" }))
            .await
    }

    /// Asked by the unit's head, so that the street can decide at once, and approved by the desk.
    pub async fn granted(&self, head: &Client, desk: &Client, request: Json) -> Self {
        self.acted(head, "requests", request).await.decided(desk, true).await
    }
}

pub fn pause() -> Json {
    json!({ "kind": "pause", "pause_kind": "site_check", "reason": "需会同权属单位现场核查", "basis": "城市管理案件办理规程第九条" })
}

pub fn extension() -> Json {
    json!({ "kind": "extend", "reason": "配件到货延迟", "basis": "柳南管函〔2026〕12号" })
}

/// Words of the derivation of the handling clock.
fn derivation(case: &Case) -> String {
    let clock = case.clock("handling");
    let lines = clock["derivation"].as_array().unwrap().iter().map(|line| line["zh"].as_str().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

both_engines! {
    async fn a_pause_stands_on_its_basis_and_the_clock_goes_on_where_it_stood(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let handling = town.handling().await;
        town.minutes(30).await;
        let head = town.house.signed_in_again(&head).await;
        let picture = town.picture(&head).await;
        let mut asked = pause();
        asked["files"] = json!([picture]);
        let paused = handling.granted(&head, &town.desk, asked).await;
        assert_eq!(paused.seen.text("/light"), "paused");
        assert_eq!((paused.state(), paused.request()["files"][0].as_str()), ("handling".to_owned(), Some(picture.as_str())));
        town.minutes(60).await;
        let lists = town.handler.get("/orders?view=late").await.expect(200);
        assert_eq!(lists.json["items"], json!([]));
        let resumed = paused.acted(&town.handler, "resume", json!({ "note": "核查完毕" })).await;
        assert_eq!(resumed.clock("handling")["due_at"], "2026-11-23T08:30:00.000Z", "an hour later than before");
        assert_snapshot!(derivation(&resumed), @r"
        自2026年11月23日09:00开始计时
        时限为4工作时
        只计办公时间（08:30至12:00、14:30至17:30）
        2026年11月23日09:30至2026年11月23日10:30因现场核查暂停计时（城市管理案件办理规程第九条）
        截止时间为2026年11月23日16:30
        ");
        let steps = town.desk.get(&format!("/orders/{}/steps", resumed.id)).await.expect(200);
        let acts: Vec<&str> = steps.json["items"].as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect();
        assert_eq!(acts[acts.len() - 4..], ["request", "approve", "pause", "resume"]);
        let reply = resumed.on(&town.handler, "resume", json!({})).await.expect(409);
        assert_eq!(reply.text("/detail"), "没有经批准的暂停");
    }

    async fn completed_papers_give_the_whole_limit_anew(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let handling = town.handling().await;
        town.minutes(60).await;
        let head = town.house.signed_in_again(&head).await;
        let mut asked = pause();
        asked["pause_kind"] = json!("supplement");
        let paused = handling.granted(&head, &town.desk, asked).await;
        town.minutes(60).await;
        let resumed = paused.acted(&town.handler, "resume", json!({})).await;
        let runs = resumed.seen.json["clocks"].as_array().unwrap().iter().filter(|run| run["clock"] == "handling").count();
        assert_eq!(runs, 2, "the first run is kept");
        assert_eq!(resumed.clock("handling")["started_at"], "2026-11-23T03:00:00.000Z");
        assert_eq!(resumed.clock("handling")["due_at"], "2026-11-23T09:30:00.000Z", "four working hours from 11:00");
    }

    async fn a_pause_until_a_day_ends_by_itself(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let mut asked = pause();
        // A Saturday: the office opens on Monday.
        asked["until"] = json!("2026-11-28T00:00:00Z");
        let paused = town.handling().await.granted(&head, &town.desk, asked).await;
        assert_eq!(paused.request()["until"], "2026-11-30T00:30:00.000Z");
        town.minutes(6 * 24 * 60).await;
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(paused.read(&town.desk).await.text("/light"), "paused");
        town.minutes(24 * 60 - 30).await;
        town.house.app.run_due_jobs().await.unwrap();
        let read = paused.read(&town.desk).await;
        assert_eq!((read.text("/light"), read.text("/due_at")), ("normal".to_owned(), "2026-11-30T07:00:00.000Z".to_owned()));
    }

    async fn an_extension_adds_the_limit_and_is_approved_twice_at_most(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let handling = town.handling().await;
        let refused = handling.acted(&head, "requests", extension()).await.decided(&town.desk, false).await;
        assert_eq!(refused.clock("handling")["due_at"], "2026-11-23T07:30:00.000Z");
        let once = refused.granted(&head, &town.desk, extension()).await;
        assert_eq!(once.clock("handling")["due_at"], "2026-11-24T02:30:00.000Z");
        assert_snapshot!(derivation(&once), @r"
        自2026年11月23日09:00开始计时
        时限为4工作时
        只计办公时间（08:30至12:00、14:30至17:30）
        经批准第1次延期：在2026年11月23日15:30截止的基础上再加4工作时（desk批准，依据：柳南管函〔2026〕12号）
        截止时间为2026年11月24日10:30
        ");
        let twice = once.granted(&head, &town.desk, extension()).await;
        assert_eq!(twice.clock("handling")["due_at"], "2026-11-24T09:00:00.000Z");
        let reply = twice.on(&head, "requests", extension()).await.expect(409);
        assert_eq!(reply.text("/detail"), "延期已满两次", "the refusal did not count, two approvals do");
        assert!(!twice.seen.json["clock_offers"]["requests"].as_array().unwrap().contains(&json!("extend")));
        // Four fifths of all twelve hours, not of the first four.
        town.minutes(24 * 60 + 60).await;
        assert_eq!(twice.read(&town.desk).await.text("/light"), "normal");
    }

    async fn what_is_late_is_not_extended(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let asked = town.handling().await.acted(&head, "requests", extension()).await;
        town.minutes(7 * 60).await;
        let (late, head) = (town.handling().await, town.house.signed_in_again(&head).await);
        town.minutes(24 * 60).await;
        let head = town.house.signed_in_again(&head).await;
        let reply = late.on(&head, "requests", extension()).await.expect(409);
        assert_eq!(reply.text("/detail"), "已经超期，不能再延期");
        let decision = format!("requests/{}/decision", asked.request()["id"].as_str().unwrap());
        let reply = asked.on(&town.desk, &decision, json!({ "approve": true })).await.expect(409);
        assert_eq!(reply.text("/detail"), "已经超期，不能再延期", "nor when it was asked for in time");
        let _ = asked.on(&town.desk, &decision, json!({ "approve": false, "note": "已超期" })).await.expect(200);
    }

    async fn a_handler_asks_the_head_endorses_and_the_street_decides(fresh) {
        let town = town(fresh).await;
        let (head, chief) = (head(&town).await, chief(&town).await);
        let asked = town.handling().await.acted(&town.handler, "requests", extension()).await;
        let place = format!("requests/{}", asked.request()["id"].as_str().unwrap());
        assert_eq!((asked.request()["waits_for_endorsement"].clone(), asked.request()["actions"].clone()), (json!(true), json!([])));
        let reply = asked.on(&chief, &format!("{place}/decision"), json!({ "approve": true })).await.expect(409);
        assert_eq!(reply.text("/detail"), "请先由部门负责人审核");
        let _ = asked.on(&town.handler, &format!("{place}/endorse"), json!({})).await.expect(403);
        let _ = asked.on(&town.desk, &format!("{place}/endorse"), json!({})).await.expect(403);
        let mine = head.get("/requests").await.expect(200);
        assert_eq!(mine.text("/items/0/actions"), r#"["endorse"]"#);
        let endorsed = asked.acted(&head, &format!("{place}/endorse"), json!({ "note": "情况属实" })).await;
        let _ = endorsed.on(&head, &format!("{place}/endorse"), json!({})).await.expect(409);
        let _ = endorsed.on(&head, &format!("{place}/decision"), json!({ "approve": true })).await.expect(403);
        let waiting = town.desk.get("/requests").await.expect(200);
        assert_eq!((waiting.text("/items/0/order/number"), waiting.text("/items/0/actions")), (endorsed.seen.text("/number"), r#"["approve","refuse"]"#.to_owned()));
        let _ = endorsed.on(&town.desk, &format!("{place}/decision"), json!({ "approve": false })).await.expect(422);
        let done = endorsed.acted(&town.desk, &format!("{place}/decision"), json!({ "approve": true })).await;
        assert_eq!(done.request()["decision"], "approved");
        let _ = done.on(&chief, &format!("{place}/decision"), json!({ "approve": true })).await.expect(409);
        assert_eq!(town.desk.get("/requests").await.expect(200).json["items"], json!([]));
        assert_eq!(town.desk.get("/requests?view=decided").await.expect(200).text("/items/0/decision"), "approved");
        assert_eq!(town.worker.get("/requests").await.expect(200).json["items"], json!([]));
    }

    async fn a_parked_order_wakes_by_itself_on_its_day_and_parks_only_once(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let handling = town.handling().await;
        let _ = handling.tried(&town.desk, json!({ "action": "park", "reason": "直接挂账" })).await.expect(409);
        let park = json!({ "kind": "park", "reason": "待管网改造一并实施", "basis": "会议纪要〔2026〕3号", "until": "2026-12-05T00:00:00Z" });
        let mut far = park.clone();
        far["until"] = json!("2028-01-01T00:00:00Z");
        let reply = handling.on(&head, "requests", far).await.expect(422);
        assert_eq!(reply.text("/fields/0/detail"), "最长不超过一年");
        let parked = handling.granted(&head, &town.desk, park.clone()).await;
        assert_eq!((parked.state(), parked.seen.text("/parked_until")), ("parked".to_owned(), "2026-12-07T00:30:00.000Z".to_owned()));
        let _ = parked.tried(&town.handler, json!({ "action": "resolve", "note": "好", "files": [] })).await.expect(409);
        town.minutes(13 * 24 * 60).await;
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(parked.read(&town.desk).await.text("/state"), "parked", "a day too early");
        town.minutes(24 * 60 - 30).await;
        town.house.app.run_due_jobs().await.unwrap();
        let woken = Case::of(parked.read(&town.handler).await.expect(200));
        assert_eq!((woken.state(), woken.seen.json["parked_until"].clone()), ("handling".to_owned(), json!(null)));
        assert_eq!(woken.seen.text("/due_at"), "2026-12-07T07:00:00.000Z", "the four hours are untouched");
        let head = town.house.signed_in_again(&head).await;
        let reply = woken.on(&head, "requests", json!({ "kind": "park", "reason": "再挂", "until": "2026-12-25T00:00:00Z" })).await.expect(409);
        assert_eq!(reply.text("/detail"), "一件案件只能挂账一次");
    }

    async fn an_exemption_comes_after_closing_once_and_keeps_the_overdue_fact(fresh) {
        let mut town = town(fresh).await;
        let (head, chief) = (head(&town).await, chief(&town).await);
        let handling = town.handling().await;
        let exempt = json!({ "kind": "exempt", "reason": "当日暴雨红色预警，全员抢险", "basis": "应急响应通知" });
        let reply = handling.on(&town.handler, "requests", exempt.clone()).await.expect(409);
        assert_eq!(reply.text("/detail"), "结案后方可申请超期免责");
        town.minutes(7 * 60).await;
        let resolved = town.resolve(handling).await;
        let verified = resolved.done(&town.worker, json!({ "action": "verify" })).await;
        let closed = verified.done(&town.desk, json!({ "action": "close" })).await;
        let (head, chief) = (town.house.signed_in_again(&head).await, town.house.signed_in_again(&chief).await);
        // Twice looked at, even when the head asks.
        let own = closed.acted(&head, "requests", exempt.clone()).await;
        let place = format!("requests/{}", own.request()["id"].as_str().unwrap());
        let _ = own.on(&head, &format!("{place}/endorse"), json!({})).await.expect(403);
        let other = town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await;
        let endorsed = own.acted(&other, &format!("{place}/endorse"), json!({})).await;
        let reply = endorsed.on(&town.desk, &format!("{place}/decision"), json!({ "approve": true })).await.expect(403);
        assert_eq!(reply.text("/detail"), "超期免责由值班长审批");
        let done = endorsed.acted(&chief, &format!("{place}/decision"), json!({ "approve": true })).await;
        assert_eq!(done.clock("handling")["overdue"], true, "the fact stays");
        let steps = town.desk.get(&format!("/orders/{}/steps", done.id)).await.expect(200);
        assert!(steps.json["items"].as_array().unwrap().iter().any(|step| step["action"] == "exempt"));
        let reply = done.on(&town.handler, "requests", exempt).await.expect(409);
        assert_eq!(reply.text("/detail"), "超期免责只能申请一次");
    }

    async fn what_is_reported_done_ends_a_granted_pause(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let paused = town.handling().await.granted(&head, &town.desk, pause()).await;
        town.minutes(60).await;
        let resolved = town.resolve(paused).await;
        let rework = resolved.done(&town.worker, json!({ "action": "rework", "reason": "仍然晃动" })).await;
        assert_eq!(rework.clock("handling")["due_at"], "2026-11-23T08:30:00.000Z", "the hour of the pause is given back, once");
    }

    async fn what_is_missing_or_does_not_belong_is_named(fresh) {
        let town = town(fresh).await;
        let head = head(&town).await;
        let case = town.handling().await;
        for (body, field) in [
            (json!({ "kind": "pause", "reason": "核查", "basis": "第九条" }), "pause_kind"),
            (json!({ "kind": "pause", "reason": "核查", "pause_kind": "site_check" }), "basis"),
            (json!({ "kind": "pause", "reason": "核查", "basis": "第九条", "pause_kind": "verification" }), "pause_kind"),
            (json!({ "kind": "park", "reason": "等改造" }), "until"),
            (json!({ "kind": "park", "reason": "等改造", "until": "2026-11-01T00:00:00Z" }), "until"),
            (json!({ "kind": "extend", "reason": " " }), "reason"),
            (json!({ "kind": "extend", "reason": "忙", "until": "2026-12-01T00:00:00Z" }), "until"),
        ] {
            let reply = case.on(&head, "requests", body.clone()).await.expect(422);
            assert_eq!(reply.text("/fields/0/field"), field, "{body}");
        }
        let _ = case.on(&town.desk, "requests", extension()).await.expect(403);
        let _ = case.acted(&head, "requests", extension()).await;
        let reply = case.on(&town.handler, "requests", extension()).await.expect(409);
        assert_eq!(reply.text("/detail"), "同类申请正在审批中");
    }
}
