//! Habits of other languages and keyboards in a line that is not TOML: `.5`, `0,5`, `90%`, `key: value`, `None`, `“text”`.

use std::ops::Range;

use super::string_length;
use crate::scenario::characters::{deceptive, is_blank, named};
use crate::scenario::{document, numerals};

/// What in a line is no TOML, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Habit {
    /// Where it is, in bytes of the line.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What to write.
    pub help: String,
}

/// The first habit in a line.
pub fn find(line: &str) -> Option<Habit> {
    words(line).into_iter().find_map(|word| {
        let text = line.get(word.span.clone())?;
        let (what, help) = match word.part {
            Part::Key => of_key(text, line.get(word.span.end..).unwrap_or_default()),
            Part::Value => of_value(text),
        }?;
        Some(Habit { span: word.span, what, help })
    })
}

/// What a word without quotes is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Key,
    Value,
}

/// Text without quotes between the signs of TOML.
#[derive(Debug)]
struct Word {
    span: Range<usize>,
    part: Part,
}

/// The words of a line, up to its comment.
fn words(line: &str) -> Vec<Word> {
    let bytes = line.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let mut words = Vec::new();
    let mut open = Vec::new();
    let is_heading = line.trim_start().starts_with('[') && !line.contains('=');
    let mut part = if line.contains('=') || line.contains(':') || is_heading { Part::Key } else { Part::Value };
    let (mut from, mut at) = (0, 0);
    while let Some(c) = line[at..].chars().next() {
        let length = match c {
            '\'' if digit(at.checked_sub(1)) => 1,
            '"' | '\'' => string_length(&line[at..], c),
            _ => c.len_utf8(),
        };
        let in_list = open.last() == Some(&'[');
        // Between digits a comma is perhaps one of decimals or thousands.
        let is_mark = c == ',' && part == Part::Value && !in_list && digit(at.checked_sub(1)) && digit(Some(at + 1));
        let ends = matches!(c, '#' | '"' | '=' | '[' | ']' | '{' | '}' | ',') || (c == '\'' && length > 1);
        if ends && !is_mark {
            add(&mut words, line, from..at, part);
            from = at + length;
            match c {
                '#' => return words,
                // A second `=` belongs to what follows.
                '=' if part == Part::Value => from = at,
                '=' => part = Part::Value,
                '[' if is_heading => {}
                '[' | '{' => {
                    open.push(c);
                    part = if c == '{' { Part::Key } else { Part::Value };
                }
                ']' | '}' => _ = open.pop(),
                ',' if open.last() == Some(&'{') => part = Part::Key,
                _ => {}
            }
        }
        at += length;
    }
    add(&mut words, line, from..line.len(), part);
    words
}

fn add(words: &mut Vec<Word>, line: &str, span: Range<usize>, part: Part) {
    let Some(text) = line.get(span.clone()) else { return };
    let start = span.start + text.len() - text.trim_start_matches([' ', '\t']).len();
    let end = start + text.trim_matches([' ', '\t', '\r']).len();
    if start < end {
        words.push(Word { span: start..end, part });
    }
}

type Words = Option<(String, String)>;

/// What is wrong with a key, which `after` follows on its line.
fn of_key(text: &str, after: &str) -> Words {
    if text.starts_with(';') || text.starts_with("//") || text.starts_with("--") {
        return said("this is no comment of TOML", "comments begin with `#`");
    }
    if let Some((key, value)) = text.split_once(':') {
        let write = match (key.trim(), value.trim()) {
            ("", _) | (_, "") => "write `=` between a key and its value".to_owned(),
            (key, value) => format!("write {key} = {value}"),
        };
        return said("a key and its value have `:` between them", write);
    }
    if let Some(c) = deceptive(text) {
        return said(format!("the character {} cannot stand here", named(c)), instead_of(c));
    }
    if let Some(c) = text.chars().find(|c| !c.is_ascii()) {
        let help = "keys and ids are of the letters A-Z and a-z, digits, `-` and `_`; a `name` may say more";
        return said(format!("a key cannot have the character `{c}`"), help);
    }
    let is_written = text
        .split([' ', '\t'])
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    if text.contains(' ') && is_written && after.trim_start().starts_with(['=', ']']) {
        let joined = text.replace(' ', "-");
        return said("a key cannot have spaces", format!("write {joined}; a `name` may have spaces"));
    }
    None
}

