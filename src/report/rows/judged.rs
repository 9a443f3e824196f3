//! Rows about what comes out over judgements.

use super::{id, name, row};
use crate::analysis::Proportion;
use crate::analysis::judgements::{
    AssumptionDifferences, AssumptionRanges, DifferenceRange, JudgementIndex, OutcomeRange, Ranges,
};

row! {
    /// `ranges.csv`: one row per assumption and outcome, candidates in the order of the scenario, then no consensus. The
    /// quantiles are over the points where judgements are drawn, once what the rounds add to the variance is taken away.
    RangeRow(ranges: &'a Ranges, of: &'a AssumptionRanges, outcome: &'a OutcomeRange) {
        /// Name of the assumption.
        assumption: &'a str = &of.assumption,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Name of the candidate; empty for no consensus.
        candidate_name: &'a str = name(outcome.candidate.as_ref()),
        /// Probability of the scenario as written.
        probability: Option<f64> = outcome.written.value,
        /// Mean over judgements.
        mean: f64 = outcome.spreading.mean,
        /// The probability below which it is at 5 % of the points.
        q05: f64 = outcome.spreading.quantiles[0],
        /// At 25 %.
        q25: f64 = outcome.spreading.quantiles[1],
        /// At 50 %.
        median: f64 = outcome.spreading.quantiles[2],
        /// At 75 %.
        q75: f64 = outcome.spreading.quantiles[3],
        /// At 95 %.
        q95: f64 = outcome.spreading.quantiles[4],
        /// Points simulated.
        points: usize = ranges.points.len(),
        /// Rounds at each.
        rounds_per_point: u64 = ranges.rounds_per_point,
        /// Share of the variance over the points that the rounds account for; it is taken away from the quantiles.
        noise_share: f64 = outcome.spreading.noise_share,
    }
}

row! {
    /// `judgements.csv`: one row per assumption, point and outcome. Between `point` and `outcome` stands one column per
    /// judgement, called by its name, with what was drawn.
    JudgedRow(outcome: &'a OutcomeRange, share: Proportion) {
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Rounds simulated at this point.
        rounds: u64 = share.rounds,
        /// Rounds that ended so.
        count: u64 = share.count,
        /// `count / rounds`.
        probability: Option<f64> = share.value,
    }
}

row! {
    /// `judgement_indices.csv`: one row per assumption, outcome and judgement. Where the probability does not vary, most of
    /// what it varies is due to the rounds, or there are fewer than 64 points, the figures are empty.
    JudgementIndexRow(
        of: &'a AssumptionRanges,
        outcome: &'a OutcomeRange,
        judgement: &'a str,
        held: f64,
        index: Option<JudgementIndex>
    ) {
        /// Name of the assumption.
        assumption: &'a str = &of.assumption,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Name of the judgement.
        judgement: &'a str = judgement,
        /// By what share the variance over judgements would shrink, on average, were this one known.
        first_order: Option<f64> = index.map(|index| index.first_order),
        /// Lower bound of `first_order`.
        ci_low: Option<f64> = index.map(|index| index.first_order - index.reach),
        /// Upper bound of `first_order`.
        ci_high: Option<f64> = index.map(|index| index.first_order + index.reach),
        /// By how much the probability rises per unit of what is drawn, along the line that fits best; empty for `one_of`.
        slope: Option<f64> = index.and_then(|index| index.slope),
        /// Mean probability where what is drawn is in its lowest eighth; of `one_of` with its least favourable value.
        at_low: Option<f64> = index.map(|index| index.at_low),
        /// Mean probability where it is in its highest eighth; of `one_of` with its most favourable value.
        at_high: Option<f64> = index.map(|index| index.at_high),
        /// Share of the points at which a value was held at a limit of the format.
        held: f64 = held,
    }
}

row! {
    /// `comparison_ranges.csv`: one row per assumption but the baseline and outcome.
    ComparisonRangeRow(of: &'a AssumptionDifferences, outcome: &'a DifferenceRange) {
        /// Name of the baseline.
        baseline: &'a str = &of.baseline,
        /// Name of the assumption.
        assumption: &'a str = &of.assumption,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// How much more often than under the baseline, as written.
        difference: f64 = outcome.written,
        /// The difference below which it is at 5 % of the points.
        q05: f64 = outcome.spreading.quantiles[0],
        /// At 50 %.
        median: f64 = outcome.spreading.quantiles[2],
        /// At 95 %.
        q95: f64 = outcome.spreading.quantiles[4],
        /// Share of the points at which it has the sign that it has as written; no difference counts as another sign.
        same_sign: f64 = outcome.same_sign,
        /// Mean over judgements.
        mean: f64 = outcome.spreading.mean,
        /// Share of the variance over the points that the rounds account for; it is taken away from the quantiles.
        noise_share: f64 = outcome.spreading.noise_share,
    }
}

/// The rows of `ranges.csv`.
pub fn ranges(ranges: &Ranges) -> impl Iterator<Item = RangeRow<'_>> {
    let all = ranges.assumptions.iter();
    all.flat_map(move |of| of.outcomes.iter().map(move |outcome| RangeRow::new(ranges, of, outcome)))
}

/// The rows of `judgements.csv`, each with the name of its assumption, the number of its point and what was drawn there.
pub fn judged(ranges: &Ranges) -> impl Iterator<Item = (&str, usize, &[String], JudgedRow<'_>)> {
    ranges.assumptions.iter().enumerate().flat_map(move |(number, of)| {
        ranges.points.iter().zip(&ranges.drawn).enumerate().flat_map(move |(at, (point, drawn))| {
            of.outcomes.iter().zip(&point.ended[number]).map(move |(outcome, &count)| {
                let row = JudgedRow::new(outcome, Proportion::new(count, point.rounds));
                (of.assumption.as_str(), at, drawn.as_slice(), row)
            })
        })
    })
}

/// The rows of `judgement_indices.csv`.
pub fn judgement_indices(ranges: &Ranges) -> impl Iterator<Item = JudgementIndexRow<'_>> {
    ranges.assumptions.iter().flat_map(move |of| {
        of.outcomes.iter().flat_map(move |outcome| {
            ranges.judgements.iter().enumerate().map(move |(number, judgement)| {
                let index = outcome.indices.as_ref().map(|indices| indices[number]);
                JudgementIndexRow::new(of, outcome, &judgement.name, of.held[number], index)
            })
        })
    })
}

/// The rows of `comparison_ranges.csv`.
pub fn comparison_ranges(ranges: &Ranges) -> impl Iterator<Item = ComparisonRangeRow<'_>> {
    let all = ranges.differences.iter();
    all.flat_map(|of| of.outcomes.iter().map(move |outcome| ComparisonRangeRow::new(of, outcome)))
}
