//! What a little support does.

use super::answer::{Answer, Figures, answer};
use super::asked::{Asked, Kind};
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::options::Options;
use super::question::OfRounds;
use super::results::Results;
use crate::analysis::Leverage;
use crate::model::Model;
use crate::scenario::Scenario;
use crate::simulation::{Experiment, Plan, Scored, Scores, Scoring};

/// What [`leverage`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeverageOptions {
    /// Name of the assumption about who can veto; otherwise the scenario's own.
    pub assumption: Option<String>,
    /// How much is simulated, and on what; a precision is not heeded.
    pub simulation: Options,
}

/// By how much the probability of each outcome changes per point of support of each member for each candidate, from one
/// run.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::NoScores`] if the noise is uniform, [`Error::NoScoresAhead`] if members look ahead, or
/// that threads cannot be started.
pub fn leverage(scenario: &Scenario, options: &LeverageOptions, handle: &Handle) -> Result<Answer<Leverage>, Error> {
    answer(&LeverageQuestion::new(scenario, options)?, &options.simulation, handle)
}

/// What [`leverage`] asks, ready to be counted.
#[derive(Debug)]
pub struct LeverageQuestion {
    asked: Asked,
    plan: Plan,
    scores: Scores,
}

impl LeverageQuestion {
    /// Prepares the question.
    ///
    /// # Errors
    /// [`Error::NoAssumption`], [`Error::NoScores`] or [`Error::NoScoresAhead`].
    pub fn new(scenario: &Scenario, options: &LeverageOptions) -> Result<Self, Error> {
        let model = assumption(scenario, options.assumption.as_deref())?;
        let scores = Scores::of(model).ok_or(Error::NoScores)?;
        if model.looks_ahead() {
            return Err(Error::NoScoresAhead);
        }
        let plan = Plan::new(model.clone());
        let simulation = Options { precision: None, ..options.simulation };
        let asked = Asked::new(Kind::Leverage, scenario, vec![model.assumption.clone()], &simulation);
        Ok(Self { asked, plan, scores })
    }

    /// The assumption.
    pub fn model(&self) -> &Model {
        &self.plan.model
    }
}

impl OfRounds for LeverageQuestion {
    type Counts = Scored;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn experiment(&self) -> impl Experiment<Counts = Scored> {
        Scoring { plan: &self.plan, scores: self.scores }
    }

    fn reach(&self, _: &Scored) -> Option<f64> {
        None
    }
}

impl Figures for LeverageQuestion {
    type Figures = Leverage;

    fn figures(&self, results: &Results<Scored>) -> Leverage {
        Leverage::new(&self.plan, &results.counts)
    }
}
