//! Bit planes: one bit per lane, 64 lanes to a word, and numbers written across several planes.
//!
//! A *lane* is a round seen by one candidate: lane `j` of a plane is bit `j mod 64` of word `j / 64`. A number per lane
//! is kept *bit-sliced*: plane `b` holds its binary digit `b`. So 64 lanes are counted or compared by a few word
//! operations.

use crate::simulation::simd::{self, Level, for_every_level};

/// Words that hold `lanes` bits.
pub(super) fn words(lanes: usize) -> usize {
    lanes.div_ceil(64)
}

/// Makes a buffer one of so many times `value`.
pub(super) fn renew<T: Clone>(buffer: &mut Vec<T>, length: usize, value: T) {
    buffer.clear();
    buffer.resize(length, value);
}

/// The lanes of a range, in a plane of `words` words.
pub(super) fn range(lanes: std::ops::Range<usize>, words: usize, plane: &mut Vec<u64>) {
    plane.clear();
    plane.resize(words, 0);
    lanes.for_each(|lane| set(plane, lane));
}

for_every_level! {
    /// Exchanges rows and columns: bit `j` of word `i` and bit `i` of word `j`.
    pub(super) fn transpose(words: &mut [u64; 64]) {
        let (mut width, mut mask) = (32, u64::MAX >> 32);
        while width > 0 {
            for pair in words.chunks_exact_mut(2 * width) {
                let (first, second) = pair.split_at_mut(width);
                for (a, b) in first.iter_mut().zip(second) {
                    let swap = (*a >> width ^ *b) & mask;
                    *a ^= swap << width;
                    *b ^= swap;
                }
            }
            width /= 2;
            mask ^= mask << width;
        }
    }
}

for_every_level! {
    /// How many lanes are in the plane.
    pub(super) fn count(plane: &[u64]) -> usize {
        plane.iter().map(|word| word.count_ones() as usize).sum()
    }
}

for_every_level! {
    /// By word: how many lanes are in those before it.
    pub(super) fn count_before(plane: &[u64], before: &mut Vec<u16>) {
        before.clear();
        let mut sum = 0;
        for word in plane {
            before.push(sum);
            sum += word.count_ones() as u16;
        }
    }
}

for_every_level! {
    /// Adds the lanes of a plane to those that were there before, and to those that were there more than once.
    pub(super) fn add_again(plane: &[u64], once: &mut [u64], again: &mut [u64]) {
        for ((once, again), plane) in once.iter_mut().zip(again).zip(plane) {
            *again |= *once & plane;
            *once |= plane;
        }
    }
}

/// Whether `lane` is in the plane.
#[inline(always)]
pub(super) fn has(plane: &[u64], lane: usize) -> bool {
    plane[lane / 64] >> (lane % 64) & 1 == 1
}

/// Adds `lane` to the plane.
#[inline(always)]
pub(super) fn set(plane: &mut [u64], lane: usize) {
    plane[lane / 64] |= 1 << (lane % 64);
}

/// Takes `lane` out of the plane.
#[inline(always)]
pub(super) fn clear(plane: &mut [u64], lane: usize) {
    plane[lane / 64] &= !(1 << (lane % 64));
}

/// Whether no lane is in the plane.
pub(super) fn is_empty(plane: &[u64]) -> bool {
    plane.iter().all(|&word| word == 0)
}

/// The lanes of one word of a plane, in order.
#[inline(always)]
pub(super) fn lanes_of(w: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = word.trailing_zeros() as usize;
        let there = word != 0;
        word &= word.wrapping_sub(1);
        there.then_some(64 * w + lane)
    })
}

/// The lanes of a plane, in order.
pub(super) fn lanes(plane: &[u64]) -> impl Iterator<Item = usize> {
    plane.iter().enumerate().flat_map(|(w, &word)| lanes_of(w, word))
}

for_every_level! {
    /// In how many lanes of `which` each of the `planes` is, of as many words.
    pub(super) fn counts_within(planes: &[u64], which: &[u64], counts: &mut Vec<u64>) {
        counts.clear();
        for plane in planes.chunks_exact(which.len()) {
            counts.push(plane.iter().zip(which).map(|(a, b)| u64::from((a & b).count_ones())).sum());
        }
    }
}

