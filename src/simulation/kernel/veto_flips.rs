//! A world, and for each member the world in which that member's veto alone is flipped.
//!
//! Where a change may matter the round is played again, on the same draws. All of these, whoever's veto it is that is
//! changed, are the rounds of one further world.

use std::ops::Range;

use super::ballot::BallotEngine;
use super::count::Count;
use super::draws::SpanDraws;
use super::engine::play;
use super::observer::WorldObserver;
use super::planes;
use super::session::Session;
use super::spans::{longest_span, spans};
use super::standing::StandingPlanes;
use super::world::World;
use crate::model::{CandidateId, MemberId, MemberSet};
use crate::simulation::plan::Plan;
use crate::simulation::round_log::LogRow;
use crate::simulation::simd::Level;
use crate::simulation::tally::{Flows, Tally};

/// The engine for a world in which one veto after the other is flipped.
pub(in crate::simulation) struct VetoFlipper<'a> {
    baseline: World<'a>,
    again: World<'a>,
    ballots: BallotEngine,
    watch: Watch,
    /// How many rounds are played together at most.
    longest: usize,
    /// By member: outcomes of the baseline and with the veto flipped, in the rounds that were played again.
    flows: Vec<Flows>,
    /// How many these are.
    played_again: u64,
    /// Rounds to be played again.
    places: Vec<u16>,
}

impl<'a> VetoFlipper<'a> {
    /// An engine for `plan` and the worlds in which one of `losing` loses its veto or one of the others gains one.
    pub fn new(plan: &'a Plan, losing: MemberSet, seed: u64) -> Self {
        let baseline = World::new(plan, 0);
        let longest = longest_span(std::slice::from_ref(&baseline));
        let pivots = Pivots { losing, pivotal: vec![Vec::new(); plan.members()], may_pass: Vec::new() };
        Self {
            baseline,
            again: World::with_flips(plan, &losing),
            ballots: BallotEngine::new(&[plan], SpanDraws::new(plan.addresses(), seed, Level::best()), longest),
            watch: Watch { count: Count::new(plan), pivots },
            longest,
            flows: vec![Flows::new(plan.candidates()); plan.members()],
            played_again: 0,
            places: Vec::new(),
        }
    }

    /// Plays and counts `rounds`; adds a row for each to `log`, as it is in the baseline.
    pub fn simulate(&mut self, rounds: Range<u64>, mut log: Option<&mut Vec<LogRow>>) {
        self.ballots.counts_vetoes = log.is_some();
        for span in spans(self.longest, rounds) {
            let open = self.ballots.state.turn_to(&span);
            for pivotal in &mut self.watch.pivots.pivotal {
                pivotal.clear();
                pivotal.resize(open.len(), 0);
            }
            let Self { ballots, baseline, watch, .. } = self;
            play(ballots, std::slice::from_mut(baseline), std::slice::from_mut(watch), &open);
            if let Some(log) = log.as_deref_mut() {
                baseline.record.log(span.start / 64 * 64, log);
            }
            for m in 0..self.flows.len() {
                let pivotal = std::mem::take(&mut self.watch.pivots.pivotal[m]);
                for round in planes::lanes(&pivotal) {
                    self.again.flips[m].rounds.end += 1;
                    self.places.push(round as u16);
                    if self.places.len() == self.longest {
                        self.play_again();
                    }
                }
                self.watch.pivots.pivotal[m] = pivotal;
                let next = self.places.len() as u16;
                self.again.flips.iter_mut().skip(m + 1).for_each(|flipped| flipped.rounds = next..next);
            }
            self.play_again();
        }
    }

    /// Plays the rounds noted again.
    fn play_again(&mut self) {
        if self.places.is_empty() {
            return;
        }
        self.ballots.state.draws.start_again(&self.places);
        let mut open = Vec::new();
        planes::range(0..self.places.len(), planes::words(self.places.len()), &mut open);
        play(&mut self.ballots, std::slice::from_mut(&mut self.again), &mut [()], &open);
        self.played_again += self.places.len() as u64;
        for (flipped, flows) in self.again.flips.iter_mut().zip(&mut self.flows) {
            for round in std::mem::take(&mut flipped.rounds).map(usize::from) {
                flows.add(
                    self.baseline.record.outcome[usize::from(self.places[round])],
                    self.again.record.outcome[round],
                );
            }
        }
        self.places.clear();
    }

