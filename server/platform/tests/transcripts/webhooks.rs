//! Events on their way to other systems.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use platform::PostKind;
use platform::testing::{Client, House};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use store::both_engines;

use crate::feed::happen;
use crate::scene::{DISTRICT, HOUR, MINUTE, OTHER_STREET, SECOND, STREET, house};

/// What somebody was sent: id, timestamp, signature, body.
type Letter = (String, String, String, String);

/// A receiver on this machine that answers as it is told, and 204 otherwise.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Letter>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let letter = (
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
        String::from_utf8(body.to_vec()).unwrap(),
    );
    receiver.got.lock().unwrap().push(letter);
    StatusCode::from_u16(receiver.answers.lock().unwrap().pop_front().unwrap_or(204)).unwrap()
}

impl Receiver {
    /// Listens, and gives back its address.
    async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/in", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/in")
    }

    fn answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// The orders that it was told about since it was last asked.
    fn heard(&self) -> Vec<String> {
        let letters: Vec<Letter> = self.got.lock().unwrap().drain(..).collect();
        let subject =
            |body: &str| serde_json::from_str::<Json>(body).unwrap()["subject"].as_str().unwrap().to_owned();
        letters.iter().map(|(.., body)| subject(body)).collect()
    }
}

/// A webhook of a street, and its secret.
async fn open(admin: &Client, url: &str, street: i64, types: &[&str]) -> (String, String) {
    let body = json!({ "url": url, "street": street.to_string(), "types": types });
    let made = admin.post("/webhooks", body).await.expect(201);
    (made.text("/webhook/id"), made.text("/secret"))
}

async fn shown(admin: &Client, id: &str) -> Json {
    let list = admin.get("/webhooks").await.expect(200);
    list.json["items"].as_array().unwrap().iter().find(|hook| hook["id"] == id).cloned().unwrap_or_default()
}

async fn deliver(house: &House, after: i64) -> usize {
    house.pass(after);
    house.app.deliver_once().await.unwrap()
}

