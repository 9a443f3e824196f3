//! Where the rows and cells of a CSV text are.

use std::ops::Range;

use crate::scenario::characters;

/// What the first line of a table says of its separator.
#[derive(Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nothing: the table begins with it.
    Table,
    /// In the way of Excel (`sep=;`) that it is this one; the table begins at the byte `behind` it.
    Separator { by: u8, behind: usize },
    /// The same, but no separator that can be read; the line is so many bytes long.
    Unknown { length: usize },
}

/// Reads what the first line of `text` says of its separator.
pub fn opening(text: &str) -> Opening {
    let length = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..length].trim_start_matches(|c| c == '"' || characters::is_blank(c));
    let Some(said) = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).map(|_| &line[4..]) else {
        return Opening::Table;
    };
    let (by, rest) = match said.strip_prefix("\\t") {
        Some(rest) => (Some(b'\t'), rest),
        None => (said.bytes().next(), said.get(1..).unwrap_or_default()),
    };
    // Who saved the line as a row of the table put quotation marks around it, and separators behind it.
    let is_rest = |c: char| matches!(c, '"' | ',' | ';' | '\t') || characters::is_blank(c);
    match by {
        Some(by @ (b',' | b';' | b'\t')) if rest.chars().all(is_rest) => {
            let end = if text[length..].starts_with("\r\n") { length + 2 } else { length + 1 };
            Opening::Separator { by, behind: end.min(text.len()) }
        }
        _ => Opening::Unknown { length },
    }
}

/// Where the next row begins at or after `at`, and how many empty lines there are before it; `start` is where the
/// table begins.
pub fn skip_empty(text: &str, start: usize, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut breaks: usize = 0;
    let first = at == start;
    let mut at = at;
    while let Some(byte @ (b'\r' | b'\n')) = bytes.get(at) {
        at += if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
        breaks += 1;
    }
    (at, if first { breaks } else { breaks.max(1) - 1 })
}

/// A row as it is written.
pub struct Line {
    /// The ranges of its first cells.
    pub cells: Vec<Range<usize>>,
    /// How many cells there are up to the last that says anything.
    pub said: usize,
    /// Where it ends.
    pub end: usize,
}

/// Finds the cells of the row that begins at `start`, and where the first `max` of them are.
pub fn line(text: &str, start: usize, separator: u8, max: usize) -> Line {
    let bytes = text.as_bytes();
    let mut cells = Vec::new();
    let (mut number, mut said) = (0, 0);
    let mut from = start;
    loop {
        let mut at = from;
        let mut quoted = bytes.get(at) == Some(&b'"');
        at += usize::from(quoted);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' if quoted && bytes.get(at + 1) == Some(&b'"') => at += 1,
                b'"' if quoted => quoted = false,
                b'\r' | b'\n' if !quoted => break,
                _ if byte == separator && !quoted => break,
                _ => {}
            }
            at += 1;
        }
        number += 1;
        if !is_empty(&text[from..at]) {
            said = number;
        }
        if number <= max {
            cells.push(from..at);
        }
        if bytes.get(at) != Some(&separator) {
            return Line { cells, said, end: at };
        }
        from = at + 1;
    }
}

/// Whether a cell, perhaps in quotation marks, says nothing.
fn is_empty(cell: &str) -> bool {
    let inner = cell.strip_prefix('"').map_or(cell, |rest| rest.strip_suffix('"').unwrap_or(rest));
    inner.chars().all(characters::is_blank)
}

/// Whether a cell begins with a quotation mark that is not closed.
pub fn is_unclosed(cell: &str) -> bool {
    let Some(inner) = cell.strip_prefix('"') else { return false };
    let mut bytes = inner.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_for_excel_is_understood() {
        let separator = |by, behind| Opening::Separator { by, behind };
        for (text, says) in [
            ("id,name\n", Opening::Table),
            ("separator,name\n", Opening::Table),
            ("", Opening::Table),
            ("sep=,\nid\n", separator(b',', 6)),
            ("SEP=;\r\nid\r\n", separator(b';', 7)),
            ("sep=\t\nid\n", separator(b'\t', 6)),
            ("sep=\\t\nid\n", separator(b'\t', 7)),
            ("\"sep=,\",,\nid,,\n", separator(b',', 10)),
            ("sep=;", separator(b';', 5)),
            ("sep=|\nid\n", Opening::Unknown { length: 5 }),
            ("sep=\nid\n", Opening::Unknown { length: 4 }),
            ("sep=,name\nid\n", Opening::Unknown { length: 9 }),
            ("sep=é\n", Opening::Unknown { length: 6 }),
        ] {
            assert_eq!(opening(text), says, "{text:?}");
        }
    }
}
