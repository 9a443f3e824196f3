//! The points of a sweep as models: settings put into the scenario, and what is wrong with them.

use std::collections::BTreeSet;

use crate::analysis::sweep::{Values, Varied};
use crate::model::Model;
use crate::scenario::{Problems, Scenario};
use crate::simulation::Control;

use super::failure::{Exit, Failure};
use super::{console, scenario};

/// What varies the assumption, where otherwise a setting path stands.
pub const ASSUMPTION: &str = "assumption";

/// Points described at most whose settings do not fit.
const DESCRIBED: usize = 5;

/// The assumptions that are to be simulated, if these are varied.
pub fn assumptions(varied: &[Varied]) -> &[String] {
    match varied.iter().find(|setting| setting.path == ASSUMPTION).map(|setting| &setting.values) {
        Some(Values::Listed(names)) => names,
        _ => &[],
    }
}

/// The model at point `number`, at which the settings called `paths` have these values.
///
/// # Errors
/// Everything that is wrong with them.
pub fn model(
    scenario: &Scenario,
    base: &Model,
    paths: &[&str],
    number: usize,
    values: &[String],
) -> Result<Model, Failure> {
    resolve(scenario, base, paths, values)
        .map_err(|problems| Failure::rendered(Exit::Usage, at_point(number, paths, values, &problems)))
}

fn resolve(scenario: &Scenario, base: &Model, paths: &[&str], values: &[String]) -> Result<Model, Box<Problems>> {
    let pairs = || paths.iter().copied().zip(values.iter().map(String::as_str));
    let varied = pairs().find(|(path, _)| *path == ASSUMPTION);
    let assumption = varied.map_or(base.assumption.as_str(), |(_, name)| name);
    let settings: Vec<(&str, &str)> = pairs().filter(|(path, _)| *path != ASSUMPTION).collect();
    // Of an unknown assumption [`check`] has told.
    scenario.with_settings(assumption, &settings).unwrap_or_else(|| Ok(base.clone()))
}

/// Resolves all points, so that whatever is wrong is known before the first is simulated; ends early if the control says stop.
///
/// # Errors
/// What is wrong with assumptions and settings. Of what is wrong with several points in the same way it is told once.
pub fn check(
    scenario: &Scenario,
    base: &Model,
    varied: &[Varied],
    points: &[Vec<String>],
    control: &Control,
) -> Result<(), Failure> {
    if varied.iter().any(|setting| setting.path == ASSUMPTION && matches!(setting.values, Values::Between(_))) {
        let help = "give their names, as in --vary assumption=stated,no-veto";
        return Err(Failure::new(Exit::Usage, "there are no assumptions between two numbers", Some(help)));
    }
    for name in assumptions(varied) {
        scenario::assumption(scenario, Some(name))?;
    }
    let paths: Vec<&str> = varied.iter().map(|setting| setting.path.as_str()).collect();
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    let mut described = 0;
    for (number, values) in points.iter().enumerate() {
        if control.stopped() {
            break;
        }
        let Err(problems) = resolve(scenario, base, &paths, values) else { continue };
        let before = seen.len();
        seen.extend(kinds(&problems));
        if seen.len() == before {
            continue;
        }
        if described == DESCRIBED {
            text += "\n… and so on: more settings do not fit\n";
            break;
        }
        if described > 0 {
            text.push('\n');
        }
        described += 1;
        text += &at_point(number, &paths, values, &problems);
    }
    if text.is_empty() { Ok(()) } else { Err(Failure::rendered(Exit::Usage, text)) }
}

fn at_point(number: usize, paths: &[&str], values: &[String], problems: &Problems) -> String {
    let settings: Vec<String> = paths.iter().zip(values).map(|(path, value)| format!("{path} = {value}")).collect();
    let (styled, width) = console::error_look();
    let said = problems.render(styled, width);
    // The summary is about the scenario's file.
    let said = said.trim_end().trim_end_matches(&problems.summary()).trim_end();
    format!("at point {number}, {}:\n{said}\n", settings.join(", "))
}

/// What tells problems apart: the words, and what is written where they are.
fn kinds(problems: &Problems) -> impl Iterator<Item = (String, Vec<String>)> {
    problems.iter().map(|problem| {
        let written = problem.places.iter().map(|(place, _)| {
            let text = problems.sources().text(place.file).get(place.start..place.end);
            text.unwrap_or_default().to_owned()
        });
        (problem.message.clone(), written.collect())
    })
}
