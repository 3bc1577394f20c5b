//! A case life through HTTP: report, accept, dispatch, sign, resolve, verify, close; each step is
//! durable and in the ledger before it is answered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::client::{Ask, Client};
use crate::load::{self, Outcome, Work};
use crate::people::{People, Person};
use crate::photos::Photos;

/// All that the lives have in common.
#[derive(Clone)]
pub struct Scene {
    pub people: Arc<People>,
    class: String,
    standard: String,
    point: [f64; 2],
    pub photos: Photos,
    next_key: Arc<AtomicU64>,
}

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Standard {
    id: String,
    class: String,
    organisation: Option<Id>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Order {
    id: String,
    version: i64,
    state: String,
}

#[derive(Deserialize)]
struct Boundaries {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
    label: Option<[f64; 2]>,
}

impl Scene {
    /// Chooses a class that the handler's organisation is responsible for, and a place in the worker's grid.
    ///
    /// # Errors
    /// When the district has none.
    pub async fn set(address: &str, people: People) -> Result<Self> {
        let mut client = Client::connect(address).await?;
        let own = people.handler.organisation.as_ref().context("the handler has no organisation")?;
        let standards: Items<Standard> =
            get(&mut client, &people.desk, "/api/v1/catalogue/standards").await?;
        let ours = |standard: &&Standard| standard.organisation.as_ref().is_some_and(|of| of.id == *own);
        let standard = standards.items.iter().find(ours).or(standards.items.first());
        let standard = standard.context("the catalogue has no standard")?;
        let (class, standard) = (standard.class.clone(), standard.id.clone());

        let grids: Boundaries = get(&mut client, &people.desk, "/api/v1/areas/boundaries?level=grid").await?;
        let grid = &people.grid_worker.area;
        let label = grids.features.iter().find(|feature| feature.properties.code.starts_with(grid.as_str()));
        let point = label.and_then(|feature| feature.properties.label).context("no grid with a label")?;

        Ok(Self {
            people: Arc::new(people),
            class,
            standard,
            point,
            photos: Photos::default(),
            next_key: Arc::default(),
        })
    }
}

/// # Errors
/// When the server refuses or answers something else.
pub async fn get<T: serde::de::DeserializeOwned>(client: &mut Client, who: &Person, path: &str) -> Result<T> {
    let answer = client.ask(Ask { method: "GET", path, cookie: Some(&who.cookie), ..Ask::default() }).await?;
    answer.json().with_context(|| format!("GET {path}"))
}

/// What happened to the steps of many lives.
#[derive(Default)]
pub struct Told {
    /// How long each step waited for the answer that did it.
    pub steps: Mutex<Vec<Duration>>,
    /// How often a step was told to come again.
    pub refused: AtomicU64,
    /// Orders of which the server said that they are closed.
    pub closed: Mutex<Vec<String>>,
}

/// Lives one after another.
pub struct Lives {
    client: Client,
    scene: Scene,
    told: Arc<Told>,
}

impl Lives {
    /// # Errors
    /// When nothing listens there.
    pub async fn begin(address: &str, scene: &Scene, told: &Arc<Told>) -> Result<Self> {
        let client = Client::connect(address).await?;
        Ok(Self { client, scene: scene.clone(), told: Arc::clone(told) })
    }

    async fn post(
        &mut self,
        who: Who,
        path: &str,
        version: Option<i64>,
        body: serde_json::Value,
    ) -> Result<Order> {
        let key = format!("bench-{:08}", self.scene.next_key.fetch_add(1, Ordering::Relaxed));
        let people = Arc::clone(&self.scene.people);
        let person = match who {
            Who::Desk => &people.desk,
            Who::Handler => &people.handler,
            Who::GridWorker => &people.grid_worker,
        };
        let bytes = serde_json::to_vec(&body)?;
        let ask = Ask {
            method: "POST",
            path,
            cookie: Some(&person.cookie),
            version,
            key: Some(&key),
            body: &bytes,
            ..Ask::default()
        };
        loop {
            let one = load::stopwatch();
            let answer = self.client.ask(ask).await?;
            let Some(seconds) = answer.retry_after.filter(|_| answer.status == 503) else {
                put(&self.told.steps, one.elapsed());
                return answer.json().with_context(|| format!("POST {path} {body}"));
            };
            self.told.refused.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
    }

    async fn step(&mut self, who: Who, order: &Order, body: serde_json::Value) -> Result<Order> {
        let path = format!("/api/v1/orders/{}/steps", order.id);
        self.post(who, &path, Some(order.version), body).await
    }
}

#[derive(Clone, Copy)]
enum Who {
    Desk,
    Handler,
    GridWorker,
}

impl Lives {
    /// A life begins: reported and accepted.
    async fn accepted(&mut self) -> Result<Order> {
        let report = json!({
            "class": self.scene.class,
            "point": self.scene.point,
            "address": "门前人行道",
            "description": "井盖破损",
        });
        let order = self.post(Who::Desk, "/api/v1/orders", None, report).await?;
        self.step(Who::Desk, &order, json!({ "action": "accept", "standard_id": self.scene.standard })).await
    }
}

/// Leaves so many accepted orders with the desk, so that there is an inbox to read.
///
/// # Errors
/// When a step fails.
pub async fn leave_open(address: &str, scene: &Scene, count: usize) -> Result<()> {
    let mut lives = Lives::begin(address, scene, &Arc::default()).await?;
    for _ in 0..count {
        lives.accepted().await?;
    }
    Ok(())
}

impl Work for Lives {
    async fn once(&mut self) -> Result<()> {
        let order = self.accepted().await?;
        let dispatch = json!({
            "action": "dispatch",
            "standard_id": self.scene.standard,
            "organisation_id": self.scene.people.handler.organisation,
        });
        let order = self.step(Who::Desk, &order, dispatch).await?;
        let order = self.step(Who::Handler, &order, json!({ "action": "sign" })).await?;
        let photo = self.scene.photos.take(&mut self.client, &self.scene.people.handler).await?;
        let resolve = json!({ "action": "resolve", "note": "已更换井盖", "files": [photo] });
        let order = self.step(Who::Handler, &order, resolve).await?;
        let verify = json!({ "action": "verify", "note": "已到现场核查" });
        let order = self.step(Who::GridWorker, &order, verify).await?;
        let order = self.step(Who::Desk, &order, json!({ "action": "close", "note": "同意结案" })).await?;
        if order.state != "closed" {
            bail!("a life ended as `{}`", order.state);
        }
        put(&self.told.closed, order.id);
        Ok(())
    }
}

/// # Errors
/// When no life reached its end.
pub async fn run(address: &str, scene: &Scene, clients: usize, time: Duration) -> Result<Outcome> {
    let told = Arc::new(Told::default());
    let mut workers = Vec::new();
    for _ in 0..clients {
        workers.push(Lives::begin(address, scene, &told).await?);
    }
    load::run(workers, time).await
}

/// Adds to a list that many clients share.
pub fn put<T>(list: &Mutex<Vec<T>>, one: T) {
    list.lock().unwrap_or_else(PoisonError::into_inner).push(one);
}

/// Takes such a list away.
pub fn taken<T>(list: &Mutex<Vec<T>>) -> Vec<T> {
    std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Counts the orders of which the server said that they are closed and that are not.
///
/// # Errors
/// When the server does not answer.
pub async fn lost(address: &str, scene: &Scene, closed: Vec<String>) -> Result<usize> {
    let mut client = Client::connect(address).await?;
    let mut lost = 0;
    for id in closed {
        let found: Result<Order> =
            get(&mut client, &scene.people.desk, &format!("/api/v1/orders/{id}")).await;
        lost += usize::from(found.map_or(true, |order| order.state != "closed"));
    }
    Ok(lost)
}
