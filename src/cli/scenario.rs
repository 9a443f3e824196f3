//! Loading a scenario.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::analysis::remarks_on;
use crate::files::reason;
use crate::report::check::remarks;
use crate::scenario::{LoadError, MAX_FILE_BYTES, Problems, Scenario, Tables};
use crate::text::printable_message;

use super::failure::{Exit, Failure};
use super::simulate::Set;
use super::{console, terminal};

/// What stands for standard input in place of a scenario's path, and for standard output in place of a log's.
pub const STANDARD: &str = "-";

/// Reads the scenario in `path` and makes the changes of `--set`; warnings go to standard error unless `quiet`.
///
/// # Errors
/// That a file cannot be read, everything that is wrong with the scenario, or with the changes.
pub fn load(path: &Path, set: &Set, quiet: bool) -> Result<Scenario, Failure> {
    let scenario = read(path).map_err(|error| refused(&error))?;
    let (styled, width) = terminal::error_look();
    if !quiet && !scenario.warnings.is_empty() {
        console::say_as_it_is(&format!("{}\n", scenario.warnings.render(styled, width)));
    }
    changed(scenario, set)
}

/// Reads the scenario in `path`, or from standard input: then its tables are relative to the current folder.
///
/// # Errors
/// That a file cannot be read, or everything that is wrong with the scenario.
pub fn read(path: &Path) -> Result<Scenario, LoadError> {
    if path != Path::new(STANDARD) {
        return Scenario::load(path);
    }
    let name = Path::new("standard input");
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes) {
        return Err(LoadError::Unreadable { path: name.to_owned(), reason: reason(&error), problems: None });
    }
    let mut scenario = Scenario::from_bytes(name, &bytes, Some(Tables::Folder(Path::new(""))))?;
    if let Some(input) = scenario.inputs.first_mut() {
        input.path = PathBuf::from(STANDARD);
    }
    Ok(scenario)
}

/// The scenario with the changes of `--set`.
///
/// # Errors
/// Everything that is wrong with them.
pub fn changed(scenario: Scenario, set: &Set) -> Result<Scenario, Failure> {
    if set.changes.is_empty() {
        return Ok(scenario);
    }
    scenario.with_changes("--set", set.changes.clone()).map_err(|problems| {
        let (styled, width) = terminal::error_look();
        Failure::rendered(Exit::Usage, said(&problems, styled, width))
    })
}

/// The problems without the summary, which is about the scenario's file.
fn said(problems: &Problems, styled: bool, width: usize) -> String {
    let text = problems.render(styled, width);
    format!("{}\n", text.trim_end().trim_end_matches(&problems.summary()).trim_end())
}

/// Says on standard error, in a line each, what is odd about the scenario and may change what its results mean. `check`
/// says the rest.
pub fn remark(scenario: &Scenario) {
    let Some(stated) = scenario.assumptions.first() else { return };
    for line in remarks(stated, &remarks_on(&scenario.assumptions)) {
        if let Some(first) = line.remarks.first().filter(|remark| remark.kind.is_important()) {
            console::say(&format!("remark[{}]: {}\n", first.kind.code(), printable_message(&line.words)));
        }
    }
}

/// The failure that a file which cannot be used means.
pub fn refused(error: &LoadError) -> Failure {
    let (styled, width) = terminal::error_look();
    let exit = match error {
        LoadError::Unreadable { .. } => Exit::Unreadable,
        LoadError::Invalid(_) => Exit::Scenario,
    };
    Failure::rendered(exit, error.render(styled, width))
}
