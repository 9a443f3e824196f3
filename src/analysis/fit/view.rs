//! How likely one member's three answers about one candidate are.

use crate::model::{CandidateId, MemberId, Model, Noise};

const SQRT_3: f64 = 1.732_050_807_568_877_2;
const SQRT_6: f64 = 2.449_489_742_783_178;
/// The Euler–Mascheroni constant, mean of the standard Gumbel distribution.
const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// A member's view of a candidate at the first ballot, but for the support that is sought.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Mean utility without any support, goodwill of the first stage included, points.
    pub base: f64,
    /// Points from which the member encourages.
    pub accept_at: f64,
    /// Points below which the member objects.
    pub object_at: f64,
    /// Standard deviation of all that the member shares with others: groups, month, moment; points.
    pub shared: f64,
    /// The member's own uncertainty about the candidate, points; none if it is the one common to all.
    pub own: Option<f64>,
}

impl View {
    /// The view that `m` has of `c`; `common` says whether its uncertainty is the one common to all.
    pub fn new(model: &Model, m: MemberId, c: CandidateId, common: bool) -> Self {
        let (member, candidate) = (&model.members[m.index()], &model.candidates[c.index()]);
        let groups = model.groups.iter().filter(|group| group.members.contains(m)).map(|group| group.sd);
        let traits = model.traits.iter().zip(&candidate.traits).map(|(shock, value)| shock.sd * value);
        let shared: f64 = groups.chain(traits).chain([candidate.common_sd]).map(|sd| sd * sd).sum();
        let support = model.support[m.index() * model.candidates.len() + c.index()];
        let goodwill = model.stages.first().map_or(0.0, |stage| stage.goodwill);
        Self {
            base: model.mean_utility(m, c) - support + goodwill,
            accept_at: member.accept_at,
            object_at: member.object_at,
            shared: libm::sqrt(shared),
            own: (!common).then(|| model.uncertainty(m, c)),
        }
    }

    /// Standard deviation of the view if the common uncertainty is `uncertainty`, points.
    pub fn sd(&self, uncertainty: f64) -> f64 {
        libm::hypot(self.own.unwrap_or(uncertainty), self.shared)
    }

    /// Probabilities of encouraging and of objecting with this support.
    pub fn answers(&self, noise: Noise, support: f64, uncertainty: f64) -> (f64, f64) {
        let (mean, sd) = (self.base + support, self.sd(uncertainty));
        let below = |threshold: f64| {
            if sd > 0.0 { cdf(noise, (threshold - mean) / sd) } else { f64::from(u8::from(mean < threshold)) }
        };
        (1.0 - below(self.accept_at), below(self.object_at))
    }

    /// The support that makes the member firmly opposed: a mean two standard deviations below `object_at`.
    pub fn firm_opposition(&self, uncertainty: f64) -> f64 {
        self.object_at - 2.0 * self.sd(uncertainty) - self.base
    }
}

/// Distribution function of the noise, mean 0 and variance 1.
fn cdf(noise: Noise, z: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};
    match noise {
        Noise::Normal => libm::erfc(-z * FRAC_1_SQRT_2) / 2.0,
        Noise::Logistic => 1.0 / (1.0 + libm::exp(-PI / SQRT_3 * z)),
        Noise::Gumbel => libm::exp(-libm::exp(-(PI / SQRT_6 * z + EULER_GAMMA))),
        Noise::Laplace if z < 0.0 => libm::exp(SQRT_2 * z) / 2.0,
        Noise::Laplace => 1.0 - libm::exp(-SQRT_2 * z) / 2.0,
        Noise::Uniform => f64::midpoint(z / SQRT_3, 1.0).clamp(0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean 0 and variance 1 by the layer-cake formulas, on a fine grid of the distribution function alone.
    #[test]
    fn every_noise_has_mean_zero_and_variance_one() {
        for (name, noise) in Noise::NAMES {
            let step = 1e-3;
            let (mut mean, mut square) = (0.0, 0.0);
            for i in 0..40_000 {
                let z = (f64::from(i) + 0.5) * step;
                let (above, below) = (1.0 - cdf(noise, z), cdf(noise, -z));
                mean += (above - below) * step;
                square += 2.0 * z * (above + below) * step;
            }
            assert!(mean.abs() < 1e-6 && (square - 1.0).abs() < 1e-5, "{name}: {mean} {square}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_textbook() {
        for (noise, z, p) in [
            (Noise::Normal, -2.0, 0.022_750_131_948_179_2),
            (Noise::Normal, 1.959_963_984_540_054, 0.975),
            (Noise::Logistic, SQRT_3 / std::f64::consts::PI * f64::ln(3.0), 0.75),
            (Noise::Laplace, f64::ln(0.5) / std::f64::consts::SQRT_2, 0.25),
            (Noise::Uniform, SQRT_3 / 2.0, 0.75),
            (Noise::Gumbel, 0.0, f64::exp(-f64::exp(-EULER_GAMMA))),
        ] {
            assert!((cdf(noise, z) - p).abs() < 1e-15, "{noise:?} {z}");
        }
    }
}
