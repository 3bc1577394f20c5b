//! How often somebody without an account may ask.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use platform::secret::Chance;
use platform::testing::{Client, MONDAY_NINE};
use platform::{Clock, Config, assemble, http};
use serde_json::json;
use store::{Place, both_engines};
use tower::ServiceExt;

use crate::resident::{Resident, TAIL, cracked, town};

const DAY: i64 = 24 * 3_600_000;

fn from(client: &Client, address: &str) -> Client {
    client.clone().with("x-forwarded-for", address)
}

both_engines! {
    async fn endings_of_a_number_cannot_be_tried_out(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        // Ten wrong ones, each from another address.
        for nth in 0..10 {
            let path = resident.path(&format!("?phone_tail={nth:04}"));
            let _ = from(&resident.client, &format!("203.0.113.{nth}")).get(&path).await.expect(404);
        }
        let path = resident.path(&format!("?phone_tail={TAIL}"));
        let refused = from(&resident.client, "203.0.113.99").get(&path).await.expect(429);
        assert_eq!(refused.headers["retry-after"], "86401");
        let proof = json!({ "phone_tail": TAIL });
        let _ = resident.client.post(&resident.path("/urge"), proof.clone()).await.expect(429);
        let _ = resident.client.post(&resident.path("/rating"), json!({ "phone_tail": TAIL, "stars": 5 })).await.expect(429);
        // The receipt still opens it, and so does the ending a day later.
        let _ = resident.by_token().await.expect(200);
        town.house.pass(DAY);
        let _ = resident.by_tail(TAIL).await.expect(200);
    }

    async fn an_address_that_errs_too_often_waits(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let guesser = from(&resident.client, "203.0.113.7");
        for nth in 0..20 {
            let number = platform::number::order_number(450_204_006, MONDAY_NINE.beijing_date(), 100 + nth);
            let _ = guesser.get(&format!("/public/reports/{number}?phone_tail={TAIL}")).await.expect(404);
        }
        let path = resident.path(&format!("?phone_tail={TAIL}"));
        let _ = guesser.get(&path).await.expect(429);
        let _ = from(&resident.client, "203.0.113.8").get(&path).await.expect(200);
        town.house.pass(3_600_000);
        let _ = guesser.get(&path).await.expect(200);
    }

    async fn who_is_right_may_look_again_and_again(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        for _ in 0..30 {
            let _ = resident.by_tail(TAIL).await.expect(200);
        }
    }

    async fn pages_without_an_account_are_counted_by_address(fresh) {
        let mut config = Config::read(None, std::iter::empty()).unwrap();
        let folder = std::env::temp_dir().join(format!("wangge-limits-{:?}-{}", fresh.store.engine(), std::process::id()));
        config.data.dir.clone_from(&folder);
        config.data.store = match &fresh.place {
            Place::Sqlite(path) => Place::Sqlite(path.with_extension("limits.db")),
            other => other.clone(),
        };
        config.limits.public_per_minute = 3;
        let rooms = [platform::room(), areas::room(), staff::room(), catalogue::room(), orders::room(), citizen::room()];
        let app = assemble(config, Clock::still_at(MONDAY_NINE), Chance::seeded(1), &rooms).await.unwrap();
        let router = http::server(app, &rooms).unwrap();
        let ask = |address: &'static str| {
            let request = Request::get("/api/v1/public/classes").header("host", "test").header("x-forwarded-for", address);
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap());
            async move { answer.await.unwrap().status() }
        };
        for _ in 0..3 {
            assert_eq!(ask("203.0.113.1").await, StatusCode::OK);
        }
        assert_eq!(ask("203.0.113.1").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(ask("203.0.113.2").await, StatusCode::OK);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
