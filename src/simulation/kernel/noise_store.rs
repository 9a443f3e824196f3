//! The noise of spans that were simulated, for whoever simulates the same rounds again.
//!
//! It depends on draws, and on how much of it lasts from ballot to ballot: not on what anybody thinks, on rules or on
//! vetoes. Whoever changes these again and again, as in a page that follows its reader, finds it made.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::kept_noise::Rows;
use super::lanes::Lanes;
use crate::model::CandidateId;
use crate::simulation::draws::Addresses;
use crate::simulation::plan::Memory;

/// Numbers kept at most: 64 MiB. Those of a body of 31 members about nine candidates, of whom a third stand, at six
/// ballots of 20,000 rounds take 50.
const MOST: usize = 1 << 24;

/// Noise by span, candidate and ballot.
#[derive(Debug, Default)]
pub struct NoiseStore {
    /// What all of it depends on.
    of: Option<Origin>,
    kept: FxHashMap<Key, StoredNoise>,
    /// How many numbers that is.
    numbers: usize,
}

/// What noise depends on beside its span, candidate and ballot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    pub addresses: Addresses,
    pub seed: u64,
    pub memory: Memory,
}

/// Where noise belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The first round of the span, and how many there are.
    pub span: (u64, usize),
    pub candidate: CandidateId,
    pub ballot: u32,
}

/// Noise, and in which rounds.
#[derive(Debug, Clone, Default)]
pub(super) struct StoredNoise {
    pub lanes: Arc<Lanes>,
    pub rows: Arc<Rows>,
}

impl NoiseStore {
    /// Turns to noise of this origin, and forgets all other.
    pub(super) fn turn_to(&mut self, of: Origin) {
        if self.of.as_ref() != Some(&of) {
            *self = Self { of: Some(of), ..Self::default() };
        }
    }

    /// The noise in the rounds of a plane, if that is there.
    pub(super) fn get(&self, key: Key, rounds: &[u64]) -> Option<&StoredNoise> {
        self.kept.get(&key).filter(|found| found.lanes.which() == rounds)
    }

    /// Keeps noise, if there is room.
    pub(super) fn put(&mut self, key: Key, noise: StoredNoise) {
        let before = self.kept.get(&key).map_or(0, |before| before.rows.len());
        let numbers = self.numbers - before + noise.rows.len();
        if numbers <= MOST {
            self.numbers = numbers;
            self.kept.insert(key, noise);
        }
    }
}
