//! The browser journeys: a small demo district of their own, served to a real browser.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::guarded::Guarded;
use crate::program::Counted;
use crate::{counts, open311, place, program};

const READY_WITHIN: Duration = Duration::from_secs(300);
const CASES: &str = "2400";
/// Few enough to be fused by a program without optimisation while somebody waits.
const RESIDENTS: &str = "3000";

/// Serves a fresh district, plays every journey in it, and lets another's client of Open311 call it.
///
/// # Errors
/// When the district does not come up; the end of the server's log is in the error.
pub fn play() -> Result<Counted> {
    program::build_server()?;
    let (mut district, folder) = (District::fill()?, place::target().join("e2e"));
    district.wait()?;
    let mut journeys = program::command_in("e2e", "node", &["--test", "--test-reporter=spec"]);
    journeys
        .env("WANGGE_URL", format!("http://{}", district.address))
        .env("WANGGE_PASSWORDS", folder.join("passwords.json"))
        .env("WANGGE_PROGRAM", place::wangge())
        .env("WANGGE_CHROMIUM", place::find_program("chromium", &[]).unwrap_or_default());
    let browser = program::run_counted(&mut journeys, counts::node)?;
    let client = open311::play(&district.address, &folder.join("passwords.json"))?;
    Ok(Counted {
        counts: browser.counts.and(client.counts),
        succeeded: browser.succeeded && client.succeeded,
    })
}

struct District {
    server: Guarded,
    address: String,
    log: PathBuf,
}

impl District {
    fn fill() -> Result<Self> {
        let address = format!("127.0.0.1:{}", place::free_port()?);
        let log = place::target().join("e2e.log");
        let output = File::create(&log).with_context(|| format!("cannot write `{}`", log.display()))?;
        let mut server = Command::new(place::wangge());
        server.args([
            "demo",
            "--reset",
            "--cases",
            CASES,
            "--residents",
            RESIDENTS,
            "--listen",
            &address,
            "--dir",
        ]);
        server.arg(place::target().join("e2e")).current_dir(place::root());
        // All the residents of the journeys come from one address, and none of them waits; nor does who keeps a proof of
        // what was done a moment ago.
        server.env("WANGGE_LIMITS__PUBLIC_PER_MINUTE", "6000").env("WANGGE_LIMITS__REPORTS_PER_HOUR", "600");
        server.env("WANGGE_LEDGER__CHECKPOINT_SECONDS", "2");
        server.stdout(output.try_clone()?).stderr(output);
        println!("filling a district with {CASES} cases; its log: {}", log.display());
        Ok(Self { server: Guarded::start(&mut server, "TERM", None)?, address, log })
    }

    fn wait(&mut self) -> Result<()> {
        let begun = program::stopwatch();
        while begun.elapsed() < READY_WITHIN && !self.server.has_ended() {
            if is_healthy(&self.address) {
                return Ok(());
            }
            sleep(Duration::from_millis(200));
        }
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        let end = lines.get(lines.len().saturating_sub(30)..).unwrap_or_default();
        bail!("the demo district did not come up:\n{}", end.join("\n"))
    }
}

/// Whether `GET /health` answers 200.
fn is_healthy(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
