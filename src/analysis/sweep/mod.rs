//! One model at many points: settings varied over a grid or a sample, on the same draws.

mod design;
mod values;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use design::{Design, DesignError, MAX_POINTS, MAX_SOBOL};
pub use values::{Interval, ParseVariedError, Values, Varied};

use super::estimate::Proportion;
use super::key::Key;
use super::precision::{Length, Precise};
use crate::model::{MAX_ROUNDS, Model};
use crate::simulation::{Compared, Counts, Done, Plan, Tally};

#[cfg(test)]
pub(super) use design::sobol;

/// What came out at each point.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The paths of the varied settings.
    pub settings: Vec<String>,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<Option<Key>>,
    /// The points simulated: the first of those there were to be.
    pub points: Vec<Point>,
    /// How many there were to be.
    pub asked: usize,
}

/// What came out at one point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// By setting.
    pub values: Vec<String>,
    /// Rounds simulated.
    pub rounds: u64,
    /// Rounds that there were to be.
    pub asked: u64,
    /// By outcome: rounds that ended so.
    ended: Vec<u64>,
    /// By candidate: rounds in which they passed at some ballot, appointed or not.
    acceptable: Vec<u64>,
}

impl Sweep {
    /// No points yet of `asked`, at which `settings` of `model` are varied.
    pub fn new(settings: Vec<String>, model: &Model, asked: usize) -> Self {
        Self { settings, outcomes: Key::outcomes(model), points: Vec::new(), asked }
    }

    /// Rounds simulated at all points together.
    pub fn rounds(&self) -> u64 {
        self.points.iter().map(|point| point.rounds).sum()
    }

    /// Whether a point is missing or has fewer rounds than there were to be.
    pub fn is_partial(&self) -> bool {
        self.points.len() < self.asked || self.points.iter().any(|point| point.rounds < point.asked)
    }

    /// By point: how often selections end with the outcome of this index.
    pub fn shares(&self, outcome: usize) -> impl Iterator<Item = Proportion> + Clone {
        self.points.iter().map(move |point| point.outcome(outcome))
    }
}

impl Point {
    /// The counts of `tally`, at the point with these values; `asked` rounds there were to be.
    pub fn new(values: Vec<String>, tally: &Tally, asked: u64) -> Self {
        let ended = tally.ended().collect();
        let acceptable = tally.candidates.iter().map(|c| c.acceptable).collect();
        Self { values, rounds: tally.rounds, asked, ended, acceptable }
    }

    /// Whether these can be the counts of the point with these values, of so many outcomes, and all the rounds there
    /// were to be.
    pub fn is_sound(&self, values: &[String], outcomes: usize, length: Length) -> bool {
        self.values == values
            && self.rounds == self.asked
            && self.rounds <= MAX_ROUNDS
            && length.comes_to(self.rounds)
            && (self.ended.len(), self.acceptable.len() + 1) == (outcomes, outcomes)
            && self.ended.iter().map(|&count| u128::from(count)).sum::<u128>() == u128::from(self.rounds)
            && self.acceptable.iter().all(|&count| count <= self.rounds)
    }

    /// How often selections end with the outcome of this index.
    pub fn outcome(&self, outcome: usize) -> Proportion {
        Proportion::new(self.ended[outcome], self.rounds)
    }

    /// How often the candidate of this index passes at some ballot, appointed or not; nothing for no consensus.
    pub fn acceptable(&self, outcome: usize) -> Option<Proportion> {
        self.acceptable.get(outcome).map(|&count| Proportion::new(count, self.rounds))
    }
}

/// Points simulated together at most. On the same draws eight take about six tenths of the time that they take one by
/// one (NATO 2023, by user time); of sixteen each takes longer again, because what belongs to them no longer fits a
/// processor's cache.
pub const TOGETHER: usize = 8;

/// Simulates `plans` on the same draws, each for as many rounds as it takes; `expect` hears from time to time how many
/// these will probably be in all. By plan the counts and how many rounds there were to be, more than were simulated if
/// the run was stopped.
///
/// # Errors
/// What `simulate` fails with.
pub fn simulate<E>(
    mut plans: Vec<Plan>,
    length: &Length,
    mut simulate: impl FnMut(&[Plan], Range<u64>) -> Result<Done<Compared>, E>,
    expect: impl Fn(u64),
) -> Result<Vec<(Tally, u64)>, E> {
    let mut all: Vec<(Tally, u64)> = plans.iter().map(|plan| (Tally::new(&plan.model), 0)).collect();
    // By plan still to be simulated: its place among all. Those have come equally far.
    let mut open: Vec<usize> = (0..plans.len()).collect();
    let mut rounds = length.first();
    while !open.is_empty() {
        let done = simulate(&plans, rounds.clone())?;
        for (&place, tally) in open.iter().zip(&done.counts.tallies) {
            all[place].0.merge(tally);
            all[place].1 = rounds.end;
        }
        expect(all.iter().map(|(tally, asked)| length.expected(*asked, tally.reach())).sum());
        let goes_on = |&place: &usize| !done.partial && !length.is_enough(rounds.end, all[place].0.reach());
        let going_on: Vec<bool> = open.iter().map(goes_on).collect();
        keep(&mut plans, &going_on);
        keep(&mut open, &going_on);
        rounds = Length::after(rounds.end);
    }
    Ok(all)
}

/// Keeps the entries at the places that say so.
fn keep<T>(list: &mut Vec<T>, places: &[bool]) {
    let mut places = places.iter();
    list.retain(|_| places.next() == Some(&true));
}
