//! Showing once more who one is, before something sensitive.

use platform::{PostKind, STEP_UP_HOLDS_MS};
use serde_json::json;
use store::both_engines;

use crate::scene::{DISTRICT, SECOND, SENTENCE, STREET, bearing, house, person};
use crate::second_factor::shown;

both_engines! {
    async fn a_step_up_holds_ten_minutes_in_a_session_with_a_new_token(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        let refused = browser.get("/sensitive-things").await.expect(403);
        assert_eq!(refused.text("/code"), "step_up_required");
        let raised = browser.post("/session/step-up", json!({ "password": SENTENCE })).await.expect(200);
        assert_eq!(raised.text("/until"), "2026-11-23T01:10:00.000Z");
        browser.get("/session").await.expect(401);
        let browser = bearing(&house, &raised);
        browser.get("/sensitive-things").await.expect(200);
        house.pass(STEP_UP_HOLDS_MS - 1);
        browser.get("/sensitive-things").await.expect(200);
        house.pass(1);
        browser.get("/sensitive-things").await.expect(403);
        browser.get("/session").await.expect(200);
        let ledger = house.ledger(DISTRICT).await;
        assert!(ledger.contains(&format!("session:step_up {}", person.account)), "{ledger:?}");
    }

    async fn a_wrong_proof_counts_like_a_wrong_sign_in(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        browser.post("/session/step-up", json!({})).await.expect(422);
        browser.post("/session/step-up", json!({ "code": "123456" })).await.expect(422);
        for _ in 0..3 {
            browser.post("/session/step-up", json!({ "password": "不是这个密码，真的不是" })).await.expect(422);
        }
        browser.post("/session/step-up", json!({ "password": SENTENCE })).await.expect(429);
        house.pass(3 * SECOND);
        browser.post("/session/step-up", json!({ "password": SENTENCE })).await.expect(200);
        house.visitor().post("/session/step-up", json!({ "password": SENTENCE })).await.expect(401);
    }

    async fn whoever_has_a_second_factor_shows_it(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        let secret = browser.post("/session/totp", json!({})).await.expect(200).text("/secret");
        browser.put("/session/totp", json!({ "code": shown(&house, &secret) })).await.expect(204);
        browser.post("/session/step-up", json!({ "password": SENTENCE })).await.expect(422);
        let spent = json!({ "code": shown(&house, &secret) });
        browser.post("/session/step-up", spent).await.expect(422);
        house.pass(30 * SECOND);
        let raised = browser.post("/session/step-up", json!({ "code": shown(&house, &secret) })).await.expect(200);
        bearing(&house, &raised).get("/sensitive-things").await.expect(200);
    }
}
