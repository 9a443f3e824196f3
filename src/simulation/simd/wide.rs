//! Loops by intrinsics, each beside its portable twin in the module above.
#![allow(unsafe_code, reason = "wide loads and stores")]

use std::arch::x86_64::{
    _CMP_GE_OQ, _mm256_castsi256_ps, _mm256_cmp_ps, _mm256_cmpeq_epi32, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_max_epu32, _mm256_movemask_ps, _mm256_set1_epi32, _mm256_set1_ps, _mm512_cmp_ps_mask,
    _mm512_cmpge_epu32_mask, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_add_epi16, _mm512_mask_storeu_ps,
    _mm512_maskz_compress_ps, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_si512,
    _mm512_storeu_si512, _pdep_u64, _pext_u64,
};

#[target_feature(enable = "bmi1,bmi2,popcnt")]
pub fn compress_bmi2(words: &[u64], which: &[u64], out: &mut [u64]) {
    super::compress_by(words, which, out, |_, word, which| _pext_u64(word, which));
}

#[target_feature(enable = "bmi1,bmi2,popcnt")]
pub fn expand_bmi2(bits: &[u64], which: &[u64], words: &mut [u64]) {
    super::expand_by(bits, which, words, |_, packed, which| _pdep_u64(packed, which));
}

#[target_feature(enable = "avx512f,avx512bw")]
pub fn unpack_avx512(planes: &[u64], words: usize, numbers: &mut [u16]) {
    for (w, numbers) in numbers.chunks_exact_mut(64).enumerate() {
        let (mut low, mut high) = (_mm512_setzero_si512(), _mm512_setzero_si512());
        for (digit, &word) in planes.iter().skip(w).step_by(words).enumerate() {
            let value = _mm512_set1_epi16(1 << digit);
            low = _mm512_mask_add_epi16(low, word as u32, low, value);
            high = _mm512_mask_add_epi16(high, (word >> 32) as u32, high, value);
        }
        // SAFETY: the chunk has the 128 bytes that are written.
        unsafe {
            _mm512_storeu_si512(numbers.as_mut_ptr().cast(), low);
            _mm512_storeu_si512(numbers[32..].as_mut_ptr().cast(), high);
        }
    }
}

#[target_feature(enable = "avx512f,popcnt")]
pub fn pack_avx512(numbers: &[f32], which: &[u64], out: &mut [f32]) {
    let mut next = 0;
    for (numbers, &which) in numbers.chunks_exact(64).zip(which).filter(|(_, which)| **which != 0) {
        for (i, numbers) in numbers.chunks_exact(16).enumerate() {
            let which = (which >> (16 * i)) as u16;
            // SAFETY: the chunk has the 64 bytes that are read.
            let numbers = unsafe { _mm512_loadu_ps(numbers.as_ptr()) };
            let count = which.count_ones() as usize;
            let out = &mut out[next..next + count];
            let first = ((1u32 << count) - 1) as u16;
            // SAFETY: only the first `count` numbers are written, and `out` has as many.
            unsafe {
                _mm512_mask_storeu_ps(out.as_mut_ptr(), first, _mm512_maskz_compress_ps(which, numbers));
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
