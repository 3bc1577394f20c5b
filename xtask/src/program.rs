//! Runs other programs: shows what they say, reads what they say, tells by name which one failed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::place;

/// Starts a stopwatch.
#[expect(clippy::disallowed_methods, reason = "a tool tells its user how long things took")]
pub fn stopwatch() -> Instant {
    Instant::now()
}

/// A command in the root of the repository.
pub fn command(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(place::root());
    command
}

/// The Cargo that runs us, so that both use one toolchain.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, arguments)
}

/// Builds the server in the dev profile.
///
/// The whole workspace is named, so that its parts get the features that the tests build them with, and
/// nothing is compiled twice.
///
/// # Errors
/// When it does not compile.
pub fn build_server() -> Result<()> {
    run(&mut cargo(&["build", "--workspace", "--bin", "wangge"]))
}

/// A command in a folder of the repository.
pub fn command_in(folder: &str, name: &str, arguments: &[&str]) -> Command {
    let mut command = command(name, arguments);
    command.current_dir(place::root().join(folder));
    command
}

/// Runs to the end; what the program prints is shown.
///
/// # Errors
/// When it cannot be started or ends with another code than 0.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", words(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", words(command));
    }
    Ok(())
}

/// Runs to the end and gives what the program printed.
///
/// # Errors
/// When it cannot be started or ends with another code than 0; its own complaint is in the error.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", words(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed ({}): {}", words(command), output.status, complaint.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The outcome of a test runner: what it counted, and whether it was content.
pub struct Counted {
    pub counts: Counts,
    pub succeeded: bool,
}

/// Runs a test runner to the end, shows what it prints, and adds up the lines that `count` understands.
///
/// # Errors
/// When it cannot be started or its output cannot be read.
pub fn run_counted(command: &mut Command, count: fn(&str) -> Option<Counts>) -> Result<Counted> {
    let named = words(command);
    command.env("NO_COLOR", "1").stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {named}"))?;
    let mut counts = Counts::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.with_context(|| format!("the output of {named} broke off"))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some(found) = count(&line) {
                counts = counts.and(found);
            }
        }
    }
    let status = child.wait().with_context(|| format!("lost {named}"))?;
    Ok(Counted { counts, succeeded: status.success() })
}

fn words(command: &Command) -> String {
    let name = command.get_program().to_string_lossy();
    let name = name.rsplit('/').next().unwrap_or_default().to_owned();
    let arguments = command.get_args().take(6).map(|word| format!(" {}", word.to_string_lossy()));
    format!("`{name}{}`", arguments.collect::<String>())
}
