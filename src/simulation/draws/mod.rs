//! Random numbers by address: the only place that makes a generator.
//!
//! Every random number of a run is addressed by what it is for: the seed, its purpose, the ballot, who and
//! whom it concerns (by id, never by position), and the round. A *stream* holds the numbers of one address, one a
//! round. So no thread, order or split of the work can change a draw, assumptions share their draws, adding a
//! candidate leaves everyone else's alone, and any number of any round can be had at once.
//!
//! A stream is a SplitMix64 sequence (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014,
//! <https://doi.org/10.1145/2660193.2660195>), whose `n`-th output is a function of its start and `n` alone: a state
//! that grows by a constant is scrambled. Its start is the first eight bytes, little-endian, of ChaCha8 whose key is
//! the address itself (`seed`, `purpose + 256·ballot`, `who`, `whom`, 64 bits each, little-endian). Ids enter as the
//! first eight bytes of their SHA-256, little-endian. Output `n`, from 0, serves the rounds `2n` and `2n + 1`, its low
//! half first.
//!
//! All sequences lie on one cycle of 2^64 states. Among `S` of them with `L` outputs each, some `S²·L / 2^64` pairs
//! overlap on average; a number of one round is then that of another round at another address (`docs/model.md`, 7.9).
//!
//! Changing anything on this page changes every published number: a breaking change, and a new [`DRAWS`].

mod address;
mod round;
mod sequence;
mod split_mix;
mod stream;

pub(super) use address::Address;
pub use address::Addresses;
pub use round::RoundDraws;
pub(super) use sequence::{Purpose, Sequence, Taken};
pub(super) use split_mix::find_steps;
pub(super) use stream::Stream;

use crate::hash::sha256;
use crate::model::{CandidateId, MemberId};

/// The version of the rounds: another one whenever a round of any scenario comes out otherwise than before. Counts of
/// different versions cannot be added.
pub const DRAWS: u32 = 1;

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
    /// How hard a member is to please in the round.
    Mood(MemberId),
    /// What is not known of the weight that a member gives to a trait; an index into the model's traits.
    Priority(MemberId, usize),
    /// How everyone's view of a candidate moves before a ballot, from the second on.
    Drift(u32, CandidateId),
    /// How far views of a candidate after the first ballot are from those at it.
    Doubt(CandidateId),
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
    /// Whether a member is ready to block at all.
    Readiness(MemberId),
    /// Whether the stage goes on after a ballot.
    Continues(u32),
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
    /// The same in a vote among those tied for elimination.
    TieLot(u32, MemberId, CandidateId),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
            _ => self.allows(draws.bits(chance)),
        }
    }

    /// Whether this draw is a success.
    pub(super) fn allows(self, bits: u32) -> bool {
        u64::from(bits) < self.0
    }

    /// Whether success is certain, or certainly not to come; nothing if it takes a draw.
    pub(super) fn certainty(self) -> Option<bool> {
        match self.0 {
            0 => Some(false),
            Self::CERTAIN => Some(true),
            _ => None,
        }
    }

    /// The first number of 32 bits that is no success; only for those that are [uncertain](Self::certainty).
    pub(super) fn bound(self) -> u32 {
        self.0 as u32
    }
}

/// What numbers are for that belong to no round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Orders of the members.
    Order,
    /// Coalitions of the members.
    Coalition,
    /// Selections out of several, drawn again; of no member.
    Selection,
}

/// The numbers of the member with this id, one a sample.
pub fn samples(seed: u64, what: Sample, member: &str) -> impl Fn(u64) -> u32 {
    let purpose = match what {
        Sample::Order => 64,
        Sample::Coalition => 65,
        Sample::Selection => 66,
    };
    let stream = Stream::new(seed, Address { purpose, ballot: 0, who: id_key(member), whom: 0 });
    move |sample| stream.number(sample)
}

/// The key by which an id enters addresses: the first eight bytes of its SHA-256.
pub fn id_key(id: &str) -> u64 {
    sha256(id.as_bytes()).iter().take(8).rev().fold(0, |key, &byte| key << 8 | u64::from(byte))
}
