//! Two assumptions on the same draws: differences with paired intervals, and where the rounds went.

use statrs::distribution::{Binomial, DiscreteCDF};

use super::estimate::{Proportion, Z};
use super::key::Key;
use crate::model::Model;
use crate::simulation::{Flows, Joint};

/// How much more often something is so in one world than in another, estimated from the same rounds.
///
/// With `b` rounds in which it is so only in the first world, `c` only in the second and `n` in all, the difference is
/// `(c − b) / n`. Its 95 % interval is Wald's with half a round added to each cell of the table,
///
/// ```text
/// (c − b) / (n + 2)  ±  z · √( (b + c + 1) − (c − b)² / (n + 2) ) / (n + 2)
/// ```
///
/// A. Agresti and Y. Min, *Simple improved confidence intervals for comparing matched proportions*, Statistics in
/// Medicine 24 (2005), <https://doi.org/10.1002/sim.1781>.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// How often in the first world.
    pub before: Proportion,
    /// How often in the second.
    pub after: Proportion,
    /// Rounds in which it is so only in the first world.
    pub lost: u64,
    /// Rounds in which it is so only in the second.
    pub gained: u64,
    /// `after − before`; 0 without rounds.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Difference {
    /// From the rounds in which it is so only in the first world, only in the second, and in both.
    pub fn paired(lost: u64, gained: u64, both: u64, rounds: u64) -> Self {
        let (b, c, n) = (lost as f64, gained as f64, rounds as f64 + 2.0);
        let middle = (c - b) / n;
        let half = Z * ((b + c + 1.0) - (c - b) * (c - b) / n).max(0.0).sqrt() / n;
        let value = if rounds == 0 { 0.0 } else { (c - b) / rounds as f64 };
        Self {
            before: Proportion::new(both + lost, rounds),
            after: Proportion::new(both + gained, rounds),
            lost,
            gained,
            value,
            low: (middle - half).clamp(-1.0, value),
            high: (middle + half).clamp(value, 1.0),
        }
    }

    /// How much more often it is *not* so.
    #[must_use]
    pub fn of_the_opposite(&self) -> Self {
        let not = |p: &Proportion| Proportion::new(p.rounds - p.count, p.rounds);
        Self {
            before: not(&self.before),
            after: not(&self.after),
            lost: self.gained,
            gained: self.lost,
            value: -self.value,
            low: -self.high,
            high: -self.low,
        }
    }

    /// The mean of differences from the same rounds; counts are sums.
    ///
    /// Its interval reaches as far as those of the differences do in the mean: however they go together, the standard
    /// error of a mean is at most the mean of the standard errors.
    pub fn mean<'a>(differences: impl Iterator<Item = &'a Self>) -> Self {
        let (mut sum, mut n) = (Self::paired(0, 0, 0, 0), 0.0);
        (sum.low, sum.high) = (0.0, 0.0);
        for one in differences {
            let together = |a: &Proportion, b: &Proportion| Proportion::new(a.count + b.count, a.rounds + b.rounds);
            sum = Self {
                before: together(&sum.before, &one.before),
                after: together(&sum.after, &one.after),
                lost: sum.lost + one.lost,
                gained: sum.gained + one.gained,
                value: sum.value + one.value,
                low: sum.low + one.low,
                high: sum.high + one.high,
            };
            n += 1.0;
        }
        let n = f64::max(n, 1.0);
        Self { value: sum.value / n, low: sum.low / n, high: sum.high / n, ..sum }
    }

    /// How far the interval reaches at most to either side of the value.
    pub fn reach(&self) -> f64 {
        (self.value - self.low).max(self.high - self.value)
    }

    /// Whether the interval excludes 0.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// The exact two-sided p-value of McNemar's test: were a round that differs as likely to differ either way, how
    /// likely would a split at least as uneven as `lost` to `gained` be?
    ///
    /// `min(1, 2 · P(X <= min(lost, gained)))` with X binomial of `lost + gained` trials at 1/2. Q. McNemar, *Note on
    /// the sampling error of the difference between correlated proportions or percentages*, Psychometrika 12 (1947),
    /// <https://doi.org/10.1007/BF02295996>.
    pub fn mcnemar_p(&self) -> f64 {
        let differing = self.lost + self.gained;
        if differing == 0 {
            return 1.0;
        }
        let tail = Binomial::new(0.5, differing).map_or(f64::NAN, |x| x.cdf(self.lost.min(self.gained)));
        (2.0 * tail).min(1.0)
    }

    /// Standard error of the difference, from the paired rounds.
    pub fn standard_error(&self) -> f64 {
        let n = self.before.rounds as f64;
        let differing = (self.lost + self.gained) as f64;
        ((differing / n - self.value * self.value) / n).sqrt()
    }

    /// What the standard error would be had the two worlds been simulated with seeds of their own.
    pub fn standard_error_unpaired(&self) -> f64 {
        let variance = |p: &Proportion| p.value.map_or(0.0, |value| value * (1.0 - value) / p.rounds as f64);
        (variance(&self.before) + variance(&self.after)).sqrt()
    }
}

