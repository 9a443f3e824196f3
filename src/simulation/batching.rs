//! Several worlds on the same draws, whose outcomes are also counted batch by batch of rounds.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::comparing::Worlds;
use super::experiment::{Counts, Experiment, Worker};
use super::plan::Plan;
use super::round_log::LogRow;
use super::tally::Tally;
use crate::model::Model;

/// Simulates plans of the same members and candidates on the same draws and counts each, its outcomes also by batch.
#[derive(Debug, Clone, Copy)]
pub struct Batching<'a>(pub &'a [Plan]);

/// Counts of several plans on the same draws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batched {
    /// By plan.
    pub tallies: Vec<Tally>,
    /// By plan.
    pub batches: Vec<Batches>,
}

/// How rounds ended, batch by batch. A round is in the batch that its number leaves when divided by [`Batches::COUNT`],
/// so that the batches of any number of rounds from the first on are as good as equally large, and a batch has the
/// same draws in every world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batches {
    /// `[outcome · COUNT + batch]`
    counts: Vec<u64>,
}

impl Batches {
    /// How many batches there are.
    pub const COUNT: usize = 20;

    /// No rounds with so many candidates.
    pub fn new(candidates: usize) -> Self {
        Self { counts: vec![0; (candidates + 1) * Self::COUNT] }
    }

    /// How many of the first `rounds` rounds are in a batch.
    pub fn size(batch: usize, rounds: u64) -> u64 {
        let batches = Self::COUNT as u64;
        rounds / batches + u64::from((batch as u64) < rounds % batches)
    }

    /// Counts a round that ended with the outcome of this index: a candidate's, or their number for no consensus.
    pub fn add(&mut self, round: u64, outcome: usize) {
        self.counts[outcome * Self::COUNT + (round % Self::COUNT as u64) as usize] += 1;
    }

    /// By batch: rounds that ended with the outcome of this index.
    pub fn of(&self, outcome: usize) -> &[u64] {
        &self.counts[outcome * Self::COUNT..][..Self::COUNT]
    }

    /// Whether these can be of the first `rounds` rounds, of which so many ended with each outcome.
    pub fn is_valid(&self, ended: &[u64], rounds: u64) -> bool {
        let fits = |(counts, &ended): (&[u64], &u64)| {
            let all = counts.iter().map(|&count| u128::from(count)).sum::<u128>();
            let within = counts.iter().enumerate().all(|(batch, &count)| count <= Self::size(batch, rounds));
            within && all == u128::from(ended)
        };
        self.counts.len() == ended.len() * Self::COUNT && self.counts.chunks_exact(Self::COUNT).zip(ended).all(fits)
    }

    /// Adds the counts of other rounds. Associative and exact.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
    }
}

impl Counts for Batched {
    fn rounds(&self) -> u64 {
        self.tallies.first().map_or(0, |tally| tally.rounds)
    }

    fn merge(&mut self, other: &Self) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
        self.batches.iter_mut().zip(&other.batches).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn bytes(models: &[&Model]) -> u64 {
        let batches = |model: &&Model| ((model.candidates.len() + 1) * Batches::COUNT * size_of::<u64>()) as u64;
        Tally::bytes(models) + models.iter().map(batches).sum::<u64>()
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        let fits = |(tally, batches): (&Tally, &Batches)| batches.is_valid(&tally.ended().collect::<Vec<_>>(), rounds);
        self.tallies.len() == models.len()
            && self.batches.len() == models.len()
            && self.tallies.iter().zip(models).all(|(tally, model)| tally.is_valid(&[model], rounds))
            && self.tallies.iter().zip(&self.batches).all(fits)
    }
}

impl Experiment for Batching<'_> {
    type Counts = Batched;

    fn plans(&self) -> &[Plan] {
        self.0
    }

    fn nothing(&self) -> Batched {
        Batched {
            tallies: self.0.iter().map(|plan| Tally::new(&plan.model)).collect(),
            batches: self.0.iter().map(|plan| Batches::new(plan.candidates())).collect(),
        }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Batched> {
        Batcher { worlds: Worlds::new(self.0, seed), counts: self.nothing() }
    }
}

/// One thread's rounds and their counts.
struct Batcher<'a> {
    worlds: Worlds<'a>,
    /// The batches; the tallies are still with the worlds.
    counts: Batched,
}

impl Worker for Batcher<'_> {
    type Counts = Batched;

    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>) {
        let batches = &mut self.counts.batches;
        self.worlds.simulate(rounds, log, |start, records| {
            records.for_each(|(plan, record)| record.add_to_batches(start, &mut batches[plan]));
        });
    }

    fn finish(self) -> Batched {
        let mut counts = self.counts;
        self.worlds.finish(&mut counts.tallies);
        counts
    }
}
