//! What the operator of the machine does: the first administrator, keys, the ledger.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use platform::{Chance, Clock, Config, assemble, bootstrap};

use crate::house;

/// Accounts and keys.
#[derive(Subcommand)]
pub enum Admin {
    /// Prints a one-time code that opens the first administrator's account at /sign-in?first=1, within 24 hours.
    Bootstrap,
}

/// Does what the operator asked for.
///
/// # Errors
/// When the data cannot be opened.
pub async fn run(config: Config, command: Admin) -> Result<()> {
    let public_url = config.server.public_url.clone();
    let app = assemble(config, Clock::Machine, Chance::machine(), &house::rooms()).await?;
    match command {
        Admin::Bootstrap => {
            let code = bootstrap::make_code(&app).await?;
            println!(
                "{code}\n\nOpen {public_url}/sign-in?first=1 and enter this code within 24 hours; it opens one account, once."
            );
        }
    }
    Ok(())
}

/// Verifies every street's log from its files alone.
///
/// # Errors
/// When the files cannot be read; a broken log is not an error but the answer 1.
pub fn verify_ledger(folder: &Path) -> Result<ExitCode> {
    match platform::verify_ledger(folder) {
        Ok(logs) => {
            for (street, verified) in &logs {
                println!(
                    "{street}: {} entries, signed up to {} in {} checkpoints",
                    verified.entries, verified.checkpoint.size, verified.checkpoints
                );
            }
            println!("{} logs are whole", logs.len());
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            println!("BROKEN: {broken}");
            Ok(ExitCode::FAILURE)
        }
    }
}
