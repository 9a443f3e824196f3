//! The tables of keys in the documentation, written from the keys themselves.

use std::fmt::Write;

use super::{ANY, Absent, Either, Key, Kind, Others, Portion, Section};

/// Where a table begins in a page: this, the name of the section, and [`END_OF_NAME`].
const BEGINNING: &str = "<!-- keys: ";
const END_OF_NAME: &str = " -->\n";
/// Where it ends.
const END: &str = "<!-- end of keys -->";

/// The `page` (Markdown) with the table of keys of each section in its place: between `<!-- keys: member -->` and
/// `<!-- end of keys -->`, each on a line of its own. What stands there is replaced.
///
/// # Errors
/// The first name that is none of a section, or that lacks its end.
pub fn write_page(page: &str) -> Result<String, String> {
    let mut parts = page.split(BEGINNING);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(END_OF_NAME).unwrap_or((part, ""));
        let section = super::SCENARIO.with_all_below().into_iter().find(|section| section.name == name);
        let (Some(section), Some((_, rest))) = (section, rest.split_once(END)) else {
            return Err(name.lines().next().unwrap_or_default().to_owned());
        };
        written += &format!("{BEGINNING}{name}{END_OF_NAME}\n{}\n{END}{rest}", table(section));
    }
    Ok(written)
}

/// The keys of `section` as a table of Markdown.
fn table(section: &Section) -> String {
    let mut table = String::from("| key | value | without it | meaning |\n| --- | --- | --- | --- |\n");
    let mut row = |name: &str, value: &str, absent: &str, meaning: &str| {
        let _ = writeln!(table, "| {name} | {value} | {absent} | {meaning} |");
    };
    for Key { name, kind, absent, meaning } in section.keys {
        row(&format!("`{name}`"), &value(kind), &without(*absent), meaning);
    }
    if let Some(Others { of, kind, meaning }) = &section.others {
        row(of, &value(kind), "", meaning);
    }
    if let Some(like) = section.like {
        row(&format!("every other key of `[[{}]]`", like.name), "", "", "what each says");
    }
    table
}

/// What a kind of value is, in words.
fn value(kind: &Kind) -> String {
    let list = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let either = |Either { words, table, .. }: &Either| {
        let keys: Vec<_> = table.all().map(|key| format!("`{}`", key.name)).collect();
        format!("{}, or a table of {}", list(words), keys.join(", "))
    };
    match kind {
        Kind::Number(range) if *range == ANY => "number".to_owned(),
        Kind::Number(range) => format!("number, {}", range.words),
        Kind::Whole(min, max) if *max >= u64::from(u32::MAX) => format!("whole number, {min} or more"),
        Kind::Whole(min, max) => format!("whole number, {min} to {max}"),
        Kind::Fraction(Portion::Any) => "fraction, 0 or more".to_owned(),
        Kind::Fraction(Portion::Share) => "fraction, 0 to 1".to_owned(),
        Kind::Fraction(Portion::ShareAboveZero) => "fraction above 0, at most 1".to_owned(),
        Kind::Text(_) => "text".to_owned(),
        Kind::Name => "name".to_owned(),
        Kind::Institution => "an [institution](#institutions)".to_owned(),
        Kind::Date => "date, YYYY-MM-DD".to_owned(),
        Kind::Total(_) => "whole number, or a table of `at_least`, `at_most`".to_owned(),
        Kind::Truth => "true or false".to_owned(),
        Kind::Choice(words) => list(words),
        Kind::Texts(_) => "list of texts".to_owned(),
        Kind::Names => "list of names".to_owned(),
        Kind::Numbers(named) if named.range == ANY => format!("{{ {} = number }}", named.of),
        Kind::Numbers(named) => format!("{{ {} = number }}, {}", named.of, named.range.words),
        Kind::Table(_) => "table".to_owned(),
        Kind::Tables(_) => "list of tables".to_owned(),
        Kind::Either(either) if either.name == super::RULE.name => "a [rule](#rules)".to_owned(),
        Kind::Either(it) => either(it),
        Kind::Several(_) => "list of [rules](#rules)".to_owned(),
        Kind::Any => "any".to_owned(),
    }
}

/// What holds without a key, in words.
fn without(absent: Absent) -> String {
    match absent {
        Absent::Wrong => "required".to_owned(),
        Absent::WrongAlone => "required, unless the institution says it".to_owned(),
        Absent::Nothing => String::new(),
        Absent::Number(number) => number.to_string(),
        Absent::Word(word) => format!("\"{word}\""),
        Absent::False => "false".to_owned(),
        Absent::True => "true".to_owned(),
        Absent::Says(words) => words.to_owned(),
    }
}
