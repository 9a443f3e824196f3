//! What candidates share, drawn again given everyone's views.

use super::filter::Path;
use super::shared::{SharedParticle, loads};
use super::shocks::{Shocks, cholesky, inverse_of_lower};
use crate::model::{CandidateId, MemberId};
use crate::simulation::draws::Sequence;
use crate::simulation::plan::Plan;

/// What one candidate's views tell of what is shared.
struct Evidence {
    c: CandidateId,
    /// By member: the inverse of the variance with which the level of its views is known, and the level times that; the
    /// level less the mean and less what is the candidate's own.
    precisions: Vec<f64>,
    scores: Vec<f64>,
}

impl Evidence {
    fn new(plan: &Plan, shared: &SharedParticle, c: CandidateId, path: &Path) -> Self {
        let members = plan.members();
        let (mut precisions, mut scores) = (vec![0.0; members], vec![0.0; members]);
        let (f, shocks) = (f64::from(plan.memory.kept), Shocks::new(plan, c));
        for m in 0..members {
            let pair = plan.pair(MemberId(m as u16), c);
            let sd = f64::from(plan.uncertainty[pair]);
            let mean = shared.mean(plan, pair);
            let mut last = 0.0;
            for (ballot, drift) in path.drift.iter().enumerate() {
                let left = path.views(ballot)[m] - mean - drift;
                let ([one, square], news) = match ballot {
                    0 => (Shocks::shown(true, f), left),
                    _ => (Shocks::shown(false, f), left - f * last),
                };
                precisions[m] += square / (sd * sd);
                scores[m] += one * news / (sd * sd);
                last = left;
            }
            scores[m] -= precisions[m] * shocks.sum_of(&path.shocks, m);
        }
        Self { c, precisions, scores }
    }
}

/// Draws moods, priorities and what the moment asks for again, given one path of every candidate.
pub fn draw_again<'p>(
    plan: &Plan,
    shared: &mut SharedParticle,
    paths: impl Iterator<Item = (CandidateId, &'p Path)>,
    numbers: &mut Sequence,
) {
    let evidence: Vec<Evidence> = paths.map(|(c, path)| Evidence::new(plan, shared, c, path)).collect();
    let moments = plan.traits.len();
    if moments > 0 {
        let mut view = Gaussian::standard(moments);
        for it in &evidence {
            let loading: Vec<f64> = plan.traits.iter().map(|of| f64::from(of.loading[it.c.index()])).collect();
            let mut own = vec![0.0; plan.members()];
            for (of, shocks) in plan.own_shocks.iter().zip(&shared.own) {
                own[of.member.index()] = loads(of, it.c).zip(shocks).map(|(load, shock)| load * shock).sum();
            }
            let precision: f64 = it.precisions.iter().sum();
            let known: f64 = it.precisions.iter().zip(&own).map(|(precision, own)| precision * own).sum();
            view.see(&loading, precision, it.scores.iter().sum::<f64>() - known);
        }
        shared.moments = view.draw(numbers);
    }
    for (place, of) in plan.own_shocks.iter().enumerate() {
        let m = of.member.index();
        let mut view = Gaussian::standard(1 + of.priorities.len());
        for it in &evidence {
            let moment: f64 = plan
                .traits
                .iter()
                .zip(&shared.moments)
                .map(|(of, shock)| f64::from(of.loading[it.c.index()]) * shock)
                .sum();
            let loading: Vec<f64> = loads(of, it.c).collect();
            view.see(&loading, it.precisions[m], it.scores[m] - it.precisions[m] * moment);
        }
        shared.own[place] = view.draw(numbers);
    }
}

/// A normal distribution of several numbers.
struct Gaussian {
    precision: Vec<f64>,
    score: Vec<f64>,
}

impl Gaussian {
    fn standard(n: usize) -> Self {
        let precision = (0..n * n).map(|at| if at / n == at % n { 1.0 } else { 0.0 }).collect();
        Self { precision, score: vec![0.0; n] }
    }

    /// Takes in a sum of the numbers times `loading` that is known with this precision; `score` is its mean times that.
    fn see(&mut self, loading: &[f64], precision: f64, score: f64) {
        let n = loading.len();
        for i in 0..n {
            self.score[i] += loading[i] * score;
            for j in 0..n {
                self.precision[i * n + j] += precision * loading[i] * loading[j];
            }
        }
    }

    fn draw(&self, numbers: &mut Sequence) -> Vec<f64> {
        let n = self.score.len();
        let inverse = inverse_of_lower(&cholesky(&self.precision, n), n);
        // The covariance is M' M with M the inverse of the lower factor, so M' (M score + normals) is what is wanted.
        let inner: Vec<f64> = (0..n)
            .map(|k| (0..=k).map(|j| inverse[k * n + j] * self.score[j]).sum::<f64>() + numbers.normal())
            .collect();
        (0..n).map(|i| (i..n).map(|k| inverse[k * n + i] * inner[k]).sum()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::draws::Purpose;

    /// Two numbers seen in two sums: mean and covariance by hand, 40,000 draws, 5.5 standard errors.
    #[test]
    fn numbers_are_drawn_given_sums_of_them() {
        let mut numbers = Sequence::new(1, Purpose::Shared, 0, 0, 0);
        let mut view = Gaussian::standard(2);
        view.see(&[1.0, 0.5], 4.0, 4.0 * 1.2);
        view.see(&[0.0, 2.0], 0.5, -0.5);
        // Precision [[5, 2], [2, 4]], determinant 16; score [4.8, 1.4].
        let (mean, covariance): ([f64; 2], [f64; 3]) = ([1.025, -0.1625], [0.25, -0.125, 0.3125]);
        let draws: Vec<Vec<f64>> = (0..40_000).map(|_| view.draw(&mut numbers)).collect();
        let average = |of: &dyn Fn(&[f64]) -> f64| draws.iter().map(|it| of(it)).sum::<f64>() / 40_000.0;
        for i in 0..2 {
            let error = 5.5 * (covariance[2 * i] / 40_000.0).sqrt();
            assert!((average(&|it| it[i]) - mean[i]).abs() < error);
        }
        for (at, (i, j)) in [(0, 0), (0, 1), (1, 1)].into_iter().enumerate() {
            let found = average(&|it| (it[i] - mean[i]) * (it[j] - mean[j]));
            assert!((found - covariance[at]).abs() < 0.012, "{i} {j}: {found}");
        }
    }
}