/// One assumption against the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name of the baseline.
    pub baseline: String,
    /// Name of the assumption.
    pub assumption: String,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<OutcomeDifference>,
    /// By candidate: how much more often they pass at some ballot, appointed or not.
    pub acceptable: Vec<Difference>,
    /// Rounds that end differently, in whatever way; out of all.
    pub changed: Proportion,
    /// Every outcome of the baseline with every outcome of the assumption, those that never occur left out.
    pub flows: Vec<Flow>,
}

/// How much more often a selection ends in one way.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeDifference {
    /// Who is appointed; none is no consensus.
    pub candidate: Option<Key>,
    /// How much more often.
    pub difference: Difference,
}

/// Rounds that end in one way under the baseline and in another (or the same) under the assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Who is appointed under the baseline; none is no consensus.
    pub from: Option<Key>,
    /// Who is appointed under the assumption.
    pub to: Option<Key>,
    /// Out of all rounds.
    pub probability: Proportion,
    /// Out of the baseline's rounds with outcome `from`.
    pub share: Proportion,
}

impl Comparison {
    /// The figures of `joint`, counted over the rounds of `baseline` and `model`.
    pub fn new(baseline: &Model, model: &Model, joint: &Joint) -> Self {
        let acceptable = joint
            .acceptable
            .iter()
            .map(|&[neither, gained, lost, both]| {
                Difference::paired(lost, gained, both, neither + gained + lost + both)
            })
            .collect();
        Self {
            baseline: baseline.assumption.clone(),
            assumption: model.assumption.clone(),
            outcomes: outcome_differences(model, &joint.flows),
            acceptable,
            changed: changed(&joint.flows),
            flows: flows(model, &joint.flows),
        }
    }
}

/// How much more often each outcome occurs in the second world of `flows`.
pub(super) fn outcome_differences(model: &Model, flows: &Flows) -> Vec<OutcomeDifference> {
    let keys = Key::outcomes(model).into_iter().zip(differences(flows));
    keys.map(|(candidate, difference)| OutcomeDifference { candidate, difference }).collect()
}

/// By outcome: how much more often it occurs in the second world of `flows`.
pub(super) fn differences(flows: &Flows) -> impl Iterator<Item = Difference> {
    let all = 0..flows.outcomes();
    let rounds = all.clone().map(|from| row(flows, from)).sum();
    all.clone().map(move |outcome| {
        let both = flows.count(outcome, outcome);
        let lost = row(flows, outcome) - both;
        let gained = all.clone().map(|from| flows.count(from, outcome)).sum::<u64>() - both;
        Difference::paired(lost, gained, both, rounds)
    })
}

/// Rounds whose outcomes in the two worlds of `flows` differ.
pub(super) fn changed(flows: &Flows) -> Proportion {
    let rounds: u64 = (0..flows.outcomes()).map(|from| row(flows, from)).sum();
    let same: u64 = (0..flows.outcomes()).map(|outcome| flows.count(outcome, outcome)).sum();
    Proportion::new(rounds - same, rounds)
}

fn flows(model: &Model, flows: &Flows) -> Vec<Flow> {
    let keys = Key::outcomes(model);
    let rounds = (0..flows.outcomes()).map(|from| row(flows, from)).sum();
    let mut all = Vec::new();
    for (from, from_key) in keys.iter().enumerate() {
        for (to, to_key) in keys.iter().enumerate() {
            let count = flows.count(from, to);
            if count > 0 {
                all.push(Flow {
                    from: from_key.clone(),
                    to: to_key.clone(),
                    probability: Proportion::new(count, rounds),
                    share: Proportion::new(count, row(flows, from)),
                });
            }
        }
    }
    all
}

