//! What `check --format json` says: every problem and remark as data.

use std::io;

use serde::Serialize;

use super::json;
use crate::scenario::{Diagnostic, Place, Position, Problems, SourceFile, Sources};

/// Everything there is to say of a scenario.
#[derive(Serialize)]
struct Document<'a> {
    scenario: &'a str,
    errors: usize,
    warnings: usize,
    remarks: usize,
    problems: Vec<ProblemRow<'a>>,
}

/// A problem or remark.
#[derive(Serialize)]
struct ProblemRow<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    place: PlaceRow<'a>,
    /// Other places that have to do with it.
    others: Vec<PlaceRow<'a>>,
}

/// Where something is written.
#[derive(Serialize)]
struct PlaceRow<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    /// The position behind the last character.
    end: Option<PositionRow>,
    cell: Option<CellRow<'a>>,
    /// What is there.
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct PositionRow {
    line: usize,
    column: usize,
}

/// A cell of a table; without a column it is a whole row.
#[derive(Serialize)]
struct CellRow<'a> {
    row: usize,
    column: Option<&'a str>,
}

/// The `problems` and `remarks` as a JSON document.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn to_json(problems: &Problems, remarks: &[Diagnostic]) -> io::Result<Vec<u8>> {
    let sources = problems.sources();
    json::pretty(&Document {
        scenario: sources.scenario_name(),
        errors: problems.errors(),
        warnings: problems.warnings(),
        remarks: remarks.len(),
        problems: problems.iter().chain(remarks).map(|problem| row(problem, sources)).collect(),
    })
}

fn row<'a>(problem: &'a Diagnostic, sources: &'a Sources) -> ProblemRow<'a> {
    let mut places = problem.places.iter().filter_map(|(place, label)| place_row(place, label, sources));
    let whole =
        || PlaceRow { file: sources.scenario_name(), line: None, column: None, end: None, cell: None, label: None };
    ProblemRow {
        severity: problem.severity().name(),
        code: problem.code.name(),
        message: &problem.message,
        help: problem.help.as_deref(),
        place: places.next().unwrap_or_else(whole),
        others: places.collect(),
    }
}

fn place_row<'a>(place: &Place, label: &'a str, sources: &'a Sources) -> Option<PlaceRow<'a>> {
    let file = sources.get(place.file)?;
    let Position { line, column } = file.position(place.start);
    let end = file.position(place.end.max(place.start));
    Some(PlaceRow {
        file: &file.name,
        line: Some(line),
        column: Some(column),
        end: Some(PositionRow { line: end.line, column: end.column }),
        cell: cell_row(place, file),
        label: (!label.is_empty()).then_some(label),
    })
}

fn cell_row<'a>(place: &Place, file: &'a SourceFile) -> Option<CellRow<'a>> {
    let cell = place.cell?;
    let column = cell.column.and_then(|column| file.columns.get(column));
    Some(CellRow { row: cell.row, column: column.map(String::as_str) })
}
