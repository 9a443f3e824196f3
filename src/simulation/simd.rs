//! Loops compiled for several instruction sets, and the choice among them at run time.
//!
//! A loop is written once, in safe Rust that the compiler vectorises, and compiled once for each [`Level`] by
//! [`for_every_level!`]. Where the compiler does not reliably find the wide form it is written with intrinsics, in
//! [`wide`] and for WebAssembly in `v128`, beside its twin in [`portable`]; tests hold them together bit by bit. No
//! level changes any result: integer operations are exact, and floating-point ones are the same IEEE operations in the
//! same order.

mod moves;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod v128;
#[cfg(target_arch = "x86_64")]
mod wide;

use std::env;

pub(super) use moves::Moves;
// What every machine of this kind has.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use portable as narrow;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use v128 as narrow;

/// An instruction set that this machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level(Kind);

/// The instruction sets that loops are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// What every machine of this kind has.
    Portable,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 (F, BW, DQ, VL).
    Avx512,
}

impl Level {
    /// What every machine has.
    #[cfg(test)]
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The widest level of this machine, or the one named by `NEMCON_SIMD` (`portable`, `avx2` or `avx512`) if the
    /// machine has it.
    pub fn best() -> Self {
        let wanted = match env::var("NEMCON_SIMD").as_deref() {
            Ok("portable") => Kind::Portable,
            Ok("avx2") => Kind::Avx2,
            _ => Kind::Avx512,
        };
        Self(wanted.min(widest()))
    }

    /// Which instruction set it is.
    pub fn kind(self) -> Kind {
        self.0
    }

    /// All levels of this machine.
    #[cfg(test)]
    pub fn all() -> impl Iterator<Item = Self> {
        [Kind::Portable, Kind::Avx2, Kind::Avx512].into_iter().filter(|&kind| kind <= widest()).map(Self)
    }
}

#[cfg(target_arch = "x86_64")]
fn widest() -> Kind {
    let avx2 = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("lzcnt");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    match (avx2, avx512) {
        (true, true) => Kind::Avx512,
        (true, false) => Kind::Avx2,
        (false, _) => Kind::Portable,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn widest() -> Kind {
    Kind::Portable
}

/// Defines a function that takes a [`Level`] first, and compiles its body for each of them.
///
/// What the body calls is compiled for the level too if it is inlined.
macro_rules! for_every_level {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$doc])*
        #[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
        $vis fn $name(level: $crate::simulation::simd::Level, $($arg: $type),*) $(-> $result)? {
            #[inline(always)]
            fn portable($($arg: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
            fn avx2($($arg: $type),*) $(-> $result)? {
                portable($($arg),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,bmi2,popcnt,lzcnt")]
            fn avx512($($arg: $type),*) $(-> $result)? {
                portable($($arg),*)
            }

            match level.kind() {
                // SAFETY: a level other than portable is only made after asking the machine for these features.
                #[cfg(target_arch = "x86_64")]
                $crate::simulation::simd::Kind::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::simulation::simd::Kind::Avx512 => unsafe { avx512($($arg),*) },
                _ => portable($($arg),*),
            }
        }
    };
}
pub(super) use for_every_level;

/// Bit `j` of word `w` of `out` is whether `values[64 w + j] >= bound`.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn bits_at_least(level: Level, values: &[u32], bound: u32, out: &mut [u64]) {
    match level.0 {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => unsafe { wide::bits_at_least_avx2(values, bound, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::bits_at_least_avx512(values, bound, out) },
        _ => narrow::bits_at_least(values, bound, out),
    }
}

/// Bit `j` of word `w` of `out` is whether `values[64 w + j] >= bound`. No value may be NaN.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn at_least(level: Level, values: &[f32], bound: f32, out: &mut [u64]) {
    match level.0 {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => unsafe { wide::at_least_avx2(values, bound, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::at_least_avx512(values, bound, out) },
        _ => narrow::at_least(values, bound, out),
    }
}

/// By lane the number whose digits are in `planes`, of `words` words each, lowest digit first; at most 16.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn unpack(level: Level, planes: &[u64], words: usize, numbers: &mut Vec<u16>) {
    numbers.resize(64 * words, 0);
    match level.0 {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::unpack_avx512(planes, words, numbers) },
        _ => narrow::unpack(level, planes, words, numbers),
    }
}

/// The moves by which [`compress`] and [`expand`] take bits from the words of `which` and put them back; none at a
/// level with instructions for it.
pub(super) fn find_moves(level: Level, which: &[u64], moves: &mut Vec<Moves>) {
    moves.clear();
    match level.0 {
        Kind::Portable => moves.extend(which.iter().map(|&which| Moves::of(which))),
        Kind::Avx2 | Kind::Avx512 => {}
    }
}

/// Of each word the bits of `which`, one behind the other, given the [moves](find_moves) of `which`.
///
/// `out` is zero and has room for them.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn compress(level: Level, words: &[u64], which: &[u64], moves: &[Moves], out: &mut [u64]) {
    match level.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        Kind::Avx2 | Kind::Avx512 => unsafe { wide::compress_bmi2(words, which, out) },
        _ => compress_by(words, which, out, |w, word, which| match which {
            u64::MAX => word,
            _ => moves[w].compress(word & which),
        }),
    }
}

