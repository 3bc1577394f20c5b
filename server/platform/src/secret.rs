//! Secrets: chance, tokens, passwords and the second factor.

mod password;
mod totp;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::error::Error;
pub use password::{check_password, hash_password, verify_password};
pub use totp::{base32, otpauth_url, totp_step};

/// Where randomness comes from.
#[derive(Debug)]
pub struct Chance(Source);

#[derive(Debug)]
enum Source {
    Machine,
    #[cfg(any(test, feature = "test-support"))]
    Seed {
        seed: u64,
        drawn: std::sync::atomic::AtomicU64,
    },
}

impl Chance {
    /// The operating system's generator.
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// The same bytes in every run: for tests alone.
    #[cfg(any(test, feature = "test-support"))]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seed { seed, drawn: 0.into() })
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// [`Error::Internal`] when the machine gives no randomness: nothing secret may be made then.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        match &self.0 {
            Source::Machine => getrandom::fill(&mut bytes).map_err(Error::internal)?,
            #[cfg(any(test, feature = "test-support"))]
            Source::Seed { seed, drawn } => {
                for chunk in bytes.chunks_mut(32) {
                    let nth = drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let block =
                        Sha256::new().chain_update(seed.to_be_bytes()).chain_update(nth.to_be_bytes());
                    chunk.iter_mut().zip(block.finalize()).for_each(|(byte, random)| *byte = random);
                }
            }
        }
        Ok(bytes)
    }

    /// A token that cannot be guessed: 256 bits as 43 characters that need no escaping in cookies and addresses.
    ///
    /// # Errors
    /// As [`Chance::bytes`].
    pub fn token(&self) -> Result<String, Error> {
        Ok(BASE64URL_NOPAD.encode(&self.bytes::<32>()?))
    }

    /// A secret for people to copy by hand, such as `k3vd-99t0-xw4b-7m2c`: 80 bits, and no letter that looks
    /// like a digit.
    ///
    /// # Errors
    /// As [`Chance::bytes`].
    pub fn readable(&self) -> Result<String, Error> {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut text = String::with_capacity(19);
        for (at, byte) in self.bytes::<16>()?.into_iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.extend(LETTERS.get(usize::from(byte % 32)).copied().map(char::from));
        }
        Ok(text)
    }
}

/// What the store keeps of a token. A token has 256 bits of its own, so one fast hash is enough.
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Whether two secrets are the same, without telling by the time it takes where they differ.
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (Sha256::digest(one), Sha256::digest(other));
    one.iter().zip(other).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let chance = Chance::machine();
        let tokens: std::collections::HashSet<_> = (0..1000).map(|_| chance.token().unwrap()).collect();
        assert_eq!(tokens.len(), 1000);
        assert!(tokens.iter().all(|token| token.len() == 43));
    }

    #[test]
    fn a_seed_repeats_itself_and_another_does_not() {
        let (one, same, other) = (Chance::seeded(1), Chance::seeded(1), Chance::seeded(2));
        let first = one.token().unwrap();
        assert_eq!(first, same.token().unwrap());
        assert_ne!(first, other.token().unwrap());
        assert_ne!(first, one.token().unwrap(), "a chance moves on");
        let long = one.bytes::<64>().unwrap();
        assert_ne!(long[..32], long[32..]);
    }

    #[test]
    fn a_token_is_kept_as_its_sha256() {
        // FIPS 180-4, the message "abc".
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(data_encoding::HEXLOWER.encode(&hash_token("abc")), known);
    }

    #[test]
    fn a_readable_secret_has_four_groups() {
        let chance = Chance::seeded(7);
        let text = chance.readable().unwrap();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
        assert!(!text.contains(['i', 'l', 'o', 'u']));
        assert_ne!(text, chance.readable().unwrap());
    }

    #[test]
    fn only_the_same_secret_is_equal() {
        assert!(equal(b"", b"") && equal(b"4502", b"4502"));
        assert!(!equal(b"4502", b"4503") && !equal(b"4502", b"45020") && !equal(b"", b"\0"));
    }
}
