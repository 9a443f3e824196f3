//! Rows that set two worlds side by side, on the same draws.

use serde::Serialize;

use super::id;
use crate::analysis::{Comparison, Difference, Influence};

/// `comparison.csv`: one row per assumption (the baseline apart) and outcome, in the order of the scenario, then no consensus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparisonRow<'a> {
    /// Name of the assumption compared with.
    pub baseline: &'a str,
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
    pub outcome: &'a str,
    /// Name of the candidate; empty for no consensus.
    pub candidate_name: &'a str,
    /// Rounds simulated, the same under both.
    pub rounds: u64,
    /// Rounds that end so only under the baseline.
    pub only_baseline: u64,
    /// Rounds that end so only under the assumption.
    pub only_assumption: u64,
    /// Share of the rounds that end so under the baseline.
    pub p_baseline: Option<f64>,
    /// Share of the rounds that end so under the assumption.
    pub p: Option<f64>,
    /// `p − p_baseline`.
    pub difference: f64,
    /// Lower bound of the difference, from the paired rounds.
    pub ci_low: f64,
    /// Upper bound of the difference, from the paired rounds.
    pub ci_high: f64,
    /// Exact two-sided p-value of McNemar's test.
    pub mcnemar_p: f64,
}

/// `acceptable.csv`: one row per assumption (the baseline apart) and candidate: how often the candidate passes at some
/// ballot, appointed or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AcceptableRow<'a> {
    /// Name of the assumption compared with.
    pub baseline: &'a str,
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the candidate.
    pub candidate: &'a str,
    /// Name of the candidate.
    pub candidate_name: &'a str,
    /// Rounds simulated, the same under both.
    pub rounds: u64,
    /// Rounds in which the candidate passes only under the baseline.
    pub only_baseline: u64,
    /// Rounds in which the candidate passes only under the assumption.
    pub only_assumption: u64,
    /// Share of the rounds in which the candidate passes under the baseline.
    pub p_baseline: Option<f64>,
    /// Share of the rounds in which the candidate passes under the assumption.
    pub p: Option<f64>,
    /// `p − p_baseline`.
    pub difference: f64,
    /// Lower bound of the difference, from the paired rounds.
    pub ci_low: f64,
    /// Upper bound of the difference, from the paired rounds.
    pub ci_high: f64,
    /// Exact two-sided p-value of McNemar's test.
    pub mcnemar_p: f64,
}

/// `flows.csv`: one row per assumption (the baseline apart), outcome under the baseline and outcome under the assumption,
/// of those pairs that occur.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlowRow<'a> {
    /// Name of the assumption compared with.
    pub baseline: &'a str,
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Outcome under the baseline: id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
    pub from: &'a str,
    /// Outcome of the same rounds under the assumption.
    pub to: &'a str,
    /// Rounds that end so.
    pub count: u64,
    /// `count` out of all rounds.
    pub probability: Option<f64>,
    /// `count` out of the rounds with outcome `from`.
    pub share_of_from: Option<f64>,
}

/// `influence.csv`: one row per member and outcome; members in the order of their influence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InfluenceRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the member.
    pub member: &'a str,
    /// Name of the member.
    pub member_name: &'a str,
    /// Whether the member has a veto, its own or one that an event gives; it is then taken away, otherwise an absolute one is
    /// given.
    pub has_veto: bool,
    /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
    pub outcome: &'a str,
    /// Rounds simulated.
    pub rounds: u64,
    /// Share of the rounds that end so as assumed.
    pub p: Option<f64>,
    /// Share of the rounds that end so with the member's veto changed.
    pub p_changed: Option<f64>,
    /// `p_changed − p`.
    pub difference: f64,
    /// Lower bound of the difference, from the paired rounds.
    pub ci_low: f64,
    /// Upper bound of the difference, from the paired rounds.
    pub ci_high: f64,
    /// Exact two-sided p-value of McNemar's test.
    pub mcnemar_p: f64,
    /// Share of all rounds that end differently, in whatever way, with the member's veto changed.
    pub changed: Option<f64>,
    /// Normalised Banzhaf index of the appointing rule; empty if it could not be computed.
    pub banzhaf: Option<f64>,
    /// Absolute Banzhaf (Penrose) index.
    pub banzhaf_absolute: Option<f64>,
    /// Shapley-Shubik index.
    pub shapley_shubik: Option<f64>,
}

/// The rows of `comparison.csv`.
pub fn comparison(comparison: &Comparison) -> impl Iterator<Item = ComparisonRow<'_>> {
    comparison.outcomes.iter().map(|outcome| {
        let Difference { before, after, lost, gained, value, low, high } = outcome.difference;
        ComparisonRow {
            baseline: &comparison.baseline,
            assumption: &comparison.assumption,
            outcome: id(outcome.candidate.as_ref()),
            candidate_name: outcome.candidate.as_ref().map_or("", |key| &key.name),
            rounds: before.rounds,
            only_baseline: lost,
            only_assumption: gained,
            p_baseline: before.value,
            p: after.value,
            difference: value,
            ci_low: low,
            ci_high: high,
            mcnemar_p: outcome.difference.mcnemar_p(),
        }
    })
}

/// The rows of `acceptable.csv`.
pub fn acceptable(comparison: &Comparison) -> impl Iterator<Item = AcceptableRow<'_>> {
    let candidates = comparison.outcomes.iter().filter_map(|outcome| outcome.candidate.as_ref());
    candidates.zip(&comparison.acceptable).map(|(candidate, difference)| {
        let &Difference { before, after, lost, gained, value, low, high } = difference;
        AcceptableRow {
            baseline: &comparison.baseline,
            assumption: &comparison.assumption,
            candidate: &candidate.id,
            candidate_name: &candidate.name,
            rounds: before.rounds,
            only_baseline: lost,
            only_assumption: gained,
            p_baseline: before.value,
            p: after.value,
            difference: value,
            ci_low: low,
            ci_high: high,
            mcnemar_p: difference.mcnemar_p(),
        }
    })
}

/// The rows of `flows.csv`.
pub fn flows(comparison: &Comparison) -> impl Iterator<Item = FlowRow<'_>> {
    comparison.flows.iter().map(|flow| FlowRow {
        baseline: &comparison.baseline,
        assumption: &comparison.assumption,
        from: id(flow.from.as_ref()),
        to: id(flow.to.as_ref()),
        count: flow.probability.count,
        probability: flow.probability.value,
        share_of_from: flow.share.value,
    })
}

/// The rows of `influence.csv`.
pub fn influence(influence: &Influence) -> impl Iterator<Item = InfluenceRow<'_>> {
    influence.members.iter().flat_map(|member| {
        member.outcomes.iter().map(|outcome| {
            let difference = &outcome.difference;
            InfluenceRow {
                assumption: &influence.assumption,
                member: &member.member.id,
                member_name: &member.member.name,
                has_veto: member.has_veto,
                outcome: id(outcome.candidate.as_ref()),
                rounds: influence.rounds,
                p: difference.before.value,
                p_changed: difference.after.value,
                difference: difference.value,
                ci_low: difference.low,
                ci_high: difference.high,
                mcnemar_p: difference.mcnemar_p(),
                changed: member.changed.value,
                banzhaf: member.power.map(|power| power.banzhaf),
                banzhaf_absolute: member.power.map(|power| power.banzhaf_absolute),
                shapley_shubik: member.power.map(|power| power.shapley_shubik),
            }
        })
    })
}
