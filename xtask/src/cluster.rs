//! A private PostgreSQL cluster for one run of the tests, gone when the run ends, however it ends.
//!
//! It lies in the folder for temporary files: PostgreSQL refuses to run as root, and its own user may not
//! be able to enter the folder that the repository was cloned into.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::guarded::Guarded;
use crate::{packages, place, program};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// Nothing in it outlives the run, so nothing in it needs to survive a power cut.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=400",
    "shared_buffers=256MB",
];

pub struct Cluster {
    _server: Guarded,
    port: u16,
}

/// Whether what is stored must survive a power cut, as in a measurement, or not, as in a test.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    Real,
    None,
}

impl Cluster {
    /// Makes a cluster and waits until it answers.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the end of its log is in the error.
    pub fn start(durability: Durability) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("wangge-pg-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        let user = User::find()?;
        user.takes(&folder)?;
        let (data, port) = (folder.join("data"), place::free_port()?);

        let mut initdb = Command::new(tool("initdb")?);
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        initdb.arg("--pgdata").arg(&data).current_dir(&folder);
        program::read(user.runs(&mut initdb)).context("no cluster")?;

        let log = folder.join("log");
        let output = File::create(&log)?;
        let mut postgres = Command::new(tool("postgres")?);
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder).arg("-p").arg(port.to_string());
        let settings = if durability == Durability::Real { SETTINGS.get(..1) } else { Some(SETTINGS) };
        for setting in settings.unwrap_or_default() {
            postgres.args(["-c", setting]);
        }
        postgres.current_dir(&folder).stdout(output.try_clone()?).stderr(output);
        let mut server = Guarded::start(user.runs(&mut postgres), "INT", Some(&folder))?;
        wait_until_ready(&mut server, port, &log)?;
        Ok(Self { _server: server, port })
    }

    /// The address of its first database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

fn wait_until_ready(server: &mut Guarded, port: u16, log: &Path) -> Result<()> {
    let isready = tool("pg_isready")?;
    let begun = program::stopwatch();
    while begun.elapsed() < READY_WITHIN && !server.has_ended() {
        let mut ask = Command::new(&isready);
        ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        if ask.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    let said = std::fs::read_to_string(log).unwrap_or_default();
    bail!("the PostgreSQL cluster did not start:\n{said}")
}

/// A program of PostgreSQL: Debian keeps the server's own ones off the PATH.
fn tool(name: &str) -> Result<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    versions.sort_by_key(|path| {
        let version =
            path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    let folders: Vec<PathBuf> = versions.iter().map(|version| version.join("bin")).collect();
    place::find_program(name, &folders).with_context(|| format!("PostgreSQL's `{name}` is not installed"))
}

/// Whether the server's programs are there.
pub fn is_installed() -> bool {
    tool("initdb").is_ok() && tool("postgres").is_ok() && tool("pg_isready").is_ok()
}

/// Who runs the cluster: we, or PostgreSQL's own user when we are root.
struct User {
    other: Option<(u32, u32)>,
}

impl User {
    fn find() -> Result<Self> {
        if !packages::is_root() {
            return Ok(Self { other: None });
        }
        let number = |flag: &str| -> Result<u32> {
            let text = program::read(&mut program::command("id", &[flag, "postgres"]))?;
            text.trim().parse().with_context(|| format!("`id {flag} postgres` said `{}`", text.trim()))
        };
        Ok(Self { other: Some((number("-u")?, number("-g")?)) })
    }

    fn takes(&self, folder: &Path) -> Result<()> {
        if let Some((user, group)) = self.other {
            std::os::unix::fs::chown(folder, Some(user), Some(group))?;
        }
        Ok(())
    }

    fn runs<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match self.other {
            Some((user, group)) => command.uid(user).gid(group),
            None => command,
        }
    }
}
