//! Claims: made, fetched or sent, answered, and closed by the data.

use platform::PostKind;
use platform::testing::Client;
use registry::Resident;
use serde_json::{Value as Json, json};
use store::{both_engines, sql, vals};

use crate::owner::owner;
use crate::pairs::{DISTRICT, GRID, OTHER_COMMUNITY, STREET, Town, known, said, town};

const DAY: i64 = 24 * 3_600_000;

/// Another telephone than the civil register has.
fn phone() -> Json {
    json!({ "field": "phone", "value": "139 0000 1234", "basis": "door", "note": "入户核实时出示了手机" })
}

async fn made(town: &Town, resident: &Resident) -> (String, String) {
    let place = format!("/residents/{}/claims", resident.wire_id());
    let made = town.worker.post(&place, phone()).await.expect(201);
    (made.text("/id"), made.text("/number"))
}

/// The system of whoever owns the civil register.
pub async fn civil(town: &Town, push: Option<String>) -> Client {
    let admin = town.house.signed_in(PostKind::Admin, DISTRICT).await;
    let connected = admin.post("/systems", json!({ "name": "户籍系统", "kind": "source" })).await.expect(201);
    let source = registry::SourceId::new(DISTRICT, 1);
    let outlet = json!({ "push_url": push, "system_id": connected.text("/id") });
    let _ = town.keeper.put(&format!("/sources/{source}/outlet"), outlet).await.expect(200);
    town.house.visitor().with("authorization", &format!("Bearer {}", connected.text("/key")))
}

/// What the civil register says from now on.
async fn says(town: &Town, phone: &str) {
    sql! {
        SAYS = "UPDATE records SET sealed = $3, content = $4 WHERE street_id = $1 AND id = $2";
        CIVIL = "SELECT id FROM records WHERE street_id = $1 AND source = 'civil' AND external_id = 'C-1'";
    }
    let said = registry::Said { phone: phone.to_owned(), ..known() };
    town.write(move |w| async move {
        let (id,): (i64,) = w.one(&CIVIL, &vals![STREET]).await?;
        let (sealed, content) = said.seal(w.app(), id)?;
        w.exec(&SAYS, &vals![STREET, id, sealed, content]).await?;
        w.enqueue(fusion::SETTLE, &json!({ "source": "civil" }), w.now()).await
    })
    .await;
    town.house.app.run_due_jobs().await.unwrap();
}

