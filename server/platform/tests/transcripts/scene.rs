//! A house with the floor and one small room of things, and people who can sign in to it.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::State;
use axum::routing::{get, post};
use platform::posts::{self, Post, PostId};
use platform::testing::{Client, House, Reply};
use platform::{App, Call, Error, Json, Millis, PostKind, Room};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::testing::Fresh;
use utoipa_axum::router::OpenApiRouter;

use crate::jobs::handlers;

pub const DISTRICT: i64 = 450_204;
pub const STREET: i64 = 450_204_006;
pub const OTHER_STREET: i64 = 450_204_007;
pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
/// A password that no rule objects to.
pub const SENTENCE: &str = "八点半开早会，别忘带钥匙";

/// The counter of things in each street.
const THINGS: i64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Made {
    nth: i64,
    name: String,
}

/// Makes a thing: one number, one entry, one piece of news.
async fn make(State(app): State<App>, call: Call, Json(body): Json<Thing>) -> Result<Json<Made>, Error> {
    let street = call.caller()?.post.street();
    let name = body.name.clone();
    let made = app.once(&call, street, &body, move |w| async move {
        let nth = w.next_value(THINGS).await?;
        w.record("thing:make", nth, json!({}));
        w.announce("thing", nth, street, &json!({ "nth": nth }));
        Ok(Made { nth, name })
    });
    made.await.map(Json)
}

/// Changes something and says nothing to the ledger.
async fn make_silently(State(app): State<App>, call: Call) -> Result<Json<i64>, Error> {
    let street = call.caller()?.post.street();
    let nth = app.write(&call, street, |w| async move { w.next_value(THINGS).await });
    nth.await.map(Json)
}

/// Something that is shown only to whoever has just shown who they are.
async fn show_sensitive(State(app): State<App>, call: Call) -> Result<Json<i64>, Error> {
    call.require_step_up(app.clock().now()).map(|()| Json(1))
}

async fn break_down() -> Json<i64> {
    panic!("the secret reason")
}

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/things", post(make))
        .route("/silent-things", post(make_silently))
        .route("/sensitive-things", get(show_sensitive))
        .route("/broken-things", get(break_down))
}

pub fn rooms() -> Vec<Room> {
    vec![platform::room(), Room { name: "things", migrations: &[], router, outside: None, jobs: handlers() }]
}

pub async fn house(fresh: Fresh) -> House {
    House::open(fresh, rooms()).await
}

/// Somebody with an account.
pub struct Person {
    pub username: String,
    pub account: i64,
    /// Posts and tenures, the oldest first.
    pub posts: Vec<(PostId, i64)>,
}

/// Opens an account with [`SENTENCE`] as its password, in these posts.
pub async fn person(house: &House, held: &[(PostKind, i64)]) -> Person {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let username = format!("zhang.{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let hash = platform::hash_password(&house.app, &username, SENTENCE).await.unwrap();
    let (name, held) = (username.clone(), held.to_vec());
    let call = Call::program("test");
    let opened = house.app.write(&call, DISTRICT, move |w| async move {
        let account = platform::open_account(&w, &name, "张测试", hash).await?;
        let mut posts = Vec::new();
        for (kind, area) in held {
            let post = Post {
                id: w.id(),
                version: 1,
                kind,
                area,
                organisation_id: None,
                title_zh: kind.to_string(),
                title_en: kind.to_string(),
                place_zh: area.to_string(),
                place_en: area.to_string(),
                valid_from: Millis(0),
                valid_to: None,
            };
            w.insert(&post).await?;
            posts.push((PostId::shared(post.id), posts::appoint(&w, post.id, account, Millis(0)).await?));
        }
        Ok((account, posts))
    });
    let (account, posts) = opened.await.unwrap();
    Person { username, account, posts }
}

impl Person {
    /// Tries to sign in.
    pub async fn tries(&self, by: &Client, password: &str) -> Reply {
        by.post("/session", json!({ "username": self.username, "password": password })).await
    }

    pub async fn signs_in(&self, house: &House) -> Client {
        bearing(house, &self.tries(&house.visitor(), SENTENCE).await.expect(200))
    }
}

/// The cookie that an answer set, as a browser sends it back.
pub fn cookie(reply: &Reply) -> String {
    let set = reply.headers["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// A browser that keeps the cookie of an answer.
pub fn bearing(house: &House, reply: &Reply) -> Client {
    house.visitor().with("cookie", &cookie(reply))
}

/// What an answer says, without what differs in every request.
pub fn said(reply: &Reply) -> serde_json::Value {
    let mut said = reply.json.clone();
    said.as_object_mut().unwrap().remove("request_id");
    said
}
