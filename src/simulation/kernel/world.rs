//! One world in all rounds of a span: who stands, what happens, and what has become of the rounds so far.

use super::draws::SpanDraws;
use super::holders::{Flip, FlippedVeto, Holder};
use super::planes::renew;
use super::prepared::Prepared;
use super::record::SpanRecord;
use super::session::Session;
use crate::model::{CandidateId, Effect, MemberId, MemberSet};
use crate::simulation::draws::Chance;
use crate::simulation::plan::Plan;
use crate::simulation::steps;

/// A plan and the state of its rounds.
pub(super) struct World<'a> {
    pub plan: &'a Plan,
    pub prepared: Prepared,
    /// The first of the worlds on the same draws in which everyone thinks the same.
    like: usize,
    /// By member: where its veto is flipped; empty if nobody's is.
    pub flips: Vec<FlippedVeto>,
    /// Rounds that go on, as a plane.
    pub open: Vec<u64>,
    /// By candidate, planes over rounds: where they may still be appointed, whether or not they have entered yet.
    pub racing: Vec<Vec<u64>>,
    /// By candidate, planes over rounds: where they are held in reserve.
    pub reserve: Vec<Vec<u64>>,
    /// By event, planes over rounds: where it happens.
    pub happens: Vec<Vec<u64>>,
    /// Number of the ballot at hand.
    pub ballot: u32,
    /// Where it is held.
    pub sessions: Vec<Session>,
    /// By candidate and round: by how much everyone's view of them has moved since the round opened; empty if views do
    /// not move.
    drift: Vec<f32>,
    /// By candidate: who has yielded on them, in which round.
    pub yielded: Vec<Vec<(u16, MemberId)>>,
    pub record: SpanRecord,
}

/// What everyone's view of a candidate depends on besides draws, if nothing that has happened in the world enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outlook {
    /// The first of the worlds on the same draws in which everyone thinks the same.
    like: usize,
    /// The stage's goodwill, as bits.
    goodwill: u64,
    /// Who takes part in it.
    members: MemberSet,
}

impl<'a> World<'a> {
    /// A world in which everyone thinks as in world number `like`.
    pub fn new(plan: &'a Plan, like: usize) -> Self {
        let (model, candidates) = (&plan.model, plan.candidates());
        Self {
            plan,
            prepared: Prepared::new(plan),
            like,
            flips: Vec::new(),
            open: Vec::new(),
            racing: vec![Vec::new(); candidates],
            reserve: vec![Vec::new(); candidates],
            happens: vec![Vec::new(); model.events.len()],
            ballot: 0,
            sessions: Vec::new(),
            drift: Vec::new(),
            yielded: vec![Vec::new(); candidates],
            record: SpanRecord::new(candidates),
        }
    }

    /// The same, but that every member's veto is flipped in some rounds, which [`Self::flips`] are to say. Those of
    /// `losing` lose it, the others gain one.
    pub fn with_flips(plan: &'a Plan, losing: &MemberSet) -> Self {
        let mut world = Self::new(plan, 0);
        world.prepared.holders = plan.model.candidate_ids().map(|(c, _)| Holder::everyone(plan, c)).collect();
        let flip = |m| if losing.contains(m) { Flip::TakenAway } else { Flip::Given };
        world.flips = plan.model.member_ids().map(|(m, _)| FlippedVeto { flip: flip(m), rounds: 0..0 }).collect();
        world
    }

    /// Opens the rounds of the plane `open`.
    pub fn begin(&mut self, open: &[u64], draws: &mut SpanDraws) {
        self.record.begin(open);
        self.sessions.clear();
        self.open.clear();
        self.open.extend_from_slice(open);
        let moving = if self.plan.views_move() { self.plan.candidates() } else { 0 };
        let numbers = moving * self.rounds();
        renew(&mut self.drift, numbers, 0.0);
        self.yielded.iter_mut().for_each(Vec::clear);
        self.candidates_stand(draws);
        self.events_happen(draws);
    }

    fn candidates_stand(&mut self, draws: &mut SpanDraws) {
        let words = self.open.len();
        for (c, _) in self.plan.model.candidate_ids() {
            let (racing, reserve) = (&mut self.racing[c.index()], &mut self.reserve[c.index()]);
            racing.resize(words, 0);
            draws.decide(self.plan.availability[c.index()], Chance::Availability(c), racing);
            reserve.clear();
            reserve.resize(words, if self.plan.reserve.contains(c) { u64::MAX } else { 0 });
        }
    }

