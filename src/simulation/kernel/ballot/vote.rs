//! 1., in choice ballots: every member votes for those it likes best.

use super::BallotState;
use super::state::Opinion;
use crate::model::{CandidateId, CandidateSet, MemberId};
use crate::simulation::draws::Chance;
use crate::simulation::kernel::planes;
use crate::simulation::kernel::session::Session;
use crate::simulation::kernel::world::World;
use crate::simulation::simd::{self, Level, for_every_level};
use crate::simulation::steps;

/// Buffers for votes.
pub(super) struct VoteStep {
    room: usize,
    candidates: usize,
    /// By candidate and round: one member's utilities.
    utilities: Vec<f32>,
    /// By lane: one member's utilities of one candidate.
    by_lane: Vec<f32>,
    choice: Choice,
}

/// One member's choice, in all rounds at once. Planes are over rounds.
#[derive(Default)]
struct Choice {
    /// By candidate: where the member may still vote for them.
    open: Vec<Vec<u64>>,
    /// By candidate: where it votes for them.
    chosen: Vec<Vec<u64>>,
    /// By candidate: where nobody is liked better.
    best: Vec<Vec<u64>>,
    tied: Vec<u64>,
    seen: Vec<u64>,
    /// By round: the largest utility, and how far one candidate's is below it.
    most: Vec<f32>,
    behind: Vec<f32>,
}

/// Below every utility.
const NONE: f32 = f32::MIN;

impl Choice {
    /// Turns to a member who may vote for those who have a utility.
    fn start(&mut self, session: &Session, rounds: usize, utilities: &[f32], room: usize, level: Level) {
        self.open.resize_with(session.fields.len(), Vec::new);
        self.chosen.resize_with(session.fields.len(), Vec::new);
        self.best.resize_with(session.fields.len(), Vec::new);
        for c in session.ever.iter().map(CandidateId::index) {
            self.open[c].resize(rounds / 64, 0);
            simd::at_least(level, &utilities[c * room..][..rounds], NONE.next_up(), &mut self.open[c]);
            self.chosen[c].clear();
            self.chosen[c].resize(rounds / 64, 0);
            self.best[c].resize(rounds / 64, 0);
        }
        self.most.resize(rounds, NONE);
        self.behind.resize(rounds, NONE);
    }

    /// Finds those who are liked best in each round, and where these are several.
    fn find_best(&mut self, among: CandidateSet, utilities: &[f32], room: usize, level: Level) {
        let rounds = self.most.len();
        let of = |c: CandidateId| &utilities[c.index() * room..][..rounds];
        self.most.fill(NONE);
        among.iter().for_each(|c| raise(level, of(c), &mut self.most));
        for plane in [&mut self.tied, &mut self.seen] {
            plane.clear();
            plane.resize(rounds / 64, 0);
        }
        for c in among.iter() {
            subtract(level, of(c), &self.most, &mut self.behind);
            let best = &mut self.best[c.index()];
            simd::at_least(level, &self.behind, 0.0, best);
            best.iter_mut().zip(&self.open[c.index()]).for_each(|(best, open)| *best &= open);
            planes::add_again(level, best, &mut self.seen, &mut self.tied);
        }
    }
}

impl VoteStep {
    /// For so many candidates, in spans of at most `room` rounds.
    pub fn new(candidates: usize, room: usize) -> Self {
        Self { room, candidates, utilities: Vec::new(), by_lane: Vec::new(), choice: Choice::default() }
    }

