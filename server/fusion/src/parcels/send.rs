//! One parcel over HTTP: to hosts that the configuration lists, and nowhere that an answer points to.

use std::time::Duration;

use platform::App;

use crate::pull::checked_url;

/// How long one sending may take, from the name to the answer's last byte.
const PATIENCE: Duration = Duration::from_secs(15);
/// The owner has this number already.
const KNOWN: u16 = 409;

/// Sends a sheet under the number of its claim, on a thread that may be held up. Refusals are words for programs.
pub(super) fn send(app: &App, url: &str, number: &str, sheet: &str) -> Result<(), &'static str> {
    // The list may have become shorter since the address was entered.
    checked_url(url, &app.config().fusion).map_err(|_| "address")?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent("wangge-claims/1")
        .build()
        .into();
    let asked =
        agent.post(url).header("idempotency-key", number).content_type("application/json").send(sheet);
    match asked.map(|answer| answer.status().as_u16()) {
        Ok(200..=299 | KNOWN) => Ok(()),
        Ok(_) => Err("answer"),
        Err(ureq::Error::Timeout(_)) => Err("timeout"),
        Err(_) => Err("unreachable"),
    }
}