    /// The baseline's tally, by member the outcomes of the baseline and with the veto flipped, and how many rounds were
    /// played again.
    pub fn finish(self) -> (Tally, Vec<Flows>, u64) {
        let tally = self.watch.count.finish(&self.baseline);
        let mut flows = self.flows;
        flows.iter_mut().for_each(|flows| flows.add_unchanged(&tally));
        (tally, flows, self.played_again)
    }
}

/// Counts the baseline, and notes where a change may matter.
struct Watch {
    count: Count,
    pivots: Pivots,
}

impl WorldObserver for Watch {
    fn held(&mut self, world: &World, session: &Session, standings: &[StandingPlanes], level: Level) {
        session.ever.iter().for_each(|c| self.pivots.note(world, session, &standings[c.index()], level));
    }

    fn leaves(&mut self, c: CandidateId) {
        self.count.leaves(c);
    }

    fn keep(&mut self, world: &World, standing: &mut StandingPlanes, level: Level) {
        self.count.keep(world, standing, level);
    }

    fn settle(&mut self, world: &World, level: Level) {
        self.count.settle(world, level);
    }

    fn close(&mut self, world: &World, level: Level) {
        self.count.close(world, level);
    }
}

/// Notes the members for whom a change of their veto may change what follows.
struct Pivots {
    /// Those whose veto is taken away; the others are given one.
    losing: MemberSet,
    /// By member, planes over rounds.
    pivotal: Vec<Vec<u64>>,
    may_pass: Vec<u64>,
}

impl Pivots {
    fn note(&mut self, world: &World, session: &Session, standing: &StandingPlanes, level: Level) {
        let model = &world.plan.model;
        let stage = &model.stages[usize::from(session.place.stage)];
        let may_mark = model.vetoes_expel(stage, standing.id());
        let may_court = model.dynamics.accommodation.is_some();
        let mut goes_on = Vec::new();
        standing.lanes.of_rounds(level, &world.open, &mut goes_on);
        let mut hits = standing.passing.clone();
        for lane in planes::lanes(&standing.passing) {
            if world.record.outcome[usize::from(standing.lanes.rounds()[lane])] != Some(standing.id()) {
                planes::clear(&mut hits, lane);
            }
        }
        let (mut loses, mut gains) = (vec![0; standing.words], vec![0; standing.words]);
        for w in 0..standing.words {
            let (faced, would_hold) = (standing.faced[w], standing.would_hold[w]);
            // If the ballot is inconclusive a veto also counts by what it, or the number of vetoes, leads to.
            let marked = if may_mark { goes_on[w] } else { 0 };
            let courted = if may_court { goes_on[w] & would_hold } else { 0 };
            // A veto taken away counts if the candidate would pass, and one given if it hits who was appointed.
            let one = standing.vetoed[w] & !standing.vetoed_by_several[w];
            loses[w] = faced & (courted | one & (would_hold | marked));
            gains[w] = faced & (courted | !standing.vetoed[w] & (hits[w] | marked));
        }
        let words = standing.words.max(1);
        let mut add = |m: MemberId, plane: &[u64], where_: &[u64]| {
            self.may_pass.clear();
            self.may_pass.extend(plane.iter().zip(where_).map(|(a, b)| a & b));
            standing.lanes.add_rounds(level, &self.may_pass, &mut self.pivotal[m.index()]);
        };
        let holders = world.prepared.holders[standing.candidate].iter().zip(standing.vetoing.chunks_exact(words));
        for (holder, vetoing) in holders.filter(|(holder, _)| self.losing.contains(holder.member)) {
            add(holder.member, vetoing, &loses);
        }
        let members = (0..).map(MemberId).zip(standing.objecting.chunks_exact(words));
        for (m, objecting) in members.filter(|(m, _)| !self.losing.contains(*m)) {
            add(m, objecting, &gains);
        }
    }
}
