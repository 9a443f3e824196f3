//! Single values: numbers, fractions and text of a file, or what is wrong with them.

use toml::value::Datetime;

use crate::codes::Code;
use crate::model::{Fraction, MAX_MAGNITUDE};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Value};
use crate::scenario::keys::{Portion, Range};
use crate::scenario::numerals;
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// The problem that `node` is not what `key` needs.
pub fn wrong_type(node: &Node, key: &str, expected: &str) -> Diagnostic {
    let message = format!("{} must be {expected}, but this is {}", quoted(key), node.kind());
    let help = match &node.value {
        Value::String(text) if expected.contains("number") && text.trim().parse::<f64>().is_ok() => {
            Some("write the number without quotes".to_owned())
        }
        Value::String(text) if expected.contains("number") => numerals::advice(text),
        Value::Float(text) if expected == "a whole number" => {
            let value: f64 = text.parse().unwrap_or(f64::NAN);
            let write = (value.fract() == 0.0 && value.abs() < 1e15).then(|| format!("write {value}"));
            let thousands = || numerals::as_thousands(text).map(|it| format!("if thousands are meant, write {it}"));
            write.map(|write| thousands().map_or(write.clone(), |it| format!("a point is for decimals: {write}; {it}")))
        }
        Value::Integer(_) | Value::Float(_) if expected.contains("text") => Some("put it in quotes".to_owned()),
        Value::String(text) if expected.contains("list") && text.len() < 60 => {
            let words = text.split([',', ';']).map(|word| format!("\"{}\"", word.trim()));
            Some(format!("write [{}]", words.collect::<Vec<_>>().join(", ")))
        }
        Value::String(text) if expected == "true or false" && matches!(text.as_str(), "true" | "false") => {
            Some("write it without quotes".to_owned())
        }
        _ => None,
    };
    Diagnostic::new(Code::WrongType, message).at(node.place, format!("expected {expected}")).maybe_help(help)
}

/// A key in backticks; words that are no key as they are.
fn quoted(key: &str) -> String {
    if key.contains(' ') { key.to_owned() } else { format!("`{key}`") }
}

/// `node` as a number within `range`.
pub fn number(node: &Node, key: &str, range: Range, problems: &Collector) -> Option<f64> {
    let (Value::Integer(text) | Value::Float(text)) = &node.value else {
        let wrong = wrong_type(node, key, "a number");
        let is_percentage = node.as_str().is_some_and(|text| text.contains('%'));
        let is_share = range.min >= 0.0 && range.max <= 1.0;
        problems.report(match is_percentage && !is_share && key == "support" {
            true => wrong.help("points are no shares: 2 is firm support, 0 indifference and -2 firm opposition"),
            false => wrong,
        });
        return None;
    };
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    if value.abs() <= MAX_MAGNITUDE && value >= range.min && value <= range.max {
        return Some(value);
    }
    let key = quoted(key);
    let problem = if text.contains("nan") || text.contains("inf") {
        Diagnostic::new(Code::NotFinite, format!("{key} must be an ordinary number, not {text}"))
            .at(node.place, "not a finite number")
    } else if value.is_nan() || value.abs() > MAX_MAGNITUDE {
        // The only text that is no number by now is one too long to be read.
        Diagnostic::new(Code::NumberTooLarge, format!("{key} is too large")).at(node.place, "larger than a billion")
    } else {
        Diagnostic::new(Code::OutOfRange, format!("{key} must be {}, but is {text}", range.words))
            .at(node.place, format!("must be {}", range.words))
            .maybe_help(percent(text, value, range))
    };
    problems.report(problem);
    None
}

/// What to write in place of a number that is perhaps a percentage.
fn percent(text: &str, value: f64, range: Range) -> Option<String> {
    let is_share = range.min == 0.0 && range.max == 1.0;
    let is_percentage = (2.0..=100.0).contains(&value) && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_share && is_percentage).then(|| numerals::advice(&format!("{text}%")))?
}

/// `node` as a whole number from `min` to `max`.
pub fn integer(node: &Node, key: &str, min: u64, max: u64, problems: &Collector) -> Option<u64> {
    let Value::Integer(text) = &node.value else {
        problems.report(wrong_type(node, key, "a whole number"));
        return None;
    };
    let value = text.parse::<u64>().ok().filter(|n| (min..=max).contains(n));
    if value.is_none() {
        let is_too_large = text.parse::<u64>().map_or(!text.starts_with('-'), |n| n > max);
        let words = match (max >= u64::from(u32::MAX), is_too_large) {
            (true, true) => format!("at most {max}"),
            (true, false) => format!("{min} or more"),
            (false, _) => format!("between {min} and {max}"),
        };
        let message = format!("{} must be {words}, but is {text}", quoted(key));
        let label = format!("must be {words}");
        problems.report(Diagnostic::new(Code::OutOfRange, message).at(node.place, label));
    }
    value
}

