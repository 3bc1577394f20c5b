//! Rights hang on the post in use, for as long as it is held.

use platform::{Call, PostKind, posts};
use serde_json::json;
use store::both_engines;

use crate::scene::{DISTRICT, SECOND, SENTENCE, STREET, bearing, cookie, house, person};

both_engines! {
    async fn switching_posts_changes_rights_and_token(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Desk, STREET), (PostKind::Auditor, DISTRICT)]).await;
        let before = person.tries(&house.visitor(), SENTENCE).await.expect(200);
        let desk = bearing(&house, &before);
        assert_eq!(before.text("/post/kind"), "desk");
        desk.get("/ledger").await.expect(403);
        let switched = desk.put("/session/post", json!({ "post_id": person.posts[1].0 })).await.expect(200);
        assert_eq!((switched.text("/post/kind"), switched.text("/post/id")), ("auditor".into(), person.posts[1].0.to_string()));
        assert_ne!(cookie(&before), cookie(&switched));
        desk.get("/session").await.expect(401);
        bearing(&house, &switched).get("/ledger").await.expect(200);
        let again = person.tries(&house.visitor(), SENTENCE).await.expect(200);
        assert_eq!(again.text("/post/kind"), "auditor", "a new session goes on in the post that was used last");
    }

    async fn only_a_post_that_one_holds_can_be_used(fresh) {
        let house = house(fresh).await;
        let (mine, other) = (person(&house, &[(PostKind::Desk, STREET)]).await, person(&house, &[(PostKind::Admin, DISTRICT)]).await);
        let browser = mine.signs_in(&house).await;
        browser.put("/session/post", json!({ "post_id": other.posts[0].0 })).await.expect(404);
        browser.put("/session/post", json!({ "post_id": "pst_nonsense" })).await.expect(400);
        assert_eq!(browser.get("/session").await.expect(200).text("/post/kind"), "desk", "the session goes on");
    }

    async fn a_relieved_person_keeps_their_account_and_no_right(fresh) {
        let house = house(fresh).await;
        let person = person(&house, &[(PostKind::Auditor, DISTRICT), (PostKind::Desk, STREET)]).await;
        let browser = person.signs_in(&house).await;
        browser.get("/ledger").await.expect(200);
        let tenure = person.posts[0].1;
        let call = Call::program("test");
        let relieved = house.app.write(&call, DISTRICT, move |w| async move { posts::relieve(&w, tenure, w.now()).await });
        relieved.await.unwrap();
        house.pass(2 * SECOND);
        browser.get("/ledger").await.expect(401);
        let left = browser.get("/session").await.expect(200);
        assert_eq!((left.text("/post"), left.text("/rights")), ("null".into(), "[]".into()));
        assert_eq!((left.text("/posts/0/kind"), left.json["posts"].as_array().unwrap().len()), ("desk".into(), 1));
        browser.put("/session/post", json!({ "post_id": person.posts[0].0 })).await.expect(404);
        let moved = browser.put("/session/post", json!({ "post_id": person.posts[1].0 })).await.expect(200);
        bearing(&house, &moved).post("/things", json!({ "name": "x" })).await.expect(200);
    }

    async fn somebody_without_a_post_signs_in_and_may_do_nothing(fresh) {
        let house = house(fresh).await;
        let browser = person(&house, &[]).await.signs_in(&house).await;
        let seen = browser.get("/session").await.expect(200);
        assert_eq!((seen.text("/post"), seen.text("/posts"), seen.text("/rights")), ("null".into(), "[]".into(), "[]".into()));
        browser.post("/things", json!({ "name": "x" })).await.expect(401);
    }
}
