//! What followed a ballot, for one candidate: nobody was appointed, the candidate left or stayed, members yielded.

use super::filter::Filter;
use super::script::{After, Held};
use super::shared::{Shared, SharedParticle, decide};
use crate::model::{BallotCount, Drop, MemberSet, Stage};
use crate::simulation::draws::Sequence;
use crate::simulation::steps;

/// The logarithms of the factors by which draws of what is shared are weighed, if something that was seen has a chance.
pub type Factors = Option<Vec<f64>>;

impl Filter<'_> {
    /// Nobody was appointed at the ballot.
    pub fn not_appointed(&mut self, held: &Held, shared: &Shared) -> Factors {
        let stage = self.stage(held);
        if !stage.appoints_at(held.repeat) {
            return Some(vec![0.0; shared.particles.len()]);
        }
        self.weigh_by(shared, |filter, particle, shared| {
            let passes = !filter.out[particle] && filter.holds(held, particle, Some(shared));
            if passes { 0.0 } else { 1.0 }
        })
    }

    /// What followed a ballot; nothing if the scenario gives that no chance. The first particle of each block keeps who has
    /// yielded if it is on its way.
    pub fn follow(
        &mut self,
        held: &Held,
        after: &After,
        shared: &Shared,
        numbers: &mut Sequence,
        keeps_first: bool,
    ) -> Factors {
        let c = self.candidate();
        let is_asked = held.field.contains(c) || after.left.contains(c);
        let factors = if after.open.contains(c) {
            self.may_leave(held, after, shared, numbers);
            Some(vec![0.0; shared.particles.len()])
        } else if is_asked && held.ways[c.index()].is_some() {
            self.fate(held, after, shared)
        } else {
            Some(vec![0.0; shared.particles.len()])
        };
        if after.leader == Some(c) {
            self.yield_on(held, shared, numbers, keeps_first);
        }
        let gained = after.momentum[c.index()];
        if gained != 0.0 {
            self.drift.iter_mut().for_each(|drift| *drift += gained);
        }
        self.note_yielded();
        factors
    }

    /// The candidate left after the ballot, or did not.
    fn fate(&mut self, held: &Held, after: &After, shared: &Shared) -> Factors {
        let c = self.candidate();
        let left = after.left.contains(c);
        if after.eliminated.perhaps.contains(c) {
            // By lot, whatever members think.
            return Some(vec![0.0; shared.particles.len()]);
        }
        let surely = after.eliminated.surely.contains(c);
        self.weigh_by(shared, |filter, particle, shared| {
            let leaves = if surely { 1.0 } else { filter.leaves(held, particle, shared) };
            if left { leaves } else { 1.0 - leaves }
        })
    }

    /// The candidate may leave after the ballot, and nothing that was seen says whether they did.
    fn may_leave(&mut self, held: &Held, after: &After, shared: &Shared, numbers: &mut Sequence) {
        let c = self.candidate();
        for particle in 0..self.weight.len() {
            let leaves = if after.eliminated.surely.contains(c) {
                1.0
            } else {
                self.leaves(held, particle, &shared.particles[particle / self.inner()])
            };
            self.out[particle] |= numbers.uniform() < leaves;
        }
    }

    /// Those who alone block the candidate, who leads, may yield.
    fn yield_on(&mut self, held: &Held, shared: &Shared, numbers: &mut Sequence, keeps_first: bool) {
        let plan = self.plan();
        let Some(accommodation) = plan.model.dynamics.accommodation else { return };
        for particle in 0..self.weight.len() {
            if keeps_first && particle % self.inner() == 0 {
                continue; // its way says who has yielded
            }
            let vetoing = self.vetoing(held, particle, &shared.particles[particle / self.inner()]);
            let few = (1..=accommodation.holdouts).contains(&vetoing.len());
            if !few || !self.holds(held, particle, None) {
                continue;
            }
            for m in vetoing.iter() {
                let dislike = f64::from(plan.object_at[m.index()]) - self.view(held, particle, m.index());
                let can_be_bought = plan.model.members[m.index()].yields && dislike <= f64::from(plan.yield_limit);
                if can_be_bought && decide(plan.yields, numbers) {
                    self.yielded[particle].insert(m);
                }
            }
        }
    }

    /// Multiplies the particles' weights; nothing, and no change, if that would leave none.
    fn weigh_by(&mut self, shared: &Shared, factor: impl Fn(&Self, usize, &SharedParticle) -> f64) -> Factors {
        let inner = self.inner();
        let factors: Vec<f64> = (0..self.weight.len())
            .map(|particle| factor(self, particle, &shared.particles[particle / inner]))
            .collect();
        let mut logs = Vec::with_capacity(shared.particles.len());
        for (factors, weights) in factors.chunks(inner).zip(self.weight.chunks(inner)) {
            let before: f64 = weights.iter().sum();
            let after: f64 = weights.iter().zip(factors).map(|(weight, factor)| weight * factor).sum();
            logs.push(libm::log(after / before));
        }
        let is_possible = logs.iter().zip(&shared.log_weights).any(|(log, weight)| log + weight > f64::NEG_INFINITY);
        if !is_possible {
            return None;
        }
        let blocks = self.weight.chunks_mut(inner).zip(factors.chunks(inner)).zip(&logs);
        for ((weights, factors), log) in blocks {
            // A block without weight keeps its particles; nothing comes of it.
            if *log > f64::NEG_INFINITY {
                weights.iter_mut().zip(factors).for_each(|(weight, factor)| *weight *= factor);
            }
        }
        Some(logs)
    }

    fn stage(&self, held: &Held) -> &Stage {
        &self.plan().model.stages[held.stage]
    }

    /// A member's view less its reservation level, points.
    fn view(&self, held: &Held, particle: usize, m: usize) -> f64 {
        let plan = self.plan();
        let gained = steps::leniency(plan, self.stage(held), crate::model::MemberId(m as u16), held.number);
        self.utility(particle, m) + f64::from(gained)
    }

    /// Whose objection is a veto.
    fn vetoing(&self, held: &Held, particle: usize, shared: &SharedParticle) -> MemberSet {
        let plan = self.plan();
        let others = f64::from(self.stage(held).members.len().saturating_sub(1).max(1));
        let objecting = self.objecting[particle];
        let popularity = f64::from(self.encouraging[particle].len()) / others;
        let mut vetoing = MemberSet::EMPTY;
        for m in objecting.intersection(&self.red[particle]).iter() {
            let veto = shared.vetoes[m.index()];
            let dislike = f64::from(plan.object_at[m.index()]) - self.view(held, particle, m.index());
            let alone = if objecting.len() == 1 { f64::from(veto.alone) } else { 0.0 };
            vetoing.insert_if(m, dislike > f64::from(veto.cost) * popularity + alone);
        }
        vetoing
    }

    /// Whether the rule holds for the candidate; without vetoes if nothing is given that they depend on.
    fn holds(&self, held: &Held, particle: usize, shared: Option<&SharedParticle>) -> bool {
        let stage = self.stage(held);
        let Some(rule) = &stage.appoint else { return false };
        let (supporters, objectors) = (self.encouraging[particle], self.objecting[particle]);
        let vetoed =
            shared.is_some_and(|shared| rule.asks_for_vetoes() && !self.vetoing(held, particle, shared).is_empty());
        let count =
            BallotCount { supporters, objectors, voting: supporters.union(&objectors), all: stage.members, vetoed };
        rule.holds(&self.plan().model.measures, &count)
    }

    /// The chance that the candidate is dropped or withdraws, comparisons with others apart.
    fn leaves(&self, held: &Held, particle: usize, shared: &SharedParticle) -> f64 {
        let (plan, stage) = (self.plan(), self.stage(held));
        let c = self.candidate().index();
        let support = plan.stages[held.stage].support(&self.encouraging[particle]);
        if !steps::reaches(plan, held.stage, plan.model.candidates[c].withdraws_below, support) {
            return 1.0;
        }
        let drops = held.repeat >= stage.from_ballot;
        if let Drop::Below(share) = stage.drop
            && drops
            && !steps::reaches(plan, held.stage, share, support)
        {
            return 1.0;
        }
        let withdraws = plan.model.candidates[c].withdraws_if_vetoed;
        let is_dropped_if_vetoed = stage.drop.asks_for_vetoes() && drops;
        if (is_dropped_if_vetoed || withdraws > 0.0) && !self.vetoing(held, particle, shared).is_empty() {
            return if is_dropped_if_vetoed { 1.0 } else { withdraws };
        }
        0.0
    }
}
