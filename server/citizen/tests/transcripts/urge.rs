//! Reminding those who have a case.

use serde_json::json;
use store::both_engines;

use crate::district::STREET;
use crate::resident::{Resident, case, closed, cracked, told, town};

const DAY: i64 = 24 * 3_600_000;

both_engines! {
    async fn a_reminder_a_day_reaches_the_desk_as_a_remark(fresh) {
        let mut town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let path = resident.path("/urge");
        assert_eq!(resident.by_token().await.expect(200).text("/can_urge"), "true");
        let urged = resident.client.post(&path, resident.proof()).await.expect(200);
        assert_eq!((urged.text("/can_urge"), told(&urged, "zh").last().unwrap().as_str()), ("false".into(), "您催办了一次，已提醒经办单位"));
        let again = resident.client.post(&path, resident.proof()).await.expect(409);
        assert_eq!(again.text("/detail"), "今天已经催过了，明天可以再催");

        let seen = case(&town, &resident).await;
        assert_eq!(seen.version, 1, "a reminder does not get in the way of whoever acts");
        let remarks = town.desk.get(&format!("/orders/{}/comments", seen.id)).await.expect(200);
        assert_eq!(remarks.json["items"].as_array().unwrap().len(), 1);
        assert!(remarks.text("/items/0/text").starts_with("群众催办"));
        assert_eq!(remarks.json["items"][0]["by"], json!({ "title": { "zh": "群众", "en": "a resident" }, "organisation": null }));
        assert!(town.house.ledger(STREET).await.contains(&format!("order:urge {}", seen.id)));

        town.minutes(DAY / 60_000).await;
        let _ = resident.client.post(&path, resident.proof()).await.expect(200);
        let remarks = town.desk.get(&format!("/orders/{}/comments", seen.id)).await.expect(200);
        assert_eq!(remarks.json["items"].as_array().unwrap().len(), 2);
    }

    async fn a_second_click_is_the_same_reminder(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let clicker = resident.client.clone().with("idempotency-key", "urge-000001");
        for _ in 0..2 {
            let _ = clicker.post(&resident.path("/urge"), resident.proof()).await.expect(200);
        }
        let remarks = town.desk.get(&format!("/orders/{}/comments", case(&town, &resident).await.id)).await.expect(200);
        assert_eq!(remarks.json["items"].as_array().unwrap().len(), 1);
    }

    async fn nobody_is_reminded_of_what_has_ended_or_by_a_stranger(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let _ = resident.client.post(&resident.path("/urge"), json!({ "token": "x" })).await.expect(404);
        closed(&town, &resident).await;
        let _ = resident.client.post(&resident.path("/urge"), resident.proof()).await.expect(409);
    }
}
