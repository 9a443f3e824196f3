//! Loops for machines of which nothing is known, each beside its twins by intrinsics.

use super::for_every_level;

/// See the function of this name in the module above, as of those that follow.
pub fn bits_at_least(values: &[u32], bound: u32, out: &mut [u64]) {
    compare(values, out, |value| value >= bound);
}

pub fn at_least(values: &[f32], bound: f32, out: &mut [u64]) {
    compare(values, out, |value| value >= bound);
}

for_every_level! {
    pub fn unpack(planes: &[u64], words: usize, numbers: &mut [u16]) {
        numbers.fill(0);
        for (digit, plane) in planes.chunks_exact(words.max(1)).enumerate() {
            for (&word, numbers) in plane.iter().zip(numbers.chunks_exact_mut(64)) {
                for (j, number) in numbers.iter_mut().enumerate() {
                    *number |= ((word >> j & 1) as u16) << digit;
                }
            }
        }
    }
}

/// Byte by byte, which compilers turn into wide code more readily than 64 bits at once.
#[inline(always)]
fn compare<T: Copy>(values: &[T], out: &mut [u64], holds: impl Fn(T) -> bool) {
    for (word, values) in out.iter_mut().zip(values.chunks_exact(64)) {
        *word = 0;
        for (i, values) in values.chunks_exact(8).enumerate() {
            let byte = values.iter().enumerate().fold(0u32, |byte, (j, &value)| byte | u32::from(holds(value)) << j);
            *word |= u64::from(byte) << (8 * i);
        }
    }
}
