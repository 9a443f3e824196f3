//! Experiments that count more than they need to, if that is asked for.

use super::by_ballot::ByBallot;
use super::comparing::{Compared, Comparer, Comparing};
use super::counting::{Counter, Counting};
use super::experiment::{Experiment, Worker};
use super::plan::Plan;
use super::tally::Tally;

/// An experiment that may count its worlds ballot by ballot, too.
#[derive(Debug, Clone, Copy)]
pub struct InDetail<E> {
    /// The experiment.
    pub of: E,
    /// Whether [`Tally::by_ballot`] is counted.
    pub by_ballot: bool,
}

impl Experiment for InDetail<Counting<'_>> {
    type Counts = Tally;

    fn plans(&self) -> &[Plan] {
        self.of.plans()
    }

    fn nothing(&self) -> Tally {
        Tally { by_ballot: self.by_ballot.then(ByBallot::default), ..self.of.nothing() }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Tally> {
        let counter = Counter::new(self.of.0, seed);
        if self.by_ballot { counter.by_ballot() } else { counter }
    }

    fn bytes(&self) -> u64 {
        self.of.bytes() + if self.by_ballot { ByBallot::bytes(&self.of.0.model) } else { 0 }
    }

    fn is_valid(&self, counts: &Tally, rounds: u64) -> bool {
        self.of.is_valid(counts, rounds) && counts.by_ballot.is_some() == self.by_ballot
    }
}

impl Experiment for InDetail<Comparing<'_>> {
    type Counts = Compared;

    fn plans(&self) -> &[Plan] {
        self.of.plans()
    }

    fn nothing(&self) -> Compared {
        let mut nothing = self.of.nothing();
        nothing.tallies.iter_mut().for_each(|tally| tally.by_ballot = self.by_ballot.then(ByBallot::default));
        nothing
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Compared> {
        let comparer = Comparer::new(&self.of, seed);
        if self.by_ballot { comparer.by_ballot() } else { comparer }
    }

    fn bytes(&self) -> u64 {
        let by_ballot = || self.models().into_iter().map(ByBallot::bytes).sum();
        self.of.bytes() + if self.by_ballot { by_ballot() } else { 0 }
    }

    fn is_valid(&self, counts: &Compared, rounds: u64) -> bool {
        self.of.is_valid(counts, rounds)
            && counts.tallies.iter().all(|tally| tally.by_ballot.is_some() == self.by_ballot)
    }
}