/// Which digits of a number are 1.
fn lanes_of_number(number: u128) -> impl Iterator<Item = usize> {
    [number as u64, (number >> 64) as u64].into_iter().enumerate().flat_map(|(half, word)| lanes_of(half, word))
}

/// A number per lane.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    words: usize,
    /// `[digit · words + word]`, lowest digit first.
    digits: Vec<u64>,
    carry: Vec<u64>,
}

impl Counts {
    /// Counts in how many of `planes`, of `words` words each and at most `most`, each lane is.
    pub fn count(&mut self, level: Level, planes: &[u64], words: usize, most: usize) {
        let digits = (usize::BITS - most.leading_zeros()).max(1) as usize;
        self.words = words;
        self.digits.clear();
        self.digits.resize(digits * words, 0);
        self.carry.clear();
        self.carry.resize(words, 0);
        if words > 0 {
            add_up(level, planes, words, &mut self.digits, &mut self.carry);
        }
    }

    /// Takes over a number, at most `most`, for each lane of `words` words.
    pub fn take(&mut self, numbers: &[u128], words: usize, most: u128) {
        let digits = (u128::BITS - most.leading_zeros()).max(1) as usize;
        self.words = words;
        self.digits.clear();
        self.digits.resize(digits * words, 0);
        for (lane, &number) in numbers.iter().enumerate() {
            lanes_of_number(number).for_each(|digit| set(&mut self.digits[digit * words..], lane));
        }
    }

    /// The digits, each as a plane, lowest first.
    pub fn digits(&self) -> impl ExactSizeIterator<Item = &[u64]> {
        self.digits.chunks_exact(self.words.max(1))
    }

    /// The lanes with a number above 0, and those with one above 1.
    pub fn any_and_several(&self, level: Level, any: &mut Vec<u64>, several: &mut Vec<u64>) {
        several.clear();
        several.resize(self.words, 0);
        self.digits().skip(1).for_each(|digit| unite(level, digit, several));
        any.clone_from(several);
        self.digits().take(1).for_each(|digit| unite(level, digit, any));
    }

    /// The lanes with a number of at least `bound`.
    pub fn at_least(&self, bound: u64, w: usize) -> u64 {
        let digits = self.digits.len() / self.words.max(1);
        if bound >> digits != 0 {
            return 0;
        }
        let (mut above, mut equal) = (0, u64::MAX);
        for digit in (0..digits).rev() {
            let word = self.digits[digit * self.words + w];
            if bound >> digit & 1 == 1 {
                equal &= word;
            } else {
                above |= equal & word;
                equal &= !word;
            }
        }
        above | equal
    }

    /// Over the lanes of `which`: the sum of the numbers, and the sum of their squares.
    pub fn sums(&self, level: Level, which: &[u64]) -> (u64, u64) {
        sums(level, &self.digits, self.words.max(1), which)
    }

    /// Adds by number how many lanes of `which` have it.
    pub fn count_lanes(&self, level: Level, which: &[u64], room: &mut Vec<u64>, lanes: &mut [u64]) {
        room.resize(self.digits.len(), 0);
        count_numbers(level, &self.digits, which, room, lanes);
    }

    /// The numbers of all lanes.
    pub fn unpack(&self, level: Level, numbers: &mut Vec<u16>) {
        simd::unpack(level, &self.digits, self.words, numbers);
    }

    /// The number of one lane.
    #[inline]
    pub fn get(&self, lane: usize) -> u32 {
        let digits = self.digits.iter().skip(lane / 64).step_by(self.words.max(1));
        digits.enumerate().fold(0, |number, (digit, word)| number | ((word >> (lane % 64) & 1) as u32) << digit)
    }
}

/// Adds by number how many lanes of `which` have it, given the digits of theirs, and room for as many planes: those who
/// have the highest digit and those who do not are counted apart.
fn count_numbers(level: Level, digits: &[u64], which: &[u64], room: &mut [u64], lanes: &mut [u64]) {
    let words = which.len();
    let Some(lower) = digits.len().checked_sub(words).filter(|_| words > 0) else {
        lanes[0] += count(level, which) as u64;
        return;
    };
    let (digits, highest) = digits.split_at(lower);
    let (part, room) = room.split_at_mut(words);
    let (below, from) = lanes.split_at_mut(1 << (lower / words));
    for (flip, lanes) in [(u64::MAX, below), (0, from)] {
        if take_part(level, which, highest, flip, part) != 0 {
            count_numbers(level, digits, part, room, lanes);
        }
    }
}

