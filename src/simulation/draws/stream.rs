//! The numbers of one address: the generator.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use super::Address;
use super::split_mix::{self, GAMMA, mix};
use crate::simulation::simd::Level;

/// The numbers of one address, one a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::simulation) struct Stream {
    start: u64,
}

impl Stream {
    /// The numbers of `address` under `seed`.
    pub fn new(seed: u64, address: Address) -> Self {
        let place = u64::from(address.purpose) | u64::from(address.ballot) << 8;
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, place, address.who, address.whom]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self { start: ChaCha8Rng::from_seed(key).next_u64() }
    }

    /// What its states start from.
    pub(super) fn start(self) -> u64 {
        self.start
    }

    /// The state of SplitMix64 whose output serves `round` and the one after, or before, it.
    fn state(self, round: u64) -> u64 {
        self.start.wrapping_add((round / 2 + 1).wrapping_mul(GAMMA))
    }

    /// The number of `round`.
    #[inline]
    pub fn number(self, round: u64) -> u32 {
        let word = mix(self.state(round));
        if round.is_multiple_of(2) { word as u32 } else { (word >> 32) as u32 }
    }

    /// The numbers of the rounds from `first` on, an even number; as many as `out` has room for, a multiple of 16.
    pub fn fill(self, level: Level, first: u64, out: &mut [u32]) {
        split_mix::fill(level, self.state(first), out);
    }

    /// Where the numbers of the rounds from `first` on, an even number, are at least `bound`: 64 to a word.
    pub fn at_least(self, level: Level, first: u64, bound: u32, out: &mut [u64]) {
        split_mix::fill_at_least(level, self.state(first), bound, out);
    }

    /// The numbers of `count` rounds from `first` on, whatever they are.
    pub fn range(self, level: Level, first: u64, count: usize, buffer: &mut Vec<u32>) -> &[u32] {
        let before = (first % 2) as usize;
        buffer.resize((before + count).next_multiple_of(16), 0);
        self.fill(level, first - before as u64, buffer);
        &buffer[before..][..count]
    }

    /// The numbers of the rounds `first + place`, where `first` is even, given the [steps](split_mix::find_steps) to
    /// them.
    pub fn pick(self, level: Level, first: u64, places: &[u16], steps: &[u64], out: &mut [u32]) {
        split_mix::pick(level, self.state(first), places, steps, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page on draws, word for word.
    #[test]
    fn a_stream_is_split_mix_from_a_start_of_its_own() {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&11u64.to_le_bytes());
        key[8..16].copy_from_slice(&(3u64 + 256 * 2).to_le_bytes());
        key[16..24].copy_from_slice(&5u64.to_le_bytes());
        key[24..].copy_from_slice(&7u64.to_le_bytes());
        let mut state = ChaCha8Rng::from_seed(key).next_u64();
        let mut expected = Vec::new();
        for _ in 0..512 {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let word = mix(state);
            expected.extend([word as u32, (word >> 32) as u32]);
        }
        let stream = Stream::new(11, Address { purpose: 3, ballot: 2, who: 5, whom: 7 });
        assert!((0..).zip(&expected).all(|(round, &number)| stream.number(round) == number));
        let places: Vec<u16> = (0..384).rev().chain([0, 0, 383]).collect();
        for level in Level::all() {
            let mut numbers = vec![0; 384];
            stream.fill(level, 640, &mut numbers);
            assert_eq!(numbers, expected[640..], "{level:?}");
            let mut picked = vec![0; places.len()];
            let mut steps = vec![0; places.len()];
            split_mix::find_steps(level, &places, &mut steps);
            stream.pick(level, 640, &places, &steps, &mut picked);
            assert!(places.iter().zip(&picked).all(|(&place, &number)| number == numbers[usize::from(place)]));
            let mut buffer = Vec::new();
            assert_eq!(stream.range(level, 641, 100, &mut buffer), &expected[641..741]);
        }
    }

    /// Far rounds have numbers as well.
    #[test]
    fn the_last_round_is_one_as_any_other() {
        let stream = Stream::new(1, Address { purpose: 1, ballot: 1, who: 2, whom: 3 });
        for level in Level::all() {
            let mut numbers = [0; 16];
            stream.fill(level, u64::MAX - 15, &mut numbers);
            assert_eq!(numbers[15], stream.number(u64::MAX));
        }
    }
}
