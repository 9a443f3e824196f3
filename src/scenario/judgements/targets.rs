//! Which values of a tree a path or a pattern names, what they are and between which limits they may be.

use crate::model::{Fraction, MAX_MAGNITUDE};
use crate::scenario::document::{Node, Table, Value};
use crate::scenario::keys::{self, Absent, Key, Kind, Portion, Section};
use crate::scenario::settings::entry_name;

/// A part of a pattern that stands for every name.
pub const ANY_NAME: &str = "*";
/// The least share above 0 to which a drawn one is held.
const LEAST_SHARE: f64 = 1e-6;

/// A value of a scenario that is a number and can be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its setting path.
    pub path: String,
    /// Its number, written or by default; nothing if it has none.
    pub number: Option<f64>,
    /// Between which it may be.
    pub limits: Limits,
}

/// Between which numbers a value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The least.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Whether it is whole.
    pub whole: bool,
}

impl Limits {
    /// The number nearest to `number` that the value may be, and whether that is another because of a limit.
    pub(super) fn hold(self, number: f64) -> (f64, bool) {
        let held = number.clamp(self.min, self.max);
        (if self.whole { held.round() } else { held }, held != number)
    }
}

/// Names that `*` may stand for.
pub struct Names<'t> {
    /// The ids of all members.
    pub members: Vec<&'t str>,
    /// The ids of all candidates.
    pub candidates: Vec<&'t str>,
}

impl<'t> Names<'t> {
    /// Those of a scenario under one assumption.
    pub fn of(tree: &'t Table) -> Self {
        let ids = |key: &str| -> Vec<&str> {
            let nodes = tree.get(key).and_then(|entry| entry.node.as_array()).unwrap_or_default();
            nodes.iter().filter_map(|node| node.get_str("id")).collect()
        };
        Self { members: ids("member"), candidates: ids("candidate") }
    }
}

/// What looks for values.
pub struct Finder<'t> {
    /// The scenario under one assumption.
    pub tree: &'t Table,
    /// For a pattern that is to find every pair of members and candidates in `support`, whether written or not.
    pub everyone: Option<&'t Names<'t>>,
}

