//! The house on a fresh database with a clock that stands still: tests read like transcripts.
//!
//! ```ignore
//! let house = House::open(fresh, rooms()).await;
//! let desk = house.signed_in(PostKind::Desk, 450_204_006).await;
//! let reply = desk.post("/orders", json!({ … })).await;
//! insta::assert_snapshot!(reply.transcript());
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use serde_json::Value as Json;
use store::testing::Fresh;
use store::{Place, vals};
use tower::ServiceExt;

use crate::app::App;
use crate::assembly::assemble;
use crate::call::Call;
use crate::clock::{Clock, Millis};
use crate::config::Config;
use crate::error::Error;
use crate::ids::first_at;
use crate::policy::{Caller, PostInUse, PostKind};
use crate::posts::{self, Post};
use crate::room::Room;
use crate::secret::Chance;
use crate::{accounts, http, sign_in};

/// Monday 2026-11-23 09:00 in Beijing, a workday.
pub const MONDAY_NINE: Millis = Millis(1_795_395_600_000);

/// One running program on a database of its own.
pub struct House {
    pub app: App,
    pub router: Router,
    people: AtomicU64,
    folder: std::path::PathBuf,
    /// The database lives as long as the house.
    _fresh: Fresh,
}

impl Drop for House {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl House {
    /// Assembles `rooms`, the floor among them, with a cheap password cost.
    ///
    /// # Panics
    /// When anything cannot be opened: a test cannot go on then.
    pub async fn open(fresh: Fresh, rooms: Vec<Room>) -> Self {
        Self::open_with(fresh, rooms, |_| {}).await
    }

    /// The same, with a configuration of the test's own.
    ///
    /// # Panics
    /// When anything cannot be opened.
    #[expect(clippy::unwrap_used, reason = "a test that cannot set up must stop")]
    pub async fn open_with(fresh: Fresh, rooms: Vec<Room>, change: impl FnOnce(&mut Config)) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wangge-house-{}-{nth}", std::process::id()));
        let mut config = Config::read(None, std::iter::empty()).unwrap();
        config.data.dir.clone_from(&folder);
        config.data.store = match &fresh.place {
            Place::Sqlite(path) => Place::Sqlite(path.with_extension("house.db")),
            other => other.clone(),
        };
        config.password.memory_kib = 8;
        config.password.passes = 1;
        config.limits.public_per_minute = 100_000;
        config.limits.reports_per_hour = 100_000;
        config.limits.system_per_minute = 100_000;
        config.webhooks.private = true;
        config.fusion.hosts = vec!["127.0.0.1".to_owned()];
        config.fusion.pull_seconds = 1;
        change(&mut config);
        let app = assemble(config, Clock::still_at(MONDAY_NINE), Chance::seeded(11), &rooms).await.unwrap();
        let router = http::server(app.clone(), &rooms).unwrap();
        Self { app, router, people: AtomicU64::new(0), folder, _fresh: fresh }
    }

    /// Moves the clock on.
    pub fn pass(&self, milliseconds: i64) {
        self.app.clock().set(self.app.clock().now().plus(milliseconds));
    }

    /// Somebody new in a new post of this kind, signed in.
    pub async fn signed_in(&self, kind: PostKind, area: i64) -> Client {
        self.signed_in_for(kind, area, None).await
    }

    /// The same, in a post of an organisation.
    ///
    /// # Panics
    /// When the account cannot be opened.
    #[expect(clippy::unwrap_used, reason = "a test that cannot set up must stop")]
    pub async fn signed_in_for(&self, kind: PostKind, area: i64, organisation: Option<i64>) -> Client {
        let nth = self.people.fetch_add(1, Ordering::Relaxed);
        let username = format!("{kind}-{nth}");
        let app = self.app.clone();
        let opened = app
            .write(&Call::program("test"), area, move |w| async move {
                let account = accounts::open(&w, &username, "测试员", String::new()).await?;
                let post = Post {
                    id: w.id(),
                    version: 1,
                    kind,
                    area,
                    organisation_id: organisation,
                    title_zh: kind.to_string(),
                    title_en: kind.to_string(),
                    place_zh: area.to_string(),
                    place_en: area.to_string(),
                    valid_from: Millis(0),
                    valid_to: None,
                };
                w.insert(&post).await?;
                posts::appoint(&w, post.id, account, Millis(0)).await?;
                let held = posts::held_in(&w, account).await?;
                let opened = sign_in::open(&w, account, held.first()).await?;
                let caller = Caller {
                    account,
                    post: PostInUse { id: post.id, kind, area, organisation, not_after: None },
                };
                Ok::<_, Error>((opened.token, caller))
            })
            .await
            .unwrap();
        Client {
            router: self.router.clone(),
            token: Some(opened.0.into()),
            caller: Some(opened.1),
            headers: HeaderMap::new(),
        }
    }

    /// The same person in the same post, in a session that begins now: for tests in which much time passes.
    ///
    /// # Panics
    /// When the client holds no post.
    #[expect(clippy::unwrap_used, reason = "a test's own mistake")]
    pub async fn signed_in_again(&self, client: &Client) -> Client {
        let account = client.caller.as_ref().unwrap().account;
        let call = Call::program("test");
        let opened = self.app.write(&call, self.app.district(), move |w| async move {
            let held = posts::held_in(&w, account).await?;
            sign_in::open(&w, account, held.first()).await
        });
        Client { token: Some(opened.await.unwrap().token.into()), ..client.clone() }
    }

