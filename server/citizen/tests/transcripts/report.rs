//! Taking a report in.

use platform::secret::hash_token;
use serde_json::{Value as Json, json};
use store::{both_engines, sql, vals};

use crate::district::{COMMUNITY, FAR, HERE, OUTSIDE, STREET};
use crate::resident::{Resident, case, cracked, picture, town};

sql! {
    TOKENS = "SELECT token_hash FROM order_tracking WHERE street_id = $1 LIMIT 5";
    ANSWERS = "SELECT body FROM answers WHERE street_id = $1 LIMIT 5";
    ASKED = "SELECT asked FROM answers WHERE street_id = $1 LIMIT 5";
    CONTACTS = "SELECT phone_sealed FROM order_contacts WHERE street_id = $1 LIMIT 5";
    LEDGER = "SELECT detail FROM ledger_entries WHERE street_id = $1 LIMIT 50";
    EVENTS = "SELECT body FROM events WHERE street_id = $1 LIMIT 50";
}

/// Sends a changed report and says which fields are wrong.
async fn refused(town: &crate::district::Town, change: impl Fn(&mut Json)) -> Vec<String> {
    let mut body = cracked();
    change(&mut body);
    let refused = town.house.visitor().post("/public/reports", body).await.expect(422);
    let fields = refused.json["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|field| format!("{} {}", field["field"].as_str().unwrap(), field["detail"].as_str().unwrap()))
        .collect()
}

both_engines! {
    async fn a_report_without_an_account_comes_to_the_desk_of_its_street(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor();
        let mut body = cracked();
        body["files"] = json!([picture(&visitor).await]);
        let receipt = visitor.post("/public/reports", body).await.expect(201);
        assert_eq!(receipt.text("/number"), "006-20261123-00001-F");
        assert_eq!(receipt.text("/street/zh"), "银山街道");
        assert_eq!(receipt.json["promise"], json!({
            "zh": "11月23日09:30前答复是否受理；受理后交由承办单位处理，这类问题的处理时限为4个工作小时。",
            "en": "By 09:30 on 23 November you can see whether it is taken up. It then goes to the office in charge; the time for matters of this kind is 4 working hours.",
        }));
        assert!(receipt.text("/qr_svg").contains("<svg"));

        let list = town.desk.get("/orders?view=to_accept").await.expect(200);
        assert_eq!((list.text("/items/0/source"), list.text("/items/0/photos")), ("resident".into(), "1".into()));
        let seen = town.desk.get(&format!("/orders/{}", list.text("/items/0/id"))).await.expect(200);
        assert_eq!(seen.json["contact"], json!({ "has": true, "phone_masked": "138****5678" }));
        let steps = town.desk.get(&format!("/orders/{}/steps", list.text("/items/0/id"))).await.expect(200);
        assert_eq!(steps.json["items"][0]["by"], json!(null));
        let ledger = town.house.ledger(STREET).await;
        assert_eq!(ledger.iter().filter(|entry| entry.starts_with("order:report ord_")).count(), 1);
    }

    async fn of_token_and_phone_only_what_gives_nothing_away_is_kept(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor().with("idempotency-key", "first-try-01");
        let receipt = visitor.post("/public/reports", cracked()).await.expect(201);
        let token = receipt.text("/token");
        let kept = town.house.app.read(|r| async move {
            let tokens: Vec<(Vec<u8>,)> = r.query(&TOKENS, &vals![STREET]).await?;
            let asked: Vec<(Vec<u8>,)> = r.query(&ASKED, &vals![STREET]).await?;
            let mut texts: Vec<(String,)> = Vec::new();
            for sql in [&ANSWERS, &CONTACTS, &LEDGER, &EVENTS] {
                texts.extend(r.query::<(String,)>(sql, &vals![STREET]).await?);
            }
            Ok((tokens, asked, texts))
        });
        let (tokens, asked, texts) = kept.await.unwrap();
        assert_eq!(tokens, [(hash_token(&token).to_vec(),)]);
        assert_eq!(asked[0].0.len(), 16, "a keyed hash, not a bare one");
        assert!(texts.len() > 3);
        for (text,) in texts {
            assert!(!text.contains(&token) && !text.contains("5678"), "{text}");
        }
    }

    async fn a_second_click_is_the_same_report(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor().with("idempotency-key", "clicked-0001");
        let first = visitor.post("/public/reports", cracked()).await.expect(201);
        let again = visitor.post("/public/reports", cracked()).await.expect(201);
        assert_eq!(first.json, again.json);
        let mut other = cracked();
        other["address"] = json!("别处");
        let _ = visitor.post("/public/reports", other).await.expect(409);
        let list = town.desk.get("/orders").await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    }

    async fn two_clicks_at_once_are_one_report(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor().with("idempotency-key", "together-001");
        let (one, other) = tokio::join!(visitor.post("/public/reports", cracked()), visitor.post("/public/reports", cracked()));
        assert_eq!(one.expect(201).json, other.expect(201).json);
    }

    async fn a_place_may_be_a_community_and_a_phone_need_not_be_left(fresh) {
        let town = town(fresh).await;
        let body = json!({ "class": "p0101", "area": COMMUNITY.to_string(), "address": "社区里", "description": "井盖响" });
        let resident = Resident::reporting(&town, body).await;
        let case = case(&town, &resident).await;
        assert_eq!((case.seen.text("/area"), case.seen.json["contact"].clone()), (COMMUNITY.to_string(), json!({ "has": false, "phone_masked": null })));
        let _ = resident.by_token().await.expect(200);
        let _ = resident.by_tail("0000").await.expect(404);
    }

    async fn each_street_numbers_its_own(fresh) {
        let town = town(fresh).await;
        let mut far = cracked();
        far["point"] = json!(FAR);
        let resident = Resident::reporting(&town, far).await;
        assert_eq!(resident.number[..18], *"007-20261123-00001");
        assert_eq!(town.desk.get("/orders").await.expect(200).json["items"], json!([]));
    }

    async fn every_wrong_field_is_named_and_nothing_is_kept(fresh) {
        let town = town(fresh).await;
        assert_eq!(refused(&town, |body| body["point"] = json!(OUTSIDE)).await, ["point 标注的位置不在本区范围内"]);
        assert_eq!(refused(&town, |body| body["point"] = json!([24.3, 109.4])).await.len(), 1);
        assert_eq!(refused(&town, |body| body["point"] = json!(null)).await, ["point 请在图上标注位置，或选择所在社区"]);
        assert_eq!(refused(&town, |body| { body["area"] = json!("45020"); }).await.len(), 1);
        assert_eq!(refused(&town, |body| body["class"] = json!("p9999")).await.len(), 1);
        assert_eq!(refused(&town, |body| body["class"] = json!("p01")).await.len(), 1);
        assert_eq!(refused(&town, |body| body["phone"] = json!("12345")).await, ["phone 请填写 11 位手机号码或带区号的固定电话"]);
        assert_eq!(refused(&town, |body| body["address"] = json!("   ")).await, ["address 此项必填"]);
        assert_eq!(refused(&town, |body| body["description"] = json!("长".repeat(2_001))).await, ["description 不超过 2000 字"]);
        let gone = "fil_0000000000000000001";
        assert_eq!(refused(&town, |body| body["files"] = json!([gone])).await, ["files 照片已失效，请重新上传"]);
        assert_eq!(refused(&town, |body| body["files"] = json!(vec![gone; 7])).await, ["files 照片不超过 6 张"]);
        let both = refused(&town, |body| { body["class"] = json!(""); body["address"] = json!(""); }).await;
        assert_eq!(both.len(), 2);
        assert_eq!(town.desk.get("/orders").await.expect(200).json["items"], json!([]));
        assert!(!town.house.ledger(STREET).await.iter().any(|entry| entry.starts_with("order:")));
    }

    async fn a_refusal_speaks_the_callers_language(fresh) {
        let town = town(fresh).await;
        let english = town.house.visitor().with("accept-language", "en-GB");
        let mut body = cracked();
        body["point"] = json!(OUTSIDE);
        let refused = english.post("/public/reports", body).await.expect(422);
        assert_eq!(refused.text("/fields/0/detail"), "this place is outside the district");
        let chinese = town.house.visitor();
        let refused = chinese.post("/public/reports", json!({ "class": "p0101", "point": HERE, "urgent": true })).await.expect(400);
        assert!(refused.text("/detail").starts_with("JSON 无法读取"));
        let _ = chinese.post("/public/reports", json!("井盖")).await.expect(400);
        let key = chinese.with("idempotency-key", "short");
        assert_eq!(key.post("/public/reports", cracked()).await.expect(400).text("/detail"), "幂等键须为 8 至 200 个字符");
    }

    async fn a_huge_body_is_refused(fresh) {
        let town = town(fresh).await;
        let mut body = cracked();
        body["description"] = json!("长".repeat(200_000));
        let _ = town.house.visitor().post("/public/reports", body).await.expect(413);
    }
}
