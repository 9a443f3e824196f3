//! How much is simulated, and on what.

use std::num::NonZero;

use crate::analysis::precision::{COARSEST, FINEST};
use crate::model::MAX_ROUNDS;
use crate::scenario::Scenario;
use crate::simulation::MAX_THREADS;

/// How much is simulated, and on what. What is left out the scenario says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Options {
    /// Rounds to simulate, 1 to [`MAX_ROUNDS`], to which it is limited; otherwise as many as the scenario says.
    pub rounds: Option<u64>,
    /// Seed of all random numbers; otherwise the scenario's.
    pub seed: Option<u64>,
    /// How far any 95 % interval may reach to either side of its estimate: rounds are doubled until none reaches farther.
    /// From [`FINEST`] to [`COARSEST`], to which it is limited; otherwise there are just as many rounds as asked for.
    /// Influence, leverage and conditional estimates do not heed it.
    pub precision: Option<f64>,
    /// Threads to use, at most [`MAX_THREADS`], to which they are limited; otherwise as many as the machine has. No
    /// result depends on it.
    pub threads: Option<NonZero<usize>>,
}

impl Options {
    /// Rounds to simulate at first.
    pub fn rounds(&self, scenario: &Scenario) -> u64 {
        self.rounds.unwrap_or(scenario.rounds).clamp(1, MAX_ROUNDS)
    }

    /// Seed of all random numbers.
    pub fn seed(&self, scenario: &Scenario) -> u64 {
        self.seed.unwrap_or(scenario.seed)
    }

    /// The precision, if it is a number.
    pub fn precision(&self) -> Option<f64> {
        self.precision.filter(|precision| !precision.is_nan()).map(|precision| precision.clamp(FINEST, COARSEST))
    }

    /// Threads to use.
    pub fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, NonZero::get);
        self.threads.map_or_else(all, NonZero::get).min(MAX_THREADS)
    }
}
