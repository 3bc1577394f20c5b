//! What is refused, each once, in the caller's language; nothing changes.

use platform::PostKind;
use serde_json::{Value as Json, json};
use staff::open_organisation;
use store::both_engines;

use crate::town::{
    COMMUNITY, DISTRICT, OTHER_STREET, STREET, department, organisation, post_in, problems, town,
};

both_engines! {
    async fn wrong_fields_of_a_post_are_all_named_in_the_callers_language(fresh) {
        let town = town(fresh).await;
        let wrong = json!({ "kind": "mayor", "area": "4502", "organisation": "org_x", "title": { "zh": " ", "en": "x".repeat(81) } });
        let english = town.steward.clone().with("accept-language", "en");
        insta::assert_snapshot!(town.steward.post("/staff/posts", wrong.clone()).await.transcript());
        insta::assert_snapshot!(english.post("/staff/posts", wrong).await.transcript());
        let refused = async |body: Json| problems(&english.post("/staff/posts", body).await.expect(422));
        assert_eq!(refused(post_in("clerk", 450_204_099)).await, ["area: there is no such area in force"]);
        assert_eq!(refused(post_in("handler", DISTRICT)).await, ["organisation: a post of this kind belongs to an organisation"]);
        let mut elsewhere = post_in("clerk", OTHER_STREET);
        elsewhere["organisation"] = json!(organisation(town.office));
        assert_eq!(refused(elsewhere).await, ["organisation: the organisation is of another street than the post"]);
        let mut more = post_in("clerk", STREET);
        more["salary"] = json!(1);
        let _ = english.post("/staff/posts", more).await.expect(400);
        assert_eq!(town.acts(STREET).await.len() + town.acts(OTHER_STREET).await.len(), 2, "only the stewards' own tenures");
    }

    async fn an_appointment_names_a_post_a_person_and_a_day(fresh) {
        let town = town(fresh).await;
        let (post, _) = (town.clerk().await, town.account("wei.clerk").await);
        let english = town.own.clone().with("accept-language", "en");
        let nobody = json!({ "post": post, "username": "nobody" });
        let reply = town.own.post("/staff/tenures", nobody.clone()).await.expect(422);
        assert_eq!(problems(&reply), ["username: 没有这个账号，或已停用"]);
        let reply = english.post("/staff/tenures", nobody).await.expect(422);
        assert_eq!(problems(&reply), ["username: there is no such username in use"]);
        for day in ["2026-11-22T00:00:00Z", "2028-01-01T00:00:00Z"] {
            let reply = english.post("/staff/tenures", json!({ "post": post, "username": "wei.clerk", "from": day })).await;
            assert_eq!(problems(&reply.expect(422)), ["from: a tenure begins now or within a year"]);
        }
        for post in ["pst_x", "pst_0000000000000000001"] {
            let _ = english.post("/staff/tenures", json!({ "post": post, "username": "wei.clerk" })).await.expect(404);
            let _ = english.get(&format!("/staff/tenures?post={post}")).await.expect(404);
            let _ = english.delete(&format!("/staff/posts/{post}")).await.expect(404);
        }
        for tenure in ["7", "ten_0000000000000000001"] {
            let _ = english.delete(&format!("/staff/tenures/{tenure}")).await.expect(404);
        }
        assert_eq!(town.holders(&post).await, Some(0));
    }

    async fn only_who_keeps_the_lists_of_the_place_changes_its_posts(fresh) {
        let town = town(fresh).await;
        let (post, _) = (town.clerk().await, town.account("wei.clerk").await);
        let tenure = town.tenure(&post, "wei.clerk").await;
        let desk = town.house.signed_in(PostKind::Desk, STREET).await;
        let below = town.house.signed_in(PostKind::Steward, COMMUNITY).await;
        for stranger in [&town.other, &desk, &below] {
            let _ = stranger.post("/staff/posts", post_in("clerk", STREET)).await.expect(403);
            let appointed = stranger.post("/staff/tenures", json!({ "post": post, "username": "wei.clerk" })).await;
            let unknown = stranger.post("/staff/tenures", json!({ "post": post, "username": "nobody" })).await;
            assert_eq!(appointed.expect(403).text("/detail"), unknown.expect(403).text("/detail"), "no name is given away");
            let _ = stranger.delete(&format!("/staff/tenures/{tenure}")).await.expect(403);
            let _ = stranger.delete(&format!("/staff/posts/{post}")).await.expect(403);
            let _ = stranger.get(&format!("/staff/tenures?post={post}")).await.expect(200);
        }
        let visitor = town.house.visitor();
        let _ = visitor.post("/staff/posts", post_in("clerk", STREET)).await.expect(401);
        let _ = visitor.get("/staff/posts").await.expect(401);
        assert_eq!(town.holders(&post).await, Some(1));
    }

    async fn a_street_does_not_fill_posts_of_the_districts_departments(fresh) {
        let town = town(fresh).await;
        let _ = town.account("wei.handler").await;
        let mut body = post_in("handler", STREET);
        body["organisation"] = json!(organisation(town.unit));
        let _ = town.own.post("/staff/posts", body.clone()).await.expect(403);
        let post = town.steward.post("/staff/posts", body).await.expect(201).text("/id");
        let into = json!({ "post": post, "username": "wei.handler" });
        let _ = town.own.post("/staff/tenures", into.clone()).await.expect(403);
        let _ = town.own.delete(&format!("/staff/posts/{post}")).await.expect(403);
        let _ = town.steward.post("/staff/tenures", into).await.expect(201);
    }

    async fn nobody_decides_on_their_own_posts(fresh) {
        let town = town(fresh).await;
        let post = town.clerk().await;
        // The second to be signed in by the town.
        let reply = town.own.post("/staff/tenures", json!({ "post": post, "username": "steward-1" })).await.expect(403);
        assert_eq!(reply.text("/detail"), "本人的任职须由他人办理");
        let english = town.own.clone().with("accept-language", "en");
        let mine = english.get(&format!("/staff/posts?area={STREET}")).await.expect(200);
        let mine = mine.json["items"].as_array().unwrap().iter().find(|row| row["kind"] == "steward").cloned().unwrap();
        let mine = mine["id"].as_str().unwrap();
        let tenure = english.get(&format!("/staff/tenures?post={mine}")).await.expect(200).text("/items/0/id");
        let reply = english.delete(&format!("/staff/tenures/{tenure}")).await.expect(403);
        assert_eq!(reply.text("/detail"), "one's own posts are given and taken by others");
        let reply = english.delete(&format!("/staff/posts/{mine}")).await.expect(409);
        assert_eq!(reply.text("/detail"), "the post in use cannot be closed");
        let _ = town.steward.delete(&format!("/staff/tenures/{tenure}")).await.expect(204);
    }

    async fn who_keeps_the_lists_does_not_choose_administrators_or_auditors(fresh) {
        let town = town(fresh).await;
        let _ = town.account("wei.auditor").await;
        for kind in ["admin", "auditor"] {
            let _ = town.steward.post("/staff/posts", post_in(kind, DISTRICT)).await.expect(403);
            let post = town.admin.post("/staff/posts", post_in(kind, DISTRICT)).await.expect(201).text("/id");
            let into = json!({ "post": post, "username": "wei.auditor" });
            let _ = town.steward.post("/staff/tenures", into.clone()).await.expect(403);
            let _ = town.admin.post("/staff/tenures", into).await.expect(201);
            let _ = town.steward.delete(&format!("/staff/posts/{post}")).await.expect(403);
        }
    }

    async fn an_organisations_key_is_taken_once_in_each_street(fresh) {
        let town = town(fresh).await;
        let open = async |street| {
            let verb = move |w| async move { open_organisation(&w, department("water", street)).await };
            town.house.app.write(&town.steward.call(), DISTRICT, verb).await
        };
        assert_eq!(open(None).await.unwrap_err().status(), 409);
        open(Some(STREET)).await.unwrap();
        assert_eq!(open(Some(STREET)).await.unwrap_err().status(), 409);
        let verb = |w| async move { open_organisation(&w, department("fire", None)).await };
        assert_eq!(town.house.app.write(&town.own.call(), DISTRICT, verb).await.unwrap_err().status(), 403);
    }
}
