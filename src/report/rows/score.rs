//! Rows about how good forecasts were.

use super::{id, row};
use crate::analysis::score::{Forecaster, MeanScore, Means, Reliability, Score, Scored};

row! {
    /// `scores.csv`: one row per scenario and assumption, in the order in which they were given. Scores of naive forecasts
    /// are empty where there is no such forecast.
    ScoreRow(
        scored: &'a Scored,
        mine: Option<Score>,
        judged: Option<Score>,
        uniform: Option<Score>,
        leader: Option<Score>,
        shares: Option<Score>,
    ) {
        /// Path of the scenario, as given.
        scenario: &'a str = &scored.scenario,
        /// SHA-256 of its file, in hexadecimal.
        sha256: &'a str = &scored.sha256,
        /// Name of the assumption.
        assumption: &'a str = &scored.assumption,
        /// Id of the candidate who was in fact appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        actual: &'a str = id(scored.outcomes.get(scored.actual).and_then(Option::as_ref)),
        /// Share of the rounds that end so.
        probability: Option<f64> = mine.map(|score| score.probability),
        /// The logarithm of `0.99 probability + 0.01 / outcomes`.
        log_score: Option<f64> = mine.map(|score| score.log_score),
        /// Sum over outcomes of the squared difference between their probability and 1 if it is the actual one, 0 if not.
        brier: Option<f64> = mine.map(|score| score.brier),
        /// Rank of the actual outcome, from 1; the mean of those that are tied.
        rank: Option<f64> = mine.map(|score| score.rank),
        /// The same of the forecast that all outcomes are equally likely.
        uniform_probability: Option<f64> = uniform.map(|score| score.probability),
        /// Its log score.
        uniform_log_score: Option<f64> = uniform.map(|score| score.log_score),
        /// Its Brier score.
        uniform_brier: Option<f64> = uniform.map(|score| score.brier),
        /// Its rank of the actual outcome.
        uniform_rank: Option<f64> = uniform.map(|score| score.rank),
        /// The same of the forecast that the leader of the first poll wins as often as elsewhere.
        leader_probability: Option<f64> = leader.map(|score| score.probability),
        /// Its log score.
        leader_log_score: Option<f64> = leader.map(|score| score.log_score),
        /// Its Brier score.
        leader_brier: Option<f64> = leader.map(|score| score.brier),
        /// Its rank of the actual outcome.
        leader_rank: Option<f64> = leader.map(|score| score.rank),
        /// The same of the forecast by shares of the first poll.
        shares_probability: Option<f64> = shares.map(|score| score.probability),
        /// Its log score.
        shares_log_score: Option<f64> = shares.map(|score| score.log_score),
        /// Its Brier score.
        shares_brier: Option<f64> = shares.map(|score| score.brier),
        /// Its rank of the actual outcome.
        shares_rank: Option<f64> = shares.map(|score| score.rank),
        /// When the selection ended, YYYY-MM-DD; empty if the scenario does not say.
        decided: Option<&'a str> = scored.decided.as_deref(),
        /// Number of outcomes: the candidates and no consensus.
        outcomes: usize = scored.outcomes.len(),
        /// Rounds simulated.
        rounds: u64 = scored.rounds,
        /// Seed of their random numbers.
        seed: u64 = scored.seed,
        /// The same of the mean over the scenario's judgements; empty if it has none.
        judgements_probability: Option<f64> = judged.map(|score| score.probability),
        /// Its log score.
        judgements_log_score: Option<f64> = judged.map(|score| score.log_score),
        /// Its Brier score.
        judgements_brier: Option<f64> = judged.map(|score| score.brier),
        /// Its rank of the actual outcome.
        judgements_rank: Option<f64> = judged.map(|score| score.rank),
    }
}

row! {
    /// `mean_scores.csv`: one row per name of an assumption and forecaster.
    MeanScoreRow(means: &'a Means, score: &'a MeanScore) {
        /// Name of the assumption.
        assumption: &'a str = &means.assumption,
        /// `simulation`, `judgements`, `uniform`, `leader` or `shares`.
        forecaster: &'a str = score.forecaster.id(),
        /// Selections about which there is such a forecast.
        selections: usize = score.selections,
        /// Mean log score.
        log_score: f64 = score.log_score.mean,
        /// Lower bound of its bootstrap interval.
        log_score_ci_low: f64 = score.log_score.low,
        /// Upper bound of its bootstrap interval.
        log_score_ci_high: f64 = score.log_score.high,
        /// Mean Brier score.
        brier: f64 = score.brier.mean,
        /// Lower bound of its bootstrap interval.
        brier_ci_low: f64 = score.brier.low,
        /// Upper bound of its bootstrap interval.
        brier_ci_high: f64 = score.brier.high,
        /// Mean rank of the actual outcome.
        rank: f64 = score.rank.mean,
        /// Mean log score of the simulation about the same selections less this one; empty for the simulation.
        simulation_ahead: Option<f64> = score.simulation_ahead.map(|ahead| ahead.mean),
        /// Lower bound of its bootstrap interval.
        simulation_ahead_ci_low: Option<f64> = score.simulation_ahead.map(|ahead| ahead.low),
        /// Upper bound of its bootstrap interval.
        simulation_ahead_ci_high: Option<f64> = score.simulation_ahead.map(|ahead| ahead.high),
    }
}

row! {
    /// What came true of outcomes that were given about the same chance.
    ReliabilityRow(means: &'a Means, class: &'a Reliability) {
        /// Name of the assumption.
        assumption: &'a str = &means.assumption,
        /// Lowest chance of the class.
        from: f64 = class.from,
        /// Highest chance of the class.
        to: f64 = class.to,
        /// Outcomes in it.
        outcomes: u64 = class.happened.rounds,
        /// The chance that they were given on average.
        given: Option<f64> = class.given,
        /// How many happened.
        count: u64 = class.happened.count,
        /// Share that happened.
        happened: Option<f64> = class.happened.value,
        /// Lower bound of that share.
        ci_low: f64 = class.happened.low,
        /// Upper bound of that share.
        ci_high: f64 = class.happened.high,
    }
}

/// The row of `scores.csv` of each.
pub fn scores(scored: &[Scored]) -> impl Iterator<Item = ScoreRow<'_>> {
    scored.iter().map(|it| {
        let of = |forecaster| it.score(forecaster);
        let [mine, judged] = [Forecaster::Simulation, Forecaster::Judgements].map(of);
        let [uniform, leader, shares] = [Forecaster::Uniform, Forecaster::Leader, Forecaster::Shares].map(of);
        ScoreRow::new(it, mine, judged, uniform, leader, shares)
    })
}

/// The rows of `mean_scores.csv`.
pub fn mean_scores(means: &[Means]) -> impl Iterator<Item = MeanScoreRow<'_>> {
    means.iter().flat_map(|means| means.scores.iter().map(|score| MeanScoreRow::new(means, score)))
}

/// What came true, class by class; none of too few selections.
pub fn reliability(means: &[Means]) -> impl Iterator<Item = ReliabilityRow<'_>> {
    means
        .iter()
        .flat_map(|means| means.reliability.iter().flatten().map(move |class| ReliabilityRow::new(means, class)))
}
