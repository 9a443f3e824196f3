//! The table of judgements: one row per member or group, one column per candidate.

use std::collections::BTreeSet;

use super::cells::{merge_tables, number};
use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node, Table, Value};
use crate::scenario::sheet::{Sheet, Written};
use crate::scenario::suggest;

/// Merges a matrix of points, members by `candidates`, into `[support]`.
pub fn merge(tree: &mut Node, candidates: &[String], mut sheet: Sheet, problems: &Collector) {
    let ids: BTreeSet<_> = candidates.iter().map(String::as_str).collect();
    sheet.without_notes(|column| ids.contains(column));
    if let Some(first) = sheet.columns.first().filter(|column| column.text != "member") {
        let message = format!("the first column of the support table must be `member`, not `{}`", first.text);
        let help = "the first column names members or groups; every other column is a candidate's id";
        problems.report(Diagnostic::new(Code::UnknownColumn, message).at(first.place, "must be `member`").help(help));
        return;
    }
    let is_known = |column: &Written| {
        let known = ids.contains(column.text.as_str());
        if !known {
            let diagnostic = Diagnostic::new(Code::UnknownName, format!("no candidate is called `{}`", column.text));
            let help = || suggest::help(&column.text, "the candidates are", candidates.iter().map(String::as_str));
            problems.report_with(diagnostic.at(column.place, "unknown name"), help);
        }
        known
    };
    let known: Vec<bool> = sheet.columns.iter().skip(1).map(is_known).collect();
    let mut matrix = Table::new();
    for row in &sheet.rows {
        let Some((member, points)) = row.cells.split_first().filter(|(member, _)| !member.text.is_empty()) else {
            let diagnostic = Diagnostic::new(Code::MissingKey, "a row of the support table has no member");
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
        let node = Node { place: row.place, value: line.into() };
        let entry = Entry { key: member.place, node };
        if let Some(first) = matrix.get(&member.text) {
            let message = format!("two rows of the support table are for `{}`", member.text);
            let diagnostic = Diagnostic::new(Code::DuplicateId, message).at(member.place, "again here");
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
                merge_tables(&mut matrix, own.into_inner(), problems);
            }
            Entry { key: place, node: Node { place, value: matrix.into() } }
        }
    };
    root.insert("support".to_owned(), rows);
}
