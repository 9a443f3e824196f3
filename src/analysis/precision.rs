//! How many rounds: as many as asked for, or in whole doublings until the estimates are precise.

use std::ops::Range;

use super::comparison;
use super::estimate::Proportion;
use crate::model::MAX_ROUNDS;
use crate::simulation::{Compared, Counts, Tally};

/// Smallest precision that can be asked for: what [`MAX_ROUNDS`] give even the most uncertain difference.
pub const FINEST: f64 = 2e-6;

/// Largest precision that can be asked for: no interval of a share reaches farther than from 1/2 to 0 and 1.
pub const COARSEST: f64 = 0.5;

/// How many rounds to simulate: a rule that depends on nothing but what it says and the counts, so that the same
/// scenario, seed and rule always give the same rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    /// Rounds to simulate at least; 1 to [`MAX_ROUNDS`].
    pub rounds: u64,
    /// How far any 95 % interval may reach to either side of its estimate; none asks for no more than `rounds`.
    pub precision: Option<f64>,
}

/// Counts that know how precise they are.
pub trait Precise: Counts {
    /// How far the 95 % interval of any outcome reaches at most to either side of its estimate.
    fn reach(&self) -> f64;
}

impl Length {
    /// The first rounds.
    pub fn first(&self) -> Range<u64> {
        0..self.rounds
    }

    /// Whether the first `rounds`, whose intervals reach so far, are precise enough, or as many as there can be.
    pub fn is_enough(&self, rounds: u64, reach: f64) -> bool {
        self.precision.is_none_or(|precision| reach <= precision) || rounds >= MAX_ROUNDS
    }

    /// The rounds to go on with after the first `rounds`: as many again, but none beyond [`MAX_ROUNDS`].
    pub fn after(rounds: u64) -> Range<u64> {
        rounds..rounds.saturating_mul(2).min(MAX_ROUNDS)
    }

    /// Whether doublings can come to just so many rounds.
    pub fn comes_to(&self, rounds: u64) -> bool {
        let mut doubled = self.rounds;
        while self.precision.is_some() && doubled < rounds.min(MAX_ROUNDS) {
            doubled = Self::after(doubled).end;
        }
        doubled == rounds
    }

    /// Rounds that it will probably take, judging by the reach of the first `rounds`: an interval's reach goes with the
    /// inverse square root of the rounds.
    pub fn expected(&self, rounds: u64, reach: f64) -> u64 {
        let Some(precision) = self.precision else { return rounds };
        let (mut expected, mut square) = (rounds, (reach / precision) * (reach / precision));
        while square > 1.0 && expected < MAX_ROUNDS {
            expected = expected.saturating_mul(2).min(MAX_ROUNDS);
            square /= 2.0;
        }
        expected
    }

    /// The rounds to go on with after the first `rounds`, of which the intervals `reach` so far: those that were asked
    /// for and are not there yet, or in the midst of a doubling its other rounds, then another doubling. Nothing if
    /// they are enough.
    pub fn next(&self, rounds: u64, reach: impl FnOnce() -> f64) -> Option<Range<u64>> {
        let mut until = self.rounds;
        while self.precision.is_some() && until < rounds.min(MAX_ROUNDS) {
            until = Self::after(until).end;
        }
        if rounds < until {
            Some(rounds..until)
        } else {
            (!self.is_enough(rounds, reach())).then(|| Self::after(rounds))
        }
    }
}

impl Precise for Tally {
    /// Of the shares of rounds that end in each way.
    fn reach(&self) -> f64 {
        self.ended().map(|count| Proportion::new(count, self.rounds).reach()).fold(0.0, f64::max)
    }
}

impl Precise for Compared {
    /// Of the differences between each assumption and the baseline.
    fn reach(&self) -> f64 {
        let differences = self.joints.iter().flat_map(|joint| comparison::differences(&joint.flows));
        differences.map(|difference| difference.reach()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Difference;

    fn length(rounds: u64, precision: f64) -> Length {
        Length { rounds, precision: Some(precision) }
    }

    #[test]
    fn doublings_end_at_the_most_rounds_there_can_be() {
        let length = length(1000, 0.01);
        assert!(!length.is_enough(1000, 0.0101) && length.is_enough(1000, 0.01));
        assert_eq!(Length::after(1000), 1000..2000);
        assert_eq!(Length::after(600_000_000_000), 600_000_000_000..MAX_ROUNDS);
        assert!(length.is_enough(MAX_ROUNDS, 0.02));
        assert!(Length { precision: None, ..length }.is_enough(1000, 1.0));
    }

    #[test]
    fn what_is_expected_is_what_it_takes_when_the_reach_falls_as_it_should() {
        let length = length(1000, 0.01);
        for reach in [0.003, 0.01, 0.011, 0.0142, 0.05, 0.3] {
            let (mut rounds, mut now) = (1000, reach);
            while !length.is_enough(rounds, now) {
                rounds = Length::after(rounds).end;
                now = reach * (1000.0 / rounds as f64).sqrt();
            }
            assert_eq!(length.expected(1000, reach), rounds, "{reach}");
        }
        assert_eq!(length.expected(MAX_ROUNDS / 2 + 1, 1e6), MAX_ROUNDS);
    }

    #[test]
    fn the_finest_precision_is_within_reach() {
        assert!(Proportion::new(MAX_ROUNDS / 2, MAX_ROUNDS).reach() <= FINEST);
        assert!(Difference::paired(MAX_ROUNDS / 2, MAX_ROUNDS / 2, 0, MAX_ROUNDS).reach() <= FINEST);
    }

    #[test]
    fn what_comes_next_is_the_rest_or_a_doubling() {
        let length = length(300, 0.01);
        assert_eq!(length.next(0, || 0.0), Some(0..300));
        assert_eq!(length.next(100, || 0.0), Some(100..300), "whatever the first hundred say");
        assert_eq!(length.next(300, || 0.02), Some(300..600));
        assert_eq!(length.next(400, || 0.0), Some(400..600), "a doubling is finished");
        assert_eq!(length.next(600, || 0.01), None);
        let as_many = Length { precision: None, ..length };
        assert_eq!(as_many.next(299, || 1.0), Some(299..300));
        assert_eq!(as_many.next(300, || 1.0), None);
        assert_eq!(as_many.next(301, || 1.0), None);
    }
}
