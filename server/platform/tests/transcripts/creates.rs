//! A second click is the same click, and no change goes unrecorded.

use platform::testing::Reply;
use platform::{Call, Error, PostKind};
use serde_json::json;
use store::both_engines;

use crate::scene::{STREET, house};

both_engines! {
    async fn the_same_key_gets_the_same_answer_and_has_one_effect(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let clicks = desk.clone().with("idempotency-key", "click-0001");
        let first = clicks.post("/things", json!({ "name": "井盖" })).await.expect(200);
        let second = clicks.post("/things", json!({ "name": "井盖" })).await.expect(200);
        assert_eq!((first.text("/nth"), &first.json), ("1".into(), &second.json));
        assert_eq!(desk.post("/things", json!({ "name": "井盖" })).await.expect(200).text("/nth"), "2", "without a key each is one more");
        assert_eq!(house.ledger(STREET).await.iter().filter(|entry| entry.starts_with("thing:make")).count(), 2);
    }

    async fn the_same_key_with_another_body_is_a_conflict(fresh) {
        let house = house(fresh).await;
        let clicks = house.signed_in(PostKind::Desk, STREET).await.with("idempotency-key", "click-0001");
        clicks.post("/things", json!({ "name": "井盖" })).await.expect(200);
        let other = clicks.post("/things", json!({ "name": "路灯" })).await.expect(409);
        assert_eq!((other.text("/code"), other.text("/detail")), ("conflict".into(), "同一个幂等键已用于另一项内容".into()));
        let english = clicks.with("accept-language", "en").post("/things", json!({ "name": "路灯" })).await.expect(409);
        assert_eq!(english.text("/detail"), "this idempotency key was used for something else");
    }

    async fn a_key_belongs_to_one_person(fresh) {
        let house = house(fresh).await;
        for nth in ["1", "2"] {
            let clicks = house.signed_in(PostKind::Desk, STREET).await.with("idempotency-key", "click-0001");
            assert_eq!(clicks.post("/things", json!({ "name": "井盖" })).await.expect(200).text("/nth"), nth);
        }
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        for key in ["short", &"k".repeat(201)] {
            desk.clone().with("idempotency-key", key).post("/things", json!({ "name": "井盖" })).await.expect(400);
        }
    }

    async fn a_click_is_forgotten_after_seven_days(fresh) {
        const DAY_MS: i64 = 86_400_000;
        let house = house(fresh).await;
        let make = async |days| {
            house.pass(days * DAY_MS);
            let desk = house.signed_in(PostKind::Desk, STREET).await;
            let swept = house.app.sweep_answers().await.unwrap();
            (swept, desk.with("idempotency-key", "click-0001").post("/things", json!({ "name": "井盖" })).await.expect(200))
        };
        assert_eq!(make(0).await.1.text("/nth"), "1");
        assert_eq!(make(7).await.0, 0);
        let (swept, _) = make(1).await;
        assert_eq!(swept, 1, "the first click, not the one of yesterday");
    }

    async fn clicks_at_once_have_one_effect(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let clicks = desk.clone().with("idempotency-key", "click-0001");
        let all = futures_util::future::join_all((0..8).map(|_| clicks.post("/things", json!({ "name": "井盖" })))).await;
        for click in all.into_iter().map(|reply: Reply| reply.expect(200)) {
            assert_eq!(click.json, json!({ "nth": 1, "name": "井盖" }));
        }
        assert_eq!(desk.post("/things", json!({ "name": "路灯" })).await.expect(200).text("/nth"), "2");
        assert!(house.ledger(STREET).await.ends_with(&["thing:make 1".to_owned(), "thing:make 2".to_owned()]));
        assert_eq!(house.ledger(STREET).await.iter().filter(|entry| entry.starts_with("thing")).count(), 2);
    }

    async fn a_change_without_a_ledger_entry_is_refused_and_undone(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let refused = desk.post("/silent-things", json!({})).await.expect(500);
        assert!(!String::from_utf8_lossy(&refused.bytes).contains("ledger"), "the reason is for the operator");
        assert_eq!(desk.post("/things", json!({ "name": "x" })).await.expect(200).text("/nth"), "1");
    }

    async fn a_change_that_fails_takes_its_entries_its_news_and_its_jobs_with_it(fresh) {
        let house = house(fresh).await;
        let mut news = house.app.hub().listen();
        let call = Call::program("test");
        let failed = house.app.write(&call, STREET, |w| async move {
            w.record("thing:make", 1, json!({}));
            w.announce("thing", 1, STREET, &json!({}));
            w.enqueue("touch", &1, w.now()).await?;
            Err::<(), _>(Error::Missing("thing"))
        });
        assert!(matches!(failed.await, Err(Error::Missing("thing"))));
        assert_eq!(house.ledger(STREET).await, Vec::<String>::new());
        assert_eq!(house.app.run_due_jobs().await.unwrap(), 0);
        assert!(news.try_recv().is_err());
    }
}
