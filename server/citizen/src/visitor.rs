//! Somebody without an account, counted by the address that they come from.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use platform::limits::{Limited, Peer};
use platform::{App, Call, Error, OpenCall};

/// A visitor's call, already counted.
pub(crate) struct Visitor {
    pub call: Call,
    pub peer: Peer,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Ok(peer) = Peer::from_request_parts(parts, app).await;
        app.limiters().count(Limited::Public, peer)?;
        let OpenCall(call) = OpenCall::from_request_parts(parts, app).await?;
        Ok(Self { call, peer })
    }
}
