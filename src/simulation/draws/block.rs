//! The draws of a span of rounds, presented round by round.

use std::collections::HashMap;

use super::stream::{STRIDE, Stream};
use super::{Address, Addresses, BLOCK, Chance, Draws, Shock};
use crate::simulation::noise;
use crate::simulation::simd::Level;

/// Bound on the draws kept at once by [`BlockDraws`], in numbers of four bytes.
const BUFFERED: usize = 4 << 20;

/// Room between the streams in the buffer, so that they do not all compete for the same cache lines.
const PAD: usize = STRIDE;

/// A stream's numbers for the rounds at hand, made when first asked for.
#[derive(Clone)]
struct Slot<T> {
    epoch: u64,
    numbers: Vec<T>,
}

/// The draws of a span of rounds within one block, presented round by round.
///
/// Memory is bounded however large the scenario: [`Self::span`] rounds are buffered at a time.
pub struct BlockDraws {
    addresses: Addresses,
    seed: u64,
    block: u64,
    /// First round of the span within the block, and how many numbers are made.
    from: usize,
    made: usize,
    /// The round at hand, counted from `from`.
    at: usize,
    /// Numbers of an earlier epoch belong to another span.
    epoch: u64,
    /// Shocks by [`Addresses::slot`], each with room for a whole span.
    shocks: Vec<f32>,
    shock_epochs: Vec<u64>,
    span: usize,
    chances: HashMap<Chance, Slot<u32>>,
    raw: Vec<u32>,
    level: Level,
}

impl BlockDraws {
    /// Draws for models with these addresses under `seed`; call [`Self::start`] before asking for any.
    pub fn new(addresses: Addresses, seed: u64) -> Self {
        let shocks = addresses.slots();
        let span = (BUFFERED / shocks / STRIDE * STRIDE).clamp(STRIDE, BLOCK as usize);
        Self {
            addresses,
            seed,
            block: 0,
            from: 0,
            made: 0,
            at: 0,
            epoch: 0,
            shocks: vec![0.0; shocks * (span + PAD)],
            shock_epochs: vec![0; shocks],
            span,
            chances: HashMap::new(),
            raw: Vec::new(),
            level: Level::best(),
        }
    }

    /// How many rounds to take at a time: a multiple of the stride, at most [`BLOCK`].
    pub fn span(&self) -> usize {
        self.span
    }

    /// Turns to rounds `from..from + rounds` of `block`; `from` a multiple of [`Self::span`].
    pub fn start(&mut self, block: u64, from: usize, rounds: usize) {
        self.block = block;
        self.from = from;
        self.made = rounds.next_multiple_of(STRIDE);
        self.at = 0;
        self.epoch += 1;
    }

    /// Turns to the `at`-th round of the span.
    pub fn turn_to(&mut self, at: usize) {
        self.at = at;
    }

    fn fill_raw(&mut self, address: Address) {
        self.raw.resize(self.made, 0);
        let mut stream = Stream::new(self.seed, address, self.block);
        stream.skip_to(self.level, self.from);
        stream.fill(self.level, &mut self.raw);
    }

    #[cold]
    fn fill_shock(&mut self, slot: usize, shock: Shock) {
        let kind = self.addresses.kind(shock);
        self.fill_raw(self.addresses.shock(shock));
        self.shock_epochs[slot] = self.epoch;
        let first = slot * (self.span + PAD);
        noise::standardise(self.level, kind, &self.raw, &mut self.shocks[first..first + self.made]);
    }
}

impl Draws for BlockDraws {
    #[inline]
    fn shock(&mut self, shock: Shock) -> f32 {
        let slot = self.addresses.slot(shock);
        if self.shock_epochs[slot] != self.epoch {
            self.fill_shock(slot, shock);
        }
        self.shocks[slot * (self.span + PAD) + self.at]
    }

    #[inline]
    fn bits(&mut self, chance: Chance) -> u32 {
        if let Some(slot) = self.chances.get(&chance)
            && slot.epoch == self.epoch
        {
            return slot.numbers[self.at];
        }
        self.fill_raw(self.addresses.chance(chance));
        self.chances.insert(chance, Slot { epoch: self.epoch, numbers: self.raw.clone() });
        self.raw[self.at]
    }
}
