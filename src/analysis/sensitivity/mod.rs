//! Which settings matter: Sobol' indices of the probability of each outcome.
//!
//! Two errors are in their estimates: the design has finitely many rows, and the probability at each point is a share
//! of finitely many rounds, the same for all points. `intervals.rs` says how they are estimated.

mod indices;
mod intervals;
mod surface;
#[cfg(test)]
mod tests;

use super::key::Key;
use super::sweep::Sweep;
use indices::Moments;
use intervals::{Outcome, Rows};

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
    /// Why the indices have no intervals, if they have none.
    pub no_intervals: Option<NoIntervals>,
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
    /// How far the interval reaches to either side; nothing if that cannot be said.
    pub reach: Option<f64>,
}

/// Why indices have no intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoIntervals {
    /// From the point where the outcome is rarest to that where it is most frequent, fewer than [`ROUNDS`] rounds change.
    TooFewRounds,
}

impl NoIntervals {
    /// Its name in files: `too-few-rounds`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooFewRounds => "too-few-rounds",
        }
    }
}

pub use intervals::ROUNDS;

impl Sensitivity {
    /// From the whole rows of a sweep over [`Design::Sobol`](super::sweep::Design::Sobol) under `seed`; nothing if there
    /// are fewer than two, or if outcomes were not counted by batch.
    pub fn new(sweep: &Sweep, seed: u64) -> Option<Self> {
        let row = sweep.settings.len() + 2;
        // The last point may have fewer rounds than it should.
        let whole = sweep.points.iter().take_while(|point| point.rounds == point.asked).count();
        let rows = whole / row;
        if rows < 2 {
            return None;
        }
        let points = &sweep.points[..rows * row];
        let rounds: Vec<u64> = points.iter().map(|point| point.rounds).collect();
        let outcome =
            |o: usize| Some(Outcome::new(&rounds, points.iter().map(|p| p.batches(o)).collect::<Option<_>>()?));
        let outcomes: Vec<Outcome<'_>> = (0..sweep.outcomes.len()).map(outcome).collect::<Option<_>>()?;
        let design = Rows { rows, settings: sweep.settings.len(), seed };
        let found = design.of_outcomes(&outcomes).into_iter().zip(&sweep.outcomes);
        Some(Self { rows, settings: sweep.settings.clone(), outcomes: found.map(named).collect() })
    }
}

/// What was found about an outcome.
struct Found {
    moments: Moments,
    noise: f64,
    indices: Option<Vec<Indices>>,
    no_intervals: Option<NoIntervals>,
}

fn named((found, candidate): (Found, &Option<Key>)) -> OutcomeSensitivity {
    let Found { moments: Moments { mean, variance }, noise, indices, no_intervals } = found;
    OutcomeSensitivity { candidate: candidate.clone(), mean, variance, noise, indices, no_intervals }
}

impl Index {
    /// Lower bound of the interval, if there is one.
    pub fn low(&self) -> Option<f64> {
        self.reach.map(|reach| self.value - reach)
    }

    /// Upper bound of the interval, if there is one.
    pub fn high(&self) -> Option<f64> {
        self.reach.map(|reach| self.value + reach)
    }
}
