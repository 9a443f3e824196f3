//! Everything that a page about a scenario shows, asked at once.

use super::answer::Figures;
use super::asked::Asked;
use super::compare::{CompareFigures, CompareOptions, CompareQuestion};
use super::error::Error;
use super::handle::Handle;
use super::influence::{InfluenceOptions, InfluenceQuestion};
use super::judged::JudgedFigures;
use super::leverage::{LeverageOptions, LeverageQuestion};
use super::options::Options;
use super::question::{Question, Work};
use super::results::Results;
use super::run::{RunOptions, RunQuestion};
use crate::analysis::judgements::Ranges;
use crate::analysis::{Comparison, Influence, Leverage, Selection};
use crate::model::CandidateId;
use crate::scenario::Scenario;
use crate::simulation::{Plan, Story, rounds_ending_with, trace};

/// Outcomes of which a round is told, at most, and from which share of rounds on.
const TOLD: usize = 4;
const LEAST_TOLD: f64 = 0.05;

/// What [`report`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportOptions {
    /// At how many points judgements are drawn, as for [`run`](super::run()).
    pub judgements: Option<u64>,
    /// How much is simulated, and on what; a precision is not heeded.
    pub simulation: Options,
}

/// What [`report`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportFigures {
    /// What was asked about all assumptions together; of the other questions seed and rounds are the same.
    pub asked: Asked,
    /// By assumption, the scenario's own first; counted by ballot, too.
    pub selections: Vec<Selection>,
    /// Each other assumption against the scenario's own.
    pub comparisons: Vec<Comparison>,
    /// How far all that ranges over judgements, if there are some.
    pub ranges: Option<Ranges>,
    /// What each member's veto does.
    pub influence: Influence,
    /// What a little support does; nothing where it cannot be said: with uniform noise, or where members look ahead.
    pub leverage: Option<Leverage>,
    /// The first round that ends with each of the main outcomes, the most likely first.
    pub stories: Vec<Story>,
}

/// Asks everything that a page shows: who is chosen under each assumption and over judgements, what vetoes and support
/// do, and for each main outcome a round that ends so. Nothing if someone wants to stop before all is there.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::Judgements`], that judgements do not fit the scenario, or that threads cannot be
/// started.
pub fn report(scenario: &Scenario, options: &ReportOptions, handle: &Handle) -> Result<Option<ReportFigures>, Error> {
    let simulation = Options { precision: None, ..options.simulation };
    let rounds = simulation.rounds(scenario);
    let influence = InfluenceQuestion::new(scenario, &InfluenceOptions { simulation, ..InfluenceOptions::default() })?;
    let leverage = match LeverageQuestion::new(scenario, &LeverageOptions { simulation, ..LeverageOptions::default() })
    {
        Ok(question) => Some(question),
        Err(Error::NoScores | Error::NoScoresAhead) => None,
        Err(error) => return Err(error),
    };
    let later = rounds * (1 + u64::from(leverage.is_some()));
    let (asked, JudgedFigures { central, ranges }) = compared(scenario, options, simulation, later, handle)?;
    let CompareFigures { selections, comparisons } = central;
    let influence = counted(&influence, rounds, simulation, handle)?;
    let leverage = leverage.map(|question| counted(&question, rounds, simulation, handle)).transpose()?;
    let stories = selections.first().map(|stated| stories(scenario, stated, asked.seed, handle)).unwrap_or_default();
    let figures = ReportFigures { asked, selections, comparisons, ranges, influence, leverage, stories };
    Ok((!handle.stopped()).then_some(figures))
}

/// The figures of all assumptions; `later` rounds are simulated after that.
fn compared(
    scenario: &Scenario,
    options: &ReportOptions,
    simulation: Options,
    later: u64,
    handle: &Handle,
) -> Result<(Asked, JudgedFigures<CompareFigures>), Error> {
    let (judgements, rounds) = (options.judgements, simulation.rounds(scenario));
    if scenario.assumptions.len() > 1 {
        let options = CompareOptions { by_ballot: true, judgements, simulation, ..CompareOptions::default() };
        let question = CompareQuestion::new(scenario, &options)?;
        handle.expect(question.units(rounds) + later);
        return Ok((question.asked().clone(), counted(&question, rounds, simulation, handle)?));
    }
    let options = RunOptions { by_ballot: true, judgements, simulation, ..RunOptions::default() };
    let question = RunQuestion::new(scenario, &options)?;
    handle.expect(question.units(rounds) + later);
    let JudgedFigures { central, ranges } = counted(&question, rounds, simulation, handle)?;
    let central = CompareFigures { selections: vec![central], comparisons: Vec::new() };
    Ok((question.asked().clone(), JudgedFigures { central, ranges }))
}

/// The figures of all units for so many rounds.
fn counted<Q: Figures>(question: &Q, rounds: u64, options: Options, handle: &Handle) -> Result<Q::Figures, Error> {
    let units = 0..question.units(rounds);
    let counted = question.count(units.clone(), &mut Work { threads: options.threads(), ..Work::new(handle) })?;
    let of = question.asked().clone();
    Ok(question.figures(&Results { of, units, elapsed_seconds: 0.0, counts: counted.counts }))
}

/// For each main outcome the first round that ends so.
fn stories(scenario: &Scenario, stated: &Selection, seed: u64, handle: &Handle) -> Vec<Story> {
    let Some(model) = scenario.assumptions.first() else { return Vec::new() };
    let plan = Plan::new(model.clone());
    let mut main: Vec<(usize, u64)> = stated.outcomes.iter().map(|o| o.probability.count).enumerate().collect();
    main.retain(|(_, count)| *count as f64 >= LEAST_TOLD * stated.rounds as f64 && *count > 0);
    main.sort_by_key(|&(outcome, count)| (std::cmp::Reverse(count), outcome));
    let told = main.into_iter().take(TOLD).filter_map(|(outcome, _)| {
        let ending = (outcome < model.candidates.len()).then_some(CandidateId(outcome as u16));
        let number = rounds_ending_with(&plan, seed, stated.rounds, ending, handle.control()).next()?;
        Some(trace(&plan, seed, number))
    });
    told.collect()
}
