//! The same rounds as in [`reference`](super::reference), many at a time.
//!
//! A span of rounds goes through its ballots together. Candidate by candidate, the rounds that may still ask about them lie
//! side by side (the *lanes*); who encourages, objects and vetoes in which lane is kept as bits, so that 64 rounds are
//! counted, judged and tallied by a few word operations. Nothing is drawn for rounds that are over. What is decided round by round, such
//! as lots and who drops out, is the code in [`steps`](super::steps) that the reference uses. Both engines agree on every round exactly.

mod count;
mod draws;
mod hall;
mod lanes;
mod leaders;
mod minds;
mod nearby;
mod planes;
mod poll;
mod rule;
mod stances;
mod vetoes;
mod views;
mod world;

use std::ops::Range;

use super::draws::Addresses;
use super::monte_carlo::{BLOCK, LogRow};
use super::plan::Plan;
use super::simd::Level;
use super::tally::Tally;
use crate::model::{CandidateId, CandidateSet, Noise};
use count::Count;
pub(super) use count::Ended;
use draws::SpanDraws;
use hall::Hall;
use minds::Minds;
pub(super) use nearby::Nearby;
use poll::Poll;
use views::Circles;
use world::{Session, World};

/// Bound on the numbers that noise, shocks and views take at a time, for each world and thread.
const NUMBERS: usize = 1 << 22;

/// How many rounds of these plans are played together.
fn span(plans: &[&Plan]) -> usize {
    let numbers = |plan: &&Plan| {
        let pairs = plan.members() * plan.candidates();
        let shared = (Circles::new(plan).count() + plan.groups.len()) * plan.candidates();
        // Noise may be kept from the second ballot on, or from the first if it is dear; stances take few bits for each number.
        let cheap = plan.model.max_ballots() == 1 && plan.model.noise == Noise::Normal;
        let noise = if cheap { plan.members().max(pairs / 8) } else { pairs };
        noise + shared
    };
    (NUMBERS / plans.iter().map(numbers).max().unwrap_or(1) / 64 * 64).clamp(64, BLOCK as usize)
}

/// Cuts rounds of one block into pieces of at most `span` rounds.
fn spans(span: usize, rounds: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let mut next = rounds.start;
    std::iter::from_fn(move || {
        let from = next;
        // Within the block, whose end may be beyond the largest number.
        let room = from % BLOCK / 64 * 64 + span as u64 - from % BLOCK;
        next += (rounds.end - from).min(room);
        (from < next).then_some(from..next)
    })
}

/// Follows what happens in a world.
trait Clerk {
    /// A ballot was held, and those who were to be appointed are. What else follows from it is still open.
    fn held(&mut self, _world: &World, _session: &Session, _polls: &[Poll], _level: Level) {}
    /// A candidate leaves one round.
    fn leaves(&mut self, _c: CandidateId) {}
    /// Takes the poll of a ballot with a rule, if there is need of it, and gives another one back.
    fn take(&mut self, _world: &World, _poll: &mut Poll, _level: Level) {}
    /// Rounds may have ended, and candidates may have left.
    fn settle(&mut self, _world: &World, _level: Level) {}
    /// All rounds have ended.
    fn close(&mut self, _world: &World, _level: Level) {}
}

/// Nobody follows.
impl Clerk for () {}

/// Plays the rounds of a plane in some worlds to their end.
fn play<C: Clerk>(hall: &mut Hall, worlds: &mut [World], clerks: &mut [C], open: &[u64]) {
    hall.minds.iter_mut().for_each(Minds::forget);
    worlds.iter_mut().for_each(|world| world.begin(open, &mut hall.draws));
    for ballot in 1.. {
        let mut asked = CandidateSet::EMPTY;
        for (world, clerk) in worlds.iter_mut().zip(clerks.iter_mut()) {
            world.advance(ballot);
            asked = world.sessions.iter().fold(asked, |asked, session| asked.union(session.ever));
            clerk.settle(world, hall.draws.level());
        }
        if asked.is_empty() {
            break;
        }
        hall.forget_stances();
        asked.iter().for_each(|c| hall.note_asked(c, worlds));
        for (world, clerk) in worlds.iter_mut().zip(clerks.iter_mut()) {
            hall.hold(world, clerk);
        }
    }
    for (world, clerk) in worlds.iter().zip(clerks) {
        clerk.close(world, hall.draws.level());
    }
}

/// The engine: worlds on the same draws, and what is counted of each.
pub(super) struct Kernel<'a> {
    worlds: Vec<World<'a>>,
    counts: Vec<Count>,
    hall: Hall,
    span: usize,
    /// The round of the first bit of planes.
    start: u64,
}

impl<'a> Kernel<'a> {
    /// An engine for `plans`, which have these addresses in common and as much memory.
    pub fn new(plans: &[&'a Plan], addresses: Addresses, seed: u64) -> Self {
        let span = span(plans);
        let like = |plan: &Plan| plans.iter().position(|first| first.thinks_like(plan)).unwrap_or(0);
        Self {
            worlds: plans.iter().map(|plan| World::new(plan, like(plan), span)).collect(),
            counts: plans.iter().map(|plan| Count::new(plan)).collect(),
            hall: Hall::new(plans, SpanDraws::new(addresses, seed, Level::best()), span),
            span,
            start: 0,
        }
    }

    /// How many rounds are played together at most.
    pub fn span(&self) -> usize {
        self.span
    }

    /// Cuts rounds of one block into as many as are played together.
    pub fn spans(&self, rounds: Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
        spans(self.span, rounds)
    }

    /// Plays and counts one of [`Self::spans`].
    pub fn simulate(&mut self, rounds: Range<u64>) {
        let open = self.hall.turn_to(&rounds);
        self.start = rounds.start / 64 * 64;
        play(&mut self.hall, &mut self.worlds, &mut self.counts, &open);
    }

    /// By plan: what became of the rounds simulated last.
    pub fn ended(&self) -> impl Iterator<Item = Ended<'_>> {
        self.worlds.iter().map(Ended::of)
    }

    /// The rounds simulated last that end with `outcome` in the first world.
    pub fn ending_with(&self, outcome: Option<CandidateId>) -> Vec<u64> {
        let world = self.worlds.first().into_iter();
        let rounds = world.flat_map(|world| planes::lanes(&world.all).filter(|&round| world.outcome[round] == outcome));
        rounds.map(|round| self.start + round as u64).collect()
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
