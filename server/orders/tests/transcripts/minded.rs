//! Who minds an order: supervision, and reminders up the post tree.

use platform::PostKind;
use platform::testing::Client;
use serde_json::json;
use store::both_engines;

use crate::district::{Case, DISTRICT, STREET, Town, town};
use crate::requests::{chief, head, pause};

/// Who has been told of an order, as `level kind`.
async fn told(case: &Case, by: &Client) -> Vec<String> {
    let read = case.read(by).await.expect(200);
    let rows = read.json["escalations"].as_array().unwrap();
    rows.iter().map(|row| format!("{} {}", row["level"], row["post_kind"].as_str().unwrap())).collect()
}

async fn escalated(town: &Town) -> i64 {
    orders::escalate(&town.house.app).await.unwrap()
}

both_engines! {
    async fn a_supervision_is_answered_by_the_unit_and_lifted_by_a_leader(fresh) {
        let mut town = town(fresh).await;
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let case = town.handling().await;
        let ask = json!({ "text": "群众反映强烈，今日务必办结", "reply_by": "2026-11-23T08:00:00Z" });
        let _ = case.on(&town.desk, "supervisions", ask.clone()).await.expect(403);
        let past = json!({ "text": "请回复", "reply_by": "2026-11-22T08:00:00Z" });
        assert_eq!(case.on(&leader, "supervisions", past).await.expect(422).text("/fields/0/field"), "reply_by");
        let open = case.acted(&leader, "supervisions", ask).await;
        let place = format!("supervisions/{}", open.seen.text("/supervisions/0/id"));
        for by in [&leader, &town.handler] {
            assert_eq!(by.get("/orders?view=supervised").await.expect(200).text("/items/0/id"), case.id);
            assert_eq!(by.get("/orders/counts").await.expect(200).text("/supervised"), "1");
        }
        let _ = open.on(&leader, &format!("{place}/reply"), json!({ "text": "我来答" })).await.expect(403);
        let replied = open.acted(&town.handler, &format!("{place}/reply"), json!({ "text": "已到场，下午完成" })).await;
        let _ = replied.on(&town.handler, &format!("{place}/reply"), json!({ "text": "再答" })).await.expect(409);
        let lifted = replied.acted(&leader, &format!("{place}/lift"), json!({ "note": "按时办结" })).await;
        let _ = lifted.on(&leader, &format!("{place}/lift"), json!({})).await.expect(409);
        assert_eq!(leader.get("/orders?view=supervised").await.expect(200).json["items"], json!([]));
        town.minutes(10).await;
        assert_eq!(lifted.read(&town.handler).await.expect(200).json["supervisions"][0]["overdue"], false);
    }

    async fn a_late_order_climbs_the_post_tree_each_step_once(fresh) {
        let mut town = town(fresh).await;
        let (head, chief) = (head(&town).await, chief(&town).await);
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let case = town.handling().await;
        assert_eq!(escalated(&town).await, 0);
        // Of four working hours from nine, a fifth is left at 14:42 and none at 15:30.
        town.minutes(5 * 60 + 43).await;
        assert_eq!((escalated(&town).await, escalated(&town).await), (1, 0));
        assert_eq!(told(&case, &town.desk).await, ["1 handler"]);
        let steps = town.desk.get(&format!("/orders/{}/steps", case.id)).await.expect(200);
        let last = steps.json["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["action"], &last["by"]["title"]["en"]), (&json!("escalate"), &json!("by itself")));
        town.minutes(60).await;
        assert_eq!((escalated(&town).await, escalated(&town).await), (1, 0));
        // Two hours of the office later: 17:30, and 08:30 of the next day.
        town.minutes(90).await;
        assert_eq!(escalated(&town).await, 0);
        town.minutes(16 * 60).await;
        assert_eq!((escalated(&town).await, escalated(&town).await), (2, 0));
        assert_eq!(told(&case, &town.desk).await, ["1 handler", "2 department_head", "3 chief", "3 leader"]);
        let people = [head, chief, leader];
        for (nth, by) in people.iter().enumerate() {
            let by = town.house.signed_in_again(by).await;
            assert_eq!(by.get("/orders?view=escalated").await.expect(200).text("/items/0/id"), case.id);
            let of = case.read(&by).await.expect(200).text(&format!("/escalations/{}/id", nth + 1));
            let _ = case.on(&town.desk, &format!("escalations/{of}/acknowledge"), json!({})).await.expect(403);
            let _ = case.on(&by, &format!("escalations/{of}/acknowledge"), json!({})).await.expect(200);
            let _ = case.on(&by, &format!("escalations/{of}/acknowledge"), json!({})).await.expect(409);
            assert_eq!(by.get("/orders?view=escalated").await.expect(200).json["items"], json!([]));
        }
        assert_eq!(escalated(&town).await, 0, "whoever knows is not told again");
    }

    async fn a_reminder_does_not_disturb_whoever_is_at_work(fresh) {
        let mut town = town(fresh).await;
        let case = town.handling().await;
        town.minutes(7 * 60).await;
        assert_eq!(escalated(&town).await, 1);
        let resolved = town.resolve(case).await;
        assert_eq!(resolved.state(), "resolved", "the version that was read is still the one");
    }

    async fn what_stands_still_or_ended_is_not_escalated(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        let _paused = town.handling().await.granted(&head, &town.desk, pause()).await;
        let rejected = town.reported().await.done(&town.desk, json!({ "action": "reject", "reason": "重复" })).await;
        town.minutes(3 * 24 * 60).await;
        assert_eq!(escalated(&town).await, 0);
        assert_eq!(rejected.state(), "rejected");
    }

    async fn the_desk_is_told_of_its_own_clocks_before_its_chief(fresh) {
        let mut town = town(fresh).await;
        let case = town.reported().await;
        town.minutes(25).await;
        assert_eq!(escalated(&town).await, 1);
        town.minutes(6).await;
        assert_eq!(escalated(&town).await, 1);
        town.minutes(15).await;
        assert_eq!(escalated(&town).await, 1);
        assert_eq!(told(&case, &town.desk).await, ["1 desk", "2 chief", "3 leader"]);
        // Accepted, the next clock begins with nobody told.
        let standard = case.standard.clone();
        let _ = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await;
        assert_eq!(escalated(&town).await, 0);
    }

    async fn a_unit_that_helps_is_told_of_its_own_clock(fresh) {
        let mut town = town(fresh).await;
        let other = town.house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await;
        let case = town.handling().await;
        let asked = json!({ "organisation_id": Town::unit_id(town.other_unit) });
        let _ = case.on(&town.desk, "obligations", asked).await.expect(200);
        town.minutes(7 * 60).await;
        assert_eq!(escalated(&town).await, 2, "the lead's head and the helper's");
        let other = town.house.signed_in_again(&other).await;
        let read = case.read(&other).await.expect(200);
        let kinds: Vec<_> = read.json["escalations"].as_array().unwrap().iter().map(|row| row["clock"].clone()).collect();
        assert!(kinds.contains(&json!("assistance")) && kinds.contains(&json!("handling")), "{kinds:?}");
    }
}
