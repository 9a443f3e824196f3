//! Spans of rounds from their first ballot to their end, in one world or several on the same draws.

use std::ops::Range;

use super::ballot::BallotEngine;
use super::count::Count;
use super::draws::SpanDraws;
use super::noise_store::{NoiseStore, Origin};
use super::observer::WorldObserver;
use super::planes;
use super::record::SpanRecord;
use super::spans::{longest_span, spans};
use super::world::World;
use crate::model::{CandidateId, CandidateSet};
use crate::simulation::draws::Addresses;
use crate::simulation::plan::Plan;
use crate::simulation::round_log::LogRow;
use crate::simulation::simd::Level;
use crate::simulation::tally::Tally;
use crate::simulation::worth::Worth;

/// Plays the rounds of a plane in some worlds to their end; an observer follows each.
pub(super) fn play<O: WorldObserver>(
    ballots: &mut BallotEngine,
    worlds: &mut [World],
    observers: &mut [O],
    open: &[u64],
) {
    ballots.state.begin();
    worlds.iter_mut().for_each(|world| world.begin(open, &mut ballots.state.draws));
    let level = ballots.state.draws.level();
    for ballot in 1.. {
        let mut asked = CandidateSet::EMPTY;
        for (world, observer) in worlds.iter_mut().zip(observers.iter_mut()) {
            world.advance(ballot, &mut ballots.state.draws);
            asked = world.sessions.iter().fold(asked, |asked, session| asked.union(session.ever));
            observer.settle(world, level);
        }
        if asked.is_empty() {
            break;
        }
        ballots.state.forget_stances();
        asked.iter().for_each(|c| ballots.state.note_asked(c, worlds));
        for (world, observer) in worlds.iter_mut().zip(observers.iter_mut()) {
            ballots.hold(world, observer);
        }
    }
    for (world, observer) in worlds.iter().zip(observers) {
        observer.close(world, level);
    }
}

/// The engine: worlds on the same draws, and what is counted of each.
pub(in crate::simulation) struct Kernel<'a> {
    worlds: Vec<World<'a>>,
    counts: Vec<Count>,
    ballots: BallotEngine,
    /// How many rounds are played together at most.
    longest: usize,
    /// The round of the first bit of planes.
    start: u64,
}

impl<'a> Kernel<'a> {
    /// An engine for `plans`, which have these addresses in common and as much memory.
    pub fn new(plans: &[&'a Plan], addresses: Addresses, seed: u64) -> Self {
        Self::with_draws(plans, SpanDraws::new(addresses, seed, Level::best()))
    }

    /// An engine for a plan, which takes noise that is in `store` from there and puts there what it draws.
    pub fn with_store(plan: &'a Plan, seed: u64, mut store: NoiseStore) -> Self {
        let addresses = plan.addresses();
        store.turn_to(Origin { addresses: addresses.clone(), seed, memory: plan.memory });
        Self::with_draws(&[plan], SpanDraws::new(addresses, seed, Level::best()).with_store(store))
    }

    fn with_draws(plans: &[&'a Plan], draws: SpanDraws) -> Self {
        let like = |plan: &Plan| plans.iter().position(|first| first.thinks_like(plan)).unwrap_or(0);
        let worlds: Vec<World> = plans.iter().map(|plan| World::new(plan, like(plan))).collect();
        let longest = longest_span(&worlds);
        Self {
            worlds,
            counts: plans.iter().map(|plan| Count::new(plan)).collect(),
            ballots: BallotEngine::new(plans, draws, longest),
            longest,
            start: 0,
        }
    }

    /// How many rounds are played together at most.
    pub fn longest_span(&self) -> usize {
        self.longest
    }

    /// Cuts rounds into as many as are played together.
    pub fn spans(&self, rounds: Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
        spans(self.longest, rounds)
    }

    /// Plays and counts one of [`Self::spans`].
    pub fn simulate(&mut self, rounds: Range<u64>) {
        let open = self.ballots.state.turn_to(&rounds);
        self.start = rounds.start / 64 * 64;
        if self.counts.is_empty() {
            let nobody = &mut vec![(); self.worlds.len()];
            play(&mut self.ballots, &mut self.worlds, nobody, &open);
        } else {
            play(&mut self.ballots, &mut self.worlds, &mut self.counts, &open);
        }
    }

    /// The round that the first place of the records stands for.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// By plan: what became of the rounds simulated last.
    pub fn records(&self) -> impl Iterator<Item = &SpanRecord> {
        self.worlds.iter().map(|world| &world.record)
    }

    /// The rounds simulated last that end with `outcome` in the first world.
    pub fn ending_with(&self, outcome: Option<CandidateId>) -> Vec<u64> {
        let record = self.records().take(1);
        let rounds =
            record.flat_map(|record| planes::lanes(&record.all).filter(|&round| record.outcome[round] == outcome));
        rounds.map(|round| self.start + round as u64).collect()
    }

    /// Whether to count the vetoes of each round, for the log.
    pub fn count_vetoes(&mut self, counts_vetoes: bool) {
        self.ballots.counts_vetoes = counts_vetoes;
    }

    /// Counts nothing: what became of rounds stands in the records alone.
    pub fn count_nothing(&mut self) {
        self.counts.clear();
    }

    /// Counts ballot by ballot, too.
    pub fn count_ballots(&mut self) {
        self.counts.iter_mut().zip(&self.worlds).for_each(|(count, world)| count.count_ballots(world.plan));
    }

    /// Makes ballots up to this one soundings, and adds to `worth` what members get.
    pub fn weigh_outcomes(&mut self, soundings: u32, worth: Worth) {
        (self.ballots.soundings, self.ballots.worth) = (soundings, Some(worth));
    }

    /// What members got so far, if it is summed.
    pub fn worth(&self) -> Option<&Worth> {
        self.ballots.worth.as_ref()
    }

    /// Adds a row for each of the rounds simulated last, in the first world.
    pub fn log(&self, rows: &mut Vec<LogRow>) {
        self.records().take(1).for_each(|record| record.log(self.start, rows));
    }

    /// The store, if there is one.
    pub fn take_store(&mut self) -> Option<NoiseStore> {
        self.ballots.state.draws.take_store()
    }

    /// What was counted, by plan.
    pub fn finish(self) -> impl Iterator<Item = Tally> {
        self.counts.into_iter().zip(self.worlds).map(|(count, world)| count.finish(&world))
    }
}
