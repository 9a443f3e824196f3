//! What members share about one candidate: the candidate's good or bad month, and what groups share.

use super::filter::Path;
use crate::model::{CandidateId, Noise};
use crate::simulation::draws::Sequence;
use crate::simulation::plan::Plan;

/// Shocks that several members share about one candidate.
#[derive(Debug, Clone)]
pub struct Shocks {
    count: usize,
    /// By member and shock: points a standard deviation.
    loads: Vec<f64>,
    /// By member: the variance of the noise, if views tell of these shocks in closed form.
    variances: Option<Vec<f64>>,
    /// What the views so far say of the shocks: the inverse of their covariance.
    precision: Vec<f64>,
    /// Their covariance and a square root of it.
    covariance: Vec<f64>,
    root: Vec<f64>,
}

/// The shocks of every particle, in standard deviations.
#[derive(Debug, Clone, Default)]
pub struct OwnDraws {
    values: Vec<f64>,
    /// What the views so far say of their means: the mean times the precision.
    scores: Vec<f64>,
}

impl Shocks {
    /// Those about `c`.
    pub fn new(plan: &Plan, c: CandidateId) -> Self {
        let common = plan.common_sd[c.index()];
        let shocks = usize::from(common > 0.0) + plan.groups.len();
        let mut loads = Vec::with_capacity(plan.members() * shocks);
        let members: Vec<_> = plan.model.member_ids().map(|(m, _)| m).collect();
        for &m in &members {
            loads.extend((common > 0.0).then_some(f64::from(common)));
            loads.extend(plan.groups.iter().map(|it| if it.members.contains(m) { f64::from(it.sd) } else { 0.0 }));
        }
        let variance = |sd: f32| f64::from(sd) * f64::from(sd);
        let variances: Vec<f64> = members.iter().map(|&m| variance(plan.uncertainty[plan.pair(m, c)])).collect();
        let is_closed = plan.model.noise == Noise::Normal && variances.iter().all(|&variance| variance > 0.0);
        Self {
            count: shocks,
            loads,
            variances: is_closed.then_some(variances),
            precision: identity(shocks),
            covariance: Vec::new(),
            root: Vec::new(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// As many as there are particles.
    pub fn draw(&self, particles: usize, numbers: &mut Sequence) -> OwnDraws {
        let count = particles * self.count;
        OwnDraws { values: (0..count).map(|_| numbers.normal()).collect(), scores: vec![0.0; count] }
    }

    /// What they do together to a member's view, points.
    pub fn sum(&self, own: &OwnDraws, particle: usize, m: usize) -> f64 {
        self.sum_of(own.of(particle, self), m)
    }

    /// The same of shocks that belong to no particle.
    pub fn sum_of(&self, shocks: &[f64], m: usize) -> f64 {
        self.loads[m * self.count..][..self.count].iter().zip(shocks).map(|(load, shock)| load * shock).sum()
    }

    /// Whether there are some that can be drawn again given views.
    pub fn can_be_drawn_again(&self) -> bool {
        self.count > 0 && self.variances.is_some()
    }

    /// How much is seen of a shock, and of its square, in views at a ballot; `f` is the memory.
    pub fn shown(first: bool, f: f64) -> [f64; 2] {
        if first { [1.0, 1.0] } else { [1.0 / (1.0 + f), (1.0 - f) / (1.0 + f)] }
    }

    /// Takes in that views of one more ballot are known.
    pub fn look(&mut self, first: bool, f: f64) {
        let Some(variances) = &self.variances else { return };
        let ([_, square], n) = (Self::shown(first, f), self.count);
        for (loads, variance) in self.loads.chunks(n).zip(variances) {
            for i in 0..n {
                for j in 0..n {
                    self.precision[i * n + j] += square * loads[i] * loads[j] / variance;
                }
            }
        }
        // With P = L L', the covariance is (L')⁻¹ L⁻¹.
        let lower = cholesky(&self.precision, n);
        let inverse = inverse_of_lower(&lower, n);
        self.root = (0..n * n).map(|at| inverse[at % n * n + at / n]).collect();
        self.covariance = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                self.covariance[i * n + j] = (0..n).map(|k| inverse[k * n + i] * inverse[k * n + j]).sum();
            }
        }
    }

    /// Draws the shocks given the views on a path up to and with ballot `now`, from 0; `base` is what else is known of the
    /// members' views.
    pub fn given(&self, path: &Path, base: &[f64], now: usize, plan: &Plan, numbers: &mut Sequence) -> Vec<f64> {
        let mut alone = Self { precision: identity(self.count), ..self.clone() };
        let mut own = OwnDraws { values: vec![0.0; self.count], scores: vec![0.0; self.count] };
        let f = f64::from(plan.memory.kept);
        let left = |ballot: usize, m: usize| path.views(ballot)[m] - base[m] - path.drift[ballot];
        for ballot in 0..=now {
            alone.look(ballot == 0, f);
            let news = |m: usize| left(ballot, m) - if ballot == 0 { 0.0 } else { f * left(ballot - 1, m) };
            let news: Vec<f64> = (0..base.len()).map(news).collect();
            alone.draw_again(&mut own, 0, &news, ballot == 0, f, numbers);
        }
        own.values
    }

    /// Takes in what a particle's views at the ballot say (`news`, by member: what is left once all else that is known is
    /// taken away, points) and draws its shocks anew; returns by how much members' views would move, points.
    pub fn draw_again(
        &self,
        own: &mut OwnDraws,
        particle: usize,
        news: &[f64],
        first: bool,
        f: f64,
        numbers: &mut Sequence,
    ) -> Vec<f64> {
        let n = self.count;
        let Some(variances) = &self.variances else { return vec![0.0; news.len()] };
        let [shown, _] = Self::shown(first, f);
        let scores = &mut own.scores[particle * n..][..n];
        for ((loads, variance), news) in self.loads.chunks(n).zip(variances).zip(news) {
            let weight = shown * news / variance;
            scores.iter_mut().zip(loads).for_each(|(score, load)| *score += load * weight);
        }
        let normals: Vec<f64> = (0..n).map(|_| numbers.normal()).collect();
        let dot = |row: &[f64], with: &[f64]| row.iter().zip(with).map(|(a, b)| a * b).sum::<f64>();
        let drawn: Vec<f64> = (0..n)
            .map(|i| dot(&self.covariance[i * n..][..n], scores) + dot(&self.root[i * n..][..n], &normals))
            .collect();
        let values = &mut own.values[particle * n..][..n];
        let moved: Vec<f64> = drawn.iter().zip(values.iter()).map(|(new, old)| new - old).collect();
        values.copy_from_slice(&drawn);
        self.loads.chunks(n).map(|loads| dot(loads, &moved)).collect()
    }
}

impl OwnDraws {
    /// Turns to other particles.
    pub fn take(&mut self, ancestors: &[u32], shocks: &Shocks) {
        let n = shocks.count;
        for values in [&mut self.values, &mut self.scores] {
            let old = std::mem::take(values);
            ancestors.iter().for_each(|&a| values.extend_from_slice(&old[a as usize * n..][..n]));
        }
    }

