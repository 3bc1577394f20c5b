//! Flows, calendars and deadlines.

use catalogue::Catalogue;
use platform::{Millis, PostKind};
use serde_json::json;
use store::both_engines;

use super::{DISTRICT, STREET, flow, seeded, text};

both_engines! {
    async fn a_flow_with_a_dead_end_is_found_out_and_not_published(fresh) {
        let (house, steward) = seeded(fresh).await;
        let checked = steward.post("/catalogue/flows/check", flow(2)).await.expect(200);
        assert_eq!(checked.json, json!({"findings": []}));
        let mut broken = flow(2);
        broken["actions"][4]["right"] = json!("order:teleport");
        broken["states"].as_array_mut().unwrap().push(json!({"name": "lost", "zh": "迷失", "en": "lost", "kind": "open"}));
        let found = steward.post("/catalogue/flows/check", broken.clone()).await.expect(200);
        let told: Vec<&str> = found.json["findings"].as_array().unwrap().iter().map(|one| text(&one["zh"])).collect();
        assert_eq!(told, [
            "操作“recall”无人可以执行：没有岗位拥有权限“order:teleport”",
            "状态“lost”从起始状态无法到达",
            "状态“lost”是死路，无法走到终止状态",
        ]);
        let refused = steward.post("/catalogue/flows", json!({"flow": broken})).await.expect(422);
        assert_eq!(refused.json["fields"].as_array().unwrap().len(), 3);
        let _ = steward.post("/catalogue/flows/check", json!({"id": "x"})).await.expect(400);
        assert!(!house.ledger(DISTRICT).await.contains(&"catalogue:publish-flow flow city-case/2".to_owned()));
    }

    async fn orders_keep_the_version_that_they_began_with(fresh) {
        let (house, steward) = seeded(fresh).await;
        let now = house.app.clock().now();
        let mut next = flow(2);
        next["actions"][1]["needs"] = json!(["reason", "files"]);
        let late = now.plus(86_400_000);
        let body = json!({"flow": next, "effective_from": late});
        let keyed = steward.clone().with("idempotency-key", "publish-flow-2");
        let published = keyed.post("/catalogue/flows", body.clone()).await.expect(201);
        assert_eq!(published.text("/version"), "2");
        // The second click is the same click; another person's is a lost race.
        let _ = keyed.post("/catalogue/flows", body.clone()).await.expect(201);
        let _ = steward.post("/catalogue/flows", body).await.expect(409);
        let past = json!({"flow": flow(3), "effective_from": now});
        let refused = steward.post("/catalogue/flows", past).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "effective_from");
        assert_eq!(steward.get("/catalogue/flows/city-case").await.text("/version"), "1");
        let catalogue = house.app.snapshot::<Catalogue>().await.unwrap();
        let version = |at: Millis| catalogue.current_flow("city-case", at).unwrap().flow().version;
        assert_eq!((version(Millis(1)), version(now), version(late)), (1, 1, 2));
        assert_eq!(catalogue.flow("city-case", 1).unwrap().flow().action("reject").unwrap().needs.len(), 1);
        assert!(house.ledger(DISTRICT).await.contains(&"catalogue:publish-flow flow city-case/2".to_owned()));
    }

    async fn a_new_holiday_notice_is_a_new_edition_and_moves_deadlines(fresh) {
        let (house, steward) = seeded(fresh).await;
        let count = json!({"limit": "3天", "start": "2026-12-30T02:00:00Z"});
        let guess = steward.post("/catalogue/deadline", count.clone()).await.expect(200);
        assert_eq!((guess.text("/due_at"), guess.text("/provisional")), ("2027-01-04T09:30:00.000Z".into(), "true".into()));
        let announced = steward.post("/catalogue/calendars", json!({"year": 2027, "days": []})).await.expect(201);
        assert_eq!(announced.text("/status"), "provisional");
        let days = |off: bool| json!({"year": 2027, "days": [{"date": "2027-01-01", "name": "元旦", "off": true}, {"date": "2027-01-02", "name": "元旦", "off": off}]});
        let out = steward.post("/catalogue/calendars", days(false)).await.expect(201);
        assert_eq!((out.text("/status"), out.text("/edition")), ("known".into(), "2".into()));
        let known = steward.post("/catalogue/deadline", count).await.expect(200);
        assert_eq!(known.text("/due_at"), "2027-01-04T09:30:00.000Z");
        assert_eq!(known.text("/provisional"), "false");
        let told: Vec<&str> = known.json["derivation"].as_array().unwrap().iter().map(|one| text(&one["zh"])).collect();
        assert!(told.contains(&"2027年1月1日（元旦）放假，不计入"), "{told:?}");
        let _ = steward.post("/catalogue/calendars", days(false)).await.expect(409);
        let stray = json!({"year": 2028, "days": [{"date": "2027-06-01", "name": "元旦", "off": true}]});
        let refused = steward.post("/catalogue/calendars", stray).await.expect(422);
        assert_eq!(refused.text("/fields/0/detail"), "2028年的放假安排涉及2027-06-01，与该年无关");
        assert!(house.ledger(DISTRICT).await.contains(&"catalogue:publish-calendar calendar 2027/2".to_owned()));
    }

    async fn a_deadline_explains_itself(fresh) {
        let (house, _) = seeded(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        // Each start is ten in the morning; the deadline is the close of the office.
        for (start, days, due) in [
            ("2026-01-01", 3, "2026-01-06"), ("2026-02-12", 5, "2026-02-26"), ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-14", 1, "2026-02-24"), ("2026-04-30", 5, "2026-05-11"), ("2026-09-18", 5, "2026-09-24"),
            ("2026-09-30", 1, "2026-10-08"), ("2026-10-09", 2, "2026-10-12"), ("2025-09-26", 5, "2025-10-10"),
        ] {
            let body = json!({"limit": format!("{days}个工作日"), "start": format!("{start}T02:00:00Z")});
            let reply = desk.post("/catalogue/deadline", body).await.expect(200);
            assert_eq!(reply.text("/due_at"), format!("{due}T09:30:00.000Z"), "{start}");
        }
        let law = json!({"limit": "30日", "start": "2026-09-05T02:00:00Z", "rules": "civil-code"});
        let reply = desk.post("/catalogue/deadline", law).await.expect(200);
        assert_eq!(reply.json, json!({
            "due_at": "2026-10-08T15:59:59.999Z", "provisional": false, "rules": "civil-code/1",
            "derivation": [
                {"zh": "自2026年9月5日10:00开始计时", "en": "The clock started at 2026-09-05 10:00"},
                {"zh": "时限为30个自然日", "en": "The limit is 30 calendar days"},
                {"zh": "开始当日不计入，从2026年9月6日起算", "en": "The day of the start is not counted; 2026-09-06 is the first day"},
                {"zh": "最后一日2026年10月5日为休假日，顺延至2026年10月8日", "en": "The last day, 2026-10-05, is a day off; it moves to 2026-10-08"},
                {"zh": "截止时间为2026年10月8日24:00", "en": "Due at 2026-10-08 24:00"},
            ],
        }));
        for (body, field) in [
            (json!({"limit": "尽快", "start": "2026-09-05T02:00:00Z"}), "limit"),
            (json!({"limit": "1天", "start": "2026-09-05T02:00:00Z", "rules": "nobody"}), "rules"),
            (json!({"limit": "1天", "start": "1960-09-05T02:00:00Z"}), "start"),
        ] {
            let refused = desk.post("/catalogue/deadline", body).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), field);
        }
    }
}
