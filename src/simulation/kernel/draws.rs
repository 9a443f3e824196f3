//! The draws of a span of rounds, many at a time.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::kept_noise::anew;
use super::lanes::Lanes;
use super::noise_store::{Key, NoiseStore, Span, StoredNoise};
use super::planes;
use crate::model::{CandidateId, Noise};
use crate::simulation::draws::{Addresses, Chance, RoundDraws, Shock, Stream, Threshold, find_steps};
use crate::simulation::noise;
use crate::simulation::simd::{self, Level};

/// Bound on the chances kept for a span, in rounds; whatever is forgotten can be made again.
const DECIDED: usize = 1 << 24;

/// The draws of the rounds of a span, shared by all worlds with the same addresses.
pub(super) struct SpanDraws {
    single: RoundDraws,
    level: Level,
    /// The round of the first bit of planes, and how many there are.
    first: u64,
    rounds: usize,
    /// Places in the span of the rounds at hand, if these are not simply the span.
    places: Vec<u16>,
    /// Numbers of an earlier epoch belong to another span.
    epoch: u64,
    decided: FxHashMap<(Chance, Threshold), Slot<u64>>,
    shocks: FxHashMap<Stream, Slot<f32>>,
    raw: Vec<u32>,
    /// Buffer for shocks that are used once.
    once: Vec<f32>,
    picked: Picked,
    /// Noise of rounds that may be simulated again.
    store: Option<NoiseStore>,
}

/// Something about the rounds of one epoch.
struct Slot<T> {
    epoch: u64,
    numbers: Arc<Vec<T>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { epoch: 0, numbers: Arc::default() }
    }
}

impl SpanDraws {
    /// Draws under `seed`; [`Self::start`] before asking for any.
    pub fn new(addresses: Addresses, seed: u64, level: Level) -> Self {
        Self {
            single: RoundDraws::new(addresses, seed),
            level,
            first: 0,
            rounds: 0,
            places: Vec::new(),
            epoch: 0,
            decided: FxHashMap::default(),
            shocks: FxHashMap::default(),
            raw: Vec::new(),
            once: Vec::new(),
            picked: Picked::default(),
            store: None,
        }
    }

    /// The same with noise looked up and kept in `store`, whose origin is that of these draws.
    pub fn with_store(self, store: NoiseStore) -> Self {
        Self { store: Some(store), ..self }
    }

    /// The store, without which it goes on.
    pub fn take_store(&mut self) -> Option<NoiseStore> {
        self.store.take()
    }

    /// Whether there is one.
    pub fn has_store(&self) -> bool {
        self.store.is_some()
    }

    /// Whether so many numbers of noise about a candidate at a ballot are stored or would be.
    pub fn may_store(&self, candidate: CandidateId, ballot: u32, numbers: usize) -> bool {
        self.store.as_ref().is_some_and(|store| store.has_room(self.key(candidate, ballot), numbers))
    }

    /// What is stored of the noise about a candidate at a ballot, in the rounds of a plane.
    pub fn stored_noise(&self, candidate: CandidateId, ballot: u32, rounds: &[u64]) -> Option<StoredNoise> {
        let store = self.store.as_ref().filter(|_| self.places.is_empty())?;
        store.get(self.key(candidate, ballot), rounds).cloned()
    }

    /// Stores noise about a candidate at a ballot.
    pub fn store_noise(&mut self, candidate: CandidateId, ballot: u32, noise: impl FnOnce() -> StoredNoise) {
        let key = self.key(candidate, ballot);
        if let Some(store) = self.store.as_mut().filter(|_| self.places.is_empty()) {
            store.put(key, noise());
        }
    }

    fn key(&self, candidate: CandidateId, ballot: u32) -> Key {
        Key { span: self.span(), candidate, ballot }
    }

    fn span(&self) -> Span {
        (self.first, self.rounds)
    }

    /// The store, if the rounds at hand are simply the span.
    fn store_of_span(&mut self) -> Option<&mut NoiseStore> {
        self.store.as_mut().filter(|_| self.places.is_empty())
    }

    /// Turns to so many rounds from `first` on; both multiples of 64.
    pub fn start(&mut self, first: u64, rounds: usize) {
        (self.first, self.rounds) = (first, rounds);
        self.places.clear();
        self.epoch += 1;
    }

    /// Turns to rounds of the span that may be any, in any order, until the next [`Self::start`]: the places of these
    /// in the span.
    pub fn start_again(&mut self, places: &[u16]) {
        self.picked.rounds.clear();
        self.places.clear();
        self.places.extend_from_slice(places);
        self.places.resize(places.len().next_multiple_of(64), 0);
        self.rounds = self.places.len();
        self.epoch += 1;
    }

