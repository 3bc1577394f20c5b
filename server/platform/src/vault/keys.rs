//! The keys of a vault and the text that they are kept as.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::BASE64URL_NOPAD;

use super::cipher::{Algorithm, Cipher, Keyed};
use super::{Error, draw};
use crate::secret::Chance;

const HEAD: &str = "# The vault's keys. Whoever reads this file can open every sealed field; whoever loses it has lost them all.\n\
    # Keep a copy apart from the backups of the data.\n";

/// One secret of the file, and the ciphers that grow from it.
pub(super) struct Key {
    secret: [u8; 32],
    aes: Cipher,
    sm4: Cipher,
}

impl Key {
    /// Each algorithm has a key of its own, so that a weakness of one is none of the other.
    fn new(secret: [u8; 32]) -> Result<Self, Error> {
        let aes = Keyed::new(Algorithm::Aes256Gcm, &secret)?.hash(&[b"seal aes-256-gcm"]);
        let sm4 = Keyed::new(Algorithm::Sm4Gcm, &secret)?.hash(&[b"seal sm4-gcm"]);
        let sm4 = sm4.first_chunk().ok_or(Error::Refused)?;
        Ok(Self { secret, aes: Cipher::aes(&aes), sm4: Cipher::sm4(sm4) })
    }

    pub(super) fn cipher(&self, algorithm: Algorithm) -> &Cipher {
        match algorithm {
            Algorithm::Aes256Gcm => &self.aes,
            Algorithm::Sm4Gcm => &self.sm4,
        }
    }
}

pub(super) struct Keys {
    /// What the blind indexes are hashed with, for ever: rows that are there must still be found.
    index_algorithm: Algorithm,
    index_secret: [u8; 32],
    index: Keyed,
    /// By id; the highest seals.
    keys: BTreeMap<u32, Key>,
}

impl Keys {
    /// The keys of a new vault.
    pub(super) fn first(algorithm: Algorithm, chance: &Chance) -> Result<Self, Error> {
        let keys = BTreeMap::from([(1, Key::new(draw(chance)?)?)]);
        Self::new(algorithm, draw(chance)?, keys)
    }

    fn new(
        index_algorithm: Algorithm,
        index_secret: [u8; 32],
        keys: BTreeMap<u32, Key>,
    ) -> Result<Self, Error> {
        let index = Keyed::new(index_algorithm, &index_secret)?;
        Ok(Self { index_algorithm, index_secret, index, keys })
    }

    pub(super) fn current(&self) -> u32 {
        self.keys.last_key_value().map_or(0, |(id, _)| *id)
    }

    pub(super) fn key(&self, id: u32) -> Result<&Key, Error> {
        self.keys.get(&id).ok_or(Error::UnknownKey(id))
    }

    pub(super) fn index(&self, name: &str, normalised: &str) -> [u8; 16] {
        let hash = self.index.hash(&[name.as_bytes(), &[0], normalised.as_bytes()]);
        hash.first_chunk().copied().unwrap_or_default()
    }

    /// These keys and one more, which seals.
    pub(super) fn with_next(&self, chance: &Chance) -> Result<Self, Error> {
        let mut keys = self.kept(|_| true)?;
        keys.insert(self.current().saturating_add(1), Key::new(draw(chance)?)?);
        Self::new(self.index_algorithm, self.index_secret, keys)
    }

    /// These keys but one.
    pub(super) fn without(&self, id: u32) -> Result<Self, Error> {
        self.key(id)?;
        if id == self.current() {
            return Err(Error::InUse(id));
        }
        Self::new(self.index_algorithm, self.index_secret, self.kept(|kept| kept != id)?)
    }

    fn kept(&self, keep: impl Fn(u32) -> bool) -> Result<BTreeMap<u32, Key>, Error> {
        let kept = self.keys.iter().filter(|(id, _)| keep(**id));
        kept.map(|(id, key)| Ok((*id, Key::new(key.secret)?))).collect()
    }

    pub(super) fn to_text(&self) -> String {
        let mut text =
            format!("{HEAD}index {} {}\n", self.index_algorithm, BASE64URL_NOPAD.encode(&self.index_secret));
        for (id, key) in &self.keys {
            text.push_str(&format!("key {id} {}\n", BASE64URL_NOPAD.encode(&key.secret)));
        }
        text
    }

    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let refuse = |line, reason| Error::KeyFile { path: path.to_owned(), line, reason };
        let mut index = None;
        let mut keys = BTreeMap::new();
        for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
        {
            let mut words = row.split(' ');
            let (Some(kind), Some(name), Some(secret), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(refuse(line, "not `index ALGORITHM SECRET` or `key ID SECRET`"));
            };
            let secret =
                BASE64URL_NOPAD.decode(secret.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
            let secret: [u8; 32] = secret.ok_or_else(|| refuse(line, "a secret is 32 bytes in base64url"))?;
            match (kind, name.parse::<Algorithm>(), name.parse::<u32>()) {
                ("index", Ok(algorithm), _) if index.is_none() => index = Some((algorithm, secret)),
                ("key", _, Ok(id)) if id > 0 && !keys.contains_key(&id) => {
                    drop(keys.insert(id, Key::new(secret)?))
                }
                _ => return Err(refuse(line, "an unknown or repeated word")),
            }
        }
        let end = text.lines().count();
        let (algorithm, secret) = index.ok_or_else(|| refuse(end, "there is no `index` line"))?;
        if keys.is_empty() {
            return Err(refuse(end, "there is no `key` line"));
        }
        Self::new(algorithm, secret, keys)
    }
}
