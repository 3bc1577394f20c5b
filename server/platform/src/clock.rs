//! Moments, and the one place where they come from.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

/// A moment: whole milliseconds since 1970-01-01T00:00:00Z. On the wire RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

store::column!(Millis as i64, |moment| moment.0, Millis);

/// China keeps one time all year: eight hours ahead of UTC.
pub const BEIJING_MS: i64 = 8 * 3_600_000;

impl Millis {
    /// This much later (or earlier, when negative).
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The civil date in Beijing.
    pub fn beijing_date(self) -> jiff::civil::Date {
        self.beijing().date()
    }

    /// Date and time of day in Beijing.
    pub fn beijing(self) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::constant(8);
        offset.to_datetime(self.timestamp())
    }

    /// The first moment of a civil date in Beijing.
    pub fn at_beijing_midnight(date: jiff::civil::Date) -> Self {
        let offset = jiff::tz::Offset::constant(8);
        let moment = offset.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(moment.as_millisecond())
    }

    fn timestamp(self) -> jiff::Timestamp {
        // Outside of years -9999 to 9999 there is nothing to show.
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

impl FromStr for Millis {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|moment| Self(moment.as_millisecond()))
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Millis {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(schema::SchemaType::new(Type::String)).format(Some(format)).into()
    }
}

impl ToSchema for Millis {}

/// Where `now` comes from. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// A clock that stands still until it is moved: tests, and the demo's ninety days.
    Still(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now`.
    pub fn still_at(now: Millis) -> Self {
        Self::Still(Arc::new(AtomicI64::new(now.0)))
    }

    /// The present moment.
    pub fn now(&self) -> Millis {
        match self {
            Self::Machine => Millis(machine_now()),
            Self::Still(now) => Millis(now.load(Ordering::Relaxed)),
        }
    }

    /// Moves a still clock; the machine's clock is not ours to move.
    pub fn set(&self, to: Millis) {
        if let Self::Still(now) = self {
            now.store(to.0, Ordering::Relaxed);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Measures how long something took, for logs and metrics.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "durations for logs and metrics, never for a rule")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back_from_the_wire_as_it_left() {
        let moment = Millis(1_732_406_400_123);
        assert_eq!(moment.to_string(), "2024-11-24T00:00:00.123Z");
        assert_eq!(moment.to_string().parse::<Millis>().unwrap(), moment);
        assert_eq!(moment.beijing_date().to_string(), "2024-11-24");
        assert_eq!(Millis(1_732_464_000_000).beijing_date().to_string(), "2024-11-25");
    }
}
