//! One world in all rounds of a span: who stands, what happens, and which ballot comes next.

use std::ops::Range;

use super::draws::SpanDraws;
use super::planes;
use super::rule::PlaneRule;
use super::stances::{self, Bounds};
use super::vetoes::Holder;
use super::views::Circles;
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
    /// By candidate: the rounds that consider them, as planes.
    pub fields: Vec<Vec<u64>>,
    /// Candidates considered in at least one of the rounds.
    pub ever: CandidateSet,
}

impl Session {
    /// Whom the ballot is about in one round.
    pub fn field(&self, round: usize) -> CandidateSet {
        self.ever.iter().filter(|c| planes::has(&self.fields[c.index()], round)).collect()
    }
}

/// What a stage asks for, prepared.
pub(super) struct StagePlan {
    pub rule: Option<PlaneRule>,
    /// Whether anyone asks how many object.
    pub counts_objections: bool,
    /// Whether candidates may leave after an inconclusive ballot.
    pub loses_candidates: bool,
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
    pub circles: Circles,
    /// By candidate: who may ever veto them.
    pub holders: Vec<Vec<Holder>>,
    /// Whose veto is changed in which rounds; empty if nobody's is.
    pub changes: Vec<Change>,
    /// By stage: candidates whom this stage or a later one may consider.
    later: Vec<CandidateSet>,
    /// Whether anything else than that may follow for the next ballot.
    pub moves: bool,
    span: usize,
    /// Rounds to be simulated, and those of them that go on, as planes.
    pub all: Vec<u64>,
    pub open: Vec<u64>,
    /// By candidate, planes over rounds: where they may still be appointed, whether or not they have entered yet.
    pub racing: Vec<Vec<u64>>,
    /// By candidate, planes over rounds: where they are held in reserve.
    reserve: Vec<Vec<u64>>,
    /// Number of the ballot at hand.
    pub ballot: u32,
    /// Where it is held.
    pub sessions: Vec<Session>,
    /// By stage and candidate: [`Bounds`] of all members, once a first ballot was held there.
    bounds: Vec<Vec<Vec<Bounds>>>,
    /// By candidate: whether there is someone whose stance at a first ballot may be a matter of bits.
    weighs_bits: Vec<bool>,
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
        let someone_withdraws = model.candidates.iter().any(withdraws);
        let stages = model.stages.iter().map(|stage| StagePlan {
            loses_candidates: someone_withdraws || stage.drop != Drop::None,
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
            circles: Circles::new(plan),
            holders: model.candidate_ids().map(|(c, _)| Holder::of(plan, c)).collect(),
            changes: Vec::new(),
            later,
            moves: accommodates || model.dynamics.momentum != 0.0,
            span,
            all: Vec::new(),
            open: Vec::new(),
            racing: vec![Vec::new(); candidates],
            reserve: vec![Vec::new(); candidates],
            ballot: 0,
            sessions: Vec::new(),
            bounds: vec![vec![Vec::new(); candidates]; model.stages.len()],
            weighs_bits: model
                .candidate_ids()
                .map(|(c, _)| model.member_ids().any(|(m, _)| plan.is_plain(m, c)))
                .collect(),
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
        self.sessions.clear();
        self.all.clear();
        self.all.extend_from_slice(open);
        self.open.clear();
        self.open.extend_from_slice(open);
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
        let words = self.all.len();
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
            happens.resize(self.all.len(), 0);
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

    /// Takes every open round to its next ballot, which is number `ballot` of the round, or closes it; sorts the
    /// rounds by the ballot's place.
    pub fn advance(&mut self, ballot: u32) {
        self.ballot = ballot;
        let before = match ballot {
            1 => vec![Session { rounds: self.open.clone(), ..Session::default() }],
            _ => std::mem::take(&mut self.sessions),
        };
        let stages = &self.plan.model.stages;
        for session in before {
            let mut rounds = session.rounds;
            rounds.iter_mut().zip(&self.open).for_each(|(rounds, open)| *rounds &= open);
            for (index, stage) in stages.iter().enumerate().skip(session.place.stage.into()) {
                let again = index == usize::from(session.place.stage);
                let repeat = if again { session.place.repeat + 1 } else { 1 };
                if u32::from(repeat) <= stage.repeat && !planes::is_empty(&rounds) {
                    self.convene(Place { stage: index as u16, repeat }, &mut rounds);
                }
            }
            self.open.iter_mut().zip(&rounds).for_each(|(open, over)| *open &= !over);
        }
        for session in &self.sessions {
            for round in planes::lanes(&session.rounds) {
                self.ballots[round] = ballot as u8;
                self.stage[round] = session.place.stage;
            }
        }
        for at in (0..self.sessions.len()).filter(|_| ballot == 1) {
            let (stage, ever) = (self.sessions[at].place.stage, self.sessions[at].ever);
            ever.iter().for_each(|c| self.find_bounds(stage, c));
        }
    }

    /// Lets those of `rounds` in which a ballot at this place has someone to be about hold it, and takes them out.
    fn convene(&mut self, place: Place, rounds: &mut [u64]) {
        let words = rounds.len();
        let at = self.sessions.iter().position(|session| session.place == place).unwrap_or_else(|| {
            let fields = vec![vec![0; words]; self.plan.candidates()];
            self.sessions.push(Session { place, rounds: vec![0; words], fields, ever: CandidateSet::EMPTY });
            self.sessions.len() - 1
        });
        let session = &mut self.sessions[at];
        let only = self.plan.model.stages[usize::from(place.stage)].field;
        for (c, candidate) in self.plan.model.candidate_ids() {
            if candidate.enters > self.ballot || only.is_some_and(|only| !only.contains(c)) {
                continue;
            }
            let (racing, reserve) = (&self.racing[c.index()], &self.reserve[c.index()]);
            let mut any = 0;
            for w in 0..words {
                let held = if only.is_some() { 0 } else { reserve[w] };
                let considered = rounds[w] & racing[w] & !held;
                session.fields[c.index()][w] |= considered;
                session.rounds[w] |= considered;
                any |= considered;
            }
            if any != 0 {
                session.ever.insert(c);
            }
        }
        rounds.iter_mut().zip(&session.rounds).for_each(|(rounds, held)| *rounds &= !held);
        if session.ever.is_empty() {
            self.sessions.remove(at);
        }
    }

    /// Whether the ballot at hand at this place is the last, whatever comes of it.
    pub fn is_last(&self, place: Place) -> bool {
        let stages = &self.plan.model.stages;
        usize::from(place.stage) + 1 == stages.len()
            && stages.last().is_some_and(|last| u32::from(place.repeat) >= last.repeat)
    }

    fn find_bounds(&mut self, stage: u16, c: CandidateId) {
        let bounds = &mut self.bounds[usize::from(stage)][c.index()];
        if bounds.is_empty() && self.weighs_bits[c.index()] {
            let stage = &self.plan.model.stages[usize::from(stage)];
            bounds.extend(self.plan.model.member_ids().map(|(m, _)| stances::bounds(self.plan, stage, m, c)));
        }
    }

    /// The bounds of all members at a first ballot; none if no first ballot was held there.
    pub fn bounds(&self, stage: u16, c: CandidateId) -> &[Bounds] {
        &self.bounds[usize::from(stage)][c.index()]
    }

    /// What everyone's view depends on at the ballot at hand besides draws and candidate; nothing if also on what has happened
    /// in the world.
    pub fn outlook(&self, stage: u16) -> Option<Outlook> {
        let goodwill = self.plan.model.stages[usize::from(stage)].goodwill;
        (self.ballot == 1 || !self.gathers_momentum()).then_some((self.like, goodwill.to_bits()))
    }

    /// Adds the rounds in which `c` may face a ballot now or later.
    pub fn may_ask(&self, c: CandidateId, rounds: &mut [u64]) {
        for session in self.sessions.iter().filter(|session| self.later[usize::from(session.place.stage)].contains(c)) {
            let racing = session.rounds.iter().zip(&self.racing[c.index()]).map(|(a, b)| a & b);
            rounds.iter_mut().zip(racing).for_each(|(rounds, racing)| *rounds |= racing);
        }
    }

    /// The rounds of one word that go on after a ballot, and in which `c`, who faced it, is still in the race.
    pub fn remains(&self, session: &Session, c: CandidateId, w: usize) -> u64 {
        session.fields[c.index()][w] & self.open[w] & self.racing[c.index()][w]
    }

    /// Whether candidates gain or lose by how they do.
    pub fn gathers_momentum(&self) -> bool {
        !self.drift.is_empty()
    }

    /// Momentum of `c` by round, if there is any.
    pub fn drift(&self, c: CandidateId) -> Option<&[f32]> {
        self.drift.chunks_exact(self.span).nth(c.index())
    }

    /// Where momentum of `c` is kept, by round, if there is any.
    pub fn drift_mut(&mut self, c: CandidateId) -> Option<&mut [f32]> {
        self.drift.chunks_exact_mut(self.span).nth(c.index())
    }
}

/// See [`World::outlook`].
pub(super) type Outlook = (usize, u64);

fn counts_objections(rule: &Rule) -> bool {
    match rule {
        Rule::Objections { .. } => true,
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(counts_objections),
        Rule::NoVeto | Rule::Share { .. } | Rule::Count { .. } => false,
    }
}
