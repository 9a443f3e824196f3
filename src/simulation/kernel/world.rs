//! One world in all rounds of a span: who stands, what happens, and which ballot comes next.

use std::ops::Range;

use super::draws::SpanDraws;
use super::planes;
use super::rule::PlaneRule;
use super::stances::{self, Bounds};
use super::vetoes::Holder;
use crate::model::{Candidate, CandidateId, CandidateSet, Choose, Drop, Effect, Fraction, MemberId, MemberSet, Rule};
use crate::simulation::draws::Chance;
use crate::simulation::plan::Plan;

/// A ballot's place in the procedure: its stage, and its number in the stage, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub stage: u16,
    pub repeat: u16,
}

/// The rounds that hold the ballot at one place.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub place: Place,
    /// As a plane over the rounds of the span.
    pub rounds: Vec<u64>,
    /// Candidates considered in all of these rounds, and in at least one.
    pub always: CandidateSet,
    pub ever: CandidateSet,
}

/// What a stage asks for, prepared.
pub(super) struct StagePlan {
    pub rule: Option<PlaneRule>,
    /// Whether anyone asks how many object.
    pub counts_objections: bool,
    /// Whether anything but another ballot may follow from an inconclusive one.
    pub has_aftermath: bool,
}

/// In these rounds a member never has a veto, or else always an absolute one.
pub(super) struct Change {
    pub loses: bool,
    pub rounds: Range<u16>,
}

/// A plan and the state of its rounds. Vectors without a note are by round of the span.
pub(super) struct World<'a> {
    pub plan: &'a Plan,
    /// The first of the worlds on the same draws in which everyone thinks the same.
    like: usize,
    pub stages: Vec<StagePlan>,
    /// By candidate: who may ever veto them.
    pub holders: Vec<Vec<Holder>>,
    /// Whose veto is changed in which rounds; empty if nobody's is.
    pub changes: Vec<Change>,
    /// By stage: candidates whom this stage or a later one may consider.
    later: Vec<CandidateSet>,
    span: usize,
    /// Rounds of the span at hand.
    pub made: usize,
    /// Rounds to be simulated, and those of them that go on, as planes.
    pub all: Vec<u64>,
    pub open: Vec<u64>,
    /// Who may still be appointed, whether or not they have entered yet.
    pub racing: Vec<CandidateSet>,
    reserve: Vec<CandidateSet>,
    /// Whom the ballot at hand is about.
    pub field: Vec<CandidateSet>,
    place: Vec<Place>,
    /// Number of the ballot at hand.
    pub ballot: u32,
    /// Where it is held.
    pub sessions: Vec<Session>,
    /// By stage and candidate: [`Bounds`] of all members, once a first ballot was held there.
    bounds: Vec<Vec<Vec<Bounds>>>,
    /// By event, planes over rounds: where it happens.
    pub happens: Vec<Vec<u64>>,
    /// By candidate and round: momentum gathered so far; empty if there is none.
    drift: Vec<f32>,
    /// By candidate: who has yielded on them, in which round.
    pub yielded: Vec<Vec<(u16, MemberId)>>,
    pub outcome: Vec<Option<CandidateId>>,
    pub ballots: Vec<u8>,
    pub stage: Vec<u16>,
    pub vetoes: Vec<u32>,
    /// By candidate, planes over rounds: where they stood, and where they passed.
    pub stood: Vec<Vec<u64>>,
    pub acceptable: Vec<Vec<u64>>,
}

