//! Numbers for readers: as many digits as they deserve.

use crate::analysis::{Difference, Proportion};

/// Between a number and its unit, so that no line breaks there; shown as a space.
pub const NBSP: char = '\u{a0}';
/// Most decimal places of a percentage.
const MAX_PLACES: usize = 9;

/// A whole number with its digits in groups of three: `100 000`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(NBSP);
        }
        text.push(digit);
    }
    text
}

/// A share in per cent without interval: one decimal place, two below 0.1 %; `0 %` and `100 %` only if exact.
pub fn share(p: &Proportion) -> String {
    let Some(value) = p.value.map(|value| 100.0 * value) else { return "–".to_owned() };
    let number = match value {
        _ if p.count == 0 => "0".to_owned(),
        _ if p.count == p.rounds => "100".to_owned(),
        v if v < 0.005 => "<0.01".to_owned(),
        v if v < 0.0995 => format!("{v:.2}"),
        v if v >= 99.95 => ">99.9".to_owned(),
        v => format!("{v:.1}"),
    };
    format!("{number}{NBSP}%")
}

/// A share without its unit.
pub fn bare(p: &Proportion) -> String {
    share(p).trim_end_matches('%').trim_end_matches(NBSP).to_owned()
}

/// A share in per cent and its interval, with so many decimal places that the interval does not collapse.
pub fn estimate(p: &Proportion) -> (String, String) {
    p.value.map_or_else(|| ("–".to_owned(), "–".to_owned()), |value| interval(value, p.low, p.high))
}

/// The same of a share and the bounds of its interval.
pub fn interval(value: f64, low: f64, high: f64) -> (String, String) {
    let places = places(100.0 * (high - low) / 2.0);
    let percent = |x: f64| match x {
        0.0 => "0".to_owned(),
        1.0 => "100".to_owned(),
        x => format!("{:.places$}", 100.0 * x),
    };
    let interval = format!("{}{NBSP}–{NBSP}{}{NBSP}%", percent(low), percent(high));
    (format!("{}{NBSP}%", percent(value)), interval)
}

/// A difference in percentage points and how far its interval reaches at most to either side: `+38.7 ± 0.3`; `0` if no
/// round differs.
pub fn change(difference: &Difference) -> String {
    if difference.lost + difference.gained == 0 {
        return "0".to_owned();
    }
    signed(difference.value, difference.reach(), difference.is_clear())
}

/// A signed share in per cent and the reach of its interval to either side; `clear` if that excludes 0.
pub fn signed(value: f64, half: f64, clear: bool) -> String {
    let half = 100.0 * half;
    let places = places(half);
    // One more if rounding would let an interval touch 0 that does not.
    let rounded = |x: f64| format!("{:.places$}", x.abs());
    let places = places + usize::from(clear && rounded(100.0 * value) == rounded(half));
    let sign = if value < 0.0 { '−' } else { '+' };
    format!("{sign}{:.places$}{NBSP}±{NBSP}{half:.places$}", 100.0 * value.abs())
}

/// How far an interval reaches, in percentage points, rounded up: `0.4`.
pub fn points(reach: f64) -> String {
    let half = 100.0 * reach;
    let places = places(half);
    let unit = 10_f64.powi(places as i32);
    format!("{:.places$}", (half * unit).ceil() / unit)
}

/// The fewest decimal places whose unit is at most `half` the width of an interval, in per cent.
fn places(half: f64) -> usize {
    let mut unit = 1.0;
    let mut places = 0;
    while unit > half && places < MAX_PLACES {
        unit /= 10.0;
        places += 1;
    }
    places
}

/// "1 ballot", "2 ballots".
pub fn plural(n: u64, word: &str) -> String {
    if n == 1 { format!("1{NBSP}{word}") } else { format!("{}{NBSP}{word}s", grouped(n)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn thousands_are_grouped() {
        let shown: Vec<_> = [0, 999, 4096, 10_000, 123_456, 1_000_000_000_000].map(|n| plain(&grouped(n))).into();
        assert_eq!(shown, ["0", "999", "4096", "10 000", "123 456", "1 000 000 000 000"]);
    }

    #[test]
    fn shares_say_never_and_always_only_when_it_is_so() {
        let shown = |count, rounds| plain(&share(&Proportion::new(count, rounds)));
        assert_eq!(shown(0, 100_000), "0 %");
        assert_eq!(shown(1, 100_000), "<0.01 %");
        assert_eq!(shown(20, 100_000), "0.02 %");
        assert_eq!(shown(99, 100_000), "0.10 %");
        assert_eq!(shown(100, 100_000), "0.1 %");
        assert_eq!(shown(41_300, 100_000), "41.3 %");
        assert_eq!(shown(99_940, 100_000), "99.9 %");
        assert_eq!(shown(99_950, 100_000), ">99.9 %");
        assert_eq!(shown(99_999, 100_000), ">99.9 %");
        assert_eq!(shown(7, 7), "100 %");
        assert_eq!(shown(0, 0), "–");
    }

    #[test]
    fn changes_have_a_sign_and_as_many_places_as_they_deserve() {
        let shown = |lost, gained| plain(&change(&Difference::paired(lost, gained, 0, 100_000)));
        assert_eq!(shown(0, 38_700), "+38.7 ± 0.3");
        assert_eq!(shown(7100, 0), "−7.1 ± 0.2");
        assert_eq!(shown(3, 15), "+0.012 ± 0.009");
        assert_eq!(shown(2, 2), "+0.000 ± 0.004", "1.96 · √5 of 100 000");
        assert_eq!(shown(0, 0), "0");
    }

    #[test]
    fn reaches_are_rounded_up() {
        assert_eq!([0.0031, 0.000_309, 0.012, 0.5].map(points), ["0.4", "0.04", "2", "50"]);
    }

    #[test]
    fn intervals_never_collapse() {
        let shown = |count, rounds| {
            let (value, interval) = estimate(&Proportion::new(count, rounds));
            (plain(&value), plain(&interval))
        };
        let is = |value: &str, interval: &str| (value.to_owned(), interval.to_owned());
        assert_eq!(shown(41, 100), is("41 %", "32 – 51 %"));
        assert_eq!(shown(41_300, 100_000), is("41.3 %", "41.0 – 41.6 %"));
        assert_eq!(shown(3, 100_000), is("0.003 %", "0.001 – 0.009 %"));
        assert_eq!(shown(0, 100_000), is("0 %", "0 – 0.004 %"));
        assert_eq!(shown(100_000, 100_000), is("100 %", "99.996 – 100 %"));
        for rounds in [1, 10, 1000, 1_000_000, 1_000_000_000_000] {
            for count in [0, 1, rounds / 3, rounds / 2, rounds - 1, rounds] {
                let (_, interval) = shown(count, rounds);
                let (low, high) = interval.trim_end_matches(" %").split_once(" – ").unwrap();
                assert_ne!(low, high, "{count} of {rounds}");
            }
        }
    }
}
