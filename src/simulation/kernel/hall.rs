//! Where ballots are held: what follows from everyone's stances, in all rounds that hold the same ballot.
//!
//! The numbers are those of the steps in `docs/model.md`.

mod aftermath;
mod vote;

use std::ops::Range;

use super::Clerk;
use super::draws::SpanDraws;
use super::leaders::Leaders;
use super::minds::{Minds, Own, Scratch, Subject};
use super::planes;
use super::poll::Poll;
use super::stances::{Kinds, Stances};
use super::vetoes::Holder;
use super::views::Views;
use super::world::{Session, World};
use crate::model::{Ballot, CandidateId, CandidateSet, Choose, MemberId, Noise, Stage};
use crate::simulation::draws::Chance;
use crate::simulation::plan::Plan;
use crate::simulation::simd::for_every_level;
use crate::simulation::steps::{self, Fare};

/// What the ballots of all worlds on the same draws are held with.
pub(super) struct Hall {
    pub draws: SpanDraws,
    /// Whether the vetoes of each round are counted, for the log.
    pub counts_vetoes: bool,
    /// By candidate.
    pub minds: Vec<Minds>,
    /// By candidate: the rounds that are asked about at the ballot at hand.
    own: Vec<Own>,
    /// By candidate.
    kinds: Vec<Kinds>,
    /// By candidate, of the ballot at hand.
    views: Vec<Views>,
    /// Whether there are several worlds.
    shares: bool,
    /// By candidate: stances that another world may share; of a single world, those on the candidate at hand.
    stances: Vec<Stances>,
    polls: Vec<Poll>,
    /// By candidate, planes over rounds: where some world may ask about them at the ballot at hand or later.
    asked: Vec<Vec<u64>>,
    /// By candidate and lane: how they fare at the ballot at hand.
    heads: Vec<Heads>,
    fares: Vec<Fare>,
    /// By candidate, planes over rounds: where they pass.
    passing: Vec<Vec<u64>>,
    /// Rounds in which several pass.
    several: Vec<u64>,
    /// By candidate and round: one member's utilities.
    utilities: Vec<f32>,
    /// By lane: one member's utilities of one candidate.
    column: Vec<f32>,
    choice: vote::Choice,
    /// By candidate and round: sums of utilities, where they decide.
    totals: Vec<i128>,
    rounds: Vec<u64>,
    leaders: Leaders,
    /// By round: those who remain after the ballot at hand.
    fields: Vec<aftermath::Field>,
    scratch: Scratch,
    memory: (f32, f32),
    span: usize,
}

/// How a candidate fares in heads, by lane.
#[derive(Default)]
struct Heads {
    support: Vec<u16>,
    vetoes: Vec<u16>,
}

/// Whether the noise with which a round opens may be asked for more than once.
fn asks_twice(plans: &[&Plan]) -> bool {
    let chooses = |stage: &Stage| stage.ballot != Ballot::Stances || stage.choose == Choose::Utility;
    plans.len() > 1 || plans.iter().any(|plan| plan.model.max_ballots() > 1 || plan.model.stages.iter().any(chooses))
}

