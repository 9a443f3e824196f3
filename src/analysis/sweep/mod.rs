//! One model at many points: settings varied over a grid or a sample, on the same draws.

mod design;
mod values;

use serde::{Deserialize, Serialize};

pub use design::{Design, DesignError, MAX_SOBOL, ParseDesignError};
pub use values::{Interval, MAX_POINTS, ParseVariedError, Values, Varied};

use super::estimate::Proportion;
use super::key::Key;
use super::precision::Length;
use crate::model::{MAX_ROUNDS, Model};
use crate::simulation::{Batches, Tally};

pub(super) use design::sobol;

/// What came out at each point.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The paths of the varied settings.
    pub settings: Vec<String>,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<Option<Key>>,
    /// The points simulated: the first of those there were to be.
    pub points: Vec<Point>,
    /// How many there were to be.
    pub asked: usize,
}

/// What came out at one point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// By setting.
    pub values: Vec<String>,
    /// Rounds simulated.
    pub rounds: u64,
    /// Rounds that there were to be.
    pub asked: u64,
    /// By outcome: rounds that ended so.
    ended: Vec<u64>,
    /// By candidate: rounds in which they passed at some ballot, appointed or not.
    acceptable: Vec<u64>,
    /// The rounds of each outcome batch by batch, if the design needs it.
    batches: Option<Batches>,
}

impl Sweep {
    /// No points yet of `asked`, at which `settings` of `model` are varied.
    pub fn new(settings: Vec<String>, model: &Model, asked: usize) -> Self {
        Self { settings, outcomes: Key::outcomes(model), points: Vec::new(), asked }
    }

    /// Rounds simulated at all points together.
    pub fn rounds(&self) -> u64 {
        self.points.iter().map(|point| point.rounds).sum()
    }

    /// Whether a point is missing or has fewer rounds than there were to be.
    pub fn is_partial(&self) -> bool {
        self.points.len() < self.asked || self.points.iter().any(|point| point.rounds < point.asked)
    }

    /// By point: how often selections end with the outcome of this index.
    pub fn shares(&self, outcome: usize) -> impl Iterator<Item = Proportion> + Clone {
        self.points.iter().map(move |point| point.outcome(outcome))
    }

    /// The largest less the smallest of these shares.
    pub fn variation(&self, outcome: usize) -> f64 {
        let shares = || self.shares(outcome).filter_map(|share| share.value);
        shares().fold(0.0, f64::max) - shares().fold(f64::INFINITY, f64::min).min(1.0)
    }
}

impl Point {
    /// The counts of `tally`, at the point with these values; `asked` rounds there were to be. `batches` are those of
    /// the same rounds, for a design that needs them.
    pub fn new(values: Vec<String>, tally: &Tally, batches: Option<Batches>, asked: u64) -> Self {
        let ended = tally.ended().collect();
        let acceptable = tally.candidates.iter().map(|c| c.acceptable).collect();
        Self { values, rounds: tally.rounds, asked, ended, acceptable, batches }
    }

    /// Bytes that a point with these values takes, of so many candidates: as points are counted and as they are shown.
    pub fn bytes(values: &[String], candidates: usize) -> u64 {
        let texts: usize = values.iter().map(|value| size_of::<String>() + value.len()).sum();
        (2 * (size_of::<Self>() + texts + (2 * candidates + 1) * size_of::<u64>())) as u64
    }

    /// Whether these can be the counts of the point with these values in such a design, of so many outcomes, and all
    /// the rounds there were to be.
    pub fn is_valid(&self, values: &[String], outcomes: usize, design: Design, length: Length) -> bool {
        self.values == values
            && self.batches.is_some() == design.needs_batches()
            && self.batches.as_ref().is_none_or(|batches| batches.is_valid(&self.ended, self.rounds))
            && self.rounds == self.asked
            && self.rounds <= MAX_ROUNDS
            && length.comes_to(self.rounds)
            && (self.ended.len(), self.acceptable.len() + 1) == (outcomes, outcomes)
            && self.ended.iter().map(|&count| u128::from(count)).sum::<u128>() == u128::from(self.rounds)
            && self
                .acceptable
                .iter()
                .zip(&self.ended)
                .all(|(&acceptable, ended)| (*ended..=self.rounds).contains(&acceptable))
    }

    /// How often selections end with the outcome of this index.
    pub fn outcome(&self, outcome: usize) -> Proportion {
        Proportion::new(self.ended[outcome], self.rounds)
    }

    /// Rounds that end with the outcome of this index, batch by batch, if they were counted so.
    pub fn batches(&self, outcome: usize) -> Option<&[u64]> {
        self.batches.as_ref().map(|batches| batches.of(outcome))
    }

    /// How often the candidate of this index passes at some ballot, appointed or not; nothing for no consensus.
    pub fn acceptable(&self, outcome: usize) -> Option<Proportion> {
        self.acceptable.get(outcome).map(|&count| Proportion::new(count, self.rounds))
    }
}
