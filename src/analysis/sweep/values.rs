//! What a varied setting takes on, and how that is written.

use std::fmt;
use std::str::FromStr;

/// Most points of a sweep.
pub const MAX_POINTS: usize = 100_000;

/// A setting that is varied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varied {
    /// Its setting path, or `assumption`.
    pub path: String,
    /// What it takes on.
    pub values: Values,
    /// Both as they were written.
    pub written: String,
}

/// Values of a setting, each as it would be written in a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// These, in this order; at least one.
    Listed(Vec<String>),
    /// Any number between two others.
    Between(Interval),
}

/// The numbers from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    low: Decimal,
    high: Decimal,
}

/// Why a text does not say how to vary a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseVariedError(String);

type Parsed<T> = Result<T, ParseVariedError>;

fn refuse<T>(why: impl Into<String>) -> Parsed<T> {
    Err(ParseVariedError(why.into()))
}

impl FromStr for Varied {
    type Err = ParseVariedError;

    /// Reads `PATH=a,b,c`, `PATH=from:to:step` or `PATH=lo..hi`. Numbers are taken exactly as written. Commas within
    /// brackets or quotes do not part values.
    fn from_str(text: &str) -> Parsed<Self> {
        let Some((path, values)) = text.split_once('=') else {
            return refuse("expected PATH=VALUES, such as preferences.uncertainty=0.5:1.5:0.25");
        };
        let path = path.trim();
        if path.is_empty() {
            return refuse("there is no setting path before `=`");
        }
        // A path is a line of its own among the settings of a scenario.
        if text.contains(char::is_control) {
            return refuse("there is a line break or another control character in it");
        }
        Ok(Self { path: path.to_owned(), values: values.parse()?, written: text.to_owned() })
    }
}

impl FromStr for Values {
    type Err = ParseVariedError;

    fn from_str(text: &str) -> Parsed<Self> {
        let listed = split(text);
        if listed.iter().any(|value| value.is_empty()) {
            return refuse("a value is missing");
        }
        let [single] = listed[..] else {
            return Ok(Self::Listed(listed.into_iter().map(str::to_owned).collect()));
        };
        let literal = single.starts_with(['"', '\'', '{', '[']);
        if let Some((low, high)) = single.split_once("..").filter(|_| !literal) {
            return between(low, high);
        }
        let parts: Vec<&str> = single.split(':').collect();
        match parts[..] {
            [from, to, step] if !literal => steps(from, to, step),
            [_, _] if !literal => refuse(format!("`{single}` has no step: expected from:to:step")),
            _ => Ok(Self::Listed(vec![single.to_owned()])),
        }
    }
}

/// Parts between commas that are neither within brackets nor within quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quote) = (0_usize, None);
    let outside = |c: char| {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0 && quote.is_none()
    };
    text.split(outside).map(str::trim).collect()
}

fn number(text: &str) -> Parsed<Decimal> {
    Decimal::parse(text.trim()).ok_or_else(|| {
        ParseVariedError(format!("`{text}` is not a number of at most 12 digits before and behind the decimal point"))
    })
}

/// Every number from `from` to `to`, both included if a whole number of steps apart.
fn steps(from: &str, to: &str, step: &str) -> Parsed<Values> {
    let (from, to, step) = (number(from)?, number(to)?, number(step)?);
    let distance = to.units - from.units;
    if step.units == 0 || (distance != 0 && (distance < 0) != (step.units < 0)) {
        return refuse(format!("no steps of {step} lead from {from} to {to}"));
    }
    let count = distance / step.units + 1;
    if count > MAX_POINTS as i128 {
        return refuse(format!(
            "from {from} to {to} by {step} are {count} values: at most {MAX_POINTS} points can be simulated"
        ));
    }
    let value = |i| Decimal { units: from.units + i * step.units }.to_string();
    Ok(Values::Listed((0..count).map(value).collect()))
}

fn between(low: &str, high: &str) -> Parsed<Values> {
    let (low, high) = (number(low)?, number(high)?);
    if low.units >= high.units {
        return refuse(format!("the range {low}..{high} is empty: its first number must be the smaller one"));
    }
    Ok(Values::Between(Interval { low, high }))
}

impl Values {
    /// The value at `share`, in `[0, 1)`, of the way: of a list each is met over an equal part.
    pub(super) fn at(&self, share: f64) -> String {
        match self {
            Self::Listed(values) => {
                let index = (share * values.len() as f64) as usize;
                values.get(index).or(values.last()).cloned().unwrap_or_default()
            }
            Self::Between(interval) => interval.at(share).to_string(),
        }
    }
}

impl Interval {
    /// The number at `share` of the way, to about seven digits of the width: as many as the designs have.
    fn at(&self, share: f64) -> Decimal {
        let width = self.high.units - self.low.units;
        let exact = (width as f64 * share) as i128;
        let mut grain = 1;
        while width / (grain * 10) >= 10_000_000 {
            grain *= 10;
        }
        // A multiple of the grain as seen from 0, if there is one within.
        let units = self.low.units + exact.min(width);
        let rounded = units.div_euclid(grain) * grain;
        Decimal { units: if rounded < self.low.units { units } else { rounded } }
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(values) => f.write_str(&values.join(", ")),
            Self::Between(Interval { low, high }) => write!(f, "{low} to {high}"),
        }
    }
}

