//! The keys of the format, each in one row: its name, what it may hold, what holds without it, and what it means.
//!
//! The reader takes names, ranges, choices and defaults from here (`resolve/fields.rs`), CSV tables their columns, the
//! [schema](schema()) and the [page of the format](write_page) all they say. A key that is read but not listed here, or
//! listed but not read, fails an assertion of the first test that meets it.

mod page;
mod people;
mod polls;
mod procedure;
mod schema;
#[cfg(test)]
mod tests;

pub use page::write_page;
pub use people::{
    BLOC, CANDIDATE, MEMBER, OF_DYNAMICS, OF_PREFERENCES, POINTS, PREFERENCES, SCENARIO, SUPPORT, TABLES,
};
pub use polls::{AMONG, ANSWERS, KNOWN, PART, POLL, ROW, TOTAL};
pub use procedure::{
    ACCOMMODATION, ASSUMPTION, CONDITION, COUNT, DROP, DROPPING, DYNAMICS, EFFECT, EVENT, JUDGEMENT, OBJECTIONS, POWER,
    RULE, SETTINGS, SHARE, STAGE, VETO, VETOES,
};
pub use schema::{is_schema, schema};

use crate::model::{MAX_BALLOTS, MAX_MAGNITUDE, MAX_MEMBERS};

/// A kind of table of the format: which keys it has.
#[derive(Debug)]
pub struct Section {
    /// Its name here, in the documentation and in the schema: one word.
    pub name: &'static str,
    /// What messages call one: "a member".
    pub what: &'static str,
    /// Its keys, in the order in which people read them.
    pub keys: &'static [Key],
    /// A table of which it has every other key too.
    pub like: Option<&'static Section>,
    /// What any further key is.
    pub others: Option<Others>,
    /// Keys of which it has exactly one, if it is so.
    pub one_of: &'static [&'static str],
}

/// One key.
#[derive(Debug)]
pub struct Key {
    /// What it is called.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// What holds without it.
    pub absent: Absent,
    /// What it means, in one line; Markdown.
    pub meaning: &'static str,
}

/// Keys that are names, each with a value of one kind.
#[derive(Debug)]
pub struct Others {
    /// Whose names: "member or group".
    pub of: &'static str,
    /// What each may hold.
    pub kind: Kind,
    /// What each means, in one line; Markdown.
    pub meaning: &'static str,
}

