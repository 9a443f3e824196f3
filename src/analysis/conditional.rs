//! Probabilities from chances instead of counts.

use super::estimate::{Proportion, Z};
use super::selection::{Key, outcome_keys};
use crate::model::Model;
use crate::simulation::{ChanceSum, Chances};

/// Probabilities of one ballot, each the mean over the rounds of the chance that remains once everything members share is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    /// Name of the assumption.
    pub assumption: String,
    /// Rounds simulated.
    pub rounds: u64,
    /// For each candidate that they pass, and then, for none, that no one does.
    pub quantities: Vec<Quantity>,
}

/// One probability, by chances and by counting.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// Who passes; none is no consensus.
    pub candidate: Option<Key>,
    /// Mean of the chances.
    pub value: f64,
    /// Its standard error: `√( Σ(chance − mean)² / (n − 1) / n )`; 0 if the chance is the same in every round.
    pub standard_error: f64,
    /// Lower bound of the normal 95 % interval, at least 0.
    pub low: f64,
    /// Upper bound, at most 1.
    pub high: f64,
    /// The share of the same rounds in which it was so.
    pub counted: Proportion,
    /// The variance of counting a round, `p(1 − p)` at `value`, divided by that of its chance: as many times more rounds would
    /// counting need. None if the chance is the same in every round.
    pub variance_ratio: Option<f64>,
}

impl Conditional {
    /// The figures of `chances`, from rounds of `model`.
    pub fn new(model: &Model, chances: &Chances) -> Self {
        let tally = &chances.tally;
        let sums = chances.acceptable.iter().chain([&chances.no_consensus]);
        let counts = tally.candidates.iter().map(|candidate| candidate.acceptable).chain([tally.no_consensus]);
        let quantities = outcome_keys(model).into_iter().zip(sums.zip(counts));
        Self {
            assumption: model.assumption.clone(),
            rounds: tally.rounds,
            quantities: quantities.map(|(candidate, (sum, count))| Quantity::new(candidate, sum, count)).collect(),
        }
    }
}

impl Quantity {
    fn new(candidate: Option<Key>, sum: &ChanceSum, count: u64) -> Self {
        let n = sum.rounds as f64;
        let value = sum.total() / n;
        let variance = sum.spread() / (n - 1.0).max(1.0);
        let standard_error = (variance / n).sqrt();
        Self {
            candidate,
            value,
            standard_error,
            low: (value - Z * standard_error).max(0.0),
            high: (value + Z * standard_error).min(1.0),
            counted: Proportion::new(count, sum.rounds),
            variance_ratio: (variance > 0.0).then(|| value * (1.0 - value) / variance),
        }
    }
}
