//! How candidates fare at every ballot: support, objections and vetoes.

use super::key::Key;
use crate::model::{CandidateId, Model, Stage};
use crate::simulation::{ByBallot, Histogram, StandingTally, SupportBins};

/// How one candidate fares at one ballot of one stage, over the rounds in which they face it.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingFigures {
    /// Number of the ballot in its round, from 1.
    pub ballot: u32,
    /// Name of its stage.
    pub stage: String,
    /// Who.
    pub candidate: Key,
    /// Rounds in which they face it; at least 1.
    pub rounds: u64,
    /// Encouragements, or votes in a choice ballot, by the measure by which the stage counts support.
    pub support: Spread,
    /// Members who object.
    pub objections: Spread,
    /// Members who veto.
    pub vetoes: Spread,
}

/// Where a number lies over rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Its mean.
    pub mean: f64,
    /// The smallest value that it does not exceed in 5 % of the rounds.
    pub q05: f64,
    /// The same in 50 %.
    pub median: f64,
    /// The same in 95 %.
    pub q95: f64,
}

impl Spread {
    /// That of the numbers in `histogram`, each of which stands for a value; `mean` is that of the values.
    fn new(histogram: &Histogram, mean: f64, value: impl Fn(usize) -> f64) -> Self {
        let quantile = |percent| value(histogram.quantile(percent));
        Self { mean, q05: quantile(5), median: quantile(50), q95: quantile(95) }
    }

    /// That of members counted.
    fn of_heads(histogram: &Histogram) -> Self {
        Self::new(histogram, histogram.sum() as f64 / histogram.rounds() as f64, |heads| heads as f64)
    }
}

/// The figures of `by_ballot`, which was counted of `model`.
pub(super) fn figures(model: &Model, by_ballot: &ByBallot) -> Vec<StandingFigures> {
    let figures = |(ballot, stage, c, tally): (u32, usize, CandidateId, &StandingTally)| {
        let stage = &model.stages[stage];
        StandingFigures {
            ballot,
            stage: stage.name.clone(),
            candidate: Key::of(&model.candidates[c.index()]),
            rounds: tally.rounds(),
            support: support(model, stage, tally),
            objections: Spread::of_heads(&tally.objections),
            vetoes: Spread::of_heads(&tally.vetoes),
        }
    };
    by_ballot.standings().map(figures).collect()
}

fn support(model: &Model, stage: &Stage, tally: &StandingTally) -> Spread {
    let Some(sum) = tally.weighed else { return Spread::of_heads(&tally.support) };
    let (bins, unit) = (SupportBins::of(model, stage), model.measures[stage.support_by].unit() as f64);
    let mean = sum as f64 / tally.rounds() as f64 / unit;
    Spread::new(&tally.support, mean, |bin| bins.largest(bin) / unit)
}
