//! Counts over rounds: integers only, so that any split of the work adds up to the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::by_ballot::ByBallot;
use super::experiment::Counts;
use super::round::{LastBallot, Round};
use crate::model::{CandidateId, MAX_BALLOTS, MemberSet, Model};

/// Blocking sets kept apart, over all candidates, at most: what bounds a tally's memory.
const MAX_SETS: u64 = 1 << 21;

/// Everything counted over a number of rounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rounds counted.
    pub rounds: u64,
    /// Rounds that appointed no one.
    pub no_consensus: u64,
    /// How many rounds ended at which ballot; entry 0 are rounds in which no one stood.
    pub ballots: Vec<BallotTally>,
    /// By candidate.
    pub candidates: Vec<CandidateTally>,
    /// By pair: `[candidate · members + member]`.
    pub pairs: Vec<PairTally>,
    /// Blocking sets of more members than this are counted by their size alone.
    pub largest_set: u32,
    /// How candidates fared at every ballot, if that is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_ballot: Option<ByBallot>,
}

/// Rounds that ended at one ballot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotTally {
    /// With an appointment.
    pub appointed: u64,
    /// Without.
    pub no_consensus: u64,
}

/// Counts for one candidate, in rounds unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateTally {
    /// Faced a ballot.
    pub stood: u64,
    /// Was appointed.
    pub appointed: u64,
    /// Passed at some ballot, appointed or not.
    pub acceptable: u64,
    /// Faced a ballot with an `appoint` rule; what follows is about the last of these.
    pub faced: u64,
    /// Was vetoed by at least one member.
    pub vetoed: u64,
    /// Was vetoed by exactly one member, without whose veto the rule holds.
    pub sole_vetoed: u64,
    /// The rule fails even with the vetoes taken away.
    pub short_of_support: u64,
    /// Was dropped or withdrew.
    pub left: u64,
    /// Members who encouraged, over the rounds faced.
    pub encouragements: Sum,
    /// Ballots held, over the rounds in which the candidate was appointed.
    pub ballots_when_appointed: Sum,
    /// Who vetoed together, how often.
    pub blocking_sets: BTreeMap<MemberSet, u64>,
    /// Rounds with a larger blocking set, by the number of its members.
    pub larger_sets: BTreeMap<u32, u64>,
}

/// A sum over rounds, and what the standard error of its mean needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Sum of the values.
    pub total: u64,
    /// Sum of their squares.
    pub squares: u64,
}

impl Sum {
    /// Adds one round's value.
    pub fn add(&mut self, value: u32) {
        self.add_rounds(value, 1);
    }

    /// Adds rounds of the same value.
    fn add_rounds(&mut self, value: u32, rounds: u64) {
        self.total += u64::from(value) * rounds;
        self.squares += u64::from(value) * u64::from(value) * rounds;
    }

    fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.squares += other.squares;
    }
}

/// Counts for one member and candidate, in rounds, at the last ballot with a rule that the candidate faced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairTally {
    /// Encouraged.
    pub encouraged: u64,
    /// Objected.
    pub objected: u64,
    /// Vetoed.
    pub vetoed: u64,
    /// Was the only one to veto, and without the veto the rule holds.
    pub sole_veto: u64,
}

impl Tally {
    /// A tally of no rounds for `model`.
    pub fn new(model: &Model) -> Self {
        let (members, candidates) = (model.members.len(), model.candidates.len());
        Self {
            rounds: 0,
            no_consensus: 0,
            ballots: vec![BallotTally::default(); MAX_BALLOTS as usize + 1],
            candidates: vec![CandidateTally::default(); candidates],
            pairs: vec![PairTally::default(); members * candidates],
            largest_set: largest_set(members as u64, candidates as u64),
            by_ballot: None,
        }
    }

    /// By outcome, the candidates and then no consensus: rounds that ended so.
    pub fn ended(&self) -> impl Iterator<Item = u64> {
        self.candidates.iter().map(|candidate| candidate.appointed).chain([self.no_consensus])
    }

    /// Counts one round.
    pub fn add(&mut self, round: &Round) {
        self.add_outcome(round.outcome, round.ballots, 1);
        for (c, candidate) in round.candidates.iter().enumerate() {
            let tally = &mut self.candidates[c];
            tally.stood += u64::from(candidate.stood);
            tally.acceptable += u64::from(candidate.acceptable);
            tally.left += u64::from(candidate.left);
            if let Some(last) = candidate.last {
                self.add_last_ballot(CandidateId(c as u16), &last);
            }
        }
    }

