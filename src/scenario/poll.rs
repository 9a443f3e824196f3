//! The table of a straw poll: one row per candidate, one column per answer.

use std::path::Path;

use super::bulk::MAX_LIST;
use super::decode;
use super::diagnostic::{Collector, Diagnostic};
use super::error::{LoadError, invalid};
use super::place::Place;
use super::sheet::{self, NOTED, Row, Sheet, Written};
use super::source::{self, Bytes, Sources};
use super::suggest;
use super::tables::cells;
use crate::codes::Code;
use crate::model::{CandidateId, MemberId, MemberSet, Model, Poll, PollRow};

/// The columns; the last may be left out.
const COLUMNS: [&str; 5] = ["candidate", "encourage", "discourage", "no_opinion", OBJECTIONS];
const OBJECTIONS: &str = "objections";

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

/// The poll in the `bytes` of the CSV file `path` about candidates of `model`.
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
        sheet.without_notes(|_| false);
    }
    let rows = sheet.and_then(|sheet| Reader::new(sheet, model, &problems)).map(|reader| reader.rows());
    match rows {
        Some(rows) if problems.errors() == 0 => Ok(Poll { rows }),
        _ => Err(invalid(problems, sources)),
    }
}

/// A sheet whose columns are those of a poll.
struct Reader<'a> {
    sheet: Sheet,
    /// Where each of [`COLUMNS`] is.
    at: [Option<usize>; COLUMNS.len()],
    model: &'a Model,
    problems: &'a Collector,
}

impl<'a> Reader<'a> {
    fn new(sheet: Sheet, model: &'a Model, problems: &'a Collector) -> Option<Self> {
        for column in sheet.columns.iter().filter(|column| !COLUMNS.contains(&column.text.as_str())) {
            let diagnostic =
                Diagnostic::new(Code::UnknownColumn, format!("a poll has no column called `{}`", column.text));
            let help = || suggest::choices(&column.text, "the columns are", COLUMNS.into_iter().chain(NOTED));
            problems.report_with(diagnostic.at(column.place, "unknown column"), help);
        }
        let at = COLUMNS.map(|name| sheet.columns.iter().position(|column| column.text == name));
        let header = sheet.columns.first()?.place;
        let mut whole = true;
        for (name, _) in COLUMNS.iter().zip(at).filter(|(name, at)| at.is_none() && **name != OBJECTIONS) {
            let diagnostic = Diagnostic::new(Code::MissingColumn, format!("the poll has no column `{name}`"));
            let help = suggest::list("the columns are", COLUMNS);
            problems.report(diagnostic.at(header, format!("`{name}` is missing in this row")).maybe_help(help));
            whole = false;
        }
        whole.then_some(Self { sheet, at, model, problems })
    }

    fn rows(&self) -> Vec<PollRow> {
        let mut seen: Vec<(CandidateId, Place)> = Vec::new();
        let mut rows = Vec::new();
        for row in &self.sheet.rows {
            // Everything wrong with the row is said, whatever else is.
            let (candidate, answers) = (self.candidate(row, &mut seen), self.answers(row));
            let objectors = self.objectors(row, answers.map(|[_, discourage, _]| discourage));
            let (Some(candidate), Some([encourage, discourage, no_opinion])) = (candidate, answers) else { continue };
            rows.push(PollRow { candidate, encourage, discourage, no_opinion, objectors });
        }
        rows
    }