    /// Changes from span to span.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// How wide the machine is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The distribution of the noise.
    pub fn noise(&self) -> Noise {
        self.single.streams.noise()
    }

    /// The random bits behind a shock in the rounds that have a lane.
    pub fn fill(&mut self, shock: Shock, lanes: &Lanes, out: &mut [u32]) {
        let stream = self.single.streams.shock(shock);
        if lanes.whole {
            self.fill_all(stream, out);
        } else {
            self.pick_lanes(stream, lanes, out);
        }
    }

    /// Finds the way to the numbers of some of the rounds.
    pub fn find(&self, rounds: &[u16], picked: &mut Picked) {
        picked.rounds.clear();
        picked.rounds.extend_from_slice(rounds);
        picked.places.clear();
        picked.places.extend(rounds.iter().map(|&round| place(&self.places, round)));
        picked.steps.resize(rounds.len(), 0);
        find_steps(self.level, &picked.places, &mut picked.steps);
    }

    /// The random bits behind a shock in the rounds that were picked.
    pub fn pick(&mut self, shock: Shock, picked: &Picked, out: &mut [u32]) {
        let stream = self.single.streams.shock(shock);
        stream.pick(self.level, self.first, &picked.places, &picked.steps, out);
    }

    /// The numbers of a stream in the rounds that have a lane.
    fn pick_lanes(&mut self, stream: Stream, lanes: &Lanes, out: &mut [u32]) {
        if self.places.is_empty() {
            stream.pick(self.level, self.first, lanes.places(), lanes.steps(), out);
        } else {
            self.pick_from(stream, lanes.places(), out);
        }
    }

    /// The numbers of a stream in some of the rounds.
    fn pick_from(&mut self, stream: Stream, rounds: &[u16], out: &mut [u32]) {
        let mut picked = std::mem::take(&mut self.picked);
        // Everyone's noise about a candidate is asked for in the same rounds, one member after the other.
        if picked.rounds != rounds {
            self.find(rounds, &mut picked);
        }
        stream.pick(self.level, self.first, &picked.places, &picked.steps, out);
        self.picked = picked;
    }

    /// The rounds, as a plane, in which a number of a stream means that a chance of this probability comes true.
    fn decide_everywhere(&mut self, threshold: Threshold, stream: Stream, out: &mut [u64]) {
        self.at_least(stream, threshold.bound(), out);
        out.iter_mut().for_each(|word| *word = !*word);
    }

    /// The rounds, as a plane, in which the random bits behind a shock are at least `bound`.
    pub fn shocks_at_least(&mut self, shock: Shock, bound: u32, out: &mut [u64]) {
        let stream = self.single.streams.shock(shock);
        self.at_least(stream, bound, out);
    }

    fn at_least(&mut self, stream: Stream, bound: u32, out: &mut [u64]) {
        if self.places.is_empty() {
            return stream.at_least(self.level, self.first, bound, out);
        }
        let mut raw = std::mem::take(&mut self.raw);
        raw.resize(self.rounds, 0);
        self.fill_all(stream, &mut raw);
        simd::bits_at_least(self.level, &raw, bound, out);
        self.raw = raw;
    }

    /// The numbers of a stream in all rounds.
    fn fill_all(&mut self, stream: Stream, out: &mut [u32]) {
        if self.places.is_empty() {
            stream.fill(self.level, self.first, out);
        } else {
            let places = std::mem::take(&mut self.places);
            self.pick_from(stream, &places, out);
            self.places = places;
        }
    }

    /// Shocks, one number a round.
    pub fn shocks(&mut self, shock: Shock) -> &[f32] {
        let stream = self.single.streams.shock(shock);
        let mut slot = self.shocks.remove(&stream).unwrap_or_default();
        if slot.epoch != self.epoch {
            slot.epoch = self.epoch;
            let span = self.span();
            if let Some(stored) = self.store_of_span().and_then(|store| store.shocks(span, stream)) {
                slot.numbers = Arc::clone(stored);
            } else {
                let mut raw = std::mem::take(&mut self.raw);
                raw.resize(self.rounds, 0);
                self.fill_all(stream, &mut raw);
                let numbers = anew(&mut slot.numbers);
                numbers.resize(self.rounds, 0.0);
                noise::standardise(self.level, self.single.streams.kind(shock), &raw, numbers);
                self.raw = raw;
                if let Some(store) = self.store_of_span() {
                    store.put_shocks(span, stream, &slot.numbers);
                }
            }
        }
        &self.shocks.entry(stream).or_insert(slot).numbers
    }

