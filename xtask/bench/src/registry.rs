//! The register: how long its sources take to come in, and how fast somebody is found in it, for a purpose and in the ledger.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::ceiling;
use crate::client::{Ask, Client};
use crate::load::{self, Outcome, Work};
use crate::people::{self, Person};
use crate::server::{self, Home};
use crate::table::Rows;

/// Clients at once, each a clerk of their own: a clerk may look up 300 times a day, and that is not lifted for anybody.
const CLERKS: usize = 64;
/// Clerks of a busy hour.
const SOME: usize = 16;
/// Searches of a clerk in a run with others and in one alone: all together stay below the day's measure.
const SEARCHES: usize = 40;
const ALONE: usize = 20;
/// Numbers that the steward sees in clear to begin with, below the day's measure of reveals.
const NUMBERS: usize = 40;
/// Usual names of the district, so that exact names find somebody.
const SURNAMES: [&str; 8] = ["韦", "黄", "覃", "李", "陈", "莫", "蓝", "梁"];
const GIVEN: [&str; 12] =
    ["丽", "建国", "梓涵", "秀英", "伟", "志强", "桂英", "婷", "敏", "建华", "浩然", "雨桐"];

#[derive(clap::Args)]
pub struct Plan {
    /// The program, built for release.
    #[arg(long)]
    wangge: PathBuf,
    /// Where the district is made.
    #[arg(long)]
    dir: PathBuf,
    #[arg(long, default_value_t = 620_800)]
    residents: u64,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

#[derive(Deserialize)]
struct Found {
    people: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
}

#[derive(Deserialize)]
struct Revealed {
    values: Vec<Value>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

#[derive(Deserialize)]
struct Opened {
    one_time_password: String,
}

#[derive(Deserialize)]
struct Post {
    id: String,
}

/// Makes the district, finds people in it and prints the table.
///
/// # Errors
/// When the program or a request fails.
pub async fn run(plan: &Plan) -> Result<()> {
    let time = Duration::from_secs(plan.seconds);
    eprintln!("the bare handler …");
    let mut rows = Rows::new(ceiling::measure(time).await?);
    let label = format!("SQLite, {} residents", plan.residents);
    eprintln!("{label}: fusing three sources …");
    let home = Home::fresh(&plan.dir.join(format!("register-{}", plan.residents)))?;
    for line in filled(plan, &home)? {
        rows.note(&format!("{label}: {line}.\n\n"));
    }
    let running = server::serve(&plan.wangge, &home).await?;
    rows.started(&label, running.started_in, running.resident_megabytes()?);
    let address = &running.address;
    let steward = people::of(address, &home, "steward").await?;
    let admin = people::of(address, &home, "admin").await?;
    let street = steward.area.get(..9).unwrap_or("450204006").to_owned();

    eprintln!("{label}: numbers to look for …");
    let numbers = Arc::new(numbers(address, &home, &steward, &street).await?);
    let clerks = clerks(address, &admin, &street).await?;
    for (what, texts) in [("found by identity number", numbers), ("found by name", Arc::new(names()))] {
        // A server that has just begun has read nothing yet; the first searches of all clerks are not counted.
        let _ = searched(address, &clerks, &texts, SEARCHES).await?;
        for count in [1, SOME, CLERKS] {
            eprintln!("{label}: {what}, {count} at once …");
            let each = if count == 1 { ALONE } else { SEARCHES };
            let outcome = searched(address, clerks.get(..count).unwrap_or_default(), &texts, each).await?;
            rows.read(&label, what, count, outcome);
        }
    }
    rows.loaded(&label, running.resident_megabytes()?);
    println!("{}", rows.markdown());
    Ok(())
}

/// Lets clerks look people up at the same time, each so often.
async fn searched(
    address: &str,
    clerks: &[Arc<Person>],
    texts: &Arc<Vec<String>>,
    each: usize,
) -> Result<Outcome> {
    let mut seekers = Vec::new();
    for (nth, clerk) in clerks.iter().enumerate() {
        seekers.push(Seeker::new(address, clerk.clone(), texts, nth).await?);
    }
    load::some(seekers, each).await
}

/// Fills the district; gives what the program says about each source.
fn filled(plan: &Plan, home: &Home) -> Result<Vec<String>> {
    let mut demo = home.command(&plan.wangge);
    demo.args(["demo", "--fill-only", "--cases", "300", "--residents", &plan.residents.to_string(), "--dir"]);
    let mut child =
        demo.arg(&home.dir).stdout(Stdio::piped()).spawn().context("cannot start `wangge demo`")?;
    let said = BufReader::new(child.stdout.take().context("no output")?);
    let (mut lines, mut source) = (Vec::new(), String::new());
    for line in said.lines() {
        let line = line?;
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("fusing ") {
            source = rest.trim_end_matches(" …").to_owned();
        } else if line.starts_with("fused in ") {
            lines.push(format!("{source} {line}"));
        }
    }
    match child.wait()?.success() {
        true => Ok(lines),
        false => bail!("`wangge demo` failed"),
    }
}

/// Every usual name, in turn.
fn names() -> Vec<String> {
    SURNAMES.iter().flat_map(|surname| GIVEN.iter().map(move |given| format!("{surname}{given}"))).collect()
}

async fn find(client: &mut Client, person: &Person, text: &str, purpose: &str) -> Result<Found> {
    let body = serde_json::to_vec(&json!({ "text": text }))?;
    let ask = Ask {
        method: "POST",
        path: "/api/v1/registry/find",
        cookie: Some(&person.cookie),
        purpose: Some(purpose),
        body: &body,
        ..Ask::default()
    };
    client.ask(ask).await?.json().context("POST /registry/find")
}

/// Identity numbers that exist, as a steward who checks data sees them in clear.
async fn numbers(address: &str, home: &Home, steward: &Person, street: &str) -> Result<Vec<String>> {
    let mut client = Client::connect(address).await?;
    let password = people::password(home, "steward")?;
    let body = serde_json::to_vec(&json!({ "password": password }))?;
    let asked = as_steward(steward, "/api/v1/session/step-up", &body);
    let steward = &people::renewed(steward, &client.ask(asked).await?)?;
    let mut numbers = Vec::new();
    for name in names() {
        let within = json!({ "text": name, "within": street });
        let body = serde_json::to_vec(&within)?;
        let found = client.ask(as_steward(steward, "/api/v1/registry/find", &body)).await?;
        let found: Found = found.json().context("the steward finds nobody")?;
        let Some(row) = found.people.first() else { continue };
        let path = format!("/api/v1/residents/{}/reveal", row.id);
        let body = serde_json::to_vec(&json!({ "group": "id", "reason": "核对证件号码" }))?;
        let answer = client.ask(as_steward(steward, &path, &body)).await?;
        if answer.status == 200 {
            numbers.extend(answer.json::<Revealed>()?.values.into_iter().map(|one| one.value));
        }
        if numbers.len() == NUMBERS {
            break;
        }
    }
    if numbers.is_empty() { bail!("the steward sees no number") } else { Ok(numbers) }
}

fn as_steward<'a>(steward: &'a Person, path: &'a str, body: &'a [u8]) -> Ask<'a> {
    let cookie = Some(steward.cookie.as_str());
    Ask { method: "POST", path, cookie, purpose: Some("check"), body, ..Ask::default() }
}

