//! What follows from a ballot where nobody is appointed.

use super::{Clerk, Hall, Session, World};
use crate::model::{CandidateId, CandidateSet};
use crate::simulation::draws::Chance;
use crate::simulation::kernel::planes;
use crate::simulation::steps;

/// The remaining candidates of one round: how many, and their support together.
#[derive(Clone, Copy, Default)]
pub(super) struct Field {
    candidates: u32,
    support: u32,
}

impl Hall {
    /// 4. to 6.: what follows where nobody is appointed.
    pub(super) fn conclude(&mut self, world: &mut World, session: &Session, clerk: &mut impl Clerk) {
        let goes_on = world.moves && !world.is_last(session.place);
        let loses_candidates = world.stages[usize::from(session.place.stage)].loses_candidates;
        if loses_candidates || goes_on && world.gathers_momentum() {
            self.count_heads(session);
        }
        if loses_candidates {
            for (w, &word) in session.rounds.iter().enumerate() {
                for round in planes::lanes_of(w, word & world.open[w]) {
                    self.lose(world, session, round, clerk);
                }
            }
        }
        if goes_on {
            self.accommodate(world, session);
            self.gather_momentum(world, session);
        }
    }

    /// 4. Who leaves after an inconclusive ballot, in one round.
    fn lose(&mut self, world: &mut World, session: &Session, round: usize, clerk: &mut impl Clerk) {
        let (plan, ballot, field) = (world.plan, world.ballot, session.field(round));
        let stage = &plan.model.stages[usize::from(session.place.stage)];
        self.note_fares(field, round);
        let draws = self.draws.at(round);
        let dropped = match u32::from(session.place.repeat) >= stage.from_ballot {
            true => steps::drop(plan, stage, ballot, field, &self.fares, draws),
            false => CandidateSet::EMPTY,
        };
        let withdrawn = steps::withdraw(plan, ballot, field.without(dropped), &self.fares, draws);
        for c in dropped.union(withdrawn).iter() {
            planes::clear(&mut world.racing[c.index()], round);
            clerk.leaves(c);
        }
    }

    /// 5. Where vetoes alone, and of few members, keep the leader from appointment, some of these may yield.
    fn accommodate(&mut self, world: &mut World, session: &Session) {
        let (plan, ballot, level) = (world.plan, world.ballot, self.draws.level());
        let Some(accommodation) = plan.model.dynamics.accommodation else { return };
        self.leaders.stand(|c, w| world.remains(session, c, w));
        self.leaders.keep_best(level, &self.polls);
        // Where several may lead, a lot decides.
        for round in self.leaders.find_ties(level) {
            let lot = |c| Chance::LeadLot(ballot, c);
            let leader = steps::by_lot(plan, self.leaders.equals(round), lot, self.draws.at(round));
            self.leaders.settle(round, leader);
        }
        let mut leads = Vec::new();
        for c in session.ever.iter() {
            let poll = &self.polls[c.index()];
            poll.lanes.of_rounds(level, self.leaders.plane(c), &mut leads);
            for (w, leads) in leads.iter_mut().enumerate() {
                *leads &= poll.would_hold[w] & !poll.vetoes.at_least(u64::from(accommodation.holdouts) + 1, w);
            }
            if planes::is_empty(&leads) {
                continue;
            }
            for (holder, vetoing) in world.holders[c.index()].iter().zip(poll.vetoing.chunks_exact(poll.words)) {
                if vetoing.iter().zip(&leads).all(|(vetoing, leads)| vetoing & leads == 0) {
                    continue;
                }
                let m = holder.member;
                let yields = self.draws.prospect(plan.yields, Chance::Yield(ballot, m, c));
                for (w, (&vetoing, &leads)) in vetoing.iter().zip(&leads).enumerate() {
                    let rounds = planes::lanes_of(w, vetoing & leads).map(|lane| poll.lanes.rounds()[lane]);
                    let yielding = rounds.filter(|&round| yields.comes_true(round));
                    world.yielded[c.index()].extend(yielding.map(|round| (round, m)));
                }
            }
        }
    }

    /// 6. Those who did better than the field's mean gain everywhere, those who did worse lose.
    fn gather_momentum(&mut self, world: &mut World, session: &Session) {
        if !world.gathers_momentum() {
            return;
        }
        let plan = world.plan;
        self.fields.clear();
        self.fields.resize(64 * world.open.len(), Field::default());
        // By candidate: the lanes that remain.
        let remaining = session.ever.iter().map(|c| {
            let rounds: Vec<u64> = (0..world.open.len()).map(|w| world.remains(session, c, w)).collect();
            let mut lanes = Vec::new();
            self.polls[c.index()].lanes.of_rounds(self.draws.level(), &rounds, &mut lanes);
            (c, lanes)
        });
        let remaining: Vec<(CandidateId, Vec<u64>)> = remaining.collect();
        for (c, lanes) in &remaining {
            let (support, rounds) = (&self.heads[c.index()].support, self.polls[c.index()].lanes.rounds());
            for lane in planes::lanes(lanes) {
                let field = &mut self.fields[usize::from(rounds[lane])];
                field.candidates += 1;
                field.support += u32::from(support[lane]);
            }
        }
        for (c, lanes) in &remaining {
            let (support, rounds) = (&self.heads[c.index()].support, self.polls[c.index()].lanes.rounds());
            let Some(drift) = world.drift_mut(*c) else { continue };
            for lane in planes::lanes(lanes) {
                let round = usize::from(rounds[lane]);
                let Field { candidates, support: total } = self.fields[round];
                drift[round] += steps::momentum(plan, support[lane].into(), total, candidates);
            }
        }
    }
}