/// What a key may hold.
#[derive(Debug)]
pub enum Kind {
    /// A number.
    Number(Range),
    /// A whole number from the first to the last.
    Whole(u64, u64),
    /// An exact fraction.
    Fraction(Portion),
    /// Text of at most so many characters.
    Text(usize),
    /// A name: text that can be an id.
    Name,
    /// The name of one of the institutions.
    Institution,
    /// A day, as YYYY-MM-DD.
    Date,
    /// How many members gave an answer: a whole number or, where it is not known, a table of bounds.
    Total(&'static Section),
    /// True or false.
    Truth,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts, each of at most so many characters.
    Texts(usize),
    /// A list of names.
    Names,
    /// A table of names with a number each.
    Numbers(Named),
    /// A table.
    Table(&'static Section),
    /// A list of tables.
    Tables(&'static Section),
    /// A word or a table.
    Either(&'static Either),
    /// A list of words or tables, which is not empty.
    Several(&'static Either),
    /// Whatever the key that is meant may hold.
    Any,
}

/// The names and numbers of [`Kind::Numbers`].
#[derive(Debug)]
pub struct Named {
    /// What the names are of, in the singular: "trait".
    pub of: &'static str,
    /// A name as it could be.
    pub example: &'static str,
    /// The numbers.
    pub range: Range,
}

/// A value that is a word or, if no word says enough, a table.
#[derive(Debug)]
pub struct Either {
    /// Its name, as that of a [`Section`].
    pub name: &'static str,
    /// The words.
    pub words: &'static [&'static str],
    /// The table.
    pub table: &'static Section,
}

/// What holds without a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Absent {
    /// It must be there.
    Wrong,
    /// It must be there, unless it is in the entry of an institution that this one changes.
    WrongAlone,
    /// Nothing: no such thing is meant.
    Nothing,
    /// This number.
    Number(f64),
    /// This word.
    Word(&'static str),
    /// False.
    False,
    /// True.
    True,
    /// What these words say.
    Says(&'static str),
}

/// A range of numbers, with its words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// What a number in it is: "0 or more".
    pub words: &'static str,
}

/// Which exact fractions are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// 0 or more.
    Any,
    /// From 0 to 1.
    Share,
    /// Above 0, at most 1.
    ShareAboveZero,
}

/// Any number of the format.
pub const ANY: Range = Range { min: -MAX_MAGNITUDE, max: MAX_MAGNITUDE, words: "a number" };
/// 0 or more.
pub const NON_NEGATIVE: Range = Range { min: 0.0, max: MAX_MAGNITUDE, words: "0 or more" };
/// Probabilities and shares.
pub const UNIT: Range = Range { min: 0.0, max: 1.0, words: "between 0 and 1" };

/// Members of a body, as a kind of value.
const HOW_MANY: Kind = Kind::Whole(1, MAX_MEMBERS as u64);
/// Ballots, as a kind of value.
const BALLOTS: Kind = Kind::Whole(1, MAX_BALLOTS as u64);

/// Longest name of anything that has an id, in characters.
pub const MAX_NAME: usize = 64;
/// Longest title, and longest `name` of a member or candidate, in characters.
pub const MAX_TITLE: usize = 200;
/// Longest summary and longest source, in characters.
pub const MAX_PROSE: usize = 4000;
/// Longest text where only the size of the file is a limit.
const ANY_LENGTH: usize = usize::MAX;
/// Largest weight of a member in a measure.
pub const MAX_WEIGHT: u64 = 1_000_000_000_000;

impl Section {
    const fn new(name: &'static str, what: &'static str, keys: &'static [Key]) -> Self {
        Self { name, what, keys, like: None, others: None, one_of: &[] }
    }

    /// Any further key is the name of `of`.
    const fn others(mut self, of: &'static str, kind: Kind, meaning: &'static str) -> Self {
        self.others = Some(Others { of, kind, meaning });
        self
    }

    const fn like(mut self, other: &'static Section) -> Self {
        self.like = Some(other);
        self
    }

    const fn one_of(mut self, keys: &'static [&'static str]) -> Self {
        self.one_of = keys;
        self
    }

    /// All its keys: its own, then those that it has like another table.
    pub fn all(&self) -> impl Iterator<Item = &'static Key> + Clone + use<> {
        let own = self.keys;
        let like = self.like.map_or(&[][..], |like| like.keys);
        own.iter().chain(like.iter().filter(|key| own.iter().all(|own| own.name != key.name)))
    }

    /// This table and every one that its keys lead to, each once.
    pub fn with_all_below(&'static self) -> Vec<&'static Self> {
        let mut found = vec![self];
        let mut at = 0;
        while let Some(section) = found.get(at).copied() {
            let kinds = section.all().map(|key| &key.kind).chain(section.others.as_ref().map(|others| &others.kind));
            for below in kinds.filter_map(Kind::section) {
                if found.iter().all(|section| section.name != below.name) {
                    found.push(below);
                }
            }
            at += 1;
        }
        found
    }

    /// The key called `name`.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.all().find(|key| key.name == name)
    }
}

impl Kind {
    /// The table that such a value is or holds, if there can be one.
    pub fn section(&self) -> Option<&'static Section> {
        match self {
            Self::Table(section) | Self::Tables(section) | Self::Total(section) => Some(section),
            Self::Either(either) | Self::Several(either) => Some(either.table),
            Self::Number(_)
            | Self::Whole(..)
            | Self::Fraction(_)
            | Self::Text(_)
            | Self::Name
            | Self::Institution
            | Self::Date
            | Self::Truth
            | Self::Choice(_)
            | Self::Texts(_)
            | Self::Names
            | Self::Numbers(_)
            | Self::Any => None,
        }
    }
}

const fn key(name: &'static str, kind: Kind, absent: Absent, meaning: &'static str) -> Key {
    Key { name, kind, absent, meaning }
}

/// Numbers in `range` by the names of `of`, such as `example`.
const fn numbers(of: &'static str, example: &'static str, range: Range) -> Kind {
    Kind::Numbers(Named { of, example, range })
}
