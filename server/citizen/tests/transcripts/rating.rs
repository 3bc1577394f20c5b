//! Rating a closed case.

use serde_json::json;
use store::both_engines;

use crate::district::STREET;
use crate::resident::{Resident, TAIL, case, closed, cracked, told, town};

both_engines! {
    async fn a_closed_case_is_rated_once(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let path = resident.path("/rating");
        let body = json!({ "token": resident.token, "stars": 4, "comment": " 修得很快 " });
        let early = resident.client.post(&path, body.clone()).await.expect(409);
        assert_eq!(early.text("/detail"), "结案后方可评价");
        closed(&town, &resident).await;
        let rated = resident.client.post(&path, body.clone()).await.expect(200);
        assert_eq!(rated.json["rating"], json!({ "stars": 4, "comment": "修得很快" }));
        assert_eq!((rated.text("/can_rate"), told(&rated, "zh").last().unwrap().as_str()), ("false".into(), "收到了您的评价"));
        assert_eq!(resident.client.post(&path, body).await.expect(409).text("/detail"), "已经评价过了");
        let seen = case(&town, &resident).await;
        assert_eq!(seen.seen.json["rating"]["stars"], 4);
        assert!(town.house.ledger(STREET).await.contains(&format!("order:rate {}", seen.id)));
    }

    async fn a_second_click_is_the_same_rating(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        closed(&town, &resident).await;
        let clicker = resident.client.clone().with("idempotency-key", "rating-00001");
        let body = json!({ "phone_tail": TAIL, "stars": 5 });
        for _ in 0..2 {
            assert_eq!(clicker.post(&resident.path("/rating"), body.clone()).await.expect(200).text("/rating/stars"), "5");
        }
        let _ = clicker.post(&resident.path("/rating"), json!({ "phone_tail": TAIL, "stars": 1 })).await.expect(409);
    }

    async fn stars_are_one_to_five_and_a_stranger_gives_none(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        closed(&town, &resident).await;
        let path = resident.path("/rating");
        for stars in [0, 6, -1] {
            let refused = resident.client.post(&path, json!({ "token": resident.token, "stars": stars })).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), "stars");
        }
        let _ = resident.client.post(&path, json!({ "token": resident.token, "stars": 4.5 })).await.expect(400);
        let _ = resident.client.post(&path, json!({ "token": resident.token })).await.expect(400);
        let _ = resident.client.post(&path, json!({ "stars": 5 })).await.expect(400);
        let _ = resident.client.post(&path, json!({ "phone_tail": "0000", "stars": 5 })).await.expect(404);
        assert_eq!(case(&town, &resident).await.seen.json["rating"], json!(null));
    }
}