impl Hall {
    /// A hall for worlds with as much memory, in spans of at most `span` rounds.
    pub fn new(plans: &[&Plan], draws: SpanDraws, span: usize) -> Self {
        let everyone =
            || plans.first().into_iter().flat_map(|&plan| plan.model.candidate_ids().map(move |(c, _)| (c, plan)));
        let dear = asks_twice(plans) && !matches!(draws.noise(), Noise::Normal | Noise::Uniform);
        let minds: Vec<Minds> = everyone().map(|(c, plan)| Minds::new(c, plan.members(), dear)).collect();
        let kinds = everyone().map(|(c, first)| {
            let holders: Vec<Vec<Holder>> = plans.iter().map(|plan| Holder::everyone(plan, c)).collect();
            let mut numbers = 0..;
            let weighs = |(m, _): (MemberId, _)| {
                holders.iter().any(|holders| holders[m.index()].weighs()).then(|| numbers.next()).flatten()
            };
            let weighs: Vec<Option<usize>> = first.model.member_ids().map(weighs).collect();
            let plain =
                |(m, _): (MemberId, _)| weighs[m.index()].is_none() && plans.iter().all(|plan| plan.is_plain(m, c));
            Kinds { plain: first.model.member_ids().map(plain).collect(), weighs }
        });
        let kinds = kinds.collect();
        let candidates = minds.len();
        Self {
            draws,
            counts_vetoes: false,
            minds,
            own: std::iter::repeat_with(Own::default).take(candidates).collect(),
            kinds,
            views: std::iter::repeat_with(Views::default).take(candidates).collect(),
            shares: plans.len() > 1,
            stances: std::iter::repeat_with(Stances::default)
                .take(if plans.len() > 1 { candidates } else { 1 })
                .collect(),
            polls: std::iter::repeat_with(Poll::default).take(candidates).collect(),
            asked: vec![Vec::new(); candidates],
            heads: std::iter::repeat_with(Heads::default).take(candidates).collect(),
            fares: vec![Fare::default(); candidates],
            passing: vec![Vec::new(); candidates],
            several: Vec::new(),
            utilities: Vec::new(),
            column: Vec::new(),
            choice: vote::Choice::default(),
            totals: Vec::new(),
            rounds: Vec::new(),
            leaders: Leaders::default(),
            fields: Vec::new(),
            scratch: Scratch::default(),
            memory: plans.first().map_or((1.0, 0.0), |plan| plan.memory),
            span,
        }
    }

    /// Turns to `rounds`; returns their plane, which begins at a multiple of 64.
    pub fn turn_to(&mut self, rounds: &Range<u64>) -> Vec<u64> {
        let first = (rounds.start % 64) as usize;
        let end = first + (rounds.end - rounds.start) as usize;
        self.draws.start(rounds.start - first as u64, end.next_multiple_of(64));
        let mut plane = Vec::new();
        planes::range(first..end, planes::words(end), &mut plane);
        plane
    }

    /// Turns to another ballot, at which everyone may think otherwise.
    pub fn forget_stances(&mut self) {
        self.stances.iter_mut().for_each(|stances| stances.outlook = None);
    }

    /// Notes where `c` is asked about at the ballot at hand of `worlds`.
    pub fn note_asked(&mut self, c: CandidateId, worlds: &[World]) {
        let asked = &mut self.asked[c.index()];
        asked.clear();
        asked.resize(worlds.first().map_or(0, |first| first.open.len()), 0);
        worlds.iter().for_each(|world| world.may_ask(c, asked));
    }

    /// Brings the noise of everyone's view of `c` up to this ballot.
    fn bring_up(&mut self, c: CandidateId, ballot: u32) {
        let (minds, asked) = (&mut self.minds[c.index()], &self.asked[c.index()]);
        if minds.ballot() != ballot {
            minds.bring_up(ballot, self.memory, asked, &mut self.draws, &mut self.scratch);
        }
    }

    /// Holds the ballot at hand of `world`, wherever it is held.
    pub fn hold(&mut self, world: &mut World, clerk: &mut impl Clerk) {
        let sessions = std::mem::take(&mut world.sessions);
        for session in &sessions {
            self.hold_session(world, session, clerk);
        }
        clerk.settle(world, self.draws.level());
        world.sessions = sessions;
    }

    fn hold_session(&mut self, world: &mut World, session: &Session, clerk: &mut impl Clerk) {
        let (plan, level, place) = (world.plan, self.draws.level(), session.place);
        let stage = &plan.model.stages[usize::from(place.stage)];
        session.ever.iter().for_each(|c| self.ask(world, session, c));
        if let Ballot::Choice { votes } = stage.ballot {
            self.vote(world, session, votes);
        }
        for c in session.ever.iter() {
            let poll = &mut self.polls[c.index()];
            poll.apply_rule(world.stages[usize::from(place.stage)].rule.as_mut(), plan.members(), level);
            if self.counts_vetoes {
                for lane in planes::lanes(&poll.faced) {
                    world.vetoes[usize::from(poll.lanes.rounds()[lane])] += poll.vetoes.get(lane);
                }
            }
        }
        self.appoint(world, session);
        clerk.held(world, session, &self.polls, level);
        self.conclude(world, session, clerk);
        if stage.appoint.is_some() {
            for c in session.ever.iter() {
                clerk.take(world, &mut self.polls[c.index()], level);
            }
        }
    }