impl Finder<'_> {
    /// The values that `pattern` names. None if it names nothing, or nothing that can be a number.
    pub fn find(&self, pattern: &str) -> Vec<Target> {
        let parts: Vec<&str> = pattern.split('.').collect();
        let mut found = Vec::new();
        if let Some((first, rest)) = parts.split_first()
            && let Some(key) = keys::SCENARIO.key(first)
        {
            let node = self.tree.get(*first).map(|entry| &entry.node);
            self.of_kind(&key.kind, key, node, (*first).to_owned(), rest, &mut found);
        }
        found
    }

    /// Whether a pattern about an entry of `[veto]` meets one that is written as a word.
    pub fn names_a_word(&self, pattern: &str) -> bool {
        let entries = self.tree.get("veto").and_then(|entry| entry.node.as_table()).into_iter().flatten();
        let named = |name: &str| pattern.split('.').nth(1).is_some_and(|part| part == ANY_NAME || part == name);
        entries.into_iter().any(|(name, entry)| named(name) && entry.node.as_str().is_some())
    }

    fn of_kind(
        &self,
        kind: &'static Kind,
        key: &'static Key,
        node: Option<&Node>,
        path: String,
        rest: &[&str],
        found: &mut Vec<Target>,
    ) {
        match kind {
            Kind::Table(section) => self.of_section(section, node.and_then(Node::as_table), path, rest, found),
            // A word is no table, and has no values of its own.
            Kind::Either(either) => {
                if let Some(table) = node.and_then(Node::as_table) {
                    self.of_section(either.table, Some(table), path, rest, found);
                }
            }
            Kind::Tables(section) => {
                let Some((name, rest)) = rest.split_first() else { return };
                let nodes = node.and_then(Node::as_array).unwrap_or_default();
                for (index, node) in nodes.iter().enumerate() {
                    let called = entry_name(key.name, node, index);
                    if *name == ANY_NAME || *name == called {
                        self.of_section(section, node.as_table(), format!("{path}.{called}"), rest, found);
                    }
                }
            }
            Kind::Numbers(named) => {
                let [name] = rest else { return };
                let table = node.and_then(Node::as_table);
                let limits = Limits { min: named.range.min, max: named.range.max, whole: false };
                for name in written_or(name, table) {
                    let written = table.and_then(|table| table.get(name)).and_then(|entry| number(&entry.node));
                    let number = written.or_else(|| self.default(key, Some(name)));
                    found.push(Target { path: format!("{path}.{name}"), number, limits });
                }
            }
            Kind::Number(_) | Kind::Whole(..) | Kind::Fraction(_) => {
                let Some(limits) = limits(kind).filter(|_| rest.is_empty()) else { return };
                let number = match node {
                    Some(node) => number(node),
                    None => self.default(key, None),
                };
                found.push(Target { path, number, limits });
            }
            Kind::Text(_)
            | Kind::Name
            | Kind::Institution
            | Kind::Truth
            | Kind::Choice(_)
            | Kind::Texts(_)
            | Kind::Names
            | Kind::Several(_)
            | Kind::Date
            | Kind::Total(_)
            | Kind::Any => {}
        }
    }

    fn of_section(
        &self,
        section: &'static Section,
        table: Option<&Table>,
        path: String,
        rest: &[&str],
        found: &mut Vec<Target>,
    ) {
        let Some((part, rest)) = rest.split_first() else { return };
        let node = |name: &str| table.and_then(|table| table.get(name)).map(|entry| &entry.node);
        if let Some(key) = section.key(part) {
            return self.of_kind(&key.kind, key, node(part), format!("{path}.{part}"), rest, found);
        }
        let Some(others) = &section.others else { return };
        let everyone = self.everyone.filter(|_| *part == ANY_NAME);
        let names = match (everyone, section.name) {
            (Some(everyone), name) if name == keys::SUPPORT.name => everyone.members.clone(),
            (Some(everyone), name) if name == keys::POINTS.name => everyone.candidates.clone(),
            _ => written_or(part, table),
        };
        for name in names {
            let path = format!("{path}.{name}");
            match (&others.kind, node(name)) {
                (Kind::Number(range), node) if rest.is_empty() => {
                    let limits = Limits { min: range.min, max: range.max, whole: false };
                    // Points that are not written are 0.
                    found.push(Target { path, number: node.map_or(Some(0.0), number), limits });
                }
                (Kind::Table(section), node) => {
                    self.of_section(section, node.and_then(Node::as_table), path, rest, found);
                }
                (Kind::Either(either), Some(node)) => {
                    if let Some(table) = node.as_table() {
                        self.of_section(either.table, Some(table), path, rest, found);
                    }
                }
                _ => {}
            }
        }
    }

    /// The number that holds where `key`, or the entry `name` in it, is not written.
    fn default(&self, key: &Key, name: Option<&str>) -> Option<f64> {
        let section = match key.absent {
            Absent::Number(number) => return Some(number),
            absent if absent == keys::OF_PREFERENCES => ("preferences", &keys::PREFERENCES),
            absent if absent == keys::OF_DYNAMICS => ("dynamics", &keys::DYNAMICS),
            _ => return None,
        };
        let (section, keys) = section;
        let written = self.tree.get(section).and_then(|entry| entry.node.get(key.name));
        let written = match name {
            Some(name) => written.and_then(|node| node.get(name)),
            None => written,
        };
        written.and_then(number).or_else(|| match keys.key(key.name)?.absent {
            Absent::Number(number) => Some(number),
            _ => None,
        })
    }
}

/// The names in `table` if the part of a pattern stands for all, or that one.
fn written_or<'t>(part: &'t str, table: Option<&'t Table>) -> Vec<&'t str> {
    if part == ANY_NAME { table.into_iter().flatten().map(|(name, _)| name.as_str()).collect() } else { vec![part] }
}

/// Between which a number of this kind may be.
fn limits(kind: &Kind) -> Option<Limits> {
    let limits = |min, max, whole| Some(Limits { min, max, whole });
    match kind {
        Kind::Number(range) => limits(range.min, range.max, false),
        Kind::Whole(min, max) => limits(*min as f64, *max as f64, true),
        Kind::Fraction(Portion::Any) => limits(0.0, MAX_MAGNITUDE, false),
        Kind::Fraction(Portion::Share) => limits(0.0, 1.0, false),
        Kind::Fraction(Portion::ShareAboveZero) => limits(LEAST_SHARE, 1.0, false),
        _ => None,
    }
}

/// The number that is written in `node`.
pub fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Integer(text) | Value::Float(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        Value::String(text) => text.parse().ok().map(Fraction::to_f64),
        Value::Bool(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}
