//! What the table of a poll says before there is a scenario: who the candidates are, and where the figures come from.

use std::path::Path;

use super::diagnostic::{Collector, Diagnostic};
use super::error::{LoadError, invalid};
use super::sheet::{self, Sheet};
use super::source::Sources;
use super::tables::polls::NAME;
use crate::codes::Code;

/// A poll whose candidates are not those of a scenario yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollTable {
    /// Ids and names of the candidates, in the order of the rows, each once; the name is the id if none is said.
    pub candidates: Vec<(String, String)>,
    /// What the column `source` says, each text once.
    pub sources: Vec<String>,
    /// What the column `note` says, each text once.
    pub notes: Vec<String>,
    /// Whether it has votes; otherwise it has stances.
    pub has_votes: bool,
    /// How many answered: all votes, or the answers about the first candidate.
    pub answers: u32,
}

/// Reads the table of a poll in the `bytes` of the CSV file `path`. What it counts is not checked.
///
/// # Errors
/// That it is no table, or has no column of candidates.
pub fn poll_table(path: &Path, bytes: &[u8]) -> Result<PollTable, LoadError> {
    let (name, mut sources, problems) = (path.display().to_string(), Sources::default(), Collector::default());
    let sheet = match sheet::of_bytes(&name, bytes, &mut sources, &problems) {
        Ok(sheet) => sheet,
        Err(problem) => return Err(invalid((*problem).into(), sources)),
    };
    match sheet.and_then(|sheet| table(&sheet, &problems)) {
        Some(table) if problems.errors() == 0 => Ok(table),
        _ => Err(invalid(problems, sources)),
    }
}

fn table(sheet: &Sheet, problems: &Collector) -> Option<PollTable> {
    let column = |name: &str| sheet.columns.iter().position(|column| column.text == name);
    let Some(candidate) = column("candidate") else {
        let diagnostic = Diagnostic::new(Code::MissingColumn, "the poll has no column `candidate`");
        problems.report(diagnostic.at(sheet.columns.first()?.place, "`candidate` is missing in this row"));
        return None;
    };
    let texts = |name: &str| {
        let cells = sheet.rows.iter().filter_map(|row| row.cells.get(column(name)?));
        let mut texts: Vec<String> = Vec::new();
        for cell in cells.filter(|cell| !cell.text.is_empty()) {
            if !texts.contains(&cell.text) {
                texts.push(cell.text.clone());
            }
        }
        texts
    };
    let mut candidates: Vec<(String, String)> = Vec::new();
    for row in &sheet.rows {
        let Some(id) = row.cells.get(candidate).filter(|id| !id.text.is_empty()) else { continue };
        let name = column(NAME).and_then(|name| row.cells.get(name)).filter(|name| !name.text.is_empty());
        if candidates.iter().all(|(known, _)| *known != id.text) {
            candidates.push((id.text.clone(), name.unwrap_or(id).text.clone()));
        }
    }
    let count = |row: &sheet::Row, name: &str| {
        let cell = column(name).and_then(|column| row.cells.get(column));
        cell.and_then(|cell| cell.text.parse::<u32>().ok()).unwrap_or_default()
    };
    let has_votes = column("votes").is_some();
    let answers = if has_votes {
        sheet.rows.iter().map(|row| count(row, "votes")).fold(0, u32::saturating_add)
    } else {
        let stances = ["encourage", "object", "discourage", "no_opinion"];
        let first = sheet.rows.first();
        first.map_or(0, |row| stances.iter().map(|name| count(row, name)).fold(0, u32::saturating_add))
    };
    Some(PollTable { candidates, sources: texts("source"), notes: texts("note"), has_votes, answers })
}
