//! Who leads, in 64 rounds at a time.

use super::lanes::Lanes;
use super::planes::{self, Counts};
use super::standing::StandingPlanes;
use crate::model::{CandidateId, CandidateSet};
use crate::simulation::simd::{Level, for_every_level};

/// The best among those who are eligible: planes over rounds.
#[derive(Default)]
pub(super) struct Leaders {
    words: usize,
    candidates: CandidateSet,
    /// By candidate: where nobody eligible is better.
    planes: Vec<Vec<u64>>,
    /// Where several are equally good, if it was looked up.
    tied: Vec<u64>,
    support: Digits,
    objections: Digits,
    /// Whether these two are laid out for the ballot at hand.
    laid_out: bool,
    better: Vec<u64>,
}

/// A number of everyone.
#[derive(Default)]
struct Digits {
    /// By candidate: the digits as planes over rounds, lowest first.
    planes: Vec<Vec<u64>>,
    /// How many digits there are at most.
    most: usize,
}

impl Digits {
    /// Lays out the number of `c`, which is given by lane, in planes of so many words.
    fn lay_out(&mut self, level: Level, c: CandidateId, lanes: &Lanes, number: &Counts, words: usize) {
        let planes = at(&mut self.planes, c.index());
        planes.clear();
        planes.resize(number.digits().len() * words, 0);
        let planes = planes.chunks_exact_mut(words).zip(number.digits());
        planes.for_each(|(rounds, digit)| lanes.add_rounds(level, digit, rounds));
        self.most = self.most.max(number.digits().len());
    }
}

/// Who is the best.
#[derive(Clone, Copy)]
enum Best {
    MostSupport,
    FewestObjections,
}

/// The entry of this number, made if it is not there.
fn at(planes: &mut Vec<Vec<u64>>, index: usize) -> &mut Vec<u64> {
    if planes.len() <= index {
        planes.resize_with(index + 1, Vec::new);
    }
    &mut planes[index]
}

impl Leaders {
    /// Turns to the candidates of another ballot.
    pub fn start(&mut self, candidates: CandidateSet, words: usize) {
        (self.words, self.candidates, self.laid_out) = (words, candidates, false);
    }

    /// Lets everyone stand who is `eligible`.
    pub fn stand(&mut self, eligible: impl Fn(CandidateId, usize) -> u64) {
        for c in self.candidates.iter() {
            let plane = at(&mut self.planes, c.index());
            plane.clear();
            plane.extend((0..self.words).map(|w| eligible(c, w)));
        }
    }

    /// Lays out by round how everyone fares.
    fn lay_out(&mut self, level: Level, standings: &[StandingPlanes]) {
        if self.laid_out {
            return;
        }
        self.laid_out = true;
        (self.support.most, self.objections.most) = (0, 0);
        for c in self.candidates.iter() {
            let standing = &standings[c.index()];
            self.support.lay_out(level, c, &standing.lanes, standing.support(), self.words);
            self.objections.lay_out(level, c, &standing.lanes, &standing.objections, self.words);
        }
    }

    /// Keeps those with most support and, among these, fewest objections.
    pub fn keep_best(&mut self, level: Level, standings: &[StandingPlanes]) {
        self.lay_out(level, standings);
        self.keep(level, Best::MostSupport);
        self.keep(level, Best::FewestObjections);
    }

    /// Keeps those who are the best by one number.
    fn keep(&mut self, level: Level, best: Best) {
        let words = self.words;
        // What to flip so that the larger digit is the better one.
        let (numbers, flip) = match best {
            Best::MostSupport => (&self.support, 0),
            Best::FewestObjections => (&self.objections, u64::MAX),
        };
        for digit in (0..numbers.most).rev().map(|digit| digit * words..(digit + 1) * words) {
            self.better.clear();
            self.better.resize(words, 0);
            for c in self.candidates.iter() {
                let digits = &numbers.planes[c.index()][digit.clone()];
                mark(level, &self.planes[c.index()], digits, flip, &mut self.better);
            }
            for c in self.candidates.iter() {
                let digits = &numbers.planes[c.index()][digit.clone()];
                narrow(level, digits, flip, &self.better, &mut self.planes[c.index()]);
            }
        }
    }

