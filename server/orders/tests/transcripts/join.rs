//! Two reports of one case go on as one.

use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{Case, FAR, STREET, Town, cracked, town};

fn into(main: &Case) -> Json {
    json!({ "action": "join", "into": main.id })
}

/// The history of an order as words.
async fn acts(town: &Town, case: &Case) -> Vec<String> {
    let steps = town.desk.get(&format!("/orders/{}/steps", case.id)).await.expect(200);
    steps.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["action"].as_str().unwrap().to_owned())
        .collect()
}

both_engines! {
    async fn a_second_report_of_the_same_case_is_joined_with_one_step(fresh) {
        let town = town(fresh).await;
        let (main, second) = (town.reported().await, town.reported().await);
        assert_eq!(second.seen.text("/similar/0/id"), main.id);
        let joined = second.done(&town.desk, into(&main)).await;
        assert_eq!((joined.state(), joined.seen.text("/joined_into/id")), ("joined".into(), main.id.clone()));
        assert_eq!((joined.seen.json["clock"].clone(), joined.seen.json["actions"].clone()), (Json::Null, json!([])));
        let seen = main.read(&town.desk).await.expect(200);
        assert_eq!((seen.text("/followers"), seen.text("/version"), &seen.json["joined_into"]), ("1".into(), "1".into(), &Json::Null));
        assert_eq!(acts(&town, &main).await, ["report", "follow"]);
        assert_eq!(acts(&town, &joined).await, ["report", "join"]);
        let ledger = town.house.ledger(STREET).await;
        assert!(ledger.contains(&format!("order:join {}", joined.id)) && ledger.contains(&format!("order:follow {}", main.id)));
        let open = town.desk.get("/orders?view=to_accept").await.expect(200);
        assert_eq!(open.json["items"].as_array().unwrap().len(), 1);
    }

    async fn what_was_joined_stays_joined_and_a_chain_ends_at_the_last(fresh) {
        let town = town(fresh).await;
        let (first, second, third) = (town.reported().await, town.reported().await, town.reported().await);
        let joined = first.done(&town.desk, into(&second)).await;
        joined.tried(&town.desk, into(&third)).await.expect(409);
        third.tried(&town.desk, into(&joined)).await.expect(409);
        second.done(&town.desk, into(&third)).await;
        let (street, id) = (STREET, platform_id(&first));
        let main = town.house.app.read(move |r| async move {
            let order = orders::find(&r, street, id).await?.unwrap();
            orders::main_of(&r, order).await
        });
        assert_eq!(main.await.unwrap().wire_id().to_string(), third.id);
    }

    async fn it_is_joined_to_another_open_order_of_its_street(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        for wrong in [json!({ "action": "join" }), into(&case), json!({ "action": "join", "into": "ord_0000000000000000000" })] {
            let refused = case.tried(&town.desk, wrong).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), "into");
        }
        let other = town.reported().await;
        case.tried(&town.desk, json!({ "action": "accept", "standard_id": case.standard, "into": other.id })).await.expect(422);
        let mut far = cracked();
        far["point"] = json!(FAR);
        let neighbour = town.house.signed_in(platform::PostKind::Desk, crate::district::OTHER_STREET).await;
        let elsewhere = Case::of(neighbour.post("/orders", far).await.expect(201));
        case.tried(&town.desk, into(&elsewhere)).await.expect(422);
        let rejected = other.done(&town.desk, json!({ "action": "reject", "reason": "重复" })).await;
        case.tried(&town.desk, into(&rejected)).await.expect(409);
        case.tried(&town.worker, into(&town.reported().await)).await.expect(403);
    }

    async fn a_second_click_joins_once(fresh) {
        let town = town(fresh).await;
        let (main, second) = (town.reported().await, town.reported().await);
        let clicker = town.desk.clone().with("idempotency-key", "join-00001");
        for _ in 0..2 {
            let _ = second.tried(&clicker, into(&main)).await.expect(200);
        }
        assert_eq!(main.read(&town.desk).await.expect(200).text("/followers"), "1");
    }
}

fn platform_id(case: &Case) -> i64 {
    case.id.parse::<orders::OrderId>().unwrap().id
}