    /// 1. and 2.: where everyone stands on `c`, and who vetoes.
    fn ask(&mut self, world: &mut World, session: &Session, c: CandidateId) {
        let (place, level) = (session.place, self.draws.level());
        let stage = &world.plan.model.stages[usize::from(place.stage)];
        self.bring_up(c, world.ballot);
        // What no other world shares is looked at only where it is needed.
        let outlook = if self.shares { world.outlook(place.stage) } else { None };
        let alone = self.shares && outlook.is_none();
        let (minds, own) = (&self.minds[c.index()], &mut self.own[c.index()]);
        own.settle(level, minds, alone.then_some(&session.fields[c.index()]));
        let subject = Subject::new(minds, own);
        let (poll, views) = (&mut self.polls[c.index()], &mut self.views[c.index()]);
        poll.start(session, subject, level);
        let stood = world.stood[c.index()].iter_mut().zip(&session.fields[c.index()]);
        stood.for_each(|(stood, faces)| *stood |= faces);
        let stances = &mut self.stances[if self.shares { c.index() } else { 0 }];
        if outlook.is_none() || stances.outlook != outlook {
            views.prepare(world, subject, &mut self.draws);
            let (bounds, kinds) = (world.bounds(place.stage, c), &self.kinds[c.index()]);
            let (draws, scratch) = (&mut self.draws, &mut self.scratch);
            stances.take((world, stage, bounds), (subject, views, kinds), draws, scratch);
            stances.outlook = outlook;
        }
        poll.take_stances(world, place, stances, level);
        poll.decide_vetoes(world, subject, (stances, &self.kinds[c.index()]), &mut self.draws);
        poll.open_vote(stage.ballot != Ballot::Stances, world.plan.members());
    }

    /// Lays out how everyone fares.
    fn count_heads(&mut self, session: &Session) {
        let level = self.draws.level();
        for c in session.ever.iter() {
            let (heads, poll) = (&mut self.heads[c.index()], &self.polls[c.index()]);
            poll.support().unpack(level, &mut heads.support);
            poll.vetoes.unpack(level, &mut heads.vetoes);
        }
    }

    /// Looks up how those of `field` fare in one round.
    fn note_fares(&mut self, field: CandidateSet, round: usize) {
        for c in field.iter() {
            let (heads, lane) = (&self.heads[c.index()], self.polls[c.index()].lanes.lane_of(round));
            self.fares[c.index()] = Fare {
                support: heads.support[lane].into(),
                // Those who are dropped or withdraw are not asked for them.
                objections: 0,
                vetoes: heads.vetoes[lane].into(),
            };
        }
    }

