//! A figure over judgements: how it varies, and how much of that is due to the rounds.

use crate::analysis::estimate::quantile;

/// The shares of points below which the figures of a [`Spreading`] lie.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// How a figure ranges over judgements, once what the rounds add is taken away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreading {
    /// The mean over the points.
    pub mean: f64,
    /// At [`QUANTILES`].
    pub quantiles: [f64; 5],
    /// The share of the variance over the points that the rounds account for, in `[0, 1]`; 0 if there is none.
    pub noise_share: f64,
}

/// A figure at all points, and what the rounds add to its variance at each.
pub struct Figure {
    pub values: Vec<f64>,
    pub noise: Vec<f64>,
}

impl Figure {
    /// A share of rounds.
    pub fn share(counts: impl Iterator<Item = (u64, u64)>) -> Self {
        let of = |(count, rounds): (u64, u64)| {
            let p = count as f64 / rounds as f64;
            (p, p * (1.0 - p) / (rounds as f64 - 1.0).max(1.0))
        };
        let (values, noise) = counts.map(of).unzip();
        Self { values, noise }
    }

    /// A difference of shares of the same rounds: `(c − b) / n`, whose variance is `(b + c − (b − c)²/n) / n²`.
    pub fn difference(changes: impl Iterator<Item = ([u64; 2], u64)>) -> Self {
        let of = |([lost, gained], rounds): ([u64; 2], u64)| {
            let (b, c, n) = (lost as f64, gained as f64, rounds as f64);
            ((c - b) / n, (b + c - (b - c) * (b - c) / n) / (n * (n - 1.0).max(1.0)))
        };
        let (values, noise) = changes.map(of).unzip();
        Self { values, noise }
    }

    pub fn mean(&self) -> f64 {
        mean(&self.values)
    }

    /// The variance over the points, and how much of it the rounds add.
    pub fn variances(&self) -> (f64, f64) {
        let (mean, n) = (self.mean(), self.values.len() as f64);
        let all = self.values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0).max(1.0);
        (all, self::mean(&self.noise).min(all))
    }

    /// The points moved towards their mean until they vary by what the rounds do not account for.
    pub fn moved(&self) -> Vec<f64> {
        let (mean, (all, noise)) = (self.mean(), self.variances());
        let factor = if all > 0.0 { ((all - noise) / all).sqrt() } else { 0.0 };
        self.values.iter().map(|value| mean + factor * (value - mean)).collect()
    }

    /// How it ranges, within these limits.
    pub fn spreading(&self, low: f64, high: f64) -> Spreading {
        let mut sorted = self.moved();
        sorted.sort_by(f64::total_cmp);
        let (all, noise) = self.variances();
        Spreading {
            mean: self.mean(),
            quantiles: QUANTILES.map(|share| quantile(&sorted, share).clamp(low, high)),
            noise_share: if all > 0.0 { noise / all } else { 0.0 },
        }
    }
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
