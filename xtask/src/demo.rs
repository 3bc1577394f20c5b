//! `cargo xtask demo`: builds the web and the server, then becomes the server with the demo district.

use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use crate::arguments::Arguments;
use crate::{place, program, web};

/// The hidden command that waits for the page and opens it.
pub const OPEN_WHEN_READY: &str = "open-when-ready";

/// # Errors
/// When Node.js or a C compiler is missing, or a build fails; else this does not return, it is the server.
pub fn run(mut arguments: Arguments) -> Result<ExitCode> {
    let port: u16 = arguments.value("--port")?.unwrap_or(8600);
    let folder: PathBuf = arguments.value("--dir")?.unwrap_or_else(|| place::root().join("data/demo"));
    let passed_on = passed_on(&mut arguments)?;
    let open = !arguments.flag("--no-open");
    arguments.finish()?;

    let begun = program::stopwatch();
    let say = |words: &str| println!("[{:>4} s] {words}", begun.elapsed().as_secs());
    web::ensure_node()?;
    ensure_compiler()?;
    say("1 of 3: the pages (packages from the npm registry, then Vite) …");
    web::ensure_packages("web")?;
    web::ensure_built()?;
    say("2 of 3: the server (the first build compiles some 350 crates and takes several minutes) …");
    program::build_server()?;
    say(&format!("3 of 3: the demo district in {} …", folder.display()));

    let address = format!("127.0.0.1:{port}");
    if open && has_screen() {
        open_later(&address)?;
    }
    let mut server = Command::new(place::wangge());
    server.args(["demo", "--listen", &address, "--dir"]).arg(&folder).args(passed_on);
    // Becoming the server, instead of starting it, leaves one process that Ctrl C or kill ends in order.
    Err(anyhow!(server.exec()).context("cannot start the server"))
}

fn passed_on(arguments: &mut Arguments) -> Result<Vec<String>> {
    let mut words = Vec::new();
    for name in ["--residents", "--cases"] {
        if let Some(number) = arguments.value::<u64>(name)? {
            words.extend([name.to_owned(), number.to_string()]);
        }
    }
    if arguments.flag("--reset") {
        words.push("--reset".to_owned());
    }
    Ok(words)
}

fn ensure_compiler() -> Result<()> {
    let found =
        place::find_program("cc", &[]).context("a C compiler is needed: SQLite is compiled from source")?;
    program::read(Command::new(found).arg("--version")).map(drop)
}

fn has_screen() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    (named("DISPLAY") || named("WAYLAND_DISPLAY")) && place::find_program("xdg-open", &[]).is_some()
}

fn open_later(address: &str) -> Result<()> {
    let own = std::env::current_exe().context("cannot find this program")?;
    let mut opener = Command::new(own);
    opener.args([OPEN_WHEN_READY, address]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    opener.spawn().context("cannot start the opener")?;
    Ok(())
}

/// Waits until the server, which is our parent, listens, and opens its page; gives up when it is gone.
///
/// # Errors
/// When no address was given or no browser can be started.
pub fn open_when_ready(mut arguments: Arguments) -> Result<ExitCode> {
    let address = arguments.word().context("which address?")?;
    let server = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == server {
        if TcpStream::connect(&address).is_ok() {
            program::run(&mut program::command("xdg-open", &[&format!("http://{address}/")]))?;
            break;
        }
        sleep(Duration::from_millis(500));
    }
    Ok(ExitCode::SUCCESS)
}
