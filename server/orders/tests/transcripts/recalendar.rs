//! A calendar that comes out: seen before it is published, entered in the history after.

use platform::PostKind;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{Case, DISTRICT, Town, town};
use crate::requests::{extension, head};

/// The notice of 2026 with one more day off.
fn notice(day: &str) -> Json {
    let mut notice: Json = serde_json::from_str(include_str!("../../../../data/holidays/2026.json")).unwrap();
    let days = notice["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| json!({ "date": day["date"], "name": day["name"], "off": day["off"] }));
    let mut days: Vec<Json> = days.collect();
    days.push(json!({ "date": day, "name": "全区运动会", "off": true }));
    notice["days"] = Json::from(days);
    json!({ "year": 2026, "days": notice["days"] })
}

async fn steward(town: &Town) -> Client {
    town.house.signed_in(PostKind::Steward, DISTRICT).await
}

/// Dispatched on Monday at nine with two working days: due on Wednesday.
async fn slow(town: &Town) -> Case {
    let report = json!({ "class": "p0102", "point": crate::district::HERE, "address": "柳石路 12 号", "description": "井盖弹跳作响" });
    let case = Case::of(town.desk.post("/orders", report).await.expect(201));
    let standard = case.standard.clone();
    let accepted = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await;
    accepted.sent_to(&town.desk, town.unit).await
}

both_engines! {
    async fn a_calendar_shows_what_it_would_move_and_moves_it_with_history(fresh) {
        let town = town(fresh).await;
        let steward = steward(&town).await;
        let (slow, quick) = (slow(&town).await, town.handling().await);
        assert_eq!(slow.clock("handling")["due_at"], "2026-11-25T09:30:00.000Z");
        let seen = steward.post("/orders/calendar-preview", notice("2026-11-24")).await.expect(200);
        assert_eq!((seen.text("/moved_total"), seen.text("/unchanged"), seen.text("/total")), ("1".into(), "1".into(), "2".into()));
        assert_eq!(seen.text("/moved/0/number"), slow.seen.text("/number"));
        assert_eq!(seen.text("/moved/0/due_after"), "2026-11-26T09:30:00.000Z");
        let _ = town.desk.post("/orders/calendar-preview", notice("2026-11-24")).await.expect(403);
        assert_eq!(slow.read(&town.desk).await.text("/due_at"), "2026-11-25T09:30:00.000Z", "looking moves nothing");

        let _ = steward.post("/catalogue/calendars", notice("2026-11-24")).await.expect(201);
        let read = slow.read(&town.desk).await.expect(200);
        assert_eq!(read.text("/due_at"), "2026-11-25T09:30:00.000Z", "an agreed deadline does not move silently");
        town.house.app.run_due_jobs().await.unwrap();
        let read = Case::of(slow.read(&town.desk).await.expect(200));
        assert_eq!(read.seen.text("/due_at"), "2026-11-26T09:30:00.000Z");
        assert_eq!(read.seen.text("/deadline_changes/0/due_before"), "2026-11-25T09:30:00.000Z");
        let lines = read.clock("handling")["derivation"].to_string();
        assert!(lines.contains("全区运动会"), "{lines}");
        let steps = town.desk.get(&format!("/orders/{}/steps", slow.id)).await.expect(200);
        assert_eq!(steps.json["items"].as_array().unwrap().last().unwrap()["action"], "recalendar");
        assert_eq!(quick.read(&town.desk).await.expect(200).json["deadline_changes"], json!([]));

        let entries = town.house.ledger(crate::district::STREET).await.len();
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(town.house.ledger(crate::district::STREET).await.len(), entries, "once is enough");
        let _ = steward.post("/orders/calendar-preview", notice("2026-11-24")).await.expect(409);
    }

    async fn what_stopped_keeps_the_calendar_that_counted_it(fresh) {
        let mut town = town(fresh).await;
        let steward = steward(&town).await;
        let slow = slow(&town).await;
        let cancelled = slow.done(&town.desk, json!({ "action": "cancel", "reason": "误报" })).await;
        let before = cancelled.clock("handling");
        let _ = steward.post("/catalogue/calendars", notice("2026-11-24")).await.expect(201);
        town.house.app.run_due_jobs().await.unwrap();
        town.minutes(1).await;
        let after = Case::of(cancelled.read(&town.desk).await.expect(200)).clock("handling");
        assert_eq!(after, before, "an ended case re-derives as it was");
    }

    async fn an_extension_does_not_bring_a_new_calendar_along(fresh) {
        let town = town(fresh).await;
        let (steward, head) = (steward(&town).await, head(&town).await);
        let signed = slow(&town).await.done(&town.handler, json!({ "action": "sign" })).await;
        let _ = steward.post("/catalogue/calendars", notice("2026-11-24")).await.expect(201);
        let extended = signed.granted(&head, &town.desk, extension()).await;
        assert_eq!(extended.clock("handling")["due_at"], "2026-11-27T09:30:00.000Z", "counted by the calendar that it cites");
        town.house.app.run_due_jobs().await.unwrap();
        let read = extended.read(&town.desk).await.expect(200);
        assert_eq!(read.text("/due_at"), "2026-11-30T09:30:00.000Z");
        assert_eq!(read.text("/deadline_changes/0/due_before"), "2026-11-27T09:30:00.000Z");
    }
}
