//! Which settings matter: Sobol' indices of the probability of each outcome.

use super::estimate::Z;
use super::key::Key;
use super::sweep::Sweep;

/// How much each setting matters to each outcome, when all vary over their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// Rows of the design it rests on; each has a point A, a point B and one point a setting.
    pub rows: usize,
    /// Paths of the settings, in the order of the indices.
    pub settings: Vec<String>,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<OutcomeSensitivity>,
}

/// How much each setting matters to the probability of one outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeSensitivity {
    /// Who is appointed; none is no consensus.
    pub candidate: Option<Key>,
    /// Mean of the probability over the points A and B.
    pub mean: f64,
    /// Its variance over these points: what the indices are shares of.
    pub variance: f64,
    /// How much of the variance simulating finitely many rounds can account for: the mean over these points of
    /// `p(1 − p) / rounds`, which is what it would add if each point had draws of its own. On common draws it adds
    /// less.
    pub noise: f64,
    /// By setting; nothing if the probability does not vary.
    pub indices: Option<Vec<Indices>>,
}

/// The Sobol' indices of one setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// First order: by what share the variance would shrink, on average, were the setting known.
    pub first: Index,
    /// Total: what share of the variance would be left, on average, were all other settings known.
    pub total: Index,
}

/// An index with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// The estimate; that of an index near 0 or 1 may lie outside `[0, 1]`.
    pub value: f64,
    /// How far the interval reaches to either side.
    pub reach: f64,
}

impl Sensitivity {
    /// From the whole rows of a sweep over [`Design::Sobol`](super::sweep::Design::Sobol); nothing if there are fewer
    /// than two.
    pub fn new(sweep: &Sweep) -> Option<Self> {
        let row = sweep.settings.len() + 2;
        // The last point may have fewer rounds than it should.
        let whole = sweep.points.iter().take_while(|point| point.rounds == point.asked).count();
        let rows = whole / row;
        let outcome = |(o, candidate): (usize, &Option<Key>)| {
            let shares: Vec<_> = sweep.shares(o).take(rows * row).collect();
            let probabilities: Vec<f64> = shares.iter().filter_map(|share| share.value).collect();
            let noise = |p: f64, rounds: u64| p * (1.0 - p) / rounds as f64;
            let noises = shares.chunks_exact(row).flat_map(|row| &row[..2]);
            let noise: f64 = noises.filter_map(|share| Some(noise(share.value?, share.rounds))).sum();
            let moments = Moments::of(&probabilities, row);
            OutcomeSensitivity {
                candidate: candidate.clone(),
                mean: moments.mean,
                variance: moments.variance,
                noise: noise / (2 * rows) as f64,
                indices: indices(&probabilities, sweep.settings.len()),
            }
        };
        (rows >= 2).then(|| Self {
            rows,
            settings: sweep.settings.clone(),
            outcomes: sweep.outcomes.iter().enumerate().map(outcome).collect(),
        })
    }
}

/// Mean and variance over the points A and B.
struct Moments {
    mean: f64,
    variance: f64,
}

impl Moments {
    fn of(values: &[f64], row: usize) -> Self {
        let both = || values.chunks_exact(row).flat_map(|row| row[..2].iter());
        let count = both().count() as f64;
        let mean = both().sum::<f64>() / count;
        Self { mean, variance: both().map(|y| (y - mean) * (y - mean)).sum::<f64>() / count }
    }
}

/// First-order and total Sobol' indices of a function of `settings` settings, from its `values` at a design for them:
/// row by row y(A), y(B) and, for each setting j, y(ABj), A with the setting taken from B. Nothing if the values do not
/// vary.
///
/// With m and V the mean and variance over all A and B, and means over the rows,
///
/// ```text
/// first order   mean( (y(B) − m) (y(ABj) − y(A)) ) / V
/// total         mean( (y(A) − y(ABj))² ) / 2V
/// ```
///
/// A. Saltelli et al., *Variance based sensitivity analysis of model output. Design and estimator for the total
/// sensitivity index*, Computer Physics Communications 181 (2010), <https://doi.org/10.1016/j.cpc.2009.09.018>, table
/// 2, (b) and (f); the latter is M. J. W. Jansen's, *Analysis of variance designs for model output* (1999),
/// <https://doi.org/10.1016/S0010-4655(98)00154-4>. Taking m off y(B) changes no expectation and makes the estimate
/// steadier.
///
/// The intervals are those of ratios of means of independent rows, by the delta method: with u the row's part of the
/// numerator and w its part of V, the variance of the index S is that of `u − S w` over rows, divided by `V²` and the
/// number of rows. The rows of a Sobol' sequence spread more evenly than independent ones, so that from many rows the
/// intervals are rather too wide; from few, where the estimators are far from normal, they are too narrow.
pub fn indices(values: &[f64], settings: usize) -> Option<Vec<Indices>> {
    let row = settings + 2;
    let Moments { mean, variance } = Moments::of(values, row);
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let square = |x: f64| x * x;
    let ratio = |part: &dyn Fn(&[f64]) -> f64| {
        let rows = values.chunks_exact(row);
        let count = rows.len() as f64;
        let value = rows.clone().map(part).sum::<f64>() / count / variance;
        let residue = |row: &[f64]| part(row) - value * (square(row[0] - mean) + square(row[1] - mean)) / 2.0;
        let spread = rows.map(|row| square(residue(row))).sum::<f64>() / count;
        Index { value, reach: Z * (spread / count).sqrt() / variance }
    };
    let of = |j: usize| Indices {
        first: ratio(&|row| (row[1] - mean) * (row[2 + j] - row[0])),
        total: ratio(&|row| square(row[0] - row[2 + j]) / 2.0),
    };
    Some((0..settings).map(of).collect())
}

