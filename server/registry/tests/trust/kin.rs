//! Nobody looks up their own record, and a look at those one lives with is flagged.

use platform::PostKind;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::town::*;

/// The name under which a client signed in.
async fn username(of: &Client) -> String {
    of.get("/session").await.expect(200).text("/account/username")
}

fn link(username: &str, resident: Option<registry::ResidentId>) -> Json {
    json!({ "username": username, "resident": resident })
}

both_engines! {
    async fn nosy_colleague(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, STREET).await;
        let clerk = town.clerk().await;
        let name = username(&clerk).await;
        let _ = clerk.get(&card(town.wei)).await.expect(200);
        let _ = steward.put("/registry/staff-links", link(&name, Some(town.wei))).await.expect(204);

        // Her own record: not to be read, not to be found.
        let refused = town.entries("look:refused").await;
        let _ = clerk.get(&card(town.wei)).await.expect(403);
        assert_eq!(town.entries("look:refused").await, refused + 1, "the refusal is in the ledger");
        town.house.step_up(&clerk).await;
        let own = json!({ "group": "phone", "reason": "看看我的电话" });
        let _ = clerk.post(&format!("{}/reveal", card(town.wei)), own).await.expect(403);
        assert_eq!(names(&find(&clerk, "韦子涵").await.expect(200)), Vec::<String>::new());
        let _ = clerk.get(&format!("{}/provenance", card(town.wei))).await.expect(403);

        // Who lives with her: shown, and flagged once a day.
        for _ in 0..2 {
            let _ = clerk.get(&card(town.huang)).await.expect(200);
        }
        let _ = clerk.get(&card(town.qin)).await.expect(200);
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let alarms = leader.get("/look-alarms").await.expect(200);
        assert_eq!((alarms.text("/items/0/kind"), alarms.json["items"].as_array().unwrap().len()), ("relative".to_owned(), 1));
        let _ = find(&clerk, "覃莉").await.expect(200);
    }

    async fn a_link_is_somebody_elses_to_set_and_within_reach(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, STREET).await;
        let own = username(&steward).await;
        let _ = steward.put("/registry/staff-links", link(&own, Some(town.wei))).await.expect(403);
        let clerk = town.clerk().await;
        let name = username(&clerk).await;
        let _ = steward.put("/registry/staff-links", link(&name, Some(town.other))).await.expect(404);
        let _ = steward.put("/registry/staff-links", link("nobody", Some(town.wei))).await.expect(404);
        let _ = clerk.put("/registry/staff-links", link(&own, None)).await.expect(403);
        let _ = steward.put("/registry/staff-links", link(&name, Some(town.wei))).await.expect(204);
        let elsewhere = town.house.signed_in(PostKind::Steward, OTHER_STREET).await;
        let _ = elsewhere.put("/registry/staff-links", link(&name, None)).await.expect(403);
        let _ = steward.put("/registry/staff-links", link(&name, None)).await.expect(204);
        let _ = clerk.get(&card(town.wei)).await.expect(200);
    }
}
