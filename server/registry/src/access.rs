//! What opens a resident's own page: a code from the window, of which a keyed hash is kept.
//!
//! The code is shown once, on the slip that the clerk hands over. It opens for thirty days; a new one ends the old. After
//! [`MOST_TRIES`] wrong codes it opens nothing any more, whoever guesses from wherever.

use data_encoding::HEXLOWER;
use platform::{App, Chance, Error, Millis, Text, Write, secret};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::look::{self, Asked, pseudonym};
use crate::resident::{Resident, ResidentId, number_index};
use crate::words::{Group, How, IdentifierKind, ResidentState};

/// The right to hand out codes.
pub const ISSUE: &str = "access:issue";
/// How long a code opens.
const OPENS_MS: i64 = 30 * 24 * 3_600_000;
/// Characters of a code.
const CODE_CHARS: usize = 10;
/// Wrong codes that one code outlives.
pub const MOST_TRIES: i64 = 20;
/// The name of the keyed hash in the vault.
const INDEX: &str = "registry.access";

table! {
    /// The code of one resident, the last that was handed out.
    pub struct ResidentKey in "resident_keys" key 2 {
        pub street_id: i64,
        /// The resident's id.
        pub id: i64,
        pub code_hash: String,
        pub issued_at: Millis,
        pub issued_by: Option<i64>,
        pub expires_at: Millis,
        /// Wrong codes since it was handed out.
        pub tries: i64,
        pub closed_at: Option<Millis>,
    }
}

sql! {
    PUT = "INSERT INTO resident_keys (street_id, id, code_hash, issued_at, issued_by, expires_at, tries)
        VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (street_id, id) DO UPDATE SET
        code_hash = excluded.code_hash, issued_at = excluded.issued_at, issued_by = excluded.issued_by,
        expires_at = excluded.expires_at, tries = 0, closed_at = NULL";
    MISSED = "UPDATE resident_keys SET tries = tries + 1 WHERE street_id = $1 AND id = $2";
    WITH_NUMBER = "SELECT i.resident_id FROM resident_identifiers i
        WHERE i.street_id = $1 AND i.value_index = $2 AND i.known_to IS NULL ORDER BY i.id LIMIT 20";
}

impl ResidentKey {
    /// Whether it opens anything at all at `now`.
    pub fn is_open(&self, now: Millis) -> bool {
        self.closed_at.is_none() && now < self.expires_at && self.tries < MOST_TRIES
    }

    /// Whether a code, as somebody typed it, is this one.
    pub fn is_of(&self, app: &App, code: &str) -> bool {
        secret::equal(self.code_hash.as_bytes(), code_hash(app, self.street_id, self.id, code).as_bytes())
    }
}

/// A new code, in two groups so that it can be copied by hand: `k3vd9-9t0xw`.
///
/// # Errors
/// When the machine gives no randomness.
pub fn draw_code(chance: &Chance) -> Result<String, Error> {
    let letters: Vec<char> = chance.readable()?.chars().filter(|c| *c != '-').take(CODE_CHARS).collect();
    let (one, two) = letters.split_at(CODE_CHARS / 2);
    Ok(format!("{}-{}", one.iter().collect::<String>(), two.iter().collect::<String>()))
}

fn code_hash(app: &App, street: i64, resident: i64, code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_lowercase() {
            // What the alphabet of codes leaves out, because people write it for these.
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    HEXLOWER.encode(&app.vault().index(INDEX, &format!("{street}:{resident}:{plain}")))
}

/// The resident with this id where the post in use reaches; nobody else can be told from nobody.
///
/// # Errors
/// [`Error::Forbidden`] without the right anywhere, [`Error::Missing`].
pub(crate) async fn reached(w: &Write, right: &str, id: ResidentId) -> Result<Resident, Error> {
    let scope = w.app().policy().scope(w.call().caller()?, right, w.now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let found: Option<Resident> = w.find(&vals![id.street, id.id]).await?;
    found.filter(|resident| scope.covers(&resident.thing())).ok_or(Error::Missing("resident"))
}

/// Hands out a code to a resident who stands at the window.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Missing`]; [`Error::Conflict`] for somebody who is not in the register any more.
pub async fn issue(
    w: &Write,
    asked: &Asked,
    id: ResidentId,
    code: &str,
) -> Result<(Resident, ResidentKey), Error> {
    let resident = look::get(w, asked, ISSUE, id).await?;
    if !matches!(resident.state, ResidentState::Living | ResidentState::Left) {
        let text = Text::owned(
            format!("该居民的登记状态为{}，不能开通", resident.state.name().zh),
            format!("this resident is {}; no code can be issued", resident.state.name().en),
        );
        return Err(Error::conflict(text));
    }
    let key = ResidentKey {
        street_id: resident.street_id,
        id: resident.id,
        code_hash: code_hash(w.app(), resident.street_id, resident.id, code),
        issued_at: w.now(),
        issued_by: w.call().account().ok(),
        expires_at: w.now().plus(OPENS_MS),
        tries: 0,
        closed_at: None,
    };
    let values =
        vals![key.street_id, key.id, key.code_hash.as_str(), key.issued_at, key.issued_by, key.expires_at];
    w.exec(&PUT, &values).await?;
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    w.record("access:issue", subject, json!({ "expires_at": key.expires_at }));
    look::leave(w, asked, &[&resident], How::Printed, &[Group::Name]);
    Ok((resident, key))
}

/// Counts a wrong code against the one that was handed out.
///
/// # Errors
/// What the store answers.
pub async fn missed(w: &Write, key: &ResidentKey) -> Result<(), Error> {
    w.exec(&MISSED, &vals![key.street_id, key.id]).await?;
    w.record("access:refuse", pseudonym(w.app(), key.street_id, key.id), json!({}));
    Ok(())
}

/// The residents of a street who carry the number of a document, whatever kind of document it is; of those who were
/// merged, whom they were merged into.
///
/// # Errors
/// What the store answers.
pub async fn with_number(app: &App, r: &Tx, street: i64, number: &str) -> Result<Vec<Resident>, Error> {
    let mut found: Vec<Resident> = Vec::new();
    for kind in IdentifierKind::ALL.iter().filter(|kind| **kind != IdentifierKind::Phone) {
        let index = number_index(app, *kind, number);
        let ids: Vec<(i64,)> = r.query(&WITH_NUMBER, &vals![street, index]).await?;
        for (id,) in ids {
            let Some(mut resident) = r.find::<Resident>(&vals![street, id]).await? else { continue };
            // Who was merged may be merged again together with the one that they are now.
            for _ in 0..4 {
                let Some(into) = resident.merged_into else { break };
                resident = r.find(&vals![street, into]).await?.ok_or(Error::Missing("resident"))?;
            }
            if found.iter().all(|known| known.id != resident.id) {
                found.push(resident);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_ten_characters_in_two_groups() {
        let chance = Chance::seeded(3);
        let (one, other) = (draw_code(&chance).unwrap(), draw_code(&chance).unwrap());
        assert_ne!(one, other);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [5, 5]);
    }
}