/// What is wrong with a value that is not in quotes.
fn of_value(text: &str) -> Words {
    if text.starts_with('=') {
        return said("there are two `=`", "write one `=` between a key and its value");
    }
    if let Some(value) = text.strip_suffix(';') {
        return said("there is a semicolon behind the value", format!("write {}", value.trim()));
    }
    if text.contains("//") && !text.contains("://") {
        return said("this is no comment of TOML", "comments begin with `#`");
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "false" if !matches!(text, "true" | "false") => {
            return said("`true` and `false` are written in small letters", format!("write {}", text.to_lowercase()));
        }
        "none" | "null" | "nil" | "undefined" | "~" => {
            let help = format!("leave the key out where nothing is said, or put text in quotes: \"{text}\"");
            return said(format!("TOML has no value `{text}`"), help);
        }
        "yes" | "no" | "on" | "off" => {
            let help = format!("write true or false, or put text in quotes: \"{text}\"");
            return said(format!("TOML has no value `{text}`"), help);
        }
        "nan" | "infinity" | "+infinity" | "-infinity" if document::parse_value(0, 0, text).is_none() => {
            return said(format!("TOML has no value `{text}`"), "numbers of a scenario are finite");
        }
        _ => {}
    }
    if document::parse_value(0, 0, text).is_some() {
        return None;
    }
    if let Some(advice) = numerals::advice(text) {
        return said(format!("`{text}` is no number of TOML"), advice);
    }
    if text.split_once('/').is_some_and(|(n, d)| [n, d].iter().all(|part| part.trim().parse::<u64>().is_ok())) {
        return said("a fraction must be in quotes", format!("write \"{text}\""));
    }
    if let Some(quoted) = of_other_quotes(text) {
        return said("text must be in straight quotation marks", format!("write \"{quoted}\""));
    }
    if let Some(c) = deceptive(text) {
        return said(format!("the character {} cannot stand here", named(c)), instead_of(c));
    }
    None
}

fn said(what: impl Into<String>, help: impl Into<String>) -> Words {
    Some((what.into(), help.into()))
}

/// What to write in place of a character that is not what it seems.
fn instead_of(c: char) -> &'static str {
    match c {
        '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201e}' => "write straight quotation marks: \"like this\"",
        c if c.is_whitespace() => "write an ordinary space",
        c if is_blank(c) => "it does not show: remove it",
        _ => "write the character of the keyboard",
    }
}

