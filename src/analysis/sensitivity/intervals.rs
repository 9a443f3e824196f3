//! How far the estimates of indices can be off.
//!
//! **Rounds.** All points meet the same draws, so that their errors go together and each index is as it were a function
//! of the rounds. Its variance is estimated by a jackknife over [`Batches::COUNT`] batches of rounds: with S the index,
//! S₍b₎ that without batch b, and h the rounds by those in the batch, `S̃ = h S − (h − 1) S₍b₎` are as good as
//! independent, and the variance is the mean of `(S̃ − S̄)² / (h − 1)`, S̄ being the mean of the S̃. F. M. T. A. Busing,
//! E. Meijer and R. van der Leeden, *Delete-m jackknife for unequal m*, Statistics and Computing 9 (1999),
//! <https://doi.org/10.1023/A:1008800423698>.
//!
//! **Rows.** Those of a scrambled Sobol' sequence spread more evenly than independent ones, so that the error of a
//! smooth function is much smaller than their spread says. A polynomial surface is laid through the probabilities. What
//! it makes of the index in [`SCRAMBLES`] other scrambles of the design shows how much the index of the smooth part
//! depends on the scramble; what a row has beside it counts as independent of other rows.
//!
//! The variances are added, and the interval is that of Student's t with the degrees of freedom that Satterthwaite (1946)
//! gives such a sum.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::indices::{Estimator, Moments, Order, square};
use super::surface::Basis;
use super::{Found, Index, Indices, NoIntervals};
use crate::analysis::sweep::sobol;
use crate::simulation::Batches;
use crate::simulation::draws::id_key;

/// Rounds that must change from the point where the outcome is rarest to that where it is most frequent, for there to
/// be intervals: fewer say too little about how much they differ.
pub const ROUNDS: u64 = 50;
/// Other scrambles that are tried.
const SCRAMBLES: usize = 16;
/// Degrees of freedom from which on Student's t is as good as normal.
const MANY: f64 = 1e6;

/// How often an outcome comes about at the points of a design.
pub(super) struct Outcome<'a> {
    /// By point: the rounds.
    rounds: &'a [u64],
    /// By point and batch: the rounds that ended so.
    counts: Vec<&'a [u64]>,
    /// By point: the share of rounds that ended so.
    values: Vec<f64>,
}

impl<'a> Outcome<'a> {
    /// Of the `rounds` at each point so many in each batch ended so.
    pub fn new(rounds: &'a [u64], counts: Vec<&'a [u64]>) -> Self {
        let values = counts.iter().zip(rounds).map(|(counts, &n)| counts.iter().sum::<u64>() as f64 / n as f64);
        Self { rounds, values: values.collect(), counts }
    }

    /// What simulating finitely many rounds adds to the variance over the points A and B at most.
    fn noise(&self, row: usize) -> f64 {
        let noise: Vec<f64> = self.values.iter().zip(self.rounds).map(|(p, &n)| p * (1.0 - p) / n as f64).collect();
        let both = noise.chunks_exact(row).flat_map(|row| &row[..2]);
        both.clone().sum::<f64>() / both.count() as f64
    }

    /// Whether so many rounds change that intervals can be given.
    fn has_enough(&self) -> bool {
        let fewest = self.rounds.iter().copied().min().unwrap_or_default();
        let (low, high) = self.values.iter().fold((1.0_f64, 0.0_f64), |(low, high), &y| (low.min(y), high.max(y)));
        (high - low) * fewest as f64 >= ROUNDS as f64
    }

    /// The shares without each batch in turn.
    fn without_batches(&self, row: usize) -> Vec<Without> {
        let without = |batch: usize| {
            let share = |(counts, &n): (&&[u64], &u64)| {
                (counts.iter().sum::<u64>() - counts[batch]) as f64 / (n - Batches::size(batch, n)) as f64
            };
            let values: Vec<f64> = self.counts.iter().zip(self.rounds).map(share).collect();
            let fewest = self.rounds.iter().copied().min().unwrap_or_default();
            let times = fewest as f64 / Batches::size(batch, fewest) as f64;
            Without { moments: Moments::of(&values, row), values, times }
        };
        (0..Batches::COUNT).map(without).collect()
    }
}

/// How often an outcome comes about without one batch of rounds.
struct Without {
    /// By point: the share of the other rounds that ended so.
    values: Vec<f64>,
    moments: Moments,
    /// All rounds by those in the batch.
    times: f64,
}

/// The variance of the index `value` that is due to the rounds.
fn of_rounds(estimator: Estimator, value: f64, without: &[Without]) -> f64 {
    let pseudo = |other: &Without| {
        let Without { values, moments, times } = other;
        times * value - (times - 1.0) * estimator.value(values, *moments)
    };
    let pseudo: Vec<f64> = without.iter().map(pseudo).collect();
    let count = pseudo.len() as f64;
    let mean = pseudo.iter().sum::<f64>() / count;
    pseudo.iter().zip(without).map(|(value, other)| square(value - mean) / (other.times - 1.0)).sum::<f64>() / count
}

/// Points A, B and AB of a Sobol' design.
pub(super) struct Rows {
    /// How many rows.
    pub rows: usize,
    /// How many settings.
    pub settings: usize,
    /// Its seed.
    pub seed: u64,
}

