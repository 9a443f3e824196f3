//! The same rounds as in [`reference`](super::reference), many at a time.
//!
//! A span of rounds goes through its ballots together. Candidate by candidate, the rounds that may still ask about them lie
//! side by side (the *lanes*); who encourages, objects and vetoes in which lane is kept as bits, so that 64 rounds are
//! counted, judged and tallied by a few word operations. What is decided round by round, such as lots and who drops out, is the
//! code in [`steps`](super::steps) that the reference uses. Both engines agree on every round exactly.

mod count;
mod draws;
mod hall;
mod minds;
mod planes;
mod poll;
mod rule;
mod stances;
mod vetoes;
mod views;
mod world;

use std::ops::Range;

use super::draws::{Addresses, BLOCK};
use super::monte_carlo::LogRow;
use super::plan::Plan;
use super::simd::Level;
use super::tally::Tally;
use crate::model::{CandidateSet, MemberId};
use count::Count;
pub(super) use count::Ended;
use draws::SpanDraws;
use hall::Hall;
use minds::Minds;
use world::World;

/// Bound on the numbers that everyone's noise about everyone takes.
const NUMBERS: usize = 1 << 18;

/// The engine: worlds on the same draws, and what is counted of each.
pub(super) struct Kernel<'a> {
    worlds: Vec<World<'a>>,
    counts: Vec<Count>,
    hall: Hall,
    memory: (f32, f32),
    span: usize,
    /// First round of the span at hand, in its block, and in all.
    start: u64,
}

impl<'a> Kernel<'a> {
    /// An engine for `plans`, which have these addresses in common and as much memory.
    pub fn new(plans: &[&'a Plan], addresses: Addresses, seed: u64) -> Self {
        let pairs = plans.iter().map(|plan| plan.members() * plan.candidates()).max().unwrap_or(1);
        let span = (NUMBERS / pairs / 64 * 64).clamp(64, BLOCK as usize);
        let candidates = plans.first().into_iter().flat_map(|plan| plan.model.candidate_ids());
        let minds = candidates.map(|(c, _)| {
            let plain = |m: usize| plans.iter().all(|plan| plan.is_plain(MemberId(m as u16), c));
            Minds::new(c, (0..plans[0].members()).map(plain).collect(), span)
        });
        let like = |plan: &Plan| plans.iter().position(|first| first.thinks_like(plan)).unwrap_or(0);
        Self {
            worlds: plans.iter().map(|plan| World::new(plan, like(plan), span)).collect(),
            counts: plans.iter().map(|plan| Count::new(plan)).collect(),
            hall: Hall::new(SpanDraws::new(addresses, seed, Level::best()), minds.collect(), span),
            memory: plans.first().map_or((1.0, 0.0), |plan| plan.memory),
            span,
            start: 0,
        }
    }

    /// Cuts rounds of one block into as many as are played together.
    pub fn spans(&self, rounds: Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
        let (span, mut next) = (self.span as u64, rounds.start);
        std::iter::from_fn(move || {
            let from = next;
            // Within the block, whose end may be beyond the largest number.
            let room = from % BLOCK / 64 * 64 + span - from % BLOCK;
            next += (rounds.end - from).min(room);
            (from < next).then_some(from..next)
        })
    }

    /// Plays and counts one of [`Self::spans`].
    pub fn simulate(&mut self, rounds: Range<u64>) {
        let from = (rounds.start % BLOCK) as usize / 64 * 64;
        let first = (rounds.start % BLOCK) as usize - from;
        let within = first..first + (rounds.end - rounds.start) as usize;
        let made = within.end.next_multiple_of(64);
        self.start = rounds.start - first as u64;
        self.hall.draws.start(rounds.start / BLOCK, from, made);
        let mut open = Vec::new();
        planes::range(within, made / 64, &mut open);
        self.play(&open, made);
    }

    /// Plays the rounds of a plane, of a span of `made`, to their end.
    fn play(&mut self, open: &[u64], made: usize) {
        let Self { worlds, counts, hall, memory, .. } = self;
        hall.minds.iter_mut().for_each(Minds::forget);
        worlds.iter_mut().for_each(|world| world.begin(open, made, &mut hall.draws));
        for ballot in 1.. {
            let mut asked = CandidateSet::EMPTY;
            for world in worlds.iter_mut() {
                world.advance(ballot);
                asked = world.sessions.iter().fold(asked, |asked, session| asked.union(session.ever));
            }
            for (world, count) in worlds.iter().zip(counts.iter_mut()) {
                count.settle(world, hall.draws.level());
            }
            if asked.is_empty() {
                break;
            }
            asked.iter().for_each(|c| hall.bring_up(c, worlds, *memory));
            for (world, count) in worlds.iter_mut().zip(counts.iter_mut()) {
                hall.hold(world, count);
            }
        }
        for (world, count) in worlds.iter().zip(counts) {
            count.close(world);
        }
    }

    /// By plan: what became of the rounds simulated last.
    pub fn ended(&self) -> impl Iterator<Item = Ended<'_>> {
        self.worlds.iter().map(Ended::of)
    }

    /// Counts the vetoes of each round from now on, for the log.
    pub fn count_vetoes(&mut self) {
        self.hall.counts_vetoes = true;
    }

    /// Adds a row for each of the rounds simulated last, in the first world.
    pub fn log(&self, rows: &mut Vec<LogRow>) {
        let Some(world) = self.worlds.first() else { return };
        rows.extend(planes::lanes(&world.all).map(|round| LogRow {
            round: self.start + round as u64,
            outcome: world.outcome[round],
            stage: world.stage[round].into(),
            ballots: world.ballots[round].into(),
            vetoes: world.vetoes[round],
        }));
    }

    /// What was counted, by plan.
    pub fn finish(self) -> impl Iterator<Item = Tally> {
        self.counts.into_iter().zip(self.worlds).map(|(count, world)| count.finish(&world))
    }
}
