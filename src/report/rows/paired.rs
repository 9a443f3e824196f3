//! Rows that set two worlds side by side, on the same draws.

use super::{id, name, row};
use crate::analysis::power::Power;
use crate::analysis::{Comparison, Difference, Flow, Influence, Key, MemberInfluence, OutcomeDifference};

/// The row of how often something is so under the baseline and under an assumption; `$what` is the column that says
/// what.
macro_rules! difference_row {
    ($(#[$about:meta])* $name:ident { $(#[$meaning:meta])* $what:ident }) => {
        row! {
            $(#[$about])*
            $name(comparison: &'a Comparison, candidate: Option<&'a Key>, difference: &'a Difference) {
                /// Name of the assumption compared with.
                baseline: &'a str = &comparison.baseline,
                /// Name of the assumption.
                assumption: &'a str = &comparison.assumption,
                $(#[$meaning])*
                $what: &'a str = id(candidate),
                /// Name of the candidate; empty for no consensus.
                candidate_name: &'a str = name(candidate),
                /// Rounds simulated, the same under both.
                rounds: u64 = difference.before.rounds,
                /// Rounds in which it is so only under the baseline.
                only_baseline: u64 = difference.lost,
                /// Rounds in which it is so only under the assumption.
                only_assumption: u64 = difference.gained,
                /// Share of the rounds in which it is so under the baseline.
                p_baseline: Option<f64> = difference.before.value,
                /// Share of the rounds in which it is so under the assumption.
                p: Option<f64> = difference.after.value,
                /// `p − p_baseline`.
                difference: f64 = difference.value,
                /// Lower bound of the difference, from the paired rounds.
                ci_low: f64 = difference.low,
                /// Upper bound of the difference, from the paired rounds.
                ci_high: f64 = difference.high,
                /// Exact two-sided p-value of McNemar's test.
                mcnemar_p: f64 = difference.mcnemar_p(),
            }
        }
    };
}

difference_row! {
    /// `comparison.csv`: one row per assumption (the baseline apart) and outcome, in the order of the scenario, then no
    /// consensus: how often rounds end so.
    ComparisonRow {
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome
    }
}

difference_row! {
    /// `acceptable.csv`: one row per assumption (the baseline apart) and candidate: how often the candidate passes at
    /// some ballot, appointed or not.
    AcceptableRow {
        /// Id of the candidate.
        candidate
    }
}

row! {
    /// `flows.csv`: one row per assumption (the baseline apart), outcome under the baseline and outcome under the
    /// assumption, of those pairs that occur.
    FlowRow(comparison: &'a Comparison, flow: &'a Flow) {
        /// Name of the assumption compared with.
        baseline: &'a str = &comparison.baseline,
        /// Name of the assumption.
        assumption: &'a str = &comparison.assumption,
        /// Outcome under the baseline: id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        from: &'a str = id(flow.from.as_ref()),
        /// Outcome of the same rounds under the assumption.
        to: &'a str = id(flow.to.as_ref()),
        /// Rounds that end so.
        count: u64 = flow.probability.count,
        /// `count` out of all rounds.
        probability: Option<f64> = flow.probability.value,
        /// `count` out of the rounds with outcome `from`.
        share_of_from: Option<f64> = flow.share.value,
    }
}

row! {
    /// `influence.csv`: one row per member and outcome; members in the order of their influence.
    InfluenceRow(influence: &'a Influence, member: &'a MemberInfluence, outcome: &'a OutcomeDifference) {
        /// Name of the assumption.
        assumption: &'a str = &influence.assumption,
        /// Id of the member.
        member: &'a str = &member.member.id,
        /// Name of the member.
        member_name: &'a str = &member.member.name,
        /// Whether the member has a veto, its own or one that an event gives; it is then taken away, otherwise an
        /// absolute one is given.
        has_veto: bool = member.has_veto,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Rounds simulated.
        rounds: u64 = influence.rounds,
        /// Share of the rounds that end so as assumed.
        p: Option<f64> = outcome.difference.before.value,
        /// Share of the rounds that end so with the member's veto changed.
        p_changed: Option<f64> = outcome.difference.after.value,
        /// `p_changed − p`.
        difference: f64 = outcome.difference.value,
        /// Lower bound of the difference, from the paired rounds.
        ci_low: f64 = outcome.difference.low,
        /// Upper bound of the difference, from the paired rounds.
        ci_high: f64 = outcome.difference.high,
        /// Exact two-sided p-value of McNemar's test.
        mcnemar_p: f64 = outcome.difference.mcnemar_p(),
        /// Share of all rounds that end differently, in whatever way, with the member's veto changed.
        changed: Option<f64> = member.changed.value,
        /// Normalised Banzhaf index of the appointing rule; empty if there is none.
        banzhaf: Option<f64> = member.power.map(|power| power.banzhaf),
        /// Absolute Banzhaf (Penrose) index.
        banzhaf_absolute: Option<f64> = member.power.map(|power| power.banzhaf_absolute),
        /// Shapley-Shubik index.
        shapley_shubik: Option<f64> = member.power.map(|power| power.shapley_shubik),
        /// How these indices were had: `exact`, or `sampled`: estimated from random orders and coalitions.
        power_method: Option<&'static str> = member.power.as_ref().map(Power::method),
        /// Standard error of `banzhaf`; empty if it is exact, as the next two.
        banzhaf_se: Option<f64> = member.power.and_then(|power| power.errors).map(|errors| errors.banzhaf),
        /// Standard error of `banzhaf_absolute`.
        banzhaf_absolute_se: Option<f64> =
            member.power.and_then(|power| power.errors).map(|errors| errors.banzhaf_absolute),
        /// Standard error of `shapley_shubik`.
        shapley_shubik_se: Option<f64> = member.power.and_then(|power| power.errors).map(|errors| errors.shapley_shubik),
    }
}

/// The rows of `comparison.csv`.
pub fn comparison(comparison: &Comparison) -> impl Iterator<Item = ComparisonRow<'_>> {
    let outcomes = comparison.outcomes.iter();
    outcomes.map(|outcome| ComparisonRow::new(comparison, outcome.candidate.as_ref(), &outcome.difference))
}

/// The rows of `acceptable.csv`.
pub fn acceptable(comparison: &Comparison) -> impl Iterator<Item = AcceptableRow<'_>> {
    let candidates = comparison.outcomes.iter().filter_map(|outcome| outcome.candidate.as_ref());
    let differences = candidates.zip(&comparison.acceptable);
    differences.map(|(candidate, difference)| AcceptableRow::new(comparison, Some(candidate), difference))
}

/// The rows of `flows.csv`.
pub fn flows(comparison: &Comparison) -> impl Iterator<Item = FlowRow<'_>> {
    comparison.flows.iter().map(|flow| FlowRow::new(comparison, flow))
}

/// The rows of `influence.csv`.
pub fn influence(influence: &Influence) -> impl Iterator<Item = InfluenceRow<'_>> {
    let members = influence.members.iter();
    members.flat_map(|member| member.outcomes.iter().map(|outcome| InfluenceRow::new(influence, member, outcome)))
}
