//! The two ciphers, and nonces that do not repeat.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit as _};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sm3::Sm3;

use super::Error;

/// Bytes of a nonce.
pub(super) const NONCE: usize = 12;

/// How new values are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// AES-256 in Galois/Counter Mode (NIST SP 800-38D).
    Aes256Gcm,
    /// SM4 (GB/T 32907) in the same mode (RFC 8998).
    Sm4Gcm,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aes256Gcm => "aes-256-gcm",
            Self::Sm4Gcm => "sm4-gcm",
        })
    }
}

impl FromStr for Algorithm {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self, Error> {
        [Self::Aes256Gcm, Self::Sm4Gcm]
            .into_iter()
            .find(|algorithm| algorithm.to_string() == word)
            .ok_or_else(|| Error::Algorithm(word.to_owned()))
    }
}

/// A cipher with its key, ready for use.
pub(super) enum Cipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<AesGcm<sm4::Sm4, U12>>),
}

impl Cipher {
    pub(super) fn aes(key: &[u8; 32]) -> Self {
        Self::Aes(Box::new(Aes256Gcm::new(key.into())))
    }

    pub(super) fn sm4(key: &[u8; 16]) -> Self {
        Self::Sm4(Box::new(AesGcm::new(key.into())))
    }

    /// Ciphertext and tag.
    pub(super) fn seal(&self, nonce: &[u8; NONCE], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, Error> {
        let payload = Payload { msg, aad };
        match self {
            Self::Aes(cipher) => cipher.encrypt(nonce.into(), payload),
            Self::Sm4(cipher) => cipher.encrypt(nonce.into(), payload),
        }
        .map_err(|_| Error::Refused)
    }

    pub(super) fn open(&self, nonce: &[u8; NONCE], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, Error> {
        let payload = Payload { msg, aad };
        match self {
            Self::Aes(cipher) => cipher.decrypt(nonce.into(), payload),
            Self::Sm4(cipher) => cipher.decrypt(nonce.into(), payload),
        }
        .map_err(|_| Error::Refused)
    }
}

/// A keyed hash, with its key taken in.
#[derive(Clone)]
pub(super) enum Keyed {
    Sha256(Hmac<Sha256>),
    Sm3(Hmac<Sm3>),
}

impl Keyed {
    /// The hash that goes with an algorithm.
    pub(super) fn new(algorithm: Algorithm, key: &[u8; 32]) -> Result<Self, Error> {
        let keyed = match algorithm {
            Algorithm::Aes256Gcm => Hmac::new_from_slice(key).map(Self::Sha256),
            Algorithm::Sm4Gcm => Hmac::new_from_slice(key).map(Self::Sm3),
        };
        keyed.map_err(|_| Error::Refused)
    }

    /// The hash of the parts, one behind the other.
    pub(super) fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        match self.clone() {
            Self::Sha256(mut mac) => {
                parts.iter().for_each(|part| mac.update(part));
                mac.finalize().into_bytes().into()
            }
            Self::Sm3(mut mac) => {
                parts.iter().for_each(|part| mac.update(part));
                mac.finalize().into_bytes().into()
            }
        }
    }
}

/// Nonces for one run of the program.
///
/// Two values under one nonce and one key would give both away. So a nonce is a keyed hash, under a seed drawn at
/// start, of a counter and of what is sealed: even a machine that is copied while it runs, and so counts the same
/// twice, repeats a nonce only for the same value in the same place.
pub(super) struct Nonces {
    seed: Keyed,
    count: AtomicU64,
}

impl Nonces {
    pub(super) fn new(seed: &[u8; 32]) -> Result<Self, Error> {
        Ok(Self { seed: Keyed::new(Algorithm::Aes256Gcm, seed)?, count: AtomicU64::new(0) })
    }

    pub(super) fn next(&self, place: &[u8], plain: &[u8]) -> [u8; NONCE] {
        let count = self.count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let length = (place.len() as u64).to_be_bytes();
        let hash = self.seed.hash(&[&count, &length, place, plain]);
        hash.first_chunk().copied().unwrap_or_default()
    }
}
