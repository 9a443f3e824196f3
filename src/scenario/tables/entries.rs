//! Tables with one row per member, bloc or candidate.

use std::collections::BTreeMap;

use super::cells::{Kind, cell_value, merge_tables};
use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node, Table, Value};
use crate::scenario::keys::{self, Section};
use crate::scenario::sheet::{NOTED, NOTES, Row, Sheet, Written};
use crate::scenario::suggest;

/// Merges the rows into the list of the same entries, by id; a column is a key of the `section`, or a name in one.
///
/// Entries of the scenario's own file complete the row with the same id, or else follow the rows. Nothing is merged of
/// a table of more than `most` rows, which is reported.
pub fn merge(tree: &mut Node, section: &Section, most: usize, mut sheet: Sheet, problems: &Collector) -> Option<()> {
    let key = section.name;
    sheet.without_notes(|column| section.key(column).is_some());
    if let Some(extra) = sheet.rows.get(most) {
        let message = format!("the table of {key}s has {} rows; at most {most} {key}s are possible", sheet.rows.len());
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many"));
        return None;
    }
    let kinds: Vec<_> = sheet.columns.iter().map(|column| column_kind(column, section, problems)).collect();
    let Some(id) = sheet.columns.iter().position(|column| column.text == "id") else {
        let diagnostic = Diagnostic::new(Code::MissingKey, format!("the table of {key}s has no column `id`"));
        let place = sheet.columns.first().map(|column| column.place);
        let diagnostic = place.into_iter().fold(diagnostic, |diagnostic, place| diagnostic.at(place, "the header"));
        problems.report(diagnostic.help("name the column with the short names of the entries `id`"));
        return Some(());
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
    let root = tree.as_table_mut()?;
    let place = sheet.columns[id].place;
    let list = || Entry { key: place, node: Node { place, value: Vec::new().into() } };
    // If the list is no list, the resolver says so.
    let Value::Array(inline) = &mut root.entry(key.to_owned()).or_insert_with(list).node.value else {
        return Some(());
    };
    for entry in std::mem::take(&mut **inline) {
        let row = entry.get_str("id").and_then(|id| by_id.get(id)).and_then(|&row| rows.get_mut(row));
        match (row.and_then(Node::as_table_mut), entry) {
            (Some(row), Node { value: Value::Table(own), .. }) => {
                let mut own = own.into_inner();
                own.remove("id");
                merge_tables(row, own, problems);
            }
            (_, entry) => rows.push(entry),
        }
    }
    **inline = rows;
    Some(())
}

/// What a cell holds that says a value of this kind; nothing if it takes a column for each name, or a table.
fn kind_of_cell(kind: &keys::Kind) -> Option<Kind> {
    match kind {
        keys::Kind::Text(_) | keys::Kind::Name | keys::Kind::Institution | keys::Kind::Choice(_) | keys::Kind::Date => {
            Some(Kind::Text)
        }
        keys::Kind::Number(_) | keys::Kind::Fraction(_) => Some(Kind::Number),
        keys::Kind::Whole(..) | keys::Kind::Total(_) => Some(Kind::Whole),
        keys::Kind::Names => Some(Kind::Words),
        keys::Kind::Truth => Some(Kind::Truth),
        keys::Kind::Numbers(_)
        | keys::Kind::Texts(_)
        | keys::Kind::Table(_)
        | keys::Kind::Tables(_)
        | keys::Kind::Either(_)
        | keys::Kind::Several(_)
        | keys::Kind::Any => None,
    }
}

/// The keys with a column for each name.
fn maps(section: &Section) -> impl Iterator<Item = (&'static str, &'static keys::Named)> + Clone {
    section.all().filter_map(|key| match &key.kind {
        keys::Kind::Numbers(named) => Some((key.name, named)),
        _ => None,
    })
}

/// What a column holds; nothing if there is no such column, which is reported.
fn column_kind(column: &Written, section: &Section, problems: &Collector) -> Option<Kind> {
    let name = column.text.as_str();
    if let Some(kind) = section.key(name).and_then(|key| kind_of_cell(&key.kind)) {
        return Some(kind);
    }
    if let Some((key, rest)) = name.split_once('.')
        && maps(section).any(|(map, _)| map == key)
        && !rest.is_empty()
    {
        return Some(Kind::Number);
    }
    let diagnostic = Diagnostic::new(Code::UnknownColumn, format!("no column is called `{name}`"));
    problems.report_with(diagnostic.at(column.place, "unknown column"), || column_help(name, section));
    None
}

/// What to call a column in place of `name`.
fn column_help(name: &str, section: &Section) -> Option<String> {
    if let Some((key, named)) = maps(section).find(|(key, _)| name.strip_suffix('.') == Some(key)) {
        let keys::Named { of, example, .. } = named;
        return Some(format!("the name of a {of} comes after the dot, as in `{key}.{example}`"));
    }
    let known = || section.all().filter(|key| kind_of_cell(&key.kind).is_some()).map(|key| key.name);
    let near = suggest::nearest(name, known().chain(NOTES)).map(str::to_owned).or_else(|| {
        let (map, rest) = name.split_once(['.', ' ', '_', ':'])?;
        let near = suggest::nearest(map, maps(section).map(|(key, _)| key))?;
        Some(format!("{near}.{}", if rest.is_empty() { "…" } else { rest }))
    });
    let dotted: Vec<String> = maps(section).map(|(key, _)| format!("{key}.…")).collect();
    let all = known().chain(dotted.iter().map(String::as_str));
    let list = suggest::list_up_to(usize::MAX, "the columns can be", all.chain(NOTED))?;
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
                let inner = Table::from([(key.to_owned(), entry)]).into();
                let node = Node { place: cell.place, value: inner };
                single.insert(map.to_owned(), Entry { key: column.place, node })
            }
        };
        merge_tables(&mut table, single, problems);
    }
    Node { place: row.place, value: table.into() }
}
