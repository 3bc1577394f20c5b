//! Fetching a batch from its source over HTTP: only from hosts that the configuration lists, only so long, and never a page
//! in place of data.

use std::io;
use std::time::Duration;

use axum::http::Uri;
use platform::config::Fusion;
use platform::{App, Call, Error, FieldProblem, Text};
use registry::Source;
use serde_json::json;

use crate::batch::Batch;
use crate::fault::FileFault;
use crate::kept;
use crate::receive::{self, Stopped};

const URL_CHARS: usize = 500;

/// An address that batches may be pulled from.
///
/// # Errors
/// The field's problem.
pub(crate) fn checked_url(url: &str, config: &Fusion) -> Result<(), FieldProblem> {
    let problem = |zh, en| Err(FieldProblem::new("pull_url", Text::new(zh, en)));
    let uri: Option<Uri> =
        url.parse().ok().filter(|_| url.chars().count() <= URL_CHARS && !url.contains(['#', '@']));
    let authority = uri.as_ref().and_then(Uri::authority);
    let scheme = uri.as_ref().and_then(Uri::scheme_str).unwrap_or_default();
    let Some(authority) = authority.filter(|_| matches!(scheme, "http" | "https")) else {
        return problem("地址须形如 https://host/path", "the address must be like https://host/path");
    };
    let is = |known: &String| {
        known.eq_ignore_ascii_case(authority.as_str()) || known.eq_ignore_ascii_case(authority.host())
    };
    match config.hosts.iter().any(is) {
        true => Ok(()),
        false => problem(
            "此主机不在允许拉取的名单内（配置项 fusion.hosts）",
            "this host is not on the list of those allowed (setting fusion.hosts)",
        ),
    }
}

/// What went wrong on the way.
fn failure(error: &ureq::Error, seconds: i64) -> Text {
    match error {
        ureq::Error::Timeout(_) => slow(seconds),
        ureq::Error::HostNotFound => Text::new("找不到来源的主机", "the host of the source is not known"),
        ureq::Error::StatusCode(status) => Text::owned(
            format!("来源返回错误状态 {status}"),
            format!("the source answered with status {status}"),
        ),
        ureq::Error::Io(error) if is_timeout(error) => slow(seconds),
        _ => Text::new("无法连接数据来源", "the source cannot be reached"),
    }
}

fn slow(seconds: i64) -> Text {
    Text::owned(
        format!("数据来源在 {seconds} 秒内没有发完，已中止，未留下数据"),
        format!("the source did not finish within {seconds} seconds; nothing of it was kept"),
    )
}

fn is_timeout(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    error.kind() == io::ErrorKind::TimedOut || matches!(inner, Some(ureq::Error::Timeout(_)))
}

/// Why nothing came.
enum Unfetched {
    Told(&'static str, Text),
    Fault(FileFault),
    Ours(Error),
}

/// Fetches the next batch of a source.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::Conflict`] with what went wrong; nothing is kept then but the ledger's entry.
pub(crate) async fn pull(app: &App, call: &Call, source: Source) -> Result<Batch, Error> {
    let Some(url) = source.pull_url.clone() else {
        return Err(Error::conflict(Text::new(
            "该来源没有拉取地址",
            "this source has no address to pull from",
        )));
    };
    // The list may have become shorter since the address was entered.
    checked_url(&url, &app.config().fusion).map_err(|problem| Error::invalid(vec![problem]))?;
    let id = app.ids().next(app.clock().now());
    let name = url.split(['?', '/']).rev().find(|part| !part.is_empty()).unwrap_or("pull").to_owned();
    match app.heavy(move |app| fetch(app, id, &url)).await? {
        Ok(bytes) => receive::arrived(app, call, source, (id, &name, bytes)).await,
        Err(Unfetched::Fault(fault)) => Err(receive::refuse(app, call, &source, id, fault).await?),
        Err(Unfetched::Ours(error)) => Err(error),
        Err(Unfetched::Told(word, text)) => {
            app.heavy(move |app| kept::remove(app, id)).await??;
            let key = source.key.clone();
            app.write(call, app.district(), move |w| async move {
                w.record("batch:refuse", key, json!({ "fault": word }));
                Ok(())
            })
            .await?;
            Err(Error::field("pull_url", text))
        }
    }
}

fn fetch(app: &App, id: i64, url: &str) -> Result<u64, Unfetched> {
    let seconds = app.config().fusion.pull_seconds;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(seconds.unsigned_abs())))
        .max_redirects(0)
        .proxy(None)
        .user_agent("wangge-fusion/1")
        .build()
        .into();
    let told = |error: &ureq::Error| {
        let word = if matches!(error, ureq::Error::Timeout(_)) { "slow" } else { "unreachable" };
        Unfetched::Told(word, failure(error, seconds))
    };
    let mut answer = agent.get(url).call().map_err(|error| told(&error))?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(told(&ureq::Error::StatusCode(status)));
    }
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") {
        return Err(Unfetched::Fault(FileFault::Html));
    }
    let said: Option<u64> = answer
        .headers()
        .get("content-length")
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse().ok());
    let body = answer.body_mut().with_config().limit(u64::MAX).reader();
    match receive::keep(app, id, body) {
        Ok(bytes) if said.is_some_and(|said| said != bytes) => Err(Unfetched::Fault(FileFault::Half)),
        Ok(bytes) => Ok(bytes),
        Err(Stopped::Fault(fault)) => Err(Unfetched::Fault(fault)),
        Err(Stopped::Reading(error)) if is_timeout(&error) => Err(Unfetched::Told("slow", slow(seconds))),
        Err(Stopped::Reading(_)) => Err(Unfetched::Fault(FileFault::Half)),
        Err(Stopped::Ours(error)) => Err(Unfetched::Ours(error)),
    }
}
