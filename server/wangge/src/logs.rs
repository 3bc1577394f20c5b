//! Log lines: text for a terminal, JSON for a collector; never a personal field.

use anyhow::{Context, Result};
use platform::Config;
use platform::config::LogForm;
use tracing_subscriber::EnvFilter;

/// Starts logging as configured.
///
/// # Errors
/// When the filter cannot be read.
pub fn begin(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.server.log_filter).context("server.log_filter")?;
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_writer(std::io::stderr);
    match config.server.log {
        LogForm::Text => lines.compact().init(),
        LogForm::Json => lines.json().init(),
    }
    Ok(())
}
