//! A straw poll in a file of its own, known whole: what a fit is made of.

use std::path::Path;

use super::decode;
use super::diagnostic::{Collector, Diagnostic};
use super::document::{Node, Table};
use super::error::{LoadError, invalid};
use super::resolve::answers::Asked;
use super::resolve::roster::Roster;
use super::sheet;
use super::source::{self, Bytes, Sources};
use super::suggest;
use super::tables::polls::{COLUMNS, Polls};
use crate::codes::Code;
use crate::model::{Answer, MemberSet, Model, Poll, PollRow};

/// Reads the poll in the CSV file `path` about candidates of `model`.
///
/// # Errors
/// That the file cannot be read, or everything that is wrong with what it says.
pub fn read_poll(path: &Path, model: &Model) -> Result<Poll, LoadError> {
    match source::read(path, false) {
        Ok(Bytes::Whole(bytes)) => poll_of(path, &bytes, model),
        Ok(Bytes::TooMany) => {
            let (name, mut sources) = (path.display().to_string(), Sources::default());
            sources.add(name.clone(), String::new());
            Err(invalid(decode::too_large(&name).into(), sources))
        }
        Err(reason) => Err(LoadError::Unreadable { path: path.to_owned(), reason, problems: None }),
    }
}

/// The poll in the `bytes` of the CSV file `path` about candidates of `model`: of the first ballot, at which all members
/// take stances. Every row says how many encouraged, objected and had no opinion, and not all did the same.
///
/// # Errors
/// Everything that is wrong with what they say.
pub fn poll_of(path: &Path, bytes: &[u8], model: &Model) -> Result<Poll, LoadError> {
    let (name, mut sources, problems) = (path.display().to_string(), Sources::default(), Collector::default());
    let file = match decode::add_text(&mut sources, name.clone(), bytes) {
        Ok(file) => file,
        Err(problem) => return Err(invalid((*problem).into(), sources)),
    };
    let mut sheet = sheet::read(file, &name, sources.text(file), &problems);
    if let Some(sheet) = &mut sheet {
        sources.set_columns(file, std::mem::take(&mut sheet.header));
    }
    let rows = sheet.and_then(|sheet| Polls::read(sheet, &problems)).and_then(|table| whole(&table, model, &problems));
    match rows {
        Some(rows) if problems.errors() == 0 => {
            let name = path.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
            Ok(Poll { name, stage: 0, ballot: 1, date: None, source: String::new(), rows })
        }
        _ => Err(invalid(problems, sources)),
    }
}

/// The rows of a table that is about one poll and has all three counts.
fn whole(table: &Polls, model: &Model, problems: &Collector) -> Option<Vec<PollRow>> {
    if table.names_polls {
        let diagnostic =
            Diagnostic::new(Code::UnknownColumn, "a poll in a file of its own has no column called `poll`");
        problems.report(diagnostic.at(table.header, "unknown column").help("give a table of one poll, without it"));
    }
    let answers = table.answers(None, problems);
    let stances = Answer::at(false).iter().map(|answer| answer.word());
    let missing: Vec<_> = stances.filter(|word| table.keys.iter().all(|key| key != word)).collect();
    for word in &missing {
        let diagnostic = Diagnostic::new(Code::MissingColumn, format!("the poll has no column `{word}`"));
        let help = suggest::list("the columns are", COLUMNS);
        problems.report(diagnostic.at(table.header, format!("`{word}` is missing in this row")).maybe_help(help));
    }
    let roster = Roster::of(model, problems);
    let asked = Asked { members: MemberSet::all(model.members.len()), is_choice: false, roster: &roster, problems };
    missing.is_empty().then(|| rows(&answers, &asked))
}

fn rows(answers: &Table, asked: &Asked<'_>) -> Vec<PollRow> {
    let mut written: Vec<_> = answers.iter().collect();
    written.sort_by_key(|(_, entry)| entry.key);
    let mut rows = Vec::with_capacity(written.len());
    for (name, entry) in written {
        let row = asked.row(&entry.node, (name, entry.key));
        if is_counted(&entry.node, name, asked.problems)
            && let Some(row) = row
            && !is_unanimous(&row, &entry.node, name, asked)
        {
            rows.push(row);
        }
    }
    rows
}

/// Whether a row says all three counts; reports if not.
fn is_counted(row: &Node, name: &str, problems: &Collector) -> bool {
    let empty: Vec<_> = Answer::at(false).iter().filter(|answer| row.get(answer.word()).is_none()).collect();
    for answer in &empty {
        let message = format!("`{}` of `{name}` is empty", answer.word());
        let diagnostic = Diagnostic::new(Code::MissingKey, message).at(row.place, "expected a whole number");
        problems.report(diagnostic.help("write 0 where nobody gave this answer"));
    }
    empty.is_empty()
}

/// Whether everyone gave the same answer; reports if so.
fn is_unanimous(row: &PollRow, node: &Node, name: &str, asked: &Asked<'_>) -> bool {
    let members = asked.members.len();
    let Some([encourage, object, _]) = row.totals.stances() else { return false };
    let Some((all, end)) = [(encourage, "encourages"), (object, "objects to")].into_iter().find(|(n, _)| *n == members)
    else {
        return false;
    };
    let message = format!("everyone {end} `{name}`: no finite support makes that expected");
    let diagnostic = Diagnostic::new(Code::PollUnanimous, message).at(node.place, format!("{all} of {members}"));
    asked.problems.report(diagnostic.help(
        "leave the row out and write the support into the scenario yourself, such as three uncertainties beyond the \
         threshold",
    ));
    true
}
