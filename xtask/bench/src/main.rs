//! Measures the program through its own front door, HTTP, beside a handler that does nothing but answer.

mod ceiling;
mod client;
mod life;
mod linkage;
mod load;
mod people;
mod photos;
mod reads;
mod registry;
mod server;
mod spells;
mod standard;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

use server::Engine;

/// Accepted orders that lie with the desk while it is measured.
const OPEN: usize = 600;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: What,
}

#[derive(Subcommand)]
enum What {
    /// Case lives, reads, start and memory; prints a Markdown table.
    Orders(Plan),
    /// The synthetic district with `wangge link` beside Splink; prints a Markdown table.
    Linkage(linkage::Plan),
    /// The standardised table alone; started by `linkage`.
    Standard(standard::Plan),
    /// The register of a district: its sources fused, people found; prints a Markdown table.
    Registry(registry::Plan),
    /// Serves the bare handler; started by `orders`.
    Ceiling {
        #[arg(long)]
        listen: String,
    },
}

#[derive(clap::Args)]
struct Plan {
    /// The program, built for release.
    #[arg(long)]
    wangge: PathBuf,
    /// Where the districts are kept; a district that is already there is used again.
    #[arg(long)]
    dir: PathBuf,
    /// How many orders are present before the run.
    #[arg(long, value_delimiter = ',')]
    orders: Vec<u64>,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Then five times as many clients for so many seconds, between two spells of the usual load.
    #[arg(long, default_value_t = 0)]
    burst: u64,
    /// Then the usual load for so many minutes.
    #[arg(long, default_value_t = 0)]
    soak: u64,
    /// Measure on SQLite.
    #[arg(long)]
    sqlite: bool,
    /// Measure on this PostgreSQL cluster.
    #[arg(long)]
    postgres: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        What::Ceiling { listen } => ceiling::serve(&listen).await,
        What::Linkage(plan) => linkage::run(&plan),
        What::Standard(plan) => standard::run(&plan),
        What::Orders(plan) => orders(plan).await,
        What::Registry(plan) => registry::run(&plan).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn orders(plan: Plan) -> Result<()> {
    let time = Duration::from_secs(plan.seconds);
    eprintln!("the bare handler …");
    let bare = ceiling::measure(time).await?;
    let mut engines = Vec::new();
    if plan.sqlite {
        engines.push(Engine::Sqlite);
    }
    engines.extend(plan.postgres.clone().map(Engine::Postgres));
    let mut rows = table::Rows::new(bare);
    for engine in &engines {
        for &present in &plan.orders {
            measure(&plan, engine, present, time, &mut rows).await?;
        }
    }
    println!("{}", rows.markdown());
    Ok(())
}

async fn measure(
    plan: &Plan,
    engine: &Engine,
    present: u64,
    time: Duration,
    rows: &mut table::Rows,
) -> Result<()> {
    let label = format!("{}, {present} orders", engine.name());
    eprintln!("{label}: preparing …");
    let home = server::prepare(&plan.wangge, &plan.dir, engine, present)?;
    let running = server::serve(&plan.wangge, &home).await?;
    rows.started(&label, running.started_in, running.resident_megabytes()?);
    let people = people::sign_in(&running.address, &home).await?;
    let scene = life::Scene::set(&running.address, people).await?;
    life::leave_open(&running.address, &scene, OPEN).await?;
    for clients in [1, 64] {
        eprintln!("{label}: reads at {clients} …");
        let outcome = reads::one_order(&running.address, &scene, clients, time).await?;
        rows.read(&label, "one order", clients, outcome);
        let outcome = reads::inbox_page(&running.address, &scene, clients, time).await?;
        rows.read(&label, "an inbox page of 50", clients, outcome);
    }
    eprintln!("{label}: boards …");
    for (what, path) in reads::boards()? {
        let outcome = reads::board(&running.address, &scene, &path, time / 2).await?;
        rows.read(&label, what, 1, outcome);
    }
    eprintln!("{label}: photos at 64 …");
    let outcome = scene.photos.lay_in(&running.address, &scene.people, time).await?;
    rows.write(&label, "a photo of 64 × 64 kept", 64, outcome);
    for clients in [1, 64] {
        eprintln!("{label}: case lives at {clients} …");
        let outcome = life::run(&running.address, &scene, clients, time).await?;
        rows.write(&label, "case life, 7 steps", clients, outcome);
    }
    rows.loaded(&label, running.resident_megabytes()?);
    if plan.burst > 0 {
        let time = Duration::from_secs(plan.burst);
        eprintln!("{label}: photos for the burst …");
        scene.photos.lay_in(&running.address, &scene.people, time / 3).await?;
        eprintln!("{label}: a burst between two usual spells …");
        spells::burst(&running, &scene, &label, time, rows).await?;
    }
    if plan.soak > 0 {
        eprintln!("{label}: the usual load for {} minutes …", plan.soak);
        spells::soak(&running, &scene, &label, Duration::from_secs(60 * plan.soak), rows).await?;
    }
    Ok(())
}