    /// 1. In a choice ballot every member votes for its best-liked candidates, at most so many.
    pub fn hold(&mut self, state: &mut BallotState, world: &World, session: &Session, votes: u32) {
        self.utilities.resize(self.candidates * self.room, NONE);
        let (stage, level) = (usize::from(session.place.stage), state.draws.level());
        let abstains = world.prepared.stages[stage].abstains;
        let (mut lanes, mut cast) = (Vec::new(), Vec::new());
        for m in world.plan.model.stages[stage].members.iter() {
            session.ever.iter().for_each(|c| self.weigh(state, world, session, m, c));
            self.choose_best(state, world, session, m, votes.min(session.ever.len()));
            cast.clear();
            cast.resize(session.rounds.len(), if abstains { 0 } else { u64::MAX });
            for chosen in session.ever.iter().filter(|_| abstains).map(|c| &self.choice.chosen[c.index()]) {
                cast.iter_mut().zip(chosen).for_each(|(cast, chosen)| *cast |= chosen);
            }
            for c in session.ever.iter() {
                let standing = &mut state.standings[c.index()];
                let row = m.index() * standing.words..(m.index() + 1) * standing.words;
                standing.lanes.of_rounds(level, &self.choice.chosen[c.index()], &mut lanes);
                standing.voting[row.clone()].copy_from_slice(&lanes);
                standing.lanes.of_rounds(level, &cast, &mut lanes);
                standing.casting[row].copy_from_slice(&lanes);
            }
        }
    }

    /// Lays out one member's utilities of `c` by round, where it would vote for them at all.
    fn weigh(&mut self, state: &mut BallotState, world: &World, session: &Session, m: MemberId, c: CandidateId) {
        let BallotState { draws, opinions, standings, buffers, .. } = state;
        let Opinion { noise, views, .. } = &mut opinions[c.index()];
        let (standing, level) = (&standings[c.index()], draws.level());
        self.by_lane.resize(noise.lanes().padded(), 0.0);
        views.take(world, m, noise.of(m.index(), draws, buffers), 0.0, level, &mut self.by_lane);
        let utilities = &mut self.utilities[c.index() * self.room..][..64 * session.rounds.len()];
        utilities.fill(NONE);
        let votes_at = world.plan.votes_at[m.index()];
        for lane in planes::lanes(&standing.faced).filter(|&lane| self.by_lane[lane] >= votes_at) {
            utilities[usize::from(standing.lanes.rounds()[lane])] = self.by_lane[lane];
        }
    }

    /// Gives one member's votes.
    fn choose_best(&mut self, state: &mut BallotState, world: &World, session: &Session, m: MemberId, votes: u32) {
        let (level, room, choice) = (state.draws.level(), self.room, &mut self.choice);
        choice.start(session, 64 * session.rounds.len(), &self.utilities, room, level);
        for _ in 0..votes {
            choice.find_best(session.ever, &self.utilities, room, level);
            for round in planes::lanes(&choice.tied) {
                let equals = session.ever.iter().filter(|c| planes::has(&choice.best[c.index()], round)).collect();
                let lot = |c| Chance::VoteLot(world.ballot, m, c);
                let lucky = steps::by_lot(world.plan, equals, lot, state.draws.at(round));
                for c in equals.iter().filter(|&c| Some(c) != lucky) {
                    planes::clear(&mut choice.best[c.index()], round);
                }
            }
            for c in session.ever.iter() {
                let utilities = &mut self.utilities[c.index() * room..];
                for (w, &best) in choice.best[c.index()].iter().enumerate() {
                    choice.chosen[c.index()][w] |= best;
                    choice.open[c.index()][w] &= !best;
                    if votes > 1 {
                        planes::lanes_of(w, best).for_each(|round| utilities[round] = NONE);
                    }
                }
            }
        }
    }
}

for_every_level! {
    /// Raises each number to the other, if that is larger.
    fn raise(to: &[f32], numbers: &mut [f32]) {
        for (number, &to) in numbers.iter_mut().zip(to) {
            *number = if to > *number { to } else { *number };
        }
    }
}

for_every_level! {
    fn subtract(numbers: &[f32], less: &[f32], out: &mut [f32]) {
        for ((out, &number), &less) in out.iter_mut().zip(numbers).zip(less) {
            *out = number - less;
        }
    }
}
