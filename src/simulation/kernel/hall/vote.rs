//! Choice ballots: every member votes for those it likes best.

use super::{Hall, Session, Subject, World};
use crate::model::{CandidateId, CandidateSet, MemberId};
use crate::simulation::draws::Chance;
use crate::simulation::kernel::planes;
use crate::simulation::simd::{self, Level, for_every_level};
use crate::simulation::steps;

/// One member's choice, in all rounds at once. Planes are over rounds.
#[derive(Default)]
pub(super) struct Choice {
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
    /// Turns to a member who may vote for everyone in the field.
    fn start(&mut self, session: &Session, rounds: usize) {
        self.open.resize_with(session.fields.len(), Vec::new);
        self.chosen.resize_with(session.fields.len(), Vec::new);
        self.best.resize_with(session.fields.len(), Vec::new);
        for c in session.ever.iter().map(CandidateId::index) {
            self.open[c].clone_from(&session.fields[c]);
            self.chosen[c].clear();
            self.chosen[c].resize(rounds / 64, 0);
            self.best[c].resize(rounds / 64, 0);
        }
        self.most.resize(rounds, NONE);
        self.behind.resize(rounds, NONE);
    }

    /// Finds those who are liked best in each round, and where these are several.
    fn find_best(&mut self, among: CandidateSet, utilities: &[f32], span: usize, level: Level) {
        let rounds = self.most.len();
        let of = |c: CandidateId| &utilities[c.index() * span..][..rounds];
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

impl Hall {
    /// 1. In a choice ballot every member votes for its best-liked candidates.
    pub(super) fn vote(&mut self, world: &World, session: &Session, votes: u32) {
        self.utilities.resize(world.plan.candidates() * self.span, NONE);
        for (m, _) in world.plan.model.member_ids() {
            session.ever.iter().for_each(|c| self.weigh(world, session, m, c));
            self.choose_best(world, session, m, votes.min(session.ever.len()));
            for c in session.ever.iter() {
                let poll = &mut self.polls[c.index()];
                let mut lanes = Vec::new();
                poll.lanes.of_rounds(self.draws.level(), &self.choice.chosen[c.index()], &mut lanes);
                poll.voting[m.index() * poll.words..][..poll.words].copy_from_slice(&lanes);
            }
        }
    }

    /// Lays out one member's utilities of `c` by round.
    fn weigh(&mut self, world: &World, session: &Session, m: MemberId, c: CandidateId) {
        let (kind, level, poll) = (self.draws.noise(), self.draws.level(), &self.polls[c.index()]);
        let subject = Subject::new(&self.minds[c.index()], &self.own[c.index()]);
        self.column.resize(subject.lanes().padded(), 0.0);
        let noise = subject.column(m.index(), &mut self.draws, &mut self.scratch);
        self.views[c.index()].take(world, (m, subject), (kind, &noise), 0.0, level, &mut self.column);
        let utilities = &mut self.utilities[c.index() * self.span..][..64 * session.rounds.len()];
        utilities.fill(NONE);
        for lane in planes::lanes(&poll.faced) {
            utilities[usize::from(poll.lanes.rounds()[lane])] = self.column[lane];
        }
    }

    /// Gives one member's votes.
    fn choose_best(&mut self, world: &World, session: &Session, m: MemberId, votes: u32) {
        let (level, span, choice) = (self.draws.level(), self.span, &mut self.choice);
        choice.start(session, 64 * session.rounds.len());
        for _ in 0..votes {
            choice.find_best(session.ever, &self.utilities, span, level);
            for round in planes::lanes(&choice.tied) {
                let equals = session.ever.iter().filter(|c| planes::has(&choice.best[c.index()], round)).collect();
                let lot = |c| Chance::VoteLot(world.ballot, m, c);
                let lucky = steps::by_lot(world.plan, equals, lot, self.draws.at(round));
                for c in equals.iter().filter(|&c| Some(c) != lucky) {
                    planes::clear(&mut choice.best[c.index()], round);
                }
            }
            for c in session.ever.iter() {
                let utilities = &mut self.utilities[c.index() * span..];
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
