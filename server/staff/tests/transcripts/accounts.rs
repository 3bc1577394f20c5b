//! Accounts: opened by an administrator, who reads no case.

use platform::PostKind;
use serde_json::json;
use store::{both_engines, row, sql, vals};

use crate::town::{DISTRICT, STREET, problems, town};

row! { struct Kept { body: String } }

sql! { KEPT = "SELECT body FROM answers WHERE street_id = $1 ORDER BY id LIMIT 10"; }

both_engines! {
    async fn an_account_is_opened_with_a_password_that_is_shown_and_nowhere_kept(fresh) {
        let town = town(fresh).await;
        let admin = town.admin.clone().with("idempotency-key", "one-click-of-mine");
        let body = json!({ "username": " Wei.Clerk ", "person_name": "韦受理" });
        let opened = admin.post("/staff/accounts", body.clone()).await.expect(201);
        assert_eq!(opened.text("/username"), "wei.clerk");
        let password = opened.text("/one_time_password");
        let again = admin.post("/staff/accounts", body).await.expect(201);
        assert_eq!(again.json, opened.json, "a second click shows the same password");
        let kept = town.house.app.read(|r| async move { Ok(r.query::<Kept>(&KEPT, &vals![DISTRICT]).await?) });
        let kept = kept.await.unwrap();
        assert!(kept.len() == 1 && !kept[0].body.contains(&password), "what is remembered is sealed");
        let _ = town.enter("wei.clerk", &password).await;
        assert!(town.house.ledger(DISTRICT).await.iter().filter(|entry| entry.starts_with("account:open")).count() > 1);
    }

    async fn a_username_is_free_and_well_made(fresh) {
        let town = town(fresh).await;
        let english = town.admin.clone().with("accept-language", "en");
        let wrong = json!({ "username": "13800001234", "person_name": "" });
        assert_eq!(problems(&town.admin.post("/staff/accounts", wrong.clone()).await.expect(422)), [
            "username: 账号须为 2 至 40 位小写字母、数字、点、横线或下划线，以字母开头",
            "person_name: 请填写",
        ]);
        assert_eq!(problems(&english.post("/staff/accounts", wrong).await.expect(422)), [
            "username: 2 to 40 lower-case letters, digits, dots, hyphens or underscores, beginning with a letter",
            "person_name: fill this in",
        ]);
        let _ = town.account("wei.clerk").await;
        let taken = english.post("/staff/accounts", json!({ "username": "WEI.clerk", "person_name": "韦某" })).await.expect(409);
        assert_eq!(taken.text("/detail"), "this username is taken");
    }

    async fn only_the_districts_administrator_opens_accounts_and_reads_no_case(fresh) {
        let town = town(fresh).await;
        let body = json!({ "username": "wei.clerk", "person_name": "韦受理" });
        let of_street = town.house.signed_in(PostKind::Admin, STREET).await;
        for stranger in [&town.steward, &town.own, &of_street] {
            let _ = stranger.post("/staff/accounts", body.clone()).await.expect(403);
        }
        let _ = town.house.visitor().post("/staff/accounts", body.clone()).await.expect(401);
        let _ = town.admin.post("/staff/accounts", body).await.expect(201);
        let (policy, admin) = (town.house.app.policy(), town.admin.caller.clone().unwrap());
        let rights = policy.rights(&admin);
        assert!(rights.contains(&"account:manage") && !rights.iter().any(|right| right.starts_with("order:")), "{rights:?}");
        assert!(policy.scope(&admin, "order:read", town.house.app.clock().now()).is_empty);
    }
}
