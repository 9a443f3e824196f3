//! Numbers one after the other, of what belongs to no round.

use super::Address;
use super::split_mix::{GAMMA, mix};
use super::stream::Stream;
use crate::simulation::normal::standard_normal;

/// What a sequence of numbers is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulation) enum Purpose {
    /// What candidates share, in a replicate.
    Shared,
    /// One candidate's particles at one ballot.
    Particles,
    /// What followed a ballot, for one candidate.
    Followed,
    /// The rounds that are played on after a ballot.
    Continuation,
    /// What the counts of a ballot are expected to be.
    Forecast,
}

/// The numbers of one address, in order.
#[derive(Debug, Clone)]
pub(in crate::simulation) struct Sequence {
    state: u64,
}

impl Sequence {
    /// The numbers of a purpose at a ballot, of the replicate `who` and, if it is about one, the candidate with the key
    /// `whom`.
    pub fn new(seed: u64, purpose: Purpose, ballot: u32, who: u64, whom: u64) -> Self {
        let purpose = match purpose {
            Purpose::Shared => 80,
            Purpose::Particles => 81,
            Purpose::Followed => 82,
            Purpose::Continuation => 83,
            Purpose::Forecast => 84,
        };
        Self { state: Stream::new(seed, Address { purpose, ballot, who, whom }).start() }
    }

    /// 64 uniform random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// 32 uniform random bits.
    #[inline]
    pub fn half(&mut self) -> u32 {
        (self.bits() >> 32) as u32
    }

    /// A number between 0 and 1, neither of them.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
    }

    /// A standard normal shock, as rounds have them.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        f64::from(standard_normal(self.half()))
    }
}
