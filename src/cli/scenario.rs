//! Loading a scenario, and finding an assumption in it.

use std::path::Path;

use crate::model::Model;
use crate::scenario::{LoadError, STATED, Scenario, suggest};

use super::console;
use super::failure::{Exit, Failure};

/// Reads the scenario in `path`; warnings go to standard error unless `quiet`.
///
/// # Errors
/// That a file cannot be read, or everything that is wrong with the scenario.
pub fn load(path: &Path, quiet: bool) -> Result<Scenario, Failure> {
    let scenario = Scenario::load(path).map_err(|error| refused(&error))?;
    let (styled, width) = console::error_look();
    if !quiet && !scenario.warnings.is_empty() {
        console::say(&format!("{}\n", scenario.warnings.render(styled, width)));
    }
    Ok(scenario)
}

/// The failure that a file which cannot be used means.
pub fn refused(error: &LoadError) -> Failure {
    let (styled, width) = console::error_look();
    let exit = match error {
        LoadError::Unreadable { .. } => Exit::Unreadable,
        LoadError::Invalid(_) => Exit::Scenario,
    };
    Failure::rendered(exit, error.render(styled, width))
}

/// The model of the assumption called `name`, or of the scenario's own.
///
/// # Errors
/// That there is none of this name, with the names that there are.
pub fn assumption<'a>(scenario: &'a Scenario, name: Option<&str>) -> Result<&'a Model, Failure> {
    let name = name.unwrap_or(STATED);
    scenario.assumption(name).ok_or_else(|| {
        let known = scenario.assumptions.iter().map(|model| model.assumption.as_str());
        let help = suggest::choices(name, "the scenario's assumptions", known);
        Failure::new(Exit::Usage, format!("the scenario has no assumption called `{name}`"), help.as_deref())
    })
}
