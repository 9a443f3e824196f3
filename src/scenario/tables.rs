//! Tables of members, candidates and judgements in CSV files, merged into the tree of the scenario.
//!
//! A cell becomes the value that the same words would be in the scenario's own file, so that nothing
//! that follows knows where it came from, except that its place is a cell.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::diagnostic::{Collector, Diagnostic};
use super::document::{Entry, Node, Table, Value};
use super::resolve::fields::{self, Fields};
use super::sheet::{self, Row, Sheet, Written};
use super::source::{self, Bytes, Input, Sources};
use super::suggest;

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Words,
    Number,
    Truth,
}

const MEMBER_COLUMNS: [(&str, Kind); 9] = [
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("groups", Kind::Words),
    ("salience", Kind::Number),
    ("home", Kind::Number),
    ("uncertainty", Kind::Number),
    ("accept_at", Kind::Number),
    ("object_at", Kind::Number),
    ("concession", Kind::Number),
];
const MEMBER_MAPS: [&str; 4] = ["measures", "priority", "ideal", "uncertainty_about"];
const CANDIDATE_COLUMNS: [(&str, Kind); 9] = [
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("home", Kind::Text),
    ("common_sd", Kind::Number),
    ("availability", Kind::Number),
    ("enters", Kind::Number),
    ("reserve", Kind::Truth),
    ("withdraws_if_vetoed", Kind::Number),
    ("withdraws_below", Kind::Number),
];
const CANDIDATE_MAPS: [&str; 2] = ["traits", "position"];

/// A table file that the operating system would not let us read.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Why, in words.
    pub reason: String,
}

/// What reading the tables of a scenario leads to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The files that were read.
    pub inputs: Vec<Input>,
    /// The first that could not be.
    pub unreadable: Option<Unreadable>,
    /// Whether every table is in the tree; if not, names may be missing from it.
    pub whole: bool,
}

/// Reads the files under `[tables]` and merges them into `tree`.
pub fn merge(tree: &mut Node, folder: Option<&Path>, sources: &mut Sources, problems: &Collector) -> Outcome {
    let mut outcome = Outcome { whole: true, ..Outcome::default() };
    let Some(tables) = tree.get("tables").cloned() else { return outcome };
    let mut fields = Fields::section(Some(&tables), "[tables]", problems);
    // Support refers to the others, so it comes last.
    for key in ["members", "candidates", "support"] {
        let Some(node) = fields.get(key) else { continue };
        let sheet = open(key, node, folder, sources, &mut outcome, problems);
        let Some(sheet) = sheet else {
            outcome.whole = false;
            continue;
        };
        match key {
            "members" => merge_entries(tree, "member", &MEMBER_COLUMNS, &MEMBER_MAPS, sheet, problems),
            "candidates" => merge_entries(tree, "candidate", &CANDIDATE_COLUMNS, &CANDIDATE_MAPS, sheet, problems),
            _ => merge_support(tree, sheet, problems),
        }
    }
    fields.finish();
    outcome
}

fn open(
    key: &str,
    node: &Node,
    folder: Option<&Path>,
    sources: &mut Sources,
    outcome: &mut Outcome,
    problems: &Collector,
) -> Option<Sheet> {
    let written = fields::text(node, key, problems)?;
    let Some(folder) = folder else {
        let diagnostic = Diagnostic::error("no-folder", "a scenario that is not a file cannot have tables in files");
        problems.report(diagnostic.at(node.place, "not possible here"));
        return None;
    };
    let path = folder.join(written);
    let name = path.display().to_string();
    let bytes = match locate(written, folder).and_then(|real| source::read(&real, true).map_err(Refusal::Unreadable)) {
        Ok(Bytes::Whole(bytes)) => bytes,
        Ok(Bytes::TooMany) => {
            problems.report(source::too_large(&name).at(node.place, "this table"));
            return None;
        }
        Err(Refusal::Outside) => {
            let message = format!("the table `{written}` is not inside the scenario's folder");
            let help = "tables lie beside the scenario or in a folder beside it; write the path from there, like data/members.csv";
            problems.report(Diagnostic::error("path-outside", message).at(node.place, "leaves the folder").help(help));
            return None;
        }
        Err(Refusal::Unreadable(reason)) => {
            let message = format!("the table {name} cannot be read: {reason}");
            let help = written.contains('\\').then(|| "write `/` between folders, on every system".to_owned());
            let diagnostic = Diagnostic::error("unreadable-table", message).at(node.place, "cannot be read");
            problems.report(diagnostic.maybe_help(help));
            outcome.unreadable.get_or_insert(Unreadable { path, reason });
            return None;
        }
    };
    outcome.inputs.push(Input::new(path, &bytes));
    let file = match source::add_text(sources, name.clone(), &bytes) {
        Ok(file) => file,
        Err(mut problem) => {
            if problem.places.is_empty() {
                problem.places.push((node.place, "this table".to_owned()));
            }
            problems.report(*problem);
            return None;
        }
    };
    let sheet = sheet::read(file, &name, sources.text(file), problems)?;
    sources.set_columns(file, sheet.columns.iter().map(|column| column.text.clone()).collect());
    Some(sheet)
}

