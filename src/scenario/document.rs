//! A scenario as written: a tree of values, each of which knows where it stands.
//!
//! A tree rather than a serde mirror of the format, for three reasons. Serde stops at the first value
//! that does not fit, while a reader of the tree can go on and report every problem of a file at once.
//! Tables in CSV files, presets and setting paths all become edits of the one tree, so that whatever
//! is wrong with them is found by the same checks and points at the place where it was written. And
//! numbers keep their text, so that `0.55` is fifty-five hundredths and not the nearest binary float.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::bulk::{self, MAX_LIST};
use super::diagnostic::{Collector, Diagnostic};
use super::place::Place;
use super::syntax;
use crate::codes::Code;

/// Deepest nesting of values; far beyond any scenario, and safe for recursion.
pub const MAX_DEPTH: usize = 160;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it is written.
    pub place: Place,
    /// What is written.
    pub value: Value,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    String(String),
    /// A whole number, in decimal digits without `_` or `+`; only one of more than 127 bits that is not
    /// written in decimal stays as it is.
    Integer(String),
    /// Any other number, as written but without `_` or `+`.
    Float(String),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time, as written.
    Datetime(String),
    /// A list.
    Array(Shared<Vec<Node>>),
    /// Keys with values.
    Table(Shared<Table>),
}

/// A part of a tree. Copies of the tree have it together until one of them changes it; so the trees of many
/// assumptions take little more room than one.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared<T>(Arc<T>);

