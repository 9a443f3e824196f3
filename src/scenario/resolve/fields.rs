//! Reading a table key by key: what was asked for is known, so what was not is an unknown key.

use crate::codes::Code;
use crate::model::{Fraction, MAX_MAGNITUDE};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node, Table, Value};
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// A range of numbers, with its words.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    min: f64,
    max: f64,
    words: &'static str,
}

/// Any number of the format.
pub const ANY: Range = Range { min: -MAX_MAGNITUDE, max: MAX_MAGNITUDE, words: "a number" };
/// 0 or more.
pub const NON_NEGATIVE: Range = Range { min: 0.0, max: MAX_MAGNITUDE, words: "0 or more" };
/// Probabilities and shares.
pub const UNIT: Range = Range { min: 0.0, max: 1.0, words: "between 0 and 1" };

/// Longest title, and longest `name` of a member or candidate, in characters.
pub const MAX_TITLE: usize = 200;
/// Longest summary and longest source, in characters.
pub const MAX_PROSE: usize = 4000;

/// A table being read.
pub struct Fields<'t> {
    entries: &'t Table,
    place: Place,
    what: &'static str,
    asked: Vec<&'static str>,
    problems: &'t Collector,
}

impl<'t> Fields<'t> {
    /// Starts reading `node`, which is called `what` in messages; nothing if it is not a table.
    pub fn of(node: &'t Node, what: &'static str, problems: &'t Collector) -> Option<Self> {
        let Some(entries) = node.as_table() else {
            problems.report(wrong_type(node, what, "a table of keys and values"));
            return None;
        };
        Some(Self { entries, place: node.place, what, asked: Vec::new(), problems })
    }

    /// Starts reading a part that may be left out; empty if it is, or if it is not a table.
    pub fn section(node: Option<&'t Node>, what: &'static str, problems: &'t Collector) -> Self {
        static EMPTY: Table = Table::new();
        let place = Place::new(0, 0..0);
        let empty = Self { entries: &EMPTY, place, what, asked: Vec::new(), problems };
        node.and_then(|node| Self::of(node, what, problems)).unwrap_or(empty)
    }

    /// The value of `key`.
    pub fn get(&mut self, key: &'static str) -> Option<&'t Node> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.get(key).map(|entry| &entry.node)
    }

