//! How assumptions differ given the same polls.

use super::compare::models;
use super::error::Error;
use super::handle::Handle;
use super::options::Options;
use super::update::{UpdateOptions, Updates, one_of};
use crate::analysis::update::GivenComparison;
use crate::scenario::Scenario;

/// What [`compare_given`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenOptions {
    /// Names of the assumptions that are compared with the baseline; otherwise all of the scenario's.
    pub assumptions: Option<Vec<String>>,
    /// Name of the assumption that the others are compared with; otherwise the scenario's own.
    pub baseline: Option<String>,
    /// Names of the polls to condition on; otherwise all but those to which the scenario's support was fitted.
    pub polls: Option<Vec<String>>,
    /// Replicates, as for [`update`](super::update()).
    pub replicates: Option<u64>,
    /// Particles of each candidate in a replicate, as for [`update`](super::update()).
    pub particles: Option<usize>,
    /// Rounds to play on after each poll, over all replicates, seed and threads, as for [`update`](super::update()).
    pub simulation: Options,
}

/// What [`compare_given`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenFigures {
    /// What follows from the polls under each assumption, the baseline first.
    pub updates: Vec<Updates>,
    /// Each other assumption against the baseline, assumption by assumption, after each poll that every one of them can
    /// be conditioned on.
    pub comparisons: Vec<GivenComparison>,
}

impl GivenFigures {
    /// The comparisons after the last poll that every assumption can be conditioned on.
    pub fn last(&self) -> impl Iterator<Item = &GivenComparison> {
        let last = self.comparisons.last().map(|it| it.after.as_str());
        self.comparisons.iter().filter(move |it| Some(it.after.as_str()) == last)
    }

    /// The first assumption under which the last poll asked for cannot be conditioned on, as an error with the reason.
    pub fn refused(&self) -> Option<Error> {
        let refused = self.updates.iter().find_map(|it| Some((it, it.refusal.clone()?)));
        refused.map(|(it, refusal)| under(&it.assumption, Error::Refused(refusal)))
    }

    /// Whether it was stopped before the last replicate.
    pub fn is_partial(&self) -> bool {
        self.replicates_done() < self.updates.first().map_or(0, |it| it.replicates)
    }

    /// Replicates that there are under every assumption.
    pub fn replicates_done(&self) -> u64 {
        self.updates.iter().map(|it| it.replicates_done).min().unwrap_or_default()
    }
}

/// Conditions on the same polls under several assumptions and says how these differ. Each weighs its own rounds by the polls;
/// all have the same seed, and so the same draws at the same places. The scenario's own numbers are taken: judgements are
/// not drawn.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::NothingToCompare`], [`Error::NoPoll`], [`Error::NoPolls`], [`Error::Under`] if not even
/// the first poll can be conditioned on under an assumption, or that threads cannot be started.
pub fn compare_given(scenario: &Scenario, options: &GivenOptions, handle: &Handle) -> Result<GivenFigures, Error> {
    let models = models(scenario, options.baseline.as_deref(), options.assumptions.as_deref())?;
    let mut updates = Vec::with_capacity(models.len());
    for (done, model) in models.iter().enumerate() {
        let asked = UpdateOptions {
            assumption: Some(model.assumption.clone()),
            polls: options.polls.clone(),
            replicates: options.replicates,
            particles: options.particles,
            judgements: Some(0),
            simulation: options.simulation,
        };
        let to_do = (models.len() - done) as u64;
        updates.push(one_of(scenario, &asked, to_do, handle).map_err(|error| match error {
            Error::Refused(_) | Error::Settings(_) => under(&model.assumption, error),
            error => error,
        })?);
    }
    let mut comparisons = Vec::new();
    if let Some((first, others)) = updates.split_first() {
        // The first of the posteriors is about no poll.
        let reached = updates.iter().map(|it| it.posteriors.len()).min().unwrap_or_default();
        for other in others {
            let names = [first.assumption.as_str(), other.assumption.as_str()];
            let both = first.posteriors.iter().zip(&other.posteriors).take(reached).skip(1);
            comparisons.extend(both.map(|(before, after)| GivenComparison::new(names, before, after)));
        }
    }
    Ok(GivenFigures { updates, comparisons })
}

fn under(assumption: &str, error: Error) -> Error {
    Error::Under { assumption: assumption.to_owned(), error: Box::new(error) }
}
