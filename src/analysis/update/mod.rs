//! What follows from polls: figures from independent replicates.
//!
//! Each replicate conditions on the polls with particles of its own and plays rounds on from there. A probability is the
//! mean over the replicates; its interval is Student's t over them, and never narrower than Wilson's of the rounds played.

mod compared;
mod judged;
mod prediction;

use statrs::distribution::{ContinuousCDF, StudentsT};

pub use compared::{GivenComparison, GivenDifference};
pub use judged::{JudgedOutcome, JudgedPosterior, LEAST_POINTS, MovedJudgement, PointSeen};
pub use prediction::{AnswerShares, Predicted, Prediction, persistence};

use super::{Key, Proportion};
use crate::model::Model;
use crate::simulation::evidence::{Replicated, log_mean};

/// Effective rounds below which a posterior is not reported.
pub const LEAST_EFFECTIVE: f64 = 100.0;

/// How the selection ends given the polls so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// The last of these polls; nothing before the first.
    pub after: Option<String>,
    /// One an outcome: the candidates in the order of the scenario, then no consensus.
    pub outcomes: Vec<PosteriorOutcome>,
    /// Independent rounds that would give probabilities of this precision, at most as many as were played: the sum over
    /// outcomes of `p (1 − p)`, divided by the sum of the variances of the means over replicates.
    pub effective_rounds: f64,
    /// Logarithm of the chance that the totals of this poll had before it was seen; nothing before the first.
    pub log_chance: Option<f64>,
    /// Logarithm of the chance of all that was seen up to this poll.
    pub log_evidence: f64,
}

/// The chance of an outcome given polls.
#[derive(Debug, Clone, PartialEq)]
pub struct PosteriorOutcome {
    /// Who is appointed; nobody if nothing.
    pub candidate: Option<Key>,
    /// Its probability.
    pub probability: f64,
    /// Bounds of its 95 % interval.
    pub low: f64,
    /// See [`Self::low`].
    pub high: f64,
    /// By replicate: its share of the rounds.
    pub shares: Vec<f64>,
}

impl Posterior {
    /// Whether there are enough effective rounds to report it.
    pub fn is_reportable(&self) -> bool {
        self.effective_rounds >= LEAST_EFFECTIVE
    }

    /// The posterior after poll number `poll` of the replicates.
    pub(crate) fn new(model: &Model, after: &str, poll: usize, replicates: &[Replicated]) -> Self {
        let counts: Vec<&Vec<u64>> = replicates.iter().map(|it| &it.polls[poll].outcomes).collect();
        let shares = |outcome: usize| -> Vec<f64> {
            counts.iter().map(|counts| counts[outcome] as f64 / counts.iter().sum::<u64>() as f64).collect()
        };
        let rounds: u64 = counts.iter().map(|counts| counts.iter().sum::<u64>()).sum();
        let outcomes: Vec<PosteriorOutcome> = (0..=model.candidates.len())
            .map(|outcome| {
                let shares = shares(outcome);
                let probability = mean(&shares);
                let reach = student(shares.len()) * standard_error(&shares);
                let count = (probability * rounds as f64).round() as u64;
                let Proportion { low, high, .. } = Proportion::new(count.min(rounds), rounds);
                PosteriorOutcome {
                    candidate: key(model, outcome),
                    probability,
                    low: (probability - reach).max(0.0).min(low),
                    high: (probability + reach).min(1.0).max(high),
                    shares,
                }
            })
            .collect();
        let spread: f64 = outcomes.iter().map(|it| it.probability * (1.0 - it.probability)).sum();
        let variance: f64 = outcomes.iter().map(|it| standard_error(&it.shares).powi(2)).sum();
        let effective_rounds = if variance > 0.0 { (spread / variance).min(rounds as f64) } else { rounds as f64 };
        let log_of = |of: &dyn Fn(&Replicated) -> f64| log_mean(&replicates.iter().map(of).collect::<Vec<_>>());
        Self {
            after: Some(after.to_owned()),
            outcomes,
            effective_rounds,
            log_chance: Some(log_of(&|it| it.polls[poll].log_chance)),
            log_evidence: log_of(&|it| it.polls[poll].log_evidence),
        }
    }

    /// What is given to each outcome before any poll, from `counts` of rounds.
    pub(crate) fn before(model: &Model, counts: &[u64]) -> Self {
        let rounds = counts.iter().sum();
        let outcomes = counts.iter().enumerate().map(|(outcome, &count)| {
            let Proportion { value, low, high, .. } = Proportion::new(count, rounds);
            let candidate = key(model, outcome);
            PosteriorOutcome { candidate, probability: value.unwrap_or_default(), low, high, shares: Vec::new() }
        });
        Self {
            after: None,
            outcomes: outcomes.collect(),
            effective_rounds: rounds as f64,
            log_chance: None,
            log_evidence: 0.0,
        }
    }
}

fn key(model: &Model, outcome: usize) -> Option<Key> {
    model.candidates.get(outcome).map(|candidate| Key { id: candidate.id.clone(), name: candidate.name.clone() })
}

/// A difference between two means over the same replicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedMean {
    /// The mean difference.
    pub value: f64,
    /// How far its 95 % interval reaches to either side.
    pub reach: f64,
}

/// By how much `changed` differs from `baseline`, replicate by replicate.
pub fn paired(baseline: &[f64], changed: &[f64]) -> PairedMean {
    let differences: Vec<f64> = changed.iter().zip(baseline).map(|(changed, baseline)| changed - baseline).collect();
    PairedMean { value: mean(&differences), reach: student(differences.len()) * standard_error(&differences) }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard error of the mean of independent numbers; 0 of fewer than two.
pub(super) fn standard_error(values: &[f64]) -> f64 {
    let (n, mean) = (values.len() as f64, mean(values));
    if values.len() < 2 {
        return 0.0;
    }
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt()
}

/// The quantile of Student's t that leaves 2.5 % above it, for the mean of so many numbers.
pub(super) fn student(numbers: usize) -> f64 {
    let freedom = numbers.saturating_sub(1).max(1) as f64;
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975))
}
