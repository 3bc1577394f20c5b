//! Ids: 64 bits, ordered by time, made by the program; on the wire a prefix and base32, so that nothing is
//! ever looked up by a bare number.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::Millis;

/// Ids count milliseconds from 2020-01-01T00:00:00Z: 42 bits last until 2159.
const EPOCH_MS: i64 = 1_577_836_800_000;
/// 16 bits of sequence in a millisecond, 5 bits for the number of the process.
const SEQUENCE_BITS: u32 = 16;
const PROCESS_BITS: u32 = 5;

/// Makes ids that ascend, whatever the clock does.
#[derive(Debug)]
pub struct Ids {
    process: i64,
    last: AtomicI64,
}

impl Ids {
    /// A maker for one of up to 32 processes that share a database.
    pub fn new(process: u8) -> Self {
        Self { process: i64::from(process) & ((1 << PROCESS_BITS) - 1), last: AtomicI64::new(0) }
    }

    /// The next id. A clock that stands or steps back costs order to the millisecond, never uniqueness.
    pub fn next(&self, now: Millis) -> i64 {
        let floor = (now.0 - EPOCH_MS).max(0) << SEQUENCE_BITS;
        let tick = |last: i64| Some((last + 1).max(floor));
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, tick).unwrap_or_default();
        let tick = (last + 1).max(floor);
        let (ms, sequence) = (tick >> SEQUENCE_BITS, tick & ((1 << SEQUENCE_BITS) - 1));
        ms << (SEQUENCE_BITS + PROCESS_BITS) | self.process << SEQUENCE_BITS | sequence
    }
}

/// The first id that could have been made at `moment`: lists by id are lists by time.
pub fn first_at(moment: Millis) -> i64 {
    (moment.0 - EPOCH_MS).max(0) << (SEQUENCE_BITS + PROCESS_BITS)
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 93 bits of street and id fit in 19 digits of base32.
const LENGTH: usize = 19;

/// Street and id as Crockford base32 in lower case.
pub fn encode(street: i64, id: i64) -> String {
    let mut rest = (u128::from(street.unsigned_abs()) << 63) | u128::from(id.unsigned_abs());
    let mut text = vec![b'0'; LENGTH];
    for place in text.iter_mut().rev() {
        *place = DIGITS.get((rest & 31) as usize).copied().unwrap_or(b'0');
        rest >>= 5;
    }
    text.into_iter().map(char::from).collect()
}

/// What [`encode`] wrote; `None` for anything else.
pub fn decode(text: &str) -> Option<(i64, i64)> {
    if text.len() != LENGTH {
        return None;
    }
    let mut value = 0_u128;
    for digit in text.bytes() {
        let at = DIGITS.iter().position(|known| *known == digit)?;
        value = value << 5 | at as u128;
    }
    Some((i64::try_from(value >> 63).ok()?, i64::try_from(value & ((1 << 63) - 1)).ok()?))
}

/// Declares the wire form of a thing's id: `wire_id!(/// An order. OrderId, "ord");`.
#[macro_export]
macro_rules! wire_id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name {
            /// The owner: a street's code, or 0 for what the whole district shares.
            pub street: i64,
            pub id: i64,
        }

        impl $name {
            pub fn new(street: i64, id: i64) -> Self {
                Self { street, id }
            }

            /// The id of something that the whole district shares.
            pub fn shared(id: i64) -> Self {
                Self { street: 0, id }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), $crate::ids::encode(self.street, self.id))
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let digits = text.strip_prefix(concat!($prefix, "_")).and_then($crate::ids::decode);
                digits.map(|(street, id)| Self { street, id }).ok_or(concat!("not an id that starts with ", $prefix, "_"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <String as utoipa::PartialSchema>::schema()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub use wire_id;

#[cfg(test)]
mod tests {
    use super::*;

    wire_id!(ThingId, "thg");

    #[test]
    fn ids_ascend_even_when_the_clock_steps_back() {
        let ids = Ids::new(3);
        let now = Millis(1_790_000_000_000);
        let mut last = 0;
        for step in [0, 1, -50, 0, 2] {
            for _ in 0..70_000 {
                let id = ids.next(now.plus(step));
                assert!(id > last);
                last = id;
            }
        }
        assert!(first_at(now) <= last);
    }

    #[test]
    fn an_id_comes_back_from_the_wire_and_a_foreign_one_does_not() {
        let id = ThingId::new(450_204_006, i64::MAX - 7);
        assert_eq!(id.to_string().parse::<ThingId>(), Ok(id));
        assert_eq!(id.to_string().len(), 23);
        assert_eq!(ThingId::shared(7).to_string().parse(), Ok(ThingId::new(0, 7)));
        for wrong in
            ["", "thg_", "ord_0000000000000000000", "thg_000000000000000000u", "thg_zzzzzzzzzzzzzzzzzzzz"]
        {
            assert!(wrong.parse::<ThingId>().is_err(), "{wrong}");
        }
    }
}