    /// The cell of `row` in the column called `COLUMNS[column]`.
    fn cell<'r>(&self, row: &'r Row, column: usize) -> Option<&'r Written> {
        row.cells.get(self.at.get(column).copied().flatten()?)
    }

    fn candidate(&self, row: &Row, seen: &mut Vec<(CandidateId, Place)>) -> Option<CandidateId> {
        let cell = self.cell(row, 0)?;
        if cell.text.is_empty() {
            let diagnostic = Diagnostic::new(Code::MissingKey, "a row of the poll has no candidate");
            self.problems.report(diagnostic.at(row.place, "no candidate"));
            return None;
        }
        let Some((candidate, _)) = self.model.candidate_ids().find(|(_, candidate)| candidate.id == cell.text) else {
            let diagnostic = Diagnostic::new(Code::UnknownName, format!("no candidate is called `{}`", cell.text));
            let known = self.model.candidates.iter().map(|candidate| candidate.id.as_str());
            let help = || suggest::help(&cell.text, "the candidates are", known);
            self.problems.report_with(diagnostic.at(cell.place, "unknown name"), help);
            return None;
        };
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == candidate) {
            let diagnostic =
                Diagnostic::new(Code::DuplicateId, format!("two rows of the poll are about `{}`", cell.text));
            self.problems.report(diagnostic.at(cell.place, "again here").at(*first, "first here"));
            return None;
        }
        seen.push((candidate, cell.place));
        Some(candidate)
    }

    /// Encouragements, objections and the rest, if they can be the answers of all members.
    fn answers(&self, row: &Row) -> Option<[u32; 3]> {
        let [encourage, discourage, no_opinion] = [1, 2, 3].map(|column| self.count(row, column));
        let answers = [encourage?, discourage?, no_opinion?];
        let (sum, members) = (answers.iter().sum::<u32>(), self.model.members.len());
        let about = self.cell(row, 0).map_or("", |cell| &cell.text);
        let problem = if sum as usize != members {
            let diagnostic = Diagnostic::new(
                Code::PollTotal,
                format!("the answers about `{about}` add up to {sum}, but there are {members} members"),
            );
            diagnostic.at(row.place, format!("{sum} instead of {members}"))
        } else if let Some((all, end)) =
            [(answers[0], "encourages"), (answers[1], "discourages")].into_iter().find(|(n, _)| *n == sum)
        {
            let diagnostic = Diagnostic::new(
                Code::PollUnanimous,
                format!("everyone {end} `{about}`: no finite support makes that expected"),
            );
            diagnostic.at(row.place, format!("{all} of {members}")).help(
                "leave the row out and write the support into the scenario yourself, such as three uncertainties \
                 beyond the threshold",
            )
        } else {
            return Some(answers);
        };
        self.problems.report(problem);
        None
    }

    fn count(&self, row: &Row, column: usize) -> Option<u32> {
        let cell = self.cell(row, column)?;
        let count = cells::count(cell).filter(|&count| count as usize <= crate::model::MAX_MEMBERS);
        if count.is_none() {
            let what = if cell.text.is_empty() { "empty".to_owned() } else { format!("`{}`", cell.text) };
            let message = format!("`{}` must be a number of members, but is {what}", COLUMNS[column]);
            let diagnostic = Diagnostic::new(Code::WrongType, message).at(cell.place, "expected a whole number");
            self.problems.report(diagnostic.help("write 0 where nobody gave this answer"));
        }
        count
    }

    /// The members known to have objected; at most `discourage`, if that is known.
    fn objectors(&self, row: &Row, discourage: Option<u32>) -> MemberSet {
        let mut objectors = MemberSet::EMPTY;
        let Some(cell) = self.cell(row, 4) else { return objectors };
        if cells::words(&cell.text).nth(MAX_LIST).is_some() {
            let message = format!("a cell names more than {MAX_LIST}");
            self.problems.report(Diagnostic::new(Code::TooMany, message).at(cell.place, "too many"));
            return objectors;
        }
        for id in cells::words(&cell.text) {
            if let Some(member) = self.member(id, cell) {
                objectors.insert(member);
            }
        }
        if let Some(discourage) = discourage.filter(|&most| objectors.len() > most) {
            let known = objectors.len();
            let message = format!("{known} members are named as objecting, but the poll has {discourage}");
            let diagnostic = Diagnostic::new(Code::TooManyObjections, message);
            self.problems.report(diagnostic.at(cell.place, format!("{known} instead of at most {discourage}")));
        }
        objectors
    }

    fn member(&self, id: &str, cell: &Written) -> Option<MemberId> {
        let found = self.model.member_ids().find(|(_, member)| member.id == id);
        if found.is_none() {
            let diagnostic = Diagnostic::new(Code::UnknownName, format!("no member is called `{id}`"));
            let known = self.model.members.iter().map(|member| member.id.as_str());
            let help = || suggest::help(id, "the members are", known);
            self.problems.report_with(diagnostic.at(cell.place, "unknown name"), help);
        }
        found.map(|(member, _)| member)
    }
}