/// The text between quotation marks that are not TOML's.
fn of_other_quotes(text: &str) -> Option<&str> {
    let marks =
        ['\u{ab}', '\u{bb}', '`', '\u{b4}', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201c}', '\u{201d}', '\u{201e}'];
    let inner = text.strip_prefix(marks)?.strip_suffix(marks)?;
    (!inner.contains(['"', '\\'])).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, marked: &str, what: &str, help: &str) {
        let Some(habit) = find(line) else { panic!("nothing found in {line:?}") };
        assert_eq!(&line[habit.span], marked, "{line}");
        assert_eq!((habit.what.as_str(), habit.help.as_str()), (what, help), "{line}");
    }

    #[test]
    fn numbers_are_corrected_wherever_they_stand() {
        for (line, marked, help) in [
            ("a = .5", ".5", "write 0.5"),
            ("A = { jo = -.5, kim = 0.5 }", "-.5", "write -0.5"),
            ("A = { jo = 1.0, kim = 0,5 }", "0,5", "write decimals with a point: 0.5"),
            ("A = { jo = 0,5, kim = 1.0 } # x", "0,5", "write decimals with a point: 0.5"),
            ("member = [{ id = 007 }, { id = \"B\" }]", "007", "write 7, or put it in quotes if it is a name: \"007\""),
            ("TJK = { probability = 90%, cost = 0.5 }", "90%", "write 90 % as 0.9"),
            ("a = 50 %", "50 %", "write 50 % as 0.5"),
            ("a = [1, 2%]", "2%", "write 2 % as 0.02"),
            ("rounds = 1,000,000", "1,000,000", "write 1_000_000"),
            ("rounds = 100 000", "100 000", "write 100_000"),
            ("rounds = 1'000 # 'x'", "1'000", "write 1_000"),
            ("a = 1\u{2019}000", "1\u{2019}000", "write 1_000"),
            ("x = 1.000.000", "1.000.000", "write 1_000_000"),
        ] {
            check(line, marked, &format!("`{marked}` is no number of TOML"), help);
        }
        let minus = "the sign is U+2212 (minus sign), which is not the `-` of the keyboard; write -1";
        check("A = { x = \u{2212}1 }", "\u{2212}1", "`\u{2212}1` is no number of TOML", minus);
    }

    #[test]
    fn words_and_signs_of_other_languages_are_told() {
        let keys = "keys and ids are of the letters A-Z and a-z, digits, `-` and `_`; a `name` may say more";
        for (line, marked, what, help) in [
            ("x = True", "True", "`true` and `false` are written in small letters", "write true"),
            (
                "x = None",
                "None",
                "TOML has no value `None`",
                "leave the key out where nothing is said, or put text in quotes: \"None\"",
            ),
            ("home = NO", "NO", "TOML has no value `NO`", "write true or false, or put text in quotes: \"NO\""),
            ("x = NaN", "NaN", "TOML has no value `NaN`", "numbers of a scenario are finite"),
            ("a: 1", "a: 1", "a key and its value have `:` between them", "write a = 1"),
            ("\"a\": 1", ": 1", "a key and its value have `:` between them", "write `=` between a key and its value"),
            ("x = { a: 1 }", "a: 1", "a key and its value have `:` between them", "write a = 1"),
            ("a == 1", "= 1", "there are two `=`", "write one `=` between a key and its value"),
            ("a = 1;", "1;", "there is a semicolon behind the value", "write 1"),
            ("a = 1 // x", "1 // x", "this is no comment of TOML", "comments begin with `#`"),
            ("// x = 1", "// x", "this is no comment of TOML", "comments begin with `#`"),
            ("at_least = 2/3", "2/3", "a fraction must be in quotes", "write \"2/3\""),
            (
                "x = \u{201c}a b\u{201d}",
                "\u{201c}a b\u{201d}",
                "text must be in straight quotation marks",
                "write \"a b\"",
            ),
            ("x = \u{ab}a\u{bb}", "\u{ab}a\u{bb}", "text must be in straight quotation marks", "write \"a\""),
            ("Désir = 1", "Désir", "a key cannot have the character `é`", keys),
            ("x = { désir = 1 }", "désir", "a key cannot have the character `é`", keys),
            ("[support.Désir]", "support.Désir", "a key cannot have the character `é`", keys),
            (
                "von der leyen = 1",
                "von der leyen",
                "a key cannot have spaces",
                "write von-der-leyen; a `name` may have spaces",
            ),
            (
                "a\u{a0}= 1",
                "a\u{a0}",
                "the character U+00A0 (no-break space) cannot stand here",
                "write an ordinary space",
            ),
            (
                "\u{200b}a = 1",
                "\u{200b}a",
                "the character U+200B (zero-width space) cannot stand here",
                "it does not show: remove it",
            ),
            (
                "x = \u{ff11}",
                "\u{ff11}",
                "the character U+FF11 (full-width form) cannot stand here",
                "write the character of the keyboard",
            ),
        ] {
            check(line, marked, what, help);
        }
    }

    #[test]
    fn what_is_toml_is_no_habit() {
        for line in [
            "",
            "# note: a // b = .5",
            "a = 1.5 # 0,5",
            "a = \"0,5 None \u{2212}1\" # x",
            "a = '0,5'",
            "a.b-c = { x = -1_000.5e3, y = [1,2,3] }",
            "a = [100,200]",
            "a = [\"x\", \"y\"],",
            "[support.von-der-leyen]",
            "[[member]]",
            "a = 2023-07-04",
            "a = inf",
            "    \"x: y\",",
        ] {
            assert_eq!(find(line), None, "{line}");
        }
    }
}
