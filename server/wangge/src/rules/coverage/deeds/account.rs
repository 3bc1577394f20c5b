//! What a person does with their own account: signing in, stepping up, a password and an authenticator of their own.

use data_encoding::BASE32_NOPAD;
use serde_json::json;
use totp_rs::{Algorithm, Builder};

use super::super::town::bearing;
use super::Deeds;

const PASSWORD: &str = "雨天路滑，慢慢骑车到柳石路";

impl Deeds {
    pub(super) async fn what_a_person_does_with_their_account(&mut self, one_time: &str, post: &str) {
        let visitor = self.town.house.visitor();
        let signing = json!({ "username": "xin.chen", "password": one_time });
        let reply = self.post(&visitor, "POST /session", "/session", signing).await;
        let reply = bearing(&self.town.house, &reply).put("/session/post", json!({ "post_id": post })).await;
        let reply = self.did("PUT /session/post", reply).await;
        let person = bearing(&self.town.house, &reply);
        let again = json!({ "password": one_time });
        let reply = self.post(&person, "POST /session/step-up", "/session/step-up", again).await;
        let person = bearing(&self.town.house, &reply);
        let change = json!({ "current": one_time, "new": PASSWORD });
        self.post(&person, "POST /session/password", "/session/password", change).await;
        let secret =
            self.post(&person, "POST /session/totp", "/session/totp", json!({})).await.text("/secret");
        let reply = person.put("/session/totp", json!({ "code": self.shown(&secret) })).await;
        self.did("PUT /session/totp", reply).await;
        let reply = person.delete("/session").await;
        self.did("DELETE /session", reply).await;
        let code = platform::bootstrap::make_code(&self.town.house.app).await.unwrap();
        let first = json!({ "code": code, "username": "second.admin", "password": PASSWORD });
        self.post(&visitor, "POST /session/bootstrap", "/session/bootstrap", first).await;
    }

    /// What an authenticator shows now.
    fn shown(&self, secret: &str) -> String {
        let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(30)
            .with_secret(secret)
            .build()
            .unwrap();
        totp.generate(u64::try_from(self.town.house.app.clock().now().0 / 1000).unwrap()).to_string()
    }
}
