//! Bits taken out of words and put back, for machines that have no instruction for it.
//!
//! H. S. Warren, *Hacker's Delight*, 2nd edition (2012), 7-4 and 7-5: a bit has to pass the places to its right that
//! are not taken, and how many they are is a number of six binary digits. So six moves do it, by 1, 2, 4 places and so
//! on, each of the bits whose number has that digit.

/// How the bits of one mask are moved: `0[i]` are those to be moved by `2^i` places, where they are before that.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::simulation) struct Moves([u64; 6]);

impl Moves {
    /// The moves of the bits of `which`.
    pub fn of(which: u64) -> Self {
        let mut moves = [0; 6];
        if which == 0 || which == u64::MAX {
            return Self(moves);
        }
        let mut mask = which;
        // Of each bit, whether the place right of it is free.
        let mut free = !mask << 1;
        for (i, moves) in moves.iter_mut().enumerate() {
            // Whether an odd number of such places is at or right of each bit.
            let odd = [1, 2, 4, 8, 16, 32].into_iter().fold(free, |odd, shift| odd ^ odd << shift);
            *moves = odd & mask;
            mask = (mask ^ *moves) | *moves >> (1 << i);
            // Every second of them is left to be counted.
            free &= !odd;
        }
        Self(moves)
    }

    /// The bits of `word`, which has none outside the mask, one behind the other.
    #[inline(always)]
    pub fn compress(&self, word: u64) -> u64 {
        self.0.iter().enumerate().fold(word, |word, (i, moves)| {
            let moving = word & moves;
            (word ^ moving) | moving >> (1 << i)
        })
    }

    /// The first bits of `packed` at the places of the mask; elsewhere there may be anything.
    #[inline(always)]
    pub fn expand(&self, packed: u64) -> u64 {
        self.0.iter().enumerate().rev().fold(packed, |word, (i, moves)| (word & !moves) | (word << (1 << i) & moves))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_moved_as_one_by_one() {
        let random = |i: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(i as u32);
        let masks =
            [0, 1, 1 << 63, u64::MAX, u64::MAX - 1, u64::MAX >> 1, 0x5555_5555_5555_5555, 0xffff_0000_ffff_0000];
        let sparse = (0..64).map(|i| random(i) & random(i + 64) & random(i + 128));
        for which in masks.into_iter().chain((0..64).map(random)).chain(sparse) {
            let moves = Moves::of(which);
            let places: Vec<u32> = (0..64).filter(|place| which >> place & 1 == 1).collect();
            for word in (0..8).map(|i| random(i + 200)) {
                let packed = places.iter().enumerate().fold(0, |packed, (to, from)| packed | (word >> from & 1) << to);
                assert_eq!(moves.compress(word & which), packed, "{which:x} {word:x}");
                let apart = places.iter().enumerate().fold(0, |apart, (from, to)| apart | (word >> from & 1) << to);
                assert_eq!(moves.expand(word) & which, apart, "{which:x} {word:x}");
            }
        }
    }
}