impl<'a> World<'a> {
    /// A world for spans of at most `span` rounds, in which everyone thinks as in world number `like`.
    pub fn new(plan: &'a Plan, like: usize, span: usize) -> Self {
        let candidates = plan.candidates();
        let members = plan.members();
        let model = &plan.model;
        let accommodates = model.dynamics.accommodation.is_some();
        let withdraws = |c: &Candidate| c.withdraws_if_vetoed > 0.0 || c.withdraws_below != Fraction::ZERO;
        let moves = accommodates || model.dynamics.momentum != 0.0 || model.candidates.iter().any(withdraws);
        let stages = model.stages.iter().map(|stage| StagePlan {
            has_aftermath: moves || stage.drop != Drop::None,
            rule: stage.appoint.as_ref().map(|rule| PlaneRule::new(rule, &model.measures, members)),
            counts_objections: accommodates
                || stage.choose == Choose::Support
                || stage.appoint.as_ref().is_some_and(counts_objections),
        });
        let everyone = CandidateSet::all(candidates);
        let mut later: Vec<CandidateSet> = model.stages.iter().map(|stage| stage.field.unwrap_or(everyone)).collect();
        for stage in (1..later.len()).rev() {
            later[stage - 1] = later[stage - 1].union(later[stage]);
        }
        let words = planes::words(span);
        Self {
            plan,
            like,
            stages: stages.collect(),
            holders: model.candidate_ids().map(|(c, _)| Holder::of(plan, c)).collect(),
            changes: Vec::new(),
            later,
            span,
            made: 0,
            all: Vec::new(),
            open: Vec::new(),
            racing: vec![CandidateSet::EMPTY; span],
            reserve: vec![CandidateSet::EMPTY; span],
            field: vec![CandidateSet::EMPTY; span],
            place: vec![Place::default(); span],
            ballot: 0,
            sessions: Vec::new(),
            bounds: vec![vec![Vec::new(); candidates]; model.stages.len()],
            happens: vec![vec![0; words]; model.events.len()],
            drift: vec![0.0; if model.dynamics.momentum == 0.0 { 0 } else { candidates * span }],
            yielded: vec![Vec::new(); candidates],
            outcome: vec![None; span],
            ballots: vec![0; span],
            stage: vec![0; span],
            vetoes: vec![0; span],
            stood: vec![vec![0; words]; candidates],
            acceptable: vec![vec![0; words]; candidates],
        }
    }

    /// The same, but that every member's veto is changed in some rounds, which [`Self::changes`] are to say. Those of
    /// `losing` lose it, the others gain one.
    pub fn with_changes(plan: &'a Plan, losing: &MemberSet, span: usize) -> Self {
        let mut world = Self::new(plan, 0, span);
        world.holders = plan.model.candidate_ids().map(|(c, _)| Holder::everyone(plan, c)).collect();
        let change = |(m, _)| Change { loses: losing.contains(m), rounds: 0..0 };
        world.changes = plan.model.member_ids().map(change).collect();
        world
    }

    /// Opens the rounds of the plane `open`.
    pub fn begin(&mut self, open: &[u64], draws: &mut SpanDraws) {
        self.made = 64 * open.len();
        self.all.clear();
        self.all.extend_from_slice(open);
        self.open.clear();
        self.open.extend_from_slice(open);
        self.place.fill(Place::default());
        self.drift.fill(0.0);
        self.yielded.iter_mut().for_each(Vec::clear);
        self.outcome.fill(None);
        self.ballots.fill(0);
        self.stage.fill(0);
        self.vetoes.fill(0);
        self.stood.iter_mut().chain(&mut self.acceptable).for_each(|plane| plane.fill(0));
        self.candidates_stand(draws);
        self.events_happen(draws);
    }

    fn candidates_stand(&mut self, draws: &mut SpanDraws) {
        let mut certain = CandidateSet::EMPTY;
        let uncertain = |c: CandidateId| self.plan.availability[c.index()].certainty().is_none();
        for (c, _) in self.plan.model.candidate_ids() {
            if self.plan.availability[c.index()].certainty() == Some(true) {
                certain.insert(c);
            }
        }
        self.racing.fill(certain);
        self.reserve.fill(self.plan.reserve);
        let mut plane = vec![0; planes::words(self.made)];
        for (c, _) in self.plan.model.candidate_ids().filter(|&(c, _)| uncertain(c)) {
            draws.decide(self.plan.availability[c.index()], Chance::Availability(c), &mut plane);
            for (round, racing) in self.racing[..self.made].iter_mut().enumerate() {
                racing.insert_if(c, planes::has(&plane, round));
            }
        }
    }

    fn events_happen(&mut self, draws: &mut SpanDraws) {
        let words = planes::words(self.made);
        let mut leaving = Vec::new();
        for (e, event) in self.plan.model.events.iter().enumerate() {
            let happens = &mut self.happens[e][..words];
            draws.decide(self.plan.event_chances[e], Chance::Event(e), happens);
            for effect in &event.effects {
                match effect {
                    Effect::Leaves(c) => leaving.push((e, *c)),
                    Effect::Joins(c) => {
                        for round in planes::lanes(happens) {
                            self.racing[round].insert(*c);
                            self.reserve[round].remove(*c);
                        }
                    }
                    // Points enter with the views, changed vetoes with the vetoes.
                    Effect::Points { .. } | Effect::Vetoes(_) => {}
                }
            }
        }
        for (e, c) in leaving {
            for round in planes::lanes(&self.happens[e][..words]) {
                self.racing[round].remove(c);
            }
        }
    }

