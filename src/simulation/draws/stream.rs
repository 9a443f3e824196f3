//! One address in one block of rounds: the generators.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use super::{Address, BLOCK};
use crate::simulation::simd::{self, Level, State};

/// Draws that one turn of all generators of a stream yields.
pub(super) const STRIDE: usize = simd::STRIDE;

/// The numbers of one address in one block, from some round on.
#[derive(Debug, Clone)]
pub(in crate::simulation) struct Stream {
    state: State,
    /// The round within the block whose number comes next.
    next: usize,
}

impl Stream {
    /// The numbers of `address` from the first round of `block` on.
    pub fn new(seed: u64, address: Address, block: u64) -> Self {
        let place = u64::from(address.purpose) | u64::from(address.ballot) << 8;
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, place, address.who, address.whom]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut seeds = ChaCha8Rng::from_seed(key);
        seeds.set_stream(block);
        let mut state = State::default();
        // 32 bytes each, one generator after the other; that all of them be zero is left to eternity (2^-256).
        for lane in 0..state[0].len() {
            for word in &mut state {
                word[lane] = seeds.next_u64();
            }
        }
        Self { state, next: 0 }
    }

    /// The round within the block whose number comes next.
    pub fn next(&self) -> usize {
        self.next
    }

    /// Leaves out the numbers of the rounds before `round`, which is not behind; a multiple of [`STRIDE`].
    pub fn skip_to(&mut self, level: Level, round: usize) {
        let mut unused = [0; BLOCK as usize / 8];
        while self.next < round {
            let some = unused.len().min(round - self.next);
            self.fill(level, &mut unused[..some]);
        }
    }

    /// The numbers of the next `out.len()` rounds, a multiple of [`STRIDE`].
    pub fn fill(&mut self, level: Level, out: &mut [u32]) {
        simd::fill(level, &mut self.state, out);
        self.next += out.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;

    /// The page on draws, word for word, with the generators of `rand`.
    #[test]
    fn a_stream_is_eight_generators_taking_turns() {
        let address = Address { purpose: 3, ballot: 2, who: 5, whom: 7 };
        let mut key = [0; 32];
        key[..8].copy_from_slice(&11u64.to_le_bytes());
        key[8..16].copy_from_slice(&(3u64 + 256 * 2).to_le_bytes());
        key[16..24].copy_from_slice(&5u64.to_le_bytes());
        key[24..].copy_from_slice(&7u64.to_le_bytes());
        let mut seeds = ChaCha8Rng::from_seed(key);
        seeds.set_stream(13);
        let mut generators: [_; 8] = std::array::from_fn(|_| Xoshiro256PlusPlus::from_rng(&mut seeds));
        let expected: Vec<u32> = (0..BLOCK / 16)
            .flat_map(|_| generators.each_mut().map(|generator| generator.next_u64()))
            .flat_map(|word| [word as u32, (word >> 32) as u32])
            .collect();
        for level in Level::all() {
            let mut stream = Stream::new(11, address, 13);
            let mut numbers = vec![0; BLOCK as usize - 640];
            stream.skip_to(level, 640);
            stream.fill(level, &mut numbers);
            assert_eq!(numbers, expected[640..], "{level:?}");
        }
    }
}
