//! Loops compiled for several instruction sets, and the choice among them at run time.
//!
//! A loop is written once, in safe Rust that the compiler vectorises, and compiled once for each [`Level`] by
//! [`for_every_level!`]. Where the compiler does not reliably find the wide form it is written with intrinsics in
//! [`wide`], beside its portable twin here; a test holds them together bit by bit. No level changes any result:
//! integer operations are exact, and floating-point ones are the same IEEE operations in the same order.

use std::env;

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

/// Eight xoshiro256++ generators side by side: word `i` of generator `lane` is `[i][lane]`.
pub(super) type State = [[u64; 8]; 4];

/// Numbers that one turn of all eight generators yields.
pub(super) const STRIDE: usize = 16;

/// Fills `out`, whole turns long, with the generators' next numbers: of each 64-bit output the low half first.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn fill(level: Level, state: &mut State, out: &mut [u32]) {
    match level.0 {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => unsafe { wide::fill_avx2(state, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::fill_avx512(state, out) },
        _ => fill_portable(state, out),
    }
}

fn fill_portable(state: &mut State, out: &mut [u32]) {
    let [mut s0, mut s1, mut s2, mut s3] = *state;
    for turn in out.chunks_exact_mut(STRIDE) {
        for (lane, halves) in turn.chunks_exact_mut(2).enumerate() {
            let word = s0[lane].wrapping_add(s3[lane]).rotate_left(23).wrapping_add(s0[lane]);
            halves[0] = word as u32;
            halves[1] = (word >> 32) as u32;
            let shifted = s1[lane] << 17;
            s2[lane] ^= s0[lane];
            s3[lane] ^= s1[lane];
            s1[lane] ^= s2[lane];
            s0[lane] ^= s3[lane];
            s2[lane] ^= shifted;
            s3[lane] = s3[lane].rotate_left(45);
        }
    }
    *state = [s0, s1, s2, s3];
}

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
        _ => compare_portable(values, out, |value| value >= bound),
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
        _ => compare_portable(values, out, |value| value >= bound),
    }
}

/// Of each word the bits of `which`, one behind the other.
///
/// `out` is zero and has room for them.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn compress(level: Level, words: &[u64], which: &[u64], out: &mut [u64]) {
    match level.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        Kind::Avx2 | Kind::Avx512 => unsafe { wide::compress_bmi2(words, which, out) },
        _ => compress_by(words, which, out, |word, which| {
            bits(which).enumerate().fold(0, |out, (to, from)| out | (word >> from & 1) << to)
        }),
    }
}

/// Adds bits that lie one behind the other to the words that they were taken from by [`compress`].
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn expand(level: Level, packed: &[u64], which: &[u64], words: &mut [u64]) {
    match level.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        Kind::Avx2 | Kind::Avx512 => unsafe { wide::expand_bmi2(packed, which, words) },
        _ => expand_by(packed, which, words, |packed, which| {
            bits(which).enumerate().fold(0, |out, (from, to)| out | (packed >> from & 1) << to)
        }),
    }
}

/// The numbers at the places of a plane, one behind the other; `out` has room for them.
#[allow(unsafe_code, reason = "calls of functions compiled for instruction sets that the machine has")]
pub(super) fn pack(level: Level, numbers: &[u32], which: &[u64], out: &mut [u32]) {
    match level.0 {
        // SAFETY: a level other than portable is only made after asking the machine for its features.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { wide::pack_avx512(numbers, which, out) },
        _ => pack_portable(numbers, which, out),
    }
}

fn pack_portable(numbers: &[u32], which: &[u64], out: &mut [u32]) {
    let mut out = out.iter_mut();
    for (numbers, &which) in numbers.chunks(64).zip(which) {
        bits(which).zip(&mut out).for_each(|(place, number)| *number = numbers[place as usize]);
    }
}

/// The positions of the bits of a word.
fn bits(word: u64) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
        .take_while(|&word| word != 0)
        .map(u64::trailing_zeros)
}

