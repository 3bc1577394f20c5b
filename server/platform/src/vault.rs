//! Sealed fields: what identifies a person lies on disk only as ciphertext, and is found through blind indexes.
//!
//! - A sealed value is text: `v1.<algorithm>.<key id>.<base64url of nonce, ciphertext, tag>`. It says by itself how
//!   and by which key it opens, so algorithms and keys may change while old values stay.
//! - A value opens only in the place it was sealed for: table, column, row and key id are authenticated with it.
//!   Copied into another row, or changed by one bit, it does not open.
//! - A blind index is a keyed hash of a normalised value, cut to 16 bytes: equal values have equal indexes, and without
//!   the key nothing can be guessed from them. Its algorithm is that of the first start and never changes.
//! - The keys lie in one file of the data folder, readable by the program's own user alone, never in the database and
//!   never in a backup of it.
//!
//! Rotation: [`Vault::rotate`] adds a key that seals from then on; [`Vault::reseal`] moves a value to it; when none is
//! left, [`Vault::retire`] forgets the old key, and what was still sealed by it is lost for good.

mod cipher;
pub(crate) mod key_file;
mod keys;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;

use crate::secret::Chance;
pub use cipher::Algorithm;
use cipher::{NONCE, Nonces};
use keys::Keys;

/// The key file in the data folder.
pub const KEY_FILE: &str = "vault.keys";
const VERSION: &str = "v1";

/// Why the vault does not open, or a value in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("key file `{}`: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("key file `{}` can be read by others: run `chmod 600` on it", .0.display())]
    Exposed(PathBuf),
    #[error("key file `{}`, line {line}: {reason}", path.display())]
    KeyFile { path: PathBuf, line: usize, reason: &'static str },
    #[error("`{0}` is neither `aes-256-gcm` nor `sm4-gcm`")]
    Algorithm(String),
    #[error("no randomness: {0}")]
    Chance(String),
    #[error("not a sealed value")]
    NotSealed,
    #[error("sealed by key {0}, which the key file does not hold")]
    UnknownKey(u32),
    #[error("the value was changed, or belongs in another place")]
    Refused,
    #[error("key {0} seals new values and cannot be retired")]
    InUse(u32),
}

/// Seals and opens fields. It never prints a key.
pub struct Vault {
    path: PathBuf,
    algorithm: Algorithm,
    keys: Keys,
    nonces: Nonces,
}

impl Vault {
    /// Opens the vault of a data folder; at first start its keys are made.
    ///
    /// # Errors
    /// [`Error::Algorithm`], or what is wrong with the key file.
    pub fn open_folder(folder: &Path, algorithm: &str, chance: &Chance) -> Result<Self, Error> {
        let algorithm: Algorithm = algorithm.parse()?;
        let path = folder.join(KEY_FILE);
        let keys = match key_file::read(&path)? {
            Some(text) => Keys::parse(&text, &path)?,
            None => {
                let text = Keys::first(algorithm, chance)?.to_text();
                Keys::parse(&key_file::create(&path, &text)?, &path)?
            }
        };
        Ok(Self { path, algorithm, keys, nonces: Nonces::new(&draw(chance)?)? })
    }

    /// Seals a value for one column of one row.
    ///
    /// # Errors
    /// [`Error::Refused`] for a value beyond 64 GiB, the limit of the mode.
    pub fn seal(&self, table: &str, column: &str, row_id: i64, plain: &[u8]) -> Result<String, Error> {
        let id = self.keys.current();
        let place = place(table, column, row_id, id);
        let nonce = self.nonces.next(&place, plain);
        let sealed = self.keys.key(id)?.cipher(self.algorithm).seal(&nonce, &place, plain)?;
        let body = BASE64URL_NOPAD.encode(&[&nonce[..], &sealed].concat());
        Ok(format!("{VERSION}.{}.{id}.{body}", self.algorithm))
    }

    /// Opens a value that was sealed for this column of this row.
    ///
    /// # Errors
    /// [`Error::NotSealed`], [`Error::UnknownKey`], or [`Error::Refused`] when it was changed or moved.
    pub fn open(&self, table: &str, column: &str, row_id: i64, sealed: &str) -> Result<Vec<u8>, Error> {
        let Sealed { algorithm, key_id, body } = Sealed::parse(sealed)?;
        let (nonce, body) = body.split_first_chunk::<NONCE>().ok_or(Error::NotSealed)?;
        self.keys.key(key_id)?.cipher(algorithm).open(nonce, &place(table, column, row_id, key_id), body)
    }

    /// The same value under the key and the algorithm of today; none when it is so already.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn reseal(
        &self,
        table: &str,
        column: &str,
        row_id: i64,
        sealed: &str,
    ) -> Result<Option<String>, Error> {
        let found = Sealed::parse(sealed)?;
        if found.key_id == self.keys.current() && found.algorithm == self.algorithm {
            return Ok(None);
        }
        let plain = self.open(table, column, row_id, sealed)?;
        self.seal(table, column, row_id, &plain).map(Some)
    }

    /// The blind index of a value: `name` keeps the indexes of different kinds of value apart.
    pub fn index(&self, name: &str, normalised: &str) -> [u8; 16] {
        self.keys.index(name, normalised)
    }

    /// The key that seals new values.
    pub fn current_key(&self) -> u32 {
        self.keys.current()
    }

    /// Makes a new key, which seals from now on; the old ones still open. Gives back its id.
    ///
    /// # Errors
    /// [`Error::Io`] when the key file cannot be written: then nothing changed.
    pub fn rotate(&mut self, chance: &Chance) -> Result<u32, Error> {
        self.replace(self.keys.with_next(chance)?)?;
        Ok(self.keys.current())
    }

    /// Forgets an old key for good.
    ///
    /// # Errors
    /// [`Error::InUse`] for the current key, [`Error::UnknownKey`]; [`Error::Io`] when the key file cannot be written.
    pub fn retire(&mut self, key_id: u32) -> Result<(), Error> {
        self.replace(self.keys.without(key_id)?)
    }

    fn replace(&mut self, keys: Keys) -> Result<(), Error> {
        key_file::replace(&self.path, &keys.to_text())?;
        self.keys = keys;
        Ok(())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("algorithm", &self.algorithm)
            .field("current_key", &self.current_key())
            .finish_non_exhaustive()
    }
}

/// A sealed value, taken apart.
struct Sealed {
    algorithm: Algorithm,
    key_id: u32,
    body: Vec<u8>,
}

impl Sealed {
    fn parse(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('.');
        let (Some(VERSION), Some(algorithm), Some(key_id), Some(body), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Error::NotSealed);
        };
        Ok(Self {
            algorithm: algorithm.parse().map_err(|_| Error::NotSealed)?,
            key_id: key_id.parse().map_err(|_| Error::NotSealed)?,
            body: BASE64URL_NOPAD.decode(body.as_bytes()).map_err(|_| Error::NotSealed)?,
        })
    }
}

/// What is authenticated beside a value. Names of tables and columns have no bar in them.
fn place(table: &str, column: &str, row_id: i64, key_id: u32) -> Vec<u8> {
    format!("{table}|{column}|{row_id}|{key_id}").into_bytes()
}

fn draw(chance: &Chance) -> Result<[u8; 32], Error> {
    chance.bytes().map_err(|error| Error::Chance(error.to_string()))
}
