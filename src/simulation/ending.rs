//! Several worlds on the same draws, of which nothing is counted but how rounds end.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::comparing::Worlds;
use super::experiment::{Counts, Experiment, Worker};
use super::plan::Plan;
use super::round_log::LogRow;
use super::tally::Flows;
use crate::model::Model;

/// Simulates plans of the same members and candidates on the same draws, and counts how their rounds end.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a>(pub &'a [Plan]);

/// How rounds of several plans on the same draws end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endings {
    /// By plan: its outcomes against those of the first, round by round; those of the first against themselves.
    pub flows: Vec<Flows>,
}

impl Counts for Endings {
    fn rounds(&self) -> u64 {
        self.flows.first().map_or(0, |flows| flows.ended().iter().sum())
    }

    fn merge(&mut self, other: &Self) {
        self.flows.iter_mut().zip(&other.flows).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn bytes(models: &[&Model]) -> u64 {
        models.iter().map(|model| Flows::bytes(model.candidates.len())).sum()
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        let fits = |(flows, model): (&Flows, &&Model)| {
            flows.has_all(model.candidates.len())
                && flows.ended().iter().map(|&count| u128::from(count)).sum::<u128>() == u128::from(rounds)
        };
        self.flows.len() == models.len() && self.flows.iter().zip(models).all(fits)
    }
}

impl Experiment for Ending<'_> {
    type Counts = Endings;

    fn plans(&self) -> &[Plan] {
        self.0
    }

    fn nothing(&self) -> Endings {
        Endings { flows: self.0.iter().map(|plan| Flows::new(plan.candidates())).collect() }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Endings> {
        Ender { worlds: Worlds::new(self.0, seed).uncounted(), counts: self.nothing() }
    }
}

/// One thread's rounds and their ends.
struct Ender<'a> {
    worlds: Worlds<'a>,
    counts: Endings,
}

impl Worker for Ender<'_> {
    type Counts = Endings;

    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>) {
        let flows = &mut self.counts.flows;
        self.worlds.simulate(rounds, log, |_, records| {
            let mut first = None;
            for (plan, record) in records {
                first.get_or_insert(record).add_outcomes(&mut flows[plan], record);
            }
        });
    }

    fn finish(self) -> Endings {
        self.counts
    }
}
