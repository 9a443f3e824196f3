//! Random numbers by address: the only place that makes a generator.
//!
//! Every random number of a run is addressed by what it is for: the seed, its purpose, the ballot, who and
//! whom it concerns (by id, never by position), and the round. A *stream* holds the numbers of one such
//! address for one block of [`BLOCK`] rounds; round `n` takes number `n mod BLOCK` of block `n / BLOCK`.
//! So no thread, order or split of the work can change a draw, assumptions share their draws, and adding a
//! candidate leaves everyone else's alone.
//!
//! A stream is made of eight [`Xoshiro256PlusPlus`] generators (Blackman and Vigna, *Scrambled linear
//! pseudorandom number generators*, 2021, <https://doi.org/10.1145/3460772>) that take turns, so that wide
//! processors can advance them side by side. They are seeded in turn with 32 bytes each from ChaCha8, whose
//! key is the address itself (`seed`, `purpose + 256·ballot`, `who`, `whom`, 64 bits each, little-endian)
//! and whose stream number is the block: distinct addresses never share a state by arithmetic accident.
//! Ids enter as the first eight bytes of their SHA-256, little-endian. Each 64-bit output serves two
//! consecutive rounds, its low half first.
//!
//! Changing anything on this page changes every published number: a breaking change.

use std::collections::HashMap;

use rand::rngs::{ChaCha8Rng, Xoshiro256PlusPlus};
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::noise;
use crate::model::{CandidateId, MemberId, Model, Noise};

/// Rounds served by one stream.
pub const BLOCK: u64 = 4096;

/// Generators that take turns within a stream.
const LANES: usize = 8;
/// Draws that one turn of all lanes yields.
const STRIDE: usize = 2 * LANES;
/// Bound on the draws kept at once by [`BlockDraws`], in numbers of four bytes.
const BUFFERED: usize = 4 << 20;

/// Room between the streams in the buffer, so that they do not all compete for the same cache lines.
const PAD: usize = STRIDE;

/// What a standardised shock is for. Ballots count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shock {
    /// What is unknown about a member's view of a candidate, fresh at `ballot`.
    Noise {
        /// The ballot at which it arises: 1 when the round opens.
        ballot: u32,
        /// Whose view.
        member: MemberId,
        /// Of whom.
        candidate: CandidateId,
    },
    /// What a group's members share about a candidate; an index into the model's groups.
    Bloc(usize, CandidateId),
    /// A good or a bad month for a candidate with everyone.
    Common(CandidateId),
    /// What the moment asks for; an index into the model's traits.
    Moment(usize),
}

/// What a chance or a lot decides. Ballots count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chance {
    /// Whether an event happens; an index into the model's events.
    Event(usize),
    /// Whether a candidate stands.
    Availability(CandidateId),
    /// Whether a candidate is a red line for a member.
    RedLine(MemberId, CandidateId),
    /// Whether a vetoed candidate withdraws after a ballot.
    Withdrawal(u32, CandidateId),
    /// Whether a member yields on a candidate after a ballot.
    Yield(u32, MemberId, CandidateId),
    /// Lot among candidates who pass a ballot.
    AppointLot(u32, CandidateId),
    /// Lot among candidates who may be dropped after a ballot.
    DropLot(u32, CandidateId),
    /// Lot among candidates who may lead after a ballot.
    LeadLot(u32, CandidateId),
    /// Lot among candidates a member likes equally, at a choice ballot.
    VoteLot(u32, MemberId, CandidateId),
}

/// The draws of one round. Asking twice for the same draw gives the same answer.
pub trait Draws {
    /// A shock of mean 0 and variance 1: standard normal, or for [`Shock::Noise`] the model's noise.
    fn shock(&mut self, shock: Shock) -> f32;
    /// 32 uniform random bits.
    fn bits(&mut self, chance: Chance) -> u32;
}

/// A probability as the number of 32-bit draws, out of 2^32, that count as success.
///
/// 0 and 1 are exact; anything between is rounded to a multiple of 2^-32, but never to 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(u64);

impl Threshold {
    const CERTAIN: u64 = 1 << 32;

    /// The threshold of `probability`, in `[0, 1]`.
    pub fn new(probability: f64) -> Self {
        if probability <= 0.0 {
            Self(0)
        } else if probability >= 1.0 {
            Self(Self::CERTAIN)
        } else {
            // Exact scaling by a power of two, then rounding half away from zero.
            Self(((probability * Self::CERTAIN as f64 + 0.5) as u64).clamp(1, Self::CERTAIN - 1))
        }
    }

    /// Decides `chance`; certain thresholds need no draw.
    #[inline]
    pub fn decide<D: Draws>(self, draws: &mut D, chance: Chance) -> bool {
        match self.0 {
            0 => false,
            Self::CERTAIN => true,
            successes => u64::from(draws.bits(chance)) < successes,
        }
    }
}

/// The key by which an id enters addresses: the first eight bytes of its SHA-256.
pub fn id_key(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(8).rev().fold(0, |key, &byte| key << 8 | u64::from(byte))
}

/// Where a stream's numbers come from: everything but seed and block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Address {
    purpose: u8,
    ballot: u32,
    who: u64,
    whom: u64,
}

/// The numbers of one address in one block, from the block's first round on.
struct Stream([Xoshiro256PlusPlus; LANES]);

