//! The draws of a span of rounds, stream by stream.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::minds::gather;
use crate::model::{CandidateId, MemberId, Noise};
use crate::simulation::draws::{Address, Addresses, BLOCK, Chance, Draws, Shock, Stream, Threshold};
use crate::simulation::noise;
use crate::simulation::simd::Level;

/// Streams kept going from span to span, at most (300 bytes each); others start again from the block's first round.
const KEPT: usize = 1 << 15;

/// Bound on the numbers kept for chances and lots.
const BUFFERED: usize = 1 << 22;

/// The draws of the rounds of a span, shared by all worlds with the same addresses.
pub(super) struct SpanDraws {
    addresses: Addresses,
    seed: u64,
    level: Level,
    block: u64,
    /// First round of the span within the block, and how many numbers are made of each stream.
    from: usize,
    made: usize,
    /// Places in the span of the rounds at hand, if these are not simply the span.
    places: Vec<u16>,
    /// Numbers of an earlier epoch belong to another span.
    epoch: u64,
    streams: HashMap<Address, Kept, QuickHasher>,
    chances: HashMap<Address, Slot<u32>, QuickHasher>,
    decided: HashMap<(Address, Threshold), Slot<u64>, QuickHasher>,
    shocks: HashMap<Address, Slot<f32>, QuickHasher>,
    raw: Vec<u32>,
    made_raw: Vec<u32>,
}

/// A stream before and after its numbers for a span were made.
struct Kept {
    block: u64,
    before: Stream,
    after: Stream,
}

/// The numbers of one stream in some epoch.
struct Slot<T> {
    epoch: u64,
    numbers: Vec<T>,
}

impl SpanDraws {
    /// Draws under `seed`; [`Self::start`] before asking for any.
    pub fn new(addresses: Addresses, seed: u64, level: Level) -> Self {
        Self {
            addresses,
            seed,
            level,
            block: 0,
            from: 0,
            made: 0,
            places: Vec::new(),
            epoch: 0,
            streams: HashMap::default(),
            chances: HashMap::default(),
            decided: HashMap::default(),
            shocks: HashMap::default(),
            raw: Vec::new(),
            made_raw: Vec::new(),
        }
    }

    /// Turns to rounds `from..from + made` of `block`; both multiples of 64.
    pub fn start(&mut self, block: u64, from: usize, made: usize) {
        (self.block, self.from, self.made) = (block, from, made);
        self.places.clear();
        self.epoch += 1;
    }

    /// Turns to rounds of the span that may be any, in any order, until the next [`Self::start`]: the places of these in the span.
    pub fn start_again(&mut self, places: &[u16]) {
        self.places.clear();
        self.places.extend_from_slice(places);
        self.places.resize(places.len().next_multiple_of(64), 0);
        self.epoch += 1;
    }

    /// Rounds at hand, and a few to fill up.
    fn rounds(&self) -> usize {
        if self.places.is_empty() { self.made } else { self.places.len() }
    }

    /// How wide the machine is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The distribution of the noise.
    pub fn noise(&self) -> Noise {
        self.addresses.kind(NOISE)
    }

    /// The random bits behind a shock, one number a round.
    pub fn fill(&mut self, shock: Shock, out: &mut [u32]) {
        let rounds = self.rounds();
        self.fill_from(self.addresses.shock(shock), &mut out[..rounds]);
    }

    fn fill_from(&mut self, address: Address, out: &mut [u32]) {
        if self.places.is_empty() {
            return self.make(address, out);
        }
        let mut made = std::mem::take(&mut self.made_raw);
        made.resize(self.made, 0);
        self.make(address, &mut made);
        gather(self.level, &made, &self.places, out);
        self.made_raw = made;
    }

    /// The numbers of the span.
    fn make(&mut self, address: Address, out: &mut [u32]) {
        let begin = || Stream::new(self.seed, address, self.block);
        let whole = self.from == 0 && self.made == BLOCK as usize;
        // A stream is over with its block, and streams are kept only where there is room for them.
        if whole || (self.streams.len() >= KEPT && !self.streams.contains_key(&address)) {
            let mut stream = begin();
            stream.skip_to(self.level, self.from);
            return stream.fill(self.level, out);
        }
        let kept = self.streams.entry(address).or_insert_with(|| {
            let stream = begin();
            Kept { block: self.block, before: stream.clone(), after: stream }
        });
        if kept.block != self.block || kept.before.next() > self.from {
            *kept = Kept { block: self.block, before: begin(), after: begin() };
        }
        if kept.after.next() <= self.from {
            kept.before = kept.after.clone();
            kept.before.skip_to(self.level, self.from);
        }
        kept.after = kept.before.clone();
        kept.after.fill(self.level, out);
    }

