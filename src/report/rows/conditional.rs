//! Rows of probabilities from chances instead of counts.

use serde::Serialize;

use crate::analysis::Conditional;

/// `conditional.csv`: one row per candidate, and one for no consensus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionalRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// `acceptable`: the candidate passes, appointed or not; `no-consensus`: no one does.
    pub quantity: &'a str,
    /// Id of the candidate; empty for no consensus.
    pub candidate: &'a str,
    /// Name of the candidate; empty for no consensus.
    pub candidate_name: &'a str,
    /// Rounds simulated.
    pub rounds: u64,
    /// Probability: the mean of its chance in each round.
    pub estimate: f64,
    /// Standard error of the estimate.
    pub se: f64,
    /// Lower bound of the estimate.
    pub ci_low: f64,
    /// Upper bound of the estimate.
    pub ci_high: f64,
    /// Rounds in which it was so.
    pub count: u64,
    /// `count / rounds`.
    pub counted: Option<f64>,
    /// Lower bound of `counted`, by Wilson.
    pub counted_ci_low: f64,
    /// Upper bound of `counted`.
    pub counted_ci_high: f64,
    /// As many times more rounds would counting need; empty if the chance is the same in every round.
    pub variance_ratio: Option<f64>,
}

/// The rows of `conditional.csv`.
pub fn conditional(conditional: &Conditional) -> impl Iterator<Item = ConditionalRow<'_>> {
    conditional.quantities.iter().map(|quantity| {
        let candidate = quantity.candidate.as_ref();
        ConditionalRow {
            assumption: &conditional.assumption,
            quantity: if candidate.is_some() { "acceptable" } else { super::NO_CONSENSUS },
            candidate: candidate.map_or("", |key| &key.id),
            candidate_name: candidate.map_or("", |key| &key.name),
            rounds: conditional.rounds,
            estimate: quantity.value,
            se: quantity.standard_error,
            ci_low: quantity.low,
            ci_high: quantity.high,
            count: quantity.counted.count,
            counted: quantity.counted.value,
            counted_ci_low: quantity.counted.low,
            counted_ci_high: quantity.counted.high,
            variance_ratio: quantity.variance_ratio,
        }
    })
}
