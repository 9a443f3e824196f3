//! What chance was given to what happened, beside naive forecasts.

use std::collections::BTreeMap;

use super::answer::Figures;
use super::asked::InputRecord;
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::judged::{self, JudgedFigures};
use super::options::Options;
use super::question::{Question, Work};
use super::results::Results;
use super::run::{RunOptions, RunQuestion};
use crate::analysis::judgements::{AssumptionRanges, ROUNDS_PER_POINT};
use crate::analysis::score::{self, FirstPoll, Forecast, Forecaster, Means, Scored};
use crate::model::{Ending, Model};
use crate::scenario::{STATED, Scenario};

/// What [`score()`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreOptions {
    /// Which assumptions of each scenario.
    pub assumptions: Assumptions,
    /// At how many points judgements are drawn, as for [`run`](super::run()), of the scenarios that have some.
    pub judgements: Option<u64>,
    /// How much is simulated, and on what. No precision is heeded.
    pub simulation: Options,
}

/// Assumptions of every one of several scenarios.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Assumptions {
    /// The scenario's own.
    #[default]
    Stated,
    /// Those of these names.
    Named(Vec<String>),
    /// All that it has.
    All,
}

/// What [`score()`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// One a scenario and assumption, scenario by scenario.
    pub scored: Vec<Scored>,
    /// Over the selections, by name of the assumption.
    pub means: Vec<Means>,
    /// Every file that was read.
    pub inputs: Vec<InputRecord>,
    /// Rounds simulated, under all assumptions of all scenarios together.
    pub rounds: u64,
    /// Rounds asked for.
    pub rounds_asked: u64,
}

/// Simulates each of the `scenarios` and scores what it gives to its `actual` outcome, beside naive forecasts. Someone who
/// wants to stop gets the scores of what was simulated until then.
///
/// # Errors
/// [`Error::NoActual`], [`Error::GivenTwice`], [`Error::NoAssumption`] of a scenario, or that threads cannot be started.
pub fn score(scenarios: &[Scenario], options: &ScoreOptions, handle: &Handle) -> Result<Scores, Error> {
    let scoring = Scoring::new(scenarios, options)?;
    handle.expect(scoring.rounds() + scoring.rounds_at_points());
    let mut counts = Vec::with_capacity(scoring.asked.len());
    for (_, question) in scoring.questions() {
        let question = question?;
        let of = question.asked().clone();
        let units = 0..question.units(of.rounds);
        let mut work = Work { threads: options.simulation.threads(), ..Work::new(handle) };
        let counted = question.count(units.clone(), &mut work)?;
        counts.push(Results { of, units, elapsed_seconds: 0.0, counts: counted.counts });
    }
    scoring.scores(counts)
}

/// What [`score()`] asks: a [`RunQuestion`] for each scenario and each of its assumptions.
pub struct Scoring<'s> {
    scenarios: &'s [Scenario],
    options: &'s ScoreOptions,
    selections: Vec<Held<'s>>,
    /// Places of selections, with assumptions.
    asked: Vec<(usize, &'s Model)>,
}

impl<'s> Scoring<'s> {
    /// Prepares the questions.
    ///
    /// # Errors
    /// As [`score()`].
    pub fn new(scenarios: &'s [Scenario], options: &'s ScoreOptions) -> Result<Self, Error> {
        check_each_once(scenarios)?;
        let selections = scenarios.iter().map(Held::new).collect::<Result<Vec<_>, _>>()?;
        let mut asked = Vec::new();
        for (place, held) in selections.iter().enumerate() {
            let models = models(held.scenario, &options.assumptions).map_err(|error| Error::of(&held.path(), error))?;
            asked.extend(models.into_iter().map(|model| (place, model)));
        }
        Ok(Self { scenarios, options, selections, asked })
    }

    /// The questions, each with the place of its scenario.
    pub fn questions(&self) -> impl Iterator<Item = (usize, Result<RunQuestion<'s>, Error>)> {
        self.asked.iter().map(|&(place, model)| (place, self.selections[place].question(model, self.options)))
    }

    /// The scores of what was counted of the questions, in their order; what is missing at the end was not.
    ///
    /// # Errors
    /// As [`questions`](Self::questions).
    pub fn scores(&self, counts: Vec<Results<<RunQuestion<'s> as Question>::Counts>>) -> Result<Scores, Error> {
        let mut scored = Vec::with_capacity(self.asked.len());
        for (&(place, model), counts) in self.asked.iter().zip(counts) {
            let held = &self.selections[place];
            let naive = held.naive(leaders_elsewhere(&self.selections, place));
            scored.extend(held.scored(model, naive, self.options, &counts)?);
        }
        Ok(Scores {
            means: score::means(&scored),
            rounds: scored.iter().map(|scored| scored.rounds).sum(),
            scored,
            inputs: self.scenarios.iter().flat_map(InputRecord::all).collect(),
            rounds_asked: self.rounds(),
        })
    }

    /// Rounds of the scenarios as written that are asked for.
    fn rounds(&self) -> u64 {
        let rounds = |(place, _): &(usize, _)| self.options.simulation.rounds(&self.scenarios[*place]);
        self.asked.iter().map(rounds).sum()
    }

    fn rounds_at_points(&self) -> u64 {
        let points = |(place, _): &(usize, _)| self.selections[*place].points(self.options).unwrap_or_default();
        self.asked.iter().map(points).sum::<u64>() * ROUNDS_PER_POINT
    }
}

