//! The ceiling: the same HTTP stack answering a page of JSON of an order's size, with nothing behind it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::client::{Ask, Client};
use crate::load::{self, Outcome, Work};

/// What the bare handler reached, at one client and at 64.
#[derive(Clone, Copy)]
pub struct Ceiling {
    pub one: Outcome,
    pub many: Outcome,
}

#[derive(Serialize)]
struct Bare {
    id: &'static str,
    items: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    at: u64,
}

async fn answer() -> Json<Bare> {
    let items = (0..24).map(|at| Line { name: format!("银山街道 {at}"), at });
    Json(Bare { id: "ord_0000000000000000000000", items: items.collect() })
}

/// Serves the bare handler until the process ends.
///
/// # Errors
/// When the address is taken.
pub async fn serve(listen: &str) -> Result<()> {
    let listener =
        tokio::net::TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    axum::serve(listener, Router::new().route("/", get(answer))).await.context("the bare handler ended")
}

struct AskBare(Client);

impl Work for AskBare {
    async fn once(&mut self) -> Result<()> {
        let answer = self.0.ask(Ask { method: "GET", path: "/", ..Ask::default() }).await?;
        answer.json::<serde_json::Value>().map(drop)
    }
}

/// Measures it in a process of its own, as the server is.
///
/// # Errors
/// When it does not start.
pub async fn measure(time: Duration) -> Result<Ceiling> {
    let address = crate::server::free_address()?;
    let own = std::env::current_exe().context("cannot find this program")?;
    let mut server = std::process::Command::new(own);
    server.args(["ceiling", "--listen", &address]).stdout(Stdio::null());
    let _server = crate::server::Child::start(&mut server)?;
    crate::server::wait_for(&address, "/").await?;
    let one = load::run(clients(&address, 1).await?, time).await?;
    let many = load::run(clients(&address, 64).await?, time).await?;
    Ok(Ceiling { one, many })
}

async fn clients(address: &str, count: usize) -> Result<Vec<AskBare>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(AskBare(Client::connect(address).await?));
    }
    Ok(clients)
}
