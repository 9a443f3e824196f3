//! How assumptions differ on the same draws.

use super::answer::{Answer, answer};
use super::asked::{Asked, Kind};
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::judged::{self, Judged, JudgedFigures, RoundFigures};
use super::options::Options;
use super::question::OfRounds;
use crate::analysis::precision::Precise;
use crate::analysis::{Comparison, Selection};
use crate::model::Model;
use crate::scenario::Scenario;
use crate::simulation::{Compared, Comparing, Experiment, InDetail, Plan};

/// What [`compare`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompareOptions {
    /// Names of the assumptions that are compared with the baseline; otherwise all of the scenario's.
    pub assumptions: Option<Vec<String>>,
    /// Name of the assumption that the others are compared with; otherwise the scenario's own.
    pub baseline: Option<String>,
    /// Whether to count ballot by ballot, too.
    pub by_ballot: bool,
    /// At how many points judgements are drawn, as for [`run`](super::run).
    pub judgements: Option<u64>,
    /// How much is simulated, and on what.
    pub simulation: Options,
}

/// What [`compare`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareFigures {
    /// By assumption, the baseline first.
    pub selections: Vec<Selection>,
    /// Each other assumption against the baseline.
    pub comparisons: Vec<Comparison>,
}

/// Simulates assumptions on the same draws: how each changes who is chosen, and where the rounds went; and how far the
/// differences range over the scenario's judgements, if it has some.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::NothingToCompare`], [`Error::Judgements`], that judgements do not fit the scenario,
/// or that threads cannot be started.
pub fn compare(
    scenario: &Scenario,
    options: &CompareOptions,
    handle: &Handle,
) -> Result<Answer<JudgedFigures<CompareFigures>>, Error> {
    answer(&CompareQuestion::new(scenario, options)?, &options.simulation, handle)
}

/// What [`compare`] asks, ready to be counted.
pub type CompareQuestion<'s> = Judged<'s, CompareRounds>;

/// The rounds of the scenario as written.
#[derive(Debug)]
pub struct CompareRounds {
    asked: Asked,
    /// The baseline first.
    plans: Vec<Plan>,
}

impl<'s> CompareQuestion<'s> {
    /// Prepares the question.
    ///
    /// # Errors
    /// [`Error::NoAssumption`], [`Error::NothingToCompare`] or [`Error::Judgements`].
    pub fn new(scenario: &'s Scenario, options: &CompareOptions) -> Result<Self, Error> {
        let models = models(scenario, options.baseline.as_deref(), options.assumptions.as_deref())?;
        let points = judged::points(scenario, options.judgements)?;
        let names = models.iter().map(|model| model.assumption.clone()).collect();
        let asked = Asked::new(Kind::Compare, scenario, names, &options.simulation);
        let asked = Asked { by_ballot: options.by_ballot, ..asked };
        let plans = models.into_iter().map(|model| Plan::new(model.clone())).collect();
        Self::of(scenario, CompareRounds { asked, plans }, points)
    }

    /// The assumptions, the baseline first.
    pub fn models(&self) -> Vec<&Model> {
        self.central.models()
    }
}

impl CompareRounds {
    fn models(&self) -> Vec<&Model> {
        self.plans.iter().map(|plan| &plan.model).collect()
    }
}

/// The models to compare, the baseline first, each once.
pub(super) fn models<'s>(
    scenario: &'s Scenario,
    baseline: Option<&str>,
    others: Option<&[String]>,
) -> Result<Vec<&'s Model>, Error> {
    let baseline = assumption(scenario, baseline)?;
    let mut models = vec![baseline];
    let all: Vec<&str> = match others {
        Some(named) => named.iter().map(String::as_str).collect(),
        None => scenario.assumptions.iter().map(|model| model.assumption.as_str()).collect(),
    };
    for name in all {
        let model = assumption(scenario, Some(name))?;
        if models.iter().all(|other| other.assumption != model.assumption) {
            models.push(model);
        }
    }
    if models.len() == 1 {
        let has_others = scenario.assumptions.len() > 1;
        return Err(Error::NothingToCompare { baseline: baseline.assumption.clone(), has_others });
    }
    Ok(models)
}

impl OfRounds for CompareRounds {
    type Counts = Compared;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn experiment(&self) -> impl Experiment<Counts = Compared> {
        InDetail { of: Comparing(&self.plans), by_ballot: self.asked.by_ballot }
    }

    fn reach(&self, counts: &Compared) -> Option<f64> {
        Some(counts.reach())
    }
}

impl RoundFigures for CompareRounds {
    type Figures = CompareFigures;

    fn figures(&self, counts: &Compared) -> CompareFigures {
        let models = self.models();
        let counted = self.plans.iter().zip(&counts.tallies);
        let others = models.iter().zip(&counts.joints).skip(1);
        CompareFigures {
            selections: counted.map(|(plan, tally)| Selection::new(&plan.model, tally).with_waiting(plan)).collect(),
            comparisons: others.map(|(model, joint)| Comparison::new(models[0], model, joint)).collect(),
        }
    }

    fn parts(figures: &CompareFigures) -> (&[Selection], &[Comparison]) {
        (&figures.selections, &figures.comparisons)
    }
}
