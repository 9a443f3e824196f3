//! How likely members who see all candidates alike vote for each.

use std::f64::consts::PI;

use super::FitError;
use super::view::{group_shocks, priority_shocks};
use crate::model::{CandidateId, MemberId, Model, Noise};
use crate::simulation::{cdf, extremes};

/// Parts into which the views are divided where the chances have no closed form.
const CELLS: u32 = 512;

/// A member's views of the candidates of a poll at the first ballot, but for the support that is sought.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Mean utility of each without any support, points.
    base: Vec<f64>,
    /// Standard deviation of what is not known of the view of each and not shared by everyone, points; above 0.
    sd: Vec<f64>,
    /// Points from which the member votes; none if it always does.
    pub votes_at: Option<f64>,
}

/// The chances of what a member may do.
#[derive(Debug)]
pub struct VoteChances {
    /// To vote for each candidate.
    pub votes: Vec<f64>,
    /// To vote for nobody.
    pub abstains: f64,
}

impl Kind {
    /// The views that `m` has of `candidates`.
    ///
    /// # Errors
    /// That they have something in common, or a shock that is not of the noise's kind, or that they are certain.
    pub fn new(model: &Model, m: MemberId, candidates: &[CandidateId]) -> Result<Self, FitError> {
        let member = &model.members[m.index()];
        let is_moody = member.member_sd > 0.0 && member.votes_at.is_some();
        if is_moody || candidates.iter().any(|&c| priority_shocks(model, m, c) > 0.0) {
            return Err(FitError::ViewsInCommon);
        }
        let shocks = group_shocks(model, m);
        if shocks > 0.0 && !model.noise.is_normal() {
            return Err(FitError::ShocksNotNormal);
        }
        let support = |c: CandidateId| model.support[m.index() * model.candidates.len() + c.index()];
        let sd = |&c: &CandidateId| libm::hypot(model.uncertainty(m, c), libm::sqrt(shocks));
        let sd: Vec<f64> = candidates.iter().map(sd).collect();
        if sd.iter().any(|sd| *sd <= 0.0) {
            return Err(FitError::CertainVotes);
        }
        let base = candidates.iter().map(|&c| model.mean_utility(m, c) - support(c)).collect();
        Ok(Self { base, sd, votes_at: member.votes_at })
    }

    /// The largest standard deviation, points.
    pub fn widest(&self) -> f64 {
        self.sd.iter().copied().fold(0.0, f64::max)
    }

    /// The chances with this support of each candidate.
    pub fn chances(&self, noise: Noise, support: &[f64]) -> VoteChances {
        let means: Vec<f64> = self.base.iter().zip(support).map(|(base, support)| base + support).collect();
        let below = |x: f64| means.iter().zip(&self.sd).map(move |(mean, sd)| cdf(noise, (x - mean) / sd));
        let abstains = self.votes_at.map_or(0.0, |at| below(at).product());
        let votes = match self.sd.first() {
            Some(sd) if noise.is_gumbel() && self.sd.iter().all(|other| other == sd) => {
                logit(&means, sd * libm::sqrt(6.0) / PI, 1.0 - abstains)
            }
            _ => self.by_parts(noise, &means, below),
        };
        VoteChances { votes, abstains }
    }

    /// The chance that each view is the best, and at least `votes_at`: `∫ Π_{d≠c} F_d dF_c`, each part of the range with
    /// its whole chance and the product at its middle.
    fn by_parts<F: Iterator<Item = f64>>(&self, noise: Noise, means: &[f64], below: impl Fn(f64) -> F) -> Vec<f64> {
        let (lowest, highest) = extremes(noise);
        let ends = |z: f64| means.iter().zip(&self.sd).map(move |(mean, sd)| mean + z * sd);
        // The best is at least what the best of worst views is.
        let from = ends(lowest).fold(self.votes_at.unwrap_or(f64::NEG_INFINITY), f64::max);
        let to = ends(highest).fold(from, f64::max);
        let width = (to - from) / f64::from(CELLS);
        let mut votes = vec![0.0; means.len()];
        let mut low: Vec<f64> = below(from).collect();
        for cell in 0..CELLS {
            let start = from + f64::from(cell) * width;
            let middle: Vec<f64> = below(start + width / 2.0).collect();
            let high: Vec<f64> = below(start + width).collect();
            let mut others = products_without(&middle);
            for ((vote, chance), other) in votes.iter_mut().zip(low.iter().zip(&high)).zip(others.drain(..)) {
                *vote += (chance.1 - chance.0) * other;
            }
            low = high;
        }
        votes
    }
}

/// Chances in proportion to `exp(mean / scale)`, `all` together (McFadden).
fn logit(means: &[f64], scale: f64, all: f64) -> Vec<f64> {
    let best = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = means.iter().map(|mean| libm::exp((mean - best) / scale)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| all * weight / sum).collect()
}

/// For each the product of all others.
fn products_without(factors: &[f64]) -> Vec<f64> {
    let mut products = vec![1.0; factors.len()];
    let mut before = 1.0;
    for (product, factor) in products.iter_mut().zip(factors) {
        *product *= before;
        before *= factor;
    }
    let mut after = 1.0;
    for (product, factor) in products.iter_mut().zip(factors).rev() {
        *product *= after;
        after *= factor;
    }
    products
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(sd: &[f64], votes_at: Option<f64>) -> Kind {
        Kind { base: vec![0.0; sd.len()], sd: sd.to_vec(), votes_at }
    }

    /// The chances by parts; `means` are all there is to the views.
    fn parts(kind: &Kind, noise: Noise, means: &[f64]) -> Vec<f64> {
        kind.by_parts(noise, means, |x| means.iter().zip(&kind.sd).map(move |(mean, sd)| cdf(noise, (x - mean) / sd)))
    }

    #[test]
    fn by_parts_gumbel_noise_gives_the_logit() {
        let means = [0.7, -0.2, 0.0, -3.0];
        for at in [None, Some(0.5)] {
            let kind = kind(&[0.8; 4], at);
            let exact = kind.chances(Noise::Gumbel, &means);
            for (part, exact) in parts(&kind, Noise::Gumbel, &means).iter().zip(&exact.votes) {
                assert!((part - exact).abs() < 1e-4, "{at:?}: {part} {exact}");
            }
            assert!((exact.votes.iter().sum::<f64>() + exact.abstains - 1.0).abs() < 1e-12);
        }
    }

    /// Of two normal views one is better with probability Φ of the difference in units of its deviation.
    #[test]
    fn by_parts_two_normal_views_compare_as_their_difference() {
        let (means, sd) = ([0.4, -0.3], [0.5, 1.2]);
        let chances = kind(&sd, None).chances(Noise::Normal, &means);
        let exact = cdf(Noise::Normal, (means[0] - means[1]) / f64::hypot(sd[0], sd[1]));
        assert!((chances.votes[0] - exact).abs() < 1e-4, "{} {exact}", chances.votes[0]);
        assert!((chances.votes[1] - (1.0 - exact)).abs() < 1e-4);
    }
}
