//! Passes: what lets a browser load the pictures of a case for an hour without keeping any secret of it.

use data_encoding::BASE64URL_NOPAD;
use orders::Order;
use platform::{App, Millis, secret};

/// How long a pass opens the pictures.
const PASS_MS: i64 = 3_600_000;
/// The name of the keyed hash in the vault.
const INDEX: &str = "citizen.pass";

/// A pass for the pictures of an order.
pub(crate) fn issue(app: &App, order: &Order, now: Millis) -> String {
    let until = now.plus(PASS_MS);
    format!("{}.{}", until.0, seal(app, order, until.0))
}

/// Whether a pass is ours, for this order, and not over.
pub(crate) fn opens(app: &App, order: &Order, pass: &str, now: Millis) -> bool {
    let Some((until, sealed)) = pass.split_once('.') else { return false };
    let Ok(until) = until.parse::<i64>() else { return false };
    until > now.0 && secret::equal(sealed.as_bytes(), seal(app, order, until).as_bytes())
}

fn seal(app: &App, order: &Order, until: i64) -> String {
    BASE64URL_NOPAD.encode(&app.vault().index(INDEX, &format!("{}:{}:{until}", order.street_id, order.id)))
}
