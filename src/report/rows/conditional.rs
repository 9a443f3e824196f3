//! Rows of probabilities from chances instead of counts.

use super::{NO_CONSENSUS, name, row};
use crate::analysis::{Conditional, Quantity};

row! {
    /// `conditional.csv`: one row per candidate, and one for no consensus.
    ConditionalRow(conditional: &'a Conditional, quantity: &'a Quantity) {
        /// Name of the assumption.
        assumption: &'a str = &conditional.assumption,
        /// `acceptable`: the candidate passes, appointed or not; `no-consensus`: no one does.
        quantity: &'a str = if quantity.candidate.is_some() { "acceptable" } else { NO_CONSENSUS },
        /// Id of the candidate; empty for no consensus.
        candidate: &'a str = quantity.candidate.as_ref().map_or("", |key| &key.id),
        /// Name of the candidate; empty for no consensus.
        candidate_name: &'a str = name(quantity.candidate.as_ref()),
        /// Rounds simulated.
        rounds: u64 = conditional.rounds,
        /// Probability: the mean of its chance in each round.
        estimate: f64 = quantity.value,
        /// Standard error of the estimate.
        se: f64 = quantity.standard_error,
        /// Lower bound of the estimate.
        ci_low: f64 = quantity.low,
        /// Upper bound of the estimate.
        ci_high: f64 = quantity.high,
        /// Rounds in which it was so.
        count: u64 = quantity.counted.count,
        /// `count / rounds`.
        counted: Option<f64> = quantity.counted.value,
        /// Lower bound of `counted`, by Wilson.
        counted_ci_low: f64 = quantity.counted.low,
        /// Upper bound of `counted`.
        counted_ci_high: f64 = quantity.counted.high,
        /// Counting would need this many times as many rounds to be as precise; empty if the chance is the same in
        /// every round.
        variance_ratio: Option<f64> = quantity.variance_ratio,
    }
}

/// The rows of `conditional.csv`.
pub fn conditional(conditional: &Conditional) -> impl Iterator<Item = ConditionalRow<'_>> {
    conditional.quantities.iter().map(|quantity| ConditionalRow::new(conditional, quantity))
}
