//! Whether counts that come from outside, such as a file, can be counts of so many rounds of a model.

use super::tally::{CandidateTally, Flows, Joint, PairTally, Sum, Tally};
use crate::model::{MAX_BALLOTS, MemberId, Model};

impl Tally {
    /// Whether the counts are as many as `model` asks for, and none contradicts another.
    pub(super) fn is_of(&self, model: &Model) -> bool {
        let none = Self::new(model);
        let members = model.members.len();
        let appointed = || self.candidates.iter().map(|candidate| candidate.appointed);
        let of_pairs = |pairs: &[PairTally], count: fn(&PairTally) -> u64| sum(pairs.iter().map(count));
        self.ballots.len() == none.ballots.len()
            && self.candidates.len() == none.candidates.len()
            && self.pairs.len() == none.pairs.len()
            && self.largest_set == none.largest_set
            && sum(appointed().chain([self.no_consensus])) == u128::from(self.rounds)
            && sum(self.ballots.iter().map(|ballot| ballot.appointed)) == sum(appointed())
            && sum(self.ballots.iter().map(|ballot| ballot.no_consensus)) == u128::from(self.no_consensus)
            && self.ballots_add_up(model.max_ballots())
            && self.by_ballot.as_ref().is_none_or(|by_ballot| by_ballot.is_of(model, self))
            && self.candidates.iter().zip(self.pairs.chunks_exact(members.max(1))).all(|(candidate, pairs)| {
                let of_pair = |(m, pair): (usize, &PairTally)| {
                    let is_veto = pair.sole_veto <= pair.vetoed && pair.vetoed <= pair.objected;
                    let stances = sum([pair.encouraged, pair.objected].into_iter());
                    is_veto && stances <= candidate.faced.into() && candidate.has_vetoes_of(MemberId(m as u16), pair)
                };
                candidate.is_valid(self.rounds, members, self.largest_set)
                    && pairs.iter().enumerate().all(of_pair)
                    && of_pairs(pairs, |pair| pair.encouraged) == candidate.encouragements.total.into()
                    && of_pairs(pairs, |pair| pair.vetoed) == candidate.vetoes()
                    && of_pairs(pairs, |pair| pair.sole_veto) == candidate.sole_vetoed.into()
            })
    }

    /// Whether rounds end at ballots that there are, and appointments took as many as the candidates' add up to.
    fn ballots_add_up(&self, most: u32) -> bool {
        let held = |of: fn(u128) -> u128| -> u128 {
            (0..).zip(&self.ballots).map(|(number, ballot)| of(number) * u128::from(ballot.appointed)).sum()
        };
        let taken = |of: fn(&Sum) -> u64| sum(self.candidates.iter().map(|it| of(&it.ballots_when_appointed)));
        let beyond = self.ballots.iter().skip(most as usize + 1);
        self.ballots.first().is_some_and(|none| none.appointed == 0)
            && beyond.fold(0, |all, ballot| all | ballot.appointed | ballot.no_consensus) == 0
            && held(|number| number) == taken(|it| it.total)
            && held(|number| number * number) == taken(|it| it.squares)
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
            && in_order([self.appointed, self.acceptable, self.faced])
            && self.left <= self.stood
            && self.short_of_support <= self.faced
            && self.encouragements.is_valid(self.faced, members)
            && self.ballots_when_appointed.is_valid(self.appointed, MAX_BALLOTS)
            && self.blocking_sets.keys().all(|set| (1..=largest_set).contains(&set.len()) && set.iter().all(is_member))
            && self.larger_sets.keys().all(|&size| size > largest_set && size <= members)
            && sum(sets) == u128::from(self.vetoed)
    }

    /// Vetoes of all members together.
    fn vetoes(&self) -> u128 {
        let sets = self.blocking_sets.iter().map(|(set, &rounds)| (set.len(), rounds));
        let larger = self.larger_sets.iter().map(|(&size, &rounds)| (size, rounds));
        sets.chain(larger).map(|(size, rounds)| u128::from(size) * u128::from(rounds)).sum()
    }

    /// Whether the sets of those who vetoed together have `m` in them as often as it vetoed, or less often if some are
    /// not kept apart, and alone at least as often as its veto alone decided.
    fn has_vetoes_of(&self, m: MemberId, pair: &PairTally) -> bool {
        let sets = || self.blocking_sets.iter().filter(|(set, _)| set.contains(m));
        let (known, alone) = (sets().map(|(_, &rounds)| rounds), sets().filter(|(set, _)| set.len() == 1));
        let (known, vetoed) = (sum(known), u128::from(pair.vetoed));
        let unknown = sum(self.larger_sets.values().copied());
        (known..=known + unknown).contains(&vetoed)
            && sum(alone.map(|(_, &rounds)| rounds)) >= u128::from(pair.sole_veto)
    }
}

impl Sum {
    /// Whether these can be sums of `count` values of at most `largest`.
    fn is_valid(&self, count: u64, largest: u32) -> bool {
        let (total, squares, largest) = (u128::from(self.total), u128::from(self.squares), u128::from(largest));
        // The sum of the squares is least if all are alike.
        total <= u128::from(count) * largest
            && (total..=total * largest).contains(&squares)
            && squares * u128::from(count) >= total * total
    }
}

impl Joint {
    /// Whether these can be rounds counted in `first` as well as in `second`.
    pub(super) fn is_valid(&self, first: &Tally, second: &Tally) -> bool {
        let rounds = u128::from(first.rounds);
        self.flows.is_valid(first, second)
            && self.acceptable.len() == first.candidates.len()
            && self.acceptable.iter().zip(first.candidates.iter().zip(&second.candidates)).all(|(counts, (a, b))| {
                let [_, only_second, only_first, both] = counts;
                sum(counts.iter().copied()) == rounds
                    && sum([*only_first, *both].into_iter()) == a.acceptable.into()
                    && sum([*only_second, *both].into_iter()) == b.acceptable.into()
            })
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