/// `node` as an exact fraction >= 0: `"2/3"`, `0.55` or `22`.
pub fn fraction(node: &Node, key: &str, problems: &Collector) -> Option<Fraction> {
    let (Value::Integer(text) | Value::Float(text) | Value::String(text)) = &node.value else {
        problems.report(wrong_type(node, key, "a number or a fraction like \"2/3\""));
        return None;
    };
    let fraction = text.parse().ok();
    if fraction.is_none() {
        let message = format!("{} is not a fraction or a plain decimal: {text}", quoted(key));
        let help = "write a fraction in quotes (\"2/3\") or a decimal with at most 12 places (0.55), \
                    without sign or exponent";
        let help = numerals::advice(text).filter(|_| node.as_str().is_some()).unwrap_or_else(|| help.to_owned());
        problems
            .report(Diagnostic::new(Code::BadFraction, message).at(node.place, "cannot be read exactly").help(help));
    }
    fraction
}

/// Whether `fraction`, at `place`, is within `portion`; reports if not.
pub fn is_possible(fraction: Fraction, portion: Portion, key: &str, place: Place, problems: &Collector) -> bool {
    let problem = match portion {
        Portion::Any => return true,
        Portion::Share if fraction.is_at_most_one() => return true,
        Portion::ShareAboveZero if fraction.is_at_most_one() && fraction.to_f64() > 0.0 => return true,
        Portion::Share => {
            let diagnostic = Diagnostic::new(Code::OutOfRange, format!("`{key}` is a share and cannot be {fraction}"));
            let help = "write 55 % as 0.55, and two thirds as \"2/3\"";
            diagnostic.at(place, "must be at most 1").help(help)
        }
        Portion::ShareAboveZero => {
            let message = format!("a share must be above 0 and at most 1, but is {fraction}");
            let help = "write 55 % as 0.55 and two thirds as \"2/3\"; to count members, use `count`";
            Diagnostic::new(Code::OutOfRange, message).at(place, "not a share").help(help)
        }
    };
    problems.report(problem);
    false
}

/// `node` as text.
pub fn text<'t>(node: &'t Node, key: &str, problems: &Collector) -> Option<&'t str> {
    let text = node.as_str();
    if text.is_none() {
        problems.report(wrong_type(node, key, "text"));
    }
    text
}

/// `node` as text of at most `max` characters.
pub fn text_up_to<'t>(max: usize, node: &'t Node, key: &str, problems: &Collector) -> Option<&'t str> {
    let text = text(node, key, problems)?;
    if text.chars().nth(max).is_some() {
        let message =
            format!("{} is {} characters long; at most {max} are possible", quoted(key), text.chars().count());
        problems.report(Diagnostic::new(Code::TooLong, message).at(node.place, "too long"));
        return None;
    }
    Some(text)
}

/// `node` as a day, with or without quotes: YYYY-MM-DD.
pub fn date(node: &Node, key: &str, problems: &Collector) -> Option<String> {
    let (Value::String(text) | Value::Datetime(text)) = &node.value else {
        problems.report(wrong_type(node, key, "a day like \"2016-10-06\""));
        return None;
    };
    match text.parse::<Datetime>() {
        Ok(Datetime { date: Some(date), time: None, offset: None }) => Some(date.to_string()),
        _ => {
            let message = format!("{} must be a day of the calendar, but is {text}", quoted(key));
            let diagnostic = Diagnostic::new(Code::BadDate, message).at(node.place, "not a day");
            problems.report(diagnostic.help("write year, month and day: \"2016-10-06\""));
            None
        }
    }
}

/// `node` as a list.
pub fn list<'t>(node: &'t Node, key: &str, problems: &Collector) -> Option<&'t [Node]> {
    let list = node.as_array();
    if list.is_none() {
        problems.report(wrong_type(node, key, "a list"));
    }
    list
}

/// `node` as one of the `words`.
pub fn choice(node: &Node, key: &str, words: &'static [&'static str], problems: &Collector) -> Option<&'static str> {
    let written = text(node, key, problems)?;
    let found = words.iter().find(|word| **word == written);
    if found.is_none() {
        let message = format!("{} cannot be `{written}`", quoted(key));
        let diagnostic = Diagnostic::new(Code::UnknownChoice, message).at(node.place, "unknown");
        problems.report_with(diagnostic, || suggest::choices(written, "it can be", words.iter().copied()));
    }
    found.copied()
}
