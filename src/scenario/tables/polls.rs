//! Tables of polls: one row a candidate, or a row a poll and candidate.

use std::collections::BTreeMap;

use super::cells::{Kind, cell_value, merge_tables};
use super::{Outcome, Tables, open};
use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node, Table, Value};
use crate::scenario::keys;
use crate::scenario::place::Place;
use crate::scenario::sheet::{NOTED, Row, Sheet, Written};
use crate::scenario::source::Sources;
use crate::scenario::suggest;

/// The columns, as they are listed.
pub const COLUMNS: [&str; 9] =
    ["candidate", "name", "encourage", "object", "no_opinion", "votes", "objections", "known.…", "among.…"];
/// The column that says of which poll a row is.
const POLL: &str = "poll";
/// What candidates are called: for people, and for who writes a scenario from the table.
pub const NAME: &str = "name";
/// The column of members known to have objected.
const OBJECTIONS: &str = "objections";
/// What the United Nations call an objection.
const DISCOURAGE: &str = "discourage";

/// What a column holds.
#[derive(PartialEq)]
enum Column {
    Poll,
    Candidate,
    Name,
    Objections,
    /// A value of a row of a poll, below these keys.
    At(Vec<String>, Kind),
}

/// A row of the table, as it would be written in the scenario's own file.
struct Line {
    poll: Option<String>,
    candidate: String,
    candidate_at: Place,
    node: Node,
}

/// A table of polls.
pub struct Polls {
    lines: Vec<Line>,
    /// Where the header begins.
    pub header: Place,
    /// Whether rows say of which poll they are.
    pub names_polls: bool,
    /// The keys below a row of a poll that have a column of their own.
    pub keys: Vec<String>,
}

impl Polls {
    /// Reads the `sheet`. Columns that there are not, and rows without a candidate, are reported.
    pub fn read(mut sheet: Sheet, problems: &Collector) -> Option<Self> {
        sheet.without_notes(|_| false);
        let columns: Vec<_> = sheet.columns.iter().map(|column| kind_of(column, problems)).collect();
        for (i, column) in columns.iter().enumerate() {
            if let Some(first) = columns[..i].iter().position(|it| it.is_some() && it == column) {
                let (one, other) = (&sheet.columns[first], &sheet.columns[i]);
                let message = format!("the columns `{}` and `{}` say the same", one.text, other.text);
                let diagnostic = Diagnostic::new(Code::DuplicateColumn, message).at(other.place, "again here");
                problems.report(diagnostic.at(one.place, "first here"));
                return None;
            }
        }
        let header = sheet.columns.first()?.place;
        if !columns.contains(&Some(Column::Candidate)) {
            let diagnostic = Diagnostic::new(Code::MissingColumn, "the poll has no column `candidate`");
            let help = suggest::list("the columns are", COLUMNS);
            problems.report(diagnostic.at(header, "`candidate` is missing in this row").maybe_help(help));
            return None;
        }
        let single = |column: &Option<Column>| match column {
            Some(Column::At(path, _)) => path.first().filter(|_| path.len() == 1).cloned(),
            _ => None,
        };
        Some(Self {
            lines: sheet.rows.iter().filter_map(|row| line(row, &columns, problems)).collect(),
            header,
            names_polls: columns.contains(&Some(Column::Poll)),
            keys: columns.iter().filter_map(single).collect(),
        })
    }

    /// The `answers` of the poll called `name`, or of the only one. Two rows about one candidate are reported.
    pub fn answers(&self, name: Option<&str>, problems: &Collector) -> Table {
        let mut answers = Table::new();
        let lines = self.lines.iter().filter(|line| !self.names_polls || line.poll.as_deref() == name);
        for Line { candidate, candidate_at, node, .. } in lines {
            if let Some(first) = answers.get(candidate) {
                let first: &Entry = first;
                let message = format!("two rows of the poll are about `{candidate}`");
                let diagnostic = Diagnostic::new(Code::DuplicateId, message).at(*candidate_at, "again here");
                problems.report(diagnostic.at(first.key, "first here"));
                continue;
            }
            answers.insert(candidate.clone(), Entry { key: *candidate_at, node: node.clone() });
        }
        answers
    }

    /// The names of the polls in the table.
    fn polls(&self) -> impl Iterator<Item = &str> + Clone {
        self.lines.iter().filter_map(|line| line.poll.as_deref())
    }
}