    /// Lets a session count as stepped up from now on, as a right password would.
    ///
    /// # Panics
    /// When nobody is signed in.
    #[expect(clippy::unwrap_used, reason = "a test's own mistake")]
    pub async fn step_up(&self, client: &Client) {
        store::sql! {
            RAISE = "UPDATE sessions SET stepped_up_at = $2 WHERE token_hash = $1";
        }
        let hash = crate::sessions::hash(client.token.as_deref().unwrap());
        let now = self.app.clock().now();
        let raised =
            self.app.store().write(move |tx| async move { tx.exec(&RAISE, &vals![hash, now]).await });
        raised.await.unwrap();
        self.app.recent().clear();
    }

    /// Somebody without an account.
    pub fn visitor(&self) -> Client {
        Client { router: self.router.clone(), token: None, caller: None, headers: HeaderMap::new() }
    }

    /// The actions that the ledger holds, oldest first, as `action subject`.
    ///
    /// # Panics
    /// When the ledger cannot be read.
    #[expect(clippy::unwrap_used, reason = "a test that cannot look must stop")]
    pub async fn ledger(&self, street: i64) -> Vec<String> {
        store::sql! {
            ENTRIES = "SELECT action, subject FROM ledger_entries WHERE street_id = $1 AND id >= $2 ORDER BY id LIMIT 10000";
        }
        let first = first_at(Millis(0));
        let rows: Vec<(String, String)> = self
            .app
            .read(move |r| async move { Ok(r.query(&ENTRIES, &vals![street, first]).await?) })
            .await
            .unwrap();
        rows.into_iter().map(|(action, subject)| format!("{action} {subject}")).collect()
    }
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<Arc<str>>,
    /// The post in use, for tests that call verbs directly.
    pub caller: Option<Caller>,
    headers: HeaderMap,
}

impl Client {
    /// The same person, sending one more header.
    ///
    /// # Panics
    /// When the header's value is no header value.
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "a test's own mistake")]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    /// This person's call, for verbs that are run directly.
    pub fn call(&self) -> Call {
        let call = Call::program("test");
        self.caller.clone().map_or(call.clone(), |caller| call.on_behalf_of(caller))
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Json) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Json) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Json) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Json>) -> Reply {
        let body = body.map(|body| ("application/json".to_owned(), body.to_string().into_bytes()));
        self.request(method, path, body).await
    }

    /// Sends a file as a multipart form under the name `file`.
    pub async fn upload(&self, path: &str, file_name: &str, bytes: &[u8]) -> Reply {
        let edge = "wangge-test-edge";
        let head = format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{edge}--\r\n").as_bytes()].concat();
        self.request(Method::POST, path, Some((format!("multipart/form-data; boundary={edge}"), body))).await
    }

    /// Any request below `/api/v1`, with any body.
    ///
    /// # Panics
    /// When the request cannot be built or its answer cannot be read.
    #[expect(clippy::unwrap_used, reason = "a test's own mistake")]
    pub async fn request(&self, method: Method, path: &str, body: Option<(String, Vec<u8>)>) -> Reply {
        let response = self.answered(method, path, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        Reply { status, headers, bytes, json }
    }

    /// The answer with its body unread: a stream of news never ends by itself.
    ///
    /// # Panics
    /// When the request cannot be built.
    #[expect(clippy::unwrap_used, reason = "a test's own mistake")]
    pub async fn answered(&self, method: Method, path: &str, body: Option<(String, Vec<u8>)>) -> Response {
        let is_whole = ["/health", "/metrics", "/api/", "/open311/", "/tracker/"]
            .iter()
            .any(|start| path.starts_with(start));
        let place = if is_whole { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(place).header("host", "test");
        if let Some(token) = &self.token {
            request = request.header("cookie", format!("wangge={token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let (kind, bytes) = body.map_or((None, Vec::new()), |(kind, bytes)| (Some(kind), bytes));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        self.router.clone().oneshot(request.body(Body::from(bytes)).unwrap()).await.unwrap()
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is none.
    pub json: Json,
}

impl Reply {
    /// This answer, if it has the expected status.
    ///
    /// # Panics
    /// With the whole answer, when it has another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.transcript());
        self
    }

    /// The value at a JSON pointer such as `/items/0/id`, as text.
    ///
    /// # Panics
    /// With the whole answer, when there is none.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        match self.json.pointer(pointer) {
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("nothing at {pointer} in {}", self.transcript()),
        }
    }

    /// Status and body for a snapshot; what differs in every run (request ids) is covered.
    pub fn transcript(&self) -> String {
        let mut json = self.json.clone();
        if let Some(id) = json.get_mut("request_id") {
            *id = Json::from("…");
        }
        let body = match json {
            Json::Null => {
                String::from_utf8_lossy(self.bytes.get(..self.bytes.len().min(400)).unwrap_or_default())
                    .into_owned()
            }
            json => format!("{json:#}"),
        };
        format!("{}\n{body}", self.status)
    }
}
