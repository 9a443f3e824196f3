//! SplitMix64: numbers from states that grow by a constant.

#[cfg(target_arch = "x86_64")]
use crate::simulation::simd::Kind;
use crate::simulation::simd::{self, Level, for_every_level};

/// What the state of SplitMix64 grows by from number to number.
pub(super) const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// Multipliers of SplitMix64's scrambler.
const MULTIPLIERS: [u64; 2] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

/// What SplitMix64 makes of a state.
#[inline(always)]
pub(super) fn mix(state: u64) -> u64 {
    let z = (state ^ state >> 30).wrapping_mul(MULTIPLIERS[0]);
    let z = (z ^ z >> 27).wrapping_mul(MULTIPLIERS[1]);
    z ^ z >> 31
}

/// Fills `out`, a multiple of 16 long, with what SplitMix64 makes of `state` and the states after it: of each output
/// the low half first.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn fill(level: Level, state: u64, out: &mut [u32]) {
    match level.kind() {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::fill_avx512(state, out) },
        _ => fill_narrow(level, state, out),
    }
}

for_every_level! {
    fn fill_narrow(state: u64, out: &mut [u32]) {
        let mut states: [u64; 8] = std::array::from_fn(|lane| state.wrapping_add(GAMMA.wrapping_mul(lane as u64)));
        for turn in out.chunks_exact_mut(16) {
            let words = states.map(mix);
            for (halves, word) in turn.chunks_exact_mut(2).zip(words) {
                halves[0] = word as u32;
                halves[1] = (word >> 32) as u32;
            }
            states = states.map(|state| state.wrapping_add(GAMMA.wrapping_mul(8)));
        }
    }
}

for_every_level! {
    /// By how much the state must grow before it leads to the number at each of some places.
    pub(in crate::simulation) fn find_steps(places: &[u16], steps: &mut [u64]) {
        for (step, &place) in steps.iter_mut().zip(places) {
            *step = u64::from(place / 2).wrapping_mul(GAMMA);
        }
    }
}

for_every_level! {
    /// Of the numbers with which [`fill`] would fill a slice, those at some places, given the [steps](find_steps) to
    /// them.
    pub(super) fn pick(state: u64, places: &[u16], steps: &[u64], out: &mut [u32]) {
        for ((number, &place), &step) in out.iter_mut().zip(places).zip(steps) {
            let word = mix(state.wrapping_add(step));
            *number = if place % 2 == 0 { word as u32 } else { (word >> 32) as u32 };
        }
    }
}

/// Bit `j` of word `w` of `out` is whether the number that [`fill`] would put at `64 w + j` is at least `bound`.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn fill_at_least(level: Level, state: u64, bound: u32, out: &mut [u64]) {
    match level.kind() {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::fill_at_least_avx512(state, bound, out) },
        _ => {
            let mut numbers = [0; 1024];
            for (i, out) in out.chunks_mut(16).enumerate() {
                let numbers = &mut numbers[..64 * out.len()];
                fill(level, state.wrapping_add(GAMMA.wrapping_mul(512 * i as u64)), numbers);
                simd::bits_at_least(level, numbers, bound, out);
            }
        }
    }
}

/// The same by intrinsics.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "wide loads and stores")]
mod wide {
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi64, _mm512_cmpge_epu32_mask, _mm512_loadu_si512, _mm512_mullo_epi64, _mm512_set1_epi32,
        _mm512_set1_epi64, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_xor_si512,
    };

    use super::{GAMMA, MULTIPLIERS};

    #[target_feature(enable = "avx512f,avx512dq")]
    fn mix_avx512(z: __m512i) -> __m512i {
        let [first, second] = MULTIPLIERS.map(|factor| _mm512_set1_epi64(factor.cast_signed()));
        let z = _mm512_mullo_epi64(_mm512_xor_si512(z, _mm512_srli_epi64::<30>(z)), first);
        let z = _mm512_mullo_epi64(_mm512_xor_si512(z, _mm512_srli_epi64::<27>(z)), second);
        _mm512_xor_si512(z, _mm512_srli_epi64::<31>(z))
    }

    #[target_feature(enable = "avx512f,avx512dq")]
    pub fn fill_avx512(state: u64, out: &mut [u32]) {
        let lanes: [u64; 8] = std::array::from_fn(|lane| state.wrapping_add(GAMMA.wrapping_mul(lane as u64)));
        // SAFETY: the array has the 64 bytes that are read; no alignment is asked for.
        let mut states = unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) };
        let step = _mm512_set1_epi64(GAMMA.wrapping_mul(8).cast_signed());
        for turn in out.chunks_exact_mut(16) {
            // SAFETY: a turn has the 64 bytes that are written. Little-endian: the low half of a word comes first.
            unsafe { _mm512_storeu_si512(turn.as_mut_ptr().cast(), mix_avx512(states)) };
            states = _mm512_add_epi64(states, step);
        }
    }

    #[target_feature(enable = "avx512f,avx512dq")]
    pub fn fill_at_least_avx512(state: u64, bound: u32, out: &mut [u64]) {
        let lanes: [u64; 8] = std::array::from_fn(|lane| state.wrapping_add(GAMMA.wrapping_mul(lane as u64)));
        // SAFETY: the array has the 64 bytes that are read; no alignment is asked for.
        let mut states = unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) };
        let step = _mm512_set1_epi64(GAMMA.wrapping_mul(8).cast_signed());
        let bound = _mm512_set1_epi32(bound.cast_signed());
        for word in out {
            *word = 0;
            for i in 0..4 {
                *word |= u64::from(_mm512_cmpge_epu32_mask(mix_avx512(states), bound)) << (16 * i);
                states = _mm512_add_epi64(states, step);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: u64 = 0x1234_5678_9abc_def0;

    fn numbers(level: Level) -> Vec<u32> {
        let mut out = vec![0; 1024];
        fill(level, STATE, &mut out);
        out
    }

    /// The first outputs from state 1234567, as published with reference implementations.
    #[test]
    fn split_mix_is_split_mix() {
        let mut state = 1_234_567u64;
        for expected in [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423] {
            state = state.wrapping_add(GAMMA);
            assert_eq!(mix(state), expected);
        }
    }

    #[test]
    fn every_level_draws_the_same_numbers() {
        let places: Vec<u16> = (0..1024).map(|place| place * 7 % 1024).collect();
        for level in Level::all() {
            let drawn = numbers(level);
            assert_eq!(drawn, numbers(Level::PORTABLE), "{level:?}");
            let mut picked = vec![0; 1024];
            let mut steps = vec![0; 1024];
            find_steps(level, &places, &mut steps);
            pick(level, STATE, &places, &steps, &mut picked);
            let expected: Vec<u32> = places.iter().map(|&place| drawn[usize::from(place)]).collect();
            assert_eq!(picked, expected, "{level:?}");
        }
    }

    #[test]
    fn every_level_compares_what_it_draws() {
        // Not a multiple of what narrow machines do at a time.
        let mut bits = vec![0; 40 * 64];
        fill(Level::PORTABLE, STATE, &mut bits);
        for level in Level::all() {
            for bound in [0, 1, bits[70], bits[70] + 1, 1 << 31, u32::MAX] {
                let mut out = [0; 40];
                fill_at_least(level, STATE, bound, &mut out);
                let expected = |j: usize| bits[j] >= bound;
                assert!(
                    (0..bits.len()).all(|j| (out[j / 64] >> (j % 64) & 1 == 1) == expected(j)),
                    "{level:?} {bound}"
                );
            }
        }
    }
}
