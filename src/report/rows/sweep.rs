//! Rows about settings that are varied.

use super::{id, row};
use crate::analysis::sensitivity::{Indices, NoIntervals, OutcomeSensitivity, Sensitivity};
use crate::analysis::sweep::{Point, Sweep};
use crate::analysis::{Key, Proportion};

row! {
    /// `sweep.csv`: one row per point and outcome, candidates in the order of the scenario, then no consensus. Before
    /// these columns stand the point's number, from 0, and one column per varied setting, called by its path.
    SweepRow(candidate: Option<&'a Key>, share: Proportion, acceptable: Option<Proportion>) {
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(candidate),
        /// Rounds simulated at this point.
        rounds: u64 = share.rounds,
        /// Rounds that ended so.
        count: u64 = share.count,
        /// `count / rounds`.
        probability: Option<f64> = share.value,
        /// Lower bound of the probability.
        ci_low: f64 = share.low,
        /// Upper bound of the probability.
        ci_high: f64 = share.high,
        /// Rounds in which the candidate passed at some ballot, appointed or not; empty for no consensus, as what
        /// follows.
        acceptable_count: Option<u64> = acceptable.map(|share| share.count),
        /// `acceptable_count / rounds`.
        acceptable_rate: Option<f64> = acceptable.and_then(|share| share.value),
        /// Lower bound of `acceptable_rate`.
        acceptable_ci_low: Option<f64> = acceptable.map(|share| share.low),
        /// Upper bound of `acceptable_rate`.
        acceptable_ci_high: Option<f64> = acceptable.map(|share| share.high),
    }
}

row! {
    /// `sensitivity.csv`: one row per outcome and varied setting. Where the probability does not vary there are no
    /// indices; where `no_intervals` says so there are no intervals.
    SensitivityRow(
        sensitivity: &'a Sensitivity,
        outcome: &'a OutcomeSensitivity,
        setting: &'a str,
        indices: Option<Indices>
    ) {
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Path of the setting.
        setting: &'a str = setting,
        /// First-order Sobol' index: by what share the variance would shrink, on average, were the setting known.
        first_order: Option<f64> = indices.map(|indices| indices.first.value),
        /// Lower bound of `first_order`.
        first_order_ci_low: Option<f64> = indices.and_then(|indices| indices.first.low()),
        /// Upper bound of `first_order`.
        first_order_ci_high: Option<f64> = indices.and_then(|indices| indices.first.high()),
        /// Total Sobol' index: what share of the variance would be left, on average, were all other settings known.
        total: Option<f64> = indices.map(|indices| indices.total.value),
        /// Lower bound of `total`.
        total_ci_low: Option<f64> = indices.and_then(|indices| indices.total.low()),
        /// Upper bound of `total`.
        total_ci_high: Option<f64> = indices.and_then(|indices| indices.total.high()),
        /// Rows of the Sobol' design that the indices rest on; each has as many points as there are settings, and two
        /// more.
        n: usize = sensitivity.rows,
        /// Mean of the outcome's probability over the points A and B.
        mean: f64 = outcome.mean,
        /// Variance of the probability over these points.
        variance: f64 = outcome.variance,
        /// What simulating finitely many rounds can account for of the variance, at most.
        noise_variance: f64 = outcome.noise,
        /// Why there are no intervals: `too-few-rounds`; empty if there are, or if there are no indices.
        no_intervals: Option<&'static str> = outcome.no_intervals.map(NoIntervals::name),
    }
}

/// The rows of `sweep.csv` about one point.
pub fn sweep<'a>(sweep: &'a Sweep, point: &'a Point) -> impl Iterator<Item = SweepRow<'a>> {
    let outcomes = sweep.outcomes.iter().enumerate();
    outcomes.map(|(o, candidate)| SweepRow::new(candidate.as_ref(), point.outcome(o), point.acceptable(o)))
}

/// The rows of `sensitivity.csv`.
pub fn sensitivity(sensitivity: &Sensitivity) -> impl Iterator<Item = SensitivityRow<'_>> {
    sensitivity.outcomes.iter().flat_map(move |outcome| {
        sensitivity.settings.iter().enumerate().map(move |(j, setting)| {
            let indices = outcome.indices.as_ref().map(|indices| indices[j]);
            SensitivityRow::new(sensitivity, outcome, setting, indices)
        })
    })
}