    /// Looks up where several are equally good; returns these rounds.
    pub fn find_ties(&mut self, level: Level) -> Vec<usize> {
        self.tied.clear();
        self.tied.resize(self.words, 0);
        self.better.clear();
        self.better.resize(self.words, 0);
        for c in self.candidates.iter() {
            planes::add_again(level, &self.planes[c.index()], &mut self.better, &mut self.tied);
        }
        planes::lanes(&self.tied).collect()
    }

    /// Where nobody is better than `c`.
    pub fn plane(&self, c: CandidateId) -> &[u64] {
        &self.planes[c.index()]
    }

    /// Where several are equally good.
    pub fn tied(&self) -> &[u64] {
        &self.tied
    }

    /// Leaves only one of those who are equally good in one round.
    pub fn settle(&mut self, round: usize, best: Option<CandidateId>) {
        for c in self.candidates.iter().filter(|&c| Some(c) != best) {
            planes::clear(&mut self.planes[c.index()], round);
        }
    }

    /// Those who are equally good in one round.
    pub fn equals(&self, round: usize) -> CandidateSet {
        self.candidates.iter().filter(|c| planes::has(&self.planes[c.index()], round)).collect()
    }
}

for_every_level! {
    /// Marks where the digit of somebody in the plane is the better one.
    fn mark(plane: &[u64], digits: &[u64], flip: u64, any: &mut [u64]) {
        for ((any, plane), digits) in any.iter_mut().zip(plane).zip(digits) {
            *any |= plane & (digits ^ flip);
        }
    }
}

for_every_level! {
    /// Takes out those whose digit is the worse one, where somebody has the better one.
    fn narrow(digits: &[u64], flip: u64, any: &[u64], plane: &mut [u64]) {
        for ((plane, digits), any) in plane.iter_mut().zip(digits).zip(any) {
            *plane &= (digits ^ flip) | !any;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two numbers between 0 and 7 for each of five candidates in 128 rounds, which not all of them face.
    #[test]
    fn leaders_are_those_whom_nobody_beats() {
        let word = |i: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(i as u32);
        let field: Vec<[u64; 2]> = (0..5).map(|c| [word(c), word(c + 9)]).collect();
        let lanes: Vec<Lanes> = field
            .iter()
            .map(|field| {
                let mut lanes = Lanes::default();
                lanes.settle(Level::PORTABLE, field);
                lanes
            })
            .collect();
        for level in Level::all() {
            let numbers = |salt: u64| -> Vec<Counts> {
                let planes = |c: usize| {
                    (0..7 * lanes[c].words() as u64).map(|i| word(i + salt + 50 * c as u64)).collect::<Vec<_>>()
                };
                (0..5)
                    .map(|c| {
                        let mut counts = Counts::default();
                        counts.count(level, &planes(c), lanes[c].words(), 7);
                        counts
                    })
                    .collect()
            };
            let (support, objections) = (numbers(100), numbers(1000));
            let standings: Vec<StandingPlanes> = (0..5)
                .map(|c| {
                    let mut standing = StandingPlanes {
                        encouragements: support[c].clone(),
                        objections: objections[c].clone(),
                        ..StandingPlanes::default()
                    };
                    standing.lanes.copy(&lanes[c]);
                    standing
                })
                .collect();
            let mut leaders = Leaders::default();
            leaders.start(CandidateSet::all(5), 2);
            leaders.stand(|c, w| field[c.index()][w]);
            leaders.keep_best(level, &standings);
            let tied = leaders.find_ties(level);
            let mut ties = 0;
            for round in 0..128 {
                let facing = (0..5).filter(|&c| planes::has(&field[c], round));
                let key = |c: usize| {
                    let lane = lanes[c].lane_of(round);
                    (support[c].get(lane), std::cmp::Reverse(objections[c].get(lane)))
                };
                let best = facing.clone().map(key).max();
                let expected = facing.filter(|&c| Some(key(c)) == best).map(|c| CandidateId(c as u16)).collect();
                assert_eq!(leaders.equals(round), expected, "{level:?} {round}");
                assert_eq!(tied.contains(&round), expected.len() > 1);
                ties += usize::from(expected.len() > 1);
            }
            assert!(ties > 0);
        }
    }
}
