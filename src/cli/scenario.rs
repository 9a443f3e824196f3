//! Loading a scenario.

use std::path::Path;

use crate::scenario::{LoadError, Scenario};

use super::failure::{Exit, Failure};
use super::{console, terminal};

/// Reads the scenario in `path`; warnings go to standard error unless `quiet`.
///
/// # Errors
/// That a file cannot be read, or everything that is wrong with the scenario.
pub fn load(path: &Path, quiet: bool) -> Result<Scenario, Failure> {
    let scenario = Scenario::load(path).map_err(|error| refused(&error))?;
    let (styled, width) = terminal::error_look();
    if !quiet && !scenario.warnings.is_empty() {
        console::say(&format!("{}\n", scenario.warnings.render(styled, width)));
    }
    Ok(scenario)
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
