//! The points of a sweep as models: settings put into the scenario, and what is wrong with them.

use std::collections::BTreeSet;

use crate::analysis::sweep::{Values, Varied};
use crate::model::{Judged, Model};
use crate::scenario::{Judging, Problems, Scenario};
use crate::text::printable_message;

/// What varies the assumption, where otherwise a setting path stands.
pub const ASSUMPTION: &str = "assumption";

/// Points described at most whose settings do not fit.
const DESCRIBED: usize = 5;

/// Settings of points that do not fit the scenario.
#[derive(Debug, Default)]
pub struct PointProblems {
    points: Vec<PointProblem>,
    /// There are other points with other problems.
    more: bool,
}

/// What is wrong at one point.
#[derive(Debug)]
struct PointProblem {
    number: usize,
    /// Path and value.
    settings: Vec<(String, String)>,
    problems: Box<Problems>,
}

impl PointProblems {
    /// What is wrong at one point with these settings, each a path, or a judgement, and a value.
    pub(super) fn of(number: usize, settings: Vec<(String, String)>, problems: Box<Problems>) -> Self {
        PointProblem { number, settings, problems }.into()
    }

    /// The problems as a reader sees them; see [`Problems::render`].
    pub fn render(&self, styled: bool, width: usize) -> String {
        let mut text = self.points.iter().map(|point| point.render(styled, width)).collect::<Vec<_>>().join("\n");
        if self.more {
            text += "\n… and so on: more settings do not fit\n";
        }
        text
    }
}

impl PointProblem {
    fn render(&self, styled: bool, width: usize) -> String {
        let setting = |(path, value): &(String, String)| printable_message(&format!("{path} = {value}"));
        let settings: Vec<String> = self.settings.iter().map(setting).collect();
        let said = self.problems.render(styled, width);
        // The summary is about the scenario's file.
        let said = said.trim_end().trim_end_matches(&printable_message(&self.problems.summary())).trim_end();
        format!("at point {}, {}:\n{said}\n", self.number, printable_message(&settings.join(", ")))
    }

    /// What tells problems apart: the words, and what is written where they are.
    fn kinds(&self) -> impl Iterator<Item = (String, Vec<String>)> {
        self.problems.iter().map(|problem| {
            let written = problem.places.iter().map(|(place, _)| {
                let text = self.problems.sources().text(place.file).get(place.start..place.end);
                text.unwrap_or_default().to_owned()
            });
            (problem.message.clone(), written.collect())
        })
    }
}

impl From<PointProblem> for PointProblems {
    fn from(problem: PointProblem) -> Self {
        Self { points: vec![problem], more: false }
    }
}

/// The assumptions that are to be simulated, if these are varied.
pub fn assumptions(varied: &[Varied]) -> &[String] {
    match varied.iter().find(|setting| setting.path == ASSUMPTION).map(|setting| &setting.values) {
        Some(Values::Listed(names)) => names,
        Some(Values::Between(_)) | None => &[],
    }
}

/// A scenario of which settings are varied.
#[derive(Debug)]
pub struct Points<'s> {
    /// The scenario.
    pub scenario: &'s Scenario,
    /// The assumption, unless assumptions are varied.
    pub base: &'s Model,
    /// The paths of the settings.
    pub paths: Vec<String>,
    /// By point, the values of the settings.
    pub values: Vec<Vec<String>>,
    /// If judgements are drawn in place of settings, what is drawn.
    pub drawn: Option<Drawn<'s>>,
}

/// What is drawn for judgements.
#[derive(Debug)]
pub struct Drawn<'s> {
    /// The judgements under the assumption.
    pub judging: Judging<'s>,
    /// By point and judgement.
    pub judged: Vec<Vec<Judged>>,
}

impl Points<'_> {
    /// The model at point `number`.
    ///
    /// # Errors
    /// Everything that is wrong with its settings.
    pub fn model(&self, number: usize) -> Result<Model, PointProblems> {
        self.resolve(number, &self.values[number]).map_err(PointProblems::from)
    }

    fn resolve(&self, number: usize, values: &[String]) -> Result<Model, PointProblem> {
        let pairs = || self.paths.iter().map(String::as_str).zip(values.iter().map(String::as_str));
        let varied = pairs().find(|(path, _)| *path == ASSUMPTION);
        let assumption = varied.map_or(self.base.assumption.as_str(), |(_, name)| name);
        let settings: Vec<(&str, &str)> = pairs().filter(|(path, _)| *path != ASSUMPTION).collect();
        let model = match &self.drawn {
            Some(drawn) => drawn.judging.model(0, &drawn.judged[number]).map(|(model, _)| model),
            // Unknown assumptions are refused before there are points.
            None => self.scenario.with_settings(assumption, &settings).unwrap_or_else(|| Ok(self.base.clone())),
        };
        model.map_err(|problems| {
            let settings = pairs().map(|(path, value)| (path.to_owned(), value.to_owned())).collect();
            PointProblem { number, settings, problems }
        })
    }

    /// Resolves all points, so that whatever is wrong is known before the first is simulated; ends early if someone
    /// `stopped`.
    ///
    /// # Errors
    /// What is wrong with settings. Of what is wrong with several points in the same way it is told once.
    pub fn check(&self, stopped: impl Fn() -> bool) -> Result<(), PointProblems> {
        let (mut seen, mut found) = (BTreeSet::new(), PointProblems::default());
        for (number, values) in self.values.iter().enumerate() {
            if stopped() {
                break;
            }
            let Err(problem) = self.resolve(number, values) else { continue };
            let before = seen.len();
            seen.extend(problem.kinds());
            if seen.len() == before {
                continue;
            }
            if found.points.len() == DESCRIBED {
                found.more = true;
                break;
            }
            found.points.push(problem);
        }
        if found.points.is_empty() { Ok(()) } else { Err(found) }
    }
}
