//! Rows about what a point of support more would do.

use super::{id, row};
use crate::analysis::{Leverage, Outcome, PairLeverage, Slope};

row! {
    /// `leverage.csv`: one row per member, candidate and outcome, member by member.
    LeverageRow(leverage: &'a Leverage, pair: &'a PairLeverage, outcome: &'a Outcome, slope: Option<Slope>) {
        /// Name of the assumption.
        assumption: &'a str = &leverage.assumption,
        /// Id of the member.
        member: &'a str = &leverage.members[pair.member].id,
        /// Name of the member.
        member_name: &'a str = &leverage.members[pair.member].name,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Id of the candidate whom the member supports more.
        candidate: &'a str = id(leverage.outcomes[pair.candidate].candidate.as_ref()),
        /// Rounds simulated.
        rounds: u64 = leverage.rounds,
        /// Share of the rounds that end so.
        probability: Option<f64> = outcome.probability.value,
        /// Change of that probability per point of support; empty where nothing can be said (a view that is certain, or
        /// under 30 rounds that end so, or do not).
        change_per_point: Option<f64> = slope.map(|slope| slope.value),
        /// Its standard error.
        se: Option<f64> = slope.map(|slope| slope.standard_error),
        /// Lower bound of the change.
        ci_low: Option<f64> = slope.map(|slope| slope.low),
        /// Upper bound of the change.
        ci_high: Option<f64> = slope.map(|slope| slope.high),
        /// The variance of the estimate without its control variate, divided by that with it.
        variance_ratio: Option<f64> = slope.and_then(|slope| slope.variance_ratio),
    }
}

/// The rows of `leverage.csv`.
pub fn leverage(leverage: &Leverage) -> impl Iterator<Item = LeverageRow<'_>> {
    leverage.pairs.iter().flat_map(move |pair| {
        let slopes = leverage.outcomes.iter().zip(&pair.slopes);
        slopes.map(move |(outcome, slope)| LeverageRow::new(leverage, pair, outcome, *slope))
    })
}
