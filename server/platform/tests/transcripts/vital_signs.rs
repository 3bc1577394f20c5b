//! What the operator's machines ask.

use platform::http::count_requests;
use store::both_engines;

use crate::scene::house;

both_engines! {
    async fn health_says_that_the_store_answers_and_needs_no_account(fresh) {
        let house = house(fresh).await;
        let health = house.visitor().get("/health").await.expect(200);
        assert_eq!(health.bytes, b"ok\n");
    }

    async fn requests_are_counted_by_route_and_never_by_what_stands_in_their_address(fresh) {
        count_requests().unwrap();
        let house = house(fresh).await;
        house.visitor().get("/ledger/led_0000000000000000000/proof?name=secret").await.expect(401);
        let figures = String::from_utf8(house.visitor().get("/metrics").await.expect(200).bytes).unwrap();
        assert!(figures.contains("http_request_duration_seconds"), "{figures}");
        assert!(figures.contains("path=\"/api/v1/ledger/{id}/proof\""), "{figures}");
        assert!(!figures.contains("secret") && !figures.contains("led_0"), "{figures}");
        house.visitor().with("x-forwarded-for", "203.0.113.7").get("/metrics").await.expect(404);
    }

    async fn the_description_and_its_page_are_served(fresh) {
        let house = house(fresh).await;
        let described = house.visitor().get("/api/openapi.json").await.expect(200);
        assert_eq!(described.text("/openapi"), "3.1.0");
        assert!(described.json["paths"]["/api/v1/session"]["post"].is_object());
        let page = house.visitor().get("/api/docs").await.expect(200);
        assert!(String::from_utf8(page.bytes).unwrap().contains("/api/v1/session/totp"));
    }
}
