//! What members get: sums of their utilities of who is appointed.

use serde::{Deserialize, Serialize};

use super::experiment::Counts;
use crate::model::{MemberId, Model};

/// Sums of the members' utilities of who is appointed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Worth {
    rounds: u64,
    /// By member, in units of 2^-24 points.
    totals: Vec<i128>,
    /// By member: of the squares, in units of 2^-24 square points.
    squares: Vec<u128>,
}

impl Worth {
    /// Sums of no rounds.
    pub fn new(members: usize) -> Self {
        Self { rounds: 0, totals: vec![0; members], squares: vec![0; members] }
    }

    /// Notes what one member thinks of those who are appointed, in some rounds.
    pub fn add(&mut self, m: MemberId, utilities: &[f32]) {
        for &utility in utilities {
            let utility = f64::from(utility);
            self.totals[m.index()] += (utility * UNIT).round_ties_even() as i128;
            self.squares[m.index()] += (utility * utility * UNIT).round_ties_even() as u128;
        }
    }

    /// The same as sums over so many rounds.
    pub fn over(self, rounds: u64) -> Self {
        Self { rounds, ..self }
    }

    /// The mean over the rounds, and its standard error; points.
    pub fn mean(&self, m: usize) -> (f64, f64) {
        let rounds = self.rounds.max(1) as f64;
        let mean = self.totals[m] as f64 / UNIT / rounds;
        let variance = (self.squares[m] as f64 / UNIT / rounds - mean * mean).max(0.0);
        (mean, (variance / rounds).sqrt())
    }
}

/// One point.
const UNIT: f64 = 16_777_216.0;

impl Counts for Worth {
    fn rounds(&self) -> u64 {
        self.rounds
    }

    fn merge(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.totals.iter_mut().zip(&other.totals).for_each(|(mine, theirs)| *mine += theirs);
        self.squares.iter_mut().zip(&other.squares).for_each(|(mine, theirs)| *mine += theirs);
    }

    fn bytes(models: &[&Model]) -> u64 {
        let members = models.iter().map(|model| model.members.len()).sum::<usize>();
        (members * (size_of::<i128>() + size_of::<u128>())) as u64
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        let members = models.iter().map(|model| model.members.len()).sum::<usize>();
        self.rounds == rounds && self.totals.len() == members && self.squares.len() == members
    }
}