impl Stream {
    fn new(seed: u64, address: Address, block: u64) -> Self {
        let place = u64::from(address.purpose) | u64::from(address.ballot) << 8;
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, place, address.who, address.whom]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut seeds = ChaCha8Rng::from_seed(key);
        seeds.set_stream(block);
        Self(std::array::from_fn(|_| Xoshiro256PlusPlus::from_rng(&mut seeds)))
    }

    /// The next [`STRIDE`] numbers.
    fn turn(&mut self) -> [u32; STRIDE] {
        let mut numbers = [0; STRIDE];
        for (pair, lane) in numbers.chunks_exact_mut(2).zip(&mut self.0) {
            let word = lane.next_u64();
            pair[0] = word as u32;
            pair[1] = (word >> 32) as u32;
        }
        numbers
    }

    /// Numbers `from..from + out.len()` of the block; both multiples of [`STRIDE`]. Only on a new stream.
    fn fill(mut self, from: usize, out: &mut [u32]) {
        for _ in 0..from / STRIDE {
            self.turn();
        }
        for numbers in out.chunks_exact_mut(STRIDE) {
            numbers.copy_from_slice(&self.turn());
        }
    }
}

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
        Stream::new(self.seed, address, self.block).fill(self.from, &mut self.raw);
    }

    #[cold]
    fn fill_shock(&mut self, slot: usize, shock: Shock) {
        let kind = match shock {
            Shock::Noise { .. } => self.addresses.noise,
            _ => Noise::Normal,
        };
        self.fill_raw(self.addresses.shock(shock));
        self.shock_epochs[slot] = self.epoch;
        let first = slot * (self.span + PAD);
        noise::standardise(kind, &self.raw, &mut self.shocks[first..first + self.made]);
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

/// The ids behind a model's draws: all that its draws depend on besides the seed.
///
/// Models with the same addresses meet the same draws, whatever else differs, and can share a [`BlockDraws`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    noise: Noise,
    members: Vec<u64>,
    candidates: Vec<u64>,
    groups: Vec<u64>,
    traits: Vec<u64>,
    events: Vec<u64>,
    /// Ballots with noise of their own: 1 where minds do not change by themselves.
    noisy_ballots: u32,
}

impl Addresses {
    /// The addresses of `model`.
    pub fn new(model: &Model) -> Self {
        Self {
            noise: model.noise,
            members: model.members.iter().map(|m| id_key(&m.id)).collect(),
            candidates: model.candidates.iter().map(|c| id_key(&c.id)).collect(),
            groups: model.groups.iter().map(|g| id_key(&g.id)).collect(),
            traits: model.traits.iter().map(|t| id_key(&t.name)).collect(),
            events: model.events.iter().map(|e| id_key(&e.name)).collect(),
            noisy_ballots: if model.dynamics.memory < 1.0 { model.max_ballots() } else { 1 },
        }
    }

    /// Addresses that serve both, if the models differ in no id and no kind of noise.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> Option<Self> {
        let noisy_ballots = self.noisy_ballots.max(other.noisy_ballots);
        let mine = Self { noisy_ballots, ..self.clone() };
        (mine == Self { noisy_ballots, ..other.clone() }).then_some(mine)
    }

    fn pairs(&self) -> usize {
        self.members.len() * self.candidates.len()
    }

    fn pair(&self, m: MemberId, c: CandidateId) -> usize {
        c.index() * self.members.len() + m.index()
    }

    fn shock(&self, shock: Shock) -> Address {
        let whom = |c: CandidateId| self.candidates[c.index()];
        match shock {
            Shock::Noise { ballot, member, candidate } => {
                Address { purpose: 1, ballot, who: self.members[member.index()], whom: whom(candidate) }
            }
            Shock::Bloc(g, c) => Address { purpose: 2, ballot: 0, who: self.groups[g], whom: whom(c) },
            Shock::Common(c) => Address { purpose: 3, ballot: 0, who: 0, whom: whom(c) },
            Shock::Moment(k) => Address { purpose: 4, ballot: 0, who: self.traits[k], whom: 0 },
        }
    }

    fn chance(&self, chance: Chance) -> Address {
        let who = |m: MemberId| self.members[m.index()];
        let whom = |c: CandidateId| self.candidates[c.index()];
        match chance {
            Chance::Event(e) => Address { purpose: 5, ballot: 0, who: self.events[e], whom: 0 },
            Chance::Availability(c) => Address { purpose: 6, ballot: 0, who: 0, whom: whom(c) },
            Chance::RedLine(m, c) => Address { purpose: 7, ballot: 0, who: who(m), whom: whom(c) },
            Chance::Withdrawal(ballot, c) => Address { purpose: 8, ballot, who: 0, whom: whom(c) },
            Chance::Yield(ballot, m, c) => Address { purpose: 9, ballot, who: who(m), whom: whom(c) },
            Chance::AppointLot(ballot, c) => Address { purpose: 10, ballot, who: 0, whom: whom(c) },
            Chance::DropLot(ballot, c) => Address { purpose: 11, ballot, who: 0, whom: whom(c) },
            Chance::LeadLot(ballot, c) => Address { purpose: 12, ballot, who: 0, whom: whom(c) },
            Chance::VoteLot(ballot, m, c) => Address { purpose: 13, ballot, who: who(m), whom: whom(c) },
        }
    }

    /// Where [`BlockDraws`] keeps a shock: factors first, then the noise ballot by ballot.
    fn slot(&self, shock: Shock) -> usize {
        let candidates = self.candidates.len();
        let factors = (self.groups.len() + 1) * candidates + self.traits.len();
        match shock {
            Shock::Bloc(g, c) => g * candidates + c.index(),
            Shock::Common(c) => self.groups.len() * candidates + c.index(),
            Shock::Moment(k) => (self.groups.len() + 1) * candidates + k,
            Shock::Noise { ballot, member, candidate } => {
                factors + (ballot as usize - 1) * self.pairs() + self.pair(member, candidate)
            }
        }
    }

    /// Number of slots.
    fn slots(&self) -> usize {
        (self.groups.len() + 1) * self.candidates.len() + self.traits.len() + self.noisy_ballots as usize * self.pairs()
    }
}
