//! What each kind of post sees in its lists.

use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::district::{
    ACROSS, COMMUNITY, Case, DISTRICT, FAR, OTHER_GRID, OTHER_STREET, STREET, Town, cracked, town,
};

/// One order in each of three places.
async fn three(town: &Town) -> [Case; 3] {
    let at = |point: [f64; 2]| {
        let mut body = cracked();
        body["point"] = json!(point);
        body
    };
    let other = town.house.signed_in(PostKind::Desk, OTHER_STREET).await;
    let here = town.reported().await;
    let across = Case::of(town.desk.post("/orders", at(ACROSS)).await.expect(201));
    let far = Case::of(other.post("/orders", at(FAR)).await.expect(201));
    [here, across, far]
}

both_engines! {
    async fn a_list_shows_what_the_post_may_read(fresh) {
        let town = town(fresh).await;
        let [here, across, far] = three(&town).await;
        let all = [&here.id, &across.id, &far.id];
        for (kind, area, sees) in [
            (PostKind::Desk, STREET, vec![0, 1]),
            (PostKind::Chief, DISTRICT, vec![0, 1, 2]),
            (PostKind::Leader, OTHER_STREET, vec![2]),
            (PostKind::CommunityHead, COMMUNITY, vec![0]),
            (PostKind::GridWorker, OTHER_GRID, vec![1]),
            (PostKind::Clerk, STREET, vec![0, 1]),
            (PostKind::Inspector, OTHER_STREET, vec![2]),
            (PostKind::Handler, DISTRICT, vec![]),
            (PostKind::Admin, DISTRICT, vec![]),
            (PostKind::Auditor, DISTRICT, vec![]),
            (PostKind::Steward, DISTRICT, vec![]),
        ] {
            let post = town.house.signed_in_for(kind, area, Some(town.unit)).await;
            let list = post.get("/orders?sort=newest").await.expect(200);
            let seen: Vec<&str> = list.json["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
            let expected: Vec<&str> = sees.iter().rev().map(|nth| all[*nth].as_str()).collect();
            assert_eq!(seen, expected, "{kind} of {area}");
            for (nth, id) in all.iter().enumerate() {
                let status = if sees.contains(&nth) { 200 } else { 404 };
                let _ = post.get(&format!("/orders/{id}")).await.expect(status);
            }
        }
    }

    async fn a_unit_sees_what_is_with_it_in_every_street(fresh) {
        let town = town(fresh).await;
        let sent = town.dispatched().await;
        town.reported().await;
        let other = town.house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await;
        let list = town.handler.get("/orders?view=to_handle").await.expect(200);
        assert_eq!(list.text("/items/0/id"), sent.id);
        assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
        assert_eq!(other.get("/orders?view=to_handle").await.expect(200).json["items"], json!([]));
        let _ = sent.read(&other).await.expect(404);
        assert_eq!(town.handler.get("/orders/counts").await.expect(200).json["to_handle"], 1);
    }

    async fn filters_narrow_and_never_widen(fresh) {
        let town = town(fresh).await;
        let [here, across, _] = three(&town).await;
        let ids = |reply: platform::testing::Reply| -> Vec<String> {
            reply.json["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
        };
        let list = |query: &str| { let (desk, path) = (town.desk.clone(), format!("/orders?{query}")); async move { desk.get(&path).await.expect(200) } };
        assert_eq!(ids(list("area=450204006004").await), [across.id.as_str()]);
        assert_eq!(ids(list("area=450204007").await), Vec::<String>::new());
        assert_eq!(ids(list("class=p0102").await), Vec::<String>::new());
        assert_eq!(ids(list("q=%E7%9F%B3%E8%B7%AF").await).len(), 2, "words of the address");
        assert_eq!(ids(list("q=100%25").await), Vec::<String>::new());
        assert_eq!(ids(list(&format!("view=closed&q={}", here.seen.text("/number").to_lowercase())).await), [here.id.as_str()], "a number finds its order in any view");
        let worker = ids(town.worker.get("/orders?area=450204006").await.expect(200));
        assert_eq!(worker, [here.id.as_str()]);
        let _ = town.desk.get("/orders?area=12").await.expect(400);
        let _ = town.desk.get("/orders?view=all").await.expect(400);
        let _ = town.desk.get("/orders?cursor=zz").await.expect(400);
    }
}
