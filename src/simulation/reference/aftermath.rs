//! 4. to 6.: what follows from an inconclusive ballot, in one round.

use super::{Aftermath, Reference, leaders};
use crate::model::{CandidateId, CandidateSet, MemberSet, Stage};
use crate::simulation::draws::{Chance, Draws};
use crate::simulation::plan::Plan;
use crate::simulation::round::Standing;
use crate::simulation::steps::{self, Fare};

impl Reference<'_> {
    /// 4. to 6.: what follows from an inconclusive ballot.
    pub(super) fn conclude<D: Draws>(
        &mut self,
        stage: &Stage,
        repeat: u32,
        field: CandidateSet,
        would_hold: CandidateSet,
        draws: &mut D,
    ) -> Aftermath {
        let (plan, ballot, at) = (self.plan, self.round.ballots, self.round.stage);
        let (mut tied, mut dropped) = (CandidateSet::EMPTY, CandidateSet::EMPTY);
        if repeat >= stage.from_ballot {
            tied = steps::tied(plan, at, field, &self.fares);
            self.vote_among_tied(stage, tied, draws);
            dropped = steps::drop(plan, at, ballot, field, &self.fares, draws);
        }
        let withdrawn = steps::withdraw(plan, at, ballot, field.without(dropped), &self.fares, draws);
        for c in dropped.union(withdrawn).iter() {
            self.racing.remove(c);
            self.round.candidates[c.index()].left = true;
        }
        let remaining = field.without(dropped).without(withdrawn);
        let accommodated = accommodate(plan, ballot, would_hold, remaining, &self.standing, draws);
        let (yielded, out_of_reach) = accommodated.map_or_else(Default::default, |it| self.yielding(stage, it, draws));
        gather_momentum(plan, at, remaining, &self.fares, |c, points| self.drift[c.index()] += points);
        let continues = repeat >= stage.repeat || plan.stages[at].continues.decide(draws, Chance::Continues(ballot));
        Aftermath { tied, dropped, withdrawn, accommodated, yielded, out_of_reach, continues }
    }

    /// 4. One more vote among those tied for elimination, one vote a member.
    fn vote_among_tied<D: Draws>(&mut self, stage: &Stage, tied: CandidateSet, draws: &mut D) {
        let (plan, ballot, at) = (self.plan, self.round.ballots, self.round.stage);
        for m in stage.members.iter().filter(|_| !tied.is_empty()) {
            if let Some(c) = self.best_liked(m, tied, |c| Chance::TieLot(ballot, m, c), draws) {
                self.fares[c.index()].in_tie += plan.stages[at].support(&[m].into_iter().collect());
                self.standing[c.index()].in_tie = self.fares[c.index()].in_tie;
            }
        }
    }

    /// 5. Who of those who veto the leader yields: for the rest of the round; and who cannot be bought, because it takes
    ///    nothing or the dislike is too deep.
    fn yielding<D: Draws>(&mut self, stage: &Stage, leader: CandidateId, draws: &mut D) -> (MemberSet, MemberSet) {
        let ballot = self.round.ballots;
        let (mut yielding, mut out_of_reach) = (MemberSet::EMPTY, MemberSet::EMPTY);
        for m in self.standing[leader.index()].vetoing.iter() {
            let dislike = self.plan.object_at[m.index()] - self.view(stage, m, leader);
            let can_be_bought = self.plan.model.members[m.index()].yields && dislike <= self.plan.yield_limit;
            let yields = can_be_bought && self.plan.yields.decide(draws, Chance::Yield(ballot, m, leader));
            yielding.insert_if(m, yields);
            out_of_reach.insert_if(m, !can_be_bought);
        }
        self.yielded[leader.index()] = self.yielded[leader.index()].union(&yielding);
        (yielding, out_of_reach)
    }
}

/// 5. The leader of `field` if vetoes alone, and of few members, keep them from appointment: some of these may yield.
fn accommodate<D: Draws>(
    plan: &Plan,
    ballot: u32,
    would_hold: CandidateSet,
    field: CandidateSet,
    standings: &[Standing],
    draws: &mut D,
) -> Option<CandidateId> {
    let accommodation = plan.model.dynamics.accommodation?;
    let leader = steps::by_lot(plan, leaders(field, standings), |c| Chance::LeadLot(ballot, c), draws)?;
    let holdouts = standings[leader.index()].vetoing.len();
    (would_hold.contains(leader) && holdouts > 0 && holdouts <= accommodation.holdouts).then_some(leader)
}

/// 6. Those who did better than the field's mean gain everywhere, those who did worse lose: `drift` by candidate,
///    points.
fn gather_momentum(
    plan: &Plan,
    stage: usize,
    field: CandidateSet,
    fares: &[Fare],
    mut drift: impl FnMut(CandidateId, f32),
) {
    if plan.model.dynamics.momentum == 0.0 || field.is_empty() {
        return;
    }
    let support = |c: CandidateId| fares[c.index()].support;
    let total: u128 = field.iter().map(support).sum();
    let mean = steps::mean_share(plan, stage, total as f32, field.len());
    for c in field.iter() {
        drift(c, steps::momentum(plan, stage, support(c) as f32, mean));
    }
}