    /// Adds a multiple of shocks, one number a round, that nobody asks for again.
    pub fn add_shock(&mut self, factor: f32, shock: Shock, sums: &mut [f32]) {
        let stream = self.single.streams.shock(shock);
        let (mut raw, mut once) = (std::mem::take(&mut self.raw), std::mem::take(&mut self.once));
        raw.resize(self.rounds, 0);
        once.resize(self.rounds, 0.0);
        self.fill_all(stream, &mut raw);
        noise::standardise(self.level, self.single.streams.kind(shock), &raw, &mut once);
        sums.iter_mut().zip(&once).for_each(|(sum, &shock)| *sum += factor * shock);
        (self.raw, self.once) = (raw, once);
    }

    /// The rounds, as a plane, in which a chance of this probability, neither 0 nor 1, comes true. If it is asked for
    /// with lanes it may, until the next [`Self::start`], only be asked for about rounds that have a lane the first
    /// time.
    pub fn decided(&mut self, threshold: Threshold, chance: Chance, lanes: Option<&Lanes>) -> &[u64] {
        let key = (chance, threshold);
        if self.decided.get(&key).is_none_or(|slot| slot.epoch != self.epoch) {
            if self.decided.len() >= DECIDED / self.rounds.max(1) && !self.decided.contains_key(&key) {
                self.decided.clear();
            }
            let mut slot = self.decided.remove(&key).unwrap_or_default();
            slot.epoch = self.epoch;
            self.decide_anew(threshold, chance, lanes, &mut slot.numbers);
            self.decided.insert(key, slot);
        }
        &self.decided[&key].numbers
    }

    /// Makes what [`Self::decided`] gives.
    fn decide_anew(&mut self, threshold: Threshold, chance: Chance, lanes: Option<&Lanes>, out: &mut Arc<Vec<u64>>) {
        let (span, rounds) = (self.span(), self.rounds);
        let stored = self.store_of_span().and_then(|store| store.decided((span, chance, threshold)));
        if let Some(stored) = stored {
            *out = Arc::clone(stored);
            return;
        }
        let stream = self.single.streams.chance(chance);
        let numbers = anew(out);
        planes::renew(numbers, rounds / 64, 0);
        // Stored they are for worlds with other lanes as well.
        let has_store = self.store_of_span().is_some();
        // A number picked costs as much as two or three that come in their order.
        if let Some(lanes) = lanes.filter(|lanes| !has_store && 3 * lanes.padded() < rounds) {
            let mut which = vec![0; lanes.words()];
            let mut raw = std::mem::take(&mut self.raw);
            raw.resize(lanes.padded(), 0);
            self.pick_lanes(stream, lanes, &mut raw);
            simd::bits_at_least(self.level, &raw, threshold.bound(), &mut which);
            which.iter_mut().for_each(|word| *word = !*word);
            self.raw = raw;
            lanes.add_rounds(self.level, &which, numbers);
        } else {
            self.decide_everywhere(threshold, stream, numbers);
        }
        if let Some(store) = self.store_of_span() {
            store.put_decided((span, chance, threshold), out);
        }
    }

    /// The rounds, as a plane, in which a chance of this probability comes true.
    pub fn decide(&mut self, threshold: Threshold, chance: Chance, out: &mut [u64]) {
        match threshold.certainty() {
            Some(certain) => out.fill(if certain { u64::MAX } else { 0 }),
            None => {
                let stream = self.single.streams.chance(chance);
                self.decide_everywhere(threshold, stream, out);
            }
        }
    }

    /// A chance of this probability, to be decided for some of the rounds.
    pub fn prospect(&mut self, threshold: Threshold, chance: Chance) -> Prospect<'_> {
        let stream = threshold.certainty().is_none().then(|| self.single.streams.chance(chance));
        Prospect { threshold, stream, first: self.first, places: &self.places }
    }

    /// The draws of one round of the span.
    pub fn at(&mut self, round: usize) -> &mut RoundDraws {
        self.single.turn_to(self.first + u64::from(place(&self.places, round as u16)));
        &mut self.single
    }
}

/// A chance of some probability.
pub(super) struct Prospect<'a> {
    threshold: Threshold,
    /// None if it is certain, or certainly not to come.
    stream: Option<Stream>,
    first: u64,
    places: &'a [u16],
}

impl Prospect<'_> {
    /// Whether it comes true in a round.
    pub fn comes_true(&self, round: u16) -> bool {
        let number = self.first + u64::from(place(self.places, round));
        let allows = |stream: Stream| self.threshold.allows(stream.number(number));
        self.stream.map_or_else(|| self.threshold.certainty() == Some(true), allows)
    }
}

/// Rounds of a span, and the way to their numbers.
#[derive(Default)]
pub(super) struct Picked {
    /// Rounds at hand.
    rounds: Vec<u16>,
    /// Their places in the span.
    places: Vec<u16>,
    steps: Vec<u64>,
}

/// The place in the span of a round, where the rounds at hand may be some others.
fn place(places: &[u16], round: u16) -> u16 {
    places.get(usize::from(round)).copied().unwrap_or(round)
}
