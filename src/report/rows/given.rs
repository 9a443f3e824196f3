//! Rows that set assumptions side by side, given the same polls.

use super::{id, name, row};
use crate::analysis::update::{GivenComparison, GivenDifference};
use crate::study::GivenFigures;

row! {
    /// `given.csv`: one row per assumption (the baseline apart), polls seen and outcome, candidates in the order of the
    /// scenario, then no consensus. Where there are too few effective rounds to report it, the probabilities are empty.
    GivenRow(comparison: &'a GivenComparison, outcome: &'a GivenDifference) {
        /// Name of the last poll seen.
        after: &'a str = &comparison.after,
        /// Name of the assumption compared with.
        baseline: &'a str = &comparison.baseline,
        /// Name of the assumption.
        assumption: &'a str = &comparison.assumption,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Name of the candidate; empty for no consensus.
        candidate_name: &'a str = name(outcome.candidate.as_ref()),
        /// Probability under the baseline, given the polls.
        p_baseline: Option<f64> = comparison.is_reportable.then_some(outcome.before),
        /// Probability under the assumption, given the polls.
        p: Option<f64> = comparison.is_reportable.then_some(outcome.after),
        /// `p − p_baseline`.
        difference: Option<f64> = comparison.is_reportable.then_some(outcome.difference.value),
        /// Lower bound of the difference, from the differences of the replicates.
        ci_low: Option<f64> = comparison.is_reportable.then_some(outcome.difference.value - outcome.difference.reach),
        /// Upper bound of the difference.
        ci_high: Option<f64> = comparison.is_reportable.then_some(outcome.difference.value + outcome.difference.reach),
        /// Effective rounds under the baseline.
        effective_rounds_baseline: f64 = comparison.effective_rounds[0],
        /// Effective rounds under the assumption.
        effective_rounds: f64 = comparison.effective_rounds[1],
        /// Logarithm of the chance of all that was seen up to this poll, under the baseline.
        log_evidence_baseline: f64 = comparison.log_evidence[0],
        /// The same under the assumption.
        log_evidence: f64 = comparison.log_evidence[1],
    }
}

/// The rows of `given.csv`.
pub fn given(figures: &GivenFigures) -> impl Iterator<Item = GivenRow<'_>> {
    let all = figures.comparisons.iter();
    all.flat_map(|comparison| comparison.outcomes.iter().map(move |outcome| GivenRow::new(comparison, outcome)))
}
