//! Which rounds the lanes of a candidate are.

use super::planes;
use crate::simulation::draws::find_steps;
use crate::simulation::simd::{self, Level, Moves};

/// The rounds that have a lane, in their order.
#[derive(Debug, Default, Clone)]
pub(super) struct Lanes {
    /// These rounds, as a plane.
    which: Vec<u64>,
    /// How bits of planes over rounds move to lanes and back; of no use if `whole`.
    moves: Vec<Moves>,
    /// By word of that plane: the lanes before it.
    before: Vec<u16>,
    /// The round of each lane, and more to fill up.
    places: Vec<u16>,
    /// The steps to the numbers of each.
    steps: Vec<u64>,
    /// How many lanes there are.
    count: usize,
    /// Whether every round is a lane, at its own place.
    pub whole: bool,
}

impl Lanes {
    /// Gives every round of the plane `which` a lane.
    pub fn settle(&mut self, level: Level, which: &[u64]) {
        self.which.clear();
        self.which.extend_from_slice(which);
        planes::count_before(level, which, &mut self.before);
        let rounds = 64 * which.len();
        let whole = which.iter().all(|&word| word == u64::MAX);
        if !(self.whole && whole && self.count == rounds) {
            self.places.clear();
            self.places.extend(planes::lanes(which).map(|round| round as u16));
            self.count = self.places.len();
            self.places.resize(self.padded(), 0);
            self.steps.resize(self.places.len(), 0);
            find_steps(level, &self.places, &mut self.steps);
        }
        if !whole {
            simd::find_moves(level, which, &mut self.moves);
        }
        self.whole = whole;
    }

    /// Becomes like `other`, but without the steps.
    pub fn copy(&mut self, other: &Self) {
        if self.whole && other.whole && self.count == other.count {
            return;
        }
        self.steps.clear();
        self.which.clone_from(&other.which);
        self.moves.clone_from(&other.moves);
        self.before.clone_from(&other.before);
        self.places.clone_from(&other.places);
        self.count = other.count;
        self.whole = other.whole;
    }

    /// The round of each lane.
    pub fn rounds(&self) -> &[u16] {
        &self.places[..self.count]
    }

    /// The same, and more to fill up: a multiple of 64, which wide processors like.
    pub fn places(&self) -> &[u16] {
        &self.places
    }

    /// The steps to the numbers of each of [`Self::places`].
    pub fn steps(&self) -> &[u64] {
        &self.steps
    }

    /// Lanes that are kept, a multiple of 64.
    pub fn padded(&self) -> usize {
        self.count.next_multiple_of(64)
    }

    /// Lanes that are computed: as few as wide processors take at a time. Those up to [`Self::padded`] may have
    /// anything.
    pub fn computed(&self) -> usize {
        self.count.next_multiple_of(16)
    }

    /// Words of a plane over lanes.
    pub fn words(&self) -> usize {
        planes::words(self.count)
    }

    /// These rounds, as a plane.
    pub fn which(&self) -> &[u64] {
        &self.which
    }

    /// The lane of a round that has one.
    #[inline(always)]
    pub fn lane_of(&self, round: usize) -> usize {
        let earlier = self.which[round / 64] & ((1 << (round % 64)) - 1);
        usize::from(self.before[round / 64]) + earlier.count_ones() as usize
    }

    /// The lane of a round, if it has one.
    pub fn find(&self, round: usize) -> Option<usize> {
        planes::has(&self.which, round).then(|| self.lane_of(round))
    }

    /// Of numbers by round those of the lanes.
    pub fn take(&self, level: Level, numbers: &[f32], lanes: &mut [f32]) {
        simd::pack(level, &numbers[..64 * self.which.len()], &self.which, self.rounds(), lanes);
    }

    /// The lanes of the rounds of `plane`.
    pub fn of_rounds(&self, level: Level, plane: &[u64], lanes: &mut Vec<u64>) {
        lanes.clear();
        if self.whole {
            return lanes.extend_from_slice(plane);
        }
        lanes.resize(self.words(), 0);
        simd::compress(level, plane, &self.which, &self.moves, lanes);
    }

    /// Adds the rounds of the lanes of `plane` to a plane over rounds.
    pub fn add_rounds(&self, level: Level, plane: &[u64], rounds: &mut [u64]) {
        if self.whole {
            rounds.iter_mut().zip(plane).for_each(|(rounds, lanes)| *rounds |= lanes);
        } else {
            simd::expand(level, plane, &self.which, &self.moves, rounds);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_and_lanes_are_each_others() {
        let word = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let which = [word(1), 0, u64::MAX, 1 << 63, word(5)];
        let plane = [word(11), word(12), word(13), word(14), word(15)];
        let mut lanes = Lanes::default();
        for level in Level::all() {
            lanes.settle(level, &which);
            let (mut of_rounds, mut rounds) = (Vec::new(), vec![0; 5]);
            lanes.of_rounds(level, &plane, &mut of_rounds);
            for (lane, &round) in lanes.rounds().iter().enumerate() {
                assert_eq!(lanes.find(round.into()), Some(lane));
                assert_eq!(planes::has(&of_rounds, lane), planes::has(&plane, round.into()));
            }
            assert_eq!(planes::lanes(&of_rounds).filter(|&lane| lane >= lanes.rounds().len()).count(), 0);
            lanes.add_rounds(level, &of_rounds, &mut rounds);
            assert!(rounds.iter().zip(which.iter().zip(&plane)).all(|(rounds, (a, b))| *rounds == a & b));
        }
        assert_eq!(lanes.find(64), None);
        assert!(!lanes.whole);
    }
}