    /// Takes every open round to its next ballot, which is number `ballot` of the round, or closes it; sorts the
    /// rounds by the ballot's place.
    pub fn advance(&mut self, ballot: u32) {
        self.ballot = ballot;
        let mut sessions = std::mem::take(&mut self.sessions);
        sessions.clear();
        let candidates = self.plan.model.candidate_ids();
        let entered: CandidateSet = candidates.filter(|(_, c)| c.enters <= ballot).map(|(c, _)| c).collect();
        // Most rounds are like the one before.
        let mut last: Option<(Situation, Option<(Place, CandidateSet)>)> = None;
        for w in 0..self.open.len() {
            for round in planes::lanes_of(w, self.open[w]) {
                let here = (self.racing[round], self.reserve[round], self.place[round]);
                let next = match last {
                    Some((before, next)) if before == here => next,
                    _ => self.next_ballot(here, entered),
                };
                last = Some((here, next));
                let Some((place, field)) = next else {
                    planes::clear(&mut self.open, round);
                    continue;
                };
                self.place[round] = place;
                self.field[round] = field;
                self.ballots[round] = ballot as u8;
                self.stage[round] = place.stage;
                let at = sessions.iter().position(|session| session.place == place).unwrap_or_else(|| {
                    sessions.push(Session { place, rounds: vec![0; self.open.len()], always: field, ever: field });
                    sessions.len() - 1
                });
                planes::set(&mut sessions[at].rounds, round);
                sessions[at].always = sessions[at].always.intersection(field);
                sessions[at].ever = sessions[at].ever.union(field);
            }
        }
        for session in sessions.iter().filter(|_| ballot == 1) {
            session.ever.iter().for_each(|c| self.find_bounds(session.place.stage, c));
        }
        self.sessions = sessions;
    }

    fn find_bounds(&mut self, stage: u16, c: CandidateId) {
        let bounds = &mut self.bounds[usize::from(stage)][c.index()];
        if bounds.is_empty() {
            let stage = &self.plan.model.stages[usize::from(stage)];
            bounds.extend(self.plan.model.member_ids().map(|(m, _)| stances::bounds(self.plan, stage, m, c)));
        }
    }

    /// The bounds of all members at a first ballot; none if no first ballot was held there.
    pub fn bounds(&self, stage: u16, c: CandidateId) -> &[Bounds] {
        &self.bounds[usize::from(stage)][c.index()]
    }

    /// Where the next ballot is held and whom it is about; nothing if there is none.
    fn next_ballot(&self, here: Situation, entered: CandidateSet) -> Option<(Place, CandidateSet)> {
        let (racing, reserve, Place { stage, repeat }) = here;
        let model = &self.plan.model;
        for (index, stage_of) in model.stages.iter().enumerate().skip(stage.into()) {
            let repeat = if index == usize::from(stage) { u32::from(repeat) + 1 } else { 1 };
            let field = model.field(stage_of, reserve).intersection(racing).intersection(entered);
            if repeat <= stage_of.repeat && !field.is_empty() {
                return Some((Place { stage: index as u16, repeat: repeat as u16 }, field));
            }
        }
        None
    }

    /// What everyone's view depends on at the ballot at hand besides draws and candidate; nothing if also on what has happened
    /// in the world.
    pub fn outlook(&self, stage: u16) -> Option<Outlook> {
        let goodwill = self.plan.model.stages[usize::from(stage)].goodwill;
        (self.ballot == 1 || self.drift.is_empty()).then_some((self.like, goodwill.to_bits()))
    }

    /// Adds the rounds in which `c` may face a ballot now or later.
    pub fn may_ask(&self, c: CandidateId, rounds: &mut [u64]) {
        for (w, &word) in self.open.iter().enumerate() {
            for round in planes::lanes_of(w, word) {
                let later = self.later[usize::from(self.place[round].stage)];
                let asks = self.racing[round].contains(c) && later.contains(c);
                rounds[w] |= u64::from(asks) << (round % 64);
            }
        }
    }

    /// Momentum of `c` by round, if there is any.
    pub fn drift(&self, c: CandidateId) -> Option<&[f32]> {
        self.drift.chunks_exact(self.span).nth(c.index())
    }

    /// Where the momentum of `c` in one round is kept, if there is any.
    pub fn drift_at(&mut self, c: CandidateId, round: usize) -> Option<&mut f32> {
        self.drift.get_mut(c.index() * self.span + round)
    }
}

/// See [`World::outlook`].
pub(super) type Outlook = (usize, u64);

/// All that the next ballot depends on: who races, who is held in reserve, and the place of the last ballot.
type Situation = (CandidateSet, CandidateSet, Place);

fn counts_objections(rule: &Rule) -> bool {
    match rule {
        Rule::Objections { .. } => true,
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(counts_objections),
        Rule::NoVeto | Rule::Share { .. } | Rule::Count { .. } => false,
    }
}