    /// 3. One of those who pass is appointed, and the round ends.
    fn appoint(&mut self, world: &mut World, session: &Session) {
        let (words, level) = (world.open.len(), self.draws.level());
        for plane in [&mut self.rounds, &mut self.several] {
            plane.clear();
            plane.resize(words, 0);
        }
        for c in session.ever.iter() {
            let (poll, passing) = (&self.polls[c.index()], &mut self.passing[c.index()]);
            passing.clear();
            passing.resize(words, 0);
            poll.lanes.add_rounds(level, &poll.passing, passing);
            world.acceptable[c.index()]
                .iter_mut()
                .zip(&*passing)
                .for_each(|(acceptable, passing)| *acceptable |= passing);
            planes::add_again(level, passing, &mut self.rounds, &mut self.several);
        }
        let choose = world.plan.model.stages[usize::from(session.place.stage)].choose;
        if choose == Choose::Utility {
            session.ever.iter().for_each(|c| self.add_utilities(world, c));
        }
        self.leaders.start(session.ever, words);
        self.leaders.stand(|c, w| self.passing[c.index()][w]);
        if choose == Choose::Support && !planes::is_empty(&self.several) {
            self.leaders.keep_best(level, &self.polls);
        }
        let tied = self.leaders.find_ties(level);
        for c in session.ever.iter() {
            for (w, (&best, &tied)) in self.leaders.plane(c).iter().zip(self.leaders.tied()).enumerate() {
                planes::lanes_of(w, best & !tied).for_each(|round| world.outcome[round] = Some(c));
            }
        }
        for round in tied {
            let equals = self.leaders.equals(round);
            let best = match choose {
                Choose::Utility => steps::most(equals, |c| self.totals[c.index() * self.span + round]),
                Choose::Support | Choose::Lot => equals,
            };
            let lot = |c| Chance::AppointLot(world.ballot, c);
            world.outcome[round] = steps::by_lot(world.plan, best, lot, self.draws.at(round));
        }
        world.open.iter_mut().zip(&self.rounds).for_each(|(open, appointed)| *open &= !appointed);
    }

    /// Sums of utilities of `c` over the members, in units of 2^-24 points, in the rounds where others pass as well.
    fn add_utilities(&mut self, world: &World, c: CandidateId) {
        let subject = Subject::new(&self.minds[c.index()], &self.own[c.index()]);
        let (poll, views) = (&self.polls[c.index()], &mut self.views[c.index()]);
        let round_of = |lane: &u16| usize::from(poll.lanes.rounds()[usize::from(*lane)]);
        let mut several = Vec::new();
        poll.lanes.of_rounds(self.draws.level(), &self.several, &mut several);
        several.iter_mut().zip(&poll.passing).for_each(|(several, passing)| *several &= passing);
        let lanes: Vec<u16> = planes::lanes(&several).map(|lane| lane as u16).collect();
        self.totals.resize(self.span * self.minds.len(), 0);
        let totals = &mut self.totals[c.index() * self.span..];
        let (mut sums, mut largest) = (vec![0.0; lanes.len()], 0.0f32);
        let mut utilities = Vec::new();
        views.turn_to(&lanes, self.draws.level());
        subject.turn_to(&lanes, &mut self.draws, &mut self.scratch);
        for (m, _) in world.plan.model.member_ids() {
            let (draws, scratch) = (&mut self.draws, &mut self.scratch);
            views.few_utilities(world, (m, subject), &lanes, draws, scratch, &mut utilities);
            add_units(self.draws.level(), &utilities, &mut sums, &mut largest);
        }
        // Sums of 256 integers below 2^45 are exact in any order.
        if steps::units(largest) < (1u64 << 45) as f64 {
            lanes.iter().zip(&sums).for_each(|(lane, &sum)| totals[round_of(lane)] = i128::from(sum as i64));
            return;
        }
        lanes.iter().for_each(|lane| totals[round_of(lane)] = 0);
        for (m, _) in world.plan.model.member_ids() {
            let (draws, scratch) = (&mut self.draws, &mut self.scratch);
            views.few_utilities(world, (m, subject), &lanes, draws, scratch, &mut utilities);
            let units = utilities.iter().map(|&utility| steps::units(utility) as i128);
            lanes.iter().zip(units).for_each(|(lane, units)| totals[round_of(lane)] += units);
        }
    }
}

for_every_level! {
    /// Adds utilities in units of 2^-24 points, whole ones, and notes the largest utility.
    fn add_units(utilities: &[f32], sums: &mut [f64], largest: &mut f32) {
        let mut most = *largest;
        for (sum, &utility) in sums.iter_mut().zip(utilities) {
            most = if utility.abs() > most { utility.abs() } else { most };
            *sum += steps::units(utility).trunc();
        }
        *largest = most;
    }
}
