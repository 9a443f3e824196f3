//! Who is chosen under one assumption, and who blocks whom.

use super::answer::{Answer, Figures, answer};
use super::asked::{Asked, Kind};
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::judged::{self, Judged, JudgedFigures, RoundFigures};
use super::options::Options;
use super::question::OfRounds;
use super::results::Results;
use crate::analysis::precision::Precise;
use crate::analysis::{Comparison, Conditional, Selection};
use crate::model::Model;
use crate::scenario::Scenario;
use crate::simulation::{Chances, Conditioning, Counting, Experiment, InDetail, Needs, Plan, Tally};

/// What [`run`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunOptions {
    /// Name of the assumption about who can veto; otherwise the scenario's own.
    pub assumption: Option<String>,
    /// Whether to count ballot by ballot, too; [`conditional`] does not.
    pub by_ballot: bool,
    /// At how many points judgements are drawn, a multiple of [`POINTS_STEP`](crate::analysis::judgements::POINTS_STEP);
    /// 0 draws none; otherwise [`POINTS`](crate::analysis::judgements::POINTS) if the scenario has some. Conditional
    /// estimates do not heed it.
    pub judgements: Option<u64>,
    /// How much is simulated, and on what.
    pub simulation: Options,
}

/// Simulates a scenario under one assumption: who is chosen, and who blocks whom; and how far that ranges over its
/// judgements, if it has some.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::Judgements`], that judgements do not fit the scenario, or that threads cannot be
/// started.
pub fn run(
    scenario: &Scenario,
    options: &RunOptions,
    handle: &Handle,
) -> Result<Answer<JudgedFigures<Selection>>, Error> {
    answer(&RunQuestion::new(scenario, options)?, &options.simulation, handle)
}

/// As [`run`], but adds estimates from the chances that remain in each round once everything members share is drawn:
/// rare outcomes need far fewer rounds so.
///
/// # Errors
/// As [`run`], and [`Error::NoChances`] unless there is one ballot with normal noise.
pub fn conditional(
    scenario: &Scenario,
    options: &RunOptions,
    handle: &Handle,
) -> Result<Answer<ConditionalFigures>, Error> {
    answer(&ConditionalQuestion::new(scenario, options)?, &options.simulation, handle)
}

/// What [`run`] asks, ready to be counted.
pub type RunQuestion<'s> = Judged<'s, RunRounds>;

/// The rounds of the scenario as written.
#[derive(Debug)]
pub struct RunRounds {
    asked: Asked,
    plan: Plan,
}

impl<'s> RunQuestion<'s> {
    /// Prepares the question.
    ///
    /// # Errors
    /// [`Error::NoAssumption`], or [`Error::Judgements`].
    pub fn new(scenario: &'s Scenario, options: &RunOptions) -> Result<Self, Error> {
        let model = assumption(scenario, options.assumption.as_deref())?;
        let points = judged::points(scenario, options.judgements)?;
        let asked = Asked::new(Kind::Run, scenario, vec![model.assumption.clone()], &options.simulation);
        let asked = Asked { by_ballot: options.by_ballot, ..asked };
        Self::of(scenario, RunRounds { asked, plan: Plan::new(model.clone()) }, points)
    }

    /// The assumption.
    pub fn model(&self) -> &Model {
        &self.central.plan.model
    }
}

impl OfRounds for RunRounds {
    type Counts = Tally;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn experiment(&self) -> impl Experiment<Counts = Tally> {
        InDetail { of: Counting(&self.plan), by_ballot: self.asked.by_ballot }
    }

    fn reach(&self, counts: &Tally) -> Option<f64> {
        Some(counts.reach())
    }
}

impl RoundFigures for RunRounds {
    type Figures = Selection;

    fn figures(&self, counts: &Tally) -> Selection {
        Selection::new(&self.plan.model, counts).with_waiting(&self.plan)
    }

    fn parts(figures: &Selection) -> (&[Selection], &[Comparison]) {
        (std::slice::from_ref(figures), &[])
    }
}

/// What [`conditional`] asks, ready to be counted.
#[derive(Debug)]
pub struct ConditionalQuestion {
    asked: Asked,
    plan: Plan,
    needs: Needs,
}

/// What [`conditional`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionalFigures {
    /// By counting rounds.
    pub selection: Selection,
    /// From the chances in each round.
    pub conditional: Conditional,
}

impl ConditionalQuestion {
    /// Prepares the question.
    ///
    /// # Errors
    /// [`Error::NoAssumption`], or [`Error::NoChances`].
    pub fn new(scenario: &Scenario, options: &RunOptions) -> Result<Self, Error> {
        let model = assumption(scenario, options.assumption.as_deref())?;
        let needs = Needs::of(model).map_err(Error::NoChances)?;
        let simulation = Options { precision: None, ..options.simulation };
        let asked = Asked::new(Kind::Conditional, scenario, vec![model.assumption.clone()], &simulation);
        Ok(Self { asked, plan: Plan::new(model.clone()), needs })
    }

    /// The assumption.
    pub fn model(&self) -> &Model {
        &self.plan.model
    }
}

impl OfRounds for ConditionalQuestion {
    type Counts = Chances;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn experiment(&self) -> impl Experiment<Counts = Chances> {
        Conditioning { plan: &self.plan, needs: self.needs }
    }

    fn reach(&self, _: &Chances) -> Option<f64> {
        None
    }
}

impl Figures for ConditionalQuestion {
    type Figures = ConditionalFigures;

    fn figures(&self, results: &Results<Chances>) -> ConditionalFigures {
        let (model, chances) = (&self.plan.model, &results.counts);
        ConditionalFigures {
            selection: Selection::new(model, &chances.tally),
            conditional: Conditional::new(model, chances),
        }
    }
}
