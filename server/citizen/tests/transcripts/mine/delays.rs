//! `delayed_rows`: what the law hides for a time is decided by two, counted when it says nothing of any one, and shown by
//! itself when its day has come.

use registry::How;
use serde_json::{Value as Json, json};
use store::both_engines;

use super::scene::{Scene, scene, told};
use crate::district::{DISTRICT, STREET};
use platform::PostKind;

const CASE: &str = "专项核查甲";
const DAY: i64 = 24 * 3_600_000;
/// 2026-12-23 09:00 in Beijing.
const UNTIL: &str = "2026-12-23T01:00:00Z";

fn delay(scene: &Scene) -> Json {
    json!({ "resident": scene.resident.wire_id(), "basis": "《个人信息保护法》第十八条", "about": CASE, "until": UNTIL })
}

both_engines! {
    async fn delayed_rows(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        let before = told(&me.get("/public/mine/looks").await.expect(200), "/id").len();
        let seen = async |expected: usize| {
            let looks = me.get("/public/mine/looks").await.expect(200);
            assert_eq!(told(&looks, "/id").len(), expected, "{}", looks.transcript());
            looks
        };
        // One person alone can hide nothing.
        scene.look(&scene.town.desk, &scene.resident, "order", Some(CASE), How::Read).await;
        let id = scene.chief.post("/look-delays", delay(&scene)).await.expect(201).text("/id");
        let approve = format!("/look-delays/{id}/approve");
        let _ = scene.chief.post(&approve, json!({})).await.expect(403);
        seen(before + 1).await;
        let hidden = told(&me.get("/public/mine/looks").await.expect(200), "/id")[0].clone();

        let listed = scene.leader.get("/look-delays").await.expect(200);
        assert_eq!((listed.text("/items/0/about"), listed.text("/items/0/asked_by/zh"), listed.text("/items/0/running")), (CASE.into(), "chief".into(), "false".into()));
        let approved = scene.leader.post(&approve, json!({})).await.expect(200);
        assert_eq!(approved.text("/running"), "true");
        let _ = scene.leader.post(&approve, json!({})).await.expect(409);

        // Hidden are this matter of this unit, before the approval and after it, also where others were listed with it.
        let looks = seen(before).await;
        assert_eq!(looks.json["delayed"], Json::Null, "one hidden look is not told of");
        for place in ["proof", "question"] {
            let path = format!("/public/mine/looks/{hidden}/{place}");
            let reply = if place == "proof" { me.get(&path).await } else { me.post(&path, json!({ "text": "为什么？" })).await };
            let _ = reply.expect(404);
        }
        scene.look(&scene.town.worker, &scene.resident, "order", Some(CASE), How::Household).await;
        assert_eq!(seen(before).await.json["delayed"], Json::Null, "two are not told of");
        scene.look(&scene.chief, &scene.resident, "order", Some(CASE), How::Revealed).await;
        assert_eq!(seen(before).await.json["delayed"], 3);
        // Another matter, and the same matter of another unit, are shown.
        scene.look(&scene.town.desk, &scene.resident, "order", Some("另一件"), How::Read).await;
        let unit = scene.town.house.signed_in_for(PostKind::Chief, STREET, Some(scene.town.unit)).await;
        scene.look(&unit, &scene.resident, "order", Some(CASE), How::Read).await;
        seen(before + 2).await;
        let copy = me.get("/public/mine/export.json").await.expect(200);
        assert_eq!((&copy.json["delayed"], copy.json["looks"].as_array().unwrap().len()), (&json!(3), before + 2));

        // It ends by itself.
        scene.town.house.pass(30 * DAY - 60_000);
        let me = scene.me().await;
        let looks = me.get("/public/mine/looks").await.expect(200);
        assert_eq!((told(&looks, "/id").len(), &looks.json["delayed"]), (before + 3, &json!(3)), "the slip of the new code is one more");
        scene.town.house.pass(60_000);
        let looks = me.get("/public/mine/looks").await.expect(200);
        assert_eq!((told(&looks, "/id").len(), &looks.json["delayed"]), (before + 6, &Json::Null));
        assert!(told(&looks, "/id").contains(&hidden));

        let ledger = scene.town.house.ledger(STREET).await.join("\n");
        assert!(ledger.contains(&format!("look:delay {id}")) && ledger.contains(&format!("look:approve_delay {id}")));
    }

    async fn a_delay_has_a_clause_a_matter_and_an_end_within_a_year(fresh) {
        let scene = scene(fresh).await;
        let with = |field: &str, value: Json| {
            let mut body = delay(&scene);
            body[field] = value;
            body
        };
        for (field, value) in [
            ("basis", json!(" ")),
            ("about", json!("")),
            ("about", json!("长".repeat(81))),
            ("until", json!("2026-11-23T01:00:00Z")),
            ("until", json!("2027-12-01T01:00:00Z")),
        ] {
            let refused = scene.chief.post("/look-delays", with(field, value)).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), field);
        }
        let _ = scene.clerk.post("/look-delays", delay(&scene)).await.expect(403);
        let _ = scene.chief.post("/look-delays", with("resident", json!(registry::ResidentId::new(STREET, 7)))).await.expect(404);
        // What has run out cannot be approved any more.
        let id = scene.chief.post("/look-delays", delay(&scene)).await.expect(201).text("/id");
        scene.town.house.pass(31 * DAY);
        let leader = scene.town.house.signed_in_again(&scene.leader).await;
        let _ = leader.post(&format!("/look-delays/{id}/approve"), json!({})).await.expect(409);
        let elsewhere = scene.town.house.signed_in(PostKind::Leader, DISTRICT + 1).await;
        let _ = elsewhere.post(&format!("/look-delays/{id}/approve"), json!({})).await.expect(404);
    }
}
