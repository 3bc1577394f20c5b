//! Many at once, and the sample.

use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::pairs::{STREET, Town, known, said, town};

/// Pairs of people who are plainly one, from a weight on.
async fn plain(town: &Town, many: usize) -> Vec<String> {
    let mut pairs = Vec::new();
    for nth in 0..many {
        let phone = format!("1380000{nth:04}");
        let other = town.resident("civil", &format!("C-9{nth}"), said("覃莉", "", &phone, "")).await;
        let own = town.resident("insurance", &format!("I-9{nth}"), said("覃莉", "", &phone, "")).await;
        pairs.push(town.pair(&own, &other, 8.0 + nth as f64 / 100.0).await);
    }
    pairs
}

both_engines! {
    async fn many_clear_pairs_are_joined_at_once_and_a_sample_is_looked_at_again(fresh) {
        let town = town(fresh).await;
        let pairs = plain(&town, 14).await;
        let doubtful = { let (_, _, pair) = town.two().await; pair };
        let accepted = town.steward.post("/reviews/bulk", json!({ "at_least": 7.5 })).await.expect(200);
        assert_eq!(accepted.json, json!({ "accepted": 14, "skipped": 0, "sampled": 10, "more": false }));
        assert_eq!(town.stands(&doubtful).await.0, "waiting");
        let page = town.steward.get("/reviews/audit").await.expect(200);
        assert_eq!((page.json["items"].as_array().unwrap().len(), page.text("/accepted"), page.text("/sampled"), page.text("/error_share")), (10, "14".into(), "10".into(), "null".into()));
        let audit = async |pair: &str, verdict: &str| {
            let (_, version) = town.stands(pair).await;
            town.steward.clone().with("if-match", &version.to_string()).post(&format!("/reviews/{pair}/audit"), json!({ "verdict": verdict })).await
        };
        let (right, wrong) = (page.text("/items/0/id"), page.text("/items/1/id"));
        let done = audit(&right, "right").await.expect(200);
        assert_eq!((done.text("/state"), done.text("/audit"), done.text("/next")), ("same".into(), "right".into(), wrong.clone()));
        let done = audit(&wrong, "wrong").await.expect(200);
        assert_eq!((done.text("/state"), done.text("/audit")), ("waiting".into(), "wrong".into()));
        let _ = audit(&right, "wrong").await.expect(409);
        let after = town.steward.get("/reviews/audit").await.expect(200);
        assert_eq!((after.text("/audited"), after.text("/wrong"), after.text("/error_share")), ("2".into(), "1".into(), "5000".into()));
        assert_eq!((after.text("/error_from"), after.text("/error_to")), ("945".into(), "9055".into()));
        // What was found wrong is not accepted unseen again.
        let accepted = town.steward.post("/reviews/bulk", json!({ "at_least": 7.5 })).await.expect(200);
        assert_eq!(accepted.text("/accepted"), "0");
        assert_eq!(town.stands(&pairs[0]).await.0 == "same", pairs[0] != wrong);
        assert!(town.house.ledger(STREET).await.contains(&"review:bulk reviews".to_owned()));
    }

    async fn what_contradicts_itself_is_left_for_a_person(fresh) {
        let town = town(fresh).await;
        let other = town.resident("civil", "C-1", known()).await;
        let own = town.resident("insurance", "I-1", said("韦子涵", "450204199202020028", "13800005678", "")).await;
        let pair = town.pair(&own, &other, 9.0).await;
        let accepted = town.steward.post("/reviews/bulk", json!({ "at_least": 8 })).await.expect(200);
        assert_eq!((accepted.text("/accepted"), accepted.text("/skipped"), town.stands(&pair).await.0), ("0".into(), "1".into(), "waiting".into()));
    }

    async fn only_what_is_nearly_certain_is_accepted_unseen_and_only_where_the_post_reaches(fresh) {
        let town = town(fresh).await;
        let _ = plain(&town, 1).await;
        let refused = town.steward.post("/reviews/bulk", json!({ "at_least": 5 })).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "at_least");
        let _ = town.keeper.post("/reviews/bulk", json!({ "at_least": 6 })).await.expect(422);
        let clerk = town.house.signed_in(PostKind::Clerk, STREET).await;
        let _ = clerk.post("/reviews/bulk", json!({ "at_least": 6 })).await.expect(403);
        let elsewhere = json!({ "at_least": 6, "street": "450204007" });
        let _ = town.steward.post("/reviews/bulk", elsewhere).await.expect(403);
        let here = json!({ "at_least": 6, "street": "450204006" });
        assert_eq!(town.keeper.post("/reviews/bulk", here).await.expect(200).text("/accepted"), "1");
    }
}
