//! Whoever comes when all places are taken is told when to come again.

use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::scene::{STREET, house, person};

both_engines! {
    async fn a_call_too_many_is_told_to_come_again_and_its_repetition_is_done_once(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        let browser = browser.with("idempotency-key", "one-and-the-same").with("accept-language", "en");
        let most = usize::try_from(house.app.config().server.at_once).unwrap();
        let inside: Vec<_> = (0..most).map(|_| house.app.admission().enter().unwrap()).collect();
        let refused = browser.post("/things", json!({ "name": "x" })).await.expect(503);
        assert_eq!(refused.headers["retry-after"], "1");
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        assert_eq!(refused.text("/code"), "busy");
        assert_eq!(refused.text("/detail"), "the system is busy; try again shortly, nothing is lost");
        let _ = house.visitor().get("/health").await.expect(200);
        assert_eq!(house.ledger(STREET).await.iter().filter(|entry| entry.starts_with("thing:make")).count(), 0);
        drop(inside);
        for _ in 0..2 {
            let _ = browser.post("/things", json!({ "name": "x" })).await.expect(200);
        }
        assert_eq!(house.ledger(STREET).await.iter().filter(|entry| entry.starts_with("thing:make")).count(), 1);
    }
}
