//! Changing a password.

use platform::PostKind;
use serde_json::{Value, json};
use store::both_engines;

use crate::scene::{DISTRICT, SENTENCE, STREET, house, person};

const NEW: &str = "雨天路滑，慢慢骑车到柳石路";

fn change(current: &str, new: &str) -> Value {
    json!({ "current": current, "new": new })
}

both_engines! {
    async fn a_new_password_ends_every_other_session(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let (desk, phone) = (person.signs_in(&house).await, person.signs_in(&house).await);
        phone.get("/session").await.expect(200);
        desk.post("/session/password", change(SENTENCE, NEW)).await.expect(204);
        phone.get("/session").await.expect(401);
        desk.get("/session").await.expect(200);
        person.tries(&house.visitor(), SENTENCE).await.expect(401);
        person.tries(&house.visitor(), NEW).await.expect(200);
        let ledger = house.ledger(DISTRICT).await;
        assert_eq!(ledger.iter().filter(|entry| **entry == format!("account:password {}", person.account)).count(), 1);
    }

    async fn the_current_password_must_be_known(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        let refused = browser.post("/session/password", change(NEW, NEW)).await.expect(422);
        assert_eq!(refused.json["fields"], json!([{ "field": "current", "detail": "当前密码不正确" }]));
        house.visitor().post("/session/password", change(SENTENCE, NEW)).await.expect(401);
        person.tries(&house.visitor(), SENTENCE).await.expect(200);
    }

    async fn a_password_that_is_easily_guessed_is_refused_with_the_rule(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await.with("accept-language", "en");
        let long = "长".repeat(129);
        for (password, rule) in [
            ("1Aa!", "a password needs at least 12 characters; a sentence is fine"),
            (&long, "a password has at most 128 characters"),
            (&format!("{}2026", person.username), "a password must not be made of the username"),
            ("passwordpassword", "this password is too common and easily guessed"),
            ("ababababababab", "this password is too common and easily guessed"),
        ] {
            let refused = browser.post("/session/password", change(SENTENCE, password)).await.expect(422);
            assert!(refused.json["fields"].as_array().unwrap().contains(&json!({ "field": "new", "detail": rule })), "{}", refused.transcript());
        }
        person.tries(&house.visitor(), SENTENCE).await.expect(200);
    }
}
