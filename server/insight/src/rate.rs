//! Rates, their intervals and the points that they earn, in whole numbers: the same cases give the same digits on every
//! machine. Every rounding is half up at the place that is named.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Ten thousandths: 10000 is 100 %.
pub const WHOLE: i64 = 10_000;
/// The square of 1.959964, the normal quantile of a two-sided 95 %, in millionths.
const Z2: i128 = 3_841_459;
const MILLION: i128 = 1_000_000;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rate {
    pub numerator: i64,
    /// There is no rate when this is 0: neither 0 % nor 100 %.
    pub denominator: i64,
}

/// Where the true rate lies with 95 % confidence, in ten thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    pub low: i64,
    pub high: i64,
}

impl Rate {
    /// The rate in ten thousandths; none without a denominator.
    pub fn value(self) -> Option<i64> {
        (self.denominator > 0)
            .then(|| half_up(i128::from(self.numerator) * i128::from(WHOLE), self.denominator.into()))
    }

    /// The score interval of E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    /// Journal of the American Statistical Association 22 (1927), at 95 %, rounded outwards.
    pub fn interval(self) -> Option<Interval> {
        if self.denominator <= 0 || !(0..=self.denominator).contains(&self.numerator) {
            return None;
        }
        let (k, n) = (i128::from(self.numerator), i128::from(self.denominator));
        let middle = 2 * k * MILLION + Z2;
        let under_root = Z2 * (Z2 * n + 4 * MILLION * k * (n - k));
        // The root is taken upwards, so that rounding never narrows the interval.
        let root = (under_root.unsigned_abs() / n.unsigned_abs()).isqrt().cast_signed() + 1;
        let below = 2 * (n * MILLION + Z2);
        let low = ((middle - root).max(0) * i128::from(WHOLE)).div_euclid(below);
        let high = ((middle + root) * i128::from(WHOLE) + below - 1).div_euclid(below);
        Some(Interval { low: narrow(low), high: narrow(high).min(WHOLE) })
    }
}

/// Which way a rate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Higher,
    Lower,
}

/// The hundredths of points that a rate earns of a weight: all of it at the target, in proportion short of it.
///
/// A rate that should be high earns `weight × rate ÷ target`; one that should be low `weight × (1 − rate) ÷ (1 − target)`.
pub fn points(rate: Rate, better: Better, weight: i64, target: i64) -> Option<i64> {
    if rate.denominator <= 0 {
        return None;
    }
    let (good, wanted) = match better {
        Better::Higher => (rate.numerator, target),
        Better::Lower => (rate.denominator - rate.numerator, WHOLE - target),
    };
    let earned = i128::from(good.max(0)) * i128::from(WHOLE);
    let needed = i128::from(rate.denominator) * i128::from(wanted);
    let whole = i128::from(weight) * 100;
    if needed <= 0 || earned >= needed {
        return Some(narrow(whole));
    }
    Some(half_up(whole * earned, needed))
}

/// What points add up to of the weights that have data, scaled to 100, in hundredths; none without any.
pub fn total(lines: &[(i64, Option<i64>)]) -> Option<i64> {
    let known = lines.iter().filter_map(|(weight, points)| points.map(|points| (*weight, points)));
    let (weights, points) = known.fold((0, 0), |sums, (weight, points)| (sums.0 + weight, sums.1 + points));
    (weights > 0).then(|| half_up(i128::from(points) * 100, weights.into()))
}

/// A quotient of numbers that are not negative, to the nearest whole, half up.
fn half_up(above: i128, below: i128) -> i64 {
    narrow((2 * above + below).div_euclid(2 * below))
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numerator: i64, denominator: i64) -> Rate {
        Rate { numerator, denominator }
    }

    #[test]
    fn nothing_of_nothing_is_no_rate() {
        assert_eq!((of(0, 0).value(), of(0, 0).interval()), (None, None));
        assert_eq!(points(of(0, 0), Better::Higher, 30, 9_000), None);
        assert_eq!(total(&[(30, None), (20, None)]), None);
        assert_eq!((of(0, 4).value(), of(4, 4).value()), (Some(0), Some(10_000)));
    }

    #[test]
    fn rates_are_rounded_half_up() {
        assert_eq!(of(1, 3).value(), Some(3_333));
        assert_eq!(of(2, 3).value(), Some(6_667));
        assert_eq!(of(1, 20_000).value(), Some(1));
        assert_eq!(of(1, 20_001).value(), Some(0));
    }

    /// Wilson's formula in floating point, to four places.
    #[test]
    fn intervals_are_those_of_wilson() {
        for (k, n, low, high) in
            [(8, 10, 4_901, 9_434), (0, 10, 0, 2_776), (5, 5, 5_655, 10_000), (50, 100, 4_038, 5_963)]
        {
            let found = of(k, n).interval().unwrap();
            assert!((found.low - low).abs() <= 1 && (found.high - high).abs() <= 1, "{k} of {n}: {found:?}");
        }
    }

    #[test]
    fn an_interval_holds_its_rate_and_narrows_as_cases_come() {
        for n in 1..200_i64 {
            for k in 0..=n {
                let (rate, interval) = (of(k, n).value().unwrap(), of(k, n).interval().unwrap());
                assert!(interval.low <= rate && rate <= interval.high, "{k} of {n}: {interval:?}");
                let more = of(k * 4, n * 4).interval().unwrap();
                assert!(more.high - more.low <= interval.high - interval.low, "{k} of {n}");
            }
        }
        assert!(of(400_000_000, 900_000_000).interval().is_some());
    }

    #[test]
    fn a_target_met_earns_the_weight_and_less_earns_its_part() {
        assert_eq!(points(of(9, 10), Better::Higher, 40, 9_000), Some(4_000));
        assert_eq!(points(of(10, 10), Better::Higher, 40, 9_000), Some(4_000));
        assert_eq!(points(of(6, 10), Better::Higher, 40, 9_000), Some(2_667));
        assert_eq!(points(of(1, 10), Better::Lower, 10, 1_000), Some(1_000));
        assert_eq!(points(of(5, 10), Better::Lower, 10, 1_000), Some(556));
        assert_eq!(points(of(3, 10), Better::Lower, 10, 10_000), Some(1_000));
        assert_eq!(total(&[(40, Some(2_667)), (10, None), (10, Some(556))]), Some(6_446));
    }
}
