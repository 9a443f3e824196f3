//! Whether counts that come from outside, such as a file, can be counts of so many rounds of a model.

use super::tally::{CandidateTally, Flows, Joint, PairTally, Sum, Tally};
use crate::model::{MAX_BALLOTS, MemberId, Model};

impl Tally {
    /// Whether the counts are as many as `model` asks for, and none contradicts another.
    pub(super) fn is_of(&self, model: &Model) -> bool {
        let none = Self::new(model);
        let members = model.members.len();
        let appointed = || self.candidates.iter().map(|candidate| candidate.appointed);
        self.ballots.len() == none.ballots.len()
            && self.candidates.len() == none.candidates.len()
            && self.pairs.len() == none.pairs.len()
            && self.largest_set == none.largest_set
            && sum(appointed().chain([self.no_consensus])) == u128::from(self.rounds)
            && sum(self.ballots.iter().map(|ballot| ballot.appointed)) == sum(appointed())
            && sum(self.ballots.iter().map(|ballot| ballot.no_consensus)) == u128::from(self.no_consensus)
            && self.candidates.iter().zip(self.pairs.chunks_exact(members.max(1))).all(|(candidate, pairs)| {
                let of_pair = |pair: &PairTally| {
                    let most = [pair.encouraged, pair.objected, pair.vetoed].into_iter().max();
                    most <= Some(candidate.faced) && pair.sole_veto <= pair.vetoed
                };
                candidate.is_valid(self.rounds, members, self.largest_set) && pairs.iter().all(of_pair)
            })
    }
}

impl CandidateTally {
    fn is_valid(&self, rounds: u64, members: usize, largest_set: u32) -> bool {
        let members = members as u32;
        let is_member = |m: MemberId| m.index() < members as usize;
        let sets = self.blocking_sets.values().chain(self.larger_sets.values()).copied();
        let in_order = |counts: [u64; 3]| counts.is_sorted();
        in_order([self.faced, self.stood, rounds])
            && in_order([self.sole_vetoed, self.vetoed, self.faced])
            && [self.acceptable, self.left, self.appointed].iter().all(|&count| count <= rounds)
            && self.short_of_support <= self.faced
            && self.encouragements.is_valid(self.faced, members)
            && self.ballots_when_appointed.is_valid(self.appointed, MAX_BALLOTS)
            && self.blocking_sets.keys().all(|set| (1..=largest_set).contains(&set.len()) && set.iter().all(is_member))
            && self.larger_sets.keys().all(|&size| size > largest_set && size <= members)
            && sum(sets) == u128::from(self.vetoed)
    }
}

impl Sum {
    /// Whether these can be sums of `count` values of at most `largest`.
    fn is_valid(&self, count: u64, largest: u32) -> bool {
        let (total, squares, largest) = (u128::from(self.total), u128::from(self.squares), u128::from(largest));
        total <= u128::from(count) * largest && (total..=total * largest).contains(&squares)
    }
}

impl Joint {
    /// Whether these can be rounds counted in `first` as well as in `second`.
    pub(super) fn is_valid(&self, first: &Tally, second: &Tally) -> bool {
        let rounds = u128::from(first.rounds);
        self.flows.is_valid(first, second)
            && self.acceptable.len() == first.candidates.len()
            && self.acceptable.iter().all(|counts| sum(counts.iter().copied()) == rounds)
    }
}

impl Flows {
    /// Whether these can be rounds counted in `first`, whatever became of them in the second world.
    pub(super) fn is_from(&self, first: &Tally) -> bool {
        let all = 0..self.outcomes();
        let from = |outcome| sum(all.clone().map(|to| self.count(outcome, to)));
        self.has_all(first.candidates.len()) && all.clone().map(from).eq(first.ended().map(u128::from))
    }

    fn is_valid(&self, first: &Tally, second: &Tally) -> bool {
        let all = 0..self.outcomes();
        let to = |outcome| sum(all.clone().map(|from| self.count(from, outcome)));
        self.is_from(first) && all.clone().map(to).eq(second.ended().map(u128::from))
    }
}

/// The sum of counts that may be anything.
fn sum(counts: impl Iterator<Item = u64>) -> u128 {
    counts.map(u128::from).sum()
}