enum Refusal {
    Outside,
    Unreadable(String),
}

/// The real path of a table, which must be inside `folder` however it is written or linked.
fn locate(written: &str, folder: &Path) -> Result<PathBuf, Refusal> {
    let mut depth = 0i64;
    for component in Path::new(written).components() {
        depth += match component {
            Component::Normal(_) => 1,
            Component::CurDir => 0,
            Component::ParentDir => -1,
            Component::RootDir | Component::Prefix(_) => return Err(Refusal::Outside),
        };
        if depth < 0 {
            return Err(Refusal::Outside);
        }
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let unreadable = |error: std::io::Error| Refusal::Unreadable(source::in_words(&error));
    let folder = folder.canonicalize().map_err(unreadable)?;
    let real = folder.join(written).canonicalize().map_err(unreadable)?;
    if real.starts_with(&folder) { Ok(real) } else { Err(Refusal::Outside) }
}

/// Merges the rows of members or candidates into the list at `key`, by id.
///
/// Entries of the scenario's own file complete the row with the same id, or else follow the rows.
fn merge_entries(
    tree: &mut Node,
    key: &str,
    columns: &[(&str, Kind)],
    maps: &[&str],
    sheet: Sheet,
    problems: &Collector,
) {
    let kinds: Vec<_> = sheet.columns.iter().map(|column| column_kind(column, columns, maps, problems)).collect();
    let Some(id) = sheet.columns.iter().position(|column| column.text == "id") else {
        let diagnostic = Diagnostic::error("missing-key", format!("the table of {key}s has no column `id`"));
        let place = sheet.columns.first().map(|column| column.place);
        let diagnostic = place.into_iter().fold(diagnostic, |diagnostic, place| diagnostic.at(place, "the header"));
        problems.report(diagnostic.help("name the column with the short names of the entries `id`"));
        return;
    };
    let mut rows: Vec<Node> = Vec::with_capacity(sheet.rows.len());
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    for row in &sheet.rows {
        if row.cells.get(id).is_none_or(|cell| cell.text.is_empty()) {
            let diagnostic = Diagnostic::error("missing-key", format!("a row of the table of {key}s has no `id`"));
            problems.report(diagnostic.at(row.place, "no id"));
            continue;
        }
        by_id.entry(row.cells[id].text.clone()).or_insert(rows.len());
        rows.push(row_node(row, &sheet.columns, &kinds, problems));
    }
    let Some(root) = tree.as_table_mut() else { return };
    let place = sheet.columns[id].place;
    let list = || Entry { key: place, node: Node { place, value: Value::Array(Vec::new()) } };
    // If the list is no list, the resolver says so.
    let Value::Array(inline) = &mut root.entry(key.to_owned()).or_insert_with(list).node.value else { return };
    for entry in std::mem::take(inline) {
        let row = entry.get_str("id").and_then(|id| by_id.get(id)).and_then(|&row| rows.get_mut(row));
        match (row.and_then(Node::as_table_mut), entry) {
            (Some(row), Node { value: Value::Table(mut own), .. }) => {
                own.remove("id");
                merge_tables(row, own, problems);
            }
            (_, entry) => rows.push(entry),
        }
    }
    *inline = rows;
}

/// What a column holds; nothing if there is no such column, which is reported.
fn column_kind(column: &Written, columns: &[(&str, Kind)], maps: &[&str], problems: &Collector) -> Option<Kind> {
    let name = column.text.as_str();
    if let Some((_, kind)) = columns.iter().find(|(known, _)| *known == name) {
        return Some(*kind);
    }
    if let Some((map, rest)) = name.split_once('.')
        && maps.contains(&map)
        && !rest.is_empty()
    {
        return Some(Kind::Number);
    }
    let dotted: Vec<String> = maps.iter().map(|map| format!("{map}.…")).collect();
    let known = || columns.iter().map(|(known, _)| *known);
    let near = suggest::nearest(name, known()).map(str::to_owned).or_else(|| {
        let (map, rest) = name.split_once(['.', ' ', '_', ':'])?;
        suggest::nearest(map, maps.iter().copied()).map(|map| format!("{map}.{rest}"))
    });
    let list = suggest::list_up_to(usize::MAX, "the columns can be", known().chain(dotted.iter().map(String::as_str)));
    let help = list.map(|list| near.map_or(list.clone(), |near| format!("did you mean `{near}`? {list}")));
    let diagnostic = Diagnostic::error("unknown-column", format!("no column is called `{name}`"));
    problems.report(diagnostic.at(column.place, "unknown column").maybe_help(help));
    None
}

fn row_node(row: &Row, columns: &[Written], kinds: &[Option<Kind>], problems: &Collector) -> Node {
    let mut table = Table::new();
    for ((cell, column), kind) in row.cells.iter().zip(columns).zip(kinds) {
        let Some(kind) = kind.filter(|_| !cell.text.is_empty()) else { continue };
        let Some(value) = cell_value(cell, kind, problems) else { continue };
        let entry = Entry { key: column.place, node: Node { place: cell.place, value } };
        let mut single = Table::new();
        match column.text.split_once('.') {
            None => single.insert(column.text.clone(), entry),
            Some((map, key)) => {
                let inner = Value::Table(Table::from([(key.to_owned(), entry)]));
                let node = Node { place: cell.place, value: inner };
                single.insert(map.to_owned(), Entry { key: column.place, node })
            }
        };
        merge_tables(&mut table, single, problems);
    }
    Node { place: row.place, value: Value::Table(table) }
}

fn cell_value(cell: &Written, kind: Kind, problems: &Collector) -> Option<Value> {
    let text = cell.text.as_str();
    match kind {
        Kind::Text => Some(Value::String(text.to_owned())),
        Kind::Words => Some(Value::Array(text.split_whitespace().map(|word| Node::text(cell.place, word)).collect())),
        Kind::Number => number(cell, problems),
        Kind::Truth if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Kind::Truth if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Kind::Truth => {
            let diagnostic = Diagnostic::error("wrong-type", format!("this cell must be true or false, not `{text}`"));
            problems.report(diagnostic.at(cell.place, "expected true or false"));
            None
        }
    }
}

fn number(cell: &Written, problems: &Collector) -> Option<Value> {
    let text = cell.text.strip_prefix('+').unwrap_or(&cell.text);
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
    let looks_decimal = text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || ",.-+ ".contains(c));
    let diagnostic = if looks_decimal {
        Diagnostic::error("decimal-comma", format!("`{text}` is written with a comma"))
            .at(cell.place, "comma in a number")
            .help("write decimals with a point (1.5), and large numbers without separators (1500000)")
    } else {
        Diagnostic::error("wrong-type", format!("this cell must be a number, not `{text}`"))
            .at(cell.place, "expected a number")
            .help("leave a cell empty where nothing is said; no units, no percent signs, no spaces in numbers")
    };
    problems.report(diagnostic);
    None
}

