//! What names a case close by without its number: sealed, and good for an hour.

use data_encoding::BASE64URL_NOPAD;
use orders::{Order, OrderId};
use platform::{App, Millis, secret};

/// How long it is good.
const MARK_MS: i64 = 3_600_000;
/// The name of the keyed hash in the vault.
const INDEX: &str = "citizen.near";

/// A name for a case.
pub(crate) fn issue(app: &App, order: &Order, now: Millis) -> String {
    let (id, until) = (order.wire_id(), now.plus(MARK_MS));
    format!("{id}.{}.{}", until.0, seal(app, id, until))
}

/// The street and the id of the case that a name of ours stands for.
pub(crate) fn opens(app: &App, mark: &str, now: Millis) -> Option<(i64, i64)> {
    let mut parts = mark.splitn(3, '.');
    let id: OrderId = parts.next()?.parse().ok()?;
    let until = Millis(parts.next()?.parse().ok()?);
    let ours = secret::equal(parts.next()?.as_bytes(), seal(app, id, until).as_bytes());
    (ours && until > now).then_some((id.street, id.id))
}

fn seal(app: &App, id: OrderId, until: Millis) -> String {
    BASE64URL_NOPAD.encode(&app.vault().index(INDEX, &format!("{id}:{}", until.0)))
}