    /// Counts rounds with this outcome that took so many ballots.
    pub(super) fn add_outcome(&mut self, outcome: Option<CandidateId>, ballots: u32, rounds: u64) {
        self.rounds += rounds;
        let ended = &mut self.ballots[ballots as usize];
        match outcome {
            Some(c) => {
                ended.appointed += rounds;
                let tally = &mut self.candidates[c.index()];
                tally.appointed += rounds;
                tally.ballots_when_appointed.add_rounds(ballots, rounds);
            }
            None => {
                ended.no_consensus += rounds;
                self.no_consensus += rounds;
            }
        }
    }

    /// Counts how a candidate fared in one round at the last ballot with a rule.
    pub(super) fn add_last_ballot(&mut self, c: CandidateId, last: &LastBallot) {
        let members = self.pairs.len() / self.candidates.len().max(1);
        let pairs = &mut self.pairs[c.index() * members..(c.index() + 1) * members];
        let tally = &mut self.candidates[c.index()];
        tally.faced += 1;
        tally.encouragements.add(last.encouraging.len());
        tally.short_of_support += u64::from(last.short_of_support);
        for m in last.encouraging.iter() {
            pairs[m.index()].encouraged += 1;
        }
        for m in last.objecting.iter() {
            pairs[m.index()].objected += 1;
        }
        for m in last.vetoing.iter() {
            pairs[m.index()].vetoed += 1;
        }
        if let Some(m) = last.sole_veto() {
            pairs[m.index()].sole_veto += 1;
            tally.sole_vetoed += 1;
        }
        if !last.vetoing.is_empty() {
            tally.vetoed += 1;
            tally.add_blocking_set(last.vetoing, 1, self.largest_set);
        }
    }
}

impl Counts for Tally {
    fn rounds(&self) -> u64 {
        self.rounds
    }

    fn merge(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.no_consensus += other.no_consensus;
        for (mine, theirs) in self.ballots.iter_mut().zip(&other.ballots) {
            mine.appointed += theirs.appointed;
            mine.no_consensus += theirs.no_consensus;
        }
        for (mine, theirs) in self.candidates.iter_mut().zip(&other.candidates) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.pairs.iter_mut().zip(&other.pairs) {
            mine.encouraged += theirs.encouraged;
            mine.objected += theirs.objected;
            mine.vetoed += theirs.vetoed;
            mine.sole_veto += theirs.sole_veto;
        }
        // Of all rounds nothing is known where some were not counted so.
        self.by_ballot = self.by_ballot.take().zip(other.by_ballot.as_ref()).map(|(mut mine, theirs)| {
            mine.merge(theirs);
            mine
        });
    }

    fn bytes(models: &[&Model]) -> u64 {
        let of = |model: &Model| {
            let (members, candidates) = (model.members.len(), model.candidates.len());
            let by_candidate = size_of::<CandidateTally>() + members * size_of::<PairTally>();
            (MAX_BALLOTS as usize * size_of::<BallotTally>() + candidates * by_candidate) as u64
        };
        models.iter().map(|model| of(model)).sum()
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        self.rounds == rounds && matches!(models, [model] if self.is_of(model))
    }
}

impl CandidateTally {
    /// Counts rounds in which the members of `set`, at least one, vetoed together.
    pub(super) fn add_blocking_set(&mut self, set: MemberSet, rounds: u64, largest_set: u32) {
        match set.len() {
            size if size <= largest_set => *self.blocking_sets.entry(set).or_default() += rounds,
            size => *self.larger_sets.entry(size).or_default() += rounds,
        }
    }

    /// The same for several sets, no two of them the same.
    pub(super) fn add_blocking_sets(&mut self, sets: impl Iterator<Item = (MemberSet, u64)>, largest_set: u32) {
        let (apart, by_size): (Vec<_>, Vec<_>) = sets.partition(|(set, _)| set.len() <= largest_set);
        // Building a map is cheaper than adding to it.
        let before = std::mem::replace(&mut self.blocking_sets, apart.into_iter().collect());
        for (set, rounds) in before.into_iter().chain(by_size) {
            self.add_blocking_set(set, rounds, largest_set);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.stood += other.stood;
        self.appointed += other.appointed;
        self.acceptable += other.acceptable;
        self.faced += other.faced;
        self.vetoed += other.vetoed;
        self.sole_vetoed += other.sole_vetoed;
        self.short_of_support += other.short_of_support;
        self.left += other.left;
        self.encouragements.merge(other.encouragements);
        self.ballots_when_appointed.merge(other.ballots_when_appointed);
        if self.blocking_sets.is_empty() {
            self.blocking_sets.clone_from(&other.blocking_sets);
        } else {
            for (&set, count) in &other.blocking_sets {
                *self.blocking_sets.entry(set).or_default() += count;
            }
        }
        for (&size, count) in &other.larger_sets {
            *self.larger_sets.entry(size).or_default() += count;
        }
    }
}

/// Outcomes of two worlds on the same draws, round by round: where the rounds of the first went in the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows {
    /// Number of outcomes: the candidates, and then no consensus.
    outcomes: usize,
    /// `[first · outcomes + second]`
    counts: Vec<u64>,
}