impl<T: Clone> Shared<T> {
    /// The part itself, copied if others have it too.
    pub fn into_inner(self) -> T {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<Node>> for Value {
    fn from(nodes: Vec<Node>) -> Self {
        Self::Array(Shared(Arc::new(nodes)))
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Self::Table(Shared(Arc::new(table)))
    }
}

/// Keys with values, in the order of the keys.
pub type Table = BTreeMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key is written.
    pub key: Place,
    /// The value.
    pub node: Node,
}

impl Node {
    /// Text at `place`.
    pub fn text(place: Place, text: impl Into<String>) -> Self {
        Self { place, value: Value::String(text.into()) }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The table to edit, if it is one.
    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Array(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of `key`, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_table()?.get(key).map(|entry| &entry.node)
    }

    /// The text of `key`, if this is a table that has text there.
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::String(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a decimal number",
            Value::Bool(true) => "`true`",
            Value::Bool(false) => "`false`",
            Value::Datetime(_) => "a date",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// Longest text in which the search for errors goes on behind the first, in bytes; a flood of them takes
/// hundreds of times the memory of the text.
const MAX_RECOVERED: usize = 256 * 1024;

/// Reads the TOML `text` of file number `file`; nothing if it is not TOML.
///
/// Every place where it is not is reported, of a very long text only the first.
pub fn parse(file: usize, text: &str, problems: &Collector) -> Option<Node> {
    let before = problems.errors();
    if bulk::is_too_much(file, text, problems) {
        return None;
    }
    let (table, errors) = if text.len() <= MAX_RECOVERED {
        DeTable::parse_recoverable(text)
    } else {
        DeTable::parse(text)
            .map_or_else(|first| (Spanned::new(0..0, DeTable::new()), vec![first]), |table| (table, vec![]))
    };
    syntax::report(file, text, errors, problems);
    let value = Spanned::new(0..0, DeValue::Table(table.into_inner()));
    let node = place_value(file, value, 0, problems);
    (problems.errors() == before).then_some(node)
}

/// Reads a single TOML value, or nothing if `text` is not one.
pub fn parse_value(file: usize, start: usize, text: &str) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    let problems = Collector::default();
    let mut node = place_value(file, value, 0, &problems);
    node.place = Place::new(file, start..start + text.len());
    (problems.errors() == 0).then_some(node)
}

fn place_value(file: usize, value: Spanned<DeValue<'_>>, depth: usize, problems: &Collector) -> Node {
    let place = Place::new(file, value.span());
    if depth > MAX_DEPTH {
        dismantle(value.into_inner());
        let message = format!("values are nested more than {MAX_DEPTH} deep");
        problems.report(Diagnostic::new(Code::NestedTooDeeply, message).at(place, "too deep"));
        return Node { place, value: Value::Bool(false) };
    }
    if let DeValue::Array(values) = value.get_ref()
        && let Some(extra) = values.get(MAX_LIST)
    {
        let message = format!("a list has {} entries; at most {MAX_LIST} are possible", values.len());
        problems.report(Diagnostic::new(Code::TooMany, message).at(Place::new(file, extra.span()), "one too many"));
        dismantle(value.into_inner());
        return Node { place, value: Value::Bool(false) };
    }
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(integer) => Value::Integer(decimal_digits(&integer)),
        DeValue::Float(float) => Value::Float(float.as_str().replace(['_', '+'], "")),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(written) => Value::Datetime(written.to_string()),
        DeValue::Array(values) => {
            values.into_iter().map(|value| place_value(file, value, depth + 1, problems)).collect::<Vec<_>>().into()
        }
        DeValue::Table(table) => table
            .into_iter()
            .map(|(key, value)| {
                let key_place = Place::new(file, key.span());
                let node = place_value(file, value, depth + 1, problems);
                (key.into_inner().into_owned(), Entry { key: key_place, node })
            })
            .collect::<Table>()
            .into(),
    };
    Node { place, value }
}

fn decimal_digits(integer: &DeInteger<'_>) -> String {
    let digits = integer.as_str().replace(['_', '+'], "");
    if integer.radix() == 10 {
        return digits;
    }
    // What does not fit is far beyond every limit of the format. Its prefix stays, so that nothing takes
    // the digits for decimal ones, or an `e` among them for an exponent.
    let prefix = match integer.radix() {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    i128::from_str_radix(&digits, integer.radix()).map_or_else(|_| format!("{prefix}{digits}"), |n| n.to_string())
}

/// Drops a value without recursion, so that no depth of nesting can exhaust the stack.
fn dismantle(value: DeValue<'_>) {
    let mut heap = vec![value];
    while let Some(value) = heap.pop() {
        match value {
            DeValue::Array(values) => heap.extend(values.into_iter().map(Spanned::into_inner)),
            DeValue::Table(table) => heap.extend(table.into_iter().map(|(_, value)| value.into_inner())),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Node> {
        parse(0, text, &Collector::default())
    }

    #[test]
    fn numbers_keep_their_text() {
        let node =
            read("a = 0.10\nb = 1_000\nc = 0x10\nd = +3\ne = 1e300\nf = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff")
                .unwrap();
        let text = |key: &str| match &node.get(key).unwrap().value {
            Value::Integer(text) | Value::Float(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(["a", "b", "c", "d", "e"].map(text), ["0.10", "1000", "16", "3", "1e300"]);
        assert_eq!(text("f"), "0xffffffffffffffffffffffffffffffff");
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let text = "[a]\nkey = \"värde\" # x\n";
        let node = parse(3, text, &Collector::default()).unwrap();
        let entry = &node.get("a").unwrap().as_table().unwrap()["key"];
        assert_eq!(&text[entry.key.start..entry.key.end], "key");
        assert_eq!(&text[entry.node.place.start..entry.node.place.end], "\"värde\"");
        assert_eq!(entry.node.place.file, 3);
    }

    #[test]
    fn every_syntax_error_is_reported() {
        let problems = Collector::default();
        assert_eq!(parse(0, "a = \nb = 1\nb = 2\nc = unquoted\n", &problems), None);
        assert!(problems.errors() >= 3, "{problems:?}");
    }

    #[test]
    fn no_depth_of_nesting_exhausts_the_stack() {
        let dotted = vec!["a"; 79].join(".");
        for text in [
            format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("a = {}", "{a=".repeat(100_000)),
            vec!["a"; 100_000].join(".") + " = 1",
            format!("[{dotted}]\n{dotted} = {}1{}", format!("{{{dotted} = ").repeat(79), "}".repeat(79)),
            format!("a = 1\n{}", format!("a = {}1{}\n", format!("{{{dotted} = ").repeat(79), "}".repeat(79)).repeat(2)),
        ] {
            assert_eq!(read(&text), None);
        }
    }
}
