//! One call: who asks, in which language, under which request, for which purpose.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::clock::Millis;
use crate::error::{Error, Text};
use crate::policy::Caller;
use crate::request::{Lang, RequestId};
use crate::systems::SystemInUse;

/// The header that says why a caller wants to see something personal.
pub const PURPOSE: &str = "wangge-purpose";

/// Who stands behind a call.
#[derive(Clone, Debug)]
pub enum Who {
    /// A person in one of their posts; rights come from the post.
    Post(Caller),
    /// A person who has signed in but holds no post now.
    Account(i64),
    /// A resident or passer-by, unknown.
    Visitor,
    /// Another program, known by its key.
    System(SystemInUse),
    /// The program itself: a job, a command, the demo.
    Program(&'static str),
}

/// What accompanies every read and write.
#[derive(Clone, Debug)]
pub struct Call {
    pub who: Who,
    pub lang: Lang,
    pub request: Arc<str>,
    pub purpose: Option<String>,
    /// The caller's `Idempotency-Key`, bound to who asks and what for.
    pub key: Option<i64>,
    /// When the caller last showed again who they are.
    pub stepped_up_at: Option<Millis>,
}

impl Call {
    /// A call of the program itself.
    pub fn program(name: &'static str) -> Self {
        Self {
            who: Who::Program(name),
            lang: Lang::default(),
            request: Arc::from(name),
            purpose: None,
            key: None,
            stepped_up_at: None,
        }
    }

    /// The same call, on behalf of a post.
    #[must_use]
    pub fn on_behalf_of(&self, caller: Caller) -> Self {
        Self { who: Who::Post(caller), ..self.clone() }
    }

    /// The post in use.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when there is none.
    pub fn caller(&self) -> Result<&Caller, Error> {
        match &self.who {
            Who::Post(caller) => Ok(caller),
            _ => Err(Error::Unauthenticated),
        }
    }

    /// The account that signed in.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when nobody did.
    pub fn account(&self) -> Result<i64, Error> {
        match &self.who {
            Who::Post(caller) => Ok(caller.account),
            Who::Account(account) => Ok(*account),
            _ => Err(Error::Unauthenticated),
        }
    }
}

impl FromRequestParts<App> for Call {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let session = app.session(&parts.headers).await?.ok_or(Error::Unauthenticated)?;
        Ok(Self { stepped_up_at: session.stepped_up_at, ..Self::of(parts, session.who)? })
    }
}

/// A call that needs no account: public pages, signing in.
#[derive(Clone, Debug)]
pub struct OpenCall(pub Call);

impl FromRequestParts<App> for OpenCall {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        Call::of(parts, Who::Visitor).map(Self)
    }
}

impl Call {
    pub(crate) fn of(parts: &Parts, who: Who) -> Result<Self, Error> {
        let key = parts
            .headers
            .get("idempotency-key")
            .map(|key| bind_key(key.as_bytes(), &who, parts))
            .transpose()?;
        Ok(Self {
            who,
            lang: Lang::of(&parts.headers),
            request: RequestId::of(parts).into(),
            purpose: parts
                .headers
                .get(PURPOSE)
                .and_then(|word| word.to_str().ok())
                .filter(is_word)
                .map(str::to_owned),
            key,
            stepped_up_at: None,
        })
    }
}

/// What goes into the ledger as a purpose is a word, not whatever somebody sent.
fn is_word(text: &&str) -> bool {
    (1..=24).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn bind_key(key: &[u8], who: &Who, parts: &Parts) -> Result<i64, Error> {
    if !(8..=200).contains(&key.len()) {
        return Err(Error::malformed(Text::new(
            "幂等键须为 8 至 200 个字符",
            "an idempotency key has 8 to 200 characters",
        )));
    }
    let owner = match who {
        Who::Post(caller) => caller.account,
        Who::Account(account) => *account,
        Who::System(system) => system.id,
        Who::Visitor | Who::Program(_) => 0,
    };
    let digest = Sha256::new()
        .chain_update(owner.to_be_bytes())
        .chain_update(parts.method.as_str())
        .chain_update(parts.uri.path())
        .chain_update([0])
        .chain_update(key)
        .finalize();
    let head = digest.first_chunk::<8>().copied().unwrap_or_default();
    Ok(i64::from_be_bytes(head) & i64::MAX)
}

/// The version that the caller saw, from `If-Match`.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let header = parts.headers.get("if-match").ok_or(Error::PreconditionRequired)?;
        let version = header.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
        version.map(Self).ok_or_else(|| {
            Error::malformed(Text::new(
                "If-Match 须为读取时的版本号",
                "If-Match must hold the version that was read",
            ))
        })
    }
}
