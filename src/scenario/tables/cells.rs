//! Cells as the values that the same words would be in the scenario's own file, text and fractions
//! without quotes; how spreadsheets write (`TRUE`, `007`, `.5`, `−1`, `3.0`) is understood besides.

use crate::codes::Code;
use crate::scenario::bulk::MAX_LIST;
use crate::scenario::characters::{self, is_minus};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{self, Entry, Node, Table, Value};
use crate::scenario::numerals;
use crate::scenario::sheet::Written;

/// Largest whole number that is understood with decimals (`3.0`): beyond it not every number is a float.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Text,
    Words,
    Number,
    Whole,
    Truth,
}

/// The value of a cell of this kind, which is not empty.
pub fn cell_value(cell: &Written, kind: Kind, problems: &Collector) -> Option<Value> {
    let text = cell.text.as_str();
    match kind {
        Kind::Text => Some(Value::String(text.to_owned())),
        Kind::Words if words(text).nth(MAX_LIST).is_some() => {
            let message = format!("a cell names more than {MAX_LIST}");
            problems.report(Diagnostic::new(Code::TooMany, message).at(cell.place, "too many"));
            None
        }
        Kind::Words => Some(words(text).map(|word| Node::text(cell.place, word)).collect::<Vec<_>>().into()),
        Kind::Number => number(cell, problems),
        Kind::Whole => number(cell, problems).map(whole),
        Kind::Truth if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Kind::Truth if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Kind::Truth => {
            let diagnostic = Diagnostic::new(Code::WrongType, format!("this cell must be true or false, not `{text}`"));
            problems.report(diagnostic.at(cell.place, "expected true or false"));
            None
        }
    }
}

/// The names in a cell: separated by spaces, commas or semicolons, none of which a name can have.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';']).flat_map(str::split_whitespace).map(characters::trim).filter(|word| !word.is_empty())
}

/// `number` without decimals, if they are all 0: so spreadsheets and pandas write columns of whole numbers in which a
/// cell is empty.
fn whole(number: Value) -> Value {
    let as_whole = |text: &str| text.parse().ok().filter(|n: &f64| n.fract() == 0.0 && n.abs() <= MAX_WHOLE);
    match number {
        Value::Float(text) => match as_whole(&text) {
            // Zero has no sign here.
            Some(whole) => Value::Integer(format!("{:.0}", whole + 0.0)),
            None => Value::Float(text),
        },
        other => other,
    }
}

/// The number in a cell, with its text; a fraction stays text.
pub fn number(cell: &Written, problems: &Collector) -> Option<Value> {
    if let Some(number) = plain(&cell.text) {
        return Some(number);
    }
    // `1_000` and `0x10`
    let number = document::parse_value(cell.place.file, cell.place.start, &cell.text).map(|node| node.value);
    if let Some(Value::Integer(_) | Value::Float(_)) = number {
        return number;
    }
    let text = &cell.text;
    let is_comma = text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || ",.-+ ".contains(c));
    let diagnostic = if is_comma {
        Diagnostic::new(Code::DecimalComma, format!("`{text}` is written with a comma"))
            .at(cell.place, "comma in a number")
            .help("write decimals with a point (1.5), and large numbers without separators (1500000)")
    } else {
        let help = "leave a cell empty where nothing is said; no units, no percent signs, no spaces in numbers";
        let deceptive =
            || characters::deceptive(text).map(|c| format!("it has the character {}", characters::named(c)));
        Diagnostic::new(Code::WrongType, format!("this cell must be a number, not `{text}`"))
            .at(cell.place, "expected a number")
            .help(numerals::advice(text).or_else(deceptive).unwrap_or_else(|| help.to_owned()))
    };
    problems.report(diagnostic);
    None
}

/// A number as spreadsheets write it, or a fraction.
fn plain(text: &str) -> Option<Value> {
    let text: String = text.chars().map(|c| if is_minus(c) { '-' } else { c }).collect();
    let text = text.strip_prefix('+').filter(|rest| !rest.starts_with(['+', '-'])).unwrap_or(&text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Value::Integer(text.to_owned()));
    }
    let is_fraction =
        text.split_once('/').is_some_and(|(n, d)| [n, d].iter().all(|part| part.trim().parse::<u64>().is_ok()));
    if is_fraction {
        return Some(Value::String(text.to_owned()));
    }
    let is_float = text.parse::<f64>().is_ok() && !digits.starts_with('+');
    is_float.then(|| Value::Float(text.to_ascii_lowercase()))
}

/// Merges `own` into `row`; what both say is an error.
pub fn merge_tables(row: &mut Table, own: Table, problems: &Collector) {
    for (key, entry) in own {
        match (row.get_mut(&key).map(|said| &mut said.node), entry) {
            (None, entry) => {
                row.insert(key, entry);
            }
            (
                Some(Node { value: Value::Table(said), .. }),
                Entry { node: Node { value: Value::Table(own), .. }, .. },
            ) => {
                merge_tables(said, own.into_inner(), problems);
            }
            (Some(said), entry) => {
                let message = format!("`{key}` is said both in a table and in the scenario's own file");
                let diagnostic = Diagnostic::new(Code::SaidTwice, message).at(entry.node.place, "said here");
                problems.report(diagnostic.at(said.place, "and here").help("keep one of the two"));
            }
        }
    }
}
