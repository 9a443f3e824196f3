//! What each member's veto does.

use super::answer::{Answer, Figures, answer};
use super::asked::{Asked, Kind};
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::options::Options;
use super::question::OfRounds;
use super::results::Results;
use crate::analysis::Influence;
use crate::model::Model;
use crate::scenario::Scenario;
use crate::simulation::{Experiment, FlippingVetoes, Plan, VetoFlips};

/// What [`influence`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InfluenceOptions {
    /// Name of the assumption about who can veto that is changed; otherwise the scenario's own.
    pub assumption: Option<String>,
    /// How much is simulated, and on what; a precision is not heeded.
    pub simulation: Options,
}

/// Takes each member's veto away, or gives it one, in turn: what that does to consensus and to each candidate.
///
/// # Errors
/// [`Error::NoAssumption`], or that threads cannot be started.
pub fn influence(scenario: &Scenario, options: &InfluenceOptions, handle: &Handle) -> Result<Answer<Influence>, Error> {
    answer(&InfluenceQuestion::new(scenario, options)?, &options.simulation, handle)
}

/// What [`influence`] asks, ready to be counted.
#[derive(Debug)]
pub struct InfluenceQuestion {
    asked: Asked,
    plan: Plan,
}

impl InfluenceQuestion {
    /// Prepares the question.
    ///
    /// # Errors
    /// [`Error::NoAssumption`].
    pub fn new(scenario: &Scenario, options: &InfluenceOptions) -> Result<Self, Error> {
        let model = assumption(scenario, options.assumption.as_deref())?;
        let simulation = Options { precision: None, ..options.simulation };
        let asked = Asked::new(Kind::Influence, scenario, vec![model.assumption.clone()], &simulation);
        Ok(Self { asked, plan: Plan::new(model.clone()) })
    }

    /// The assumption.
    pub fn model(&self) -> &Model {
        &self.plan.model
    }
}

impl OfRounds for InfluenceQuestion {
    type Counts = VetoFlips;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn experiment(&self) -> impl Experiment<Counts = VetoFlips> {
        FlippingVetoes(&self.plan)
    }

    fn reach(&self, _: &VetoFlips) -> Option<f64> {
        None
    }
}

impl Figures for InfluenceQuestion {
    type Figures = Influence;

    fn figures(&self, results: &Results<VetoFlips>) -> Influence {
        Influence::new(&self.plan.model, &results.counts, self.asked.seed)
    }
}
