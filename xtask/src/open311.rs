//! A client of Open311 that others wrote, driven against a district that is served.

use std::path::Path;

use anyhow::Result;

use crate::program::Counted;
use crate::{counts, place, program};

const WANTED: &str = "e2e/open311/requirements.txt";

/// Drives the district at an address; `passwords` is the file of its accounts.
///
/// # Errors
/// When the client's packages cannot be installed.
pub fn play(address: &str, passwords: &Path) -> Result<Counted> {
    let python = installed()?;
    let mut client = program::command(&python, &["e2e/open311/client.py"]);
    client.env("WANGGE_URL", format!("http://{address}")).env("WANGGE_PASSWORDS", passwords);
    program::run_counted(client.env("PYTHONUTF8", "1"), counts::open311)
}

/// The Python of an environment that holds exactly what is wanted.
fn installed() -> Result<String> {
    let home = place::target().join("open311");
    let python = home.join("bin").join("python").display().to_string();
    let (wanted, kept) = (place::root().join(WANTED), home.join("installed.txt"));
    let wanted = std::fs::read_to_string(wanted)?;
    if std::fs::read_to_string(&kept).is_ok_and(|kept| kept == wanted) {
        return Ok(python);
    }
    println!("installing the Open311 client …");
    program::run(&mut program::command("python3", &["-m", "venv", "--clear", &home.display().to_string()]))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", WANTED];
    program::run(&mut program::command(&python, &install))?;
    std::fs::write(kept, wanted)?;
    Ok(python)
}
