//! One world, and what becomes of its rounds.

use std::ops::Range;

use super::experiment::{Experiment, Worker};
use super::kernel::Kernel;
use super::plan::Plan;
use super::round_log::LogRow;
use super::tally::Tally;

/// Simulates a plan and counts everything that a [`Tally`] holds.
#[derive(Debug, Clone, Copy)]
pub struct Counting<'a>(pub &'a Plan);

impl Experiment for Counting<'_> {
    type Counts = Tally;

    fn plans(&self) -> &[Plan] {
        std::slice::from_ref(self.0)
    }

    fn nothing(&self) -> Tally {
        Tally::new(&self.0.model)
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Tally> {
        Counter::new(self.0, seed)
    }
}

/// One thread's rounds and their counts.
pub(super) struct Counter<'a> {
    plan: &'a Plan,
    kernel: Kernel<'a>,
}

impl<'a> Counter<'a> {
    pub fn new(plan: &'a Plan, seed: u64) -> Self {
        Self { plan, kernel: Kernel::new(&[plan], plan.addresses(), seed) }
    }

    /// The same that counts ballot by ballot, too.
    pub fn by_ballot(mut self) -> Self {
        self.kernel.count_ballots();
        self
    }
}

impl Worker for Counter<'_> {
    type Counts = Tally;

    fn simulate(&mut self, rounds: Range<u64>, mut log: Option<&mut Vec<LogRow>>) {
        self.kernel.count_vetoes(log.is_some());
        for span in self.kernel.spans(rounds) {
            self.kernel.simulate(span);
            if let Some(log) = log.as_deref_mut() {
                self.kernel.log(log);
            }
        }
    }

    fn finish(self) -> Tally {
        self.kernel.finish().next().unwrap_or_else(|| Tally::new(&self.plan.model))
    }
}
