//! Who plays in a case life: the demo's accounts, signed in once and used by all clients.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::client::{Answer, Ask, Client};
use crate::server::Home;

/// A signed-in account in the post it uses.
pub struct Person {
    pub cookie: String,
    /// The area of the post.
    pub area: String,
    /// The organisation of the post, if it has one.
    pub organisation: Option<String>,
}

pub struct People {
    pub desk: Person,
    pub handler: Person,
    pub grid_worker: Person,
    pub leader: Person,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Post {
    area: String,
    organisation: Option<Named>,
}

#[derive(Deserialize)]
struct Session {
    post: Option<Post>,
}

/// Signs in one account of each kind that a case life needs.
///
/// # Errors
/// When an account is missing or the server refuses it.
pub async fn sign_in(address: &str, home: &Home) -> Result<People> {
    let passwords = passwords(home)?;
    Ok(People {
        desk: person(address, &passwords, "desk").await?,
        handler: person(address, &passwords, "handler").await?,
        grid_worker: person(address, &passwords, "grid").await?,
        leader: person(address, &passwords, "leader").await?,
    })
}

fn passwords(home: &Home) -> Result<Passwords> {
    let path = home.dir.join("passwords.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("cannot read `{}`", path.display()))
}

/// The password of one of the demo's accounts.
///
/// # Errors
/// When the demo has no such account.
pub fn password(home: &Home, username: &str) -> Result<String> {
    passwords(home)?.remove(username).with_context(|| format!("the demo has no `{username}`"))
}

/// Signs in one of the demo's accounts.
///
/// # Errors
/// When it is missing or the server refuses it.
pub async fn of(address: &str, home: &Home, username: &str) -> Result<Person> {
    signed_in(address, username, &password(home, username)?).await
}

/// The passwords of the demo by username.
type Passwords = BTreeMap<String, String>;

async fn person(address: &str, passwords: &Passwords, username: &str) -> Result<Person> {
    let password = passwords.get(username).with_context(|| format!("the demo has no `{username}`"))?;
    signed_in(address, username, password).await
}

/// # Errors
/// When the server refuses the account.
pub async fn signed_in(address: &str, username: &str, password: &str) -> Result<Person> {
    let body = serde_json::to_vec(&serde_json::json!({ "username": username, "password": password }))?;
    let mut client = Client::connect(address).await?;
    let answer = loop {
        let ask = Ask { method: "POST", path: "/api/v1/session", body: &body, ..Ask::default() };
        let answer = client.ask(ask).await?;
        // One address may sign in thirty times a minute, also this one.
        match (answer.status, answer.retry_after) {
            (429, Some(seconds)) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            _ => break answer,
        }
    };
    let session: Session = answer.json().with_context(|| format!("{username} cannot sign in"))?;
    let post = session.post.with_context(|| format!("{username} has no post in use"))?;
    Ok(Person {
        cookie: answer.cookies.join("; "),
        area: post.area,
        organisation: post.organisation.map(|organisation| organisation.id),
    })
}

/// The same person after a step-up: the session goes on under another cookie.
///
/// # Errors
/// When the server refuses the step-up.
pub fn renewed(person: &Person, answer: &Answer) -> Result<Person> {
    if !(200..300).contains(&answer.status) {
        bail!("the step-up was answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(Person {
        cookie: answer.cookies.join("; "),
        area: person.area.clone(),
        organisation: person.organisation.clone(),
    })
}
