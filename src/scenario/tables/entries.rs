//! Tables with one row per member, bloc or candidate.

use std::collections::BTreeMap;

use super::cells::{Kind, cell_value, merge_tables};
use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node, Table, Value};
use crate::scenario::sheet::{Row, Sheet, Written};
use crate::scenario::suggest;

/// What a table of entries may hold.
pub struct Layout {
    /// The list of the scenario that the rows belong to.
    key: &'static str,
    /// Columns with a single value.
    columns: &'static [(&'static str, Kind)],
    /// Keys with a column for each name; all numbers.
    maps: &'static [Map],
}

/// A key with a column for each name, such as `priority.firmness`.
struct Map {
    key: &'static str,
    /// What the names are of.
    of: &'static str,
    /// A name as it could be.
    example: &'static str,
}

const fn map(key: &'static str, of: &'static str, example: &'static str) -> Map {
    Map { key, of, example }
}

/// The columns of members, and last the one that only blocs have.
const OF_MEMBERS: [(&str, Kind); 10] = [
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("groups", Kind::Words),
    ("salience", Kind::Number),
    ("home", Kind::Number),
    ("uncertainty", Kind::Number),
    ("accept_at", Kind::Number),
    ("object_at", Kind::Number),
    ("concession", Kind::Number),
    ("size", Kind::Number),
];

const MAPS_OF_MEMBERS: [Map; 4] = [
    map("measures", "a measure", "population"),
    map("priority", "a trait", "firmness"),
    map("ideal", "a dimension", "integration"),
    map("uncertainty_about", "a candidate", "wallace"),
];

/// The table of members.
pub const MEMBERS: Layout =
    Layout { key: "member", columns: OF_MEMBERS.split_at(OF_MEMBERS.len() - 1).0, maps: &MAPS_OF_MEMBERS };

/// The table of blocs.
pub const BLOCS: Layout = Layout { key: "bloc", columns: &OF_MEMBERS, maps: &MAPS_OF_MEMBERS };

/// The table of candidates.
pub const CANDIDATES: Layout = Layout {
    key: "candidate",
    columns: &[
        ("id", Kind::Text),
        ("name", Kind::Text),
        ("home", Kind::Text),
        ("common_sd", Kind::Number),
        ("availability", Kind::Number),
        ("enters", Kind::Number),
        ("reserve", Kind::Truth),
        ("withdraws_if_vetoed", Kind::Number),
        ("withdraws_below", Kind::Number),
    ],
    maps: &[map("traits", "a trait", "firmness"), map("position", "a dimension", "integration")],
};

/// Merges the rows into the list of the same entries, by id.
///
/// Entries of the scenario's own file complete the row with the same id, or else follow the rows.
pub fn merge(tree: &mut Node, layout: &Layout, sheet: Sheet, problems: &Collector) {
    let key = layout.key;
    let kinds: Vec<_> = sheet.columns.iter().map(|column| column_kind(column, layout, problems)).collect();
    let Some(id) = sheet.columns.iter().position(|column| column.text == "id") else {
        let diagnostic = Diagnostic::new(Code::MissingKey, format!("the table of {key}s has no column `id`"));
        let place = sheet.columns.first().map(|column| column.place);
        let diagnostic = place.into_iter().fold(diagnostic, |diagnostic, place| diagnostic.at(place, "the header"));
        problems.report(diagnostic.help("name the column with the short names of the entries `id`"));
        return;
    };
    let mut rows: Vec<Node> = Vec::with_capacity(sheet.rows.len());
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    for row in &sheet.rows {
        if row.cells.get(id).is_none_or(|cell| cell.text.is_empty()) {
            let diagnostic = Diagnostic::new(Code::MissingKey, format!("a row of the table of {key}s has no `id`"));
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
fn column_kind(column: &Written, layout: &Layout, problems: &Collector) -> Option<Kind> {
    let name = column.text.as_str();
    if let Some((_, kind)) = layout.columns.iter().find(|(known, _)| *known == name) {
        return Some(*kind);
    }
    if let Some((key, rest)) = name.split_once('.')
        && layout.maps.iter().any(|map| map.key == key)
        && !rest.is_empty()
    {
        return Some(Kind::Number);
    }
    let diagnostic = Diagnostic::new(Code::UnknownColumn, format!("no column is called `{name}`"));
    problems.report_with(diagnostic.at(column.place, "unknown column"), || column_help(name, layout));
    None
}

/// What to call a column in place of `name`.
fn column_help(name: &str, layout: &Layout) -> Option<String> {
    let Layout { columns, maps, .. } = layout;
    if let Some(Map { key, of, example }) = maps.iter().find(|map| name.strip_suffix('.') == Some(map.key)) {
        return Some(format!("the name of {of} comes after the dot, as in `{key}.{example}`"));
    }
    let known = || columns.iter().map(|(known, _)| *known);
    let near = suggest::nearest(name, known()).map(str::to_owned).or_else(|| {
        let (map, rest) = name.split_once(['.', ' ', '_', ':'])?;
        let near = suggest::nearest(map, maps.iter().map(|map| map.key))?;
        Some(format!("{near}.{}", if rest.is_empty() { "…" } else { rest }))
    });
    let dotted: Vec<String> = maps.iter().map(|map| format!("{}.…", map.key)).collect();
    let list = suggest::list_up_to(usize::MAX, "the columns can be", known().chain(dotted.iter().map(String::as_str)))?;
    Some(near.map_or(list.clone(), |near| format!("did you mean `{near}`? {list}")))
}

fn row_node(row: &Row, columns: &[Written], kinds: &[Option<Kind>], problems: &Collector) -> Node {
    let mut table = Table::new();
    for ((cell, column), kind) in row.cells.iter().zip(columns).zip(kinds) {
        let Some(kind) = kind.filter(|_| !cell.text.is_empty()) else { continue };
        // A wrong weight is not a missing one: only the first should be reported.
        let stand_in = || column.text.starts_with("measures.").then(|| Value::Integer("0".to_owned()));
        let Some(value) = cell_value(cell, kind, problems).or_else(stand_in) else { continue };
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