impl Rows {
    /// The indices of outcomes, with their intervals.
    pub fn of_outcomes(&self, outcomes: &[Outcome<'_>]) -> Vec<Found> {
        let surfaces = self.surfaces(outcomes);
        outcomes.iter().zip(&surfaces).map(|(outcome, surfaces)| self.found(outcome, surfaces)).collect()
    }

    fn found(&self, outcome: &Outcome<'_>, surfaces: &[Vec<f64>]) -> Found {
        let row = self.settings + 2;
        let moments = Moments::of(&outcome.values, row);
        let noise = outcome.noise(row);
        if moments.variance <= 0.0 {
            return Found { moments, noise, indices: None, no_intervals: None };
        }
        let without = if outcome.has_enough() { outcome.without_batches(row) } else { Vec::new() };
        let index = |setting, order| {
            let estimator = Estimator { row, setting, order };
            let value = estimator.value(&outcome.values, moments);
            Index { value, reach: self.reach(outcome, moments, estimator, value, &without, surfaces) }
        };
        let of = |j: usize| Indices { first: index(j, Order::First), total: index(j, Order::Total) };
        let indices: Vec<Indices> = (0..self.settings).map(of).collect();
        let has_all = indices.iter().all(|both| both.first.reach.is_some() && both.total.reach.is_some());
        let no_intervals = (!has_all).then_some(NoIntervals::TooFewRounds);
        Found { moments, noise, indices: Some(indices), no_intervals }
    }

    fn reach(
        &self,
        outcome: &Outcome<'_>,
        moments: Moments,
        estimator: Estimator,
        value: f64,
        without: &[Without],
        surfaces: &[Vec<f64>],
    ) -> Option<f64> {
        if without.is_empty() {
            return None;
        }
        if estimator.is_idle(&outcome.values) {
            return Some(0.0);
        }
        let rounds = of_rounds(estimator, value, without);
        let residues = estimator.residues(&outcome.values, moments, value);
        let (smooth, rest) = self.of_rows(estimator, residues, surfaces)?;
        let variance = rounds + smooth + rest;
        let parts = [(rounds, Batches::COUNT - 1), (smooth, SCRAMBLES - 1), (rest, self.rows - 1)];
        let freedom = square(variance) / parts.iter().map(|(part, n)| square(*part) / *n as f64).sum::<f64>();
        let t = StudentsT::new(0.0, 1.0, freedom.min(MANY)).ok()?.inverse_cdf(0.975);
        Some(t * variance.sqrt()).filter(|reach| reach.is_finite())
    }

    /// The variance of an index that is due to the rows, with these residues: of the smooth part, and of the rest.
    fn of_rows(
        &self,
        estimator: Estimator,
        residues: impl Iterator<Item = f64>,
        surfaces: &[Vec<f64>],
    ) -> Option<(f64, f64)> {
        let index = |surface: &Vec<f64>| {
            let moments = Moments::of(surface, estimator.row);
            (moments.variance > 0.0).then(|| (estimator.value(surface, moments), moments))
        };
        let rest = |left: f64| left / square(self.rows as f64);
        let (own, scrambled) = surfaces.split_first()?;
        let Some((of_own, moments)) = index(own) else {
            return Some((0.0, rest(residues.map(square).sum())));
        };
        let smooth = estimator.residues(own, moments, of_own);
        let left = residues.zip(smooth).map(|(residue, smooth)| square(residue - smooth)).sum();
        let values: Vec<f64> = scrambled.iter().map(|surface| Some(index(surface)?.0)).collect::<Option<_>>()?;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let spread = values.iter().map(|value| square(value - mean)).sum::<f64>() / (values.len() - 1) as f64;
        Some((spread, rest(left)))
    }

    /// By outcome: its surface at the points of the design, and then at those of other scrambles.
    fn surfaces(&self, outcomes: &[Outcome<'_>]) -> Vec<Vec<Vec<f64>>> {
        let basis = Basis::new(self.settings, self.rows);
        let row = self.settings + 2;
        let mut terms = Vec::with_capacity(basis.len());
        // Mean products with the terms over the points A and B.
        let own = sobol(self.rows, self.settings, self.seed);
        let mut weights = vec![vec![0.0; basis.len()]; outcomes.len()];
        for (i, point) in own.iter().enumerate().filter(|(i, _)| i % row < 2) {
            basis.at(point, &mut terms);
            for (weights, outcome) in weights.iter_mut().zip(outcomes) {
                let y = outcome.values[i] / (2 * self.rows) as f64;
                weights.iter_mut().zip(&terms).for_each(|(weight, term)| *weight += y * term);
            }
        }
        let mut surfaces = vec![Vec::with_capacity(SCRAMBLES + 1); outcomes.len()];
        let mut add = |points: &[Vec<f64>]| {
            let mut heights = vec![Vec::with_capacity(points.len()); outcomes.len()];
            for point in points {
                basis.at(point, &mut terms);
                for (heights, weights) in heights.iter_mut().zip(&weights) {
                    heights.push(weights.iter().zip(&terms).map(|(weight, term)| weight * term).sum::<f64>());
                }
            }
            surfaces.iter_mut().zip(heights).for_each(|(surfaces, heights)| surfaces.push(heights));
        };
        add(&own);
        for scramble in 0..SCRAMBLES {
            add(&sobol(self.rows, self.settings, id_key(&format!("scramble {} {scramble}", self.seed))));
        }
        surfaces
    }
}
