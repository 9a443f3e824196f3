//! Rows about settings that are varied.

use serde::Serialize;

use super::id;
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::{Point, Sweep};

/// `sweep.csv`: one row per point and outcome, candidates in the order of the scenario, then no consensus. Before these columns
/// stand the point's number, from 0, and one column per varied setting, called by its path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepRow<'a> {
    /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
    pub outcome: &'a str,
    /// Rounds simulated at this point.
    pub rounds: u64,
    /// Rounds that ended so.
    pub count: u64,
    /// `count / rounds`.
    pub probability: Option<f64>,
    /// Lower bound of the probability.
    pub ci_low: f64,
    /// Upper bound of the probability.
    pub ci_high: f64,
    /// Rounds in which the candidate passed at some ballot, appointed or not; empty for no consensus, as what follows.
    pub acceptable_count: Option<u64>,
    /// `acceptable_count / rounds`.
    pub acceptable_rate: Option<f64>,
    /// Lower bound of `acceptable_rate`.
    pub acceptable_ci_low: Option<f64>,
    /// Upper bound of `acceptable_rate`.
    pub acceptable_ci_high: Option<f64>,
}

/// `sensitivity.csv`: one row per outcome and varied setting. Where the probability does not vary there are no indices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SensitivityRow<'a> {
    /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
    pub outcome: &'a str,
    /// Path of the setting.
    pub setting: &'a str,
    /// First-order Sobol' index: by what share the variance would shrink, on average, were the setting known.
    pub first_order: Option<f64>,
    /// Lower bound of `first_order`.
    pub first_order_ci_low: Option<f64>,
    /// Upper bound of `first_order`.
    pub first_order_ci_high: Option<f64>,
    /// Total Sobol' index: what share of the variance would be left, on average, were all other settings known.
    pub total: Option<f64>,
    /// Lower bound of `total`.
    pub total_ci_low: Option<f64>,
    /// Upper bound of `total`.
    pub total_ci_high: Option<f64>,
    /// Rows of the Sobol' design that the indices rest on; each has as many points as there are settings, and two more.
    pub n: usize,
    /// Mean of the outcome's probability over the points A and B.
    pub mean: f64,
    /// Variance of the probability over these points.
    pub variance: f64,
    /// What simulating finitely many rounds can account for of the variance, at most.
    pub noise_variance: f64,
}

/// The rows of `sweep.csv` about one point.
pub fn sweep<'a>(sweep: &'a Sweep, point: &'a Point) -> impl Iterator<Item = SweepRow<'a>> {
    sweep.outcomes.iter().enumerate().map(|(o, candidate)| {
        let (share, acceptable) = (point.outcome(o), point.acceptable(o));
        SweepRow {
            outcome: id(candidate.as_ref()),
            rounds: share.rounds,
            count: share.count,
            probability: share.value,
            ci_low: share.low,
            ci_high: share.high,
            acceptable_count: acceptable.map(|share| share.count),
            acceptable_rate: acceptable.and_then(|share| share.value),
            acceptable_ci_low: acceptable.map(|share| share.low),
            acceptable_ci_high: acceptable.map(|share| share.high),
        }
    })
}

/// The rows of `sensitivity.csv`.
pub fn sensitivity<'a>(sweep: &'a Sweep, sensitivity: &'a Sensitivity) -> impl Iterator<Item = SensitivityRow<'a>> {
    sensitivity.outcomes.iter().flat_map(move |outcome| {
        sweep.settings.iter().enumerate().map(move |(j, setting)| {
            let indices = outcome.indices.as_ref().map(|indices| indices[j]);
            let (first, total) = (indices.map(|indices| indices.first), indices.map(|indices| indices.total));
            SensitivityRow {
                outcome: id(outcome.candidate.as_ref()),
                setting,
                first_order: first.map(|index| index.value),
                first_order_ci_low: first.map(|index| index.low()),
                first_order_ci_high: first.map(|index| index.high()),
                total: total.map(|index| index.value),
                total_ci_low: total.map(|index| index.low()),
                total_ci_high: total.map(|index| index.high()),
                n: sensitivity.rows,
                mean: outcome.mean,
                variance: outcome.variance,
                noise_variance: outcome.noise,
            }
        })
    })
}
