//! Short secrets, such as the last four digits of a phone number: how often they may be tried.
//!
//! A try is counted before it is answered and given back when it was right, so that trying many at once does not
//! help. It counts against the address that it came from and against what it was tried on, whether or not that
//! exists: a refusal says nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Millis;
use crate::error::Error;
use crate::limits::Peer;

/// Wrong tries of one address in [`OF_ADDRESS_MS`].
const OF_ADDRESS: u32 = 20;
const OF_ADDRESS_MS: i64 = 3_600_000;
/// Wrong tries on one thing in [`ON_THING_MS`], from anywhere: a thousandth part of what four digits can be.
const ON_THING: u32 = 10;
const ON_THING_MS: i64 = 24 * 3_600_000;
/// With more keys than this, those whose time is over are dropped first.
const MOST_KEYS: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Thing(String),
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    count: u32,
    until: Millis,
}

/// The tries of this process.
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<Key, Tries>>);

impl Guesses {
    /// Counts a try on something, such as a number.
    ///
    /// # Errors
    /// [`Error::TooMany`] after too many wrong ones.
    pub fn count(&self, from: Peer, on: &str, now: Millis) -> Result<(), Error> {
        let keys = [
            (Key::Address(from.0), OF_ADDRESS, OF_ADDRESS_MS),
            (Key::Thing(on.to_owned()), ON_THING, ON_THING_MS),
        ];
        let mut all = self.locked();
        if all.len() > MOST_KEYS {
            all.retain(|_, tries| tries.until > now);
        }
        for (key, most, _) in &keys {
            let known = all.get(key).filter(|tries| tries.until > now && tries.count >= *most);
            if let Some(tries) = known {
                let wait = u64::try_from((tries.until.0 - now.0) / 1000).unwrap_or_default();
                return Err(Error::TooMany { retry_after_seconds: wait + 1 });
            }
        }
        for (key, _, window) in keys {
            let tries = all.entry(key).or_insert(Tries { count: 0, until: now.plus(window) });
            if tries.until <= now {
                *tries = Tries { count: 0, until: now.plus(window) };
            }
            tries.count += 1;
        }
        Ok(())
    }

    /// Gives back a try that was right.
    pub fn was_right(&self, from: Peer, on: &str) {
        let mut all = self.locked();
        for key in [Key::Address(from.0), Key::Thing(on.to_owned())] {
            if let Some(tries) = all.get_mut(&key) {
                tries.count = tries.count.saturating_sub(1);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Key, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_790_000_000_000);

    fn peer(last: u8) -> Peer {
        Peer(IpAddr::from([203, 0, 113, last]))
    }

    #[test]
    fn a_thing_bears_ten_wrong_tries_a_day_from_anywhere() {
        let guesses = Guesses::default();
        for nth in 0..10 {
            guesses.count(peer(nth), "006", NOW).unwrap();
        }
        let refused = guesses.count(peer(99), "006", NOW.plus(ON_THING_MS - 5_000));
        assert!(matches!(refused, Err(Error::TooMany { retry_after_seconds: 6 })), "{refused:?}");
        guesses.count(peer(99), "007", NOW).unwrap();
        guesses.count(peer(99), "006", NOW.plus(ON_THING_MS)).unwrap();
    }

    #[test]
    fn an_address_may_err_twenty_times_an_hour() {
        let guesses = Guesses::default();
        for nth in 0..20 {
            guesses.count(peer(1), &nth.to_string(), NOW).unwrap();
        }
        assert!(guesses.count(peer(1), "new", NOW).is_err());
        guesses.count(peer(2), "new", NOW).unwrap();
        guesses.count(peer(1), "new", NOW.plus(OF_ADDRESS_MS)).unwrap();
    }

    #[test]
    fn whoever_is_right_may_look_as_often_as_they_like() {
        let guesses = Guesses::default();
        for _ in 0..100 {
            guesses.count(peer(1), "006", NOW).unwrap();
            guesses.was_right(peer(1), "006");
        }
    }
}
