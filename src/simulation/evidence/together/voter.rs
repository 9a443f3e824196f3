//! How one voter votes at a choice ballot, and what it thinks given its vote, with Gumbel noise.
//!
//! With `b = σ√6/π` a view is `a + b G`, `G` a standard Gumbel and `a` its mean less `γb`. With one `b` for all candidates
//! the best liked is candidate `j` with a chance in proportion to `w_j = exp(a_j/b)` (Luce 1959; Yellott 1977,
//! <https://doi.org/10.1016/0022-2496(77)90026-8>), whatever the largest view `Z` is, which is `b (ln Σw + G)`. Given that, the
//! others are `-b ln(exp(-Z/b) + E/w_j)` with `E` standard exponential. With `votes_at` the largest view of who abstains is
//! below it, which has the chance `exp(-Σ w_j exp(-votes_at/b))`, and that of who does not is above it. Where scales differ
//! the density of `Z` and the vote is integrated numerically.

use std::f64::consts::PI;

use crate::simulation::draws::Sequence;
use crate::simulation::noise::{EULER_GAMMA, SQRT_6};

/// What one voter will think of the candidates, as far as that is known.
#[derive(Debug, Clone, Default)]
pub struct Voter {
    /// By candidate of the field: the place of the Gumbel distribution of the view, points.
    places: Vec<f64>,
    /// By candidate: its scale, points; 0 for all if views are known.
    scales: Vec<f64>,
    /// The view from which it votes for somebody; minus infinity is no limit.
    bar: f64,
}

impl Voter {
    /// A voter who votes from `bar` points on; `views` are the means and standard deviations of its views. Either all have a
    /// standard deviation or none.
    pub fn set(&mut self, views: impl Iterator<Item = (f64, f64)>, bar: f64) {
        self.places.clear();
        self.scales.clear();
        for (mean, sd) in views {
            let scale = sd * SQRT_6 / PI;
            self.places.push(mean - EULER_GAMMA * scale);
            self.scales.push(scale);
        }
        self.bar = bar;
    }

    fn is_certain(&self) -> bool {
        self.scales.iter().all(|&scale| scale <= 0.0)
    }

    /// The scale, if it is the same for all candidates.
    fn scale(&self) -> Option<f64> {
        let first = *self.scales.first()?;
        self.scales.iter().all(|&scale| scale == first).then_some(first)
    }

    /// The chance to vote for each candidate, and at last to abstain.
    pub fn chances(&self, chances: &mut [f64]) {
        chances.fill(0.0);
        let n = self.places.len();
        if self.is_certain() {
            let best = (0..n).max_by(|&a, &b| self.places[a].total_cmp(&self.places[b]));
            let vote = best.filter(|&best| self.places[best] >= self.bar).unwrap_or(n);
            chances[vote] = 1.0;
        } else if let Some(b) = self.scale() {
            let top = self.places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for (chance, place) in chances.iter_mut().zip(&self.places) {
                *chance = libm::exp((place - top) / b);
            }
            let sum: f64 = chances[..n].iter().sum();
            let rate = sum * libm::exp((top - self.bar) / b);
            let votes = -libm::expm1(-rate);
            chances[..n].iter_mut().for_each(|chance| *chance *= votes / sum);
            chances[n] = libm::exp(-rate);
        } else {
            for (vote, chance) in chances[..n].iter_mut().enumerate() {
                *chance = self.panels().iter().map(|panel| self.within(vote, panel)).sum();
            }
            chances[n] = libm::exp(-self.rate(self.bar));
        }
    }

    /// The views, given the vote (the number of candidates is an abstention), in the order of the candidates.
    pub(in crate::simulation) fn views(&self, vote: usize, numbers: &mut Sequence, views: &mut Vec<f64>) {
        views.clear();
        if self.is_certain() {
            views.extend(&self.places);
            return;
        }
        let n = self.places.len();
        // The largest view that candidates can have who did not get the vote, and the vote's own.
        let highest = if vote == n { self.bar } else { self.highest(vote, numbers) };
        for (c, (place, b)) in self.places.iter().zip(&self.scales).enumerate() {
            views.push(if c == vote {
                highest
            } else {
                // Below it: exp((place - view) / b) is exponential, above exp((place - highest) / b).
                let exponential = -libm::log(numbers.uniform());
                place - b * libm::log(exponential + libm::exp((place - highest) / b))
            });
        }
    }

