//! Loops by WebAssembly's intrinsics, each beside its portable twin in the module above.
#![allow(unsafe_code, reason = "wide loads and stores")]

use std::arch::wasm32::{
    f32x4_ge, f32x4_splat, i8x16_bitmask, i8x16_narrow_i16x8, i16x8_narrow_i32x4, u16x8, u16x8_eq, u16x8_shl,
    u16x8_splat, u32x4_ge, u32x4_splat, v128, v128_and, v128_load, v128_or, v128_store,
};

use super::Level;

/// Bit `j` is whether the `j`-th of 16 lanes, each all ones or all zeros, is ones.
#[inline(always)]
fn bits(lanes: [v128; 4]) -> u64 {
    let low = i16x8_narrow_i32x4(lanes[0], lanes[1]);
    let high = i16x8_narrow_i32x4(lanes[2], lanes[3]);
    u64::from(i8x16_bitmask(i8x16_narrow_i16x8(low, high)))
}

/// Bit `j` of word `w` of `out` is whether the `64 w + j`-th of some numbers of 32 bits `holds`, asked of four at a
/// time.
#[inline(always)]
fn compare<T>(values: &[T], out: &mut [u64], holds: impl Fn(v128) -> v128) {
    const { assert!(size_of::<T>() == 4) };
    for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
        *word = 0;
        for (i, values) in values.chunks_exact(16).enumerate() {
            let four = |i: usize| {
                let values = &values[4 * i..4 * i + 4];
                // SAFETY: these are the 16 bytes that are read; no alignment is asked for.
                holds(unsafe { v128_load(values.as_ptr().cast()) })
            };
            *word |= bits([four(0), four(1), four(2), four(3)]) << (16 * i);
        }
    }
}

pub fn bits_at_least(values: &[u32], bound: u32, out: &mut [u64]) {
    let bound = u32x4_splat(bound);
    compare(values, out, |values| u32x4_ge(values, bound));
}

pub fn at_least(values: &[f32], bound: f32, out: &mut [u64]) {
    let bound = f32x4_splat(bound);
    compare(values, out, |values| f32x4_ge(values, bound));
}

pub fn unpack(_: Level, planes: &[u64], words: usize, numbers: &mut [u16]) {
    let places = u16x8(1, 2, 4, 8, 16, 32, 64, 128);
    for (w, numbers) in numbers.chunks_exact_mut(64).enumerate() {
        for (i, numbers) in numbers.chunks_exact_mut(8).enumerate() {
            let (mut sums, mut value) = (u16x8_splat(0), u16x8_splat(1));
            for &word in planes.iter().skip(w).step_by(words) {
                let byte = u16x8_splat((word >> (8 * i)) as u16);
                let present = u16x8_eq(v128_and(byte, places), places);
                sums = v128_or(sums, v128_and(present, value));
                value = u16x8_shl(value, 1);
            }
            // SAFETY: the chunk has the 16 bytes that are written; no alignment is asked for.
            unsafe { v128_store(numbers.as_mut_ptr().cast(), sums) };
        }
    }
}