for_every_level! {
    /// The lanes of a plane with, or if flipped without, a digit; 0 if there is none.
    fn take_part(which: &[u64], digit: &[u64], flip: u64, part: &mut [u64]) -> u64 {
        let mut any = 0;
        for ((part, &which), &digit) in part.iter_mut().zip(which).zip(digit) {
            *part = which & (digit ^ flip);
            any |= *part;
        }
        any
    }
}

for_every_level! {
    fn unite(plane: &[u64], all: &mut [u64]) {
        all.iter_mut().zip(plane).for_each(|(all, plane)| *all |= plane);
    }
}

for_every_level! {
    fn sums(digits: &[u64], words: usize, which: &[u64]) -> (u64, u64) {
        let (mut total, mut squares) = (0, 0);
        for (i, a) in digits.chunks_exact(words).enumerate() {
            // Products of two digits enter twice.
            for (j, b) in digits.chunks_exact(words).enumerate().take(i + 1) {
                let both = a.iter().zip(b).zip(which).map(|((a, b), which)| u64::from((a & b & which).count_ones()));
                let both: u64 = both.sum();
                total += if i == j { both << i } else { 0 };
                squares += both << (i + j + usize::from(i != j));
            }
        }
        (total, squares)
    }
}

for_every_level! {
    fn add_up(planes: &[u64], words: usize, digits: &mut [u64], carry: &mut [u64]) {
        for plane in planes.chunks_exact(words) {
            carry.copy_from_slice(plane);
            for digit in digits.chunks_exact_mut(words) {
                for (digit, carry) in digit.iter_mut().zip(carry.iter_mut()) {
                    let both = *digit & *carry;
                    *digit ^= *carry;
                    *carry = both;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_sliced_counts_are_counts() {
        let planes: Vec<u64> = (1..=2 * 23u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let expected = |lane: usize| (0..23).filter(|m| has(&planes[2 * m..2 * m + 2], lane)).count() as u32;
        for level in Level::all() {
            let mut counts = Counts::default();
            counts.count(level, &planes, 2, 23);
            let which = [planes[3], planes[8]];
            let numbers = || (0..128).filter(|&lane| has(&which, lane)).map(|lane| u64::from(expected(lane)));
            assert_eq!(counts.sums(level, &which), (numbers().sum(), numbers().map(|n| n * n).sum()));
            let mut numbers = Vec::new();
            counts.unpack(level, &mut numbers);
            let (mut any, mut several) = (Vec::new(), Vec::new());
            let mut by_number = vec![0; 32];
            counts.count_lanes(level, &which, &mut Vec::new(), &mut by_number);
            counts.any_and_several(level, &mut any, &mut several);
            for (lane, &unpacked) in numbers.iter().enumerate() {
                let number = counts.get(lane);
                assert_eq!(u32::from(unpacked), number);
                assert_eq!(number, expected(lane));
                let is = |word: u64| word >> (lane % 64) & 1 == 1;
                assert_eq!(is(any[lane / 64]), number > 0);
                assert_eq!(is(several[lane / 64]), number > 1);
                by_number[number as usize] -= u64::from(has(&which, lane));
                for bound in 0..40 {
                    assert_eq!(is(counts.at_least(bound, lane / 64)), u64::from(number) >= bound);
                }
            }
            assert_eq!(by_number, [0; 32]);
        }
    }

    #[test]
    fn lanes_come_in_order() {
        let mut plane = Vec::new();
        range(3..70, 2, &mut plane);
        assert_eq!(lanes(&plane).collect::<Vec<_>>(), (3..70).collect::<Vec<_>>());
        assert!(Level::all().all(|level| count(level, &plane) == 67));
        clear(&mut plane, 69);
        assert!(!has(&plane, 69) && !is_empty(&plane));
        set(&mut plane, 127);
        assert_eq!(lanes(&plane).last(), Some(127));
    }

    #[test]
    fn transposing_exchanges_rows_and_columns() {
        let words: [u64; 64] = std::array::from_fn(|i| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for level in Level::all() {
            let mut transposed = words;
            transpose(level, &mut transposed);
            assert!((0..64 * 64).all(|at| transposed[at / 64] >> (at % 64) & 1 == words[at % 64] >> (at / 64) & 1));
        }
    }
}