/// Adds bits that lie one behind the other to the words that they were taken from by [`compress`].
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn expand(level: Level, packed: &[u64], which: &[u64], moves: &[Moves], words: &mut [u64]) {
    match level.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        Kind::Avx2 | Kind::Avx512 => unsafe { wide::expand_bmi2(packed, which, words) },
        _ => expand_by(packed, which, words, |w, packed, which| match which {
            u64::MAX => packed,
            _ => moves[w].expand(packed) & which,
        }),
    }
}

/// The numbers at the places of a plane, one behind the other; `places` are the same places, and `out` has room for as
/// many.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn pack(level: Level, numbers: &[f32], which: &[u64], places: &[u16], out: &mut [f32]) {
    debug_assert_eq!(which.iter().map(|word| word.count_ones() as usize).sum::<usize>(), places.len());
    match level.0 {
        // Wide processors collect single numbers slowly.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 if 8 * places.len() > numbers.len() => {
            // SAFETY: a level other than portable is only made after asking the machine for its features.
            unsafe { wide::pack_avx512(numbers, which, out) }
        }
        _ => gather(level, numbers, places, out),
    }
}

for_every_level! {
    /// The numbers at `places`.
    pub(super) fn gather(from: &[f32], places: &[u16], out: &mut [f32]) {
        for (number, &place) in out.iter_mut().zip(places) {
            *number = from[usize::from(place)];
        }
    }
}

#[inline(always)]
fn compress_by(words: &[u64], which: &[u64], out: &mut [u64], compress: impl Fn(usize, u64, u64) -> u64) {
    let mut next = 0;
    for (w, (&word, &which)) in words.iter().zip(which).enumerate().filter(|(_, (_, which))| **which != 0) {
        let packed = compress(w, word, which);
        out[next / 64] |= packed << (next % 64);
        let count = which.count_ones() as usize;
        if next % 64 + count > 64 {
            out[next / 64 + 1] |= packed >> (64 - next % 64);
        }
        next += count;
    }
}

#[inline(always)]
fn expand_by(bits: &[u64], which: &[u64], words: &mut [u64], expand: impl Fn(usize, u64, u64) -> u64) {
    let mut next = 0;
    for (w, (word, &which)) in words.iter_mut().zip(which).enumerate().filter(|(_, (_, which))| **which != 0) {
        let mut packed = bits[next / 64] >> (next % 64);
        let count = which.count_ones() as usize;
        if next % 64 + count > 64 {
            packed |= bits[next / 64 + 1] << (64 - next % 64);
        }
        *word |= expand(w, packed, which);
        next += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random.
    fn numbers() -> Vec<u32> {
        (1..=1024u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 17) as u32).collect()
    }

    #[test]
    fn every_level_unpacks_alike() {
        let numbers = numbers();
        for (digits, words) in [(1, 16), (5, 3), (10, 4), (16, 2)] {
            let planes: Vec<u64> =
                (0..digits * words).map(|i| u64::from(numbers[2 * i]) << 32 | u64::from(numbers[2 * i + 1])).collect();
            let digit = |digit: usize, lane: usize| (planes[digit * words + lane / 64] >> (lane % 64) & 1) as u16;
            let number = |lane: usize| (0..digits).fold(0, |number, at| number | digit(at, lane) << at);
            let expected: Vec<u16> = (0..64 * words).map(number).collect();
            for level in Level::all() {
                let mut out = Vec::new();
                unpack(level, &planes, words, &mut out);
                assert_eq!(out, expected, "{level:?}");
            }
        }
    }

    #[test]
    fn every_level_packs_alike() {
        let numbers = numbers();
        let floats: Vec<f32> = numbers.iter().map(|&b| b.cast_signed() as f32 / 4e8).collect();
        for rare in [0, 1, 2, 5] {
            let word =
                |w: usize| (0..rare).fold(u64::MAX, |word, i| word & (u64::from(numbers[w + 16 * i]) * 0x1_0000_0001));
            let which: Vec<u64> = (0..16).map(word).collect();
            let places: Vec<u16> = (0..1024).filter(|j| which[j / 64] >> (j % 64) & 1 == 1).map(|j| j as u16).collect();
            let expected: Vec<f32> = places.iter().map(|&place| floats[usize::from(place)]).collect();
            for level in Level::all() {
                let mut out = vec![0.0; places.len()];
                pack(level, &floats, &which, &places, &mut out);
                assert_eq!(out, expected, "{level:?}");
            }
        }
    }

    #[test]
    fn every_level_compares_alike() {
        let bits = numbers();
        let floats: Vec<f32> = bits.iter().map(|&b| b.cast_signed() as f32 / 4e8).collect();
        for level in Level::all() {
            let mut out = [0; 16];
            for bound in [0, 1, bits[70], bits[70] + 1, 1 << 31, u32::MAX] {
                let expected = |j: usize| bits[j] >= bound;
                bits_at_least(level, &bits, bound, &mut out);
                assert!((0..1024).all(|j| (out[j / 64] >> (j % 64) & 1 == 1) == expected(j)), "{level:?} {bound}");
            }
            for bound in [0.0, -0.0, floats[3], 1.5, -6.0, 6.0] {
                at_least(level, &floats, bound, &mut out);
                let expected = |j: usize| floats[j] >= bound;
                assert!((0..1024).all(|j| (out[j / 64] >> (j % 64) & 1 == 1) == expected(j)), "{level:?} {bound}");
            }
        }
    }
}
