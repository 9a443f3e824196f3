//! A straw poll in a file of its own, known whole: what a fit is made of.

use std::path::Path;

use super::decode;
use super::diagnostic::{Collector, Diagnostic};
use super::document::{Node, Table};
use super::error::{LoadError, invalid};
use super::place::Place;
use super::resolve::answers::Asked;
use super::resolve::roster::Roster;
use super::sheet;
use super::source::{self, Bytes, Sources};
use super::suggest;
use super::tables::polls::{COLUMNS, Polls};
use crate::codes::Code;
use crate::model::{MemberSet, Model, Poll, PollRow};

/// Reads the poll in the CSV file `path` about candidates of `model`.
///
/// # Errors
/// That the file cannot be read, or everything that is wrong with what it says.
pub fn read_poll(path: &Path, model: &Model) -> Result<Poll, LoadError> {
    poll_of(path, &poll_bytes(path)?, model)
}

/// The bytes of the CSV file `path`.
///
/// # Errors
/// That the file cannot be read, or is too large.
pub fn poll_bytes(path: &Path) -> Result<Vec<u8>, LoadError> {
    match source::read(path, false) {
        Ok(Bytes::Whole(bytes)) => Ok(bytes),
        Ok(Bytes::TooMany) => {
            let (name, mut sources) = (path.display().to_string(), Sources::default());
            sources.add(name.clone(), String::new());
            Err(invalid(decode::too_large(&name).into(), sources))
        }
        Err(reason) => Err(LoadError::Unreadable { path: path.to_owned(), reason, problems: None }),
    }
}

/// The poll in the `bytes` of the CSV file `path` about candidates of `model`, of its first ballot. Where that is one of
/// stances all members take them; every row says how many encouraged, objected and had no opinion, and not all did the
/// same. Where it is one of choice every row says how many votes there were.
///
/// # Errors
/// Everything that is wrong with what they say.
pub fn poll_of(path: &Path, bytes: &[u8], model: &Model) -> Result<Poll, LoadError> {
    let (name, mut sources, problems) = (path.display().to_string(), Sources::default(), Collector::default());
    let sheet = match sheet::of_bytes(&name, bytes, &mut sources, &problems) {
        Ok(sheet) => sheet,
        Err(problem) => return Err(invalid((*problem).into(), sources)),
    };
    let rows = sheet.and_then(|sheet| Polls::read(sheet, &problems)).and_then(|table| whole(&table, model, &problems));
    match rows {
        Some(rows) if problems.errors() == 0 => {
            let name = path.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
            Ok(Poll { name, stage: 0, ballot: 1, date: None, source: String::new(), fitted: false, rows })
        }
        _ => Err(invalid(problems, sources)),
    }
}

/// The rows of a table that is about one poll and has all counts.
fn whole(table: &Polls, model: &Model, problems: &Collector) -> Option<Vec<PollRow>> {
    if table.names_polls {
        let diagnostic =
            Diagnostic::new(Code::UnknownColumn, "a poll in a file of its own has no column called `poll`");
        problems.report(diagnostic.at(table.header, "unknown column").help("give a table of one poll, without it"));
    }
    let answers = table.answers(None, problems);
    let is_choice = model.opens_with_votes();
    let missing: Vec<_> = counts(is_choice).iter().filter(|word| table.keys.iter().all(|key| key != *word)).collect();
    for word in &missing {
        let diagnostic = Diagnostic::new(Code::MissingColumn, format!("the poll has no column `{word}`"));
        let help = if is_choice {
            Some("the first ballot is one of choice: say how many `votes` there were".to_owned())
        } else {
            suggest::list("the columns are", COLUMNS)
        };
        problems.report(diagnostic.at(table.header, format!("`{word}` is missing in this row")).maybe_help(help));
    }
    let roster = Roster::of(model, problems);
    let voters = || model.stages.first().map(|stage| stage.members);
    let everyone = MemberSet::all(model.members.len());
    let members = voters().filter(|_| is_choice).unwrap_or(everyone);
    let asked = Asked { members, is_choice, roster: &roster, problems };
    if !missing.is_empty() {
        return None;
    }
    let rows = rows(&answers, &asked);
    if is_choice {
        check_votes(&rows, &asked, table.header);
    }
    Some(rows)
}

/// The columns with what a poll counts.
fn counts(is_choice: bool) -> &'static [&'static str] {
    if is_choice { &["votes"] } else { &["encourage", "object", "no_opinion"] }
}

/// Reports votes that cannot be those of one a member.
fn check_votes(rows: &[PollRow], asked: &Asked<'_>, header: Place) {
    let known: Option<Vec<u32>> = rows.iter().map(|row| row.totals.votes.known()).collect();
    let (Some(votes), voters) = (known, asked.members.len()) else { return };
    let sum: u32 = votes.iter().sum();
    if sum == 0 || sum > voters {
        let message = format!("the votes add up to {sum}, but {voters} members take part in the first ballot");
        let label = if sum == 0 { "no votes".to_owned() } else { format!("{sum} instead of at most {voters}") };
        asked.problems.report(Diagnostic::new(Code::PollTotal, message).at(header, label));
    }
}

fn rows(answers: &Table, asked: &Asked<'_>) -> Vec<PollRow> {
    let mut written: Vec<_> = answers.iter().collect();
    written.sort_by_key(|(_, entry)| entry.key);
    let mut rows = Vec::with_capacity(written.len());
    for (name, entry) in written {
        let row = asked.row(&entry.node, (name, entry.key));
        if is_counted(&entry.node, name, asked)
            && let Some(row) = row
            && !is_unanimous(&row, &entry.node, name, asked)
        {
            rows.push(row);
        }
    }
    rows
}

/// Whether a row says all counts; reports if not.
fn is_counted(row: &Node, name: &str, asked: &Asked<'_>) -> bool {
    let empty: Vec<_> = counts(asked.is_choice).iter().filter(|word| row.get(word).is_none()).collect();
    for word in &empty {
        let message = format!("`{word}` of `{name}` is empty");
        let diagnostic = Diagnostic::new(Code::MissingKey, message).at(row.place, "expected a whole number");
        asked.problems.report(diagnostic.help("write 0 where nobody gave this answer"));
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
