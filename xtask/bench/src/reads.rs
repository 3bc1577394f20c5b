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

struct Reading {
    client: Client,
    cookie: String,
    paths: Arc<Vec<String>>,
    at: usize,
}

impl Work for Reading {
    async fn once(&mut self) -> Result<()> {
        self.at = (self.at + 1) % self.paths.len();
        let Some(path) = self.paths.get(self.at) else { bail!("nothing to read") };
        let ask = Ask { method: "GET", path, cookie: Some(&self.cookie), ..Ask::default() };
        let answer = self.client.ask(ask).await?;
        if answer.status != 200 {
            bail!("GET {path} answered {}", answer.status);
        }
        Ok(())
    }
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
        workers.push(Reading {
            client: Client::connect(address).await?,
            cookie: scene.people.desk.cookie.clone(),
            paths: Arc::clone(&paths),
            at: nth * 7,
        });
    }
    load::run(workers, time).await
}