/// Merges `own` into `row`; what both say is an error.
fn merge_tables(row: &mut Table, own: Table, problems: &Collector) {
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
                let diagnostic = Diagnostic::error("said-twice", message).at(entry.node.place, "said here");
                problems.report(diagnostic.at(said.place, "and here").help("keep one of the two"));
            }
        }
    }
}

/// Merges a matrix of points, members by candidates, into `[support]`.
fn merge_support(tree: &mut Node, sheet: Sheet, problems: &Collector) {
    if let Some(first) = sheet.columns.first().filter(|column| column.text != "member") {
        let message = format!("the first column of the support table must be `member`, not `{}`", first.text);
        let help = "the first column names members or groups; every other column is a candidate's id";
        problems.report(Diagnostic::error("unknown-column", message).at(first.place, "must be `member`").help(help));
        return;
    }
    let candidates: Vec<_> = tree
        .get("candidate")
        .and_then(Node::as_array)
        .into_iter()
        .flatten()
        .filter_map(|node| node.get_str("id"))
        .collect();
    let is_known = |column: &Written| {
        let known = candidates.contains(&column.text.as_str());
        if !known {
            let help = suggest::help(&column.text, "the candidates are", candidates.iter().copied());
            let diagnostic = Diagnostic::error("unknown-name", format!("no candidate is called `{}`", column.text));
            problems.report(diagnostic.at(column.place, "unknown name").maybe_help(help));
        }
        known
    };
    let known: Vec<bool> = sheet.columns.iter().skip(1).map(is_known).collect();
    let mut matrix = Table::new();
    for row in &sheet.rows {
        let Some((member, points)) = row.cells.split_first().filter(|(member, _)| !member.text.is_empty()) else {
            let diagnostic = Diagnostic::error("missing-key", "a row of the support table has no member");
            problems.report(diagnostic.at(row.place, "no member"));
            continue;
        };
        let mut line = Table::new();
        for ((cell, column), known) in points.iter().zip(&sheet.columns[1..]).zip(&known) {
            if *known
                && !cell.text.is_empty()
                && let Some(value) = number(cell, problems)
            {
                let node = Node { place: cell.place, value };
                line.insert(column.text.clone(), Entry { key: column.place, node });
            }
        }
        let node = Node { place: row.place, value: Value::Table(line) };
        let entry = Entry { key: member.place, node };
        if let Some(first) = matrix.get(&member.text) {
            let message = format!("two rows of the support table are for `{}`", member.text);
            let diagnostic = Diagnostic::error("duplicate-id", message).at(member.place, "again here");
            problems.report(diagnostic.at(first.key, "first here"));
        } else {
            matrix.insert(member.text.clone(), entry);
        }
    }
    let Some(root) = tree.as_table_mut() else { return };
    let Some(place) = sheet.columns.first().map(|column| column.place) else { return };
    let own = root.remove("support");
    let rows = match own {
        // If the section is no table, the resolver says so.
        Some(own) if own.node.as_table().is_none() => own,
        own => {
            if let Some(Entry { node: Node { value: Value::Table(own), .. }, .. }) = own {
                merge_tables(&mut matrix, own, problems);
            }
            Entry { key: place, node: Node { place, value: Value::Table(matrix) } }
        }
    };
    root.insert("support".to_owned(), rows);
}
