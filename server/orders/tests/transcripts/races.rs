//! Two at once, and one twice.

use serde_json::json;
use store::both_engines;

use crate::district::{STREET, cracked, town};

both_engines! {
    async fn a_lost_race_shows_what_the_other_did(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let step = json!({ "action": "accept", "standard_id": case.standard });
        case.done(&town.desk, step.clone()).await;
        let reply = case.tried(&town.desk, step).await.expect(409);
        assert_eq!(reply.text("/detail"), "desk已于 09:00 执行“受理”，请核对后再操作");
        assert_eq!(reply.text("/current/state"), "accepted");
        assert_eq!(reply.text("/current/version"), "2");
    }

    async fn of_two_at_the_same_moment_one_wins(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let accept = case.tried(&town.desk, json!({ "action": "accept", "standard_id": case.standard }));
        let reject = case.tried(&town.desk, json!({ "action": "reject", "reason": "不符合立案条件" }));
        let (accept, reject) = tokio::join!(accept, reject);
        let mut statuses = [accept.status.as_u16(), reject.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(case.read(&town.desk).await.text("/version"), "2");
        let steps = town.desk.get(&format!("/orders/{}/steps", case.id)).await.expect(200);
        assert_eq!(steps.json["items"].as_array().unwrap().len(), 2);
    }

    async fn a_second_click_is_the_same_click(fresh) {
        let town = town(fresh).await;
        let clicker = town.desk.clone().with("idempotency-key", "click-0001");
        let first = clicker.post("/orders", cracked()).await.expect(201);
        let second = clicker.post("/orders", cracked()).await.expect(201);
        assert_eq!(first.json, second.json);
        let mut other = cracked();
        other["description"] = json!("另一件事");
        let reply = clicker.post("/orders", other).await.expect(409);
        assert_eq!(reply.text("/detail"), "同一个幂等键已用于另一项内容");

        let case = crate::district::Case::of(first);
        let step = json!({ "action": "accept", "standard_id": case.standard });
        let once = case.tried(&clicker, step.clone()).await.expect(200);
        let twice = case.tried(&clicker, step).await.expect(200);
        assert_eq!(once.json, twice.json);
        let reply = case.tried(&clicker, json!({ "action": "reject", "reason": "改主意了" })).await.expect(409);
        assert_eq!(reply.text("/detail"), "同一个幂等键已用于另一项内容");
        let ledger = town.house.ledger(STREET).await;
        assert_eq!(ledger.iter().filter(|entry| entry.ends_with(&case.id)).count(), 2);
    }

    async fn two_clicks_at_once_are_one_click(fresh) {
        let town = town(fresh).await;
        let clicker = town.desk.clone().with("idempotency-key", "click-0002");
        let (one, two) = tokio::join!(clicker.post("/orders", cracked()), clicker.post("/orders", cracked()));
        assert_eq!(one.expect(201).json, two.expect(201).json);
        let list = town.desk.get("/orders").await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    }
}
