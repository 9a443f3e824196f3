//! Numbers on the command line.

use crate::analysis::judgements::{MAX_POINTS, POINTS_STEP};
use crate::analysis::precision::{COARSEST, FINEST};
use crate::model::MAX_ROUNDS;
use crate::text::whole;

/// Reads `100000`, `1_000_000`, `1e6` or `2.5e6`: 1 to 10^12 rounds.
///
/// # Errors
/// What was expected instead, in words.
pub fn rounds(text: &str) -> Result<u64, String> {
    let rounds = whole(text).ok_or("expected a whole number such as 100000, 1_000_000 or 1e6")?;
    if (1..=MAX_ROUNDS).contains(&rounds) { Ok(rounds) } else { Err("expected 1 to 1e12 rounds".to_owned()) }
}

/// Reads at how many points judgements are drawn.
///
/// # Errors
/// What was expected instead, in words.
pub fn points(text: &str) -> Result<u64, String> {
    let expected = || format!("expected 0 or a multiple of {POINTS_STEP}, at most {MAX_POINTS}");
    whole(text).filter(|points| points.is_multiple_of(POINTS_STEP) && *points <= MAX_POINTS).ok_or_else(expected)
}

/// Reads how many particles a candidate has.
///
/// # Errors
/// What was expected instead, in words.
pub fn particles(text: &str) -> Result<u64, String> {
    let expected = || "expected a whole number from 50 to 1e6, such as 3000".to_owned();
    whole(text).filter(|particles| (50..=1_000_000).contains(particles)).ok_or_else(expected)
}

/// Reads how many replicates there are.
///
/// # Errors
/// What was expected instead, in words.
pub fn replicates(text: &str) -> Result<u64, String> {
    let expected = || "expected a whole number from 2 to 10000".to_owned();
    whole(text).filter(|replicates| (2..=10_000).contains(replicates)).ok_or_else(expected)
}

/// Reads the number of a round, from 0 to below 10^12.
///
/// # Errors
/// What was expected instead, in words.
pub fn round(text: &str) -> Result<u64, String> {
    let expected = || "expected the number of a round: a whole number from 0 to below 1e12".to_owned();
    whole(text).filter(|&round| round < MAX_ROUNDS).ok_or_else(expected)
}

/// Reads a seed: any whole number of 64 bits, with `_` where it helps.
///
/// # Errors
/// What was expected instead, in words.
pub fn seed(text: &str) -> Result<u64, String> {
    let expected = || format!("expected a whole number from 0 to {}", u64::MAX);
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(expected());
    }
    digits.parse().map_err(|_| expected())
}

/// Reads how far an interval may reach, such as `0.005` or `5e-3`.
///
/// # Errors
/// What was expected instead, in words.
pub fn precision(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok();
    let expected = || format!("expected a share from {FINEST} to 0.5, such as 0.005 for half a percentage point");
    number.filter(|number| (FINEST..=COARSEST).contains(number)).ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_read_as_people_write_them() {
        for (text, value) in [
            ("1", 1),
            ("100000", 100_000),
            ("1_000_000", 1_000_000),
            ("1e6", 1_000_000),
            ("1E6", 1_000_000),
            ("2.5e3", 2500),
            ("2.50e1", 25),
            ("1e12", MAX_ROUNDS),
            ("10.0", 10),
            ("007", 7),
        ] {
            assert_eq!(rounds(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let texts =
            ["", "0", "-1", "+1", "1e13", "1.5", "2.55e1", "e6", "1e", "1e-3", "1.", ".5e1", "1e999999999999999999999"];
        for text in texts.into_iter().chain(["ten", "1,000", "0x10", "1 000", "inf", "nan", "0e5", "1000000000001"]) {
            assert!(rounds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_round_is_number_0() {
        for (text, value) in [("0", 0), ("17", 17), ("1e3", 1000), ("999_999_999_999", MAX_ROUNDS - 1)] {
            assert_eq!(round(text), Ok(value), "{text}");
        }
        for text in ["", "-1", "1e12", "1.5", "last"] {
            assert!(round(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_precision_is_a_share() {
        for (text, value) in [("0.005", 0.005), ("5e-3", 0.005), ("0.5", 0.5), ("0.000002", FINEST)] {
            assert_eq!(precision(text), Ok(value), "{text}");
        }
        for text in ["", "0", "-0.1", "0.51", "1e-6", "0.5 %", "1%", "nan", "inf", "fine"] {
            assert!(precision(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seeds_are_any_64_bits() {
        assert_eq!(seed("0"), Ok(0));
        assert_eq!(seed("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(seed("2023_07_04"), Ok(20_230_704));
        for text in ["", "_", "-1", "+1", "18446744073709551616", "1e3", "x"] {
            assert!(seed(text).is_err(), "{text}");
        }
    }
}
