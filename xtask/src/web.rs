//! The web front end's packages and its build, each made again only when what it comes from has changed.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::{place, program};

const OLDEST_NODE: u32 = 20;

/// # Errors
/// When Node.js is missing or too old, or npm is missing.
pub fn ensure_node() -> Result<()> {
    let said = program::read(&mut program::command("node", &["--version"]))
        .with_context(|| format!("Node.js {OLDEST_NODE} or newer is needed"))?;
    if major(&said).is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node.js {OLDEST_NODE} or newer is needed; this is {}", said.trim());
    }
    program::read(&mut program::command("npm", &["--version"]))
        .context("npm is needed, it comes with Node.js")?;
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs the packages that a folder's lock file names, unless they are there.
///
/// # Errors
/// When npm fails.
pub fn ensure_packages(folder: &str) -> Result<()> {
    let folder_path = place::root().join(folder);
    let lock = modified(&folder_path.join("package-lock.json"));
    // npm writes this copy of the lock file as the last thing it does.
    let installed = modified(&folder_path.join("node_modules/.package-lock.json"));
    if lock.is_some() && installed >= lock {
        return Ok(());
    }
    println!("{folder}: installing packages …");
    program::run(&mut program::command_in(
        folder,
        "npm",
        &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    ))
}

/// Builds `web/dist`, unless nothing has changed since the last build.
///
/// # Errors
/// When Vite fails.
pub fn ensure_built() -> Result<()> {
    let stamp = place::target().join("web.stamp");
    let built = modified(&stamp).filter(|_| place::root().join("web/dist/index.html").is_file());
    if built.is_some() && built >= newest(&place::root().join("web")) {
        return Ok(());
    }
    println!("web: building the pages …");
    program::run(&mut program::command_in("web", "npm", &["run", "--silent", "build"]))?;
    std::fs::create_dir_all(place::target())?;
    std::fs::write(&stamp, "").with_context(|| format!("cannot write `{}`", stamp.display()))
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|found| found.modified()).ok()
}

/// When anything below was last changed; a folder changes when a file in it comes or goes.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?;
    let times = entries.filter_map(|entry| {
        let path = entry.ok()?.path();
        let name = path.file_name()?.to_str()?;
        if matches!(name, "node_modules" | "dist" | "tests") {
            None
        } else if path.is_dir() {
            modified(&path).max(newest(&path))
        } else {
            modified(&path)
        }
    });
    times.max()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_first_number_of_a_version_counts() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