impl Index {
    /// Lower bound of the interval.
    pub fn low(&self) -> f64 {
        self.value - self.reach
    }

    /// Upper bound of the interval.
    pub fn high(&self) -> f64 {
        self.value + self.reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sweep::sobol;
    use crate::simulation::draws::id_key;
    use std::f64::consts::PI;

    /// Ishigami and Homma's function of three numbers in `[0, 1)`, with a = 7 and b = 0.1, and its indices: T. Ishigami
    /// and T. Homma, *An importance quantification technique in uncertainty analysis for computer models* (1990).
    fn ishigami(x: &[f64]) -> f64 {
        let x: Vec<f64> = x.iter().map(|x| PI * (2.0 * x - 1.0)).collect();
        libm::sin(x[0]) + 7.0 * libm::sin(x[1]).powi(2) + 0.1 * x[2].powi(4) * libm::sin(x[0])
    }

    fn ishigami_indices() -> ([f64; 3], [f64; 3]) {
        let (a, b, p4) = (7.0, 0.1, PI.powi(4));
        let first = [0.5 * (1.0 + b * p4 / 5.0).powi(2), a * a / 8.0, 0.0];
        let both = b * b * p4 * p4 * (1.0 / 18.0 - 1.0 / 50.0);
        let variance = first.iter().sum::<f64>() + both;
        (first.map(|v| v / variance), [first[0] + both, first[1], both].map(|v| v / variance))
    }

    /// Sobol's g with these weights: the product of `(|4x − 2| + a) / (1 + a)`, and its indices.
    const WEIGHTS: [f64; 5] = [0.0, 1.0, 4.5, 9.0, 99.0];

    fn g(x: &[f64]) -> f64 {
        x.iter().zip(WEIGHTS).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    }

    fn g_indices() -> ([f64; 5], [f64; 5]) {
        let parts = WEIGHTS.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
        let all: f64 = parts.iter().map(|v| 1.0 + v).product();
        (parts.map(|v| v / (all - 1.0)), parts.map(|v| v * all / (1.0 + v) / (all - 1.0)))
    }

    fn estimated(function: fn(&[f64]) -> f64, settings: usize, seed: u64) -> Vec<Indices> {
        let values: Vec<f64> = sobol(4096, settings, seed).iter().map(|x| function(x)).collect();
        indices(&values, settings).unwrap()
    }

    fn check(function: fn(&[f64]) -> f64, first: &[f64], total: &[f64]) {
        let estimated = estimated(function, first.len(), 1);
        for ((found, first), total) in estimated.iter().zip(first).zip(total) {
            for (index, truth) in [(found.first, first), (found.total, total)] {
                assert!((index.value - truth).abs() < 0.01, "{index:?} {truth}");
                assert!(index.low() <= *truth && *truth <= index.high() && index.reach < 0.1, "{index:?} {truth}");
            }
        }
    }

    #[test]
    fn indices_of_ishigami_are_known() {
        let (first, total) = ishigami_indices();
        assert!(
            (first[0] - 0.3139).abs() < 5e-5 && (first[1] - 0.4424).abs() < 5e-5 && (total[2] - 0.2437).abs() < 5e-5
        );
        check(ishigami, &first, &total);
    }

    #[test]
    fn indices_of_sobols_g_are_known() {
        let (first, total) = g_indices();
        check(g, &first, &total);
    }

    #[test]
    fn a_setting_that_does_nothing_has_no_index() {
        let found = estimated(|x| x[0] * x[0], 2, 3);
        assert_eq!((found[1].first.value, found[1].first.reach), (0.0, 0.0));
        assert_eq!((found[1].total.value, found[1].total.reach), (0.0, 0.0));
        assert!((found[0].first.value - 1.0).abs() < 0.01 && (found[0].total.value - 1.0).abs() < 0.01);
        let nothing: Vec<f64> = vec![0.25; 40];
        assert_eq!(indices(&nothing, 2), None);
    }

    /// Of independent rows the intervals hold the true index as often as they say. Over 600 samples 95 % have a
    /// standard error of 0.9 percentage points; the skew of so few rows takes a little more.
    #[test]
    fn intervals_cover_as_often_as_they_say() {
        const ROWS: usize = 400;
        const SAMPLES: usize = 600;
        let (first, total) = g_indices();
        let mut covered = [[0; 2]; 2];
        for sample in 0..SAMPLES {
            let mut values = Vec::new();
            for row in 0..ROWS {
                let key = |j: usize| id_key(&format!("{sample} {row} {j}"));
                let share = |bits: u64| f64::from(bits as u32) / f64::from(u32::MAX);
                let (a, b): (Vec<f64>, Vec<f64>) = (0..5).map(|j| (share(key(j)), share(key(j) >> 32))).unzip();
                values.extend([g(&a), g(&b)]);
                values.extend((0..5).map(|j| g(&[&a[..j], &b[j..=j], &a[j + 1..]].concat())));
            }
            let found = indices(&values, 5).unwrap();
            let holds = |index: Index, truth: f64| usize::from(index.low() <= truth && truth <= index.high());
            for j in 0..2 {
                covered[j][0] += holds(found[j].first, first[j]);
                covered[j][1] += holds(found[j].total, total[j]);
            }
        }
        for share in covered.concat().iter().map(|&covered| covered as f64 / SAMPLES as f64) {
            assert!((0.91..0.98).contains(&share), "{covered:?} of {SAMPLES}");
        }
    }
}