/// Opens an account and a post for each clerk.
async fn clerks(address: &str, admin: &Person, street: &str) -> Result<Vec<Arc<Person>>> {
    let mut client = Client::connect(address).await?;
    let mut clerks = Vec::new();
    for nth in 0..CLERKS {
        let username = format!("bench-clerk-{nth}");
        let account = json!({ "username": username, "person_name": "测量员" });
        let opened: Opened = post(&mut client, admin, "/api/v1/staff/accounts", &account).await?;
        let title = json!({ "zh": "综合窗口受理员", "en": "Window clerk" });
        let made = json!({ "kind": "clerk", "area": street, "title": title });
        let made: Post = post(&mut client, admin, "/api/v1/staff/posts", &made).await?;
        let tenure = json!({ "post": made.id, "username": username });
        let _: serde_json::Value = post(&mut client, admin, "/api/v1/staff/tenures", &tenure).await?;
        clerks.push(Arc::new(people::signed_in(address, &username, &opened.one_time_password).await?));
    }
    Ok(clerks)
}

async fn post<T: serde::de::DeserializeOwned>(
    client: &mut Client,
    who: &Person,
    path: &str,
    body: &serde_json::Value,
) -> Result<T> {
    let body = serde_json::to_vec(body)?;
    let ask = Ask { method: "POST", path, cookie: Some(&who.cookie), body: &body, ..Ask::default() };
    client.ask(ask).await?.json().with_context(|| format!("POST {path}"))
}

/// A clerk who looks up one person after another.
struct Seeker {
    client: Client,
    clerk: Arc<Person>,
    texts: Arc<Vec<String>>,
    at: usize,
}

impl Seeker {
    async fn new(address: &str, clerk: Arc<Person>, texts: &Arc<Vec<String>>, nth: usize) -> Result<Self> {
        Ok(Self { client: Client::connect(address).await?, clerk, texts: Arc::clone(texts), at: nth * 7 })
    }
}

impl Work for Seeker {
    async fn once(&mut self) -> Result<()> {
        self.at = (self.at + 1) % self.texts.len();
        let text = self.texts.get(self.at).context("nothing to look for")?;
        find(&mut self.client, &self.clerk, text, "window").await.map(|_| ())
    }
}
