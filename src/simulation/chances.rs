//! Sums of chances, and what can be known of them.

use serde::{Deserialize, Serialize};

use super::experiment::Counts;
use super::tally::Tally;
use crate::model::Model;

/// Chances of the same thing in many rounds, in units so small and sums so exact that any split of the work adds up to
/// the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChanceSum {
    /// Rounds.
    pub rounds: u64,
    /// Sum of the chances, in units of 2^-62.
    fine: u128,
    /// The same in units of 2^-43, whose squares can be summed over 10^12 rounds.
    coarse: u128,
    squares: u128,
}

impl ChanceSum {
    /// Units are 2 to minus these.
    const FINE: i32 = 62;
    const COARSE: i32 = 43;

    /// Sum of the chances.
    pub fn total(&self) -> f64 {
        self.fine as f64 * 2f64.powi(-Self::FINE)
    }

    /// Sum of the squares of their differences from their mean: exactly 0 if all are equal.
    pub fn spread(&self) -> f64 {
        let n = u128::from(self.rounds.max(1));
        let (mean, rest) = (self.coarse / n, self.coarse % n);
        // About the whole part of the mean. The terms may be too large, their sum is not.
        let about =
            self.squares.wrapping_sub((2 * mean).wrapping_mul(self.coarse)).wrapping_add(n.wrapping_mul(mean * mean));
        (about as f64 - rest as f64 * rest as f64 / n as f64).max(0.0) * 2f64.powi(-2 * Self::COARSE)
    }

    /// Whether there are as many chances as rounds of which these are the sums.
    fn is_valid(&self) -> bool {
        let rounds = u128::from(self.rounds);
        // Squares are largest if the chances differ most, and least if they are all alike; a square is odd if its root
        // is. A chance differs in its two units by the rounding of either.
        let least = (self.coarse / rounds.max(1)).saturating_pow(2).saturating_mul(rounds);
        let rounding = rounds * ((1 << (Self::FINE - Self::COARSE - 1)) + 1);
        self.coarse <= rounds << Self::COARSE
            && (least..=self.coarse << Self::COARSE).contains(&self.squares)
            && self.squares % 2 == self.coarse % 2
            && self.fine.abs_diff(self.coarse << (Self::FINE - Self::COARSE)) <= rounding
    }

    /// Adds the chance in one round.
    pub(super) fn add(&mut self, chance: f64) {
        let coarse = (chance * 2f64.powi(Self::COARSE)).round() as u128;
        self.rounds += 1;
        self.fine += (chance * 2f64.powi(Self::FINE)).round() as u128;
        self.coarse += coarse;
        self.squares += coarse * coarse;
    }

    fn merge(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.fine += other.fine;
        self.coarse += other.coarse;
        self.squares += other.squares;
    }
}

/// Counts of the rounds of one ballot, and the chances in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chances {
    /// The counts.
    pub tally: Tally,
    /// By candidate: that they pass.
    pub acceptable: Vec<ChanceSum>,
    /// That no one passes.
    pub no_consensus: ChanceSum,
}

impl Chances {
    fn sums(&self) -> impl Iterator<Item = &ChanceSum> {
        self.acceptable.iter().chain([&self.no_consensus])
    }
}

impl Counts for Chances {
    fn rounds(&self) -> u64 {
        self.tally.rounds
    }

    fn merge(&mut self, other: &Self) {
        self.tally.merge(&other.tally);
        let sums = self.acceptable.iter_mut().chain([&mut self.no_consensus]);
        sums.zip(other.sums()).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn bytes(models: &[&Model]) -> u64 {
        let sums = |model: &&Model| ((model.candidates.len() + 1) * size_of::<ChanceSum>()) as u64;
        Tally::bytes(models) + models.iter().map(sums).sum::<u64>()
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        self.tally.is_valid(models, rounds)
            && self.acceptable.len() == self.tally.candidates.len()
            && self.sums().all(|sum| sum.rounds == rounds && sum.is_valid())
    }
}
