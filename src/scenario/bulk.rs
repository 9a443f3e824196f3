//! How much files say, counted before anything is built of it.
//!
//! The limits are far beyond any scenario. They bound the time and the memory that reading takes.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::diagnostic::{Collector, Diagnostic};
use super::document::{Node, Value};
use super::place::Place;
use crate::codes::Code;

/// Most values of a TOML text; keys, entries of lists and brackets count.
const MAX_VALUES: usize = 500_000;
/// Most words, signs, spaces and line ends of a TOML text.
const MAX_SIGNS: usize = 4_000_000;
/// Most entries of one list.
pub const MAX_LIST: usize = 2048;
/// Most values under all assumptions together, the members of blocs one by one.
const MAX_RESOLVED: usize = 2 * 1024 * 1024;

/// Whether the TOML `text` of file number `file` says more than a scenario can; reports if so.
pub fn is_too_much(file: usize, text: &str, problems: &Collector) -> bool {
    let (mut values, mut signs) = (0, 0);
    for token in Source::new(text).lex() {
        signs += 1;
        match token.kind() {
            TokenKind::Comma | TokenKind::Equals | TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                values += 1
            }
            TokenKind::Dot
            | TokenKind::RightSquareBracket
            | TokenKind::RightCurlyBracket
            | TokenKind::Whitespace
            | TokenKind::Comment
            | TokenKind::Newline
            | TokenKind::LiteralString
            | TokenKind::BasicString
            | TokenKind::MlLiteralString
            | TokenKind::MlBasicString
            | TokenKind::Atom
            | TokenKind::Eof => {}
        }
        let message = match (values > MAX_VALUES, signs > MAX_SIGNS) {
            (false, false) => continue,
            (true, _) => format!("the file has more than {MAX_VALUES} values and keys"),
            (false, true) => format!("the file has more than {MAX_SIGNS} words, signs, spaces and line ends"),
        };
        let place = Place::new(file, token.span().start()..token.span().end());
        let diagnostic = Diagnostic::new(Code::TooMany, message).at(place, "one too many");
        problems.report(diagnostic.help("a scenario says far less; is this the right file?"));
        return true;
    }
    false
}

/// Whether the `tree` says too much to be read under so many `assumptions`; reports if so.
pub fn is_too_much_for(tree: &Node, assumptions: usize, problems: &Collector) -> bool {
    let blocs = tree.get("bloc").and_then(Node::as_array).unwrap_or_default();
    let members = blocs.iter().map(|bloc| size(bloc).saturating_mul(number(bloc))).fold(0, usize::saturating_add);
    let all = number(tree).saturating_add(members);
    // Blocs that say too much for one assumption are refused where they are read, by name.
    if members > MAX_RESOLVED || all.saturating_mul(assumptions) <= MAX_RESOLVED {
        return false;
    }
    let message = format!(
        "the scenario has {all} values under each of {assumptions} assumptions; at most {MAX_RESOLVED} are possible in all"
    );
    let help = "let members say less, or compare fewer assumptions in one scenario";
    problems.report(Diagnostic::new(Code::TooMany, message).help(help));
    true
}

/// How many members a bloc has; what is none is reported where blocs are read.
fn size(bloc: &Node) -> usize {
    match bloc.get("size").map(|size| &size.value) {
        Some(Value::Integer(text)) => text.parse().unwrap_or(0),
        _ => 0,
    }
}

/// How many values `node` is.
fn number(node: &Node) -> usize {
    1 + match &node.value {
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Bool(_) | Value::Datetime(_) => 0,
        Value::Array(nodes) => nodes.iter().map(number).sum(),
        Value::Table(table) => table.values().map(|entry| number(&entry.node)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;

    #[test]
    fn what_stands_in_texts_and_comments_is_not_counted() {
        let is_too_much = |text: &str| is_too_much(0, text, &Collector::default());
        let commas = ",".repeat(MAX_VALUES + 1);
        for text in [format!("# {commas}"), format!("a = \"{commas}\""), format!("a = '''\n{commas}'''''")] {
            assert!(!is_too_much(&text));
        }
        for text in [commas.clone(), format!("a = \"\"\"x\"\"\"\"{commas}"), "\n".repeat(MAX_SIGNS + 1)] {
            assert!(is_too_much(&text));
        }
    }

    #[test]
    fn members_of_blocs_count_one_by_one() {
        let text = "bloc = [{ size = 100, ideal = { x = 1, y = 2 } }, { size = -1 }, { size = \"9\" }]";
        let tree = document::parse(0, text, &Collector::default()).unwrap();
        // The root, the list, three blocs and what they say; then the first bloc a hundred times.
        let all = 2 + 5 + 2 + 2 + 100 * 5;
        assert!(!is_too_much_for(&tree, MAX_RESOLVED / all, &Collector::default()));
        let problems = Collector::default();
        assert!(is_too_much_for(&tree, MAX_RESOLVED / all + 1, &problems));
        assert_eq!(problems.errors(), 1);
    }
}
