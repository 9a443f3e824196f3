//! Hashing for keys that no one chooses to do harm: hashes of ids, and sets of members.

use std::hash::{BuildHasherDefault, Hasher};

/// Builds hashers that mix words by multiplication.
pub(super) type QuickHasher = BuildHasherDefault<Mixer>;

/// Mixes words by multiplication. The low bits of a product depend on the low bits of its factors alone, and tables look at them: the
/// result is turned.
#[derive(Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}
