//! What is wrong with text that is not TOML, in words for people who write scenarios, not parsers.

mod habits;

use std::ops::Range;

use toml::de::Error;

use super::diagnostic::{Collector, Diagnostic};
use super::place::Place;
use crate::codes::Code;

/// Errors looked into at most for a bracket that is not closed; each look reads the text above it.
const LOOKED_INTO: usize = 100;

/// Errors put into words; what follows so many is mostly their consequence.
const MAX_DESCRIBED: usize = 1000;

/// Reports what is wrong with `text`, the file number `file`, in which the parser found `errors`.
pub fn report(file: usize, text: &str, mut errors: Vec<Error>, problems: &Collector) {
    let span = |error: &Error| error.span().unwrap_or(text.len()..text.len());
    errors.sort_by_key(|error| (span(error).start, span(error).end));
    // After a bracket that is not closed the parser takes everything for a part of the list.
    let unclosed = errors.iter().take(LOOKED_INTO).enumerate().find_map(|(i, error)| {
        let opening = is_inside_brackets(error.message()).then(|| opening_above(text, span(error).start))??;
        Some((i, opening, span(error)))
    });
    let kept = unclosed.as_ref().map_or(errors.len(), |(i, ..)| *i);
    let (mut line, mut has_habit) = (0..0, false);
    for error in errors[..kept].iter().take(MAX_DESCRIBED) {
        let at = span(error).start;
        if line.is_empty() || !(line.start..=line.end).contains(&at) {
            line = line_around(text, at);
            let habit = habits::find(&text[line.clone()]);
            has_habit = habit.is_some();
            if let Some(habit) = habit {
                let place = Place::new(file, line.start + habit.span.start..line.start + habit.span.end);
                let diagnostic = Diagnostic::new(Code::Syntax, format!("the file is not valid TOML: {}", habit.what));
                problems.report(diagnostic.at(place, "here").help(habit.help));
            }
        }
        // What else is found on the line of a habit is its consequence.
        if !has_habit {
            problems.report(in_words(file, text, error.message(), span(error)));
        }
    }
    problems.count_errors(kept.saturating_sub(MAX_DESCRIBED));
    if let Some((_, opening, next)) = unclosed {
        let (bracket, closing) = if text[opening..].starts_with('{') { ("{", "}") } else { ("[", "]") };
        let message =
            format!("the file is not valid TOML: a `{bracket}` is never closed, or a comma is missing after it");
        let diagnostic =
            Diagnostic::new(Code::Syntax, message).at(Place::new(file, opening..opening + 1), "opened here");
        let diagnostic = diagnostic.at(Place::new(file, next), format!("no `{closing}` before this line"));
        problems.report(diagnostic.help("what follows can be checked when this is mended"));
    }
}

/// The line around the byte `at`, without its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    start..text[at..].find('\n').map_or(text.len(), |i| at + i)
}

fn in_words(file: usize, text: &str, message: &str, span: Range<usize>) -> Diagnostic {
    let written = text.get(span.clone()).unwrap_or_default();
    let (what, help) = match message {
        "duplicate key" => ("this key or table is written twice", Some("keep one of the two, or merge them")),
        _ if message.starts_with("cannot recurse") || message == "recursion limit" => {
            ("values are nested too deeply", None)
        }
        _ if message.contains("string") && message.ends_with("expected `\"`") => {
            ("a quotation mark is missing", Some("text begins and ends with a double quotation mark on one line"))
        }
        _ if text.get(span.start..).is_some_and(|rest| rest.starts_with(',')) => (
            "this comma belongs to no list",
            Some("write decimals with a point (1.5); lists are in [ ] and tables in { }"),
        ),
        _ if message.starts_with("missing escaped value") => (
            "a backslash begins an escape",
            Some("write a backslash twice (\\\\), `/` between folders, or the text in single quotes: 'like \\ this'"),
        ),
        "key with no value, expected `=`" => ("this key has no value", Some("write key = value")),
        _ if message.starts_with("unclosed table") => ("a heading is not closed", Some("write [section]")),
        _ if message.starts_with("unclosed array table") => ("a heading is not closed", Some("write [[section]]")),
        _ if written.is_empty() && message.starts_with("string values must be quoted") => {
            ("a value is missing", Some("write one after the `=`, or remove the line"))
        }
        _ if message.starts_with("string values must be quoted") || is_bare_word(message, written) => {
            ("text must be in quotes", Some("put the text in double quotes: \"like this\""))
        }
        _ => (message, None),
    };
    let diagnostic = Diagnostic::new(Code::Syntax, format!("the file is not valid TOML: {what}"));
    diagnostic.at(Place::new(file, span), "here").maybe_help(help.map(str::to_owned))
}

/// Whether a value is text without quotes, which the parser takes for a misspelt number or the like.
fn is_bare_word(message: &str, written: &str) -> bool {
    message.starts_with("invalid") && written.starts_with(|c: char| c.is_alphabetic())
}

fn is_inside_brackets(message: &str) -> bool {
    ["array", "inline table", "key-value pair"].iter().any(|words| message.contains(words))
        && !message.contains("array table")
}

/// The innermost bracket that is open where the line of `at` begins, if that line looks like a new
/// key or heading.
fn opening_above(text: &str, at: usize) -> Option<usize> {
    let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at))?;
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = text[start..].lines().next().unwrap_or_default().trim_start();
    let is_key = line.split_once('=').is_some_and(|(key, _)| {
        !key.trim().is_empty() && key.trim().chars().all(|c| c.is_alphanumeric() || "-_.\"".contains(c))
    });
    // A missing last bracket shows only at the end of the file.
    (is_key || line.starts_with('[') || line.is_empty()).then(|| innermost_open(&text[..start]))?
}

/// Where the innermost bracket that `text` leaves open stands.
fn innermost_open(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        at += match c {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => string_length(rest, c),
            '[' | '{' => {
                open.push(at);
                1
            }
            ']' | '}' => {
                open.pop();
                1
            }
            _ => c.len_utf8(),
        };
    }
    open.pop()
}

/// How many bytes the string at the start of `text` takes; one that is not closed ends with its line.
fn string_length(text: &str, quote: char) -> usize {
    let triple = [quote; 3].iter().collect::<String>();
    if let Some(inner) = text.strip_prefix(&triple) {
        return inner.find(&triple).map_or(text.len(), |i| i + 6);
    }
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return i,
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return i + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_open_bracket_is_found_past_strings_and_comments() {
        for (text, open) in [
            ("a = [1, 2]\n", None),
            ("a = [1, # ]\n", Some(4)),
            ("a = [\"]\", ']', \"\\\"]\"\n", Some(4)),
            ("a = { b = [1] \n", Some(4)),
            ("a = \"\"\"[\n\"\"\"\n[x]\nb = [", Some(21)),
            ("a = \"[\nb = {", Some(11)),
        ] {
            assert_eq!(innermost_open(text), open, "{text}");
        }
    }
}