/// Rounds with outcome `from` in the first world.
fn row(flows: &Flows, from: usize) -> u64 {
    (0..flows.outcomes()).map(|to| flows.count(from, to)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_after_less_before() {
        let d = Difference::paired(10, 30, 60, 200);
        assert_eq!((d.before.count, d.after.count), (70, 90));
        assert!((d.value - 0.1).abs() < 1e-15 && d.low < 0.1 && d.high > 0.1);
        assert!(d.is_clear());
        assert!(!Difference::paired(20, 22, 60, 200).is_clear());
    }

    #[test]
    fn the_opposite_is_counted_from_the_other_side() {
        let (b, c, both, n) = (12, 31, 50, 300);
        assert_eq!(Difference::paired(b, c, both, n).of_the_opposite(), Difference::paired(c, b, n - b - c - both, n));
    }

    #[test]
    fn a_mean_of_differences_is_as_wide_as_they_are() {
        let (a, b) = (Difference::paired(10, 30, 60, 200), Difference::paired(5, 5, 60, 200));
        let mean = Difference::mean([&a, &b].into_iter());
        let half = |x: f64, y: f64| (x + y) / 2.0;
        assert_eq!(
            (mean.value, mean.low, mean.high),
            (half(a.value, b.value), half(a.low, b.low), half(a.high, b.high))
        );
        assert_eq!((mean.before.count, mean.before.rounds, mean.lost, mean.gained), (135, 400, 15, 35));
        assert_eq!(Difference::mean([&a].into_iter()), a);
    }

    /// Agresti and Min's formula at a table worked out by hand: b = 59, c = 6 of 161.
    #[test]
    fn the_interval_is_agresti_and_mins() {
        let d = Difference::paired(59, 6, 0, 161);
        let (n, middle) = (163.0, -53.0 / 163.0);
        let half = 1.959_964 * f64::sqrt(66.0 - 53.0 * 53.0 / n) / n;
        assert!((d.low - (middle - half)).abs() < 1e-7 && (d.high - (middle + half)).abs() < 1e-7, "{d:?}");
    }

    #[test]
    fn mcnemar_is_an_exact_binomial_test() {
        let p = |lost, gained| Difference::paired(lost, gained, 0, 1000).mcnemar_p();
        assert_eq!(p(0, 0), 1.0);
        assert!((p(0, 5) - 2.0 / 32.0).abs() < 1e-12);
        assert!((p(1, 3) - 2.0 * 5.0 / 16.0).abs() < 1e-12);
        assert_eq!(p(4, 4), 1.0);
        // 2 · Σ C(65, k) / 2^65 for k up to 6, in exact integers.
        assert!((p(59, 6) / 4.964_650_327_128_617e-12 - 1.0).abs() < 1e-9, "{:e}", p(59, 6));
        let large = Difference::paired(500_000_000, 500_100_000, 0, 10_000_000_000).mcnemar_p();
        assert!((large - 0.001_565).abs() < 2e-5, "{large}: 2 Φ(−3.162)");
    }

    /// How often the interval covers the true difference, exactly, over all tables of a small experiment.
    #[test]
    fn intervals_cover_as_often_as_they_say() {
        for (p_lost, p_gained) in [(0.1, 0.2), (0.05, 0.05), (0.3, 0.1), (0.02, 0.1)] {
            let n = 60_u64;
            let mut covered = 0.0;
            for lost in 0..=n {
                for gained in 0..=n - lost {
                    let neither = n - lost - gained;
                    let ln = |k: u64| libm::lgamma((k + 1) as f64);
                    let log = ln(n) - ln(lost) - ln(gained) - ln(neither)
                        + lost as f64 * libm::log(p_lost)
                        + gained as f64 * libm::log(p_gained)
                        + neither as f64 * libm::log(1.0 - p_lost - p_gained);
                    let d = Difference::paired(lost, gained, 0, n);
                    if d.low <= p_gained - p_lost && p_gained - p_lost <= d.high {
                        covered += libm::exp(log);
                    }
                }
            }
            assert!((0.93..=0.99).contains(&covered), "{p_lost} {p_gained}: {covered}");
        }
    }

    #[test]
    fn without_rounds_nothing_is_known() {
        let d = Difference::paired(0, 0, 0, 0);
        assert_eq!((d.value, d.is_clear(), d.mcnemar_p()), (0.0, false, 1.0));
    }
}
