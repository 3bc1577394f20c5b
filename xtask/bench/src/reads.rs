//! The two reads that a desk makes all day: one order, and a page of its inbox.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::client::{Ask, Client};
use crate::life::{Scene, get};
use crate::load::{self, Outcome, Work};

const INBOX: &str = "/api/v1/orders?view=all_open&limit=50";
const ROWS: usize = 50;
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
/// When the page is not full, or no read succeeded.
pub async fn inbox_page(address: &str, scene: &Scene, clients: usize, time: Duration) -> Result<Outcome> {
    let mut client = Client::connect(address).await?;
    let page: Page = get(&mut client, &scene.people.desk, INBOX).await?;
    if page.items.len() != ROWS {
        bail!("a page of the inbox has {} orders instead of {ROWS}", page.items.len());
    }
    read(address, scene, vec![INBOX.to_owned()], clients, time).await
}

/// What a leader reads of the district's numbers: what each page is called, and where it is. Yesterday and last month are full.
///
/// # Errors
/// When the machine has no `date`.
pub fn boards() -> Result<[(&'static str, String); 3]> {
    let (yesterday, month) = (date("yesterday", "+%F")?, date("last month", "+%Y-%m")?);
    Ok([
        ("the board of a day by department", format!("/api/v1/insight/day?by=department&date={yesterday}")),
        ("the trend of 30 days", "/api/v1/insight/trend".to_owned()),
        (
            "a street's scorecard of a month",
            format!("/api/v1/insight/scorecards/departments?street=450204006&month={month}"),
        ),
    ])
}

fn date(when: &str, form: &str) -> Result<String> {
    let said = Command::new("date").args(["-d", when, form]).output()?;
    Ok(String::from_utf8(said.stdout)?.trim().to_owned())
}

/// Reads one of the [`boards`].
///
/// # Errors
/// When no read succeeded.
pub async fn board(address: &str, scene: &Scene, path: &str, time: Duration) -> Result<Outcome> {
    let reading = Reading {
        client: Client::connect(address).await?,
        cookie: scene.people.leader.cookie.clone(),
        paths: Arc::new(vec![path.to_owned()]),
        at: 0,
    };
    load::run(vec![reading], time).await
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