    /// A particle's shocks.
    pub fn of(&self, particle: usize, shocks: &Shocks) -> &[f64] {
        &self.values[particle * shocks.count..][..shocks.count]
    }

    /// Gives a particle these shocks.
    pub fn set(&mut self, particle: usize, values: &[f64]) {
        self.values[particle * values.len()..][..values.len()].copy_from_slice(values);
    }
}

fn identity(n: usize) -> Vec<f64> {
    (0..n * n).map(|at| if at / n == at % n { 1.0 } else { 0.0 }).collect()
}

/// The lower triangular `L` with `L L' = matrix`, which is positive definite.
pub fn cholesky(matrix: &[f64], n: usize) -> Vec<f64> {
    let mut lower = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum();
            let left = matrix[i * n + j] - sum;
            lower[i * n + j] = if i == j { left.sqrt() } else { left / lower[j * n + j] };
        }
    }
    lower
}

/// The inverse of a lower triangular matrix.
pub fn inverse_of_lower(lower: &[f64], n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    for j in 0..n {
        for i in j..n {
            let sum: f64 = (j..i).map(|k| lower[i * n + k] * inverse[k * n + j]).sum();
            let unit = if i == j { 1.0 } else { 0.0 };
            inverse[i * n + j] = (unit - sum) / lower[i * n + i];
        }
    }
    inverse
}
