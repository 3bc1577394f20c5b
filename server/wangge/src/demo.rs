//! The demo district: the real divisions of Liunan with invented people and cases, made through the same verbs as any
//! other, on a clock that lives the last ninety days.

mod cases;
mod cast;
mod day;
mod draw;
pub mod geography;
mod joint;
mod people;
mod pictures;
mod play;
mod residents;
mod scenes;
mod story;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use clap::Args;
use platform::{App, Chance, Clock, Config, Error, Json, Millis, PostKind, Room, Text, assemble};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{house, serve, url_of};

/// How long the demo district has lived before it is first served.
const DAYS: i64 = 90;
const DAY_MS: i64 = 86_400_000;
/// Stands in a folder that the demo made and may clear again.
const MARK: &str = "demo.json";
const PASSWORDS: &str = "passwords.json";

/// Fills a demo district and serves it.
#[derive(Args, Clone)]
pub struct Demo {
    /// Where its data lies.
    #[arg(long, default_value = "data/demo")]
    dir: PathBuf,
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8600")]
    listen: SocketAddr,
    /// Cases over the last ninety days.
    #[arg(long, default_value_t = 20_000)]
    cases: usize,
    /// Residents of the register, all of them invented; the district has 620800.
    #[arg(long, default_value_t = 62_080)]
    residents: usize,
    /// Clears the folder first, if the demo made it.
    #[arg(long)]
    reset: bool,
    /// Fills the district and ends without serving it.
    #[arg(long)]
    fill_only: bool,
}

/// Who can sign in to the demo. Passwords are never on the wire.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DemoOut {
    pub accounts: Vec<DemoAccount>,
    /// The file that holds the passwords, on the machine that serves the demo.
    pub passwords_file: String,
}

/// One account of the demo.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DemoAccount {
    pub username: String,
    pub kind: PostKind,
    pub title: Text,
    pub area_name: Text,
}

static SERVED: OnceLock<DemoOut> = OnceLock::new();

/// Who can sign in; only where a demo is served.
#[utoipa::path(get, path = "/demo", tag = "demo", responses((status = 200, body = DemoOut)))]
async fn demo() -> Result<Json<DemoOut>, Error> {
    SERVED.get().cloned().map(Json).ok_or(Error::Missing("demo"))
}

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(demo))
}

/// The demo's one route.
pub fn room() -> Room {
    Room { name: "demo", migrations: &[], router, outside: None, jobs: Vec::new() }
}

impl Demo {
    /// Lays the command's choices over the configuration, and clears the folder when asked to.
    ///
    /// # Errors
    /// When the folder holds something that the demo did not make.
    pub fn settle(&self, mut config: Config) -> Result<Config> {
        config.server.listen = self.listen;
        config.server.public_url = url_of(self.listen);
        config.data.dir.clone_from(&self.dir);
        let is_ours = self.dir.join(MARK).exists();
        let is_empty = fs::read_dir(&self.dir).map_or(true, |mut entries| entries.next().is_none());
        if !is_ours && !is_empty {
            bail!(
                "`{}` holds something that is not a demo; name another folder with --dir",
                self.dir.display()
            );
        }
        if is_ours && (self.reset || !is_filled(&self.dir)?) {
            println!("clearing the demo in {}", self.dir.display());
            fs::remove_dir_all(&self.dir)
                .with_context(|| format!("cannot clear `{}`", self.dir.display()))?;
        }
        Ok(config)
    }
}

fn mark(folder: &Path, content: Option<&DemoOut>) -> Result<()> {
    let path = folder.join(MARK);
    fs::write(&path, serde_json::to_vec_pretty(&content)?)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The mark holds nothing until everything is there: a broken-off filling is begun anew.
fn is_filled(folder: &Path) -> Result<bool> {
    let content: Option<DemoOut> = serde_json::from_slice(&fs::read(folder.join(MARK))?)?;
    Ok(content.is_some())
}

/// Fills the district unless it is filled, then serves it.
///
/// # Errors
/// When the data cannot be made or the port is taken.
pub async fn run(config: Config, demo: Demo) -> Result<()> {
    if !demo.dir.join(MARK).exists() {
        fs::create_dir_all(&demo.dir).with_context(|| format!("cannot make `{}`", demo.dir.display()))?;
        mark(&demo.dir, None)?;
        fill(&config, &demo).await?;
    }
    if demo.fill_only {
        return Ok(());
    }
    let who: Option<DemoOut> = serde_json::from_slice(&fs::read(demo.dir.join(MARK))?)?;
    let who = who.context("the demo is not filled")?;
    let words = greeting(&demo, &who)?;
    drop(SERVED.set(who));
    let app = assemble(config, Clock::Machine, Chance::machine(), &house::rooms()).await?;
    serve::serve(app, Some(words)).await
}

async fn fill(config: &Config, demo: &Demo) -> Result<()> {
    let now = Clock::Machine.now();
    let start = Millis::at_beijing_midnight(now.plus(-(DAYS + 1) * DAY_MS).beijing_date());
    let rooms = house::rooms();
    let app = assemble(config.clone(), Clock::still_at(start), Chance::machine(), &rooms).await?;
    println!("drawing the map: 11 streets and towns, 98 communities and villages, their grids …");
    geography::fill(&app).await?;
    println!("entering the duty list, the case classes and standards, the flow and the calendars …");
    let call = platform::Call::program("demo");
    app.write(&call, app.district(), |w| async move { catalogue::seed(&w).await }).await?;
    println!("appointing people …");
    let staffed = people::appoint(&app).await?;
    println!("letting {} residents move in …", demo.residents);
    let filled = residents::fill(&app, demo.residents, start).await?;
    println!("living {DAYS} days with {} cases …", demo.cases);
    let mut story = story::Story::new(&app, &rooms, &staffed, filled, now)?;
    play::live(&app, &staffed.cast, (start, now), demo.cases, &mut story).await?;
    println!("entering everything into the ledger …");
    while app.sequence_once().await? > 0 {}
    write_passwords(&demo.dir, &staffed.passwords)?;
    let who = DemoOut {
        accounts: staffed.accounts,
        passwords_file: demo.dir.join(PASSWORDS).display().to_string(),
    };
    mark(&demo.dir, Some(&who))
}

fn write_passwords(folder: &Path, passwords: &BTreeMap<String, String>) -> Result<()> {
    let path = folder.join(PASSWORDS);
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    file.write_all(&serde_json::to_vec_pretty(passwords)?)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// What the terminal shows once the page can be opened.
fn greeting(demo: &Demo, who: &DemoOut) -> Result<String> {
    let passwords: BTreeMap<String, String> = serde_json::from_slice(&fs::read(demo.dir.join(PASSWORDS))?)?;
    let mut words = format!(
        "\n网格 / Wangge: {}\n居民页面 / for residents: {}/p/\n\n",
        url_of(demo.listen),
        url_of(demo.listen)
    );
    for account in &who.accounts {
        let password = passwords.get(&account.username).map_or("", String::as_str);
        words.push_str(&format!(
            "  {:<16} {:<20}  {} · {}\n",
            account.username, password, account.title.zh, account.area_name.zh
        ));
    }
    words.push_str(&format!("\n这些口令在首次启动时随机生成，存于 {}。Ctrl C 结束。\n", who.passwords_file));
    words.push_str("The passwords were made at the first start. Ctrl C ends.\n");
    Ok(words)
}
