//! Whoever reported what was joined to another order follows along.

use serde_json::json;
use store::both_engines;

use crate::resident::{Resident, case, closed, cracked, dispatched, told, town};

both_engines! {
    async fn the_page_of_a_joined_number_shows_how_the_other_goes_on(fresh) {
        let town = town(fresh).await;
        let (main, second) = (Resident::reporting(&town, cracked()).await, Resident::reporting(&town, cracked()).await);
        let into = case(&town, &main).await.id;
        case(&town, &second).await.done(&town.desk, json!({ "action": "join", "into": into })).await;
        dispatched(&town, &main).await;
        let page = second.by_token().await.expect(200);
        assert_eq!((page.text("/number"), page.text("/state"), page.text("/responsible/zh")), (second.number.clone(), "dispatched".into(), "城市管理局".into()));
        assert_eq!(told(&page, "zh"), ["街道收到了您反映的问题", "与另一件反映同一问题，合并办理", "已受理", "已交城市管理局办理"]);
        assert!(!page.json.to_string().contains(&main.number), "the other's number stays the other's");
        assert_eq!(second.by_tail(crate::resident::TAIL).await.expect(200).text("/state"), "dispatched");
    }

    async fn the_end_and_its_picture_are_shown_and_urging_reaches_the_other(fresh) {
        let town = town(fresh).await;
        let (main, second) = (Resident::reporting(&town, cracked()).await, Resident::reporting(&town, cracked()).await);
        let into = case(&town, &main).await.id;
        case(&town, &second).await.done(&town.desk, json!({ "action": "join", "into": into })).await;
        let urged = second.client.post(&second.path("/urge"), second.proof()).await.expect(200);
        assert_eq!(urged.text("/can_urge"), "false");
        let remarks = town.desk.get(&format!("/orders/{into}/comments")).await.expect(200);
        assert_eq!(remarks.json["items"].as_array().unwrap().len(), 1);
        closed(&town, &main).await;
        let page = second.by_token().await.expect(200);
        assert_eq!((page.text("/state"), page.text("/can_rate")), ("closed".into(), "false".into()));
        let picture = page.text("/after/0/id");
        second.client.get(&second.path(&format!("/files/{picture}?token={}", second.token))).await.expect(200);
        second.client.post(&second.path("/rating"), json!({ "token": second.token, "stars": 5 })).await.expect(409);
    }
}

both_engines! {
    async fn a_neighbour_says_once_that_it_is_the_same_trouble(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let place = format!("/public/nearby?lon={}&lat={}", crate::district::HERE[0], crate::district::HERE[1]);
        let visitor = town.house.visitor();
        let near = visitor.get(&place).await.expect(200);
        assert_eq!(near.text("/items/0/followers"), "0");
        let mark = near.text("/items/0/mark");
        let other = visitor.clone().with("x-forwarded-for", "203.0.113.7");
        for (neighbour, count) in [(&visitor, "1"), (&visitor, "1"), (&other, "2")] {
            let followed = neighbour.post("/public/nearby/follow", json!({ "mark": mark })).await.expect(200);
            assert_eq!(followed.text("/followers"), count);
        }
        assert_eq!(case(&town, &resident).await.seen.text("/followers"), "2");
        visitor.post("/public/nearby/follow", json!({ "mark": format!("{mark}x") })).await.expect(404);
        town.house.pass(3_600_000);
        visitor.post("/public/nearby/follow", json!({ "mark": mark })).await.expect(404);
    }
}
