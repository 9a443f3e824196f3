//! Reading a table key by key: the [keys](crate::scenario::keys) say what each may hold, and which there are.

use super::values;
use crate::codes::Code;
use crate::model::Fraction;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Table, Value};
use crate::scenario::keys::{Absent, Key, Kind, Section};
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// A table being read.
pub struct Fields<'t> {
    entries: &'t Table,
    place: Place,
    section: &'static Section,
    /// The keys that were read here or are read elsewhere.
    asked: Vec<&'static str>,
    problems: &'t Collector,
}

/// An entry of a table whose keys are names.
pub struct Named<'t> {
    /// The name.
    pub name: &'t str,
    /// Where the name is written.
    pub place: Place,
    node: &'t Node,
    key: &'static Key,
    problems: &'t Collector,
}

impl Named<'_> {
    /// Its number.
    pub fn number(&self) -> Option<f64> {
        let Kind::Numbers(named) = &self.key.kind else { return wrong_row(self.key) };
        values::number(self.node, self.key.name, named.range, self.problems)
    }
}

impl<'t> Fields<'t> {
    /// Starts reading `node`, which should have the keys of `section`; nothing if it is not a table.
    pub fn of(node: &'t Node, section: &'static Section, problems: &'t Collector) -> Option<Self> {
        let Some(entries) = node.as_table() else {
            problems.report(values::wrong_type(node, section.what, "a table of keys and values"));
            return None;
        };
        Some(Self { entries, place: node.place, section, asked: Vec::new(), problems })
    }

    /// Starts reading a part that may be left out; empty if it is, or if it is not a table.
    pub fn section(node: Option<&'t Node>, section: &'static Section, problems: &'t Collector) -> Self {
        static EMPTY: Table = Table::new();
        let place = Place::new(0, 0..0);
        let empty = Self { entries: &EMPTY, place, section, asked: Vec::new(), problems };
        node.and_then(|node| Self::of(node, section, problems)).unwrap_or(empty)
    }

    /// Finds `key` in its row, and what is written there.
    fn find(&mut self, key: &'static str) -> (Option<&'static Key>, Option<&'t Node>) {
        let row = self.section.key(key);
        debug_assert!(row.is_some(), "`{key}` is no key of the table `{}`", self.section.name);
        if cfg!(debug_assertions) && !self.asked.contains(&key) {
            self.asked.push(key);
        }
        (row, row.and_then(|_| self.entries.get(key)).map(|entry| &entry.node))
    }