/// What a column holds; nothing if there is no such column, which is reported.
fn kind_of(column: &Written, problems: &Collector) -> Option<Column> {
    let parts: Vec<&str> = column.text.split('.').collect();
    let total = |part: &str| match part {
        DISCOURAGE => Some("object"),
        _ => keys::PART.all().map(|key| key.name).find(|name| *name == part),
    };
    let bound = |part: &str| keys::TOTAL.key(part).map(|key| key.name);
    let at = |path: &[&str], kind| Some(Column::At(path.iter().map(|part| (*part).to_owned()).collect(), kind));
    let found = match parts[..] {
        [POLL] => Some(Column::Poll),
        ["candidate"] => Some(Column::Candidate),
        [NAME] => Some(Column::Name),
        [OBJECTIONS] => Some(Column::Objections),
        ["known", member] if !member.is_empty() => at(&["known", member], Kind::Text),
        ["among", group, answer] if !group.is_empty() => {
            total(answer).and_then(|answer| at(&["among", group, answer], Kind::Whole))
        }
        ["among", group, answer, end] if !group.is_empty() => {
            total(answer).zip(bound(end)).and_then(|(answer, end)| at(&["among", group, answer, end], Kind::Whole))
        }
        [answer] => total(answer).and_then(|answer| at(&[answer], Kind::Whole)),
        [answer, end] => total(answer).zip(bound(end)).and_then(|(answer, end)| at(&[answer, end], Kind::Whole)),
        _ => None,
    };
    if found.is_none() {
        let message = format!("a poll has no column called `{}`", column.text);
        let diagnostic = Diagnostic::new(Code::UnknownColumn, message).at(column.place, "unknown column");
        problems.report_with(diagnostic, || {
            suggest::choices(&column.text, "the columns are", COLUMNS.into_iter().chain(NOTED))
        });
    }
    found
}

fn line(row: &Row, columns: &[Option<Column>], problems: &Collector) -> Option<Line> {
    let (mut poll, mut candidate) = (None, None);
    let mut table = Table::new();
    for (cell, column) in row.cells.iter().zip(columns).filter(|(cell, _)| !cell.text.is_empty()) {
        match column {
            None | Some(Column::Name) => {}
            Some(Column::Poll) => poll = Some(cell.text.clone()),
            Some(Column::Candidate) => candidate = Some((cell.text.clone(), cell.place)),
            Some(Column::Objections) => merge_tables(&mut table, objectors(cell, problems), problems),
            Some(Column::At(path, kind)) => {
                let Some(value) = cell_value(cell, *kind, problems) else { continue };
                merge_tables(&mut table, below(path, Node { place: cell.place, value }), problems);
            }
        }
    }
    let Some((candidate, candidate_at)) = candidate else {
        let diagnostic = Diagnostic::new(Code::MissingKey, "a row of the poll has no candidate");
        problems.report(diagnostic.at(row.place, "no candidate"));
        return None;
    };
    Some(Line { poll, candidate, candidate_at, node: Node { place: row.place, value: table.into() } })
}

/// The members in a cell as those known to have objected.
fn objectors(cell: &Written, problems: &Collector) -> Table {
    let named = match cell_value(cell, Kind::Words, problems) {
        Some(Value::Array(named)) => named.into_inner(),
        _ => Vec::new(),
    };
    let known = named.iter().filter_map(Node::as_str).map(|member| {
        let node = Node::text(cell.place, "object");
        (member.to_owned(), Entry { key: cell.place, node })
    });
    below(&["known".to_owned()], Node { place: cell.place, value: known.collect::<Table>().into() })
}

/// `node` below these keys.
fn below(path: &[String], node: Node) -> Table {
    let Some((key, rest)) = path.split_first() else { return Table::new() };
    let place = node.place;
    let node = if rest.is_empty() { node } else { Node { place, value: below(rest, node).into() } };
    Table::from([(key.clone(), Entry { key: place, node })])
}

/// Reads the tables that the polls of `tree` name, each once, and puts what they say into the polls; whether all could
/// be read.
pub fn merge(
    tree: &mut Node,
    tables: Option<Tables<'_>>,
    sources: &mut Sources,
    outcome: &mut Outcome,
    problems: &Collector,
) -> bool {
    let mut read: BTreeMap<String, Option<Polls>> = BTreeMap::new();
    let Some(list) = tree.as_table_mut().and_then(|root| root.get_mut("poll")) else { return true };
    let Value::Array(polls) = &mut list.node.value else { return true };
    for poll in polls.iter_mut() {
        let Some(written) = poll.get("table").cloned() else { continue };
        let key = written.as_str().unwrap_or_default().to_owned();
        let table = read
            .entry(key)
            .or_insert_with(|| Polls::read(open("table", &written, tables, sources, outcome, problems)?, problems));
        if let Some(table) = table {
            fill(poll, table, written.place, problems);
        }
    }
    read.values().all(Option::is_some)
}

/// Puts the rows of `table` that are of `poll` into it.
fn fill(poll: &mut Node, table: &Polls, place: Place, problems: &Collector) {
    let name = poll.get_str("name").map(str::to_owned);
    let mut answers = table.answers(name.as_deref(), problems);
    if let (true, Some(name)) = (answers.is_empty(), &name) {
        let diagnostic = Diagnostic::new(Code::UnknownName, format!("the table has no row of a poll called `{name}`"));
        let help = || suggest::help(name, "its polls are", table.polls());
        problems.report_with(diagnostic.at(place, "no such poll in it"), help);
    }
    let Some(poll) = poll.as_table_mut() else { return };
    match poll.remove("answers") {
        // If it is no table, the resolver says so.
        Some(own) if own.node.as_table().is_none() => _ = poll.insert("answers".to_owned(), own),
        own => {
            if let Some(Entry { node: Node { value: Value::Table(own), .. }, .. }) = own {
                merge_tables(&mut answers, own.into_inner(), problems);
            }
            let node = Node { place, value: answers.into() };
            poll.insert("answers".to_owned(), Entry { key: place, node });
        }
    }
}
