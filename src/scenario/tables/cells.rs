//! Cells as the values that the same words would be in the scenario's own file, text and fractions
//! without quotes; how spreadsheets write (`TRUE`, `007`, `.5`) is understood besides.

use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{self, Entry, Node, Table, Value};
use crate::scenario::sheet::Written;

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Text,
    Words,
    Number,
    Truth,
}

/// The value of a cell of this kind, which is not empty.
pub fn cell_value(cell: &Written, kind: Kind, problems: &Collector) -> Option<Value> {
    let text = cell.text.as_str();
    match kind {
        Kind::Text => Some(Value::String(text.to_owned())),
        Kind::Words => Some(Value::Array(text.split_whitespace().map(|word| Node::text(cell.place, word)).collect())),
        Kind::Number => number(cell, problems),
        Kind::Truth if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Kind::Truth if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Kind::Truth => {
            let diagnostic = Diagnostic::new(Code::WrongType, format!("this cell must be true or false, not `{text}`"));
            problems.report(diagnostic.at(cell.place, "expected true or false"));
            None
        }
    }
}

/// The number in a cell, with its text; a fraction stays text.
pub fn number(cell: &Written, problems: &Collector) -> Option<Value> {
    let text = cell.text.strip_prefix('+').filter(|rest| !rest.starts_with(['+', '-'])).unwrap_or(&cell.text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Value::Integer(text.to_owned()));
    }
    let is_fraction =
        text.split_once('/').is_some_and(|(n, d)| [n, d].iter().all(|part| part.trim().parse::<u64>().is_ok()));
    if is_fraction {
        return Some(Value::String(text.to_owned()));
    }
    if text.parse::<f64>().is_ok() && !digits.starts_with('+') {
        return Some(Value::Float(text.to_ascii_lowercase()));
    }
    // `1_000` and `0x10`
    let number = document::parse_value(cell.place.file, cell.place.start, &cell.text).map(|node| node.value);
    if let Some(number @ (Value::Integer(_) | Value::Float(_))) = number {
        return Some(number);
    }
    let looks_decimal = text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || ",.-+ ".contains(c));
    let diagnostic = if looks_decimal {
        Diagnostic::new(Code::DecimalComma, format!("`{text}` is written with a comma"))
            .at(cell.place, "comma in a number")
            .help("write decimals with a point (1.5), and large numbers without separators (1500000)")
    } else {
        Diagnostic::new(Code::WrongType, format!("this cell must be a number, not `{text}`"))
            .at(cell.place, "expected a number")
            .help("leave a cell empty where nothing is said; no units, no percent signs, no spaces in numbers")
    };
    problems.report(diagnostic);
    None
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
                merge_tables(said, own, problems);
            }
            (Some(said), entry) => {
                let message = format!("`{key}` is said both in a table and in the scenario's own file");
                let diagnostic = Diagnostic::new(Code::SaidTwice, message).at(entry.node.place, "said here");
                problems.report(diagnostic.at(said.place, "and here").help("keep one of the two"));
            }
        }
    }
}
