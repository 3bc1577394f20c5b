//! The pass of a resident: half an hour for one person, sealed so that nobody can write one.

use data_encoding::BASE64URL_NOPAD;
use platform::{App, Millis, secret};
use registry::{ResidentId, ResidentKey};

/// The header that carries it.
pub(super) const HEADER: &str = "wangge-resident";
/// How long a pass opens.
pub(super) const PASS_MS: i64 = 30 * 60_000;
/// The name of the keyed hash in the vault.
const INDEX: &str = "citizen.mine";

/// A pass as it was shown, not checked yet.
pub(super) struct Shown<'a> {
    pub resident: ResidentId,
    pub until: Millis,
    seal: &'a str,
}

/// A pass for the resident whose code this is.
pub(super) fn issue(app: &App, key: &ResidentKey, until: Millis) -> String {
    let resident = ResidentId::new(key.street_id, key.id);
    format!("{resident}.{}.{}", until.0, seal(app, key, until))
}

/// Takes a pass apart.
pub(super) fn read(text: &str) -> Option<Shown<'_>> {
    let mut parts = text.split('.');
    let shown = Shown {
        resident: parts.next()?.parse().ok()?,
        until: Millis(parts.next()?.parse().ok()?),
        seal: parts.next()?,
    };
    parts.next().is_none().then_some(shown)
}

impl Shown<'_> {
    /// Whether we issued it under this code, and it is not over. Another code for the resident ends it.
    pub fn opens(&self, app: &App, key: &ResidentKey, now: Millis) -> bool {
        now < self.until
            && key.is_open(now)
            && secret::equal(self.seal.as_bytes(), seal(app, key, self.until).as_bytes())
    }
}

fn seal(app: &App, key: &ResidentKey, until: Millis) -> String {
    let text = format!("{}:{}:{}:{}", key.street_id, key.id, key.code_hash, until.0);
    BASE64URL_NOPAD.encode(&app.vault().index(INDEX, &text))
}