    /// The value of `key`, whether it must be there or not.
    pub fn get(&mut self, key: &'static str) -> Option<&'t Node> {
        self.find(key).1
    }

    /// The value of `key` with its row; that it is missing where it must not be is reported.
    fn value(&mut self, key: &'static str) -> Option<(&'static Key, &'t Node)> {
        let (row, node) = self.find(key);
        let row = row?;
        if node.is_none() && matches!(row.absent, Absent::Wrong | Absent::WrongAlone) {
            let message = format!("{} has no `{key}`", self.section.what);
            let label = format!("`{key}` is missing here");
            self.problems.report(Diagnostic::new(Code::MissingKey, message).at(self.place, label));
        }
        node.map(|node| (row, node))
    }

    /// These keys of the table are read elsewhere.
    pub fn read_elsewhere(&mut self, keys: &[&'static str]) {
        for key in keys {
            self.find(key);
        }
    }

    /// The number at `key`.
    pub fn number(&mut self, key: &'static str) -> Option<f64> {
        let (row, node) = self.value(key)?;
        let Kind::Number(range) = row.kind else { return wrong_row(row) };
        values::number(node, key, range, self.problems)
    }

    /// The number at `key`, or what holds without it.
    pub fn number_or_default(&mut self, key: &'static str) -> f64 {
        self.number(key).unwrap_or_else(|| self.default_number(key))
    }

    /// The whole number at `key`.
    pub fn whole(&mut self, key: &'static str) -> Option<u64> {
        let (row, node) = self.value(key)?;
        let Kind::Whole(min, max) = row.kind else { return wrong_row(row) };
        values::integer(node, key, min, max, self.problems)
    }

    /// The whole number at `key`, or what holds without it.
    pub fn whole_or_default(&mut self, key: &'static str) -> u64 {
        self.whole(key).unwrap_or_else(|| self.default_number(key) as u64)
    }

    fn default_number(&self, key: &str) -> f64 {
        match self.section.key(key).map(|row| row.absent) {
            Some(Absent::Number(number)) => number,
            other => {
                debug_assert!(false, "`{key}` has no number as its default, but {other:?}");
                0.0
            }
        }
    }

    /// The exact fraction at `key`.
    pub fn fraction(&mut self, key: &'static str) -> Option<Fraction> {
        let (row, node) = self.value(key)?;
        let Kind::Fraction(portion) = row.kind else { return wrong_row(row) };
        let fraction = values::fraction(node, key, self.problems)?;
        values::is_possible(fraction, portion, key, node.place, self.problems).then_some(fraction)
    }

    /// The text at `key`, which may be a name.
    pub fn text(&mut self, key: &'static str) -> Option<&'t str> {
        self.text_and_place(key).map(|(text, _)| text)
    }

    /// The text at `key`, and where it is written.
    pub fn text_and_place(&mut self, key: &'static str) -> Option<(&'t str, Place)> {
        let (row, node) = self.value(key)?;
        let text = match row.kind {
            Kind::Text(longest) => values::text_up_to(longest, node, key, self.problems)?,
            // That it can be one is for whoever knows what it is the name of to say.
            Kind::Name | Kind::Institution => values::text(node, key, self.problems)?,
            _ => return wrong_row(row),
        };
        Some((text, node.place))
    }

    /// The day at `key`, as YYYY-MM-DD.
    pub fn date(&mut self, key: &'static str) -> Option<String> {
        let (row, node) = self.value(key)?;
        let Kind::Date = row.kind else { return wrong_row(row) };
        values::date(node, key, self.problems)
    }

    /// `true` or `false` at `key`, or what holds without it.
    pub fn truth(&mut self, key: &'static str) -> bool {
        let Some(row) = self.section.key(key) else { return false };
        let default = match row.absent {
            Absent::True => true,
            other => {
                debug_assert_eq!(other, Absent::False, "`{key}` is no truth");
                false
            }
        };
        let Some((_, node)) = self.value(key) else { return default };
        if let Value::Bool(truth) = node.value {
            return truth;
        }
        self.problems.report(values::wrong_type(node, key, "true or false"));
        default
    }

    /// One of the choices at `key`, or what holds without it; `meanings` are what the words of the row mean, in their
    /// order.
    pub fn choice<T: Copy + Default>(&mut self, key: &'static str, meanings: &[T]) -> T {
        let Some(row) = self.section.key(key) else { return T::default() };
        let Kind::Choice(words) = row.kind else { return wrong_row(row).unwrap_or_default() };
        debug_assert_eq!(words.len(), meanings.len(), "other words than those of `{key}`");
        let meaning =
            |word: &str| words.iter().zip(meanings).find(|(name, _)| **name == word).map(|(_, meaning)| *meaning);
        let default = match row.absent {
            Absent::Word(word) => meaning(word),
            _ => None,
        };
        debug_assert!(default.is_some(), "`{key}` has no word as its default, but {:?}", row.absent);
        let default = default.unwrap_or_default();
        let Some((_, node)) = self.value(key) else { return default };
        values::choice(node, key, words, self.problems).and_then(meaning).unwrap_or(default)
    }

    /// The list at `key`.
    pub fn list(&mut self, key: &'static str) -> Option<&'t [Node]> {
        let (row, node) = self.value(key)?;
        match row.kind {
            Kind::Names | Kind::Texts(_) | Kind::Several(_) | Kind::Tables(_) => values::list(node, key, self.problems),
            _ => wrong_row(row),
        }
    }

    /// The numbers at `key` by their names; empty if absent.
    pub fn names(&mut self, key: &'static str) -> impl Iterator<Item = Named<'t>> + use<'t> {
        let (row, problems) = (self.section.key(key), self.problems);
        let entries = self.table(key).into_iter().flatten();
        entries.filter_map(move |(name, entry)| {
            Some(Named { name, place: entry.key, node: &entry.node, key: row?, problems })
        })
    }

    /// The table at `key` whose keys are names.
    pub fn table(&mut self, key: &'static str) -> Option<&'t Table> {
        let (_, node) = self.value(key)?;
        if node.as_table().is_none() {
            self.problems.report(values::wrong_type(node, key, "a table of names and values"));
        }
        node.as_table()
    }

    /// The list of tables at `key` (`[[key]]`); empty if absent.
    pub fn tables(&mut self, key: &'static str) -> &'t [Node] {
        let Some((row, node)) = self.value(key) else { return &[] };
        debug_assert!(matches!(row.kind, Kind::Tables(_)), "`{key}` is no list of tables");
        node.as_array().unwrap_or_else(|| {
            let help = format!("write the heading in double brackets: [[{key}]]");
            self.problems.report(values::wrong_type(node, key, "a list of tables").help(help));
            &[]
        })
    }

    /// Reports the keys that there are not.
    pub fn finish(self) {
        let Self { entries, section, asked, problems, .. } = self;
        for row in section.all() {
            debug_assert!(
                asked.contains(&row.name),
                "the key `{}` of the table `{}` is not read",
                row.name,
                section.name
            );
        }
        for (key, entry) in entries.iter().filter(|(key, _)| section.key(key).is_none()) {
            let message = format!("{} has no key called `{key}`", section.what);
            let diagnostic = Diagnostic::new(Code::UnknownKey, message).at(entry.key, "unknown key");
            let help = || suggest::choices(key, "the keys here are", section.all().map(|row| row.name));
            problems.report_with(diagnostic, help);
        }
    }
}

/// What a reader gets who takes the value of `row` for one of another kind.
fn wrong_row<T>(row: &Key) -> Option<T> {
    debug_assert!(false, "`{}` is read as what it is not: it holds {:?}", row.name, row.kind);
    None
}
