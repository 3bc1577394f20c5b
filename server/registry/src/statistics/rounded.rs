//! A number as it is published: so coarse that no person can be read out of it, nor out of the difference of two.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

/// Fewer people than this are no statistic.
pub const FEWEST: i64 = 10;

/// A count in whole tens, or `<10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Rounded {
    /// Fewer than ten, none included.
    Few(Few),
    Tens(i64),
}

/// What stands for a number below ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub enum Few {
    #[serde(rename = "<10")]
    BelowTen,
}

impl Rounded {
    /// Brings a count to the next ten.
    pub fn of(count: i64) -> Self {
        match count {
            ..FEWEST => Self::Few(Few::BelowTen),
            _ => Self::Tens((count + FEWEST / 2) / FEWEST * FEWEST),
        }
    }

    /// For a list's order and a chart's length; what is below ten has none.
    pub fn tens(self) -> i64 {
        match self {
            Self::Few(_) => 0,
            Self::Tens(tens) => tens,
        }
    }
}

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Few(_) => f.write_str("<10"),
            Self::Tens(tens) => write!(f, "{tens}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_whole_tens_or_below_ten() {
        let written =
            [-1, 0, 1, 9, 10, 14, 15, 24, 25, 1_004, 1_005].map(|count| Rounded::of(count).to_string());
        assert_eq!(written, ["<10", "<10", "<10", "<10", "10", "10", "20", "20", "30", "1000", "1010"]);
    }
}
