//! The noise of spans that were simulated, for whoever simulates the same rounds again; and what else was drawn for them.
//!
//! Noise depends on draws, and on how much of it lasts from ballot to ballot: not on what anybody thinks, on rules or on
//! vetoes. Whoever changes these again and again, as in a page that follows its reader, finds it made.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::kept_noise::Rows;
use super::lanes::Lanes;
use crate::model::CandidateId;
use crate::simulation::draws::{Addresses, Chance, Stream, Threshold};
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
    /// By span: other shocks.
    shocks: FxHashMap<(Span, Stream), Arc<Vec<f32>>>,
    /// By span: the rounds, as a plane, in which a chance of some probability comes true.
    decided: FxHashMap<(Span, Chance, Threshold), Arc<Vec<u64>>>,
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

/// The first round of a span, and how many there are.
pub(super) type Span = (u64, usize);

/// Where noise belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub span: Span,
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

    /// Whether noise of so many numbers is there or would be kept.
    pub(super) fn has_room(&self, key: Key, numbers: usize) -> bool {
        self.kept.contains_key(&key) || self.numbers + numbers <= MOST
    }

    /// Shocks by round, if they are there.
    pub(super) fn shocks(&self, span: Span, stream: Stream) -> Option<&Arc<Vec<f32>>> {
        self.shocks.get(&(span, stream))
    }

    /// Keeps shocks, if there is room.
    pub(super) fn put_shocks(&mut self, span: Span, stream: Stream, shocks: &Arc<Vec<f32>>) {
        if self.numbers + shocks.len() <= MOST {
            self.numbers += shocks.len();
            self.shocks.insert((span, stream), Arc::clone(shocks));
        }
    }

    /// Where a chance comes true, if that is there.
    pub(super) fn decided(&self, of: (Span, Chance, Threshold)) -> Option<&Arc<Vec<u64>>> {
        self.decided.get(&of)
    }

    /// Keeps where a chance comes true, if there is room.
    pub(super) fn put_decided(&mut self, of: (Span, Chance, Threshold), rounds: &Arc<Vec<u64>>) {
        // A word has room for two numbers.
        if self.numbers + 2 * rounds.len() <= MOST {
            self.numbers += 2 * rounds.len();
            self.decided.insert(of, Arc::clone(rounds));
        }
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