/// A decimal number, exactly: a multiple of 10⁻¹².
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    units: i128,
}

/// Digits before and behind the point.
const DIGITS: usize = 12;
const ONE: i128 = 1_000_000_000_000;

impl Decimal {
    /// Reads `2`, `-0.25`, `1_000` or `1e-3`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.replace('_', "");
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= DIGITS as i32)?;
        let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
        let (before, behind) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.len() <= DIGITS && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(before) || !digits(behind) {
            return None;
        }
        let units: i128 = format!("{before}{behind:0<DIGITS$}").parse().ok()?;
        let factor = 10_i128.pow(exponent.unsigned_abs());
        let units = if exponent < 0 { (units % factor == 0).then_some(units / factor)? } else { units * factor };
        (units < ONE * ONE).then_some(Self { units: sign * units })
    }
}

impl fmt::Display for Decimal {
    /// As short as possible: `0`, `0.1`, `-2.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let (before, behind) = (self.units.abs() / ONE, self.units.abs() % ONE);
        let behind = format!(".{behind:0>DIGITS$}");
        write!(f, "{sign}{before}{}", behind.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Vec<String> {
        match text.parse() {
            Ok(Values::Listed(values)) => values,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn steps_are_exact_and_reach_the_end() {
        assert_eq!(listed("0:1:0.1"), ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
        assert_eq!(listed("0:1:0.3"), ["0", "0.3", "0.6", "0.9"]);
        assert_eq!(listed("1:-1:-0.5"), ["1", "0.5", "0", "-0.5", "-1"]);
        assert_eq!(listed("1:3:1"), ["1", "2", "3"]);
        assert_eq!(listed("2:2:1"), ["2"]);
        assert_eq!(listed("1e-3:3e-3:0.001"), ["0.001", "0.002", "0.003"]);
        assert_eq!(listed("1_000:2000:500"), ["1000", "1500", "2000"]);
        assert_eq!(listed("1:100000:1").len(), MAX_POINTS);
    }

    #[test]
    fn lists_are_parted_by_commas_outside_brackets() {
        assert_eq!(listed("consensus, two-thirds"), ["consensus", "two-thirds"]);
        assert_eq!(listed("0.10,2/3"), ["0.10", "2/3"], "as written");
        let rules = "{ count = { of = \"members\", at_least = 3 } },[\"a,b\", 'c'],none";
        assert_eq!(listed(rules).len(), 3);
        assert_eq!(listed("{ a = \"x:y:z\" }"), ["{ a = \"x:y:z\" }"]);
        assert_eq!(listed("none"), ["none"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        for (text, why) in [
            ("preferences.uncertainty", "expected PATH=VALUES"),
            ("=1", "no setting path"),
            ("a=", "a value is missing"),
            ("a=1,,2", "a value is missing"),
            ("a=1:2", "has no step"),
            ("a=0:1:0", "no steps of 0 lead from 0 to 1"),
            ("a=0:1:-0.1", "no steps of -0.1"),
            ("a=1:0:0.1", "no steps of 0.1"),
            ("a=0:one:0.1", "`one` is not a number"),
            ("a=0:1:0.0000000000001", "is not a number of at most 12 digits"),
            ("a=0:1e13:1", "is not a number"),
            ("a=0:1:1e-12", "1000000000001 values"),
            ("a=2..1", "the range 2..1 is empty"),
            ("a=1..1", "empty"),
            ("a=1..", "`` is not a number"),
            ("a=1..2..3", "is not a number"),
            ("a=nan..1", "is not a number"),
            ("a=0\n[veto]=1", "line break"),
        ] {
            let error = text.parse::<Varied>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn ranges_are_met_from_end_to_end() {
        let range: Values = "0.25..0.75".parse().unwrap();
        assert_eq!([0.0, 0.5, 0.123_456_789].map(|share| range.at(share)), ["0.25", "0.5", "0.31172839"]);
        assert!(range.at(1.0 - f64::EPSILON).starts_with("0.7499999"));
        let wide: Values = "-5..1e11".parse().unwrap();
        assert_eq!(wide.at(0.0), "-5");
        assert_eq!(wide.at(0.25), "24999990000");
        let list: Values = "a,b,c".parse().unwrap();
        assert_eq!([0.0, 0.33, 0.34, 0.999].map(|share| list.at(share)), ["a", "a", "b", "c"]);
    }

    #[test]
    fn no_text_panics() {
        for text in
            ["", "=", "a=:", "a=::", "a=..", "a=[", "a='", "a=1e99999..2", "a=-..-", "a={,}", "é=ü:ö:ä", "a=-1..-0"]
        {
            let _ = text.parse::<Varied>();
        }
    }
}
