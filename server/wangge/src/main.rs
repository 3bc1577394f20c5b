//! The program: one binary that serves the house, keeps its tables, its accounts and its ledger.

mod admin;
mod demo;
mod fill;
mod house;
mod link;
mod logs;
mod pages;
mod proof;
#[cfg(test)]
mod rules;
mod serve;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use platform::{Chance, Clock, Config, assemble};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Wangge (网格): one system for a subdistrict and its district.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A configuration file; `wangge config default` prints what can be set.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the district.
    Serve,
    /// Brings the tables up to date and ends.
    Migrate,
    /// Accounts and keys.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Fills a demo district with invented people and cases, and serves it.
    Demo(demo::Demo),
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// The audit ledger.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Links registers of residents.
    Link(link::Link),
    /// Prints the description of the API (OpenAPI 3.1).
    Openapi,
    /// Adds closed orders in bulk to a filled district, to measure how it bears them.
    #[command(hide = true)]
    Fill(fill::Fill),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Reads the configuration as `serve` would and says what is wrong with it.
    Check,
    /// Prints every setting with its default and its meaning.
    Default,
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Recomputes the logs of all streets from their files alone and names the first broken entry.
    Verify {
        /// The folder `ledger` of a data folder, or a copy of it.
        folder: PathBuf,
    },
    /// Checks a proof that a resident saved, from the file alone; answers 0 when it holds and 2 when it does not.
    VerifyProof {
        /// The file that was saved from "who looked".
        file: PathBuf,
        /// The key that the district published; without it the key in the file is used and shown.
        #[arg(long)]
        key: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("wangge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn configuration(file: Option<&Path>) -> Result<Config> {
    Ok(Config::read(file, std::env::vars())?)
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let file = arguments.config.as_deref();
    match arguments.command {
        Command::Serve => {
            let config = configuration(file)?;
            logs::begin(&config)?;
            on_runtime(async move {
                let app = assemble(config, Clock::Machine, Chance::machine(), &house::rooms()).await?;
                serve::serve(app, None).await
            })?;
        }
        Command::Migrate => {
            let config = configuration(file)?;
            on_runtime(async move {
                assemble(config, Clock::Machine, Chance::machine(), &house::rooms()).await?;
                Ok(())
            })?;
            println!("the tables are up to date");
        }
        Command::Admin(command) => {
            let config = configuration(file)?;
            on_runtime(admin::run(config, command))?;
        }
        Command::Demo(demo) => {
            let config = demo.settle(configuration(file)?)?;
            logs::begin(&config)?;
            on_runtime(demo::run(config, demo))?;
        }
        Command::Config(ConfigCommand::Check) => {
            let config = configuration(file)?;
            println!(
                "the configuration is sound: {} serves {}",
                config.server.listen, config.district.name_zh
            );
        }
        Command::Config(ConfigCommand::Default) => print!("{}", platform::config::DEFAULT),
        Command::Ledger(LedgerCommand::Verify { folder }) => return admin::verify_ledger(&folder),
        Command::Ledger(LedgerCommand::VerifyProof { file, key }) => {
            return proof::verify(&file, key.as_deref());
        }
        Command::Link(link) => link::run(link)?,
        Command::Openapi => print!("{}", house::description()?),
        Command::Fill(fill) => {
            let config = configuration(file)?;
            logs::begin(&config)?;
            on_runtime(fill::run(config, fill))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn on_runtime(work: impl Future<Output = Result<()>>) -> Result<()> {
    // Decoding pictures and hashing passwords on ever more threads is no faster and keeps memory in each of them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(16)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(work)
}

/// The address under which people reach a server that listens here.
fn url_of(listen: SocketAddr) -> String {
    format!("http://{listen}")
}
