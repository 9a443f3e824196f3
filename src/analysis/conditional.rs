//! Probabilities from chances instead of counts.

use super::estimate::{Proportion, Z};
use super::key::Key;
use crate::model::Model;
use crate::simulation::{ChanceSum, Chances};

/// Rounds below which the spread of their chances says little.
const FEW: u64 = 30;

/// Probabilities of one ballot, each the mean over the rounds of the chance that remains once everything members share
/// is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    /// Name of the assumption.
    pub assumption: String,
    /// Rounds simulated.
    pub rounds: u64,
    /// For each candidate that the candidate passes, and last that no one does.
    pub quantities: Vec<Quantity>,
}

/// One probability, by chances and by counting.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// Who passes; none if it is that no one does.
    pub candidate: Option<Key>,
    /// Mean of the chances.
    pub value: f64,
    /// Its standard error: `√( Σ(chance − mean)² / (n − 1) / n )`.
    pub standard_error: f64,
    /// Lower bound of the normal 95 % interval, at least 0; from few rounds, or if all had the same chance by accident,
    /// Wilson's for as large a share of as many rounds, which is wider: no chances vary more than counts of 0 and 1 do.
    pub low: f64,
    /// Upper bound, at most 1.
    pub high: f64,
    /// Whether the chance is the same in every round whatever is drawn: members share nothing that varies.
    pub is_exact: bool,
    /// The share of the same rounds in which it was so.
    pub counted: Proportion,
    /// The variance of counting a round, `p(1 − p)` at `value`, divided by that of its chance: counting would need this
    /// many times as many rounds to be as precise. None if the chance was the same in every round.
    pub variance_ratio: Option<f64>,
}

impl Conditional {
    /// The figures of `chances`, from rounds of `model`.
    pub fn new(model: &Model, chances: &Chances) -> Self {
        let tally = &chances.tally;
        let sums = chances.acceptable.iter().chain([&chances.no_consensus]);
        let counts = tally.candidates.iter().map(|candidate| candidate.acceptable).chain([tally.no_consensus]);
        let quantities = Key::outcomes(model).into_iter().zip(sums.zip(counts));
        let is_exact = !shares_draws(model);
        let quantity = |(candidate, (sum, count))| Quantity::new(candidate, sum, count, is_exact);
        Self {
            assumption: model.assumption.clone(),
            rounds: tally.rounds,
            quantities: quantities.map(quantity).collect(),
        }
    }
}

/// Whether the chances of rounds can differ: by shocks that several members share, or by events.
fn shares_draws(model: &Model) -> bool {
    let pairs = || model.member_ids().flat_map(|(m, _)| model.candidate_ids().map(move |(c, _)| (m, c)));
    pairs().any(|(m, c)| model.shared_sds(m, c).any(|sd| sd > 0.0))
        || model.events.iter().any(|event| event.may_happen() && !event.is_certain())
}

impl Quantity {
    fn new(candidate: Option<Key>, sum: &ChanceSum, count: u64, is_exact: bool) -> Self {
        let n = sum.rounds as f64;
        let value = sum.total() / n;
        let variance = sum.spread() / (n - 1.0).max(1.0);
        let standard_error = (variance / n).sqrt();
        let (low, high) = if !is_exact && (sum.rounds < FEW || variance == 0.0) {
            let share = |count: f64| Proportion::new(count as u64, sum.rounds);
            (share((value * n).floor()).low, share((value * n).ceil().min(n)).high)
        } else {
            (value - Z * standard_error, value + Z * standard_error)
        };
        Self {
            candidate,
            value,
            standard_error,
            low: low.max(0.0),
            high: high.min(1.0),
            is_exact,
            counted: Proportion::new(count, sum.rounds),
            variance_ratio: (variance > 0.0).then(|| value * (1.0 - value) / variance),
        }
    }
}
