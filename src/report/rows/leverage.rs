//! Rows about what a point of support more would do.

use serde::Serialize;

use super::id;
use crate::analysis::Leverage;

/// `leverage.csv`: one row per member, candidate and outcome, member by member.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeverageRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the member.
    pub member: &'a str,
    /// Name of the member.
    pub member_name: &'a str,
    /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
    pub outcome: &'a str,
    /// Id of the candidate whom the member supports more.
    pub candidate: &'a str,
    /// Rounds simulated.
    pub rounds: u64,
    /// Share of the rounds that end so.
    pub probability: Option<f64>,
    /// Change of that probability per point of support; empty where nothing can be said (a view that is certain, or under
    /// 30 rounds that end so, or do not).
    pub change_per_point: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower bound of the change.
    pub ci_low: Option<f64>,
    /// Upper bound of the change.
    pub ci_high: Option<f64>,
    /// The variance of the estimate without its control variate, divided by that with it.
    pub variance_ratio: Option<f64>,
}

/// The rows of `leverage.csv`.
pub fn leverage(leverage: &Leverage) -> impl Iterator<Item = LeverageRow<'_>> {
    leverage.pairs.iter().flat_map(move |pair| {
        leverage.outcomes.iter().zip(&pair.slopes).map(move |(outcome, slope)| LeverageRow {
            assumption: &leverage.assumption,
            member: &leverage.members[pair.member].id,
            member_name: &leverage.members[pair.member].name,
            outcome: id(outcome.candidate.as_ref()),
            candidate: id(leverage.outcomes[pair.candidate].candidate.as_ref()),
            rounds: leverage.rounds,
            probability: outcome.probability.value,
            change_per_point: slope.map(|slope| slope.value),
            se: slope.map(|slope| slope.standard_error),
            ci_low: slope.map(|slope| slope.low),
            ci_high: slope.map(|slope| slope.high),
            variance_ratio: slope.and_then(|slope| slope.variance_ratio),
        })
    })
}
