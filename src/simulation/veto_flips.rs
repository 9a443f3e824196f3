//! One world, and for each member the world in which that member's veto alone is flipped.
//!
//! A round with a veto flipped can differ from the baseline's only if at some ballot the member's veto would have
//! appeared or disappeared where it counts. Only such rounds are simulated again, on the same draws; in all others
//! the outcome is the baseline's. So the flips together cost little more than one run where single vetoes seldom
//! decide.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::experiment::{Counts, Experiment, Worker};
use super::kernel::VetoFlipper;
use super::plan::Plan;
use super::round_log::LogRow;
use super::tally::{Flows, Tally};
use crate::model::{MemberSet, Model};

/// Simulates a plan and, for each member, the world in which the member's veto is flipped: taken away, if it can have
/// one in some round, or else an absolute one given.
#[derive(Debug, Clone, Copy)]
pub struct FlippingVetoes<'a>(pub &'a Plan);

/// Counts of a world and of those in which one veto is flipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VetoFlips {
    /// The baseline.
    pub baseline: Tally,
    /// By member: the baseline's outcomes against those of the world in which its veto is flipped.
    pub changed: Vec<Flows>,
    /// Rounds simulated again, over all flips: what they cost beside the baseline.
    pub simulated_again: u64,
}

impl Counts for VetoFlips {
    fn rounds(&self) -> u64 {
        self.baseline.rounds
    }

    fn merge(&mut self, other: &Self) {
        self.baseline.merge(&other.baseline);
        self.changed.iter_mut().zip(&other.changed).for_each(|(mine, theirs)| mine.merge(theirs));
        self.simulated_again += other.simulated_again;
    }

    fn bytes(models: &[&Model]) -> u64 {
        let flips = |model: &&Model| model.members.len() as u64 * Flows::bytes(model.candidates.len());
        Tally::bytes(models) + models.iter().map(flips).sum::<u64>()
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        let members = self.changed.len();
        // Only a round that was simulated again can have changed.
        let changed = || self.changed.iter().map(Flows::changed).sum::<u128>();
        self.baseline.is_valid(models, rounds)
            && models.iter().all(|model| model.members.len() == members)
            && self.changed.iter().all(|flows| flows.is_from(&self.baseline))
            && (changed()..=u128::from(rounds) * members as u128).contains(&self.simulated_again.into())
    }
}

impl Experiment for FlippingVetoes<'_> {
    type Counts = VetoFlips;

    fn plans(&self) -> &[Plan] {
        std::slice::from_ref(self.0)
    }

    fn nothing(&self) -> VetoFlips {
        let plan = self.0;
        VetoFlips {
            baseline: Tally::new(&plan.model),
            changed: vec![Flows::new(plan.candidates()); plan.members()],
            simulated_again: 0,
        }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = VetoFlips> {
        let model = &self.0.model;
        let losing: MemberSet = model.member_ids().map(|(m, _)| m).filter(|&m| model.may_veto(m)).collect();
        VetoFlipper::new(self.0, losing, seed)
    }
}

impl Worker for VetoFlipper<'_> {
    type Counts = VetoFlips;

    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>) {
        VetoFlipper::simulate(self, rounds, log);
    }

    fn finish(self) -> VetoFlips {
        let (baseline, changed, simulated_again) = VetoFlipper::finish(self);
        VetoFlips { baseline, changed, simulated_again }
    }
}
