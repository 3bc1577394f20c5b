//! `cargo xtask demo | test | bench`: the commands of a developer's day, and the one that CI runs.

mod arguments;
mod bench;
mod cluster;
mod counts;
mod demo;
mod generated;
mod guarded;
mod journeys;
mod open311;
mod packages;
mod place;
mod program;
mod rules;
mod suite;
mod test;
mod web;

use std::process::ExitCode;

use arguments::Arguments;

const USAGE: &str = "\
cargo xtask demo    build everything, fill the demo district, serve it
    --port N          default 8600; always on 127.0.0.1
    --dir PATH        where the district is kept; default data/demo
    --cases N         cases of the last 90 days; default 20000
    --residents N     residents of the district
    --reset           begin again with an empty district
    --no-open         do not open a browser
cargo xtask test    the whole suite: rules, Rust on SQLite and PostgreSQL, web, browser journeys
    --only PART       rust, web or e2e
cargo xtask generate   write docs/openapi.json and the web's types anew
cargo xtask bench   measure, and keep the table in docs/bench.md
    --orders LIST     orders present before the run; default 100000,1000000
    --engine NAME     sqlite or postgres; default both
    --seconds N       length of each measurement; default 10
    --burst N         then five times as many clients for N seconds, and whether the usual rate comes back
    --soak N          then the usual load for N minutes, with the memory at every tenth of it
    --no-keep         print only, leave docs/bench.md as it is
    linkage           link the synthetic district beside Splink instead; --residents N, --alone
    registry          fuse the sources of a district and find people in it instead; --residents N";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next();
    let arguments = Arguments::new(words.collect());
    let outcome = match command.as_deref() {
        Some("demo") => demo::run(arguments),
        Some("test") => test::run(arguments),
        Some("bench") => bench::run(arguments),
        Some("generate") => generated::run(arguments),
        Some(demo::OPEN_WHEN_READY) => demo::open_when_ready(arguments),
        Some("help" | "--help" | "-h") => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => Err(anyhow::anyhow!("no command `{other}`\n{USAGE}")),
        None => Err(anyhow::anyhow!("which command?\n{USAGE}")),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
