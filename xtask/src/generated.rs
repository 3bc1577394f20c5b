//! The files that the program writes about itself and that are kept in the repository:
//! `docs/openapi.json` from the routes, `web/shared/api/schema.d.ts` from that.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::{place, program, web};

const DESCRIPTION: &str = "docs/openapi.json";
const CLIENT: &str = "web/shared/api/schema.d.ts";

/// The generated files: no hand has written them, so no rule of style holds for them.
pub const FILES: &[&str] = &[DESCRIPTION, CLIENT];

/// Writes both anew.
///
/// # Errors
/// When the program does not build or a generator fails.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    arguments.finish()?;
    web::ensure_node()?;
    web::ensure_packages("web")?;
    web::ensure_built()?;
    let root = place::root();
    std::fs::write(root.join(DESCRIPTION), describe()?)
        .with_context(|| format!("cannot write {DESCRIPTION}"))?;
    std::fs::write(root.join(CLIENT), client(&root.join(DESCRIPTION))?)
        .with_context(|| format!("cannot write {CLIENT}"))?;
    println!("written: {DESCRIPTION}, {CLIENT}");
    Ok(ExitCode::SUCCESS)
}

/// Compares both with what the program would write now.
///
/// # Errors
/// When one of them is stale, named, or cannot be made.
pub fn check() -> Result<()> {
    let root = place::root();
    let description = describe()?;
    let fresh = place::target().join("openapi.json");
    std::fs::write(&fresh, &description).with_context(|| format!("cannot write `{}`", fresh.display()))?;
    let pairs = [(DESCRIPTION, description), (CLIENT, client(&fresh)?)];
    let stale: Vec<&str> = pairs
        .iter()
        .filter(|(path, now)| std::fs::read_to_string(root.join(path)).unwrap_or_default() != *now)
        .map(|(path, _)| *path)
        .collect();
    if !stale.is_empty() {
        bail!("stale: {}; run `cargo xtask generate`", stale.join(", "));
    }
    Ok(())
}

fn describe() -> Result<String> {
    program::build_server()?;
    let wangge = place::wangge().display().to_string();
    let text = program::read(&mut program::command(&wangge, &["openapi"]))?;
    Ok(format!("{}\n", text.trim_end()))
}

fn client(description: &Path) -> Result<String> {
    let output = place::target().join("schema.d.ts");
    let (description, to) = (description.display().to_string(), output.display().to_string());
    program::read(&mut program::command_in(
        "web",
        "npx",
        &["openapi-typescript", &description, "--output", &to],
    ))?;
    std::fs::read_to_string(&output).with_context(|| format!("cannot read `{to}`"))
}