both_engines! {
    async fn an_event_is_sent_in_order_and_signed_as_the_standard_says(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        happen(&house, STREET, "order:accept", "ord_before").await;
        let (id, secret) = open(&admin, &receiver.listen().await, DISTRICT, &[]).await;
        for (street, order) in [(STREET, "ord_a"), (OTHER_STREET, "ord_b"), (STREET, "ord_c")] {
            happen(&house, street, "order:accept", order).await;
        }
        assert_eq!(deliver(&house, 0).await, 3);
        let (event, timestamp, signature, body) = receiver.got.lock().unwrap()[0].clone();
        assert_eq!(receiver.heard(), ["ord_a", "ord_b", "ord_c"], "nothing from before it was made");
        let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{event}.{timestamp}.{body}").as_bytes());
        assert_eq!(signature, format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())));
        assert_eq!((timestamp.as_str(), serde_json::from_str::<Json>(&body).unwrap()["id"].as_str()), ("1795395600", Some(event.as_str())));
        assert_eq!(deliver(&house, SECOND).await, 0, "each once");
        let told = admin.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
        assert_eq!((told.text("/items/0/state"), told.text("/items/0/status"), told.text("/items/2/event")), ("delivered".to_owned(), "204".to_owned(), event));
        assert!(!told.transcript().contains(&secret) && !shown(&admin, &id).await.to_string().contains("whsec"));
    }

    async fn only_what_was_asked_for_is_sent(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        let url = receiver.listen().await;
        open(&admin, &url, STREET, &["order:close", "order:close"]).await;
        for (street, action) in [(STREET, "order:accept"), (OTHER_STREET, "order:close"), (STREET, "order:close")] {
            happen(&house, street, action, "ord_a").await;
        }
        assert_eq!((deliver(&house, 0).await, receiver.heard().len()), (1, 1));
        let wrong = json!({ "url": "ftp://a", "types": ["dispatch!"] });
        let refused = admin.post("/webhooks", wrong).await.expect(422);
        assert_eq!((refused.text("/fields/0/field"), refused.text("/fields/1/field")), ("url".to_owned(), "types".to_owned()));
    }

    async fn a_refusal_is_tried_again_with_growing_pauses_and_holds_back_what_follows(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        let (id, _) = open(&admin, &receiver.listen().await, STREET, &[]).await;
        happen(&house, STREET, "order:accept", "ord_a").await;
        happen(&house, STREET, "order:dispatch", "ord_b").await;
        receiver.answer(&[500, 301]);
        assert_eq!((deliver(&house, 0).await, receiver.heard()), (0, vec!["ord_a".to_owned()]));
        assert_eq!(deliver(&house, 3 * SECOND).await, 0);
        assert_eq!(receiver.heard().len(), 0, "it rests for about five seconds");
        assert_eq!((deliver(&house, 4 * SECOND).await, receiver.heard()), (0, vec!["ord_a".to_owned()]), "a redirect is not followed");
        assert_eq!(deliver(&house, 7 * SECOND).await, 0);
        assert_eq!(receiver.heard().len(), 0, "and then for about twenty");
        let failing = shown(&admin, &id).await;
        assert!(failing["failing_at"].is_string() && failing["next_at"].is_string() && failing["paused_at"].is_null(), "{failing}");
        assert_eq!((deliver(&house, MINUTE).await, receiver.heard()), (2, vec!["ord_a".to_owned(), "ord_b".to_owned()]));
        let told = admin.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
        assert_eq!((told.text("/items/1/tries"), told.text("/items/0/tries")), ("3".to_owned(), "1".to_owned()));
        assert!(shown(&admin, &id).await["failing_at"].is_null());
    }

    async fn a_webhook_that_takes_nothing_for_days_is_paused_and_goes_on_where_it_stood(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        let url = receiver.listen().await;
        let (id, _) = open(&admin, "http://127.0.0.1:9/in", STREET, &[]).await;
        happen(&house, STREET, "order:accept", "ord_a").await;
        let mut days = 0;
        while shown(&house.signed_in_again(&admin).await, &id).await["paused_at"].is_null() {
            deliver(&house, 7 * HOUR).await;
            days += 1;
            assert!(days < 20, "it never gives up");
        }
        let admin = house.signed_in_again(&admin).await;
        assert_eq!(shown(&admin, &id).await["paused_because"], "failing");
        assert!(house.ledger(STREET).await.contains(&format!("webhook:pause {id}")));
        let told = admin.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
        assert_eq!((told.text("/items/0/state"), told.text("/items/0/problem")), ("waiting".to_owned(), "unreachable".to_owned()));
        happen(&house, STREET, "order:dispatch", "ord_b").await;
        let version = shown(&admin, &id).await["version"].clone();
        let on = admin.clone().with("if-match", &format!("\"{version}\""));
        let _ = on.patch(&format!("/webhooks/{id}"), json!({ "url": url, "paused": false })).await.expect(200);
        let _ = on.patch(&format!("/webhooks/{id}"), json!({ "paused": true })).await.expect(409);
        assert_eq!(deliver(&house, 0).await + deliver(&house, 0).await, 2);
        assert_eq!(receiver.heard(), ["ord_a", "ord_b"], "nothing was lost");
    }

    async fn a_receiver_that_is_gone_is_left_alone_at_once(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        let (id, _) = open(&admin, &receiver.listen().await, STREET, &[]).await;
        happen(&house, STREET, "order:accept", "ord_a").await;
        receiver.answer(&[410]);
        assert_eq!((deliver(&house, 0).await, shown(&admin, &id).await["paused_because"].clone()), (0, json!("gone")));
    }

    async fn a_replay_sends_the_same_events_again_under_the_same_ids(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        let (id, _) = open(&admin, &receiver.listen().await, DISTRICT, &[]).await;
        for (street, order) in [(STREET, "ord_a"), (OTHER_STREET, "ord_b"), (STREET, "ord_c")] {
            happen(&house, street, "order:accept", order).await;
        }
        assert_eq!(deliver(&house, 0).await, 3);
        let first = receiver.got.lock().unwrap().clone();
        receiver.heard();
        let told = admin.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
        let replay = format!("/webhooks/{id}/replay");
        let _ = admin.post(&replay, json!({ "after": told.text("/items/0/cursor") })).await.expect(200);
        assert_eq!(deliver(&house, SECOND).await, 1);
        assert_eq!(receiver.got.lock().unwrap()[0].0, first[2].0, "the receiver knows it by its id");
        assert_eq!(receiver.heard(), ["ord_c"], "the other street stays where it was");
        let _ = admin.post(&replay, json!({})).await.expect(200);
        assert_eq!((deliver(&house, SECOND).await, receiver.heard().len()), (3, 3));
        let _ = admin.post(&replay, json!({ "after": "nonsense" })).await.expect(400);
        let _ = admin.delete(&format!("/webhooks/{id}")).await.expect(204);
        let _ = admin.post(&replay, json!({})).await.expect(404);
        happen(&house, STREET, "order:accept", "ord_d").await;
        assert_eq!((deliver(&house, SECOND).await, receiver.heard().len()), (0, 0));
    }

    async fn what_was_written_down_survives_the_program(fresh) {
        let house = house(fresh).await;
        let (admin, receiver) = (house.signed_in(PostKind::Admin, DISTRICT).await, Receiver::default());
        open(&admin, &receiver.listen().await, STREET, &[]).await;
        happen(&house, STREET, "order:accept", "ord_a").await;
        receiver.answer(&[503]);
        assert_eq!(deliver(&house, 0).await, 0);
        let clock = platform::Clock::still_at(house.app.clock().now().plus(MINUTE));
        let again = platform::assemble(house.app.config().clone(), clock, platform::Chance::seeded(5), &crate::scene::rooms()).await.unwrap();
        assert_eq!(again.deliver_once().await.unwrap(), 1);
        assert_eq!(receiver.heard(), ["ord_a", "ord_a"]);
    }

    async fn webhooks_are_managed_where_they_lie(fresh) {
        let house = house(fresh).await;
        let (district, street) = (house.signed_in(PostKind::Admin, DISTRICT).await, house.signed_in(PostKind::Admin, STREET).await);
        let other = house.signed_in(PostKind::Admin, OTHER_STREET).await;
        let (id, _) = open(&street, "http://127.0.0.1:9/", STREET, &[]).await;
        assert!(shown(&district, &id).await.is_object() && shown(&street, &id).await.is_object());
        assert!(shown(&other, &id).await.is_null());
        let _ = other.get(&format!("/webhooks/{id}/deliveries")).await.expect(403);
        let _ = street.post("/webhooks", json!({ "url": "http://127.0.0.1:9/", "street": DISTRICT.to_string() })).await.expect(403);
        let _ = house.signed_in(PostKind::Desk, STREET).await.get("/webhooks").await.expect(403);
    }
}
