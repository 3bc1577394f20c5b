//! The two reads that a desk makes all day: one order, and a page of its inbox.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::client::{Ask, Client};
use crate::life::{Scene, get};
use crate::load::{self, Outcome, Work};

const INBOX: &str = "/api/v1/orders?view=all_open&limit=50";
/// So many different orders are read in turn that no single row stays warm by chance.
const PAGES: usize = 20;

#[derive(Deserialize)]
struct Page {
    items: Vec<Row>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
}

/// Somebody who reads one page after another.
pub struct Reading {
    client: Client,
    cookie: String,
    paths: Arc<Vec<String>>,
    at: usize,
}

impl Reading {
    /// Reads the next page; `false` when it was told to come again.
    ///
    /// # Errors
    /// When the server answers anything else.
    pub async fn try_once(&mut self) -> Result<bool> {
        self.at = (self.at + 1) % self.paths.len();
        let Some(path) = self.paths.get(self.at) else { bail!("nothing to read") };
        let ask = Ask { method: "GET", path, cookie: Some(&self.cookie), ..Ask::default() };
        match self.client.ask(ask).await?.status {
            200 => Ok(true),
            503 => Ok(false),
            other => bail!("GET {path} answered {other}"),
        }
    }
}

impl Work for Reading {
    async fn once(&mut self) -> Result<()> {
        match self.try_once().await? {
            true => Ok(()),
            false => bail!("the server was too busy to be read"),
        }
    }
}

/// Pages for those who read beside other work: orders, and every fifth the inbox.
///
/// # Errors
/// When the inbox cannot be read.
pub async fn paths(address: &str, scene: &Scene) -> Result<Arc<Vec<String>>> {
    let mut client = Client::connect(address).await?;
    let page: Page = get(&mut client, &scene.people.desk, INBOX).await?;
    let orders = page.items.into_iter().map(|row| format!("/api/v1/orders/{}", row.id));
    let mixed = orders.enumerate().flat_map(|(nth, path)| {
        let inbox = (nth % 4 == 0).then(|| INBOX.to_owned());
        std::iter::once(path).chain(inbox)
    });
    Ok(Arc::new(mixed.collect()))
}

/// One of those who read, on a connection of their own.
///
/// # Errors
/// When nothing listens there.
pub async fn reading(address: &str, scene: &Scene, paths: &Arc<Vec<String>>, nth: usize) -> Result<Reading> {
    Ok(Reading {
        client: Client::connect(address).await?,
        cookie: scene.people.desk.cookie.clone(),
        paths: Arc::clone(paths),
        at: nth * 7,
    })
}

/// Reads one order after another.
///
/// # Errors
/// When there is none, or no read succeeded.
pub async fn one_order(address: &str, scene: &Scene, clients: usize, time: Duration) -> Result<Outcome> {
    let mut client = Client::connect(address).await?;
    let (mut paths, mut path) = (Vec::new(), INBOX.to_owned());
    for _ in 0..PAGES {
        let page: Page = get(&mut client, &scene.people.desk, &path).await?;
        paths.extend(page.items.into_iter().map(|row| format!("/api/v1/orders/{}", row.id)));
        let Some(next) = page.next else { break };
        path = format!("{INBOX}&cursor={next}");
    }
    if paths.is_empty() {
        bail!("the desk has no open order");
    }
    read(address, scene, paths, clients, time).await
}

/// Reads the first page of the inbox.
///
/// # Errors
/// When no read succeeded.
pub async fn inbox_page(address: &str, scene: &Scene, clients: usize, time: Duration) -> Result<Outcome> {
    read(address, scene, vec![INBOX.to_owned()], clients, time).await
}

async fn read(
    address: &str,
    scene: &Scene,
    paths: Vec<String>,
    clients: usize,
    time: Duration,
) -> Result<Outcome> {
    let paths = Arc::new(paths);
    let mut workers = Vec::new();
    for nth in 0..clients {
        workers.push(reading(address, scene, &paths, nth).await?);
    }
    load::run(workers, time).await
}