/// A selection that was held.
struct Held<'s> {
    scenario: &'s Scenario,
    /// The outcome that happened, as a place among the outcomes.
    actual: usize,
    /// What its first poll says, if there is one.
    first_poll: Option<FirstPoll>,
}

impl<'s> Held<'s> {
    fn new(scenario: &'s Scenario) -> Result<Self, Error> {
        let stated = assumption(scenario, None)?;
        let actual = match scenario.actual {
            Some(Ending::Appointed(c)) => c.index(),
            Some(Ending::NoConsensus) => stated.candidates.len(),
            None => return Err(Error::NoActual { scenario: path(scenario) }),
        };
        Ok(Self { scenario, actual, first_poll: score::first_poll(stated, &scenario.polls) })
    }

    fn path(&self) -> String {
        path(self.scenario)
    }

    /// At how many points its judgements are drawn.
    fn points(&self, options: &ScoreOptions) -> Result<u64, Error> {
        let asked = if self.scenario.judgements.is_empty() { Some(0) } else { options.judgements };
        judged::points(self.scenario, asked)
    }

    /// The forecasts that need no simulation; a leader of the first poll wins at this `rate`.
    fn naive(&self, rate: f64) -> Vec<Forecast> {
        let outcomes = self.scenario.assumptions.first().map_or(0, |stated| stated.candidates.len()) + 1;
        let poll = self.first_poll.as_ref();
        let forecasts = [
            (Forecaster::Uniform, Some(score::uniform(outcomes))),
            (Forecaster::Leader, poll.map(|poll| score::leader(poll, rate, outcomes))),
            (Forecaster::Shares, poll.and_then(score::shares)),
        ];
        let said = forecasts.into_iter().filter_map(|(forecaster, said)| Some((forecaster, said?)));
        said.map(|(forecaster, probabilities)| Forecast { forecaster, probabilities }).collect()
    }

    /// What is asked about the selection under an assumption.
    fn question(&self, model: &Model, options: &ScoreOptions) -> Result<RunQuestion<'s>, Error> {
        let run = RunOptions {
            assumption: Some(model.assumption.clone()),
            judgements: Some(self.points(options)?),
            simulation: Options { precision: None, ..options.simulation },
            ..RunOptions::default()
        };
        RunQuestion::new(self.scenario, &run)
    }

    /// Sets what was counted under an assumption beside the `naive` forecasts; nothing if no round was simulated
    /// because someone wants to stop.
    fn scored(
        &self,
        model: &Model,
        naive: Vec<Forecast>,
        options: &ScoreOptions,
        counts: &Results<<RunQuestion<'s> as Question>::Counts>,
    ) -> Result<Option<Scored>, Error> {
        let scenario = self.scenario;
        let JudgedFigures { central: selection, ranges } = self.question(model, options)?.figures(counts);
        if selection.rounds == 0 {
            return Ok(None);
        }
        let probability = |outcome: &crate::analysis::Outcome| outcome.probability.value.unwrap_or_default();
        let simulated = Forecast {
            forecaster: Forecaster::Simulation,
            probabilities: selection.outcomes.iter().map(probability).collect(),
        };
        let mean = |of: &AssumptionRanges| of.outcomes.iter().map(|outcome| outcome.spreading.mean).collect();
        let judged = ranges
            .as_ref()
            .and_then(|ranges| ranges.assumptions.first())
            .map(|of| Forecast { forecaster: Forecaster::Judgements, probabilities: mean(of) });
        Ok(Some(Scored {
            scenario: self.path(),
            title: scenario.title.clone(),
            sha256: scenario.inputs.first().map(|input| input.sha256.clone()).unwrap_or_default(),
            assumption: model.assumption.clone(),
            decided: scenario.decided.clone(),
            outcomes: selection.outcomes.into_iter().map(|outcome| outcome.candidate).collect(),
            actual: self.actual,
            rounds: selection.rounds,
            seed: options.simulation.seed(scenario),
            forecasts: [simulated].into_iter().chain(judged).chain(naive).collect(),
        }))
    }
}

/// How often leaders of the first poll won in the selections but the one at this `place`.
fn leaders_elsewhere(selections: &[Held<'_>], place: usize) -> f64 {
    let others = selections.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, held)| held);
    score::win_rate(others.filter_map(|held| Some(held.first_poll.as_ref()?.won(held.actual))))
}

/// The scenario's path, as given.
fn path(scenario: &Scenario) -> String {
    scenario.inputs.first().map(|input| input.path.display().to_string()).unwrap_or_default()
}

/// Whether no scenario is given twice, which would count it twice.
fn check_each_once(scenarios: &[Scenario]) -> Result<(), Error> {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for scenario in scenarios {
        let Some(input) = scenario.inputs.first() else { continue };
        if let Some(first) = seen.insert(&input.sha256_text, path(scenario)) {
            return Err(Error::GivenTwice { first, second: path(scenario) });
        }
    }
    Ok(())
}

fn models<'s>(scenario: &'s Scenario, assumptions: &Assumptions) -> Result<Vec<&'s Model>, Error> {
    match assumptions {
        Assumptions::Stated => Ok(vec![assumption(scenario, Some(STATED))?]),
        Assumptions::All => Ok(scenario.assumptions.iter().collect()),
        Assumptions::Named(names) => {
            let mut models: Vec<&Model> = Vec::with_capacity(names.len());
            for name in names {
                let model = assumption(scenario, Some(name))?;
                if models.iter().all(|other| other.assumption != model.assumption) {
                    models.push(model);
                }
            }
            Ok(models)
        }
    }
}