    /// The shocks of one address, one number a round.
    pub fn shocks(&mut self, shock: Shock) -> &[f32] {
        let address = self.addresses.shock(shock);
        if self.shocks.get(&address).is_none_or(|slot| slot.epoch != self.epoch) {
            let mut raw = std::mem::take(&mut self.raw);
            raw.resize(self.rounds(), 0);
            self.fill_from(address, &mut raw);
            let slot = self.shocks.entry(address).or_insert_with(|| Slot { epoch: 0, numbers: Vec::new() });
            slot.epoch = self.epoch;
            slot.numbers.resize(raw.len(), 0.0);
            noise::standardise(self.level, self.addresses.kind(shock), &raw, &mut slot.numbers);
            self.raw = raw;
        }
        &self.shocks[&address].numbers
    }

    /// The random bits of a chance or lot, one number a round.
    pub fn bits(&mut self, chance: Chance) -> &[u32] {
        let address = self.addresses.chance(chance);
        if self.chances.get(&address).is_none_or(|slot| slot.epoch != self.epoch) {
            // Whatever is forgotten can be made again.
            if self.chances.len() >= BUFFERED / self.rounds() && !self.chances.contains_key(&address) {
                self.chances.clear();
            }
            let mut numbers = self.chances.remove(&address).map_or_else(Vec::new, |slot| slot.numbers);
            numbers.resize(self.rounds(), 0);
            self.fill_from(address, &mut numbers);
            self.chances.insert(address, Slot { epoch: self.epoch, numbers });
        }
        &self.chances[&address].numbers
    }

    /// The rounds, as a plane, in which a chance of this probability, neither 0 nor 1, comes true.
    pub fn decided(&mut self, threshold: Threshold, chance: Chance) -> &[u64] {
        let address = self.addresses.chance(chance);
        let key = (address, threshold);
        if self.decided.get(&key).is_none_or(|slot| slot.epoch != self.epoch) {
            // Whatever is forgotten can be made again.
            if self.decided.len() >= BUFFERED / self.rounds() && !self.decided.contains_key(&key) {
                self.decided.clear();
            }
            let mut raw = std::mem::take(&mut self.raw);
            raw.resize(self.rounds(), 0);
            self.fill_from(address, &mut raw);
            let slot = self.decided.entry(key).or_insert_with(|| Slot { epoch: 0, numbers: Vec::new() });
            slot.epoch = self.epoch;
            slot.numbers.resize(raw.len() / 64, 0);
            threshold.decide_all(self.level, &raw, &mut slot.numbers);
            self.raw = raw;
        }
        &self.decided[&key].numbers
    }

    /// The rounds, as a plane, in which a chance of this probability comes true.
    pub fn decide(&mut self, threshold: Threshold, chance: Chance, out: &mut [u64]) {
        match threshold.certainty() {
            Some(certain) => out.fill(if certain { u64::MAX } else { 0 }),
            None => out.copy_from_slice(self.decided(threshold, chance)),
        }
    }

    /// The draws of one round of the span.
    pub fn at(&mut self, round: usize) -> RoundDraws<'_> {
        RoundDraws { draws: self, round }
    }
}

/// Any noise: its distribution does not depend on whose it is.
const NOISE: Shock = Shock::Noise { ballot: 1, member: MemberId(0), candidate: CandidateId(0) };

/// The draws of one round.
pub(super) struct RoundDraws<'a> {
    draws: &'a mut SpanDraws,
    round: usize,
}

impl Draws for RoundDraws<'_> {
    fn shock(&mut self, shock: Shock) -> f32 {
        self.draws.shocks(shock)[self.round]
    }

    fn bits(&mut self, chance: Chance) -> u32 {
        self.draws.bits(chance)[self.round]
    }
}

/// For keys that no one chooses to do harm: hashes of ids, and sets of members.
pub(super) type QuickHasher = BuildHasherDefault<Mixer>;

/// Mixes words by multiplication.
#[derive(Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}
