//! What a report is likely about, learned from closed cases.

use platform::PostKind;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{ACROSS, Case, DISTRICT, HERE, STREET, Town, town};

/// Closed on the spot: manholes that are broken, and sewers that rattle.
async fn closed(town: &Town, count: usize) {
    let told = [
        ("p0101", "井盖破损，面积较大"),
        ("p0102", "污水井盖弹跳作响，电话 13800001234"),
        ("p0101", "井盖缺失，有人险些掉下去"),
    ];
    for nth in 0..count {
        let (class, description) = told[nth % told.len()];
        let body = json!({ "class": class, "point": HERE, "address": format!("柳石路 {nth} 号"), "description": description });
        let case = Case::of(town.worker.post("/orders", body).await.expect(201));
        let picture = town.picture(&town.worker).await;
        case.done(&town.worker, json!({ "action": "self_resolve", "files": [picture] })).await;
    }
}

async fn asked(town: &Town, description: &str) -> Json {
    let body = json!({ "description": description, "point": ACROSS });
    town.desk.post("/orders/guess", body).await.expect(200).json["items"].clone()
}

both_engines! {
    async fn a_report_is_offered_its_likely_class_with_the_words_that_say_so(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        closed(&town, 120).await;
        assert_eq!(asked(&town, "井盖弹跳").await, json!([]), "before it learned it says nothing");
        let _ = steward.post("/orders/guess/model", json!({})).await.expect(204);
        assert!(town.house.app.run_due_jobs().await.unwrap() > 0);

        let guesses = asked(&town, "小区门口的井盖总是弹跳").await;
        let first = &guesses[0];
        assert_eq!((&first["class"]["code"], &first["unit"]["name"]["zh"]), (&json!("p0102"), &json!("水务公司")));
        let said = first["words"][0]["text"].as_str().unwrap();
        assert!(said.contains("弹跳") && first["words"][0]["log_odds"].as_f64().unwrap() > 1.0, "{first}");
        let confidences: Vec<f64> = guesses.as_array().unwrap().iter().map(|one| one["confidence"].as_f64().unwrap()).collect();
        assert!(confidences[0] > 0.5 && confidences.iter().sum::<f64>() <= 1.0 + 1e-9, "{confidences:?}");
        assert_eq!(asked(&town, "13800001234").await, json!([]), "a number says nothing");

        let model = town.worker.get("/orders/guess/model").await.expect(200);
        assert_eq!((model.text("/cases"), model.text("/top1/of"), model.text("/top1/hits")), ("120".into(), "24".into(), "24".into()));
        assert!(model.json["top1"]["low"].as_f64().unwrap() < 0.9, "24 cases prove little");
        let case = Case::of(town.desk.post("/orders", json!({ "class": "p0101", "point": HERE, "address": "柳石路", "description": "井盖弹跳作响" })).await.expect(201));
        let of_case = town.desk.get(&format!("/orders/{}/guess", case.id)).await.expect(200);
        assert_eq!(of_case.text("/items/0/class/code"), "p0102");
        assert_eq!(case.read(&town.desk).await.text("/class/code"), "p0101", "a person decides");
        let entries = town.house.ledger(DISTRICT).await;
        assert!(["guess:train model", "guess:learn model"].iter().all(|entry| entries.contains(&(*entry).to_owned())));
    }

    async fn it_learns_at_night_and_says_so_when_there_is_too_little(fresh) {
        let mut town = town(fresh).await;
        closed(&town, 30).await;
        orders::train_when_due(&town.house.app).await.unwrap();
        let model = town.desk.get("/orders/guess/model").await.expect(200);
        assert_eq!((&model.json["trained_at"], model.text("/cases")), (&Json::Null, "0".into()));
        closed(&town, 80).await;
        orders::train_when_due(&town.house.app).await.unwrap();
        let first = town.desk.get("/orders/guess/model").await.expect(200).text("/trained_at");
        town.minutes(60).await;
        orders::train_when_due(&town.house.app).await.unwrap();
        assert_eq!(town.desk.get("/orders/guess/model").await.expect(200).text("/trained_at"), first, "once a night");
        town.minutes(18 * 60).await;
        orders::train_when_due(&town.house.app).await.unwrap();
        assert_ne!(town.desk.get("/orders/guess/model").await.expect(200).text("/trained_at"), first);
    }

    async fn who_does_not_report_is_offered_nothing(fresh) {
        let town = town(fresh).await;
        let _ = town.handler.post("/orders/guess", json!({ "description": "井盖" })).await.expect(403);
        let _ = town.desk.post("/orders/guess/model", json!({})).await.expect(403);
        let case = town.reported().await;
        let clerk = town.house.signed_in(PostKind::Clerk, crate::district::OTHER_STREET).await;
        let _ = clerk.get(&format!("/orders/{}/guess", case.id)).await.expect(404);
        let _ = town.house.signed_in(PostKind::Clerk, STREET).await.get(&format!("/orders/{}/guess", case.id)).await.expect(200);
    }
}