    fn events_happen(&mut self, draws: &mut SpanDraws) {
        let mut leaving = Vec::new();
        for (e, event) in self.plan.model.events.iter().enumerate() {
            let happens = &mut self.happens[e];
            happens.resize(self.open.len(), 0);
            draws.decide(self.plan.event_chances[e], Chance::Event(e), happens);
            for effect in &event.effects {
                match effect {
                    Effect::Leaves(c) => leaving.push((e, *c)),
                    Effect::Joins(c) => {
                        self.racing[c.index()].iter_mut().zip(&*happens).for_each(|(racing, joins)| *racing |= joins);
                        self.reserve[c.index()].iter_mut().zip(&*happens).for_each(|(held, joins)| *held &= !joins);
                    }
                    // Points enter with the views, changed vetoes with the vetoes.
                    Effect::Points { .. } | Effect::Vetoes(_) => {}
                }
            }
        }
        for (e, c) in leaving {
            self.racing[c.index()].iter_mut().zip(&self.happens[e]).for_each(|(racing, leaves)| *racing &= !leaves);
        }
    }

    /// The first of the worlds on the same draws in which everyone thinks the same.
    pub fn like(&self) -> usize {
        self.like
    }

    /// What everyone's view depends on at the ballot at hand besides draws and candidate; nothing if also on what has
    /// happened in the world.
    pub fn outlook(&self, stage: u16) -> Option<Outlook> {
        let stage = &self.plan.model.stages[usize::from(stage)];
        let outlook = Outlook { like: self.like, goodwill: stage.goodwill.to_bits(), members: stage.members };
        (self.ballot == 1 || self.drift.is_empty()).then_some(outlook)
    }

    /// Adds the rounds in which `c` may face a ballot now or later.
    pub fn may_ask(&self, c: CandidateId, rounds: &mut [u64]) {
        let later = &self.prepared.later;
        for session in self.sessions.iter().filter(|session| later[usize::from(session.place.stage)].contains(c)) {
            let racing = session.rounds.iter().zip(&self.racing[c.index()]).map(|(a, b)| a & b);
            rounds.iter_mut().zip(racing).for_each(|(rounds, racing)| *rounds |= racing);
        }
    }

    /// The rounds in which `c`, who has not faced a ballot yet, might ever face one.
    pub fn may_ever_ask(&self, c: CandidateId) -> Vec<u64> {
        self.record.all.iter().zip(&self.racing[c.index()]).map(|(all, racing)| all & racing).collect()
    }

    /// How many rounds there are, with those that only fill words.
    fn rounds(&self) -> usize {
        64 * self.open.len()
    }

    /// The rounds of one word that go on after a ballot, and in which `c`, who faced it, is still in the race.
    pub fn remains(&self, session: &Session, c: CandidateId, w: usize) -> u64 {
        session.fields[c.index()][w] & self.open[w] & self.racing[c.index()][w]
    }

    /// Whether candidates gain or lose by how they do.
    pub fn gathers_momentum(&self) -> bool {
        self.plan.model.dynamics.momentum != 0.0
    }

    /// Moves everyone's views before the ballot at hand, the second or a later one.
    pub fn move_views(&mut self, draws: &mut SpanDraws) {
        let (plan, ballot) = (self.plan, self.ballot);
        for (c, _) in plan.model.candidate_ids() {
            let Some(drift) = self.drift_mut(c) else { return };
            for (sd, shock) in steps::moves(plan, ballot, c) {
                draws.add_shock(sd, shock, drift);
            }
        }
    }

    /// By how much views of `c` have moved, by round, if they move.
    pub fn drift(&self, c: CandidateId) -> Option<&[f32]> {
        self.drift.get(c.index() * self.rounds()..)?.get(..self.rounds())
    }

    /// Where that is kept.
    pub fn drift_mut(&mut self, c: CandidateId) -> Option<&mut [f32]> {
        let rounds = self.rounds();
        self.drift.get_mut(c.index() * rounds..)?.get_mut(..rounds)
    }
}
