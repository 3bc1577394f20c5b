//! `cargo xtask test`: the whole suite, as CI runs it; every step is taken even when an earlier one failed.

use std::process::ExitCode;
use std::str::FromStr;

use anyhow::Result;

use crate::arguments::Arguments;
use crate::cluster::{Cluster, Durability};
use crate::program::{self, Counted};
use crate::suite::Suite;
use crate::{counts, generated, journeys, packages, rules, web};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Rust,
    Web,
    E2e,
}

impl FromStr for Part {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "rust" => Ok(Self::Rust),
            "web" => Ok(Self::Web),
            "e2e" => Ok(Self::E2e),
            _ => Err(()),
        }
    }
}

/// # Errors
/// When something is missing on this machine; what fails later is in the closing table.
pub fn run(mut arguments: Arguments) -> Result<ExitCode> {
    let only: Option<Part> = arguments.value("--only")?;
    arguments.finish()?;
    let wanted = |part| only.is_none_or(|only| only == part);
    web::ensure_node()?;
    let rust = if wanted(Part::Rust) { packages::POSTGRESQL } else { &[] };
    let browser = if wanted(Part::E2e) { packages::BROWSER } else { &[] };
    let python = if wanted(Part::E2e) { packages::PYTHON } else { &[] };
    packages::ensure(&[rust, browser, python])?;

    let mut suite = Suite::begin();
    suite.check("rules of the house", rules::check);
    // The pages are inside the program: nothing of the server builds without them.
    let pages = suite.check("web: packages", || web::ensure_packages("web"))
        && suite.check("web: build", web::ensure_built);
    if wanted(Part::Web) {
        web_steps(&mut suite, pages);
    }
    if wanted(Part::Rust) {
        rust_steps(&mut suite);
    }
    if only.is_none() || only == Some(Part::Rust) {
        suite.check("generated files", generated::check);
    }
    if wanted(Part::E2e) {
        if suite.check("e2e: packages", || web::ensure_packages("e2e")) {
            suite.tests("e2e: journeys", journeys::play);
        } else {
            suite.cannot("e2e: journeys", "their packages are missing");
        }
    }
    Ok(suite.close())
}

fn web_steps(suite: &mut Suite, pages: bool) {
    let npm = |script: &str| program::command_in("web", "npm", &["run", "--silent", script]);
    if pages {
        suite.check("web: sizes", || program::run(&mut npm("sizes")));
    } else {
        suite.cannot("web: sizes", "there is no build");
    }
    suite.check("web: types", || program::run(&mut npm("typecheck")));
    suite.tests("web: unit tests", || program::run_counted(&mut npm("test"), counts::vitest));
}

fn rust_steps(suite: &mut Suite) {
    let cargo = |words: &[&str]| program::run(&mut program::cargo(words));
    suite.check("rust: format", || cargo(&["fmt", "--all", "--check"]));
    suite.check("rust: clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
    });
    suite.check("rust: documentation", || {
        let mut doc = program::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
        program::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    });
    suite.tests("rust: tests on SQLite and PostgreSQL", rust_tests);
}

/// The runner that gives each test a process of its own: what a test counts or remembers is nobody else's.
const NEXTEST: [&str; 4] = ["cargo-nextest", "--locked", "--version", "0.9.143"];

fn rust_tests() -> Result<Counted> {
    if program::read(&mut program::cargo(&["nextest", "--version"])).is_err() {
        println!("installing {} …", NEXTEST[0]);
        program::run(program::cargo(&["install"]).args(NEXTEST))?;
    }
    // Built first, so that the cluster does not wait for the compiler.
    program::run(&mut program::cargo(&["nextest", "run", "--workspace", "--no-run"]))?;
    let cluster = Cluster::start(Durability::None)?;
    // It tells its outcome on the error stream.
    let run = "exec \"${CARGO:-cargo}\" nextest run --workspace --no-fail-fast --status-level slow 2>&1";
    let mut tests = program::command("bash", &["-c", run]);
    let units = program::run_counted(tests.env("WANGGE_TEST_PG", cluster.url()), counts::nextest)?;
    let examples =
        program::run_counted(&mut program::cargo(&["test", "--workspace", "--doc"]), counts::cargo)?;
    Ok(Counted {
        counts: units.counts.and(examples.counts),
        succeeded: units.succeeded && examples.succeeded,
    })
}
