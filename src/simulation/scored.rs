//! Sums of scores, and what can be known of them.

use serde::{Deserialize, Serialize};

use super::experiment::Counts;
use super::tally::Tally;
use crate::model::Model;

/// Parts into which a unit of score is divided, so that sums are exact in any order.
///
/// A score is below [`LARGEST`] and a round has 200 ballots at most: sums of scores fit 32 bits, and their squares 64.
pub(super) const PARTS: f32 = 65_536.0;

/// No ballot's score is as large.
const LARGEST: u64 = 30;

/// Scores of one member's noise about one candidate, summed over the rounds with one outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreSum {
    /// How many rounds.
    pub rounds: u64,
    total: i128,
    squares: u128,
}

impl ScoreSum {
    /// Sum of the scores.
    pub fn total(&self) -> f64 {
        self.total as f64 / f64::from(PARTS)
    }

    /// Sum of their squares.
    pub fn squares(&self) -> f64 {
        self.squares as f64 / f64::from(PARTS) / f64::from(PARTS)
    }

    /// Adds the scores, in parts, of some rounds.
    pub(super) fn add(&mut self, scores: impl Iterator<Item = i32>) {
        for score in scores.map(i64::from) {
            self.rounds += 1;
            self.total += i128::from(score);
            self.squares += (score * score).cast_unsigned() as u128;
        }
    }

    /// Whether there are whole numbers of at most `largest`, one a round, of which these are the sums.
    fn is_valid(&self, largest: u128) -> bool {
        let (rounds, total) = (u128::from(self.rounds), self.total.unsigned_abs());
        // Squares are least if the numbers are all alike; a square is odd if its root is.
        let least = (total / rounds.max(1)).saturating_pow(2).saturating_mul(rounds);
        total <= rounds * largest
            && (total.max(least)..=rounds * largest * largest).contains(&self.squares)
            && self.squares % 2 == total % 2
    }

    /// Adds another sum. Associative and exact.
    pub fn merge(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.total += other.total;
        self.squares += other.squares;
    }
}

/// What a run says about the effect of support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The counts of the rounds.
    pub tally: Tally,
    /// `[pair · outcomes + outcome]`, with pairs as in [`Plan::pair`](super::Plan::pair); outcomes are the candidates
    /// and then no consensus.
    pub sums: Vec<ScoreSum>,
}

impl Counts for Scored {
    fn rounds(&self) -> u64 {
        self.tally.rounds
    }

    fn merge(&mut self, other: &Self) {
        self.tally.merge(&other.tally);
        self.sums.iter_mut().zip(&other.sums).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn bytes(models: &[&Model]) -> u64 {
        let sums = |model: &&Model| {
            let (members, candidates) = (model.members.len(), model.candidates.len());
            (members * candidates * (candidates + 1) * size_of::<ScoreSum>()) as u64
        };
        Tally::bytes(models) + models.iter().map(sums).sum::<u64>()
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        let ballots = models.iter().map(|model| model.max_ballots()).max().unwrap_or(0);
        let largest = u128::from(LARGEST * u64::from(ballots) * PARTS as u64);
        let ended: Vec<u64> = self.tally.ended().collect();
        let (outcomes, members) = (ended.len(), self.tally.pairs.len() / self.tally.candidates.len().max(1));
        // Which rounds have scores does not depend on the member, but that noise which is always 0 has none.
        let alike = |of_candidate: &[ScoreSum]| {
            let of_members = of_candidate.chunks_exact(outcomes);
            let rounds = of_members.map(|sums| sums.iter().map(|sum| sum.rounds).collect::<Vec<_>>());
            let mut rounds = rounds.filter(|rounds| rounds.iter().any(|&rounds| rounds > 0));
            let first = rounds.next().unwrap_or_default();
            first.iter().zip(&ended).all(|(rounds, ended)| rounds <= ended) && rounds.all(|rounds| rounds == first)
        };
        self.tally.is_valid(models, rounds)
            && self.sums.len() == self.tally.pairs.len() * outcomes
            && self.sums.iter().all(|sum| sum.is_valid(largest))
            && self.sums.chunks((members * outcomes).max(1)).all(alike)
    }
}
