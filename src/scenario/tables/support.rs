//! The table of judgements: one row per member or group, one column per candidate.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{merge_tables, number};
use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node, Table, Value};
use crate::scenario::sheet::{Sheet, Written};
use crate::scenario::suggest;

/// An end of an interval on which the author of a value would bet 9 to 1.
enum End {
    Low,
    High,
}

/// Both ends, as far as they are written.
#[derive(Default)]
struct Interval {
    low: Option<Node>,
    high: Option<Node>,
}

/// The candidate that a column is about, and of which end of an interval: `wallace.low`.
fn of_candidate(column: &str) -> (&str, Option<End>) {
    let ends = [(".low", End::Low), (".high", End::High)];
    let of = |(suffix, end): (&str, End)| Some((column.strip_suffix(suffix)?, Some(end)));
    ends.into_iter().find_map(of).unwrap_or((column, None))
}

impl Interval {
    /// The judgement that it is, called by the path of the value; that one end is missing is reported.
    fn judgement(self, member: &str, candidate: &str, problems: &Collector) -> Option<Node> {
        let path = format!("support.{member}.{candidate}");
        let (low, high) = match (self.low, self.high) {
            (Some(low), Some(high)) => (low, high),
            (Some(one), None) | (None, Some(one)) => {
                let message = format!("`{path}` has only one end of an interval");
                let help = format!("give it both `{candidate}.low` and `{candidate}.high`, or none");
                problems.report(Diagnostic::new(Code::MissingKey, message).at(one.place, "and the other?").help(help));
                return None;
            }
            (None, None) => return None,
        };
        let place = low.place;
        let text = |text: &str| Node::text(place, text);
        let paths = Node { place, value: vec![text(&path)].into() };
        let keys = [("name", text(&path)), ("set", paths), ("low", low), ("high", high)];
        let table: Table = keys.into_iter().map(|(key, node)| (key.to_owned(), Entry { key: place, node })).collect();
        Some(Node { place, value: table.into() })
    }
}

/// Adds judgements to those of the scenario.
fn add_judgements(root: &mut Table, judgements: Vec<Node>) {
    let Some(place) = judgements.first().map(|node| node.place) else { return };
    let none = || Entry { key: place, node: Node { place, value: Vec::new().into() } };
    // What is no list is said where judgements are read.
    if let Value::Array(nodes) = &mut root.entry("judgement".to_owned()).or_insert_with(none).node.value {
        nodes.extend(judgements);
    }
}

/// Merges a matrix of points, members by `candidates`, into `[support]`. Columns such as `wallace.low` and `wallace.high`
/// make judgements about the points.
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
        let known = ids.contains(of_candidate(&column.text).0);
        if !known {
            let diagnostic = Diagnostic::new(Code::UnknownName, format!("no candidate is called `{}`", column.text));
            let help = || {
                suggest::help(of_candidate(&column.text).0, "the candidates are", candidates.iter().map(String::as_str))
            };
            problems.report_with(diagnostic.at(column.place, "unknown name"), help);
        }
        known
    };
    let known: Vec<bool> = sheet.columns.iter().skip(1).map(is_known).collect();
    let mut matrix = Table::new();
    let mut judgements = Vec::new();
    for row in &sheet.rows {
        let Some((member, points)) = row.cells.split_first().filter(|(member, _)| !member.text.is_empty()) else {
            let diagnostic = Diagnostic::new(Code::MissingKey, "a row of the support table has no member");
            problems.report(diagnostic.at(row.place, "no member"));
            continue;
        };
        let mut line = Table::new();
        let mut intervals: BTreeMap<&str, Interval> = BTreeMap::new();
        for ((cell, column), known) in points.iter().zip(&sheet.columns[1..]).zip(&known) {
            if *known
                && !cell.text.is_empty()
                && let Some(value) = number(cell, problems)
            {
                let node = Node { place: cell.place, value };
                match of_candidate(&column.text) {
                    (candidate, Some(End::Low)) => intervals.entry(candidate).or_default().low = Some(node),
                    (candidate, Some(End::High)) => intervals.entry(candidate).or_default().high = Some(node),
                    (_, None) => {
                        line.insert(column.text.clone(), Entry { key: column.place, node });
                    }
                }
            }
        }
        judgements.extend(
            intervals.into_iter().filter_map(|(candidate, it)| it.judgement(&member.text, candidate, problems)),
        );
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
    add_judgements(root, judgements);
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
