//! How a question was asked: what its files say besides the answer.

use std::path::PathBuf;

use crate::analysis::judgements::POINTS;
use crate::model::{Model, Poll};
use crate::report::json::{AssumptionRecord, OptionsRecord, RunRecord};
use crate::report::shell::command_line;
use crate::report::{INTERVALS, Origin};
use crate::scenario::{STATED, Scenario};
use crate::simulation::DRAWS;
use crate::study::{Answer, Asked};

/// How a question was asked.
#[derive(Debug, Clone)]
pub struct Call {
    /// The scenario's path, as given.
    path: PathBuf,
    /// The scenario's title.
    scenario: String,
    /// The same with the changes made for this call.
    title: String,
    /// Names of all assumptions of the scenario.
    assumptions: Vec<String>,
    /// At how many points its judgements are drawn unless something else is asked for.
    points: u64,
    /// Polls that were held.
    polls: Vec<Poll>,
    options: OptionsRecord,
    threads: Option<usize>,
}

impl Call {
    /// A question about the scenario at `path` with these options as given, counted on so many threads; on none if what
    /// others simulated was merged.
    pub fn new(path: PathBuf, scenario: &Scenario, options: OptionsRecord, threads: Option<usize>) -> Self {
        Self {
            path,
            scenario: scenario.title.clone(),
            title: scenario.changed_title(),
            assumptions: scenario.assumptions.iter().map(|model| model.assumption.clone()).collect(),
            points: if scenario.judgements.is_empty() { 0 } else { POINTS },
            polls: scenario.polls.clone(),
            options,
            threads,
        }
    }

    /// The scenario's title and, if there are, the changes made for this call.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// Polls that were held.
    pub(super) fn polls(&self) -> &[Poll] {
        &self.polls
    }

    /// Names of all assumptions of the scenario.
    pub(super) fn assumptions(&self) -> impl Iterator<Item = &str> {
        self.assumptions.iter().map(String::as_str)
    }

    /// Where an answer comes from, with the command that simulates exactly these `rounds` again; `own` are options of
    /// the command with their values.
    pub(super) fn origin(&self, asked: &Asked, rounds: u64, own: &[(&str, String)]) -> Origin {
        let (number, seed, points) = (rounds.to_string(), asked.seed.to_string(), asked.judgements.to_string());
        let common = [("--rounds", number.as_str()), ("--seed", seed.as_str())];
        let set = asked.set.iter().map(|change| ("--set", change.as_str()));
        let own = own.iter().map(|(option, value)| (*option, value.as_str()));
        let judged = (asked.judgements != self.points && asked.question.draws_judgements())
            .then_some(("--judgements", points.as_str()));
        let options: Vec<_> = common.into_iter().chain(set).chain(own).chain(judged).collect();
        Origin::of(asked, rounds, command_line(asked.question.command(), &self.path, &options))
    }

    /// The record of an answer about `models`, without its files.
    pub(super) fn record<F>(&self, answer: &Answer<F>, models: &[Model]) -> RunRecord {
        let Answer { asked, extent, elapsed_seconds, .. } = answer;
        RunRecord {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            draws: DRAWS,
            command: asked.question.command(),
            scenario: self.path.display().to_string(),
            title: self.scenario.clone(),
            inputs: asked.inputs.clone(),
            seed: asked.seed,
            seed_text: asked.seed.to_string(),
            rounds_asked: extent.asked,
            rounds: extent.rounds,
            partial: extent.is_partial(),
            assumptions: models
                .iter()
                .map(|m| AssumptionRecord { name: m.assumption.clone(), summary: m.assumption_summary.clone() })
                .collect(),
            options: OptionsRecord { set: asked.set.clone(), ..self.options.clone() },
            files: Vec::new(),
            threads: self.threads,
            elapsed_seconds: *elapsed_seconds,
            intervals: INTERVALS,
        }
    }
}

/// The option that names the assumption, if it must be named.
pub(super) fn named(model: &Model) -> Vec<(&'static str, String)> {
    if model.assumption == STATED { Vec::new() } else { vec![("--assumption", model.assumption.clone())] }
}
