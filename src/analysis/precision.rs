//! How many rounds: as many as asked for, or in whole doublings until the estimates are precise.

use std::ops::Range;

use super::comparison;
use super::estimate::Proportion;
use crate::model::MAX_ROUNDS;
use crate::simulation::{Compared, Counts, Done, Tally};

/// Smallest precision that can be asked for: what [`MAX_ROUNDS`] give even the most uncertain difference.
pub const FINEST: f64 = 2e-6;

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

    /// Simulates as many rounds as it takes; `expect` hears from time to time how many these will probably be.
    ///
    /// The result is that of simulating all these rounds at once. Beside it stands how many rounds there were to be:
    /// more than were simulated if the run was stopped.
    ///
    /// # Errors
    /// What `simulate` fails with.
    pub fn simulate<T: Precise, E>(
        &self,
        mut simulate: impl FnMut(Range<u64>) -> Result<Done<T>, E>,
        expect: impl Fn(u64),
    ) -> Result<(Done<T>, u64), E> {
        let mut done = simulate(self.first())?;
        let mut asked = self.rounds;
        while !done.partial {
            let reach = done.counts.reach();
            expect(self.expected(asked, reach));
            if self.is_enough(asked, reach) {
                break;
            }
            let next = Self::after(asked);
            asked = next.end;
            let more = simulate(next)?;
            done.counts.merge(&more.counts);
            done.partial = more.partial;
        }
        Ok((done, asked))
    }
}

impl Precise for Tally {
    /// Of the shares of rounds that end in each way.
    fn reach(&self) -> f64 {
        self.ended().map(|count| Proportion::new(count, self.rounds).reach()).fold(0.0, f64::max)
    }
}

impl Precise for Compared {
    /// Of the differences between each assumption and the baseline; if none is set against another, of the only one's
    /// shares.
    fn reach(&self) -> f64 {
        if self.joints.is_empty() {
            return self.tallies.first().map_or(0.0, Precise::reach);
        }
        let differences = self.joints.iter().flat_map(|joint| comparison::differences(&joint.flows));
        differences.map(|difference| difference.reach()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Difference, example};
    use crate::simulation::{Control, Counting, Execution, Plan, simulate};

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

    /// The rule stops at the first doubling that is precise, with the counts of a single run of as many rounds.
    #[test]
    fn a_precise_run_is_a_run_of_as_many_rounds() {
        let plan = Plan::new(example::model(3, 2));
        let simulate = |rounds| simulate(&Counting(&plan), Execution::new(5, rounds));
        let length = length(300, 0.02);
        let (done, asked) = length.simulate(simulate, |_| {}).unwrap();
        assert!(asked > 300 && (asked / 300).is_power_of_two() && asked % 300 == 0, "{asked}");
        let whole = |rounds| simulate(0..rounds).unwrap().counts;
        assert_eq!(done.counts, whole(asked));
        assert!(done.counts.reach() <= 0.02 && whole(asked / 2).reach() > 0.02);
        assert!(!done.partial);
    }

    #[test]
    fn a_stopped_run_says_how_many_rounds_there_were_to_be() {
        let plan = Plan::new(example::model(3, 2));
        let control = Control::default();
        let simulate = |rounds: Range<u64>| {
            if rounds.start > 0 {
                control.stop();
            }
            simulate(&Counting(&plan), Execution { control: Some(&control), ..Execution::new(5, rounds) })
        };
        let (done, asked) = length(300, 0.001).simulate(simulate, |_| {}).unwrap();
        assert_eq!((done.partial, done.counts.rounds, asked), (true, 300, 600));
    }
}
