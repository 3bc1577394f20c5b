//! The first administrator.

use platform::bootstrap::make_code;
use serde_json::{Value, json};
use store::both_engines;

use crate::scene::{DISTRICT, HOUR, SENTENCE, bearing, house};

fn opening(code: &str, username: &str) -> Value {
    json!({ "code": code, "username": username, "password": SENTENCE })
}

both_engines! {
    async fn a_one_time_code_opens_one_administrator_and_signs_them_in(fresh) {
        let house = house(fresh).await;
        let code = make_code(&house.app).await.unwrap();
        let first = house.visitor().post("/session/bootstrap", opening(&code, "Root")).await.expect(200);
        assert_eq!((first.text("/account/username"), first.text("/post/kind"), first.text("/post/area")), ("root".into(), "admin".into(), "450204".into()));
        assert!(first.json["rights"].as_array().unwrap().contains(&json!("account:manage")));
        let seen = bearing(&house, &first).get("/session").await.expect(200);
        assert_eq!(seen.json["account"], first.json["account"]);
        let second = house.visitor().post("/session/bootstrap", opening(&code, "other")).await.expect(401);
        assert_eq!((second.text("/code"), second.text("/detail")), ("invalid_code".into(), "一次性代码无效或已过期".into()));
        assert!(platform::find_by_username(&house.app, "other").await.unwrap().is_none(), "nothing was opened");
        let told: Vec<String> = house.ledger(DISTRICT).await.iter().map(|entry| entry.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(told, ["account:bootstrap-code", "account:open", "staff:appoint", "session:open"]);
    }

    async fn a_code_is_good_for_a_day(fresh) {
        let house = house(fresh).await;
        let (early, late) = (make_code(&house.app).await.unwrap(), make_code(&house.app).await.unwrap());
        house.pass(24 * HOUR - 1);
        house.visitor().post("/session/bootstrap", opening(&early, "in-time")).await.expect(200);
        house.pass(1);
        let refused = house.visitor().with("accept-language", "en").post("/session/bootstrap", opening(&late, "too-late")).await.expect(401);
        assert_eq!(refused.text("/detail"), "the one-time code is wrong, used or too old");
    }

    async fn a_try_that_is_refused_does_not_spend_the_code(fresh) {
        let house = house(fresh).await;
        let code = make_code(&house.app).await.unwrap();
        let mut weak = opening(&code, "root");
        weak["password"] = json!("password1234");
        let refused = house.visitor().post("/session/bootstrap", weak).await.expect(422);
        assert_eq!(refused.json["fields"], json!([{ "field": "password", "detail": "这个密码太常见，很容易被猜到" }]));
        house.visitor().post("/session/bootstrap", opening("not-the-code", "root")).await.expect(401);
        house.visitor().post("/session/bootstrap", opening(&format!(" {code}\n"), "root")).await.expect(200);
        let taken = make_code(&house.app).await.unwrap();
        house.visitor().post("/session/bootstrap", opening(&taken, "ROOT")).await.expect(409);
        house.visitor().post("/session/bootstrap", opening(&taken, "second")).await.expect(200);
    }
}