impl Flows {
    /// No rounds with so many candidates.
    pub fn new(candidates: usize) -> Self {
        let outcomes = candidates + 1;
        Self { outcomes, counts: vec![0; outcomes * outcomes] }
    }

    /// Bytes that they take with so many candidates.
    pub(super) fn bytes(candidates: usize) -> u64 {
        ((candidates + 1) * (candidates + 1) * size_of::<u64>()) as u64
    }

    /// Counts one round that ended like this in the first world and like that in the second.
    pub fn add(&mut self, first: Option<CandidateId>, second: Option<CandidateId>) {
        let index = |outcome: Option<CandidateId>| outcome.map_or(self.outcomes - 1, |c| c.index());
        let cell = index(first) * self.outcomes + index(second);
        self.counts[cell] += 1;
    }

    /// Counts the rounds of the first world that are not counted yet: they ended alike in the second. `tally` is of
    /// all.
    pub(super) fn add_unchanged(&mut self, tally: &Tally) {
        for (outcome, (row, ended)) in self.counts.chunks_exact_mut(self.outcomes).zip(tally.ended()).enumerate() {
            row[outcome] += ended - row.iter().sum::<u64>();
        }
    }

    /// Number of outcomes: the candidates in their order, and then no consensus.
    pub fn outcomes(&self) -> usize {
        self.outcomes
    }

    /// By outcome: rounds that ended so in the second world.
    pub fn ended(&self) -> Vec<u64> {
        let column = |to: usize| (0..self.outcomes).map(|from| self.count(from, to)).sum();
        (0..self.outcomes).map(column).collect()
    }

    /// Rounds that ended differently in the second world.
    pub(super) fn changed(&self) -> u128 {
        let cells = (0..).zip(&self.counts).filter(|(cell, _)| cell / self.outcomes != cell % self.outcomes);
        cells.map(|(_, &count)| u128::from(count)).sum()
    }

    /// Whether there is a count for every pair of outcomes of so many candidates.
    pub(super) fn has_all(&self, candidates: usize) -> bool {
        self.outcomes == candidates + 1 && self.counts.len() == self.outcomes * self.outcomes
    }

    /// Rounds with outcome `from` in the first world and `to` in the second.
    pub fn count(&self, from: usize, to: usize) -> u64 {
        self.counts[from * self.outcomes + to]
    }

    /// Adds the counts of `other`. Associative and exact.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }
}

/// Two worlds on the same draws, round by round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joint {
    /// Outcomes in the one and in the other.
    pub flows: Flows,
    /// By candidate: rounds in which they passed in neither, only the second, only the first, or both.
    pub acceptable: Vec<[u64; 4]>,
}

impl Joint {
    /// No rounds with so many candidates.
    pub fn new(candidates: usize) -> Self {
        Self { flows: Flows::new(candidates), acceptable: vec![[0; 4]; candidates] }
    }

    /// Bytes that they take with so many candidates.
    pub(super) fn bytes(candidates: usize) -> u64 {
        Flows::bytes(candidates) + (candidates * size_of::<[u64; 4]>()) as u64
    }

    /// Counts one round of both worlds.
    pub fn add(&mut self, first: &Round, second: &Round) {
        self.flows.add(first.outcome, second.outcome);
        for (counts, (a, b)) in self.acceptable.iter_mut().zip(first.candidates.iter().zip(&second.candidates)) {
            counts[2 * usize::from(a.acceptable) + usize::from(b.acceptable)] += 1;
        }
    }

    /// Adds the counts of `other`. Associative and exact.
    pub fn merge(&mut self, other: &Self) {
        self.flows.merge(&other.flows);
        for (mine, theirs) in self.acceptable.iter_mut().flatten().zip(other.acceptable.iter().flatten()) {
            *mine += theirs;
        }
    }
}

/// The largest size such that all sets of at most so many of `members`, for each candidate, are at most
/// [`MAX_SETS`]; at least 1.
fn largest_set(members: u64, candidates: u64) -> u32 {
    let mut size = 0;
    let mut of_this_size = 1;
    let mut sets = 0;
    while size < members {
        of_this_size = of_this_size * (members - size) / (size + 1);
        sets += of_this_size;
        if sets * candidates > MAX_SETS {
            break;
        }
        size += 1;
    }
    size.max(1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_bodies_keep_every_set_and_large_ones_bounded_many() {
        assert_eq!(largest_set(15, 5), 15, "2^15 sets of each of 5 candidates fit");
        assert_eq!(largest_set(1, 64), 1);
        assert_eq!(largest_set(31, 9), 5);
        assert_eq!(largest_set(256, 64), 1);
    }
}
