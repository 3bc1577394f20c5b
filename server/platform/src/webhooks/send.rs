//! Sending one event over HTTP, to addresses that may be reached.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use axum::http::Uri;
use ureq::config::Config as HttpConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::config::Webhooks;
use crate::error::{FieldProblem, Text};

/// How long one sending may take, from the name to the answer's last byte.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest address.
const URL_CHARS: usize = 500;

/// One event, ready to go.
pub(super) struct Letter {
    pub url: String,
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Taken, with this status.
    Taken(i64),
    /// Not taken: a word for programs, and the status if there was an answer.
    Refused { problem: &'static str, status: Option<i64> },
    /// The receiver wants no more.
    Gone,
}

/// Sends letters; connections are kept for the next.
#[derive(Clone)]
pub(super) struct Sender(ureq::Agent);

impl Sender {
    pub fn new(config: &Webhooks) -> Self {
        let http = HttpConfig::builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("wangge-webhooks/1")
            .build();
        let guard = Guard { private: config.private, inner: DefaultResolver::default() };
        Self(ureq::Agent::with_parts(http, DefaultConnector::default(), guard))
    }

    /// Sends one letter and waits for the answer, on a thread that may be held up.
    pub fn send(&self, letter: &Letter) -> Outcome {
        let asked = self
            .0
            .post(&letter.url)
            .header("webhook-id", &letter.id)
            .header("webhook-timestamp", letter.timestamp.to_string())
            .header("webhook-signature", &letter.signature)
            .content_type("application/json")
            .send(&letter.body);
        let refused = |problem| Outcome::Refused { problem, status: None };
        match asked {
            Ok(answer) => match answer.status().as_u16() {
                status @ 200..=299 => Outcome::Taken(i64::from(status)),
                410 => Outcome::Gone,
                status => Outcome::Refused { problem: "answer", status: Some(i64::from(status)) },
            },
            Err(ureq::Error::Timeout(_)) => refused("timeout"),
            Err(ureq::Error::HostNotFound) => refused("unknown_host"),
            Err(ureq::Error::Io(error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                refused("address")
            }
            Err(ureq::Error::Tls(_) | ureq::Error::Rustls(_)) => refused("tls"),
            Err(_) => refused("unreachable"),
        }
    }
}

/// Resolves names and keeps back addresses that are out of reach: judged here, a name that changes its address after it was
/// entered gains nothing.
#[derive(Debug)]
struct Guard {
    private: bool,
    inner: DefaultResolver,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender")
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &HttpConfig,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut reachable = self.empty();
        for address in found.iter().filter(|address| self.private || is_public(address.ip())) {
            reachable.push(*address);
        }
        match reachable.is_empty() {
            true => Err(ureq::Error::Io(io::Error::from(io::ErrorKind::PermissionDenied))),
            false => Ok(reachable),
        }
    }
}

/// Whether an address is somewhere on the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (18..20).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || shared
        || benchmark
        || protocol)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    // Only 2000::/3 is given out; 6to4 and Teredo in it carry addresses of the older kind.
    let [a, b, ..] = ip.segments();
    (a & 0xe000) == 0x2000 && a != 0x2002 && !(a == 0x2001 && b < 0x0200) && !(a == 0x2001 && b == 0x0db8)
}

/// An address that letters may be sent to, as far as it can be judged without asking the network.
///
/// # Errors
/// The field's problem.
pub(super) fn checked_url(url: &str, config: &Webhooks) -> Result<String, FieldProblem> {
    let problem = |zh, en| FieldProblem::new("url", Text::new(zh, en));
    let url = url.trim();
    let uri: Option<Uri> =
        url.parse().ok().filter(|_| url.chars().count() <= URL_CHARS && !url.contains(['#', '@']));
    let host = uri.as_ref().and_then(Uri::host).map(|host| host.trim_matches(['[', ']']).to_lowercase());
    let (Some(uri), Some(host)) = (uri, host.filter(|host| !host.is_empty())) else {
        return Err(problem("地址须形如 https://host/path", "the address must be like https://host/path"));
    };
    let scheme = uri.scheme_str().unwrap_or_default();
    if scheme != "https" && !(scheme == "http" && config.private) {
        return Err(problem("地址须以 https:// 开头", "the address must begin with https://"));
    }
    if !config.hosts.is_empty() && !config.hosts.iter().any(|known| known.eq_ignore_ascii_case(&host)) {
        return Err(problem("此主机不在允许的名单内", "this host is not on the list of those allowed"));
    }
    let is_outside = host.parse::<IpAddr>().map_or(host != "localhost", is_public);
    if !config.private && !is_outside {
        return Err(problem("不能发往内部网络地址", "addresses of private networks are out of reach"));
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(hosts: &[&str], private: bool) -> Webhooks {
        Webhooks { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), private, give_up_days: 3 }
    }

    #[test]
    fn addresses_inside_are_out_of_reach() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001:0:a00::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "114.114.114.114", "100.128.0.1", "2400:3200::1", "2606:4700::1111"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn an_address_is_judged_when_it_is_entered() {
        let open = config(&[], false);
        assert_eq!(
            checked_url(" https://hooks.example.cn/in?a=1 ", &open).unwrap(),
            "https://hooks.example.cn/in?a=1"
        );
        for refused in [
            "",
            "hooks",
            "/in",
            "ftp://a.cn",
            "http://a.cn",
            "https://",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost:1/",
            "https://user@a.cn/",
            "https://a.cn/#x",
        ] {
            assert!(checked_url(refused, &open).is_err(), "{refused}");
        }
        assert!(checked_url("http://127.0.0.1:9/", &config(&[], true)).is_ok());
        let listed = config(&["Hooks.example.cn"], true);
        assert!(checked_url("https://hooks.EXAMPLE.cn/", &listed).is_ok());
        assert!(checked_url("https://other.example.cn/", &listed).is_err());
    }
}
