//! Somebody else's page asks in a signed-in person's browser.

use axum::http::Method;
use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::scene::{DISTRICT, STREET, house, person};

both_engines! {
    async fn a_change_that_another_site_asks_for_is_refused_and_changes_nothing(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        let before = (house.ledger(STREET).await, house.ledger(DISTRICT).await);
        for (header, value) in [
            ("origin", "https://elsewhere.example"),
            ("origin", "http://test.elsewhere.example"),
            ("origin", "http://test:8600"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let foreign = browser.clone().with(header, value);
            let refused = foreign.post("/things", json!({ "name": "x" })).await.expect(403);
            assert_eq!((refused.text("/code"), refused.text("/detail")), ("forbidden".into(), "请求来自其他网站，已拒绝".into()), "{header}: {value}");
            foreign.delete("/session").await.expect(403);
            foreign.put("/session/post", json!({ "post_id": person.posts[0].0 })).await.expect(403);
            foreign.upload("/files", "a.png", b"").await.expect(403);
            let plain = Some(("text/plain".to_owned(), br#"{"name":"x"}"#.to_vec()));
            foreign.request(Method::POST, "/things", plain).await.expect(403);
        }
        assert_eq!((house.ledger(STREET).await, house.ledger(DISTRICT).await), before);
        browser.get("/session").await.expect(200);
    }

    async fn our_own_pages_and_programs_are_let_in(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        for (header, value) in [("origin", "http://test"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none"), ("user-agent", "curl/8")] {
            browser.clone().with(header, value).post("/things", json!({ "name": "x" })).await.expect(200);
        }
        browser.clone().with("sec-fetch-site", "cross-site").get("/session").await.expect(200);
    }
}
