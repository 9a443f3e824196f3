//! One world and its near neighbours: each differs in the veto of one member.
//!
//! A neighbour's round can differ from the baseline's only if at some ballot the member's veto would have
//! appeared or disappeared where it counts. Only such rounds are simulated again, on the same draws; in all others
//! the neighbour's outcome is the baseline's. So the neighbours together cost little more than one run where
//! single vetoes seldom decide.

use std::ops::Range;

use super::draws::BlockDraws;
use super::monte_carlo::{Control, Job, RunError};
use super::plan::Plan;
use super::reference::Reference;
use super::round::{BallotHeld, Observer, Round, Standing};
use super::tally::{Flows, Tally};
use super::worlds::{Done, RoundByRound, longest_span};
use crate::model::{Drop, MemberId, MemberSet, VetoPower};

/// Counts of a world and its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    /// The baseline.
    pub baseline: Tally,
    /// By member: the baseline's outcomes against those of the world in which its veto is changed.
    pub changed: Vec<Flows>,
    /// Rounds simulated again, over all neighbours: what they cost beside the baseline.
    pub simulated_again: u64,
}

/// Simulates `plan` and, for each member, the world in which the member's veto is taken away, if it can have one in some round, or else
/// an absolute veto is given.
///
/// # Errors
/// [`RunError`] if threads cannot be started.
pub fn neighbours(
    plan: &Plan,
    seed: u64,
    rounds: Range<u64>,
    threads: usize,
    control: &Control,
) -> Result<Done<Neighbours>, RunError> {
    let wanted = rounds.end.saturating_sub(rounds.start);
    let model = &plan.model;
    let holders: MemberSet = model.member_ids().map(|(m, _)| m).filter(|&m| model.may_veto(m)).collect();
    let changed = |m: MemberId| match holders.contains(m) {
        true => VetoPower::NONE,
        false => VetoPower::absolute(model.candidates.len()),
    };
    let plans: Vec<Plan> = model.member_ids().map(|(m, _)| Plan::new(model.with_veto(m, changed(m)))).collect();
    let nothing = || Neighbours {
        baseline: Tally::new(model),
        changed: vec![Flows::new(plan.candidates()); plan.members()],
        simulated_again: 0,
    };
    let span = longest_span(std::slice::from_ref(plan), BlockDraws::longest_span(&plan.addresses()));
    let workers = Job { rounds, span, threads, control, log: None }.run(|| Neighbourhood {
        draws: BlockDraws::new(plan.addresses(), seed),
        baseline: Reference::new(plan),
        pivots: Pivots { plan, holders, pivotal: MemberSet::EMPTY },
        changed: plans.iter().map(Reference::new).collect(),
        counts: nothing(),
    })?;
    let mut sum = nothing();
    for worker in &workers {
        sum.baseline.merge(&worker.counts.baseline);
        sum.simulated_again += worker.counts.simulated_again;
        for (mine, theirs) in sum.changed.iter_mut().zip(&worker.counts.changed) {
            mine.merge(theirs);
        }
    }
    Ok(Done { partial: sum.baseline.rounds < wanted, tally: sum })
}

/// Notes the members for whom a change of their veto may change what follows.
struct Pivots<'a> {
    plan: &'a Plan,
    /// Those whose veto is taken away; the others are given one.
    holders: MemberSet,
    pivotal: MemberSet,
}

impl Observer for Pivots<'_> {
    fn ballot(&mut self, ballot: &BallotHeld<&[Standing]>) {
        let model = &self.plan.model;
        let stage = &model.stages[ballot.stage];
        let over = ballot.appointed.is_some();
        for c in ballot.field.iter() {
            let standing = &ballot.standings[c.index()];
            let vetoes = standing.vetoing.len();
            // A veto taken away counts if the candidate would pass, and one given if it hits who was appointed.
            let would_hold = ballot.would_hold.contains(c);
            let hits = ballot.appointed == Some(c);
            // If the ballot is inconclusive it also counts by what a veto, or the number of vetoes, leads to.
            let withdraws = model.candidates[c.index()].withdraws_if_vetoed > 0.0;
            let marked = !over && (stage.drop == Drop::Vetoed || withdraws);
            let courted = !over && would_hold && model.dynamics.accommodation.is_some();
            if courted || (vetoes == 1 && (would_hold || marked)) {
                let losing = standing.vetoing.intersection(&self.holders);
                self.pivotal = self.pivotal.union(&losing);
            }
            if courted || (vetoes == 0 && (hits || marked)) {
                let gaining = standing.objecting.without(&standing.vetoing).without(&self.holders);
                self.pivotal = self.pivotal.union(&gaining);
            }
        }
    }
}

/// What one thread simulates.
struct Neighbourhood<'a> {
    draws: BlockDraws,
    baseline: Reference<'a>,
    pivots: Pivots<'a>,
    changed: Vec<Reference<'a>>,
    counts: Neighbours,
}

impl RoundByRound for Neighbourhood<'_> {
    fn draws(&mut self) -> &mut [BlockDraws] {
        std::slice::from_mut(&mut self.draws)
    }

    fn simulate(&mut self) -> &Round {
        self.pivots.pivotal = MemberSet::EMPTY;
        let baseline = self.baseline.observe(&mut self.draws, &mut self.pivots);
        self.counts.baseline.add(baseline);
        for (m, (flows, reference)) in self.counts.changed.iter_mut().zip(&mut self.changed).enumerate() {
            let mut outcome = baseline.outcome;
            if self.pivots.pivotal.contains(MemberId(m as u16)) {
                self.counts.simulated_again += 1;
                outcome = reference.simulate(&mut self.draws).outcome;
            }
            flows.add(baseline.outcome, outcome);
        }
        baseline
    }
}
