//! Whoever looks too often is stopped until somebody else has reviewed it.

use platform::PostKind;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::town::*;

/// Searches until something else than 200 comes back; how many were answered.
async fn searches(by: &Client, most: usize) -> usize {
    for nth in 0..most {
        if find(by, &number(7_000)).await.status != 200 {
            return nth;
        }
    }
    most
}

fn verdict(word: &str) -> Json {
    json!({ "verdict": word, "note": "已核对台账" })
}

both_engines! {
    async fn volume_alarm(fresh) {
        let town = town(fresh).await;
        let mut news = town.house.app.hub().listen();
        let clerk = town.clerk().await;
        // The pattern of Fuzhou: 325 searches a day.
        assert_eq!(searches(&clerk, 325).await, 301, "the search beyond the measure is the last one");
        let refused = find(&clerk, "韦子涵").await.expect(403);
        assert_eq!(refused.text("/code"), "look_blocked");
        let _ = clerk.get(&card(town.wei)).await.expect(403);
        assert!(clerk.get("/registry/quota").await.expect(200).json["blocked"] == true);
        assert_eq!(town.entries("look:alarm").await, 1);
        let mut told = false;
        while let Ok(event) = news.try_recv() {
            told |= event.kind == "alarm";
        }
        assert!(told, "whoever watches the street is told");

        // The next day it still stands.
        town.house.pass(24 * 3_600_000);
        let clerk = town.house.signed_in_again(&clerk).await.with("wangge-purpose", "window");
        let _ = find(&clerk, "韦子涵").await.expect(403);

        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let alarms = leader.get("/look-alarms").await.expect(200);
        assert_eq!(alarms.json["items"].as_array().unwrap().len(), 1);
        let alarm = &alarms.json["items"][0];
        assert_eq!((&alarm["kind"], &alarm["counted"], &alarm["allowed"]), (&json!("searches"), &json!(301), &json!(300)));
        let review = format!("/look-alarms/{}/review", alarm["id"].as_str().unwrap());
        let _ = clerk.post(&review, verdict("justified")).await.expect(403);
        let elsewhere = town.house.signed_in(PostKind::Leader, OTHER_STREET).await;
        let _ = elsewhere.post(&review, verdict("justified")).await.expect(404);
        assert_eq!(elsewhere.get("/look-alarms").await.expect(200).json["items"], json!([]));

        let _ = leader.post(&review, verdict("misuse")).await.expect(204);
        let _ = find(&clerk, "韦子涵").await.expect(403);
        let _ = leader.post(&review, verdict("justified")).await.expect(204);
        let _ = find(&clerk, "韦子涵").await.expect(200);
        let _ = leader.post(&review, verdict("justified")).await.expect(409);
    }

    async fn the_measure_is_that_of_the_kind_of_post_and_a_justified_alarm_gives_it_once_more(fresh) {
        let town = town(fresh).await;
        let worker = town.worker().await;
        assert_eq!(searches(&worker, 160).await, 151);
        let leader = town.house.signed_in(PostKind::Auditor, DISTRICT).await;
        let alarms = leader.get("/look-alarms").await.expect(200);
        let _ = leader.post(&format!("/look-alarms/{}/review", alarms.text("/items/0/id")), verdict("justified")).await.expect(204);
        assert_eq!(worker.get("/registry/quota").await.expect(200).json["searches"], json!({ "used": 151, "allowed": 300 }));
        assert_eq!(searches(&worker, 160).await, 150, "up to 301");
        assert_eq!(leader.get("/look-alarms").await.expect(200).json["items"].as_array().unwrap().len(), 2);
    }

    async fn looks_are_counted_apart_from_searches(fresh) {
        let town = town(fresh).await;
        let worker = town.worker().await;
        for _ in 0..3 {
            let _ = worker.get(&card(town.wei)).await.expect(200);
        }
        let quota = worker.get("/registry/quota").await.expect(200);
        assert_eq!((&quota.json["looks"]["used"], &quota.json["searches"]["used"]), (&json!(3), &json!(0)));
    }
}
