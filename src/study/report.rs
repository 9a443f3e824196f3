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
/// As [`ReportQuestion::new`] and [`ReportQuestion::answer`].
pub fn report(scenario: &Scenario, options: &ReportOptions, handle: &Handle) -> Result<Option<ReportFigures>, Error> {
    ReportQuestion::new(scenario, options)?.answer(handle)
}

/// All that a page asks, ready to be answered.
pub struct ReportQuestion<'a> {
    scenario: &'a Scenario,
    simulation: Options,
    chosen: Chosen<'a>,
    influence: InfluenceQuestion,
    leverage: Option<LeverageQuestion>,
}

/// Who is chosen: under each assumption, or under the only one.
enum Chosen<'a> {
    Compare(Box<CompareQuestion<'a>>),
    Run(Box<RunQuestion<'a>>),
}

impl<'a> ReportQuestion<'a> {
    /// Prepares everything.
    ///
    /// # Errors
    /// [`Error::NoAssumption`], [`Error::Judgements`].
    pub fn new(scenario: &'a Scenario, options: &ReportOptions) -> Result<Self, Error> {
        let simulation = Options { precision: None, ..options.simulation };
        let judgements = options.judgements;
        let chosen = if scenario.assumptions.len() > 1 {
            let options = CompareOptions { by_ballot: true, judgements, simulation, ..CompareOptions::default() };
            Chosen::Compare(Box::new(CompareQuestion::new(scenario, &options)?))
        } else {
            let options = RunOptions { by_ballot: true, judgements, simulation, ..RunOptions::default() };
            Chosen::Run(Box::new(RunQuestion::new(scenario, &options)?))
        };
        let influence = InfluenceOptions { simulation, ..InfluenceOptions::default() };
        let leverage = LeverageOptions { simulation, ..LeverageOptions::default() };
        let leverage = match LeverageQuestion::new(scenario, &leverage) {
            Ok(question) => Some(question),
            Err(Error::NoScores | Error::NoScoresAhead) => None,
            Err(error) => return Err(error),
        };
        let influence = InfluenceQuestion::new(scenario, &influence)?;
        Ok(Self { scenario, simulation, chosen, influence, leverage })
    }

    /// Bytes of memory that the answer may take on so many threads: those of the largest question, since they are
    /// answered one after the other.
    pub fn bytes(&self, threads: usize) -> u64 {
        let chosen = match &self.chosen {
            Chosen::Compare(question) => question.bytes(threads),
            Chosen::Run(question) => question.bytes(threads),
        };
        let leverage = self.leverage.as_ref().map_or(0, |question| question.bytes(threads));
        chosen.max(self.influence.bytes(threads)).max(leverage)
    }

    /// Answers everything; nothing if someone wants to stop before all is there.
    ///
    /// # Errors
    /// That judgements do not fit the scenario, or that threads cannot be started.
    pub fn answer(&self, handle: &Handle) -> Result<Option<ReportFigures>, Error> {
        let Self { scenario, simulation, chosen, influence, leverage } = self;
        let rounds = simulation.rounds(scenario);
        let later = rounds * (1 + u64::from(leverage.is_some()));
        let (asked, JudgedFigures { central, ranges }) = match chosen {
            Chosen::Compare(question) => {
                handle.expect(question.units(rounds) + later);
                (question.asked().clone(), counted(question.as_ref(), rounds, *simulation, handle)?)
            }
            Chosen::Run(question) => {
                handle.expect(question.units(rounds) + later);
                let JudgedFigures { central, ranges } = counted(question.as_ref(), rounds, *simulation, handle)?;
                let central = CompareFigures { selections: vec![central], comparisons: Vec::new() };
                (question.asked().clone(), JudgedFigures { central, ranges })
            }
        };
        let CompareFigures { selections, comparisons } = central;
        let influence = counted(influence, rounds, *simulation, handle)?;
        let leverage = leverage.as_ref().map(|it| counted(it, rounds, *simulation, handle)).transpose()?;
        let stories =
            selections.first().map(|stated| stories(scenario, stated, asked.seed, handle)).unwrap_or_default();
        let figures = ReportFigures { asked, selections, comparisons, ranges, influence, leverage, stories };
        Ok((!handle.stopped()).then_some(figures))
    }
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