#[inline(always)]
fn compress_by(words: &[u64], which: &[u64], out: &mut [u64], compress: impl Fn(u64, u64) -> u64) {
    let mut next = 0;
    for (&word, &which) in words.iter().zip(which).filter(|(_, which)| **which != 0) {
        let packed = compress(word, which);
        out[next / 64] |= packed << (next % 64);
        let count = which.count_ones() as usize;
        if next % 64 + count > 64 {
            out[next / 64 + 1] |= packed >> (64 - next % 64);
        }
        next += count;
    }
}

#[inline(always)]
fn expand_by(bits: &[u64], which: &[u64], words: &mut [u64], expand: impl Fn(u64, u64) -> u64) {
    let mut next = 0;
    for (word, &which) in words.iter_mut().zip(which).filter(|(_, which)| **which != 0) {
        let mut packed = bits[next / 64] >> (next % 64);
        let count = which.count_ones() as usize;
        if next % 64 + count > 64 {
            packed |= bits[next / 64 + 1] << (64 - next % 64);
        }
        *word |= expand(packed, which);
        next += count;
    }
}

/// Byte by byte, which compilers turn into wide code more readily than 64 bits at once.
#[inline(always)]
fn compare_portable<T: Copy>(values: &[T], out: &mut [u64], holds: impl Fn(T) -> bool) {
    for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
        *word = 0;
        for (i, values) in values.chunks_exact(8).enumerate() {
            let byte = values.iter().enumerate().fold(0u32, |byte, (j, &value)| byte | u32::from(holds(value)) << j);
            *word |= u64::from(byte) << (8 * i);
        }
    }
}

/// The same by intrinsics.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "wide loads and stores")]
mod wide {
    use std::arch::x86_64::{
        __m256i, __m512i, _CMP_GE_OQ, _mm256_add_epi64, _mm256_castsi256_ps, _mm256_cmp_ps, _mm256_cmpeq_epi32,
        _mm256_loadu_ps, _mm256_loadu_si256, _mm256_max_epu32, _mm256_movemask_ps, _mm256_or_si256, _mm256_set1_epi32,
        _mm256_set1_ps, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_si256, _mm256_xor_si256, _mm512_add_epi64,
        _mm512_cmp_ps_mask, _mm512_cmpge_epu32_mask, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_storeu_epi32,
        _mm512_maskz_compress_epi32, _mm512_rol_epi64, _mm512_set1_epi32, _mm512_set1_ps, _mm512_slli_epi64,
        _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_xor_si512, _pdep_u64, _pext_u64,
    };

    use super::{STRIDE, State};

    #[target_feature(enable = "bmi1,bmi2,popcnt")]
    pub fn compress_bmi2(words: &[u64], which: &[u64], out: &mut [u64]) {
        super::compress_by(words, which, out, |word, which| _pext_u64(word, which));
    }

    #[target_feature(enable = "bmi1,bmi2,popcnt")]
    pub fn expand_bmi2(bits: &[u64], which: &[u64], words: &mut [u64]) {
        super::expand_by(bits, which, words, |packed, which| _pdep_u64(packed, which));
    }

