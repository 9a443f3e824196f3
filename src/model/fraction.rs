//! Exact thresholds: `2/3`, `0.55` and `22` as numbers without rounding.

use std::fmt;
use std::str::FromStr;

/// Largest denominator of a threshold; decimals may have twelve places.
const MAX_DENOMINATOR: u64 = 1_000_000_000_000;
/// Largest numerator; together with the limits on measures every comparison fits 128 bits.
const MAX_NUMERATOR: u64 = 1_000_000_000_000_000_000;

/// A fraction >= 0 compared without rounding error, so that 2/3 of 33 is 22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: u64,
    denominator: u64,
}

impl Fraction {
    /// The fraction 0.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// `numerator / denominator`, or nothing if the denominator is 0 or either is too large.
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        ((1..=MAX_DENOMINATOR).contains(&denominator) && numerator <= MAX_NUMERATOR)
            .then_some(Self { numerator, denominator })
    }

    /// Whether `part / whole >= self`; nothing is a share of an empty whole.
    pub fn is_reached_by(self, part: u128, whole: u128) -> bool {
        whole > 0 && part * u128::from(self.denominator) >= u128::from(self.numerator) * whole
    }

    /// Whether `part / unit <= self`.
    pub fn is_not_exceeded_by(self, part: u128, unit: u128) -> bool {
        part * u128::from(self.denominator) <= u128::from(self.numerator) * unit
    }

    /// The nearest `f64`, for reports.
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Whether the fraction is at most 1.
    pub fn is_at_most_one(self) -> bool {
        self.numerator <= self.denominator
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_power_of_ten(self.denominator) {
            write!(f, "{}", self.to_f64())
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

fn is_power_of_ten(mut n: u64) -> bool {
    while n > 0 && n.is_multiple_of(10) {
        n /= 10;
    }
    n == 1
}

/// Why a text is not a [`Fraction`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a fraction like \"2/3\", a decimal like 0.55 (at most 12 places) or a whole number")]
pub struct ParseFractionError;

impl FromStr for Fraction {
    type Err = ParseFractionError;

    /// Reads `2/3`, `0.55`, `22` or `1_000`; digits are taken as written.
    fn from_str(text: &str) -> Result<Self, ParseFractionError> {
        let text = text.trim().replace('_', "");
        let digits = |part: &str| -> Result<u64, ParseFractionError> {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(ParseFractionError);
            }
            part.parse().map_err(|_| ParseFractionError)
        };
        let (numerator, denominator) = if let Some((n, d)) = text.split_once('/') {
            (digits(n.trim())?, digits(d.trim())?)
        } else if let Some((whole, places)) = text.split_once('.') {
            let places = places.trim_end_matches('0');
            let denominator =
                10u64.checked_pow(u32::try_from(places.len()).unwrap_or(u32::MAX)).ok_or(ParseFractionError)?;
            let tail = if places.is_empty() { 0 } else { digits(places)? };
            let numerator = digits(whole)?.checked_mul(denominator).and_then(|n| n.checked_add(tail));
            (numerator.ok_or(ParseFractionError)?, denominator)
        } else {
            (digits(&text)?, 1)
        };
        Self::new(numerator, denominator).ok_or(ParseFractionError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_thirds_of_thirty_three_is_twenty_two() {
        let two_thirds: Fraction = "2/3".parse().unwrap();
        assert!(two_thirds.is_reached_by(22, 33));
        assert!(!two_thirds.is_reached_by(21, 33));
        assert!(!two_thirds.is_reached_by(2_200_000_000_000 - 1, 3_300_000_000_000));
    }

    #[test]
    fn decimals_are_exact_where_binary_floats_are_not() {
        let share: Fraction = "0.55".parse().unwrap();
        assert!(share.is_reached_by(11, 20) && !share.is_reached_by(10, 20));
        let share: Fraction = "0.1".parse().unwrap();
        assert!(share.is_reached_by(3, 30));
    }

    #[test]
    fn nothing_is_a_share_of_nothing() {
        assert!(!Fraction::ZERO.is_reached_by(0, 0));
    }

    #[test]
    fn texts_that_are_no_fractions_are_refused() {
        for text in ["", "-1", "1/0", "two", "1e3", "0.1234567890123", "1/2/3", ".5", "99999999999999999999", "nan"] {
            assert!(text.parse::<Fraction>().is_err(), "{text}");
        }
    }

    #[test]
    fn display_keeps_what_was_written() {
        for (text, shown) in [("2/3", "2/3"), ("0.55", "0.55"), ("22", "22"), ("1_000", "1000"), ("0.50", "0.5")] {
            assert_eq!(text.parse::<Fraction>().unwrap().to_string(), shown);
        }
    }
}
