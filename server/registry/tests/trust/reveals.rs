//! What is shown in clear costs a step-up, a reason and a part of the day's measure, and leaves its trace.

use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::town::*;

fn ask(group: &str) -> Json {
    json!({ "group": group, "reason": "核对窗口来人身份" })
}

async fn reveal(by: &Client, of: registry::ResidentId, group: &str) -> Reply {
    by.post(&format!("{}/reveal", card(of)), ask(group)).await
}

both_engines! {
    async fn reveal_costs(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        let refused = reveal(&clerk, town.wei, "id").await.expect(403);
        assert_eq!(refused.text("/code"), "step_up_required");
        assert!(town.looks(town.wei).await.is_empty());
        town.house.step_up(&clerk).await;
        let shown = reveal(&clerk, town.wei, "id").await.expect(200);
        assert_eq!(shown.json["values"], json!([{ "field": "id_no", "value": number(1) }]));
        assert_eq!((shown.json["expires_in"].clone(), shown.json["remaining"].clone()), (json!(60), json!(49)));
        assert_eq!(shown.text("/watermark"), "clerk 测试员 2026-11-23 09:00");
        assert_eq!(town.looks(town.wei).await, [("revealed".to_owned(), "window".to_owned())]);
        assert_eq!(town.entries("resident:revealed").await, 1);
        for (group, value) in [("name", "韦子涵"), ("phone", phone(1).as_str()), ("birth", "1990-01-01"), ("address", HOME)] {
            let shown = reveal(&clerk, town.wei, group).await.expect(200);
            assert_eq!(shown.text("/values/0/value"), value, "{group}");
        }
        let quota = clerk.get("/registry/quota").await.expect(200);
        assert_eq!(quota.json["reveals"], json!({ "used": 5, "allowed": 50 }));
        town.house.pass(10 * 60_000);
        let _ = reveal(&clerk, town.wei, "id").await.expect(403);
    }

    async fn a_household_is_shown_to_all_who_are_in_it(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        town.house.step_up(&clerk).await;
        let shown = reveal(&clerk, town.wei, "household").await.expect(200);
        assert_eq!(shown.json["values"], json!([{ "field": "household", "value": "黄明" }]));
        assert_eq!(shown.json["remaining"], 48, "two people were shown");
        assert_eq!(town.looks(town.huang).await, [("revealed".to_owned(), "window".to_owned())]);
    }

    async fn a_purpose_shows_no_more_than_it_needs_and_a_reason_names_nobodys_number(fresh) {
        let town = town(fresh).await;
        let worker = town.worker().await;
        town.house.step_up(&worker).await;
        let _ = reveal(&worker, town.wei, "id").await.expect(403);
        let _ = reveal(&worker, town.wei, "phone").await.expect(200);
        let place = format!("{}/reveal", card(town.wei));
        for reason in ["核对", &"长".repeat(201), "核对 13800000001 是否本人"] {
            let refused = worker.post(&place, json!({ "group": "phone", "reason": reason })).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), "reason", "{reason}");
        }
        let elsewhere = town.house.signed_in(PostKind::GridWorker, OTHER_GRID).await.with("wangge-purpose", "visit");
        town.house.step_up(&elsewhere).await;
        let _ = reveal(&elsewhere, town.wei, "phone").await.expect(404);
    }

    async fn the_last_reveal_of_the_day_raises_an_alarm(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        town.house.step_up(&clerk).await;
        for left in (0..50).rev() {
            let shown = reveal(&clerk, town.wei, "birth").await.expect(200);
            assert_eq!(shown.json["remaining"], left);
        }
        assert_eq!(reveal(&clerk, town.wei, "birth").await.expect(403).text("/code"), "look_blocked");
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let alarms = leader.get("/look-alarms").await.expect(200);
        assert_eq!((alarms.text("/items/0/kind"), alarms.json["items"][0]["counted"].clone()), ("reveals".to_owned(), json!(50)));
    }
}
