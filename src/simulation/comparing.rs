//! Several worlds on the same draws, each set against the first.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::draws::Addresses;
use super::experiment::{Counts, Experiment, Worker};
use super::kernel::Kernel;
use super::plan::{Memory, Plan};
use super::round_log::LogRow;
use super::tally::{Joint, Tally};
use crate::model::Model;

/// Simulates plans of the same members and candidates on the same draws, and counts each as well as each against the
/// first, the baseline, round by round.
#[derive(Debug, Clone, Copy)]
pub struct Comparing<'a>(pub &'a [Plan]);

/// Counts of several plans on the same draws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// By plan.
    pub tallies: Vec<Tally>,
    /// By plan: its outcomes against those of the baseline, round by round.
    pub joints: Vec<Joint>,
}

impl Counts for Compared {
    fn rounds(&self) -> u64 {
        self.tallies.first().map_or(0, |tally| tally.rounds)
    }

    fn merge(&mut self, other: &Self) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
        self.joints.iter_mut().zip(&other.joints).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool {
        let Some(baseline) = self.tallies.first() else { return false };
        self.tallies.len() == models.len()
            && self.joints.len() == models.len()
            && self.tallies.iter().zip(models).all(|(tally, model)| tally.is_valid(&[model], rounds))
            && self.joints.iter().zip(&self.tallies).all(|(joint, tally)| joint.is_valid(baseline, tally))
    }
}

impl Experiment for Comparing<'_> {
    type Counts = Compared;

    fn plans(&self) -> &[Plan] {
        self.0
    }

    fn nothing(&self) -> Compared {
        Compared {
            tallies: self.0.iter().map(|plan| Tally::new(&plan.model)).collect(),
            joints: self.0.iter().map(|plan| Joint::new(plan.candidates())).collect(),
        }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Compared> {
        let families = share(self.0);
        let kernel = |family: &Family| {
            let plans: Vec<&Plan> = family.plans.iter().map(|&plan| &self.0[plan]).collect();
            Kernel::new(&plans, family.addresses.clone(), seed)
        };
        Comparer { kernels: families.iter().map(kernel).collect(), families, counts: self.nothing() }
    }
}

/// Plans on the same draws, whose minds change alike.
struct Family {
    addresses: Addresses,
    memory: Memory,
    /// Their places among all plans.
    plans: Vec<usize>,
}

/// As few families as will do.
fn share(plans: &[Plan]) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let addresses = plan.addresses();
        let alike = |family: &&mut Family| family.memory == plan.memory && family.addresses == addresses;
        match families.iter_mut().find(alike) {
            Some(family) => family.plans.push(index),
            None => families.push(Family { addresses, memory: plan.memory, plans: vec![index] }),
        }
    }
    families
}

/// One thread's rounds and their counts.
struct Comparer<'a> {
    families: Vec<Family>,
    /// By family; the baseline is the first world of the first.
    kernels: Vec<Kernel<'a>>,
    /// The joints; the tallies are still with the kernels.
    counts: Compared,
}

impl Worker for Comparer<'_> {
    type Counts = Compared;

    fn simulate(&mut self, rounds: Range<u64>, mut log: Option<&mut Vec<LogRow>>) {
        // As many rounds at a time as all families have room for.
        let Some(narrowest) = self.kernels.iter().min_by_key(|kernel| kernel.longest_span()) else { return };
        let spans = narrowest.spans(rounds);
        self.kernels.iter_mut().take(1).for_each(|kernel| kernel.count_vetoes(log.is_some()));
        for span in spans {
            self.kernels.iter_mut().for_each(|kernel| kernel.simulate(span.clone()));
            let families = self.families.iter().zip(&self.kernels);
            let records = families.flat_map(|(family, kernel)| family.plans.iter().zip(kernel.records()));
            let mut baseline = None;
            for (&plan, record) in records {
                baseline.get_or_insert(record).add_to(&mut self.counts.joints[plan], record);
            }
            if let (Some(log), Some(kernel)) = (log.as_deref_mut(), self.kernels.first()) {
                kernel.log(log);
            }
        }
    }

    fn finish(self) -> Compared {
        let mut counts = self.counts;
        for (family, kernel) in self.families.iter().zip(self.kernels) {
            for (&plan, tally) in family.plans.iter().zip(kernel.finish()) {
                counts.tallies[plan] = tally;
            }
        }
        counts
    }
}
