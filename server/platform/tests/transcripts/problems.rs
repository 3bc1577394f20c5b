//! What is refused, in which words, under which id.

use axum::http::Method;
use platform::PostKind;
use serde_json::json;
use store::{both_engines, vals};

use crate::scene::{DISTRICT, STREET, house, person};

store::sql! {
    REQUESTS = "SELECT request FROM ledger_entries WHERE street_id = $1 AND action = $2 ORDER BY id LIMIT 10";
}

fn sent(kind: &str, body: impl Into<Vec<u8>>) -> Option<(String, Vec<u8>)> {
    Some((kind.to_owned(), body.into()))
}

both_engines! {
    async fn a_problem_has_one_shape_in_the_callers_language(fresh) {
        let house = house(fresh).await;
        for (language, detail) in [("zh-CN,zh;q=0.9", "请先登录"), ("en-GB", "please sign in"), ("fr", "请先登录")] {
            let reply = house.visitor().with("accept-language", language).get("/session").await.expect(401);
            assert_eq!(reply.headers["content-type"], "application/problem+json");
            assert_eq!(reply.headers["cache-control"], "no-store");
            let id = reply.headers["x-request-id"].to_str().unwrap();
            assert_eq!(reply.json, json!({
                "type": "/problems/unauthenticated", "title": "Unauthorized", "status": 401,
                "code": "unauthenticated", "detail": detail, "request_id": id,
            }));
        }
    }

    async fn every_request_has_its_own_id_and_the_ledger_knows_it(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let made = browser.post("/things", json!({ "name": "x" })).await.expect(200);
            ids.push(made.headers["x-request-id"].to_str().unwrap().to_owned());
        }
        assert_ne!(ids[0], ids[1]);
        let kept: Vec<(String,)> = house.app.read(|r| async move { Ok(r.query(&REQUESTS, &vals![STREET, "thing:make"]).await?) }).await.unwrap();
        assert_eq!(kept.into_iter().map(|(id,)| id).collect::<Vec<_>>(), ids);
        let planted = browser.with("x-request-id", "planted").get("/session").await.expect(200);
        assert_ne!(planted.headers["x-request-id"], "planted");
    }

    async fn an_unknown_address_is_a_problem_too(fresh) {
        let house = house(fresh).await;
        for (method, path) in [(Method::GET, "/nothing"), (Method::POST, "/nothing"), (Method::DELETE, "/session/nothing"), (Method::GET, "/api/v2/session")] {
            let reply = house.visitor().request(method, path, None).await.expect(404);
            assert_eq!((reply.text("/code"), reply.text("/detail")), ("not_found".into(), "没有找到，或当前岗位不可查看".into()));
        }
        let wrong = house.visitor().request(Method::PATCH, "/session/post", None).await.expect(405);
        assert_eq!((wrong.text("/code"), wrong.headers["allow"].to_str().unwrap()), ("wrong_method".into(), "PUT"));
        let english = house.visitor().with("accept-language", "en").request(Method::DELETE, "/files", None).await.expect(405);
        assert_eq!(english.text("/detail"), "this address does not take this method");
    }

    async fn a_body_that_cannot_be_taken_is_refused_by_kind(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[(PostKind::Desk, STREET)]).await.signs_in(&house).await;
        let json = "application/json";
        let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(300 * 1024));
        for (body, status, code, detail) in [
            (sent(json, huge), 413, "too_large", "内容过大"),
            (sent(json, "{\"name\": "), 400, "malformed", "JSON 无法读取"),
            (sent(json, "{\"name\": 7}"), 400, "malformed", "JSON 无法读取"),
            (sent(json, "{}"), 400, "malformed", "JSON 无法读取"),
            (sent(json, "{\"name\": \"x\", \"colour\": \"red\"}"), 400, "malformed", "JSON 无法读取"),
            (sent(json, [b'"', 0xff, b'"']), 400, "malformed", "JSON 无法读取"),
            (sent("text/plain", "{\"name\": \"x\"}"), 415, "wrong_type", "请以 JSON 发送"),
            (sent("multipart/form-data; boundary=x", "--x--"), 415, "wrong_type", "请以 JSON 发送"),
            (None, 415, "wrong_type", "请以 JSON 发送"),
        ] {
            let reply = browser.request(Method::POST, "/things", body).await.expect(status);
            assert_eq!(reply.text("/code"), code);
            assert!(reply.text("/detail").starts_with(detail), "{}", reply.transcript());
            assert_eq!(reply.headers["content-type"], "application/problem+json");
        }
        assert!(house.ledger(STREET).await.is_empty(), "nothing was made");
    }

    async fn an_unknown_field_is_refused_where_people_sign_in(fresh) {
        let house = house(fresh).await;
        let reply = house.visitor().post("/session", json!({ "username": "a", "password": "b", "remember": true })).await.expect(400);
        assert!(reply.text("/detail").contains("remember"), "{}", reply.transcript());
    }

    async fn a_query_that_cannot_be_read_is_refused(fresh) {
        let house = house(fresh).await;
        let auditor = house.signed_in(PostKind::Auditor, DISTRICT).await;
        for query in ["limit=many", "cursor=%00", "cursor=bm9uc2Vuc2U"] {
            assert_eq!(auditor.get(&format!("/ledger?{query}")).await.expect(400).text("/code"), "malformed");
        }
    }

    async fn a_handler_that_breaks_keeps_its_reason_and_the_house_goes_on(fresh) {
        let house = house(fresh).await;
        let reply = house.visitor().get("/broken-things").await.expect(500);
        assert_eq!((reply.text("/code"), reply.text("/detail")), ("internal".into(), "系统出错，已记录，请凭请求编号联系管理员".into()));
        assert!(!String::from_utf8_lossy(&reply.bytes).contains("secret"));
        house.visitor().get("/session").await.expect(401);
    }
}
