//! How often one address may call what needs no account.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use governor::clock::{Clock as _, QuantaClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Limits;
use crate::error::Error;
use crate::guesses::Guesses;

/// The limits that are counted in this process.
pub struct Limiters {
    public: DefaultKeyedRateLimiter<IpAddr>,
    reports: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    systems: DefaultKeyedRateLimiter<i64>,
    guesses: Guesses,
    clock: QuantaClock,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Any public page.
    Public,
    /// A new report.
    Report,
    /// A try to sign in.
    SignIn,
}

fn at_least_one(count: i64) -> NonZeroU32 {
    u32::try_from(count).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN)
}

impl Limiters {
    pub fn new(limits: &Limits) -> Self {
        Self {
            public: RateLimiter::keyed(Quota::per_minute(at_least_one(limits.public_per_minute))),
            reports: RateLimiter::keyed(Quota::per_hour(at_least_one(limits.reports_per_hour))),
            sign_ins: RateLimiter::keyed(Quota::per_minute(at_least_one(30))),
            systems: RateLimiter::keyed(Quota::per_minute(at_least_one(limits.system_per_minute))),
            guesses: Guesses::default(),
            clock: QuantaClock::default(),
        }
    }

    /// Counts one call.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub fn count(&self, what: Limited, from: Peer) -> Result<(), Error> {
        let limiter = match what {
            Limited::Public => &self.public,
            Limited::Report => &self.reports,
            Limited::SignIn => &self.sign_ins,
        };
        limiter.check_key(&from.0).map_err(|until| Self::too_many(until.wait_time_from(self.clock.now())))
    }

    /// Counts one call of a connected system.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub fn count_system(&self, id: i64) -> Result<(), Error> {
        self.systems.check_key(&id).map_err(|until| Self::too_many(until.wait_time_from(self.clock.now())))
    }

    fn too_many(wait: Duration) -> Error {
        Error::TooMany { retry_after_seconds: wait.as_secs() + 1 }
    }

    /// Tries of short secrets.
    pub fn guesses(&self) -> &Guesses {
        &self.guesses
    }

    /// Forgets addresses that have been quiet.
    pub fn sweep(&self) {
        for limiter in [&self.public, &self.reports, &self.sign_ins] {
            limiter.retain_recent();
        }
        self.systems.retain_recent();
    }
}

/// The address that a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = address.unwrap_or(IpAddr::from([127, 0, 0, 1]));
        let forwarded =
            parts.headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        Ok(Self(sender(address, forwarded)))
    }
}

/// Who sent a request: a proxy on this machine is believed about it, and only about the last hop, which it saw
/// itself; what stands before that the sender may have written.
fn sender(peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
    let last = forwarded.and_then(|hops| hops.rsplit(',').next()).and_then(|hop| hop.trim().parse().ok());
    last.filter(|_| peer.is_loopback()).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::sender;

    #[test]
    fn a_proxy_on_this_machine_is_believed_about_the_last_hop_and_nobody_else_is() {
        let at = |text: &str| text.parse::<IpAddr>().unwrap();
        let (proxy, stranger) = (at("127.0.0.1"), at("203.0.113.7"));
        assert_eq!(sender(proxy, Some("10.0.0.1, 203.0.113.7")), stranger);
        assert_eq!(sender(stranger, Some("127.0.0.1")), stranger);
        assert_eq!(sender(proxy, Some("nonsense")), proxy);
        assert_eq!(sender(proxy, None), proxy);
    }
}
