//! Several worlds on the same draws, each set against the first.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::draws::Addresses;
use super::experiment::{Counts, Experiment, Worker};
use super::kernel::{Kernel, SpanRecord};
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

    fn bytes(models: &[&Model]) -> u64 {
        Tally::bytes(models) + models.iter().map(|model| Joint::bytes(model.candidates.len())).sum::<u64>()
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
        Comparer::new(self, seed)
    }
}

/// One thread's rounds and their counts.
pub(super) struct Comparer<'a> {
    worlds: Worlds<'a>,
    /// The joints; the tallies are still with the worlds.
    counts: Compared,
}

impl<'a> Comparer<'a> {
    pub fn new(comparing: &Comparing<'a>, seed: u64) -> Self {
        Self { worlds: Worlds::new(comparing.0, seed), counts: comparing.nothing() }
    }

    /// The same that counts ballot by ballot, too.
    pub fn by_ballot(mut self) -> Self {
        self.worlds.kernels.iter_mut().for_each(Kernel::count_ballots);
        self
    }
}

impl Worker for Comparer<'_> {
    type Counts = Compared;

    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>) {
        let joints = &mut self.counts.joints;
        self.worlds.simulate(rounds, log, |_, records| {
            let mut baseline = None;
            for (plan, record) in records {
                baseline.get_or_insert(record).add_to(&mut joints[plan], record);
            }
        });
    }

    fn finish(self) -> Compared {
        let mut counts = self.counts;
        self.worlds.finish(&mut counts.tallies);
        counts
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

/// The worlds of several plans on the same draws, for one thread.
pub(super) struct Worlds<'a> {
    families: Vec<Family>,
    /// By family; the baseline is the first world of the first.
    kernels: Vec<Kernel<'a>>,
}

impl<'a> Worlds<'a> {
    /// The worlds of `plans` under `seed`.
    pub fn new(plans: &'a [Plan], seed: u64) -> Self {
        let families = share(plans);
        let kernel = |family: &Family| {
            let plans: Vec<&Plan> = family.plans.iter().map(|&plan| &plans[plan]).collect();
            Kernel::new(&plans, family.addresses.clone(), seed)
        };
        Self { kernels: families.iter().map(kernel).collect(), families }
    }

    /// The same, but nothing is counted of them: what became of rounds is only handed over.
    pub fn uncounted(mut self) -> Self {
        self.kernels.iter_mut().for_each(Kernel::count_nothing);
        self
    }

    /// Simulates `rounds`, and logs those of the baseline. Hands over what became of them, part by
    /// part: the round that a record's first place stands for, and by plan, the baseline first, the record.
    pub fn simulate(
        &mut self,
        rounds: Range<u64>,
        mut log: Option<&mut Vec<LogRow>>,
        mut observe: impl FnMut(u64, &mut dyn Iterator<Item = (usize, &SpanRecord)>),
    ) {
        // As many rounds at a time as all families have room for.
        let Some(narrowest) = self.kernels.iter().min_by_key(|kernel| kernel.longest_span()) else { return };
        let spans = narrowest.spans(rounds);
        self.kernels.iter_mut().take(1).for_each(|kernel| kernel.count_vetoes(log.is_some()));
        for span in spans {
            self.kernels.iter_mut().for_each(|kernel| kernel.simulate(span.clone()));
            let Some(baseline) = self.kernels.first() else { return };
            let families = self.families.iter().zip(&self.kernels);
            let mut records = families.flat_map(|(family, kernel)| family.plans.iter().copied().zip(kernel.records()));
            observe(baseline.start(), &mut records);
            if let Some(log) = log.as_deref_mut() {
                baseline.log(log);
            }
        }
    }

    /// Writes down what was counted, by plan.
    pub fn finish(self, tallies: &mut [Tally]) {
        for (family, kernel) in self.families.iter().zip(self.kernels) {
            for (&plan, tally) in family.plans.iter().zip(kernel.finish()) {
                tallies[plan] = tally;
            }
        }
    }
}
