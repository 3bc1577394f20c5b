//! Open311: updates in both directions.

use axum::http::Method;
use serde_json::json;
use store::both_engines;

use crate::client311::Program;
use crate::district::{Case, PICTURE, Town};
use crate::resident::town;

const AT: (&str, &str) = ("updated_datetime", "2026-11-23T09:00:00+08:00");

async fn case_of(town: &Town, number: &str) -> Case {
    let row = town.desk.get(&format!("/orders?q={number}")).await.expect(200).text("/items/0/id");
    Case::of(town.desk.get(&format!("/orders/{row}")).await.expect(200))
}

fn update<'a>(number: &'a str, id: &'a str, status: &'a str) -> [(&'a str, &'a str); 5] {
    [("service_request_id", number), ("update_id", id), ("status", status), ("description", "已到现场"), AT]
}

both_engines! {
    async fn what_happens_is_told_in_words_that_others_know(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let number = program.reports("井盖破损，面积较大").await;
        let case = case_of(&town, &number).await;
        let standard = case.standard.clone();
        let case = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await.sent_to(&town.desk, town.unit).await;
        let case = case.done(&town.handler, json!({ "action": "sign" })).await;
        town.desk.post(&format!("/orders/{}/comments", case.id), json!({ "text": "内部意见" })).await.expect(201);
        town.resolve(case).await.done(&town.worker, json!({ "action": "verify" })).await.done(&town.desk, json!({ "action": "close" })).await;
        let all = program.both("servicerequestupdates", "").await;
        let told: Vec<_> = all.as_array().unwrap().iter().map(|one| format!("{} {}", one["status"].as_str().unwrap(), one["external_status_code"].as_str().unwrap())).collect();
        assert_eq!(told, ["OPEN reported", "INVESTIGATING accepted", "ACTION_SCHEDULED dispatched", "IN_PROGRESS handling", "FIXED resolved", "FIXED verified", "CLOSED closed"]);
        assert!(all[4]["media_url"].as_str().unwrap().ends_with(".jpg"));
        let picture = all[4]["media_url"].as_str().unwrap();
        program.client.get(&picture[picture.find("/open311/").unwrap()..]).await.expect(200);
        assert!(!all.to_string().contains("内部意见"));
        assert_eq!(program.both("servicerequestupdates", "start_date=2026-11-23T01:00:00.001Z").await, json!([]));
        assert_eq!(program.both("servicerequestupdates", "start_date=2026-01-01T00:00:00Z&end_date=2026-11-23T01:00:00Z").await[0]["code"], "400");
    }

    async fn an_update_of_whoever_has_no_unit_is_a_remark_and_moves_nothing(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let number = program.reports("井盖破损").await;
        for (id, status) in [("u1", "CLOSED"), ("u2", "fixed"), ("u3", "In Progress"), ("u4", "CANCELLED"), ("u5", "REOPEN")] {
            let taken = program.post("servicerequestupdates.json", &update(&number, id, status)).await.expect(201);
            assert_eq!(taken.json, json!([{ "update_id": id }]));
        }
        let case = case_of(&town, &number).await;
        assert_eq!((case.state(), case.version), ("reported".into(), 1));
        let remarks = town.desk.get(&format!("/orders/{}/comments", case.id)).await.expect(200);
        assert_eq!(remarks.json["items"].as_array().unwrap().len(), 5);
        assert_eq!(remarks.text("/items/0/text"), "［CLOSED］已到现场");
    }

    async fn a_units_own_program_signs_and_resolves_what_its_unit_has(fresh) {
        let town = town(fresh).await;
        let (program, other) = (Program::connected(&town, Some(town.unit)).await, Program::connected(&town, Some(town.other_unit)).await);
        let number = program.reports("井盖破损，面积较大").await;
        let case = case_of(&town, &number).await;
        let standard = case.standard.clone();
        case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await.sent_to(&town.desk, town.unit).await;
        other.post("servicerequestupdates.json", &update(&number, "a", "IN_PROGRESS")).await.expect(201);
        assert_eq!(case_of(&town, &number).await.state(), "dispatched", "another unit's program only remarks");
        program.post("servicerequestupdates.json", &update(&number, "a", "IN_PROGRESS")).await.expect(201);
        assert_eq!(case_of(&town, &number).await.state(), "handling");
        program.post("servicerequestupdates.json", &update(&number, "b", "FIXED")).await.expect(201);
        assert_eq!(case_of(&town, &number).await.state(), "handling", "without a picture it is not resolved");
        let edge = "edge311";
        let mut body = Vec::new();
        let key = [("api_key", program.key.as_str())];
        for (name, value) in update(&number, "c", "FIXED").iter().chain(&key) {
            body.extend(format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(format!("--{edge}\r\nContent-Disposition: form-data; name=\"photo1\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n").bytes());
        body.extend(PICTURE);
        body.extend(format!("\r\n--{edge}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={edge}");
        program.client.request(Method::POST, "/open311/v2/servicerequestupdates.json", Some((kind, body))).await.expect(201);
        let resolved = case_of(&town, &number).await;
        assert_eq!(resolved.state(), "resolved");
        let steps = town.desk.get(&format!("/orders/{}/steps", resolved.id)).await.expect(200);
        assert_eq!(steps.text("/items/4/note"), "已到现场");
    }

    async fn an_update_is_taken_once_and_only_whole(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let number = program.reports("井盖破损").await;
        program.post("servicerequestupdates.xml", &update(&number, "u1", "OPEN")).await.expect(201);
        let again = program.post("servicerequestupdates.json", &update(&number, "u1", "OPEN")).await.expect(400);
        assert_eq!(again.json, json!([{ "code": "400", "description": "该 update_id 已接收过" }]));
        let bare = program.post("servicerequestupdates.json", &[]).await.expect(400);
        assert_eq!(bare.json.as_array().unwrap().len(), 5);
        program.post("servicerequestupdates.json", &update(&number, "u2", "BURNT")).await.expect(400);
        program.post("servicerequestupdates.json", &update("006-20261123-00099-X", "u2", "OPEN")).await.expect(404);
        let naive = [("service_request_id", number.as_str()), ("update_id", "u2"), ("status", "OPEN"), ("description", "x"), ("updated_datetime", "2026-11-23T09:00:00")];
        program.post("servicerequestupdates.json", &naive).await.expect(400);
        program.send("servicerequestupdates.json", "api_key=wrong").await.expect(403);
    }
}
