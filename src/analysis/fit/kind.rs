//! How likely members who see all candidates alike vote for each.

use std::f64::consts::PI;

use super::FitError;
use super::view::group_shocks;
use crate::model::{CandidateId, MemberId, Model, Noise};
use crate::simulation::{cdf, extremes};

/// Parts into which the views are divided where the chances have no closed form.
const CELLS: u32 = 512;
/// Standard deviations up to which normal shocks are summed over.
const FAR: f64 = 4.5;
/// Their steps, at most and at least.
const STEPS: (f64, f64) = (0.5, 0.05);
/// Shocks to several views at once that are summed over, at most: where the chances have a closed form, and where not.
const COMMON: (usize, usize) = (2, 1);

/// A member's views of the candidates of a poll at the first ballot, but for the support that is sought.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Mean utility of each without any support, points.
    base: Vec<f64>,
    /// Standard deviation of the noise in the view of each, points; above 0. Where the noise is normal, so are the shocks of
    /// groups, and they are part of it.
    sd: Vec<f64>,
    /// Standard deviation of the shocks of groups to each view, where the noise is not normal; points.
    shocks: f64,
    /// What moves several views at once: by shock, points a standard deviation for each candidate.
    common: Vec<Vec<f64>>,
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
    /// That they have too much in common, or that they are certain.
    pub fn new(model: &Model, m: MemberId, candidates: &[CandidateId]) -> Result<Self, FitError> {
        let member = &model.members[m.index()];
        let priority = |(k, sd): (usize, &f64)| -> Vec<f64> {
            candidates.iter().map(|c| sd * model.candidates[c.index()].traits[k]).collect()
        };
        let mood = vec![member.member_sd; candidates.len()];
        let common = member.priority_sd.iter().enumerate().map(priority).chain([mood]);
        // What moves all views alike changes no vote, unless some are not good enough for one.
        let acts = |points: &Vec<f64>| {
            points.iter().any(|it| *it != 0.0 && (member.votes_at.is_some() || points.first() != Some(it)))
        };
        let common: Vec<Vec<f64>> = common.filter(acts).collect();
        let shocks = libm::sqrt(group_shocks(model, m));
        let (within, shocks) = if model.noise.is_normal() { (shocks, 0.0) } else { (0.0, shocks) };
        let support = |c: CandidateId| model.support[m.index() * model.candidates.len() + c.index()];
        let sd: Vec<f64> = candidates.iter().map(|&c| libm::hypot(model.uncertainty(m, c), within)).collect();
        if sd.iter().any(|sd| *sd <= 0.0) {
            return Err(FitError::CertainVotes);
        }
        let base = candidates.iter().map(|&c| model.mean_utility(m, c) - support(c)).collect();
        let kind = Self { base, sd, shocks, common, votes_at: member.votes_at };
        let most = if kind.scale(model.noise).is_some() { COMMON.0 } else { COMMON.1 };
        if kind.common.len() > most { Err(FitError::ViewsInCommon) } else { Ok(kind) }
    }

    /// What views are measured in where the chances of votes have a closed form: Gumbel noise of one scale.
    fn scale(&self, noise: Noise) -> Option<f64> {
        let sd = self.sd.first().filter(|sd| self.sd.iter().all(|other| other == *sd))?;
        (noise.is_gumbel() && self.shocks == 0.0).then(|| sd * libm::sqrt(6.0) / PI)
    }

    /// The largest standard deviation, points.
    pub fn widest(&self) -> f64 {
        libm::hypot(self.sd.iter().copied().fold(0.0, f64::max), self.shocks)
    }

    /// The chances with this support of each candidate.
    pub fn chances(&self, noise: Noise, support: &[f64]) -> VoteChances {
        let means: Vec<f64> = self.base.iter().zip(support).map(|(base, support)| base + support).collect();
        let mut sum = VoteChances { votes: vec![0.0; means.len()], abstains: 0.0 };
        for (moved, weight) in self.moved(&means) {
            let chances = self.chances_at(noise, &moved);
            sum.votes.iter_mut().zip(&chances.votes).for_each(|(sum, chance)| *sum += weight * chance);
            sum.abstains += weight * chances.abstains;
        }
        sum
    }

    /// The means with what moves several at once, and the weight of each case.
    fn moved(&self, means: &[f64]) -> Vec<(Vec<f64>, f64)> {
        let mut cases = vec![(means.to_vec(), 1.0)];
        for points in &self.common {
            let nodes = self.nodes(points.iter().fold(0.0, |most, it| it.abs().max(most)));
            let with = |(means, weight): &(Vec<f64>, f64)| -> Vec<_> {
                let moved = |z: f64| means.iter().zip(points).map(|(mean, points)| mean + z * points).collect();
                nodes.iter().map(|&(z, part)| (moved(z), weight * part)).collect()
            };
            cases = cases.iter().flat_map(with).collect();
        }
        cases
    }

    /// A standard normal in steps, with their weights: fine enough for shocks of so many points beside the noise.
    fn nodes(&self, points: f64) -> Vec<(f64, f64)> {
        if points <= 0.0 {
            return vec![(0.0, 1.0)];
        }
        let finest = self.sd.iter().copied().fold(f64::INFINITY, f64::min);
        let step = (finest / points).clamp(STEPS.1, STEPS.0);
        let steps = (FAR / step).ceil() as i32;
        let nodes: Vec<(f64, f64)> =
            (-steps..=steps).map(|i| f64::from(i) * step).map(|z| (z, libm::exp(-z * z / 2.0))).collect();
        let sum: f64 = nodes.iter().map(|(_, weight)| weight).sum();
        nodes.into_iter().map(|(z, weight)| (z, weight / sum)).collect()
    }

    /// The chances with these means.
    fn chances_at(&self, noise: Noise, means: &[f64]) -> VoteChances {
        let nodes = self.nodes(self.shocks);
        let chance = |x: f64, mean: f64, sd: f64| -> f64 {
            nodes.iter().map(|(z, weight)| weight * cdf(noise, (x - mean - z * self.shocks) / sd)).sum()
        };
        let below = |x: f64| means.iter().zip(&self.sd).map(move |(mean, sd)| chance(x, *mean, *sd));
        let abstains = self.votes_at.map_or(0.0, |at| below(at).product());
        let votes = match self.scale(noise) {
            Some(scale) => logit(means, scale, 1.0 - abstains),
            None => self.by_parts(noise, means, below),
        };
        VoteChances { votes, abstains }
    }

    /// The chance that each view is the best, and at least `votes_at`: `∫ Π_{d≠c} F_d dF_c`, each part of the range with
    /// its whole chance and the product at its middle.
    fn by_parts<F: Iterator<Item = f64>>(&self, noise: Noise, means: &[f64], below: impl Fn(f64) -> F) -> Vec<f64> {
        let (lowest, highest) = extremes(noise);
        let far = FAR * self.shocks;
        let ends = |z: f64| means.iter().zip(&self.sd).map(move |(mean, sd)| mean + z * sd + far.copysign(z));
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
        Kind { base: vec![0.0; sd.len()], sd: sd.to_vec(), shocks: 0.0, common: Vec::new(), votes_at }
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
