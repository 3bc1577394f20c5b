//! Signing in, and what wrong tries cost.

use platform::{Call, PostKind};
use serde_json::json;
use store::{both_engines, vals};

use crate::scene::{DISTRICT, SECOND, SENTENCE, STREET, bearing, house, person, said};

store::sql! {
    DISABLE = "UPDATE accounts SET disabled_at = $2 WHERE id = $1";
}

both_engines! {
    async fn the_right_password_opens_a_session_in_a_cookie_that_no_script_reads(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let signed = person.tries(&house.visitor(), SENTENCE).await.expect(200);
        let set = signed.headers["set-cookie"].to_str().unwrap().to_owned();
        let (token, rest) = set.strip_prefix("wangge=").unwrap().split_once(';').unwrap();
        assert_eq!((token.len(), rest), (43, " Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"));
        assert_eq!((signed.text("/post/kind"), signed.text("/posts/0/id")), ("desk".into(), person.posts[0].0.to_string()));
        assert!(!signed.json.to_string().contains(token), "the token is nowhere but in the cookie");
        let seen = bearing(&house, &signed).get("/session").await.expect(200);
        assert_eq!(seen.json["rights"], signed.json["rights"]);
        let shouted = json!({ "username": format!("  {} ", person.username.to_uppercase()), "password": SENTENCE });
        house.visitor().post("/session", shouted).await.expect(200);
        assert_eq!(house.ledger(DISTRICT).await.last().unwrap(), &format!("session:open {}", person.account));
    }

    async fn a_wrong_password_an_unknown_name_and_a_closed_account_get_the_same_answer(fresh) {
        let house = house(fresh).await;
        let (person, closed) = (person(&house, &[(PostKind::Desk, STREET)]).await, person(&house, &[]).await);
        let call = Call::program("test");
        let disabled = house.app.write(&call, DISTRICT, move |w| async move {
            w.exec(&DISABLE, &vals![closed.account, w.now()]).await?;
            w.record("account:disable", closed.account, json!({}));
            Ok(closed)
        });
        let closed = disabled.await.unwrap();
        for (language, detail) in [("zh-CN", "用户名或密码不正确"), ("en", "the username or the password is wrong")] {
            let visitor = house.visitor().with("accept-language", language);
            let wrong = person.tries(&visitor, "八点半开早会，忘带钥匙").await.expect(401);
            let unknown = visitor.post("/session", json!({ "username": "nobody", "password": SENTENCE })).await.expect(401);
            let gone = closed.tries(&visitor, SENTENCE).await.expect(401);
            assert_eq!((wrong.text("/code"), wrong.text("/detail")), ("invalid_credentials".into(), detail.into()));
            assert_eq!(said(&wrong), said(&unknown));
            assert_eq!(said(&wrong), said(&gone));
            assert!([wrong, unknown, gone].iter().all(|reply| !reply.headers.contains_key("set-cookie")));
        }
    }

    async fn after_wrong_tries_an_account_waits_and_says_how_long(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET)]).await;
        let visitor = house.visitor();
        for _ in 0..4 {
            person.tries(&visitor, "not it, not it").await.expect(401);
        }
        let waits = person.tries(&visitor, SENTENCE).await.expect(429);
        assert_eq!((waits.headers["retry-after"].to_str().unwrap(), waits.text("/retry_after_seconds")), ("2", "2".into()));
        assert_eq!(waits.text("/detail"), "操作过于频繁，请在 2 秒后再试");
        house.pass(2 * SECOND - 1);
        let waits = person.tries(&visitor.clone().with("accept-language", "en"), SENTENCE).await.expect(429);
        assert_eq!((waits.headers["retry-after"].to_str().unwrap(), waits.text("/detail")), ("1", "too many tries; try again in 1 seconds".into()));
        house.pass(1);
        person.tries(&visitor, "not it, not it").await.expect(401);
        assert_eq!(person.tries(&visitor, SENTENCE).await.expect(429).text("/retry_after_seconds"), "4");
        house.pass(4 * SECOND);
        person.tries(&visitor, SENTENCE).await.expect(200);
        person.tries(&visitor, "not it, not it").await.expect(401);
        person.tries(&visitor, SENTENCE).await.expect(200);
        let refused = house.ledger(DISTRICT).await.iter().filter(|entry| entry.starts_with("session:refused")).count();
        assert_eq!(refused, 6, "every wrong try is in the ledger");
    }

    async fn one_address_cannot_try_names_without_end(fresh) {
        let house = house(fresh).await;
        let mut waits = None;
        for nth in 0..60 {
            let tried = house.visitor().post("/session", json!({ "username": format!("name{nth}"), "password": "x" })).await;
            waits = waits.or((tried.status == 429).then_some(tried));
        }
        let waits = waits.expect("sixty names were tried at once");
        assert!(waits.headers.contains_key("retry-after"));
        assert_eq!(waits.text("/code"), "too_many");
    }
}