    #[target_feature(enable = "avx512f")]
    fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        _mm512_ternarylogic_epi64::<0b1001_0110>(a, b, c)
    }

    #[target_feature(enable = "avx512f")]
    pub fn fill_avx512(state: &mut State, out: &mut [u32]) {
        let load = |words: &[u64; 8]| -> __m512i {
            // SAFETY: the array has the 64 bytes that are read; no alignment is asked for.
            unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
        };
        let [mut s0, mut s1, mut s2, mut s3] = state.each_ref().map(load);
        for turn in out.chunks_exact_mut(STRIDE) {
            let word = _mm512_add_epi64(_mm512_rol_epi64::<23>(_mm512_add_epi64(s0, s3)), s0);
            // SAFETY: a turn has the 64 bytes that are written. Little-endian: the low half of a word comes first.
            unsafe { _mm512_storeu_si512(turn.as_mut_ptr().cast(), word) };
            let shifted = _mm512_slli_epi64::<17>(s1);
            let turned = _mm512_rol_epi64::<45>(_mm512_xor_si512(s3, s1));
            (s0, s1, s2, s3) = (xor3(s0, s3, s1), xor3(s1, s2, s0), xor3(s2, s0, shifted), turned);
        }
        for (words, vector) in state.iter_mut().zip([s0, s1, s2, s3]) {
            // SAFETY: the array has the 64 bytes that are written.
            unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) };
        }
    }

    #[target_feature(enable = "avx2")]
    fn rotate_avx2<const LEFT: i32, const RIGHT: i32>(words: __m256i) -> __m256i {
        _mm256_or_si256(_mm256_slli_epi64::<LEFT>(words), _mm256_srli_epi64::<RIGHT>(words))
    }

    #[target_feature(enable = "avx2")]
    pub fn fill_avx2(state: &mut State, out: &mut [u32]) {
        let mut s = [[_mm256_set1_epi32(0); 2]; 4];
        for (vectors, words) in s.iter_mut().zip(state.iter()) {
            for (vector, words) in vectors.iter_mut().zip(words.chunks_exact(4)) {
                // SAFETY: the chunk has the 32 bytes that are read.
                *vector = unsafe { _mm256_loadu_si256(words.as_ptr().cast()) };
            }
        }
        for turn in out.chunks_exact_mut(STRIDE) {
            for (half, out) in turn.chunks_exact_mut(STRIDE / 2).enumerate() {
                let [s0, s1, s2, s3] = s.map(|vectors| vectors[half]);
                let word = _mm256_add_epi64(rotate_avx2::<23, 41>(_mm256_add_epi64(s0, s3)), s0);
                // SAFETY: half a turn has the 32 bytes that are written.
                unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), word) };
                let s2 = _mm256_xor_si256(s2, s0);
                let s3 = _mm256_xor_si256(s3, s1);
                s[1][half] = _mm256_xor_si256(s1, s2);
                s[0][half] = _mm256_xor_si256(s0, s3);
                s[2][half] = _mm256_xor_si256(s2, _mm256_slli_epi64::<17>(s1));
                s[3][half] = rotate_avx2::<45, 19>(s3);
            }
        }
        for (words, vectors) in state.iter_mut().zip(s) {
            for (words, vector) in words.chunks_exact_mut(4).zip(vectors) {
                // SAFETY: the chunk has the 32 bytes that are written.
                unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) };
            }
        }
    }

    #[target_feature(enable = "avx512f,popcnt")]
    pub fn pack_avx512(numbers: &[u32], which: &[u64], out: &mut [u32]) {
        let mut next = 0;
        for (numbers, &which) in numbers.chunks_exact(64).zip(which).filter(|(_, which)| **which != 0) {
            for (i, numbers) in numbers.chunks_exact(16).enumerate() {
                let which = (which >> (16 * i)) as u16;
                // SAFETY: the chunk has the 64 bytes that are read.
                let numbers = unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) };
                let count = which.count_ones() as usize;
                let out = &mut out[next..next + count];
                let first = ((1u32 << count) - 1) as u16;
                // SAFETY: only the first `count` numbers are written, and `out` has as many.
                unsafe {
                    _mm512_mask_storeu_epi32(
                        out.as_mut_ptr().cast(),
                        first,
                        _mm512_maskz_compress_epi32(which, numbers),
                    );
                }
                next += count;
            }
        }
    }

    #[target_feature(enable = "avx512f")]
    pub fn bits_at_least_avx512(values: &[u32], bound: u32, out: &mut [u64]) {
        let bound = _mm512_set1_epi32(bound.cast_signed());
        for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
            *word = 0;
            for (i, values) in values.chunks_exact(16).enumerate() {
                // SAFETY: the chunk has the 64 bytes that are read.
                let values = unsafe { _mm512_loadu_si512(values.as_ptr().cast()) };
                *word |= u64::from(_mm512_cmpge_epu32_mask(values, bound)) << (16 * i);
            }
        }
    }

    #[target_feature(enable = "avx512f")]
    pub fn at_least_avx512(values: &[f32], bound: f32, out: &mut [u64]) {
        let bound = _mm512_set1_ps(bound);
        for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
            *word = 0;
            for (i, values) in values.chunks_exact(16).enumerate() {
                // SAFETY: the chunk has the 64 bytes that are read.
                let values = unsafe { _mm512_loadu_ps(values.as_ptr()) };
                *word |= u64::from(_mm512_cmp_ps_mask::<_CMP_GE_OQ>(values, bound)) << (16 * i);
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub fn bits_at_least_avx2(values: &[u32], bound: u32, out: &mut [u64]) {
        let bound = _mm256_set1_epi32(bound.cast_signed());
        for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
            *word = 0;
            for (i, values) in values.chunks_exact(8).enumerate() {
                // SAFETY: the chunk has the 32 bytes that are read.
                let values = unsafe { _mm256_loadu_si256(values.as_ptr().cast()) };
                // There is no unsigned comparison; a number is at least the bound if it is the larger of both.
                let larger = _mm256_cmpeq_epi32(_mm256_max_epu32(values, bound), values);
                *word |= u64::from(_mm256_movemask_ps(_mm256_castsi256_ps(larger)).cast_unsigned()) << (8 * i);
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub fn at_least_avx2(values: &[f32], bound: f32, out: &mut [u64]) {
        let bound = _mm256_set1_ps(bound);
        for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
            *word = 0;
            for (i, values) in values.chunks_exact(8).enumerate() {
                // SAFETY: the chunk has the 32 bytes that are read.
                let values = unsafe { _mm256_loadu_ps(values.as_ptr()) };
                let larger = _mm256_cmp_ps::<_CMP_GE_OQ>(values, bound);
                *word |= u64::from(_mm256_movemask_ps(larger).cast_unsigned()) << (8 * i);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(level: Level) -> Vec<u32> {
        let mut state = [[1, 2, 3, 4, 5, 6, 7, 8], [9; 8], [u64::MAX; 8], [1 << 63; 8]];
        let mut out = vec![0; 1024];
        fill(level, &mut state, &mut out[..STRIDE]);
        fill(level, &mut state, &mut out[STRIDE..]);
        out
    }

    #[test]
    fn every_level_draws_the_same_numbers() {
        for level in Level::all() {
            assert_eq!(numbers(level), numbers(Level::PORTABLE), "{level:?}");
        }
    }

    #[test]
    fn every_level_packs_alike() {
        let numbers = numbers(Level::PORTABLE);
        let which: Vec<u64> = (0..16).map(|w| u64::from(numbers[w]) * u64::from(numbers[w + 16])).collect();
        let expected: Vec<u32> = (0..1024).filter(|j| which[j / 64] >> (j % 64) & 1 == 1).map(|j| numbers[j]).collect();
        for level in Level::all() {
            let mut out = vec![0; expected.len()];
            pack(level, &numbers, &which, &mut out);
            assert_eq!(out, expected, "{level:?}");
        }
    }

    #[test]
    fn every_level_compares_alike() {
        let bits = numbers(Level::PORTABLE);
        let floats: Vec<f32> = bits.iter().map(|&b| b.cast_signed() as f32 / 4e8).collect();
        for level in Level::all() {
            let mut out = [0; 16];
            for bound in [0, 1, bits[70], bits[70] + 1, 1 << 31, u32::MAX] {
                bits_at_least(level, &bits, bound, &mut out);
                let expected = |j: usize| bits[j] >= bound;
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
