//! What a little more support would do to each outcome: slopes with standard errors.

use statrs::distribution::{ContinuousCDF, Normal};

use super::estimate::Z;
use super::key::Key;
use super::selection::{Outcome, Selection};
use crate::model::Model;
use crate::simulation::{Plan, ScoreSum, Scored};

/// Rounds that must end with an outcome, and not with it, before its slope and standard error mean anything.
const FEWEST: u64 = 30;

/// The slope of every outcome's probability in every member's support for every candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Leverage {
    /// Name of the assumption.
    pub assumption: String,
    /// Rounds simulated.
    pub rounds: u64,
    /// The members, in the order of the file.
    pub members: Vec<Key>,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<Outcome>,
    /// Every member with every candidate, member by member.
    pub pairs: Vec<PairLeverage>,
}

/// What one member's support for one candidate does.
#[derive(Debug, Clone, PartialEq)]
pub struct PairLeverage {
    /// Index into [`Leverage::members`].
    pub member: usize,
    /// Index into [`Leverage::outcomes`].
    pub candidate: usize,
    /// By outcome. None where nothing can be said: the member's view of the candidate is certain, or of the rounds in
    /// which the candidate could be asked about too few (under 30) ended so, or too few did not.
    pub slopes: Vec<Option<Slope>>,
}

/// By how much the probability of an outcome changes for a point of support more: the derivative, at the judgements as
/// they are.
///
/// With the scores `S` of the rounds and `Y = S` in those that end so, 0 in others, it is
///
/// ```text
/// (mean Y − b · mean S) / uncertainty,        b = cov(Y, S) / var(S)
/// ```
///
/// `S` has mean 0, so that `b` costs no bias to speak of, and takes away the most variance: what is left is
/// `(var(Y) − cov(Y, S)² / var(S)) / rounds / uncertainty²`, with `rounds − 2` degrees of freedom. Over the
/// outcomes the slopes add up to 0. (A control variate with its optimal coefficient: S. Asmussen and P. W. Glynn,
/// *Stochastic Simulation*, 2007, chapters V.2 and VII.3, <https://doi.org/10.1007/978-0-387-69033-9>.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Change of probability per point.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower bound of the normal 95 % interval.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// The variance without the control variate, divided by that with it; none if nothing is left of it.
    pub variance_ratio: Option<f64>,
}

impl Leverage {
    /// The slopes that `scored`, from rounds of `plan`, says.
    pub fn new(plan: &Plan, scored: &Scored) -> Self {
        let model: &Model = &plan.model;
        let Selection { assumption, rounds, members, outcomes, .. } = Selection::new(model, &scored.tally);
        let pair = |(m, c)| {
            let pair = plan.pair(m, c);
            let sums = &scored.sums[pair * outcomes.len()..][..outcomes.len()];
            let mut all = ScoreSum::default();
            sums.iter().for_each(|sum| all.merge(sum));
            let slope = |so: &ScoreSum| Slope::new(so, &all, rounds, plan.uncertainty[pair].into());
            PairLeverage { member: m.index(), candidate: c.index(), slopes: sums.iter().map(slope).collect() }
        };
        let pairs = model.member_ids().flat_map(|(m, _)| model.candidate_ids().map(move |(c, _)| (m, c)));
        Self { assumption, rounds, members, pairs: pairs.map(pair).collect(), outcomes }
    }

    /// The slopes of an outcome, those first that are surely steep: by the end of their interval nearer to 0.
    pub fn steepest(&self, outcome: usize) -> Vec<(&PairLeverage, Slope)> {
        let slopes = self.pairs.iter().filter_map(|pair| Some((pair, pair.slopes[outcome]?)));
        let mut slopes: Vec<_> = slopes.collect();
        let surely = |slope: &Slope| slope.value.abs() - Z * slope.standard_error;
        slopes.sort_by(|(_, a), (_, b)| surely(b).total_cmp(&surely(a)));
        slopes
    }

    /// How many slopes there are.
    pub fn slopes(&self) -> usize {
        self.pairs.iter().flat_map(|pair| &pair.slopes).flatten().count()
    }

    /// Standard errors from 0 beyond which, were all slopes 0, any one of them would lie with a probability of at most
    /// 5 % (Bonferroni).
    pub fn beyond_chance(&self) -> f64 {
        Normal::standard().inverse_cdf(1.0 - 0.025 / self.slopes().max(1) as f64)
    }
}

impl Slope {
    /// From the scores of the rounds that end so and of all, if there are enough of them.
    fn new(so: &ScoreSum, all: &ScoreSum, rounds: u64, uncertainty: f64) -> Option<Self> {
        if so.rounds.min(all.rounds - so.rounds) < FEWEST {
            return None;
        }
        let n = rounds as f64;
        // Sums of squares and products about the means.
        let variance = so.squares() - so.total() * so.total() / n;
        let covariance = so.squares() - so.total() * all.total() / n;
        let coefficient = covariance / (all.squares() - all.total() * all.total() / n);
        let value = (so.total() - coefficient * all.total()) / n / uncertainty;
        let left = variance - coefficient * covariance;
        let standard_error = (left.max(0.0) / (n - 2.0) / n).sqrt() / uncertainty;
        let (low, high) = (value - Z * standard_error, value + Z * standard_error);
        Some(Self { value, standard_error, low, high, variance_ratio: (left > 0.0).then(|| variance / left) })
    }

    /// Whether the interval excludes 0.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}