both_engines! {
    async fn a_claim_goes_to_whose_value_won_under_a_number_and_with_ten_working_days(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let place = format!("/residents/{}/claims", resident.wire_id());
        let made = town.worker.post(&place, phone()).await.expect(201);
        assert!(made.text("/number").starts_with("C006-20261123-0001-"), "{}", made.text("/number"));
        assert_eq!(made.text("/source"), "civil");
        // Monday 23 November; the tenth working day from Tuesday is Monday 7 December, and the office closes at half past five.
        assert_eq!(made.text("/due_at"), "2026-12-07T09:30:00.000Z");
        let list = town.steward.get("/claims?state=open").await.expect(200);
        assert_eq!((list.text("/items/0/number"), list.text("/items/0/field_name/zh"), list.text("/items/0/late")), (made.text("/number"), "电话".into(), "false".into()));
        assert!(!String::from_utf8_lossy(&list.bytes).contains("1234"), "a list does not say what is disputed");
        let seen = town.steward.get(&format!("/claims/{}", made.text("/id"))).await.expect(200);
        assert_eq!((seen.text("/said"), seen.text("/should_be")), ("138****5678".into(), "139****1234".into()));
        assert!(seen.text("/law/zh").contains("第二十六条"));
        assert_eq!(town.looks(&resident).await, ["read check phone", "read check phone"]);
        let again = town.worker.post(&place, phone()).await.expect(409);
        assert!(again.text("/detail").contains(&made.text("/number")));
    }

    async fn what_cannot_be_right_or_is_not_disputed_is_no_claim(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let place = format!("/residents/{}/claims", resident.wire_id());
        let claim = |field: &str, value: &str| json!({ "field": field, "value": value, "basis": "document" });
        let wrong = town.steward.post(&place, claim("id_no", "450204199001010019")).await.expect(422);
        assert_eq!(wrong.text("/fields/0/field"), "value");
        let _ = town.steward.post(&place, claim("phone", "138-0000-5678")).await.expect(409);
        let _ = town.steward.post(&place, claim("birth_date", "1990-01-02")).await.expect(409);
        let elsewhere = town.house.signed_in(PostKind::CommunityHead, OTHER_COMMUNITY).await.with("wangge-purpose", "check");
        let _ = elsewhere.post(&place, phone()).await.expect(404);
        let _ = town.house.signed_in(PostKind::GridWorker, GRID).await.post(&place, phone()).await.expect(403);
        assert_eq!(town.looks(&resident).await, Vec::<String>::new());
    }

    async fn an_owner_fetches_its_claims_answers_them_and_a_batch_closes_what_it_accepted(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let stranger = civil(&town, None).await;
        let (id, number) = made(&town, &resident).await;
        let sheet = stranger.get("/claims/outbox.json").await.expect(200);
        assert_eq!((sheet.text("/format"), sheet.text("/claims/0/number"), sheet.text("/claims/0/record")), ("wangge-claims/1".into(), number.clone(), "C-1".into()));
        assert_eq!((sheet.text("/claims/0/said"), sheet.text("/claims/0/should_be"), sheet.text("/claims/0/basis")), ("13800005678".into(), "13900001234".into(), "door".into()));
        assert_eq!(town.looks(&resident).await.last().unwrap(), "exported check phone");
        assert_eq!(stranger.get("/claims/outbox.json").await.expect(200).text("/claims/0/number"), number, "until it is answered");
        let answer = |outcome: &str| json!({ "answers": [{ "number": number.to_lowercase(), "outcome": outcome, "note": "已核实" }, { "number": "C006-20261123-0009-0", "outcome": "refused" }] });
        let results = async |outcome: &str| stranger.post("/claims/answers", answer(outcome)).await.expect(200).text("/results/0/result");
        assert_eq!([results("accepted").await, results("accepted").await, results("refused").await], ["taken", "known", "conflict"]);
        assert_eq!(stranger.post("/claims/answers", answer("accepted")).await.text("/results/1/result"), "unknown");
        let state = async || town.steward.get(&format!("/claims/{id}")).await.expect(200);
        assert_eq!((state().await.text("/state"), state().await.text("/answer")), ("accepted".into(), "已核实".into()));
        assert_eq!(stranger.get("/claims/outbox.json").await.expect(200).json["claims"], json!([]));
        says(&town, "13800005678").await;
        assert_eq!(state().await.text("/state"), "accepted", "the batch said what it always said");
        says(&town, "+86 139-0000-1234").await;
        assert_eq!(state().await.text("/state"), "closed");
        assert_eq!(results("accepted").await, "known");
    }

    async fn an_owner_sees_only_claims_about_its_own_records(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("insurance", "I-1", known()).await;
        let stranger = civil(&town, None).await;
        let (_, number) = made(&town, &resident).await;
        assert_eq!(stranger.get("/claims/outbox.json").await.expect(200).json["claims"], json!([]));
        let answer = json!({ "answers": [{ "number": number, "outcome": "accepted" }] });
        assert_eq!(stranger.post("/claims/answers", answer).await.expect(200).text("/results/0/result"), "unknown");
        let admin = town.house.signed_in(PostKind::Admin, DISTRICT).await;
        let feed = admin.post("/systems", json!({ "name": "另一系统", "kind": "feed" })).await.expect(201).text("/key");
        let feed = town.house.visitor().with("authorization", &format!("Bearer {feed}"));
        let _ = feed.get("/claims/outbox.json").await.expect(403);
        let _ = town.steward.get("/claims/outbox.json").await.expect(401);
    }

    async fn an_answer_on_paper_is_entered_once(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let (id, _) = made(&town, &resident).await;
        let place = format!("/claims/{id}/answer");
        let body = json!({ "outcome": "refused", "note": "以户口簿为准" });
        let by = town.steward.clone().with("if-match", "1");
        let _ = town.worker.clone().with("if-match", "1").post(&place, body.clone()).await.expect(404);
        assert_eq!(by.post(&place, body.clone()).await.expect(200).text("/state"), "refused");
        let _ = by.post(&place, body).await.expect(409);
        assert_eq!(town.steward.get(&format!("/claims/{id}")).await.expect(200).text("/answer"), "以户口簿为准");
    }

    async fn what_nobody_answered_is_answered_by_the_data_and_lateness_shows(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let (id, _) = made(&town, &resident).await;
        town.house.pass(15 * DAY);
        let steward = town.house.signed_in_again(&town.steward).await;
        assert_eq!(steward.get("/claims").await.expect(200).text("/items/0/late"), "true");
        says(&town, "13900001234").await;
        assert_eq!(steward.get(&format!("/claims/{id}")).await.expect(200).text("/state"), "closed");
    }

    async fn a_claim_whose_answer_was_lost_is_sent_again_and_is_one_claim(fresh) {
        let (address, taken) = owner(1);
        let town = crate::pairs::town_that_sends_to(fresh, &address).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let _ = civil(&town, Some(format!("http://{address}/claims"))).await;
        let (id, number) = made(&town, &resident).await;
        town.house.app.run_due_jobs().await.unwrap();
        let state = async || town.steward.get(&format!("/claims/{id}")).await.expect(200);
        let seen = state().await;
        assert_eq!((seen.text("/state"), seen.text("/tries"), seen.text("/problem")), ("open".into(), "1".into(), "unreachable".into()));
        assert_eq!(taken.numbers(), [(number.clone(), 1)], "it was taken, and nobody here knows");
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(taken.numbers(), [(number.clone(), 1)], "there is a pause before the next try");
        town.house.pass(5_000);
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(taken.numbers(), [(number.clone(), 2)], "under the same number");
        let seen = state().await;
        assert_eq!((seen.text("/state"), seen.text("/tries"), seen.json["problem"].is_null()), ("sent".into(), "2".into(), true));
        let sheet: Json = serde_json::from_str(&taken.body(&number)).unwrap();
        assert_eq!((sheet["format"].as_str(), sheet["claims"][0]["should_be"].as_str()), (Some("wangge-claims/1"), Some("13900001234")));
        town.house.pass(DAY / 24);
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(taken.numbers(), [(number, 2)], "what was taken is not sent again");
    }

    async fn what_waited_goes_to_an_address_that_is_entered_later(fresh) {
        let (address, taken) = owner(0);
        let town = crate::pairs::town_that_sends_to(fresh, &address).await;
        let resident = town.resident("civil", "C-1", known()).await;
        let (_, number) = made(&town, &resident).await;
        let elsewhere = json!({ "push_url": "http://127.0.0.2:9/claims" });
        let source = registry::SourceId::new(DISTRICT, 1);
        let refused = town.keeper.put(&format!("/sources/{source}/outlet"), elsewhere).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "push_url");
        let _ = civil(&town, Some(format!("http://{address}/claims"))).await;
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(taken.numbers(), [(number, 1)]);
    }

    async fn no_number_lies_in_clear_beside_a_claim(fresh) {
        let town = town(fresh).await;
        let resident = town.resident("civil", "C-1", said("韦子涵", "", "13800005678", "")).await;
        let (id, _) = made(&town, &resident).await;
        let id: fusion::ClaimId = id.parse().unwrap();
        let claim: Option<fusion::Claim> = town.house.app.read(move |r| async move { Ok(r.find(&vals![id.street, id.id]).await?) }).await.unwrap();
        let text = format!("{:?}", claim.unwrap());
        assert!(!text.contains("13900001234") && !text.contains("13800005678") && !text.contains("手机"), "{text}");
    }
}