    /// The largest view, given whom it is of: the vote.
    fn highest(&self, vote: usize, numbers: &mut Sequence) -> f64 {
        if let Some(b) = self.scale() {
            let top = self.places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = self.places.iter().map(|place| libm::exp((place - top) / b)).sum();
            // Σw exp(-Z/b) is exponential, below what it is at the bar.
            let most = sum * libm::exp((top - self.bar) / b);
            let exponential = -libm::log1p(numbers.uniform() * libm::expm1(-most));
            return (top - b * libm::log(exponential / sum)).max(self.bar);
        }
        let panels = self.panels();
        let weights: Vec<f64> = panels.iter().map(|panel| self.within(vote, panel)).collect();
        let mut left = numbers.uniform() * weights.iter().sum::<f64>();
        let mut chosen = weights.iter().position(|&weight| weight > 0.0).unwrap_or_default();
        for (place, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            chosen = place;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        // The density is log-concave, so within a panel it is largest at its mode or at the end nearer to that.
        let [low, high] = panels[chosen];
        let most = self.log_density(vote, self.mode(vote).clamp(low, high));
        for _ in 0..MOST_TRIES {
            let z = low + (high - low) * numbers.uniform();
            if libm::log(numbers.uniform()) < self.log_density(vote, z) - most {
                return z;
            }
        }
        f64::midpoint(low, high)
    }

    /// Minus the logarithm of the chance that all views are below `z`.
    fn rate(&self, z: f64) -> f64 {
        self.places.iter().zip(&self.scales).map(|(place, b)| libm::exp((place - z) / b)).sum()
    }

    /// The logarithm of the density of the largest view at `z`, where it is the vote's.
    fn log_density(&self, vote: usize, z: f64) -> f64 {
        let b = self.scales[vote];
        (self.places[vote] - z) / b - libm::log(b) - self.rate(z)
    }

    /// Where that is largest: its derivative falls.
    fn mode(&self, vote: usize) -> f64 {
        let falls = |z: f64| {
            let all = self.places.iter().zip(&self.scales);
            all.map(|(place, b)| libm::exp((place - z) / b) / b).sum::<f64>() < 1.0 / self.scales[vote]
        };
        let (low, high) = self.ends();
        bisected(low, high + MODE_BEYOND * self.scales[vote], falls)
    }

    /// Between which views the largest lies, but for a chance of 10⁻¹⁵.
    fn ends(&self) -> (f64, f64) {
        let widest = self.scales.iter().copied().fold(0.0, f64::max);
        let top = self.places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let low = bisected(top - 50.0 * widest, top + 50.0 * widest, |z| self.rate(z) < 36.0);
        let high = bisected(low, top + 50.0 * widest, |z| self.rate(z) < 1e-15);
        (low, high)
    }

    /// Ranges of the largest view that are integrated by themselves.
    fn panels(&self) -> Vec<[f64; 2]> {
        let (low, high) = self.ends();
        let (low, high) = (low.max(self.bar), high.max(self.bar));
        let narrowest = self.scales.iter().copied().fold(f64::INFINITY, f64::min);
        let count = ((high - low) / (2.0 * narrowest)).ceil().clamp(1.0, MOST_PANELS);
        let step = (high - low) / count;
        (0..count as u32).map(|panel| [low + step * f64::from(panel), low + step * f64::from(panel + 1)]).collect()
    }

    /// The chance of the vote with the largest view in a range.
    fn within(&self, vote: usize, &[low, high]: &[f64; 2]) -> f64 {
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        let at = |x: f64| libm::exp(self.log_density(vote, middle + half * x));
        half * NODES.iter().map(|(x, weight)| weight * (at(*x) + at(-x))).sum::<f64>()
    }
}

/// Most tries to find a view within a panel, of which one in a few succeeds.
const MOST_TRIES: u32 = 100_000;
/// Most panels.
const MOST_PANELS: f64 = 128.0;
/// How far above where the largest view lies the density of one vote may be largest, in its scales.
const MODE_BEYOND: f64 = 40.0;
/// Gauss and Legendre's nodes above 0 and their weights, eight in all.
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];

/// Where, between two numbers, something begins to hold.
fn bisected(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Noise;
    use crate::simulation::draws::Purpose;
    use crate::simulation::evidence::between::free;

    /// Three candidates, one scale and several, with and without a bar: chances of votes, and the mean and second moment of
    /// every view given each vote, beside 400,000 draws of which those with the vote are kept. Five and a half standard
    /// errors.
    #[test]
    fn votes_and_views_are_those_of_drawing_views() {
        let cases: [([(f64, f64); 3], f64); 4] = [
            ([(0.3, 0.8), (-0.4, 0.8), (0.1, 0.8)], f64::NEG_INFINITY),
            ([(0.3, 0.8), (-0.4, 0.8), (0.1, 0.8)], 0.4),
            ([(0.3, 0.8), (-0.4, 1.5), (0.1, 0.4)], f64::NEG_INFINITY),
            ([(0.3, 0.8), (-0.4, 1.5), (0.1, 0.4)], 0.4),
        ];
        for (at, (views, bar)) in cases.into_iter().enumerate() {
            let mut numbers = Sequence::new(11, Purpose::Particles, at as u32, 0, 0);
            let mut voter = Voter::default();
            voter.set(views.into_iter(), bar);
            let mut chances = [0.0; 4];
            voter.chances(&mut chances);
            assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{at}: {chances:?}");
            let draws = 400_000;
            let mut kept = vec![Vec::new(); 4];
            for _ in 0..draws {
                let drawn = views.map(|(mean, sd)| mean + sd * free(Noise::Gumbel, &mut numbers));
                let best = (0..3).max_by(|&a, &b| drawn[a].total_cmp(&drawn[b])).unwrap();
                kept[if drawn[best] >= bar { best } else { 3 }].push(drawn);
            }
            for (vote, kept) in kept.iter().enumerate() {
                let (n, p) = (kept.len() as f64, chances[vote]);
                let expected = f64::from(draws) * p;
                assert!(
                    (n - expected).abs() < 5.5 * (expected * (1.0 - p)).sqrt() + 1.0,
                    "{at} {vote}: {n} {expected}"
                );
                if kept.is_empty() {
                    continue;
                }
                let mut given = Vec::new();
                let drawn: Vec<[f64; 3]> = (0..kept.len())
                    .map(|_| {
                        voter.views(vote, &mut numbers, &mut given);
                        [given[0], given[1], given[2]]
                    })
                    .collect();
                for c in 0..3 {
                    for power in [1, 2] {
                        let moment = |all: &[[f64; 3]]| {
                            let of: Vec<f64> = all.iter().map(|views| views[c].powi(power)).collect();
                            let mean = of.iter().sum::<f64>() / n;
                            (mean, of.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / n / n)
                        };
                        let ((a, va), (b, vb)) = (moment(kept), moment(&drawn));
                        let z = (a - b) / (va + vb).sqrt();
                        assert!(z.abs() < 5.5, "{at} {vote} {c} {power}: {a} {b}");
                    }
                }
            }
        }
    }
}
