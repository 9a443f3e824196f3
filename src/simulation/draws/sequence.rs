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

    /// The next numbers, to be looked at in any order; the sequence goes on after them.
    #[inline]
    pub fn take(&mut self, count: usize) -> Taken {
        let taken = Taken { state: self.state };
        self.state = self.state.wrapping_add(GAMMA.wrapping_mul(count as u64));
        taken
    }

    /// 32 uniform random bits.
    #[inline]
    pub fn half(&mut self) -> u32 {
        (self.bits() >> 32) as u32
    }

    /// A number between 0 and 1, neither of them.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        between_0_and_1(self.bits())
    }

    /// A standard normal shock, as rounds have them.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        f64::from(standard_normal(self.half()))
    }
}

/// Some numbers of a sequence.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulation) struct Taken {
    state: u64,
}

impl Taken {
    /// Without the first of them.
    #[inline(always)]
    pub fn after(self, count: usize) -> Self {
        Self { state: self.state.wrapping_add(GAMMA.wrapping_mul(count as u64)) }
    }

    /// As [`Sequence::bits`].
    #[inline(always)]
    pub fn bits(self, at: usize) -> u64 {
        mix(self.state.wrapping_add(GAMMA.wrapping_mul(at as u64 + 1)))
    }

    /// As [`Sequence::uniform`].
    #[inline(always)]
    pub fn uniform(self, at: usize) -> f64 {
        between_0_and_1(self.bits(at))
    }
}

#[inline(always)]
fn between_0_and_1(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_taken_are_those_that_come_one_by_one() {
        let mut one_by_one = Sequence::new(1, Purpose::Particles, 2, 3, 4);
        let mut taking = one_by_one.clone();
        let taken = taking.take(20);
        for at in 0..20 {
            let expected = one_by_one.clone().uniform();
            assert_eq!(taken.after(at).bits(0), taken.bits(at));
            assert_eq!((taken.bits(at), taken.uniform(at)), (one_by_one.bits(), expected));
        }
        assert_eq!(taking.bits(), one_by_one.bits());
    }
}
