//! Finding an assumption in a scenario.

use super::error::Error;
use crate::model::Model;
use crate::scenario::{STATED, Scenario, suggest};

/// The model of the assumption called `name`, or of the scenario's own.
///
/// # Errors
/// [`Error::NoAssumption`], with the names that there are.
pub fn assumption<'a>(scenario: &'a Scenario, name: Option<&str>) -> Result<&'a Model, Error> {
    let name = name.unwrap_or(STATED);
    scenario.assumption(name).ok_or_else(|| {
        let known = scenario.assumptions.iter().map(|model| model.assumption.as_str());
        let help = suggest::choices(name, "the scenario's assumptions", known);
        Error::NoAssumption { name: name.to_owned(), help }
    })
}
