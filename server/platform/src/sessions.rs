//! Sessions: kept on the server, found by the hash of a random token, ended by idleness or age.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};
use store::{row, sql, vals};

use crate::app::App;
use crate::call::Who;
use crate::clock::Millis;
use crate::error::Error;
use crate::policy::{Caller, PostInUse, PostKind};

/// How long this process trusts what it read of a session; an ended tenure or a session ended elsewhere is
/// refused at most this much later.
const TRUST_MS: i64 = 1_000;
/// How stale `seen_at` may grow before it is written again: a write for every click would cost more than it tells.
const TOUCH_MS: i64 = 60_000;

row! {
    struct Found {
        account_id: i64,
        seen_at: Millis,
        ends_at: Millis,
        tenure_id: Option<i64>,
        tenure_ends: Option<Millis>,
        post_id: Option<i64>,
        kind: Option<PostKind>,
        area: Option<i64>,
        organisation_id: Option<i64>,
        stepped_up_at: Option<Millis>,
    }
}

sql! {
    FIND = "SELECT s.account_id, s.seen_at, s.ends_at, t.id, t.valid_to, p.id, p.kind, p.area, p.organisation_id,
            s.stepped_up_at
        FROM sessions s JOIN accounts a ON a.id = s.account_id AND a.disabled_at IS NULL
        LEFT JOIN tenures t ON t.id = s.tenure_id AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
        LEFT JOIN posts p ON p.id = t.post_id AND p.valid_from <= $2 AND (p.valid_to IS NULL OR p.valid_to > $2)
        WHERE s.token_hash = $1";
    TOUCH = "UPDATE sessions SET seen_at = $2 WHERE token_hash = $1";
    SWEEP city = "DELETE FROM sessions WHERE ends_at < $1 OR seen_at < $2";
}

/// The sessions that this process has looked up lately.
#[derive(Default)]
pub struct Recent(Mutex<HashMap<[u8; 32], Known>>);

/// Who acts in a session, and when they last showed again who they are.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub who: Who,
    pub stepped_up_at: Option<Millis>,
}

#[derive(Clone)]
struct Known {
    session: Session,
    read_at: Millis,
    dies_at: Millis,
}

impl Recent {
    fn find(&self, hash: &[u8; 32], now: Millis) -> Option<Session> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(hash)?;
        (now.0 - known.read_at.0 < TRUST_MS && now < known.dies_at).then(|| known.session.clone())
    }

    fn keep(&self, hash: [u8; 32], known: Known) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= 4096 {
            all.retain(|_, old| known.read_at.0 - old.read_at.0 < TRUST_MS);
        }
        all.insert(hash, known);
    }

    /// Forgets everything, so that the next call of each session reads it anew.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The hash under which a token is kept; the token itself is never stored.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl App {
    fn cookie_name(&self) -> &'static str {
        if self.config().secure_cookies() { "__Host-wangge" } else { "wangge" }
    }

    /// The session token that a request carries.
    pub(crate) fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie_name()).map(|(_, token)| token)
    }

    /// The cookie that carries `token`; without one, the cookie that takes it back.
    pub(crate) fn cookie(&self, token: Option<&str>) -> Result<HeaderValue, Error> {
        let (value, age) = match token {
            Some(token) => (token, self.config().session_absolute_ms() / 1000),
            None => ("", 0),
        };
        let secure = if self.config().secure_cookies() { "; Secure" } else { "" };
        let line =
            format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", self.cookie_name());
        HeaderValue::from_str(&line).map_err(Error::internal)
    }

    /// The session that sent this request, if it is alive.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, Error> {
        let Some(hash) = self.token(headers).map(hash) else { return Ok(None) };
        let now = self.clock().now();
        if let Some(session) = self.recent().find(&hash, now) {
            return Ok(Some(session));
        }
        let found: Option<Found> =
            self.read(move |r| async move { Ok(r.opt(&FIND, &vals![hash, r.now()]).await?) }).await?;
        let idle = self.config().session_idle_ms();
        let Some(found) = found.filter(|found| now < found.ends_at && now.0 < found.seen_at.0 + idle) else {
            return Ok(None);
        };
        if now.0 - found.seen_at.0 > TOUCH_MS {
            self.store()
                .write(move |tx| async move { tx.exec(&TOUCH, &vals![hash, now]).await })
                .await
                .map_err(Error::from)?;
        }
        let dies_at = Millis(found.ends_at.0.min(now.0 + idle));
        let session = Session { who: found.who(), stepped_up_at: found.stepped_up_at };
        self.recent().keep(hash, Known { session: session.clone(), read_at: now, dies_at });
        Ok(Some(session))
    }

    /// Removes sessions that ended by age or idleness.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn sweep_sessions(&self) -> Result<u64, Error> {
        let now = self.clock().now();
        let idle = Millis(now.0 - self.config().session_idle_ms());
        Ok(self.store().write(move |tx| async move { tx.exec(&SWEEP, &vals![now, idle]).await }).await?)
    }
}

impl Found {
    fn who(&self) -> Who {
        match (self.tenure_id, self.post_id, self.kind, self.area) {
            (Some(_), Some(id), Some(kind), Some(area)) => Who::Post(Caller {
                account: self.account_id,
                post: PostInUse {
                    id,
                    kind,
                    area,
                    organisation: self.organisation_id,
                    not_after: self.tenure_ends,
                },
            }),
            _ => Who::Account(self.account_id),
        }
    }
}