    /// The value of `key`; its absence is an error.
    pub fn require(&mut self, key: &'static str) -> Option<&'t Node> {
        let node = self.get(key);
        if node.is_none() {
            let message = format!("{} has no `{key}`", self.what);
            let label = format!("`{key}` is missing here");
            self.problems.report(Diagnostic::new(Code::MissingKey, message).at(self.place, label));
        }
        node
    }

    /// The number at `key`.
    pub fn number(&mut self, key: &'static str, range: Range) -> Option<f64> {
        let node = self.get(key)?;
        number(node, key, range, self.problems)
    }

    /// The whole number at `key`.
    pub fn integer(&mut self, key: &'static str, min: u64, max: u64) -> Option<u64> {
        let node = self.get(key)?;
        integer(node, key, min, max, self.problems)
    }

    /// The exact fraction at `key`.
    pub fn fraction(&mut self, key: &'static str) -> Option<(Fraction, Place)> {
        let node = self.get(key)?;
        Some((fraction(node, key, self.problems)?, node.place))
    }

    /// The text at `key`.
    pub fn text(&mut self, key: &'static str) -> Option<&'t str> {
        let node = self.get(key)?;
        text(node, key, self.problems)
    }

    /// The text at `key`, of at most `max` characters.
    pub fn text_up_to(&mut self, max: usize, key: &'static str) -> Option<&'t str> {
        let node = self.get(key)?;
        text_up_to(max, node, key, self.problems)
    }

    /// `true` or `false` at `key`.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let node = self.get(key)?;
        if let Value::Bool(truth) = node.value {
            return Some(truth);
        }
        self.problems.report(wrong_type(node, key, "true or false"));
        None
    }

    /// One of the named choices at `key`.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let node = self.get(key)?;
        choice(node, key, choices, self.problems)
    }

    /// The list at `key`.
    pub fn list(&mut self, key: &'static str) -> Option<&'t [Node]> {
        let node = self.get(key)?;
        list(node, key, self.problems)
    }

    /// The table at `key` whose keys are names; empty if absent.
    pub fn names(&mut self, key: &'static str) -> impl Iterator<Item = (&'t str, &'t Entry)> + use<'t> {
        let table = self.get(key).and_then(|node| {
            if node.as_table().is_none() {
                self.problems.report(wrong_type(node, key, "a table of names and values"));
            }
            node.as_table()
        });
        table.into_iter().flatten().map(|(name, entry)| (name.as_str(), entry))
    }

    /// The list of tables at `key` (`[[key]]`); empty if absent.
    pub fn tables(&mut self, key: &'static str) -> &'t [Node] {
        let Some(node) = self.get(key) else { return &[] };
        node.as_array().unwrap_or_else(|| {
            let help = format!("write the heading in double brackets: [[{key}]]");
            self.problems.report(wrong_type(node, key, "a list of tables").help(help));
            &[]
        })
    }

    /// Reports the keys that no one asked for.
    pub fn finish(self) {
        for (key, entry) in self.entries.iter().filter(|(key, _)| !self.asked.contains(&key.as_str())) {
            let message = format!("{} has no key called `{key}`", self.what);
            let diagnostic = Diagnostic::new(Code::UnknownKey, message).at(entry.key, "unknown key");
            let help = || suggest::choices(key, "the keys here are", self.asked.iter().copied());
            self.problems.report_with(diagnostic, help);
        }
    }
}

/// The problem that `node` is not what `key` needs.
pub fn wrong_type(node: &Node, key: &str, expected: &str) -> Diagnostic {
    let message = format!("{} must be {expected}, but this is {}", quoted(key), node.kind());
    let help = match &node.value {
        Value::String(text) if expected.contains("number") && text.trim().parse::<f64>().is_ok() => {
            Some("write the number without quotes".to_owned())
        }
        Value::Float(text) if expected == "a whole number" => {
            let value: f64 = text.parse().unwrap_or(f64::NAN);
            (value.fract() == 0.0 && value.abs() < 1e15).then(|| format!("write {value}"))
        }
        Value::Integer(_) | Value::Float(_) if expected.contains("text") => Some("put it in quotes".to_owned()),
        Value::String(text) if expected.contains("list") && text.len() < 60 => Some(format!("write [\"{text}\"]")),
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
        problems.report(wrong_type(node, key, "a number"));
        return None;
    };
    let key = quoted(key);
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    let problem = if text.contains("nan") || text.contains("inf") {
        Diagnostic::new(Code::NotFinite, format!("{key} must be an ordinary number, not {text}"))
            .at(node.place, "not a finite number")
    } else if value.is_nan() || value.abs() > MAX_MAGNITUDE {
        // The only text that is no number by now is one too long to be read.
        Diagnostic::new(Code::NumberTooLarge, format!("{key} is too large")).at(node.place, "larger than a billion")
    } else if value < range.min || value > range.max {
        Diagnostic::new(Code::OutOfRange, format!("{key} must be {}, but is {text}", range.words))
            .at(node.place, format!("must be {}", range.words))
    } else {
        return Some(value);
    };
    problems.report(problem);
    None
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
        problems
            .report(Diagnostic::new(Code::BadFraction, message).at(node.place, "cannot be read exactly").help(help));
    }
    fraction
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

/// `node` as a list.
pub fn list<'t>(node: &'t Node, key: &str, problems: &Collector) -> Option<&'t [Node]> {
    let list = node.as_array();
    if list.is_none() {
        problems.report(wrong_type(node, key, "a list"));
    }
    list
}

/// `node` as one of the named choices.
pub fn choice<T: Copy>(node: &Node, key: &str, choices: &[(&'static str, T)], problems: &Collector) -> Option<T> {
    let written = text(node, key, problems)?;
    let found = choices.iter().find(|(name, _)| *name == written);
    if found.is_none() {
        let message = format!("{} cannot be `{written}`", quoted(key));
        let diagnostic = Diagnostic::new(Code::UnknownChoice, message).at(node.place, "unknown");
        let help = || suggest::choices(written, "it can be", choices.iter().map(|(name, _)| *name));
        problems.report_with(diagnostic, help);
    }
    found.map(|&(_, value)| value)
}
