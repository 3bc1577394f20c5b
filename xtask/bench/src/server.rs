//! The program under measurement: its districts, its start, its memory.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::{Ask, Client};
use crate::load;

/// Cases of the small district that the many orders are added to.
const CASES: &str = "300";
/// The register has a measurement of its own.
const RESIDENTS: &str = "600";
const READY_WITHIN: Duration = Duration::from_secs(1800);

pub enum Engine {
    Sqlite,
    /// The address of a database of the cluster.
    Postgres(String),
}

impl Engine {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A district on disk and how the program reaches it.
pub struct Home {
    pub dir: PathBuf,
    settings: Vec<(String, String)>,
}

impl Home {
    /// An empty folder for a district on SQLite; what was there is gone.
    ///
    /// # Errors
    /// When it cannot be cleared or made.
    pub fn fresh(dir: &Path) -> Result<Self> {
        if dir.exists() {
            std::fs::remove_dir_all(dir).with_context(|| format!("cannot clear `{}`", dir.display()))?;
        }
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make `{}`", dir.display()))?;
        let settings = vec![
            ("WANGGE_DATA__DIR".to_owned(), dir.display().to_string()),
            ("WANGGE_SERVER__LOG_FILTER".to_owned(), "warn".to_owned()),
        ];
        Ok(Self { dir: dir.to_owned(), settings })
    }

    /// The program with its settings for this district.
    pub fn command(&self, wangge: &Path) -> Command {
        let mut command = Command::new(wangge);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::null());
        command
    }
}

/// Makes a district with `present` orders.
///
/// # Errors
/// When the program fails at it.
pub fn prepare(wangge: &Path, dir: &Path, engine: &Engine, present: u64) -> Result<Home> {
    let dir = dir.join(format!("{}-{present}", engine.name().to_lowercase()));
    let mut home = Home::fresh(&dir)?;
    if let Engine::Postgres(url) = engine {
        let name = format!("bench_{present}");
        create_database(url, &name)?;
        let server = url.rsplit_once('/').map_or(url.as_str(), |(server, _)| server);
        home.settings.push(("WANGGE_DATA__STORE".to_owned(), format!("{server}/{name}")));
    }

    let mut demo = home.command(wangge);
    demo.args(["demo", "--fill-only", "--cases", CASES, "--residents", RESIDENTS, "--dir"]).arg(&home.dir);
    finish("demo", &mut demo)?;
    finish("fill", home.command(wangge).args(["fill", "--orders", &present.to_string()]))?;
    if let Engine::Postgres(url) = engine {
        settle(url, present)?;
    }
    Ok(home)
}

fn finish(name: &str, command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `wangge {name}`"))?;
    if !status.success() {
        bail!("`wangge {name}` failed ({status})");
    }
    Ok(())
}

/// What PostgreSQL does by itself within minutes of a bulk load, done before anything is measured beside it.
fn settle(url: &str, present: u64) -> Result<()> {
    let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
    let database = format!("{server}/bench_{present}");
    let status =
        Command::new("psql").args([&database, "-q", "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"]).status()?;
    if !status.success() {
        bail!("cannot settle `{database}`");
    }
    Ok(())
}

fn create_database(url: &str, name: &str) -> Result<()> {
    let status = Command::new("psql").args([url, "-q", "-c", &format!("CREATE DATABASE {name}")]).status()?;
    if !status.success() {
        bail!("cannot create the database `{name}`");
    }
    Ok(())
}

pub struct Running {
    pub address: String,
    /// From the start of the process to its first healthy answer.
    pub started_in: Duration,
    server: Child,
}

impl Running {
    /// # Errors
    /// When the process is gone.
    pub fn resident_megabytes(&self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.server.0.id());
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Ok(kilobytes.context("no memory reported")? / 1024)
    }
}

/// Starts the program on a district and waits for its first healthy answer.
///
/// # Errors
/// When it ends or does not answer.
pub async fn serve(wangge: &Path, home: &Home) -> Result<Running> {
    let address = free_address()?;
    let mut command = home.command(wangge);
    command.arg("serve").env("WANGGE_SERVER__LISTEN", &address);
    let begun = load::stopwatch();
    let server = Child::start(&mut command)?;
    wait_for(&address, "/health").await?;
    Ok(Running { address, started_in: begun.elapsed(), server })
}

/// Waits until a page answers 200.
///
/// # Errors
/// When it does not within half an hour.
pub async fn wait_for(address: &str, path: &str) -> Result<()> {
    let begun = load::stopwatch();
    let mut last = String::new();
    while begun.elapsed() < READY_WITHIN {
        match Client::connect(address).await {
            Ok(mut client) => match client.ask(Ask { method: "GET", path, ..Ask::default() }).await {
                Ok(answer) if answer.status == 200 => return Ok(()),
                Ok(answer) => {
                    last.clear();
                    write!(last, "it answered {}", answer.status)?;
                }
                Err(error) => last = error.to_string(),
            },
            Err(error) => last = error.to_string(),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("{address}{path} is not ready: {last}")
}

/// An address of the loopback that nobody uses at this moment.
///
/// # Errors
/// When no port can be bound.
pub fn free_address() -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.to_string())
}

/// A process that is asked to end, and waited for, when it is no longer needed.
pub struct Child(std::process::Child);

impl Child {
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        Ok(Self(command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start `{name}`"))?))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let process = self.0.id().to_string();
        let asked = Command::new("kill").args(["-s", "TERM", &process]).status();
        if asked.is_ok_and(|status| status.success()) {
            drop(self.0.wait());
        } else {
            drop(self.0.kill());
            drop(self.0.wait());
        }
    }
}
