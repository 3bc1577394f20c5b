//! How sessions begin, change and end.

use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::scene::{DISTRICT, HOUR, MINUTE, SENTENCE, STREET, bearing, cookie, house, person};

both_engines! {
    async fn a_session_that_nobody_uses_ends(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        for _ in 0..2 {
            house.pass(119 * MINUTE);
            browser.get("/session").await.expect(200);
        }
        house.pass(120 * MINUTE);
        assert_eq!(browser.get("/session").await.expect(401).text("/code"), "unauthenticated");
    }

    async fn a_session_ends_by_age_however_busy_it_is(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        for _ in 0..11 {
            house.pass(HOUR);
            browser.get("/session").await.expect(200);
        }
        house.pass(HOUR - 1);
        browser.get("/session").await.expect(200);
        house.pass(1);
        browser.get("/session").await.expect(401);
        assert_eq!(house.app.sweep_sessions().await.unwrap(), 0, "what ends now is swept a moment later");
        house.pass(1);
        assert_eq!(house.app.sweep_sessions().await.unwrap(), 1);
    }

    async fn signing_in_makes_a_new_token_and_never_takes_one_that_was_planted(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let planted = house.visitor().with("cookie", "wangge=planted-by-somebody-else");
        let first = person.tries(&planted, SENTENCE).await.expect(200);
        let second = person.tries(&bearing(&house, &first), SENTENCE).await.expect(200);
        assert_ne!(cookie(&first), "wangge=planted-by-somebody-else");
        assert_ne!(cookie(&first), cookie(&second));
        planted.get("/session").await.expect(401);
    }

    async fn signing_out_ends_this_session_and_no_other(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let (desk, phone) = (person.signs_in(&house).await, person.signs_in(&house).await);
        desk.get("/session").await.expect(200);
        let out = desk.delete("/session").await.expect(204);
        assert_eq!(out.headers["set-cookie"], "wangge=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        desk.get("/session").await.expect(401);
        desk.delete("/session").await.expect(401);
        phone.get("/session").await.expect(200);
        assert_eq!(house.ledger(DISTRICT).await.last().unwrap(), &format!("session:end {}", person.account));
    }

    async fn a_token_that_was_never_given_opens_nothing(fresh) {
        let house = house(fresh).await;
        for cookie in ["wangge=", "wangge=0000", "other=1; wangge=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "wangge"] {
            house.visitor().with("cookie", cookie).get("/session").await.expect(401);
        }
        house.visitor().post("/things", json!({ "name": "x" })).await.expect(401);
    }
}
