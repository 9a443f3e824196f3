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
    /// Whether these two are known.
    expanded: bool,
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
        (self.words, self.candidates, self.expanded) = (words, candidates, false);
    }

    /// Lets everyone stand who is `eligible`.
    pub fn stand(&mut self, eligible: impl Fn(CandidateId, usize) -> u64) {
        for c in self.candidates.iter() {
            let plane = at(&mut self.planes, c.index());
            plane.clear();
            plane.extend((0..self.words).map(|w| eligible(c, w)));
        }
    }

    /// Looks up a number of everyone, which is given by lane.
    fn expand<'a>(
        level: Level,
        (candidates, words): (CandidateSet, usize),
        digits: &mut Digits,
        number: impl Fn(CandidateId) -> (&'a Lanes, &'a Counts),
    ) {
        digits.most = 0;
        for c in candidates.iter() {
            let (lanes, counts) = number(c);
            let planes = at(&mut digits.planes, c.index());
            planes.clear();
            planes.resize(counts.digits().len() * words, 0);
            let planes = planes.chunks_exact_mut(words).zip(counts.digits());
            planes.for_each(|(rounds, digit)| lanes.add_rounds(level, digit, rounds));
            digits.most = digits.most.max(counts.digits().len());
        }
    }

    /// Keeps those with most support and, among these, fewest objections.
    pub fn keep_best(&mut self, level: Level, standings: &[StandingPlanes]) {
        let among = (self.candidates, self.words);
        if !self.expanded {
            Self::expand(level, among, &mut self.support, |c| {
                (&standings[c.index()].lanes, standings[c.index()].support())
            });
            Self::expand(level, among, &mut self.objections, |c| {
                (&standings[c.index()].lanes, &standings[c.index()].objections)
            });
            self.expanded = true;
        }
        self.keep(level, true);
        self.keep(level, false);
    }

    /// Keeps those with the largest support, or else the fewest objections.
    fn keep(&mut self, level: Level, largest: bool) {
        let words = self.words;
        let numbers = if largest { &self.support } else { &self.objections };
        for digit in (0..numbers.most).rev().map(|digit| digit * words..(digit + 1) * words) {
            self.better.clear();
            self.better.resize(words, 0);
            for c in self.candidates.iter() {
                let digits = &numbers.planes[c.index()][digit.clone()];
                mark(level, &self.planes[c.index()], digits, largest, &mut self.better);
            }
            for c in self.candidates.iter() {
                let digits = &numbers.planes[c.index()][digit.clone()];
                narrow(level, digits, largest, &self.better, &mut self.planes[c.index()]);
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
    fn mark(plane: &[u64], digits: &[u64], largest: bool, any: &mut [u64]) {
        let flip = if largest { 0 } else { u64::MAX };
        for ((any, plane), digits) in any.iter_mut().zip(plane).zip(digits) {
            *any |= plane & (digits ^ flip);
        }
    }
}

for_every_level! {
    /// Takes out those whose digit is the worse one, where somebody has the better one.
    fn narrow(digits: &[u64], largest: bool, any: &[u64], plane: &mut [u64]) {
        let flip = if largest { 0 } else { u64::MAX };
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
