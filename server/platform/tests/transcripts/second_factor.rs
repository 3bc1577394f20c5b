//! The second factor: proposed, confirmed, then asked for; each code opens the door once.

use data_encoding::BASE32_NOPAD;
use platform::PostKind;
use platform::testing::{House, Reply};
use serde_json::json;
use store::both_engines;
use totp_rs::{Algorithm, Builder};

use crate::scene::{Person, SECOND, SENTENCE, STREET, house, person};

/// What the person's authenticator shows now.
pub fn shown(house: &House, secret: &str) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(secret)
        .build()
        .unwrap();
    totp.generate(u64::try_from(house.app.clock().now().0 / SECOND).unwrap()).to_string()
}

async fn with_code(house: &House, person: &Person, password: &str, code: &str) -> Reply {
    let body = json!({ "username": person.username, "password": password, "totp": code });
    house.visitor().post("/session", body).await
}

both_engines! {
    async fn a_second_factor_is_asked_for_once_it_is_confirmed_and_no_code_is_taken_twice(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        let proposed = browser.post("/session/totp", json!({})).await.expect(200);
        let secret = proposed.text("/secret");
        assert!(proposed.text("/otpauth_url").contains(&format!("secret={secret}&")), "{}", proposed.transcript());
        assert!(proposed.text("/qr_svg").contains("<svg"));
        person.tries(&house.visitor(), SENTENCE).await.expect(200);

        let wrong = browser.put("/session/totp", json!({ "code": "12345" })).await.expect(422);
        assert_eq!(wrong.json["fields"], json!([{ "field": "code", "detail": "验证码不正确" }]));
        let code = shown(&house, &secret);
        browser.put("/session/totp", json!({ "code": code })).await.expect(204);
        assert_eq!(browser.get("/session").await.expect(200).text("/account/totp"), "true");

        let asked = person.tries(&house.visitor(), SENTENCE).await.expect(401);
        assert_eq!((asked.text("/code"), asked.text("/detail")), ("totp_required".into(), "请输入动态验证码".into()));
        let replayed = with_code(&house, &person, SENTENCE, &code).await.expect(401);
        assert_eq!(replayed.text("/code"), "invalid_credentials", "the code that confirmed it is spent");
        house.pass(30 * SECOND);
        let code = shown(&house, &secret);
        with_code(&house, &person, "not the password", &code).await.expect(401);
        with_code(&house, &person, SENTENCE, &code).await.expect(200);
        with_code(&house, &person, SENTENCE, &code).await.expect(401);
        browser.post("/session/totp", json!({})).await.expect(409);
    }

    async fn a_secret_that_was_proposed_again_replaces_the_first(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        browser.put("/session/totp", json!({ "code": "123456" })).await.expect(422);
        let first = browser.post("/session/totp", json!({})).await.expect(200).text("/secret");
        let second = browser.post("/session/totp", json!({})).await.expect(200).text("/secret");
        assert_ne!(first, second);
        browser.put("/session/totp", json!({ "code": shown(&house, &first) })).await.expect(422);
        browser.put("/session/totp", json!({ "code": shown(&house, &second) })).await.expect(204);
    }

    async fn two_at_once_cannot_share_a_code(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        let secret = browser.post("/session/totp", json!({})).await.expect(200).text("/secret");
        browser.put("/session/totp", json!({ "code": shown(&house, &secret) })).await.expect(204);
        house.pass(30 * SECOND);
        let code = shown(&house, &secret);
        let tries = (0..4).map(|_| with_code(&house, &person, SENTENCE, &code));
        let replies = futures_util::future::join_all(tries).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    }
}
